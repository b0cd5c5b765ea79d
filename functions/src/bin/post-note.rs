//! `post-note` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::System>(
        env!("CARGO_BIN_NAME"),
        functions::threads::post_note::routes(),
    )
    .await
}
