//! `put-settings` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::System>(functions::settings::put::routes()).await
}
