//! `list-calendars` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(env!("CARGO_BIN_NAME"), functions::calendars::list::routes())
        .await
}
