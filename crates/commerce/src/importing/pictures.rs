//! Where the pictures of an import come from: files beside it, or addresses to be fetched later.

use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use futures_util::future::join_all;
use wares_db::Db;
use wares_kernel::ImageId;

use super::problem::{Effect, Problem};
use super::product::{Picture, Product};
use crate::media::blob::BlobStore;
use crate::media::{self, UploadError};

/// Files that an import may name as pictures.
pub trait PictureFiles: Send + Sync + 'static {
    /// The bytes of a file, or `None` when there is no such file.
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>>;
}

/// The files of a folder and the folders in it; nothing outside of it can be named.
#[derive(Debug, Clone)]
pub struct Folder(
    /// Where it is.
    pub PathBuf,
);

impl PictureFiles for Folder {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let name = Path::new(name);
        if !name.components().all(|part| matches!(part, Component::Normal(_))) {
            return Ok(None);
        }
        let path = self.0.join(name);
        let size = match std::fs::metadata(&path) {
            Ok(file) if file.is_file() => file.len(),
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if size > media::BYTES_MAX as u64 {
            return Ok(Some(Vec::new()));
        }
        std::fs::read(path).map(Some)
    }
}

/// What became of a product's pictures before the product is written.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    /// Those that are in the shop now, by the name the file gives them.
    pub(super) images: HashMap<String, ImageId>,
    /// Addresses to be fetched later.
    pub(super) wanted: Vec<Picture>,
    /// What could not be had.
    pub(super) problems: Vec<Problem>,
}

/// Takes pictures in, each file once however many products name it.
pub(super) struct Pictures<'a> {
    db: &'a Db,
    blobs: &'a dyn BlobStore,
    files: Option<&'a dyn PictureFiles>,
    known: HashMap<String, ImageId>,
}

/// How many names are remembered: a small file for each product is the usual case, so old names are of no use.
const KNOWN_MAX: usize = 10_000;

impl<'a> Pictures<'a> {
    pub(super) fn new(db: &'a Db, blobs: &'a dyn BlobStore, files: Option<&'a dyn PictureFiles>) -> Self {
        Self {
            db,
            blobs,
            files,
            known: HashMap::new(),
        }
    }

    /// Takes a product's pictures in, side by side.
    pub(super) async fn resolve(&mut self, product: &Product) -> Result<Resolved, UploadError> {
        let (wanted, named): (Vec<&Picture>, Vec<&Picture>) =
            product.pictures.iter().partition(|picture| is_address(&picture.source));
        let mut resolved = Resolved {
            wanted: wanted.into_iter().cloned().collect(),
            ..Resolved::default()
        };
        let taken = join_all(named.iter().map(|picture| self.take_in(&picture.source))).await;
        for (picture, taken) in named.into_iter().zip(taken) {
            let refusal = match taken {
                Ok(Some(id)) => {
                    resolved.images.insert(picture.source.clone(), id);
                    continue;
                }
                Ok(None) => "there is no picture of this name beside the file".to_owned(),
                Err(UploadError::Refused(error)) => error.to_string(),
                Err(error) => return Err(error),
            };
            resolved.problems.push(problem(product, picture, &refusal));
        }
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        self.known
            .extend(resolved.images.iter().map(|(name, id)| (name.clone(), *id)));
        Ok(resolved)
    }

    async fn take_in(&self, name: &str) -> Result<Option<ImageId>, UploadError> {
        if let Some(id) = self.known.get(name) {
            return Ok(Some(*id));
        }
        let Some(files) = self.files else { return Ok(None) };
        let read = files
            .read(name)
            .map_err(|error| UploadError::Interrupted(format!("{name}: {error}")))?;
        match read {
            Some(bytes) => Ok(Some(media::upload(self.db, self.blobs, bytes).await?)),
            None => Ok(None),
        }
    }
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

fn problem(product: &Product, picture: &Picture, message: &str) -> Problem {
    Problem {
        line: product.line,
        column: String::new(),
        value: picture.source.chars().take(80).collect(),
        message: format!("{message}: the product was imported without this picture"),
        effect: Effect::Kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_nothing_outside_of_it() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("pictures");
        std::fs::create_dir_all(inner.join("more")).unwrap();
        std::fs::write(outer.path().join("secret.txt"), b"secret").unwrap();
        std::fs::write(inner.join("more/a.webp"), b"picture").unwrap();
        let folder = Folder(inner.clone());
        assert_eq!(
            folder.read("more/a.webp").unwrap().as_deref(),
            Some(b"picture".as_slice())
        );
        let absolute = outer.path().join("secret.txt").display().to_string();
        for name in [
            "../secret.txt",
            "more/../../secret.txt",
            absolute.as_str(),
            "",
            "more",
            "nothing.webp",
        ] {
            assert_eq!(folder.read(name).unwrap(), None, "{name}");
        }
    }
}
