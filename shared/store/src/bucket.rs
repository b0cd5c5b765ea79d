//! The bucket: how files are put there and fetched from there without passing through a function.
//!
//! A person gets a URL that holds for one request: this method, this object, and, for an upload, exactly these bytes
//! (their number, their type, their digest), once, as an object that is tagged `pending`. Nobody but the system itself
//! can do anything else, and the system does five things: it looks at an object (`HeadObject`, and a `GetObject` of its
//! first kilobyte), tags it `kept`, and deletes it with all its versions. What a file's state is, the table knows; the
//! tag only tells S3's lifecycle which objects nobody has asked for.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::{
    BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation,
    ResponseChecksumValidation,
};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{ChecksumMode, Tag, Tagging};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Attachment, AttachmentId, MediaType, Sha256, Tenant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::access::{Guard, Guarded};
use crate::connection::{self, MissingConfig, Patience};
use crate::error::Error;
use crate::keys::{object, object_of};
use crate::meter::RoundTrips;

/// S3 answers such small requests in a tenth of an attempt.
const PATIENCE: Patience = Patience {
    attempt: Duration::from_secs(1),
    operation: Duration::from_secs(2),
    attempts: 3,
    backoff: Duration::from_millis(50),
};
/// Files that are looked at, kept or deleted at once.
const AT_ONCE: usize = 8;

/// The tag that says what is to become of an object.
pub(crate) const STATE: &str = "state";
/// Nobody has asked for it yet; S3's lifecycle takes it after a day.
pub(crate) const PENDING: &str = "pending";
/// It stays until the system deletes it.
const KEPT: &str = "kept";

/// The bucket. Cheap to clone; every clone shares one connection pool.
#[derive(Clone, Debug)]
pub struct Bucket {
    client: Client,
    /// Signs requests that somebody else makes: those are not counted.
    pub(crate) signer: Client,
    pub(crate) name: String,
    scanned: bool,
    /// Its calls at a time: many files are no reason for many connections.
    turns: Arc<Semaphore>,
}

/// What the bucket has of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Missing,
    /// Something else than was declared.
    Differs,
    /// What was declared, with a header that would make something else of it on its way back.
    Encoded,
    /// The file, in this version.
    Whole(String),
}

impl Bucket {
    /// The bucket a deployed function uses: `VENTANILLA_BUCKET`, with the region and the credentials Lambda puts into
    /// the environment. `VENTANILLA_SCANS` says `on` when somebody scans what is uploaded;
    /// `VENTANILLA_S3_ENDPOINT` points it at another engine.
    pub fn from_env() -> Result<Self, MissingConfig> {
        let mut builder = Builder::from(&connection::from_env()?);
        if let Ok(endpoint) = std::env::var("VENTANILLA_S3_ENDPOINT") {
            // Such an engine has one name for all its buckets.
            builder = builder.endpoint_url(endpoint).force_path_style(true);
        }
        let name = connection::variable("VENTANILLA_BUCKET")?;
        let scanned = std::env::var("VENTANILLA_SCANS").is_ok_and(|scans| scans == "on");
        Ok(Self::connect(builder, name, scanned))
    }

    /// A bucket in an engine on this machine, reached by `http` with a key pair of its own. Nobody scans what is uploaded
    /// there.
    pub fn local(url: &str, bucket: &str, access_key: &str, secret_key: &str) -> Self {
        let builder = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new(
                access_key, secret_key, None, None, "local",
            ))
            .http_client(connection::http())
            .endpoint_url(url)
            .force_path_style(true);
        Self::connect(builder, bucket.into(), false)
    }

    fn connect(builder: Builder, name: String, scanned: bool) -> Self {
        let config = builder
            .timeout_config(PATIENCE.timeouts())
            .retry_config(PATIENCE.retries())
            // The digest that counts is the declared one; the SDK adds others to everything otherwise.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        let counted = config.to_builder().interceptor(RoundTrips::Bucket).build();
        Self {
            client: Client::from_conf(counted),
            signer: Client::from_conf(config),
            name,
            scanned,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The same bucket, where somebody scans what is uploaded.
    #[must_use]
    pub fn where_files_are_scanned(self) -> Self {
        Self {
            scanned: true,
            ..self
        }
    }

    /// The same bucket for somebody who is asked, before each request and each signature, whether it may be made.
    #[must_use]
    pub fn guarded(self, guard: &Guard) -> Self {
        let guarded = |client: &Client| {
            let config = client.config().to_builder();
            Client::from_conf(config.interceptor(Guarded(Arc::clone(guard))).build())
        };
        Self {
            client: guarded(&self.client),
            signer: guarded(&self.signer),
            ..self
        }
    }

    /// The client, for what is no file's business: looking at the bucket in tests.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether somebody scans what is uploaded.
    pub fn is_scanned(&self) -> bool {
        self.scanned
    }

    /// Whose object a key is of.
    pub fn object_of(key: &str) -> Option<(Tenant, AttachmentId)> {
        object_of(key)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        let turn = self.turns.acquire().await;
        turn.map_err(|cause| Error::Unavailable(cause.to_string()))
    }

    /// Looks whether a file is there, and is the declared one: its size, type and digest as S3 has verified them, and
    /// a beginning that its type can have. Never more of it than that beginning.
    pub(crate) async fn look(&self, tenant: &Tenant, file: &Attachment) -> Result<Found, Error> {
        let _turn = self.turn().await?;
        let key = object(tenant, file.id);
        let head = self
            .client
            .head_object()
            .bucket(&self.name)
            .key(&key)
            .checksum_mode(ChecksumMode::Enabled)
            .send();
        let beginning = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(&key)
            .range(format!("bytes=0-{}", MediaType::BEGINNING - 1))
            .send();
        let (head, beginning) = tokio::join!(head, beginning);
        // The answer to `HeadObject` has no body, and so cannot say why it is a 403; the other one can.
        let beginning = match beginning {
            Ok(beginning) => beginning,
            Err(error) if is_missing(&error) => return Ok(Found::Missing),
            Err(error) => return Err(error.into()),
        };
        let head = match head {
            Ok(head) => head,
            Err(error) if is_forbidden_or_missing(&error) => return Ok(Found::Missing),
            Err(error) => return Err(error.into()),
        };
        let length = beginning
            .content_length()
            .and_then(|length| u64::try_from(length).ok());
        if length.is_none_or(|length| length > MediaType::BEGINNING) {
            return Err(Error::Corrupt("an answer longer than was asked for".into()));
        }
        let version = head.version_id().unwrap_or("null").to_owned();
        // S3 keeps this header too, and lets a request add it unsigned: with it, what is downloaded is something
        // else than what was declared. The others it keeps do no harm: browsers add `Cache-Control` themselves, and a
        // download says its own.
        let encoding = head.content_encoding().unwrap_or_default();
        let is_encoded = !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity");
        let is_declared = head.content_length() == i64::try_from(file.size).ok()
            && head.content_type() == Some(file.media_type.name())
            && head.checksum_sha256() == Some(&in_base64(&file.sha256))
            && beginning.version_id().unwrap_or("null") == version;
        let bytes = beginning.body.collect().await;
        let bytes = bytes.map_err(|cause| Error::Unavailable(cause.to_string()))?;
        Ok(
            if !is_declared || !file.media_type.fits(&bytes.into_bytes()) {
                Found::Differs
            } else if is_encoded {
                Found::Encoded
            } else {
                Found::Whole(version)
            },
        )
    }

    /// Whether there is anything of a file.
    pub(crate) async fn has(&self, tenant: &Tenant, id: AttachmentId) -> Result<bool, Error> {
        let _turn = self.turn().await?;
        let head = self.client.head_object().bucket(&self.name);
        match head.key(object(tenant, id)).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_forbidden_or_missing(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a version of a file out of reach of S3's lifecycle. False when it is not there any more.
    pub(crate) async fn keep(
        &self,
        tenant: &Tenant,
        id: AttachmentId,
        version: &str,
    ) -> Result<bool, Error> {
        let _turn = self.turn().await?;
        let tag = Tag::builder().key(STATE).value(KEPT).build();
        let tagging = tag.and_then(|tag| Tagging::builder().tag_set(tag).build());
        let tagging = tagging.map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let tagged = self
            .client
            .put_object_tagging()
            .bucket(&self.name)
            .key(object(tenant, id))
            .version_id(version)
            .tagging(tagging)
            .send()
            .await;
        match tagged {
            Ok(_) => Ok(true),
            Err(error) if is_missing(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a file, in every version there is of it.
    pub(crate) async fn remove(&self, tenant: &Tenant, id: AttachmentId) -> Result<(), Error> {
        let _turn = self.turn().await?;
        let key = object(tenant, id);
        loop {
            let listed = self
                .client
                .list_object_versions()
                .bucket(&self.name)
                .prefix(&key)
                .send()
                .await?;
            let versions = listed.versions().iter();
            let versions = versions.map(|version| (version.key(), version.version_id()));
            let markers = listed.delete_markers().iter();
            let markers = markers.map(|marker| (marker.key(), marker.version_id()));
            for (_, version) in versions
                .chain(markers)
                .filter(|(of, _)| *of == Some(key.as_str()))
            {
                self.client
                    .delete_object()
                    .bucket(&self.name)
                    .key(&key)
                    .set_version_id(version.map(Into::into))
                    .send()
                    .await?;
            }
            if !listed.is_truncated().unwrap_or_default() {
                return Ok(());
            }
        }
    }
}

pub(crate) fn in_base64(digest: &Sha256) -> String {
    STANDARD.encode(digest.as_bytes())
}

/// Whether an object is not there. Who may not list the bucket is told 403, not 404.
fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    matches!(
        code,
        Some("AccessDenied" | "NoSuchKey" | "NoSuchVersion" | "NotFound")
    )
}

fn is_forbidden_or_missing<E>(error: &SdkError<E, HttpResponse>) -> bool {
    let status = error
        .raw_response()
        .map(|response| response.status().as_u16());
    matches!(status, Some(403 | 404))
}
