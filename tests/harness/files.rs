//! Files: how they are declared, put and fetched.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Actor, Reply, Request};

/// A file somebody has.
#[derive(Clone, Debug)]
pub struct File {
    /// What it is called.
    pub name: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl File {
    /// A text.
    pub fn text(words: &str) -> Self {
        Self {
            name: "log.txt",
            kind: "text/plain",
            bytes: words.into(),
        }
    }

    /// What is declared of it.
    pub fn declaration(&self) -> Value {
        let digest: [u8; 32] = Sha256::digest(&self.bytes).into();
        let sha256 = domain::Sha256::from(digest).to_string();
        json!({ "filename": self.name, "type": self.kind, "size": self.bytes.len(), "sha256": sha256 })
    }
}

/// A request that somebody makes as they were told to, or not quite.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Its method.
    pub method: Method,
    /// Its URL.
    pub url: String,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Raw {
    /// The request that a declaration's answer says.
    pub fn upload(declared: &Reply) -> Self {
        let upload = &declared.data()["upload"];
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in upload["headers"].as_object().expect("headers") {
            let name: HeaderName = name.parse().expect("a name");
            let value = HeaderValue::from_str(&text(value)).expect("a value");
            headers.insert(name, value);
        }
        Self {
            method: text(&upload["method"]).parse().expect("a method"),
            url: text(&upload["url"]),
            headers,
        }
    }

    /// To fetch what is there.
    pub fn get(url: &str) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: HeaderMap::new(),
        }
    }

    /// With another header, or another value of one.
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// With another text in its URL.
    pub fn replaced(mut self, from: &str, to: &str) -> Self {
        assert!(self.url.contains(from), "{from} is not in {}", self.url);
        self.url = self.url.replace(from, to);
        self
    }

    /// Makes it, and gives the status.
    pub async fn send(self, bytes: impl Into<reqwest::Body>) -> u16 {
        self.answer(bytes).await.status().as_u16()
    }

    /// Makes it, and gives all of the answer.
    pub async fn answer(self, bytes: impl Into<reqwest::Body>) -> reqwest::Response {
        let client = Client::builder().redirect(Policy::none());
        let client = client.build().expect("a client");
        let request = client.request(self.method, self.url);
        let request = request.headers(self.headers).body(bytes);
        request.send().await.expect("an answer")
    }
}

impl Actor {
    /// Declares a file.
    pub fn declares(&self, file: &File) -> Request {
        self.post("/v2/attachments", &file.declaration())
    }

    /// Declares a file and puts it; gives its id.
    pub async fn uploads(&self, file: &File) -> String {
        let declared = self.declares(file).await.expect(201);
        let put = Raw::upload(&declared).send(file.bytes.clone()).await;
        assert_eq!(put, 200);
        declared.id()
    }

    /// Opens a ticket with files.
    pub async fn opens_with(&self, attachments: &[&str]) -> Reply {
        let body = json!({
            "title": "API returns 502",
            "description": "Since this morning.",
            "category": "technical",
            "attachments": attachments,
        });
        self.post("/v2/support-tickets", &body).await
    }

    /// Asks where a file of a ticket is.
    pub async fn fetches(&self, ticket: &str, attachment: &str) -> Reply {
        let path = format!("/v2/support-tickets/{ticket}/attachments/{attachment}?redirect=false");
        self.get(&path).await
    }

    /// Downloads a file of a ticket.
    pub async fn downloads(&self, ticket: &str, attachment: &str) -> Vec<u8> {
        let there = self.fetches(ticket, attachment).await.expect(200);
        let url = there.data()["url"].as_str().expect("a URL").to_owned();
        let answer = Raw::get(&url).answer("").await;
        assert_eq!(answer.status().as_u16(), 200);
        answer.bytes().await.expect("all of it").into()
    }
}
