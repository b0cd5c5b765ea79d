//! Requests to the bucket that somebody else makes: the system signs them, with the rights it has itself.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use domain::{Attachment, Tenant, Upload};
use jiff::Timestamp;

use crate::bucket::{Bucket, PENDING, STATE, in_base64};
use crate::error::Error;
use crate::keys::object;

/// How long a URL for a download lives: as long as a browser needs to follow it.
const DOWNLOAD: Duration = Duration::from_mins(1);

/// A download is for its reader, and for now: what may be read tomorrow is decided tomorrow.
const NOT_KEPT: &str = "private, no-store";

/// A request somebody else may make, once it is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presigned {
    /// Its method.
    pub method: String,
    /// Its URL, signature included.
    pub url: String,
    /// Its headers, all of them signed.
    pub headers: Vec<(String, String)>,
    /// Until when it may be made. In real time, whatever time the system has.
    pub expires_at: Timestamp,
}

impl Bucket {
    /// How a file is uploaded: these bytes and no others, once.
    pub async fn upload(&self, tenant: &Tenant, file: &Attachment) -> Result<Presigned, Error> {
        // The bucket's policy refuses older signatures, whatever they say of themselves.
        let (signing, expires_at) = living(Upload::URL_HOLDS.unsigned_abs())?;
        let size = i64::try_from(file.size).map_err(|cause| Error::Corrupt(cause.to_string()))?;
        let request = self
            .signer
            .put_object()
            .bucket(&self.name)
            .key(object(tenant, file.id))
            .content_length(size)
            .content_type(file.media_type.name())
            .checksum_sha256(in_base64(&file.sha256))
            .if_none_match("*")
            .tagging(format!("{STATE}={PENDING}"))
            .presigned(signing)
            .await?;
        Ok(Presigned::new(&request, expires_at))
    }

    /// How a version of a file is downloaded: as a file, under its name, and as bytes unless a browser can show it
    /// without running anything in it. What headers it was put with does not matter: these are said instead.
    pub async fn download(
        &self,
        tenant: &Tenant,
        file: &Attachment,
        version: &str,
    ) -> Result<Presigned, Error> {
        let (signing, expires_at) = living(DOWNLOAD)?;
        let shown_as = if file.media_type.is_shown() {
            file.media_type.name()
        } else {
            "application/octet-stream"
        };
        let request = self
            .signer
            .get_object()
            .bucket(&self.name)
            .key(object(tenant, file.id))
            .version_id(version)
            .response_content_disposition(disposition(file.filename.as_str()))
            .response_content_type(shown_as)
            .response_cache_control(NOT_KEPT)
            .presigned(signing)
            .await?;
        Ok(Presigned::new(&request, expires_at))
    }
}

impl Presigned {
    fn new(request: &PresignedRequest, expires_at: Timestamp) -> Self {
        let mut headers: Vec<_> = request
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        headers.sort();
        Self {
            method: request.method().into(),
            url: request.uri().into(),
            headers,
            expires_at,
        }
    }
}

/// A signature that lives so long, and until when.
fn living(period: Duration) -> Result<(PresigningConfig, Timestamp), Error> {
    let corrupt = |cause: &dyn std::fmt::Display| Error::Corrupt(cause.to_string());
    let now = SystemTime::now();
    let signing = PresigningConfig::builder()
        .start_time(now)
        .expires_in(period)
        .build()
        .map_err(|cause| corrupt(&cause))?;
    let expires_at = Timestamp::try_from(now + period).map_err(|cause| corrupt(&cause))?;
    Ok((signing, expires_at))
}

/// The header that makes a browser save a file under its name (RFC 6266, RFC 8187).
fn disposition(filename: &str) -> String {
    // RFC 8187's `attr-char`.
    let stands = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let encode = |byte: u8| {
        if stands(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    let name: String = filename.bytes().map(encode).collect();
    // For programs that know the older parameter only, when the name can be said in it.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._ ".contains(&byte);
    let older = if filename.bytes().all(is_plain) {
        format!(" filename=\"{filename}\";")
    } else {
        String::new()
    };
    format!("attachment;{older} filename*=UTF-8''{name}")
}

#[cfg(test)]
mod tests {
    use domain::{MediaType, Sha256};

    use super::*;

    #[test]
    fn a_browser_saves_under_the_name_the_person_chose() {
        assert_eq!(
            disposition("Rechnung \"März\".pdf"),
            "attachment; filename*=UTF-8''Rechnung%20%22M%C3%A4rz%22.pdf"
        );
        assert_eq!(
            disposition("a log.txt"),
            "attachment; filename=\"a log.txt\"; filename*=UTF-8''a%20log.txt"
        );
    }

    #[tokio::test]
    async fn an_upload_s_signature_covers_everything_about_it() {
        let bucket = Bucket::local("http://127.0.0.1:1", "files", "key", "secret");
        let file = Attachment {
            id: "att_01935a7b0000700080000000deadbeef"
                .parse()
                .expect("an id"),
            filename: domain::Filename::parse("secret name.txt").expect("a name"),
            media_type: MediaType::Text,
            size: 5,
            sha256: Sha256::parse(
                "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            )
            .expect("a digest"),
        };
        let tenant = Tenant::parse("acme").expect("a tenant");
        let upload = bucket.upload(&tenant, &file).await.expect("a URL");
        assert_eq!(upload.method, "PUT");
        let (address, query) = upload.url.split_once('?').expect("a query");
        insta::assert_snapshot!(address, @"http://127.0.0.1:1/files/attachments/tenant-acme/att_01935a7b0000700080000000deadbeef");
        let parameters: Vec<_> = query.split('&').collect();
        let parameter = |name: &str| {
            let found = parameters
                .iter()
                .find_map(|parameter| parameter.strip_prefix(name));
            found.unwrap_or_else(|| panic!("{name} is not in {query}"))
        };
        insta::assert_snapshot!(parameter("X-Amz-SignedHeaders="), @"content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256%3Bx-amz-tagging");
        assert_eq!(parameter("X-Amz-Expires="), "300");
        assert!(!upload.url.contains("secret"), "{}", upload.url);
        let headers: Vec<_> = upload
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        insta::assert_snapshot!(headers.join("\n"), @r"
        content-length: 5
        content-type: text/plain
        if-none-match: *
        x-amz-checksum-sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=
        x-amz-tagging: state=pending
        ");

        let download = bucket.download(&tenant, &file, "v1").await.expect("a URL");
        assert_eq!(
            (download.method.as_str(), download.headers.as_slice()),
            ("GET", [].as_slice())
        );
        assert!(
            download.url.contains("X-Amz-Expires=60&"),
            "{}",
            download.url
        );
        assert!(
            download.url.contains("X-Amz-SignedHeaders=host&"),
            "{}",
            download.url
        );
        assert!(
            download
                .url
                .contains("response-cache-control=private%2C%20no-store"),
            "{}",
            download.url
        );
    }
}
