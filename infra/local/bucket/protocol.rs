//! S3's operations on the objects: those this system has the right to, and no others.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, ETag, ETagCondition, GetObjectInput, GetObjectOutput,
    HeadObjectInput, HeadObjectOutput, ListObjectVersionsInput, ListObjectVersionsOutput,
    ObjectVersion, PutObjectInput, PutObjectOutput, PutObjectTaggingInput, PutObjectTaggingOutput,
    StreamingBlob,
};
use s3s::{S3, S3Error, S3Request, S3Response, S3Result, s3_error};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::objects::{Headers, Object, Objects};
use super::scan;
use crate::schedule::Schedule;

/// Bytes of a file read at a time.
const PIECE: usize = 64 << 10;

/// The bucket's side of the protocol.
pub(crate) struct Protocol {
    pub(crate) bucket: String,
    pub(crate) objects: Arc<Objects>,
    /// The system's time: an object's age is counted in it.
    pub(crate) now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Told of every file before it is there.
    pub(crate) schedule: Arc<OnceLock<Schedule>>,
}

type Answer<T> = S3Result<S3Response<T>>;

impl Protocol {
    fn expect_bucket(&self, name: &str) -> S3Result<()> {
        if name == self.bucket {
            Ok(())
        } else {
            Err(s3_error!(NoSuchBucket))
        }
    }

    /// The object of a key, in the version asked for. Whoever may not list the bucket is told 403, not 404, of one that
    /// is not there; and none of this system's functions may.
    fn find(&self, bucket: &str, key: &str, version: Option<&str>) -> S3Result<Object> {
        self.expect_bucket(bucket)?;
        let object = self.objects.get(key).map_err(broken)?;
        let object =
            object.filter(|object| version.is_none_or(|version| version == object.version));
        object.ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))
    }

    /// Writes an object, verifies it, has it scanned, and gives it its place.
    async fn put(&self, input: PutObjectInput) -> S3Result<Object> {
        self.expect_bucket(&input.bucket)?;
        // All it is asked for. Writing over an object would need versions, which there are none of here.
        if input.if_none_match != Some(ETagCondition::Any) {
            return Err(s3_error!(NotImplemented, "Only with If-None-Match: *"));
        }
        let declared = input.checksum_sha256;
        let declared =
            declared.ok_or_else(|| s3_error!(InvalidRequest, "A checksum is required"))?;
        let mut body = input.body.ok_or_else(|| s3_error!(IncompleteBody))?;
        let mut draft = self.objects.draft().map_err(broken)?;
        let (mut size, mut digest) = (0, Sha256::new());
        let mut beginning = Vec::with_capacity(scan::BEGINNING);
        while let Some(piece) = body.next().await {
            // Whoever was sending is gone: so is what was sent.
            let piece = piece.map_err(|_| s3_error!(IncompleteBody))?;
            size += piece.len() as u64;
            digest.update(&piece);
            let missing = scan::BEGINNING - beginning.len();
            beginning.extend_from_slice(&piece[..missing.min(piece.len())]);
            draft.write(&piece).map_err(broken)?;
        }
        let sha256 = STANDARD.encode(digest.finalize());
        let is_whole = input
            .content_length
            .is_none_or(|length| u64::try_from(length) == Ok(size));
        if sha256 != declared || !is_whole {
            return Err(s3_error!(
                BadDigest,
                "The bytes are not those that were declared"
            ));
        }
        let object = Object {
            key: input.key,
            version: Uuid::now_v7().simple().to_string(),
            headers: Headers {
                content_type: input.content_type,
                content_encoding: input.content_encoding,
                content_language: input.content_language,
                content_disposition: input.content_disposition,
                cache_control: input.cache_control,
            },
            size,
            sha256,
            tags: tags(input.tagging.as_deref().unwrap_or_default()),
            created_at: (self.now)().as_millisecond(),
        };
        if let Some(schedule) = self.schedule.get() {
            let event = scan::event(&self.bucket, &object.key, &object.version, &beginning);
            schedule.deliver(event).await.map_err(broken)?;
        }
        let objects = Arc::clone(&self.objects);
        // It waits for the disk.
        let placing = spawn_blocking(move || Ok((objects.place(&draft, &object)?, object)));
        let placed: io::Result<(bool, Object)> = placing.await.map_err(broken)?;
        match placed.map_err(broken)? {
            (true, object) => Ok(object),
            (false, _) => Err(s3_error!(
                PreconditionFailed,
                "There is an object of this key"
            )),
        }
    }
}

#[async_trait]
impl S3 for Protocol {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        let object = self.put(request.input).await?;
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(etag(&object)),
            checksum_sha256: Some(object.sha256),
            version_id: Some(object.version),
            ..PutObjectOutput::default()
        }))
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        let HeadObjectInput {
            bucket,
            key,
            version_id,
            checksum_mode,
            ..
        } = request.input;
        let object = self.find(&bucket, &key, version_id.as_deref())?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: i64::try_from(object.size).ok(),
            e_tag: Some(etag(&object)),
            last_modified: Some(since_1970(object.created_at)),
            checksum_sha256: checksum_mode.map(|_| object.sha256),
            content_type: object.headers.content_type,
            content_encoding: object.headers.content_encoding,
            content_language: object.headers.content_language,
            content_disposition: object.headers.content_disposition,
            cache_control: object.headers.cache_control,
            version_id: Some(object.version),
            ..HeadObjectOutput::default()
        }))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        let input = request.input;
        let object = self.find(&input.bucket, &input.key, input.version_id.as_deref())?;
        let file = self.objects.bytes(&input.key).map_err(broken)?;
        let mut file = file.ok_or_else(|| s3_error!(AccessDenied, "Access Denied"))?;
        let (part, content_range) = match input.range {
            None => (0..object.size, None),
            Some(range) => {
                let part = range.check(object.size);
                let part = part.map_err(|_| s3_error!(InvalidRange))?;
                let last = part.end.saturating_sub(1);
                let said = format!("bytes {}-{last}/{}", part.start, object.size);
                (part, Some(said))
            }
        };
        file.seek(SeekFrom::Start(part.start)).map_err(broken)?;
        let length = part.end - part.start;
        Ok(S3Response::new(GetObjectOutput {
            body: Some(StreamingBlob::wrap(pieces(file, length))),
            content_length: i64::try_from(length).ok(),
            content_range,
            e_tag: Some(etag(&object)),
            last_modified: Some(since_1970(object.created_at)),
            content_type: input.response_content_type.or(object.headers.content_type),
            content_encoding: object.headers.content_encoding,
            content_language: object.headers.content_language,
            content_disposition: input
                .response_content_disposition
                .or(object.headers.content_disposition),
            cache_control: input
                .response_cache_control
                .or(object.headers.cache_control),
            version_id: Some(object.version),
            ..GetObjectOutput::default()
        }))
    }

    async fn put_object_tagging(
        &self,
        request: S3Request<PutObjectTaggingInput>,
    ) -> Answer<PutObjectTaggingOutput> {
        let PutObjectTaggingInput {
            bucket,
            key,
            tagging,
            version_id,
            ..
        } = request.input;
        let object = self.find(&bucket, &key, version_id.as_deref())?;
        let tags = tagging.tag_set.into_iter();
        let tags = tags.filter_map(|tag| tag.key.zip(tag.value)).collect();
        if !self.objects.tag(&key, tags).await.map_err(broken)? {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        }
        let version_id = Some(object.version);
        Ok(S3Response::new(PutObjectTaggingOutput { version_id }))
    }

    /// The versions of one key: what the system asks for. There is one at most.
    async fn list_object_versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> Answer<ListObjectVersionsOutput> {
        let ListObjectVersionsInput { bucket, prefix, .. } = request.input;
        self.expect_bucket(&bucket)?;
        let key = prefix.unwrap_or_default();
        let object = self.objects.get(&key).map_err(broken)?;
        let version = |object: Object| ObjectVersion {
            e_tag: Some(etag(&object)),
            is_latest: Some(true),
            last_modified: Some(since_1970(object.created_at)),
            size: i64::try_from(object.size).ok(),
            key: Some(object.key),
            version_id: Some(object.version),
            ..ObjectVersion::default()
        };
        Ok(S3Response::new(ListObjectVersionsOutput {
            is_truncated: Some(false),
            name: Some(bucket),
            prefix: Some(key),
            versions: Some(object.into_iter().map(version).collect()),
            ..ListObjectVersionsOutput::default()
        }))
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> Answer<DeleteObjectOutput> {
        let DeleteObjectInput {
            bucket,
            key,
            version_id,
            ..
        } = request.input;
        self.expect_bucket(&bucket)?;
        // Without a version, S3 only hides an object; nobody asks for that.
        let version = version_id.ok_or_else(|| s3_error!(NotImplemented, "Only a version"))?;
        if self.find(&bucket, &key, Some(&version)).is_ok() {
            self.objects.delete(&key).await.map_err(broken)?;
        }
        Ok(S3Response::new(DeleteObjectOutput {
            version_id: Some(version),
            ..DeleteObjectOutput::default()
        }))
    }
}

/// The next bytes of a file, so many in all.
fn pieces(
    file: File,
    length: u64,
) -> impl stream::Stream<Item = io::Result<Bytes>> + Send + Sync + 'static {
    let next = |(mut file, left): (File, u64)| async move {
        if left == 0 {
            return None;
        }
        let size = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; size];
        match file.read_exact(&mut piece) {
            Ok(()) => Some((Ok(piece.into()), (file, left - size as u64))),
            Err(error) => Some((Err(error), (file, 0))),
        }
    };
    stream::unfold((file, length), next)
}

/// `state=pending&other=…`
fn tags(header: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(header.as_bytes())
        .into_owned()
        .collect()
}

fn etag(object: &Object) -> ETag {
    ETag::Strong(object.version.clone())
}

fn since_1970(milliseconds: i64) -> s3s::dto::Timestamp {
    let since = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    (UNIX_EPOCH + since).into()
}

/// Ours to mend: 500, which the SDK repeats.
fn broken(cause: impl Display) -> S3Error {
    eprintln!("the bucket: {cause}");
    s3_error!(InternalError)
}
