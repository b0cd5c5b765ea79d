//! `openapi` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<()>(env!("CARGO_BIN_NAME"), functions::openapi::routes()).await
}
