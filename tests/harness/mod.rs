//! Stage and actors.

mod files;
mod fragile;
mod passing;
mod proxy;
mod reckoning;
mod reply;
mod request;

use std::sync::OnceLock;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Principal, Role, Tenant, Ticket, TicketId};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use ventanilla::{IssuerKey, Options, Stand};

pub use files::{File, Raw};
pub use fragile::Fragile;
pub use proxy::{Fault, Fuse, Proxy};
pub use reply::Reply;
pub use request::Request;

/// The tenant most plays are set in.
pub const TENANT: &str = "acme";

/// A key pair takes long to find, and one is enough for all stands of a run.
fn key() -> IssuerKey {
    static KEY: OnceLock<IssuerKey> = OnceLock::new();
    KEY.get_or_init(|| IssuerKey::generate().expect("a key pair"))
        .clone()
}

/// Somebody of the tenant, for what is asked of the store and not over HTTP.
pub fn acting(principal: &str, role: Role) -> domain::Actor {
    domain::Actor {
        tenant: Tenant::parse(TENANT).expect("a tenant"),
        principal: Principal::parse(principal).expect("a principal"),
        role,
    }
}

/// A time of an answer.
pub fn time(value: &Value) -> Timestamp {
    value.as_str().expect("a time").parse().expect("a time")
}

/// So many hours.
pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// A request is sent until it is answered for good: an engine in trouble, and too many writers at once, are a `503`.
pub async fn insist(request: impl AsyncFn() -> Reply) -> Reply {
    for _ in 0..50 {
        let reply = request().await;
        if reply.status.as_u16() != 503 {
            return reply;
        }
    }
    panic!("the system does not recover");
}

/// A stand of its own, and a client to reach it.
pub struct Play {
    /// The stand.
    pub stand: Stand,
    http: Client,
}

impl Play {
    /// Starts an empty stand.
    pub async fn begin() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts an empty stand with other options than usual.
    pub async fn with(options: Options) -> Self {
        edge::quiet();
        let options = Options {
            key: Some(key()),
            ..options
        };
        let stand = Stand::start(options).await.expect("the stand starts");
        Self {
            stand,
            http: Client::new(),
        }
    }

    /// Starts an empty stand whose engine is behind a proxy.
    pub async fn behind(proxy: &Proxy) -> Self {
        let dynamodb_endpoint = Some(proxy.url().to_owned());
        Self::with(Options {
            dynamodb_endpoint,
            ..Options::default()
        })
        .await
    }

    /// Opens a port of the engine, and says where it is.
    pub async fn open_dynamodb(&self) -> String {
        let url = self.stand.open_dynamodb().await;
        url.expect("a port").to_owned()
    }

    /// A customer of the tenant.
    pub fn customer(&self, sub: &str) -> Actor {
        self.actor(TENANT, sub, "customer")
    }

    /// An agent of the tenant.
    pub fn agent(&self, sub: &str) -> Actor {
        self.actor(TENANT, sub, "agent")
    }

    /// An admin of the tenant.
    pub fn admin(&self, sub: &str) -> Actor {
        self.actor(TENANT, sub, "admin")
    }

    /// Every item of the table, as text. Only a test may look at everything.
    pub async fn items(&self) -> Vec<String> {
        let table = self.stand.table();
        let scan = table.client().scan().table_name(table.name());
        let mut items = scan.into_paginator().items().send();
        let mut texts = Vec::new();
        while let Some(item) = items.next().await {
            texts.push(format!("{:?}", item.expect("an item")));
        }
        texts
    }

    /// Anybody.
    pub fn actor(&self, tenant: &str, sub: &str, role: &str) -> Actor {
        let token = self.stand.token(tenant, sub, &[role]).expect("a token");
        self.bearer(Some(token))
    }

    /// Whoever holds this token, or nobody.
    pub fn bearer(&self, token: Option<String>) -> Actor {
        Actor {
            url: self.stand.url().to_owned(),
            token,
            http: self.http.clone(),
        }
    }

    /// Ends the play: every ticket must be the fold of its thread, and the reports what the threads say.
    pub async fn end(self) {
        for head in self.heads().await {
            let thread = self
                .stand
                .table()
                .whole_thread(&head.tenant, head.id)
                .await
                .expect("a thread");
            let folded =
                Ticket::fold(head.tenant.clone(), head.id, &thread).expect("an unbroken thread");
            assert_eq!(folded, head, "the head is the fold of its thread");
            let seqs: Vec<u32> = thread.iter().map(|entry| entry.seq).collect();
            assert_eq!(seqs, (1..=head.version).collect::<Vec<_>>());
        }
        reckoning::agrees(&self).await;
        self.stand.shutdown().await.expect("the stand stops");
    }

    /// Every head of the table. Only a test may look at everything.
    pub async fn heads(&self) -> Vec<Ticket> {
        let table = self.stand.table();
        let mut heads = Vec::new();
        let mut pages = table
            .client()
            .scan()
            .table_name(table.name())
            .projection_expression("pk, sk")
            .into_paginator()
            .items()
            .send();
        while let Some(item) = pages.next().await {
            let item = item.expect("an item");
            let part = |name: &str| {
                item.get(name)
                    .and_then(|value| AttributeValue::as_s(value).ok())
            };
            let (Some(pk), Some("ticket")) = (part("pk"), part("sk").map(String::as_str)) else {
                continue;
            };
            let (tenant, id) = pk.split_once('#').expect("a tenant and a ticket");
            let tenant = Tenant::parse(tenant).expect("a tenant");
            let id: TicketId = id.parse().expect("a ticket");
            // A ticket that is being purged has none any more.
            heads.extend(table.ticket(&tenant, id).await.expect("a head"));
        }
        heads
    }
}

/// Somebody with a token, or without.
#[derive(Clone)]
pub struct Actor {
    url: String,
    token: Option<String>,
    http: Client,
}

impl Actor {
    /// Reads.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// Submits.
    pub fn post(&self, path: &str, body: &Value) -> Request {
        self.request(Method::POST, path).json(body)
    }

    /// Changes.
    pub fn patch(&self, path: &str, body: &Value) -> Request {
        self.request(Method::PATCH, path).json(body)
    }

    /// Sets.
    pub fn put(&self, path: &str, body: &Value) -> Request {
        self.request(Method::PUT, path).json(body)
    }

    /// Changes a ticket.
    pub async fn changes(&self, ticket: &str, body: Value) -> Reply {
        self.patch(&format!("/v2/support-tickets/{ticket}"), &body)
            .await
    }

    /// Takes a ticket.
    pub async fn claims(&self, ticket: &str) -> Reply {
        self.request(Method::POST, &format!("/v2/support-tickets/{ticket}/claim"))
            .await
    }

    /// Raises a ticket's priority.
    pub async fn escalates(&self, ticket: &str, reason: &str) -> Reply {
        let path = format!("/v2/support-tickets/{ticket}/escalate");
        self.post(&path, &json!({ "reason": reason })).await
    }

    /// Deletes a ticket.
    pub async fn deletes(&self, ticket: &str) -> Reply {
        self.request(Method::DELETE, &format!("/v2/support-tickets/{ticket}"))
            .await
    }

    /// Brings a ticket back.
    pub async fn restores(&self, ticket: &str) -> Reply {
        self.request(
            Method::POST,
            &format!("/v2/support-tickets/{ticket}/restore"),
        )
        .await
    }

    /// Sets a policy.
    pub async fn sets_policy(&self, id: &str, policy: Value) -> Reply {
        self.put(&format!("/v2/sla-policies/{id}"), &policy).await
    }

    /// Sets a calendar.
    pub async fn sets_calendar(&self, id: &str, calendar: Value) -> Reply {
        self.put(&format!("/v2/calendars/{id}"), &calendar).await
    }

    /// Reads why a ticket's clocks stand where they stand.
    pub async fn explains(&self, ticket: &str) -> Reply {
        self.get(&format!("/v2/support-tickets/{ticket}/sla")).await
    }

    /// Reads the latest clock of a metric.
    pub async fn clock(&self, ticket: &str, metric: &str) -> Value {
        let read = self.reads(ticket).await.expect(200);
        let clocks = read.data()["sla"]["metrics"].as_array().cloned();
        let mut clocks = clocks.expect("clocks").into_iter();
        clocks
            .find(|clock| clock["metric"] == metric)
            .expect("such a clock")
    }

    /// What a ticket's thread says of its clocks: `2 SLA_BREACHED firstResponse 1 100`.
    pub async fn clock_events(&self, ticket: &str) -> Vec<String> {
        let thread = self.reads_thread(ticket).await.expect(200);
        let entries = thread.data().as_array().expect("a list").iter();
        let line = |entry: &Value| {
            let (event, clock) = (entry["event"].as_str()?, &entry["clock"]);
            let metric = clock["metric"].as_str()?;
            Some(format!(
                "{} {event} {metric} {} {}",
                entry["seq"], clock["instance"], clock["percent"]
            ))
        };
        entries.filter_map(line).collect()
    }

    /// Counts its tickets.
    pub async fn counts(&self) -> Value {
        let listed = self.get("/v2/support-tickets?limit=1&countByStatus=true");
        listed.await.expect(200).body["counts"].clone()
    }

    /// Any request.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let request = self.http.request(method, format!("{}{path}", self.url));
        Request(match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }

    /// Opens a ticket with the fewest words; a customer's, for itself.
    pub async fn opens(&self, title: &str) -> Reply {
        let body =
            json!({ "title": title, "description": "It does not work.", "category": "technical" });
        self.post("/v2/support-tickets", &body).await.expect(201)
    }

    /// Opens a ticket for a client.
    pub async fn opens_for(&self, client: &str, more: Value) -> Reply {
        let mut body = json!({ "title": "A title", "description": "It does not work.", "category": "technical", "client": client });
        merge(&mut body, more);
        self.post("/v2/support-tickets", &body).await.expect(201)
    }

    /// Says something on a ticket.
    pub async fn says(&self, ticket: &str, body: Value) -> Reply {
        self.post(&format!("/v2/support-tickets/{ticket}/threads"), &body)
            .await
    }

    /// Writes a note on a ticket.
    pub async fn notes(&self, ticket: &str, message: &str) -> Reply {
        let body = json!({ "message": message });
        self.post(&format!("/v2/support-tickets/{ticket}/notes"), &body)
            .await
    }

    /// Reads a ticket.
    pub async fn reads(&self, ticket: &str) -> Reply {
        self.get(&format!("/v2/support-tickets/{ticket}")).await
    }

    /// Reads a ticket's thread.
    pub async fn reads_thread(&self, ticket: &str) -> Reply {
        self.get(&format!("/v2/support-tickets/{ticket}/threads?limit=100"))
            .await
    }

    /// Walks a list to its end.
    pub async fn walks(&self, path: &str) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut next = path.to_owned();
        loop {
            let page = self.get(&next).await.expect(200);
            pages.push(page.body["data"].as_array().expect("a list").clone());
            let Some(cursor) = page.body["pagination"]["nextCursor"].as_str() else {
                return pages;
            };
            let separator = if path.contains('?') { '&' } else { '?' };
            next = format!("{path}{separator}cursor={cursor}");
            assert!(pages.len() < 1_000, "a list has an end");
        }
    }
}

fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}
