//! `report-sla` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(functions::reports::sla::routes()).await
}
