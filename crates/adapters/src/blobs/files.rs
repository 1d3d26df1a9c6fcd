//! Blobs as files in a folder: `ab/cd/abcd…`, written aside, synced, then renamed into place.
//!
//! A reader sees a blob whole or not at all, also after a power cut. Several processes may share the folder.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use wares_commerce::media::blob::{BlobError, BlobKey, BlobStore};
use wares_kernel::{Random as _, SystemRandom};

/// Half-written files older than this were left by a process that died.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// A folder of blobs.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    /// Tells files being written by this store from those of others; process ids repeat between containers.
    writer: u64,
    n_written: AtomicU64,
}

impl Files {
    /// Uses a folder, making it if need be and clearing away what dead processes left half-written.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let root = root.into();
        prepare(&root.join("incoming")).map_err(failed("prepare its folder"))?;
        let mut writer = [0; 8];
        SystemRandom.fill(&mut writer);
        Ok(Self {
            root,
            writer: u64::from_le_bytes(writer),
            n_written: AtomicU64::new(0),
        })
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.root.join(super::name(key))
    }

    fn aside(&self, key: &BlobKey) -> PathBuf {
        let n = self.n_written.fetch_add(1, Ordering::Relaxed);
        self.root
            .join("incoming")
            .join(format!("{key}.{:016x}.{n}", self.writer))
    }
}

#[async_trait]
impl BlobStore for Files {
    async fn put(&self, bytes: &[u8]) -> Result<BlobKey, BlobError> {
        let key = BlobKey::of(bytes);
        let (path, aside, bytes) = (self.path(&key), self.aside(&key), bytes.to_vec());
        blocking("write a blob", move || write(&path, &aside, &bytes)).await?;
        Ok(key)
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path(key);
        blocking("read a blob", move || if_there(fs::read(path))).await
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        let path = self.path(key);
        blocking("look for a blob", move || path.try_exists()).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let path = self.path(key);
        blocking("delete a blob", move || if_there(fs::remove_file(path)).map(|_| ())).await
    }
}

/// Disks are slow and block, so they are waited for elsewhere.
async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(failed(action)),
        Err(error) => Err(failed(action)(io::Error::other(error))),
    }
}

fn failed(action: &'static str) -> impl Fn(io::Error) -> BlobError {
    move |cause| BlobError { action, cause }
}

fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, aside: &Path, bytes: &[u8]) -> io::Result<()> {
    // A file of the right length under this name holds these bytes; another length was damaged by something else.
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if fs::metadata(path).is_ok_and(|file| file.len() == length) {
        return Ok(());
    }
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let written = write_aside(aside, bytes).and_then(|()| fs::rename(aside, path));
    if let Err(error) = written {
        if_there(fs::remove_file(aside))?;
        return Err(error);
    }
    sync_folders(folder)
}

fn write_aside(aside: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(aside)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The entry of a new file, and those of its two folders, are only safe once the folders themselves are synced.
fn sync_folders(folder: &Path) -> io::Result<()> {
    for folder in folder.ancestors().take(3) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn prepare(incoming: &Path) -> io::Result<()> {
    fs::create_dir_all(incoming)?;
    for entry in fs::read_dir(incoming)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > LEFT_BEHIND {
            if_there(fs::remove_file(entry.path()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path().join("blobs")).unwrap();
        (folder, files)
    }

    fn n_incoming(files: &Files) -> usize {
        fs::read_dir(files.root.join("incoming")).unwrap().count()
    }

    #[tokio::test]
    async fn what_is_put_can_be_got_and_deleted() {
        let (_folder, files) = store();
        let key = files.put(b"a mug").await.unwrap();
        assert!(files.exists(&key).await.unwrap());
        assert_eq!(files.get(&key).await.unwrap().as_deref(), Some(&b"a mug"[..]));
        files.delete(&key).await.unwrap();
        files.delete(&key).await.unwrap();
        assert_eq!(files.get(&key).await.unwrap(), None);
        assert!(!files.exists(&key).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_bytes_are_kept_once_even_when_put_at_the_same_time() {
        let (_folder, files) = store();
        let bytes = vec![7; 100_000];
        let (one, two) = tokio::join!(files.put(&bytes), files.put(&bytes));
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(n_incoming(&files), 0);
    }

    #[tokio::test]
    async fn a_blob_survives_a_restart_and_a_damaged_one_is_replaced() {
        let (folder, files) = store();
        let key = files.put(b"a mug").await.unwrap();
        fs::write(files.path(&key), b"a m").unwrap();
        let again = Files::open(folder.path().join("blobs")).unwrap();
        again.put(b"a mug").await.unwrap();
        assert_eq!(again.get(&key).await.unwrap().as_deref(), Some(&b"a mug"[..]));
    }

    #[tokio::test]
    async fn what_cannot_be_written_leaves_nothing_behind() {
        let (_folder, files) = store();
        let key = BlobKey::of(b"a mug");
        let in_the_way = files.path(&key);
        fs::create_dir_all(in_the_way.join("folder")).unwrap();
        let error = files.put(b"a mug").await.unwrap_err();
        assert_eq!(error.action, "write a blob");
        assert_eq!(n_incoming(&files), 0);
    }

    #[tokio::test]
    async fn leftovers_of_a_dead_process_are_cleared_after_a_day() {
        let (folder, files) = store();
        let (old, fresh) = (files.root.join("incoming/old"), files.root.join("incoming/fresh"));
        fs::write(&fresh, b"half").unwrap();
        let two_days_ago = fs::metadata(&fresh).unwrap().modified().unwrap() - 2 * LEFT_BEHIND;
        File::create(&old).unwrap().set_modified(two_days_ago).unwrap();
        Files::open(folder.path().join("blobs")).unwrap();
        assert!(fresh.exists() && !old.exists());
    }
}
