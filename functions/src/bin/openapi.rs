//! `openapi` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<()>(functions::openapi::routes()).await
}
