//! What S3 and the bucket's policy refuse before an operation is looked at, and `s3s` does not.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What the system does with objects.
const METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::PUT, Method::DELETE];

/// Why a request is refused: S3's code, its status, and a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused(
    pub(crate) StatusCode,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// Refuses what nobody may do.
pub(crate) fn check(
    request: &Request,
    oldest: SignedDuration,
    now: Timestamp,
) -> Result<(), Refused> {
    // A form that is posted would be read, all of it, before anybody asks who sends it.
    if !METHODS.contains(request.method()) {
        return Err(Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource",
        ));
    }
    let query = request.uri().query().unwrap_or_default();
    let query: HashMap<Cow<str>, Cow<str>> = form_urlencoded::parse(query.as_bytes()).collect();
    let authorization = request.headers().get(header::AUTHORIZATION);
    if !query.contains_key("X-Amz-Signature") {
        let is_signed = authorization.is_some_and(|value| value.as_bytes().starts_with(b"AWS4-"));
        return is_signed.then_some(()).ok_or(Refused(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "Only with a signature of version 4",
        ));
    }
    if authorization.is_some() {
        return Err(Refused(
            StatusCode::BAD_REQUEST,
            "InvalidArgument",
            "Only one auth mechanism allowed",
        ));
    }
    let signed = query.get("X-Amz-SignedHeaders").map(AsRef::as_ref);
    let signed: Vec<&str> = signed.unwrap_or_default().split(';').collect();
    let is_signed = |name: &str| !name.starts_with("x-amz-") || signed.contains(&name);
    if !request
        .headers()
        .keys()
        .all(|name| is_signed(name.as_str()))
    {
        return Err(Refused(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "There were headers present in the request which were not signed",
        ));
    }
    let signed_at = query.get("X-Amz-Date").and_then(|date| time(date));
    if signed_at.is_none_or(|signed_at| now.duration_since(signed_at) > oldest) {
        return Err(Refused(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "The signature is too old for this bucket",
        ));
    }
    Ok(())
}

/// `20261125T003000Z`
fn time(date: &str) -> Option<Timestamp> {
    let date = DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    TimeZone::UTC.to_timestamp(date).ok()
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, code, message) = self;
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        (status, [(header::CONTENT_TYPE, "application/xml")], xml).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
        let request = Request::builder().uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_what_is_signed_lately_and_wholly_is_looked_at() {
        let now: Timestamp = "2026-11-25T00:30:00Z".parse().unwrap();
        let url = |date: &str| {
            format!(
                "/b/k?X-Amz-Date={date}&X-Amz-SignedHeaders=host%3Bx-amz-tagging&X-Amz-Signature=0"
            )
        };
        let fresh = url("20261125T002500Z");
        let outcome = |uri: &str, headers: &[(&str, &str)]| {
            check(&request(uri, headers), SignedDuration::from_mins(5), now)
                .map_err(|Refused(status, ..)| status.as_u16())
        };
        assert_eq!(
            outcome(
                &fresh,
                &[("x-amz-tagging", "state=pending"), ("accept", "*/*")]
            ),
            Ok(())
        );
        assert_eq!(outcome(&fresh, &[("x-amz-acl", "public-read")]), Err(403));
        assert_eq!(outcome(&fresh, &[("authorization", "Bearer x")]), Err(400));
        assert_eq!(outcome(&url("20261125T002459Z"), &[]), Err(403));
        assert_eq!(outcome(&url("yesterday"), &[]), Err(403));
        let mut posted = request(&fresh, &[]);
        *posted.method_mut() = Method::POST;
        let posted = check(&posted, SignedDuration::from_mins(5), now);
        assert_eq!(
            posted.map_err(|Refused(status, ..)| status.as_u16()),
            Err(405)
        );
        assert_eq!(outcome("/b/k", &[]), Err(403));
        assert_eq!(
            outcome("/b/k?AWSAccessKeyId=a&Signature=b&Expires=9", &[]),
            Err(403)
        );
        assert_eq!(outcome("/b/k", &[("authorization", "AWS a:b")]), Err(403));
        assert_eq!(
            outcome(
                "/b/k",
                &[("authorization", "AWS4-HMAC-SHA256 Credential=…")]
            ),
            Ok(())
        );
    }
}
