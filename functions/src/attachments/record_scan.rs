//! `record-scan`: records what a scan has said of a file. GuardDuty tells it, by way of EventBridge.
//!
//! A scan says something of an object, and often before the object is on any ticket; so what it says is kept under the
//! file's name alone, and asked for when somebody wants the file. It can be told twice, and in any order: once
//! blocked, a file stays so.

use domain::{AttachmentId, Scan, Tenant};
use edge::{Job, System, report_failure};
use serde::Serialize;
use serde_json::Value;
use store::{Bucket, Error};

const NAME: &str = "record-scan";

/// What the event said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `none`, `clean` or `blocked`; nothing when the event was not about a file of ours.
    pub scan: Option<Scan>,
}

/// The job.
pub fn job() -> Job {
    Job::told(NAME, record)
}

async fn record(system: System, event: Value) -> Result<Report, Error> {
    let Some((tenant, id, said)) = read(&event, &system.bucket) else {
        report_failure(NAME, "the event is about no file of this bucket");
        return Ok(Report { scan: None });
    };
    // A scan that failed says nothing of the file, which stays `pending`; the event goes where lost ones are kept, for
    // somebody to see and to have the file scanned again.
    let scan = said.ok_or_else(|| Error::Refused(format!("the scan of {id} has failed")))?;
    system.table.record_scan(&tenant, id, scan).await?;
    Ok(Report { scan: Some(scan) })
}

/// Of which file an event speaks, and what it says: nothing when the scan has failed. What cannot be scanned, such as an
/// archive with a password, is `none`: nobody knows.
fn read(event: &Value, bucket: &Bucket) -> Option<(Tenant, AttachmentId, Option<Scan>)> {
    let detail = &event["detail"];
    let object = &detail["s3ObjectDetails"];
    if object["bucketName"] != bucket.name() {
        return None;
    }
    let (tenant, id) = Bucket::object_of(object["objectKey"].as_str()?)?;
    let scan = match detail["scanResultDetails"]["scanResultStatus"].as_str()? {
        "NO_THREATS_FOUND" => Some(Scan::Clean),
        "THREATS_FOUND" => Some(Scan::Blocked),
        "UNSUPPORTED" => Some(Scan::None),
        "ACCESS_DENIED" | "FAILED" => None,
        _ => return None,
    };
    Some((tenant, id, scan))
}
