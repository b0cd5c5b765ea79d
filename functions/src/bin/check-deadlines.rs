//! `check-deadlines` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    functions::deadlines::check::job().serve().await
}
