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

/// What was recorded.
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
    let Some((tenant, id, scan)) = read(&event, &system.bucket) else {
        report_failure(NAME, "the event is about no file of this bucket");
        return Ok(Report { scan: None });
    };
    system.table.record_scan(&tenant, id, scan).await?;
    Ok(Report { scan: Some(scan) })
}

/// What an event says, and of which file. What could not be scanned (an archive with a password, a file GuardDuty has
/// no access to) is `none`: nobody has looked, and whoever opens it is told so.
fn read(event: &Value, bucket: &Bucket) -> Option<(Tenant, AttachmentId, Scan)> {
    let detail = &event["detail"];
    let object = &detail["s3ObjectDetails"];
    if object["bucketName"] != bucket.name() {
        return None;
    }
    let (tenant, id) = Bucket::object_of(object["objectKey"].as_str()?)?;
    let scan = match detail["scanResultDetails"]["scanResultStatus"].as_str()? {
        "NO_THREATS_FOUND" => Scan::Clean,
        "THREATS_FOUND" => Scan::Blocked,
        "UNSUPPORTED" | "ACCESS_DENIED" | "FAILED" => Scan::None,
        _ => return None,
    };
    Some((tenant, id, scan))
}
