//! How AWS is reached: region, credentials, patience, and whom to trust.

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
use tokio_rustls::rustls::RootCertStore;

use crate::http::{Http, tls};

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
        .http_client(Http::secure(trust(std::env::var_os(CA_BUNDLE))?))
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
    SharedHttpClient::new(Http::plain())
}

/// Amazon's own authorities, or those in a PEM file.
fn trust(bundle: Option<OsString>) -> Result<RootCertStore, MissingConfig> {
    let Some(path) = bundle.map(PathBuf::from) else {
        return Ok(tls::amazon());
    };
    std::fs::read(&path)
        .and_then(|pem| tls::authorities(&pem))
        .map_err(|why| MissingConfig::Authorities { path, why })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
    }

    #[test]
    fn authorities_in_a_file_are_trusted_instead_of_amazons() {
        let trusted = |bundle| trust(bundle).expect("authorities").roots.len();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let own = rcgen::generate_simple_self_signed([]).expect("a certificate");
        write!(file, "Our own:\n{}", own.cert.pem()).expect("a disk");
        assert_eq!(trusted(Some(file.path().into())), 1);
        assert_eq!(trusted(None), 4);
    }
}
