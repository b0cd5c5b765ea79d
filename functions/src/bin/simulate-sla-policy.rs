//! `simulate-sla-policy` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    edge::serve::<edge::WithoutBucket>(functions::sla_policies::simulate::routes()).await
}
