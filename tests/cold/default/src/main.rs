//! `get-ticket` as it would be with its AWS client made the way the SDK's introduction makes it: `load_defaults`, default
//! features, the system's certificates, aws-lc, a runtime of several threads, and no connection before it is needed. The
//! handler is the same.
//!
//! ```sh
//! cargo build --release --manifest-path tests/cold/default/Cargo.toml --target-dir target/default
//! ```

use aws_config::BehaviorVersion;
use axum::extract::FromRef;
use edge::{Boot, Error};
// Only so that its default features are on.
use lambda_http as _;
use store::Table;

/// A table, reached the default way.
#[derive(Clone, Debug)]
struct DefaultWay(Table);

impl FromRef<DefaultWay> for Table {
    fn from_ref(DefaultWay(table): &DefaultWay) -> Self {
        table.clone()
    }
}

impl Boot for DefaultWay {
    async fn boot() -> Result<Self, Error> {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let client = aws_sdk_dynamodb::Client::new(&config);
        Ok(Self(Table::of(client, std::env::var("VENTANILLA_TABLE")?)))
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    edge::serve::<DefaultWay>(env!("CARGO_BIN_NAME"), functions::tickets::get::routes()).await
}
