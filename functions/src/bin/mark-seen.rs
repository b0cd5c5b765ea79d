//! `mark-seen` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(
        env!("CARGO_BIN_NAME"),
        functions::threads::mark_seen::routes(),
    )
    .await
}
