//! Attachments: what is declared before a file is uploaded, and what the uploaded file must then be.
//!
//! A person declares a file ([`Attachment`]) and gets a place to put it ([`Upload`]). Until it is named by an entry, the
//! upload is pending: it belongs to its person alone, can be attached for 23 hours, and after 24 nothing of it is left. The
//! hour between the two is for whoever has just begun to attach it.
//!
//! A person has so many places for them, and a place is taken as long as something can be put there: while a URL for it
//! holds, also when the upload is given up. One of which the URL has expired, and with nothing in it, gives way to another.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::label::label;
use crate::{AttachmentId, Filename, MediaType, Principal, Sha256};

/// How long an upload can be attached. S3's lifecycle may take a pending object one day after it was put: nobody may
/// count on it that long.
const ATTACHABLE: SignedDuration = SignedDuration::from_hours(23);
/// How long an upload is kept for its person.
const PENDING: SignedDuration = SignedDuration::from_hours(24);

/// A file on an entry of a ticket's thread, as it was declared and as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub id: AttachmentId,
    /// What its person calls it.
    pub filename: Filename,
    /// What kind of file it is.
    #[serde(rename = "type")]
    pub media_type: MediaType,
    /// Bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: Sha256,
}

impl Attachment {
    /// The most of them an entry may have (contract §1, "limits").
    pub const MOST: usize = 10;
}

/// A file that was declared and is on no entry yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The file.
    pub attachment: Attachment,
    /// Whose it is.
    pub by: Principal,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Until when its URL holds: a repeated declaration gets another one.
    pub put_until: Timestamp,
}

impl Upload {
    /// The most of them a person may have at a time.
    pub const MOST: u8 = 20;
    /// How long a URL for an upload holds.
    pub const URL_HOLDS: SignedDuration = SignedDuration::from_mins(5);

    /// Until when it can be attached.
    pub fn attachable_until(&self) -> Timestamp {
        self.after(ATTACHABLE)
    }

    /// Whether nothing more can be put.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.put_until <= now
    }

    /// When it is taken away, unless it is attached by then.
    pub fn reaped_at(&self) -> Timestamp {
        self.after(PENDING)
    }

    fn after(&self, period: SignedDuration) -> Timestamp {
        self.declared_at
            .saturating_add(period)
            .unwrap_or(Timestamp::MAX)
    }
}

label! {
    /// What is known of an attachment's harmlessness.
    Scan {
        /// Nobody has looked, or nobody could.
        None = "none",
        /// Somebody is looking.
        Pending = "pending",
        /// Nothing was found.
        Clean = "clean",
        /// Something was found; nobody can download it.
        Blocked = "blocked",
    }
}
