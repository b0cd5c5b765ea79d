//! The table itself: how it is reached.

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Credentials, Region, SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_http_client::tls;

use crate::error::Error;
use crate::keys::Key;
use crate::meter::RoundTrips;
use crate::remembered::{FRESH_FOR, Remembered};

/// One attempt of one call. The far tail of DynamoDB's own latency is below it.
const ATTEMPT: Duration = Duration::from_millis(1_500);
/// Tries of one call, and the longest pause before the second; before each later one it is twice as long. The SDK's own
/// pause of up to a second is not for a table that answers in milliseconds: two of them can be longer than a call may take.
const ATTEMPTS: u32 = 5;
const BACKOFF: Duration = Duration::from_millis(50);
/// One call with its retries. A function has ten seconds for a read, the tries of a write, and one last try.
const OPERATION: Duration = Duration::from_millis(2_500);

/// The single table. Cheap to clone; every clone shares one connection pool.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) remembered: Remembered,
}

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

impl Table {
    /// The table a deployed function uses: `VENTANILLA_TABLE`, in `AWS_REGION`, with the credentials Lambda puts into
    /// the environment. `VENTANILLA_DYNAMODB_ENDPOINT` points it at another engine.
    pub fn from_env() -> Result<Self, MissingConfig> {
        let variable = |name| std::env::var(name).map_err(|_| MissingConfig(name));
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(variable("AWS_REGION")?))
            .credentials_provider(SharedCredentialsProvider::new(
                EnvironmentVariableCredentialsProvider::new(),
            ))
            .http_client(https())
            .build();
        let mut builder = Builder::from(&config);
        if let Ok(endpoint) = std::env::var("VENTANILLA_DYNAMODB_ENDPOINT") {
            builder = builder.endpoint_url(endpoint);
        }
        let name = variable("VENTANILLA_TABLE")?;
        Ok(Self::connect(builder, name, FRESH_FOR))
    }

    /// A table in an engine on this machine, reached by `http`. Such engines do not check who asks. A change of the
    /// settings shows at once.
    pub fn local(url: &str, table: &str) -> Self {
        let builder = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(url);
        Self::connect(builder, table.into(), Duration::ZERO)
    }

    fn connect(builder: Builder, name: String, fresh_for: Duration) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build();
        let config = builder
            .timeout_config(timeouts)
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(BACKOFF),
            )
            .interceptor(RoundTrips)
            .build();
        Self {
            client: Client::from_conf(config),
            name,
            remembered: Remembered::for_a(fresh_for),
        }
    }

    /// The client, for what is not a ticket's business: making the table on one machine, looking at it in tests.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks for an item that is not there: whether the table answers, and a connection for the next request.
    pub async fn ping(&self) -> Result<(), Error> {
        self.get(Key::of_nothing()).await.map(drop)
    }
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
