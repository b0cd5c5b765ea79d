//! `create-upload` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::System>(
        env!("CARGO_BIN_NAME"),
        functions::attachments::create_upload::routes(),
    )
    .await
}
