//! GuardDuty on one machine: it knows one thing, the file that every scanner knows (eicar.org), and says so as GuardDuty
//! does. Of all others it says that they could not be scanned, which is the truth.

use serde_json::{Value, json};

/// How much of a file it looks at. The test file has its signature at the very beginning.
pub(crate) const BEGINNING: usize = 68;

/// What EventBridge would deliver.
pub(crate) fn event(bucket: &str, key: &str, version: &str, beginning: &[u8]) -> Value {
    let status = if is_test_file(beginning) {
        "THREATS_FOUND"
    } else {
        "UNSUPPORTED"
    };
    json!({
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {
            "scanStatus": if status == "UNSUPPORTED" { "SKIPPED" } else { "COMPLETED" },
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": { "bucketName": bucket, "objectKey": key, "versionId": version },
            "scanResultDetails": { "scanResultStatus": status },
        },
    })
}

/// In two halves, so that no scanner takes this program for it.
fn is_test_file(beginning: &[u8]) -> bool {
    let halves = [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}",
        "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    beginning == halves.concat().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_knows_the_test_file_and_nothing_else() {
        let test_file = format!(
            r"X5O!P%@AP[4\PZX54(P^)7CC)7}}{}",
            "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
        );
        assert_eq!(test_file.len(), BEGINNING);
        let said = |file: &[u8]| {
            let event = event("files", "key", "1", file);
            event["detail"]["scanResultDetails"]["scanResultStatus"].clone()
        };
        assert_eq!(said(test_file.as_bytes()), "THREATS_FOUND");
        assert_eq!(said(&test_file.as_bytes()[1..]), "UNSUPPORTED");
        assert_eq!(said(b"hello"), "UNSUPPORTED");
    }
}
