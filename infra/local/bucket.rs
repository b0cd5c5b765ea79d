//! S3 on one machine: its protocol and its signatures over files, served on a loopback port.
//!
//! The functions reach it as they reach AWS: with the real SDK, over HTTP; and whoever has a presigned URL as they would
//! reach S3. `s3s` speaks the protocol and verifies signatures; what it does not enforce by itself is in `guard`.

mod cors;
mod guard;
mod objects;
mod protocol;
mod scan;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use store::Bucket;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::schedule::Schedule;
use crate::template::BucketRules;
pub(crate) use objects::Objects;
use protocol::Protocol;

/// The bucket's name.
const NAME: &str = "ventanilla";

/// A key pair that may use the bucket.
#[derive(Clone)]
pub struct AccessKey {
    /// Its name.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKey({})", self.id)
    }
}

/// A running server with one bucket. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct ObjectServer {
    url: String,
    key: AccessKey,
    objects: Arc<Objects>,
    schedule: Arc<OnceLock<Schedule>>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    /// Where the objects are when nothing is kept.
    _temporary: Option<TempDir>,
}

impl ObjectServer {
    /// A server by the template's rules, over the objects in a folder or over none that it keeps, on a port or (0) on any.
    /// `now` is the system's time.
    pub async fn start(
        rules: BucketRules,
        folder: Option<&Path>,
        port: u16,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self> {
        let temporary = match folder {
            Some(_) => None,
            None => Some(tempfile::tempdir().context("cannot make a folder for objects")?),
        };
        let folder = folder.or(temporary.as_ref().map(TempDir::path));
        let folder = folder.context("there is no folder for objects")?;
        let objects = Objects::open(folder, rules.pending_for)
            .with_context(|| format!("cannot open the objects in {}", folder.display()))?;
        let objects = Arc::new(objects);
        let schedule = Arc::default();
        let key = AccessKey {
            id: format!("local-{}", Uuid::now_v7().simple()),
            secret: format!("{}{}", Uuid::now_v7().simple(), Uuid::now_v7().simple()),
        };
        let mut service = S3ServiceBuilder::new(Protocol {
            bucket: NAME.into(),
            objects: Arc::clone(&objects),
            now: Box::new(now),
            schedule: Arc::clone(&schedule),
        });
        service.set_auth(SimpleAuth::from_single(key.id.clone(), key.secret.clone()));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::new((service.build(), rules)));

        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.with_context(|| format!("cannot listen on {address} for the bucket"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, app).with_graceful_shutdown(async {
            // An error is a dropped sender: nobody uses this bucket any more.
            let _ = stopped.await;
        });
        Ok(Self {
            url,
            key,
            objects,
            schedule,
            stop,
            server: tokio::spawn(server.into_future()),
            _temporary: temporary,
        })
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key pair it knows.
    pub fn key(&self) -> &AccessKey {
        &self.key
    }

    /// Its bucket, reached there or through somebody who stands in between.
    pub fn bucket(&self, url: &str) -> Bucket {
        Bucket::local(url, NAME, &self.key.id, &self.key.secret)
    }

    /// From now on, whoever is told what GuardDuty says hears of each file, before the file is there.
    pub(crate) fn tell(&self, schedule: Schedule) {
        // An error is a second one who tells, which there is none of.
        let _ = self.schedule.set(schedule);
    }

    /// The key of every object there is, and its tags: for whoever looks at all of them.
    pub fn list(&self) -> Result<Vec<(String, BTreeMap<String, String>)>> {
        let all = self.objects.all()?.into_iter();
        Ok(all.map(|object| (object.key, object.tags)).collect())
    }

    /// Its objects, of which those are deleted from time to time that nobody has asked for.
    pub(crate) fn objects(&self) -> Arc<Objects> {
        Arc::clone(&self.objects)
    }

    /// Lets the requests under way finish.
    pub(crate) async fn close(self) -> Result<()> {
        drop(self.stop);
        Ok(self.server.await??)
    }
}

async fn answer(State(bucket): State<Arc<(S3Service, BucketRules)>>, request: Request) -> Response {
    let (service, rules) = &*bucket;
    if let Some(response) = cors::preflight(&request, &rules.cors) {
        return response;
    }
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let mut response = match guard::check(&request, rules.oldest_signature, Timestamp::now()) {
        Ok(()) => operate(service, request).await,
        Err(refused) => refused.into_response(),
    };
    cors::allow(response.headers_mut(), &headers, &method, &rules.cors);
    response
}

async fn operate(service: &S3Service, request: Request) -> Response {
    match service.call(request.map(s3s::Body::http_body_unsync)).await {
        Ok(response) => response.map(Body::new),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
