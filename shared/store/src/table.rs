//! The table itself: how it is reached.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, HttpClient, Region};
use aws_sdk_dynamodb::{Client, Config};
use domain::{Configuration, Given, Tenant, Terms};

use crate::access::{Guard, Guarded};
use crate::connection::{self, MissingConfig, Patience};
use crate::error::Error;
use crate::keys::Key;
use crate::meter::RoundTrips;
use crate::remembered::{FRESH_FOR, Remembered};

/// The far tail of DynamoDB's own latency is below one attempt. A function has ten seconds for a read, the tries of a
/// write, and one last try.
pub(crate) const PATIENCE: Patience = Patience {
    attempt: Duration::from_millis(1_500),
    operation: Duration::from_millis(2_500),
    attempts: 5,
    backoff: Duration::from_millis(50),
};

/// The single table. Cheap to clone; every clone shares one connection pool.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    /// What tenants have set.
    pub(crate) configurations: Remembered<Tenant, Arc<Configuration>>,
    /// What tickets were given.
    pub(crate) terms: Remembered<(Tenant, Given), Terms>,
}

impl Table {
    /// The table a deployed function uses: `VENTANILLA_TABLE`, in `AWS_REGION`, with the credentials Lambda puts into
    /// the environment. `VENTANILLA_DYNAMODB_ENDPOINT` points it at another engine, and `AWS_CA_BUNDLE` says whose
    /// certificates to trust there.
    pub fn from_env() -> Result<Self, MissingConfig> {
        let mut builder = Builder::from(&connection::from_env()?);
        if let Ok(endpoint) = std::env::var("VENTANILLA_DYNAMODB_ENDPOINT") {
            builder = builder.endpoint_url(endpoint);
        }
        let name = connection::variable("VENTANILLA_TABLE")?;
        Ok(Self::connect(builder, name, FRESH_FOR))
    }

    /// A table that is reached by a client made elsewhere, with that client's patience; what it sends is not counted.
    pub fn of(client: Client, name: String) -> Self {
        Self {
            client,
            name,
            configurations: Remembered::for_a(FRESH_FOR),
            terms: Remembered::for_ever(),
        }
    }

    /// A table in an engine on this machine, reached by `http`. Such engines do not check who asks. A change of the
    /// configuration shows at once.
    pub fn local(url: &str, table: &str) -> Self {
        let builder = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(connection::http())
            .endpoint_url(url);
        Self::connect(builder, table.into(), Duration::ZERO)
    }

    /// A table in an engine of this process, to which `engine` hands what would be sent. Nothing is signed, and nothing is
    /// waited for in vain: no answer can be lost on the way, so none is asked for twice.
    pub fn in_process(engine: impl HttpClient + 'static, table: &str) -> Self {
        let config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("local"))
            .allow_no_auth()
            .http_client(engine)
            .endpoint_url("http://engine.invalid")
            .timeout_config(TimeoutConfig::disabled())
            .retry_config(RetryConfig::disabled());
        Self::counted(config, table.into(), Duration::ZERO)
    }

    fn connect(builder: Builder, name: String, fresh_for: Duration) -> Self {
        let config = builder
            .timeout_config(PATIENCE.timeouts())
            .retry_config(PATIENCE.retries());
        Self::counted(config, name, fresh_for)
    }

    fn counted(config: Builder, name: String, fresh_for: Duration) -> Self {
        let config = config.interceptor(RoundTrips::Table).build();
        Self {
            client: Client::from_conf(config),
            name,
            configurations: Remembered::for_a(fresh_for),
            terms: Remembered::for_ever(),
        }
    }

    /// The same table for somebody who is asked, before each request, whether it may be made.
    #[must_use]
    pub fn guarded(self, guard: &Guard) -> Self {
        let config = self.client.config().to_builder();
        Self {
            client: Client::from_conf(config.interceptor(Guarded(Arc::clone(guard))).build()),
            ..self
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

    /// Asks once for an item that is not there: whether the table answers, and a connection for the next request.
    pub async fn ping(&self) -> Result<(), Error> {
        let once = Config::builder().retry_config(RetryConfig::disabled());
        self.client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(Key::of_nothing().attributes()))
            .customize()
            .config_override(once)
            .send()
            .await?;
        Ok(())
    }
}
