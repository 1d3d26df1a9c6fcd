//! Taking a picture in: checked, made safe, put among the blobs, and known by a row.

use image::DynamicImage;
use tokio::sync::Semaphore;
use wares_db::fault::{self, Point};
use wares_db::{Db, DbError, Tx, Write};
use wares_kernel::ImageId;

use super::blob::{BlobError, BlobKey, BlobStore};
use super::decode::{self, PictureError};
use super::rendition::{DeriveError, webp};
use super::{look, store};
use crate::events::{self, Event};

/// The longest side an original is kept with.
const KEPT_SIDE_MAX: u32 = 4_000;
/// How well an original is kept.
const KEPT_QUALITY: f32 = 92.0;

/// Work on pictures that somebody waits for: two at a time, since each may take 256 MB.
pub(super) static QUICK: Semaphore = Semaphore::const_new(2);
/// Work that nobody waits for, one at a time.
pub(super) static SLOW: Semaphore = Semaphore::const_new(1);

/// A picture that has been checked and looked at, with its original as it will be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The original: upright, in sRGB, without metadata, as WebP.
    pub bytes: Vec<u8>,
    /// Its key.
    pub key: BlobKey,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its size in bytes.
    pub size_bytes: usize,
    /// Its dominant colour, such as `#c8b9a4`.
    pub colour: String,
    /// Whether it stands on white.
    pub is_on_white: bool,
}

/// Why a picture was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The file is refused.
    #[error(transparent)]
    Refused(#[from] PictureError),
    /// A sound picture could not be encoded.
    #[error(transparent)]
    Encoding(#[from] DeriveError),
    /// The decoder did not come to an end.
    #[error("the picture could not be worked on: {0}")]
    Interrupted(String),
    /// The file store failed.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Checks a picture and makes it safe to keep, on a thread of its own.
pub async fn prepare(bytes: Vec<u8>) -> Result<Prepared, UploadError> {
    blocking(&QUICK, move || prepared(bytes)).await?
}

/// Runs work on pictures on a thread of its own, when its lane has room.
pub(super) async fn blocking<T: Send + 'static>(
    lane: &'static Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, UploadError> {
    let permit = lane
        .acquire()
        .await
        .map_err(|error| UploadError::Interrupted(error.to_string()))?;
    let done = tokio::task::spawn_blocking(work).await;
    drop(permit);
    done.map_err(|error| UploadError::Interrupted(error.to_string()))
}

fn prepared(bytes: Vec<u8>) -> Result<Prepared, UploadError> {
    let picture = decode::decode(&bytes)?;
    let (colour, is_on_white) = (look::dominant_colour(&picture), look::is_on_white(&picture));
    let fits = picture.width().max(picture.height()) <= KEPT_SIDE_MAX;
    let (picture, kept): (DynamicImage, Vec<u8>) = if fits && decode::is_bare_webp(&bytes) {
        (picture, bytes)
    } else {
        let picture = if fits {
            picture
        } else {
            picture.thumbnail(KEPT_SIDE_MAX, KEPT_SIDE_MAX)
        };
        let kept = webp(&picture, KEPT_QUALITY)?;
        (picture, kept)
    };
    Ok(Prepared {
        key: BlobKey::of(&kept),
        width: picture.width(),
        height: picture.height(),
        size_bytes: kept.len(),
        bytes: kept,
        colour,
        is_on_white,
    })
}

/// Takes a picture in. The same picture again gives the same id.
pub async fn upload(db: &Db, blobs: &dyn BlobStore, bytes: Vec<u8>) -> Result<ImageId, UploadError> {
    let mut picture = prepare(bytes).await?;
    blobs.put(&picture.bytes).await?;
    fault::reach(Point::PictureKept).await?;
    picture.bytes = Vec::new();
    Ok(db.write(StorePicture { picture }).await?)
}

/// Makes a picture known whose original is among the blobs already.
#[derive(Debug)]
pub struct StorePicture {
    /// The picture; its bytes are not needed any more.
    pub picture: Prepared,
}

impl Write for StorePicture {
    type Out = ImageId;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<ImageId, DbError> {
        let (image_id, is_new) = store::put(tx, &self.picture).await?;
        if is_new {
            events::record(tx, Event::ImageStored { image_id }).await?;
        }
        Ok(image_id)
    }
}
