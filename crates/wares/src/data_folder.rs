//! The folder with the shop's data, and the lock that keeps a second server out of it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Held while a server runs on the folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

/// Makes the folder if it is not there.
pub(crate) fn make(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("the data folder {} cannot be made", folder.display()))
}

/// Takes the folder for one server.
pub(crate) fn lock(folder: &Path) -> anyhow::Result<Lock> {
    let path = folder.join("server.lock");
    let file = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another server is running on {}. Stop it, or give this one its own folder with --data.",
                folder.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

/// The embedded database's file.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("wares.db")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_on_the_same_folder_is_turned_away() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        assert!(lock(folder.path()).unwrap_err().to_string().contains("another server"));
        drop(first);
        assert!(lock(folder.path()).is_ok());
    }
}
