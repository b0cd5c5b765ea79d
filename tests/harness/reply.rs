//! What a play's actors are told.

use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde_json::Value;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, `null` when it is not JSON.
    pub body: Value,
}

impl Reply {
    /// Reads an answer whole.
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a whole answer");
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self {
            status,
            headers,
            body,
        }
    }

    /// Itself, if it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self
    }

    /// Itself, if it is a problem with this status and code, written as every problem must be.
    #[track_caller]
    pub fn refuses(self, status: u16, code: &str) -> Self {
        let body = &self.body;
        assert_eq!(
            (self.status.as_u16(), body["code"].as_str()),
            (status, Some(code)),
            "{body:#}"
        );
        let known = |code: &str| edge::catalogue().iter().any(|known| known.name == code);
        assert!(known(code), "{code} is not in the catalogue");
        for (field, code) in self.errors() {
            assert!(known(code), "{code} of {field} is not in the catalogue");
        }
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["status"], status);
        assert_eq!(body["success"], false);
        assert_eq!(body["message"], body["code"]);
        assert_eq!(body["error"], body["detail"]);
        assert_eq!(body["instance"].as_str(), Some(self.header("x-request-id")));
        let kebab = code.to_lowercase().replace('_', "-");
        assert_eq!(body["type"], format!("urn:ventanilla:problem:{kebab}"));
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|detail| detail.ends_with('.')),
            "{body:#}"
        );
        self
    }

    /// The fields a problem names, with their codes.
    pub fn errors(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"]
            .as_array()
            .map_or([].as_slice(), Vec::as_slice);
        errors
            .iter()
            .map(|error| (member(error, "field"), member(error, "code")))
            .collect()
    }

    /// A header's text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The `data` of an answer.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The `_id` of what it is about.
    #[track_caller]
    pub fn id(&self) -> String {
        self.data()["_id"].as_str().expect("an _id").to_owned()
    }

    /// The body with ids numbered by appearance and times replaced: what can be compared between two runs.
    pub fn masked(&self) -> Value {
        let mut seen = Vec::new();
        mask(&self.body, &mut seen)
    }
}

fn member<'a>(error: &'a Value, name: &str) -> &'a str {
    error[name].as_str().unwrap_or_default()
}

fn mask(value: &Value, seen: &mut Vec<String>) -> Value {
    match value {
        Value::String(text) => Value::String(mask_text(text, seen)),
        Value::Array(values) => values.iter().map(|value| mask(value, seen)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let hidden = name == "instance" && value.is_string();
                let value = if hidden {
                    "<request id>".into()
                } else {
                    mask(value, seen)
                };
                (name.clone(), value)
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn mask_text(text: &str, seen: &mut Vec<String>) -> String {
    let is_id = text.len() == 36
        && text.as_bytes()[3] == b'_'
        && text[4..].bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id {
        let place = seen.iter().position(|id| id == text).unwrap_or_else(|| {
            seen.push(text.to_owned());
            seen.len() - 1
        });
        return format!("<{} {}>", &text[..3], place + 1);
    }
    let is_time = text.len() == 24
        && text.ends_with('Z')
        && text.as_bytes()[10] == b'T'
        && text.as_bytes()[19] == b'.';
    if is_time {
        "<time>".into()
    } else {
        text.to_owned()
    }
}
