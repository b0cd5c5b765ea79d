//! `delete-upload` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::System>(functions::attachments::delete_upload::routes()).await
}
