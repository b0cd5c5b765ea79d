//! `list-thread` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(functions::threads::list::routes()).await
}
