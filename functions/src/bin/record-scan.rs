//! `record-scan` in Lambda.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), edge::Error> {
    functions::attachments::record_scan::job().serve().await
}
