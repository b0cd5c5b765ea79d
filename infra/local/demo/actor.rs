//! Somebody with a token, who says aloud what he asks and what he is told.

use anyhow::{Result, ensure};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::say;
use crate::Stand;

/// Somebody with a token.
#[derive(Clone)]
pub(super) struct Actor {
    name: &'static str,
    /// Nobody has none.
    token: Option<String>,
    url: String,
    http: Client,
}

impl Actor {
    pub(super) fn of(stand: &Stand, name: &'static str, tenant: &str, role: &str) -> Result<Self> {
        let token = Some(stand.token(tenant, name, &[role])?);
        Ok(Self {
            name,
            token,
            url: stand.url().into(),
            http: Client::new(),
        })
    }

    pub(super) fn nobody(at: &Self) -> Self {
        Self {
            name: "nobody",
            token: None,
            ..at.clone()
        }
    }

    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    pub(super) fn patch(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::PATCH, path).json(body)
    }

    pub(super) fn put(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::PUT, path).json(body)
    }

    pub(super) fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request, prints it and the telling fields of its answer, and insists on the status.
    pub(super) async fn ask(
        &self,
        request: RequestBuilder,
        status: u16,
        fields: &[&str],
    ) -> Result<Value> {
        let request = request.build()?;
        let asked = shown(
            request.headers(),
            &["idempotency-key", "if-match", "accept-language"],
        );
        let path = request.url().path().to_owned();
        let query = request
            .url()
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let path = shortened(&format!("{path}{query}"));
        say(&format!(
            "  {:<7}{:<7}{path}{asked}",
            self.name,
            request.method().as_str()
        ))?;
        if let Some(body) = request.body().and_then(reqwest::Body::as_bytes) {
            say(&format!("         {}", String::from_utf8_lossy(body)))?;
        }
        let response = self.http.execute(request).await?;
        let code = response.status().as_u16();
        let told = shown(response.headers(), &["etag", "idempotency-replayed"]);
        let answer: Value = response.json().await?;
        say(&format!(
            "      →  {code}{told}  {}",
            telling(&answer, fields)
        ))?;
        ensure!(code == status, "expected {status}");
        Ok(answer)
    }
}

impl Actor {
    /// Makes the request that was described to upload a file, prints it, and insists on its success.
    pub(super) async fn upload(&self, upload: &Value, bytes: &'static [u8]) -> Result<()> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let method: Method = word(&upload["method"]).parse()?;
        let mut request = self.http.request(method, word(&upload["url"]));
        for (name, value) in upload["headers"].as_object().into_iter().flatten() {
            request = request.header(name, word(value));
        }
        let request = request.body(bytes).build()?;
        let signed = shown(
            request.headers(),
            &["content-length", "x-amz-checksum-sha256"],
        );
        let path = shortened(request.url().path());
        let method = request.method().to_string();
        say(&format!("  {:<7}{method:<7}S3 {path}{signed}", self.name))?;
        let code = self.http.execute(request).await?.status();
        say(&format!("      →  {}", code.as_u16()))?;
        ensure!(code.is_success(), "expected 200");
        Ok(())
    }
}

fn shown(headers: &HeaderMap, names: &[&str]) -> String {
    let show = |name: &&str| Some(format!("  {name}: {}", headers.get(*name)?.to_str().ok()?));
    names.iter().filter_map(show).collect()
}

/// The named fields of what was asked for, or of each of it; of a problem, what it says.
fn telling(answer: &Value, fields: &[&str]) -> String {
    let pick = |from: &Value, fields: &[&str]| {
        let picked = fields
            .iter()
            .map(|field| format!("{field}: {}", from[field]));
        picked.collect::<Vec<_>>().join(", ")
    };
    let data = &answer["data"];
    match data.as_array() {
        Some(rows) => {
            let lines = rows.iter().map(|row| pick(row, fields));
            lines
                .flat_map(|line| ["\n         ".to_owned(), line])
                .collect()
        }
        None if !answer["code"].is_null() => pick(answer, &["code", "detail"]),
        None if data.is_null() => pick(answer, fields),
        None => pick(data, fields),
    }
}

/// Ids and cursors are long, and one looks like another.
fn shortened(path: &str) -> String {
    let short = |part: &str| match part.len() {
        0..=24 => part.to_owned(),
        length => format!("{}…{}", &part[..4], &part[length - 4..]),
    };
    path.split_inclusive(['/', '=', '&', '?'])
        .map(|part| match part.strip_suffix(['/', '=', '&', '?']) {
            Some(word) => format!("{}{}", short(word), &part[word.len()..]),
            None => short(part),
        })
        .collect()
}
