//! How AWS is reached: region, credentials, patience, and HTTPS that costs little to start.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_http_client::tls;

/// What a function needs of its environment is not there.
#[derive(thiserror::Error)]
pub enum MissingConfig {
    /// A variable that must be set.
    #[error("the environment variable {0} is not set")]
    Variable(&'static str),
    /// The file that `AWS_CA_BUNDLE` names, or the certificates in it.
    #[error("{CA_BUNDLE} is {}: {why}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why it is of no use.
        why: std::io::Error,
    },
}

/// The AWS SDKs' variable for a file of certificate authorities: those are trusted then, and no others.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// A process that ends with an error prints its `Debug` form: here, the sentence.
impl fmt::Debug for MissingConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A variable of the environment.
pub(crate) fn variable(name: &'static str) -> Result<String, MissingConfig> {
    std::env::var(name).map_err(|_| MissingConfig::Variable(name))
}

/// What Lambda puts into the environment: `AWS_REGION` and the credentials. `AWS_CA_BUNDLE` names other authorities than
/// Amazon's own, for an engine that is not AWS's.
pub(crate) fn from_env() -> Result<SdkConfig, MissingConfig> {
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ))
        .http_client(https(trust(std::env::var_os(CA_BUNDLE))?))
        .build())
}

/// How long an answer of AWS is waited for, and how often it is asked for.
pub(crate) struct Patience {
    /// One attempt of one call.
    pub(crate) attempt: Duration,
    /// One call with its retries.
    pub(crate) operation: Duration,
    /// Tries of one call.
    pub(crate) attempts: u32,
    /// The longest pause before the second; before each later one it is twice as long. The SDK's own pause of up to a
    /// second is not for what answers in milliseconds: two of them can be longer than a call may take.
    pub(crate) backoff: Duration,
}

impl Patience {
    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }

    pub(crate) fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(self.backoff)
    }
}

/// HTTP without TLS, for what runs on this machine.
pub(crate) fn http() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

/// Amazon's own four roots: reading the system's 140 certificates is most of what a process would do before its first
/// request. Or the authorities in a PEM file.
fn trust(bundle: Option<OsString>) -> Result<tls::TrustStore, MissingConfig> {
    const ROOTS: [&[u8]; 4] = [
        include_bytes!("roots/amazon-root-ca-1.pem"),
        include_bytes!("roots/amazon-root-ca-2.pem"),
        include_bytes!("roots/amazon-root-ca-3.pem"),
        include_bytes!("roots/amazon-root-ca-4.pem"),
    ];
    let none = tls::TrustStore::empty();
    let Some(path) = bundle.map(PathBuf::from) else {
        return Ok(ROOTS
            .iter()
            .fold(none, |trust, root| trust.with_pem_certificate(*root)));
    };
    match std::fs::read_to_string(&path) {
        Ok(pem) if pem.contains("-----BEGIN CERTIFICATE-----") => {
            Ok(none.with_pem_certificate(pem))
        }
        // Without an authority every call would fail, and not say why.
        Ok(_) => Err(std::io::Error::other("there is no PEM certificate in it")),
        Err(error) => Err(error),
    }
    .map_err(|why| MissingConfig::Authorities { path, why })
}

/// HTTPS on ring.
fn https(trust: tls::TrustStore) -> SharedHttpClient {
    let context = tls::TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("a context of a trust store is valid");
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .tls_context(context)
        .build_https()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_that_cannot_be_read_are_an_error_that_names_the_file() {
        let told = |path: &str| {
            let error = trust(Some(path.into())).expect_err("it is of no use");
            error.to_string()
        };
        assert_eq!(
            told("no/such.pem"),
            "AWS_CA_BUNDLE is no/such.pem: No such file or directory (os error 2)"
        );
        assert_eq!(
            told("Cargo.toml"),
            "AWS_CA_BUNDLE is Cargo.toml: there is no PEM certificate in it"
        );
        assert!(trust(Some("src/roots/amazon-root-ca-1.pem".into())).is_ok());
        assert!(trust(None).is_ok());
    }
}
