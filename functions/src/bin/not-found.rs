//! `not-found` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<()>(functions::not_found::routes()).await
}
