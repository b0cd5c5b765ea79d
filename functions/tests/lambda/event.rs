//! What API Gateway's HTTP API hands to a function: payload format 2.0.

use serde_json::{Value, json};

/// Whoever a token speaks of.
pub struct Person {
    pub tenant: &'static str,
    pub sub: &'static str,
    /// As the gateway prints a list.
    pub roles: &'static str,
}

pub const ANA: Person = Person {
    tenant: "acme",
    sub: "ana",
    roles: "[agent admin]",
};
pub const CUSTOMER: Person = Person {
    tenant: "acme",
    sub: "cus_123",
    roles: "[customer]",
};
pub const FOREIGNER: Person = Person {
    tenant: "globex",
    sub: "ana",
    roles: "[agent admin]",
};

/// An event.
pub struct Event(pub Value);

impl Event {
    pub fn new(method: &str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Self(json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {
                "accept": "application/json",
                "host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
                "x-forwarded-proto": "https",
                "x-request-id": "the-request",
            },
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "a1b2c3d4e5",
                "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7" },
                "requestId": "UoKX1hhzDoEEMcg=",
                "stage": "$default",
                "time": "23/Nov/2026:15:00:00 +0000",
                "timeEpoch": 1_795_446_000_000_u64,
            },
            "isBase64Encoded": false,
        }))
    }

    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path)
            .header("content-type", "application/json")
            .body(&body.to_string())
    }

    /// The authorizer has verified this person's token.
    pub fn by(mut self, person: &Person) -> Self {
        self.0["requestContext"]["authorizer"] = json!({ "jwt": {
            "claims": {
                "aud": "ventanilla",
                "exp": "1795449300",
                "iss": "https://issuer.example",
                "roles": person.roles,
                "sub": person.sub,
                "tenant": person.tenant,
            },
            "scopes": null,
        }});
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0["headers"][name] = value.into();
        self
    }

    pub fn body(mut self, text: &str) -> Self {
        self.0["body"] = text.into();
        self
    }

    /// The body is bytes in base64.
    pub fn in_base64(mut self) -> Self {
        self.0["isBase64Encoded"] = true.into();
        self
    }
}
