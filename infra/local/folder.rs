//! The data folder: what the stand keeps between runs, and the lock that keeps a second stand out.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// A data folder, held by this stand alone for as long as the value lives.
///
/// The lock is the operating system's: it ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Opens a folder, made if there is none, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        // It holds tickets and a private key.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(path)
            .with_context(|| format!("cannot make the data folder {}", path.display()))?;
        let lock = lock(path)?;
        Ok(Self {
            path: path.into(),
            _lock: lock,
        })
    }

    /// The same without what was kept in it: the table, the objects, and how far the time was moved. The issuer's key stays,
    /// so that tokens hold; and so does whatever else there is in the folder.
    pub(crate) fn emptied(self) -> Result<Self> {
        for database in [self.table(), self.table().with_extension("draft")] {
            remove_database(&database)?;
        }
        for file in [self.clock(), self.clock().with_extension("draft")] {
            absent_is_fine(fs::remove_file(&file), &file)?;
        }
        let objects = self.objects();
        absent_is_fine(fs::remove_dir_all(&objects), &objects)?;
        Ok(self)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The table, a SQLite file.
    pub(crate) fn table(&self) -> PathBuf {
        self.path.join("table.sqlite")
    }

    /// The objects of the bucket.
    pub(crate) fn objects(&self) -> PathBuf {
        self.path.join("objects")
    }

    /// How far the time was moved.
    pub(crate) fn clock(&self) -> PathBuf {
        self.path.join("clock")
    }

    /// The issuer's private key.
    pub(crate) fn key(&self) -> PathBuf {
        self.path.join("issuer.pem")
    }
}

fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let context = || format!("cannot lock {}", path.display());
    let mut file = File::options()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(&path)
        .with_context(context)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            bail!(
                "the data folder {} is in use by another Ventanilla (process {}): stop it, or choose another folder",
                folder.display(),
                holder.trim()
            );
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(context),
    }
    // For the message above only: the lock does not depend on it.
    file.set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .with_context(context)?;
    Ok(file)
}

/// Makes an empty file that only its owner can read, whoever can read the folder.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes a SQLite file and what SQLite keeps beside it.
pub(crate) fn remove_database(file: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        absent_is_fine(fs::remove_file(&path), Path::new(&path))?;
    }
    Ok(())
}

/// What came of a removal: what was not there is removed as well.
fn absent_is_fine(removed: io::Result<()>, path: &Path) -> Result<()> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_stands_cannot_hold_one_folder() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("data");
        let first = Folder::open(&path).unwrap();
        let refusal = Folder::open(&path)
            .expect_err("a second holder")
            .to_string();
        assert!(
            refusal.contains(&format!(
                "in use by another Ventanilla (process {})",
                std::process::id()
            )),
            "{refusal}"
        );
        drop(first);
        Folder::open(&path).unwrap();
    }

    #[test]
    fn an_emptied_folder_has_its_key_and_what_is_not_ours() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::open(home.path()).unwrap();
        let objects = folder.objects();
        fs::create_dir(&objects).unwrap();
        fs::write(objects.join("object"), "bytes").unwrap();
        let files = [folder.table(), folder.clock(), folder.key()];
        for file in &files {
            fs::write(file, "data").unwrap();
        }
        let notes = home.path().join("notes.txt");
        fs::write(&notes, "mine").unwrap();
        let folder = folder.emptied().unwrap();
        let left = files.map(|file| file.exists());
        assert_eq!(left, [false, false, true]);
        assert!(!objects.exists() && notes.exists());
        folder.emptied().unwrap();
    }
}
