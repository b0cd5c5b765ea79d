//! An answer on its way, and what becomes of its connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::ConnectorError;
use aws_sdk_s3::primitives::SdkBody;
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use super::pool::Lease;

/// The body of an answer. Read to its end, it gives its connection back; what is left of an answer that nobody wants to
/// read would be in the way of the next one, so that connection is closed.
pub(super) struct Reading {
    body: Incoming,
    lease: Option<Lease>,
}

impl Reading {
    pub(super) fn of(
        response: Response<Incoming>,
        lease: Lease,
    ) -> Result<HttpResponse, ConnectorError> {
        // A server that is not well closes its connections, but not always; the next try shall find another.
        let lease = (!response.status().is_server_error()).then_some(lease);
        let response = response.map(|body| {
            let mut reading = Self { body, lease };
            reading.settle(reading.body.is_end_stream());
            SdkBody::from_body_1_x(reading)
        });
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }

    fn settle(&mut self, is_at_end: bool) {
        if let Some(lease) = self.lease.take_if(|_| is_at_end) {
            lease.give_back();
        }
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Err(_)) = frame {
            // Nobody can say where the next answer would begin.
            self.lease = None;
        }
        let is_at_end = frame.is_none() || self.body.is_end_stream();
        self.settle(is_at_end);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
