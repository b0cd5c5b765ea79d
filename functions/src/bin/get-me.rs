//! `get-me` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(env!("CARGO_BIN_NAME"), functions::me::get::routes()).await
}
