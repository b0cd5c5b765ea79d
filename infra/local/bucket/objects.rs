//! The objects, as files: a folder each, with its bytes and what is known of them.
//!
//! An object is written in a draft folder, verified there, flushed to the disk, and gets its place by a rename. So it is
//! there whole or not at all, and of two that want one key the second finds the place taken. A folder is named by a
//! digest of its key: no key, whatever stands in it, leads anywhere else.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::Mutex;
use uuid::Uuid;

/// An object without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Object {
    pub(crate) key: String,
    /// Its only version: nobody can write it twice.
    pub(crate) version: String,
    pub(crate) headers: Headers,
    pub(crate) size: u64,
    /// Of its bytes, in base64.
    pub(crate) sha256: String,
    pub(crate) tags: BTreeMap<String, String>,
    /// Milliseconds since 1970, in the system's time.
    pub(crate) created_at: i64,
}

/// What S3 keeps of the headers an object was put with, and sends with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Headers {
    pub(crate) content_type: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) cache_control: Option<String>,
}

/// All objects.
#[derive(Debug)]
pub(crate) struct Objects {
    placed: PathBuf,
    drafts: PathBuf,
    /// How long an object stays that is tagged `state=pending`: the template's lifecycle rule.
    pending_for: SignedDuration,
    /// One change of what is known of an object at a time.
    changing: Mutex<()>,
}

/// An object being written. Dropped, it is gone: whoever was sending may be, too.
pub(crate) struct Draft {
    folder: TempDir,
    bytes: File,
}

impl Objects {
    /// Those in a folder, made if there is none. Drafts that a killed process has left are removed.
    pub(crate) fn open(folder: &Path, pending_for: SignedDuration) -> io::Result<Self> {
        let (placed, drafts) = (folder.join("placed"), folder.join("drafts"));
        match fs::remove_dir_all(&drafts) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for folder in [&placed, &drafts] {
            fs::create_dir_all(folder)?;
        }
        let changing = Mutex::default();
        Ok(Self {
            placed,
            drafts,
            pending_for,
            changing,
        })
    }

    /// Begins to write one.
    pub(crate) fn draft(&self) -> io::Result<Draft> {
        let folder = TempDir::new_in(&self.drafts)?;
        let bytes = File::create_new(folder.path().join("bytes"))?;
        Ok(Draft { folder, bytes })
    }

    /// Gives a draft its place. False when there is an object of this key already.
    pub(crate) fn place(&self, draft: &Draft, object: &Object) -> io::Result<bool> {
        draft.bytes.sync_all()?;
        describe(draft.folder.path(), object)?;
        let place = self.place_of(&object.key);
        match fs::rename(draft.folder.path(), &place) {
            Ok(()) => {
                flush(&self.placed)?;
                Ok(true)
            }
            // A folder with something in it gives way to no other.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// What is known of the object of a key.
    pub(crate) fn get(&self, key: &str) -> io::Result<Option<Object>> {
        read(&self.place_of(key))
    }

    /// What is known of all of them.
    pub(crate) fn all(&self) -> io::Result<Vec<Object>> {
        let mut all = Vec::new();
        for place in fs::read_dir(&self.placed)? {
            all.extend(read(&place?.path())?);
        }
        Ok(all)
    }

    /// The bytes of the object of a key.
    pub(crate) fn bytes(&self, key: &str) -> io::Result<Option<File>> {
        match File::open(self.place_of(key).join("bytes")) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Tags an object. False when it is not there.
    pub(crate) async fn tag(&self, key: &str, tags: BTreeMap<String, String>) -> io::Result<bool> {
        let _changing = self.changing.lock().await;
        let Some(object) = self.get(key)? else {
            return Ok(false);
        };
        describe(&self.place_of(key), &Object { tags, ..object })?;
        Ok(true)
    }

    /// Deletes the object of a key, if it is there.
    pub(crate) async fn delete(&self, key: &str) -> io::Result<()> {
        let _changing = self.changing.lock().await;
        self.remove(&self.place_of(key))
    }

    /// Deletes what nobody has asked for in time: the template's lifecycle rule.
    pub(crate) async fn expire(&self, now: Timestamp) -> io::Result<()> {
        for entry in fs::read_dir(&self.placed)? {
            let _changing = self.changing.lock().await;
            let place = entry?.path();
            let Some(object) = read(&place)? else {
                continue;
            };
            let is_pending = object
                .tags
                .get("state")
                .is_some_and(|state| state == "pending");
            let age = now.as_millisecond() - object.created_at;
            if is_pending && i128::from(age) >= self.pending_for.as_millis() {
                self.remove(&place)?;
            }
        }
        Ok(())
    }

    /// A folder first leaves its place, whole: half an object is never there.
    fn remove(&self, place: &Path) -> io::Result<()> {
        let discarded = self.discarded();
        match fs::rename(place, &discarded) {
            Ok(()) => {
                flush(&self.placed)?;
                fs::remove_dir_all(discarded)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn place_of(&self, key: &str) -> PathBuf {
        let digest = Sha256::digest(key.as_bytes());
        let half = u128::from_be_bytes(std::array::from_fn(|i| digest[i]));
        self.placed.join(format!("{half:032x}"))
    }

    fn discarded(&self) -> PathBuf {
        self.drafts.join(Uuid::now_v7().simple().to_string())
    }
}

impl Draft {
    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.write_all(bytes)
    }
}

/// What a folder's object is; none when there is no such folder.
fn read(folder: &Path) -> io::Result<Option<Object>> {
    match fs::read(folder.join("object.json")) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says what a folder's object is; in the place of what was said before, all at once.
fn describe(folder: &Path, object: &Object) -> io::Result<()> {
    let draft = folder.join("object.draft");
    let mut file = File::create(&draft)?;
    file.write_all(&serde_json::to_vec(object)?)?;
    file.sync_all()?;
    fs::rename(draft, folder.join("object.json"))?;
    flush(folder)
}

fn flush(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn object(key: &str, state: &str, created_at: Timestamp) -> Object {
        Object {
            key: key.into(),
            version: "1".into(),
            headers: Headers::default(),
            size: 5,
            sha256: String::new(),
            tags: BTreeMap::from([("state".into(), state.into())]),
            created_at: created_at.as_millisecond(),
        }
    }

    fn put(objects: &Objects, object: &Object) -> bool {
        let mut draft = objects.draft().unwrap();
        draft.write(b"hello").unwrap();
        objects.place(&draft, object).unwrap()
    }

    #[tokio::test]
    async fn an_object_is_written_once_and_no_key_leads_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let objects = Objects::open(&home.path().join("objects"), DAY).unwrap();
        let now = Timestamp::now();
        let keys = ["../../x", "a", "a/b", "", "/etc/passwd", "..", "a\0b"];
        for key in keys {
            assert!(put(&objects, &object(key, "pending", now)), "{key}");
            assert!(!put(&objects, &object(key, "kept", now)), "{key} twice");
        }
        for key in keys {
            assert_eq!(objects.get(key).unwrap(), Some(object(key, "pending", now)));
        }
        let beside = fs::read_dir(home.path()).unwrap().count();
        assert_eq!(beside, 1, "nothing beside the objects' own folder");
        assert_eq!(
            fs::read_dir(&objects.drafts).unwrap().count(),
            0,
            "no drafts left"
        );
    }

    #[tokio::test]
    async fn what_nobody_has_asked_for_in_a_day_is_deleted() {
        let home = tempfile::tempdir().unwrap();
        let objects = Objects::open(home.path(), DAY).unwrap();
        let now = Timestamp::now();
        for (key, state) in [
            ("pending", "pending"),
            ("kept", "kept"),
            ("tagged", "pending"),
        ] {
            put(&objects, &object(key, state, now));
        }
        let kept = BTreeMap::from([("state".into(), "kept".into())]);
        assert!(objects.tag("tagged", kept.clone()).await.unwrap());
        assert!(!objects.tag("missing", kept).await.unwrap());
        let day = now + DAY;
        objects
            .expire(day - SignedDuration::from_millis(1))
            .await
            .unwrap();
        assert!(objects.get("pending").unwrap().is_some());
        objects.expire(day).await.unwrap();
        assert!(objects.get("pending").unwrap().is_none());
        assert!(objects.bytes("kept").unwrap().is_some());
        assert!(objects.bytes("tagged").unwrap().is_some());
        objects.delete("kept").await.unwrap();
        objects.delete("kept").await.unwrap();
        assert!(objects.bytes("kept").unwrap().is_none());
    }

    #[test]
    fn a_draft_of_a_killed_process_is_no_object() {
        let home = tempfile::tempdir().unwrap();
        let objects = Objects::open(home.path(), DAY).unwrap();
        let mut draft = objects.draft().unwrap();
        draft.write(b"hel").unwrap();
        std::mem::forget(draft);
        drop(objects.draft().unwrap());
        assert_eq!(fs::read_dir(&objects.drafts).unwrap().count(), 1);
        let again = Objects::open(home.path(), DAY).unwrap();
        assert_eq!(fs::read_dir(&again.drafts).unwrap().count(), 0);
        assert_eq!(again.get("anything").unwrap(), None);
    }
}
