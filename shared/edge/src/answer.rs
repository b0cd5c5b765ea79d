//! What a handler answers with when all is well: `{"success":true,"data":…}` and the headers that go with it.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::condition::etag;
use crate::problem::Problem;
use crate::view::time;

/// The body of an answer with one thing in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Success<T> {
    /// Always `true`.
    pub success: bool,
    /// The thing.
    pub data: T,
}

/// An answer with one thing in it.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    data: Option<T>,
    headers: Vec<(HeaderName, String)>,
}

impl<T> Answer<T> {
    /// 200.
    pub fn ok(data: T) -> Self {
        Self {
            status: StatusCode::OK,
            data: Some(data),
            headers: Vec::new(),
        }
    }

    /// 201, and where the new thing is.
    pub fn created(data: T, location: String) -> Self {
        Self {
            status: StatusCode::CREATED,
            data: Some(data),
            headers: vec![(header::LOCATION, location)],
        }
    }

    /// 201, of what has no address of its own.
    pub fn made(data: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::ok(data)
        }
    }

    /// 200 of what was set; 201 when it is new, and where it is.
    pub fn set(data: T, is_new: bool, location: String) -> Self {
        if is_new {
            Self::created(data, location)
        } else {
            Self::ok(data)
        }
    }

    /// 304: the caller has it already.
    pub fn not_modified() -> Self {
        Self {
            status: StatusCode::NOT_MODIFIED,
            data: None,
            headers: Vec::new(),
        }
    }

    /// The version of what this is about.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        self.tag(etag(version))
    }

    /// The entity tag of the ticket this is about, as its reader knows it.
    #[must_use]
    pub fn tag(mut self, tag: String) -> Self {
        self.headers.push((header::ETAG, tag));
        self
    }

    /// Says that this was done before, by a request with the same key.
    #[must_use]
    pub fn replayed(mut self, replayed: bool) -> Self {
        if replayed {
            self.headers.push((
                HeaderName::from_static("idempotency-replayed"),
                "true".into(),
            ));
        }
        self
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = match self.data {
            Some(data) => json(
                self.status,
                &Success {
                    success: true,
                    data,
                },
            ),
            None => private(self.status.into_response()),
        };
        for (name, value) in self.headers {
            response
                .headers_mut()
                .extend(HeaderValue::from_str(&value).map(|value| (name, value)));
        }
        response
    }
}

/// The body of an answer with a list in it: `{"success":true,"data":[…],"pagination":{…}}` and what a list has besides.
pub trait Listing: Serialize {
    /// How to go on.
    fn pagination(&self) -> &Pagination;
}

/// How to go on in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// The most things on a page.
    pub limit: usize,
    /// The next page's `cursor`; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Of tickets: before this time, nothing can appear in the list any more. Every page of a walk says what its first
    /// page said; give it as `updatedFrom` next time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-11-23T02:59:45.000Z")]
    pub complete_until: Option<String>,
    /// The page's number, when it was asked for by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub page: Option<usize>,
    /// With `page`: how many things are in the list; `null` when that is not known without reading all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, example = 25)]
    pub total: Option<Value>,
    /// With `page`: how many pages that makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, example = 3)]
    pub pages: Option<Value>,
}

impl Pagination {
    /// A page of at most `limit` things, and where the list goes on.
    pub fn new(limit: usize, next_cursor: Option<String>) -> Self {
        Self {
            limit,
            next_cursor,
            complete_until: None,
            page: None,
            total: None,
            pages: None,
        }
    }

    /// Complete until then.
    #[must_use]
    pub fn complete_until(self, until: Timestamp) -> Self {
        Self {
            complete_until: Some(time(until)),
            ..self
        }
    }

    /// Of this number, in a list of so many things, if that is known.
    #[must_use]
    pub fn numbered(self, page: usize, total: Option<u64>) -> Self {
        let pages = total.map(|total| total.div_ceil(self.limit.max(1) as u64));
        Self {
            page: Some(page),
            total: Some(total.into()),
            pages: Some(pages.into()),
            ..self
        }
    }
}

/// Makes the answer with a list in it: it knows the list's own address, for `Link`.
#[derive(Debug)]
pub struct Listed(Uri);

impl<S: Send + Sync> FromRequestParts<S> for Listed {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, state).await?;
        Ok(Self(uri))
    }
}

impl Listed {
    /// A page.
    pub fn page(&self, body: &impl Listing) -> Response {
        let next_cursor = body.pagination().next_cursor.as_deref();
        let link = next_cursor.map(|cursor| self.next(cursor));
        let mut response = json(StatusCode::OK, body);
        let link = link.and_then(|link| HeaderValue::from_str(&link).ok());
        response
            .headers_mut()
            .extend(link.map(|link| (header::LINK, link)));
        response
    }

    /// The same address with another cursor, relative to the host.
    fn next(&self, cursor: &str) -> String {
        let pairs = form_urlencoded::parse(self.0.query().unwrap_or_default().as_bytes());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.filter(|(name, _)| name != "cursor" && name != "page"));
        query.append_pair("cursor", cursor);
        format!("<{}?{}>; rel=\"next\"", self.0.path(), query.finish())
    }
}

/// 204: what a path answers to, and nothing done.
pub fn allowing(methods: &[Method]) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allow = response.headers_mut();
    allow.extend(HeaderValue::from_str(&listed(methods)).map(|methods| (header::ALLOW, methods)));
    response
}

/// Methods as `Allow` lists them.
pub(crate) fn listed(methods: &[Method]) -> String {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    names.join(", ")
}

/// 302: what was asked for is there, for this caller and for a moment.
pub fn redirect(url: &str) -> Response {
    match HeaderValue::from_str(url) {
        Ok(url) => {
            let mut response = private(StatusCode::FOUND.into_response());
            response.headers_mut().insert(header::LOCATION, url);
            response
        }
        Err(cause) => Problem::internal(cause).into_response(),
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let json = HeaderValue::from_static("application/json");
            private((status, [(header::CONTENT_TYPE, json)], bytes).into_response())
        }
        Err(cause) => Problem::internal(cause).into_response(),
    }
}

/// Tickets are private. A browser may keep an answer if it asks each time whether it is still fresh, and for the one
/// person it was given to: an agent's has notes in it.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
    response
}
