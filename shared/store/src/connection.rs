//! How AWS is reached: region, credentials, patience, and HTTPS that costs little to start.

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_http_client::tls;

/// An environment variable a function needs is missing.
#[derive(thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub struct MissingConfig(&'static str);

/// A process that ends with an error prints its `Debug` form: here, the sentence.
impl fmt::Debug for MissingConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A variable of the environment.
pub(crate) fn variable(name: &'static str) -> Result<String, MissingConfig> {
    std::env::var(name).map_err(|_| MissingConfig(name))
}

/// What Lambda puts into the environment: `AWS_REGION` and the credentials.
pub(crate) fn from_env() -> Result<SdkConfig, MissingConfig> {
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ))
        .http_client(https())
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

/// HTTPS on ring, trusting Amazon's own four roots: reading the system's 140 certificates is most of what a process
/// would do before its first request.
fn https() -> SharedHttpClient {
    const ROOTS: [&[u8]; 4] = [
        include_bytes!("roots/amazon-root-ca-1.pem"),
        include_bytes!("roots/amazon-root-ca-2.pem"),
        include_bytes!("roots/amazon-root-ca-3.pem"),
        include_bytes!("roots/amazon-root-ca-4.pem"),
    ];
    let trust = ROOTS.iter().fold(tls::TrustStore::empty(), |trust, root| {
        trust.with_pem_certificate(*root)
    });
    let context = tls::TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("the four certificates are valid");
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(
            tls::rustls_provider::CryptoMode::Ring,
        ))
        .tls_context(context)
        .build_https()
}
