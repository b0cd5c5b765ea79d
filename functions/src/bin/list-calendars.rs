//! `list-calendars` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(functions::calendars::list::routes()).await
}
