//! What a function answers, as API Gateway reads it.

use serde_json::{Value, json};

/// An answer, its body read.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u64,
    pub headers: Value,
    pub body: Value,
}

impl Answer {
    /// Reads an answer. Everything the API says is text, so nothing comes in base64. The length of a body and the trace
    /// are checked here and left out of every comparison.
    #[track_caller]
    pub fn of(mut response: Value) -> Self {
        assert_eq!(response["isBase64Encoded"], false, "{response:#}");
        assert_eq!(response["multiValueHeaders"], json!({}), "{response:#}");
        assert_eq!(response["cookies"], json!([]), "{response:#}");
        let mut headers = response["headers"].take();
        let text = response["body"].as_str().unwrap_or_default();
        let length = headers
            .as_object_mut()
            .and_then(|headers| headers.remove("content-length"));
        let actual = Value::from(text.len().to_string());
        assert!(
            length.is_none_or(|length| length == actual),
            "{response:#} {text}"
        );
        let trace = headers
            .as_object_mut()
            .and_then(|headers| headers.remove("traceparent"));
        let trace = trace.as_ref().and_then(Value::as_str).unwrap_or_default();
        let lengths: Vec<usize> = trace.split('-').map(str::len).collect();
        assert_eq!(lengths, [2, 32, 16, 2], "{headers:#}");
        Self {
            status: response["statusCode"].as_u64().expect("a status"),
            body: serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            headers,
        }
    }

    /// Everything there is to compare, with ids and times replaced.
    pub fn whole(&self) -> Value {
        mask(&json!({ "status": self.status, "headers": self.headers, "body": self.body }))
    }

    /// The `_id` of what it is about.
    #[track_caller]
    pub fn id(&self) -> String {
        self.body["data"]["_id"].as_str().expect("an _id").into()
    }

    /// Asserts that this is a problem, and all of it.
    #[track_caller]
    pub fn refuses(&self, status: u64, code: &str, detail: &str) {
        let title = match status {
            401 => "Unauthorized",
            404 => "Not found",
            405 => "Method not allowed",
            413 => "Payload too large",
            503 => "Service unavailable",
            _ => panic!("{status} has no title here"),
        };
        let kind = code.to_lowercase().replace('_', "-");
        assert_eq!(
            (self.status, &self.body),
            (
                status,
                &json!({
                    "type": format!("urn:ventanilla:problem:{kind}"),
                    "title": title,
                    "status": status,
                    "detail": detail,
                    "instance": "the-request",
                    "code": code,
                    "success": false,
                    "error": detail,
                    "message": code,
                })
            )
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.headers["content-language"], "en");
        assert_eq!(self.headers["cache-control"], "no-store");
        assert_eq!(self.headers["x-request-id"], "the-request");
    }
}

fn mask(value: &Value) -> Value {
    match value {
        Value::String(text) => text
            .split('/')
            .map(hide)
            .collect::<Vec<_>>()
            .join("/")
            .into(),
        Value::Array(values) => values.iter().map(mask).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), mask(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn hide(text: &str) -> &str {
    let is_id = |prefix| {
        text.strip_prefix(prefix).is_some_and(|rest: &str| {
            rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    let is_time = text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    match text {
        _ if is_id("tkt_") => "<ticket>",
        _ if is_id("thr_") => "<entry>",
        _ if is_id("att_") => "<attachment>",
        _ if is_time => "<time>",
        _ => text,
    }
}
