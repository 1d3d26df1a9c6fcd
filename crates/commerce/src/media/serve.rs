//! The bytes of one size of a picture, made on the spot when no job has made it yet.

use wares_db::{Db, DbError, Tx, Write};

use super::blob::{BlobKey, BlobStore};
use super::decode;
use super::rendition::{Format, Rendition, derive, widths};
use super::store::{self, Made};
use super::upload::{QUICK, UploadError, blocking};

/// The bytes of a size, or `None` when there is no such picture, it has no such width, or its AVIF is not ready.
pub async fn bytes_of(db: &Db, blobs: &dyn BlobStore, wanted: &Rendition) -> Result<Option<Vec<u8>>, UploadError> {
    let mut conn = db.read().await?;
    let made = store::made(&mut conn, wanted.key.as_str(), wanted.width, wanted.format.ending()).await?;
    if let Some(key) = made.as_deref().and_then(BlobKey::parse)
        && let Some(bytes) = blobs.get(&key).await?
    {
        return Ok(Some(bytes));
    }
    let Some(original) = store::original_of(&mut conn, wanted.key.as_str()).await? else {
        return Ok(None);
    };
    drop(conn);
    if wanted.format == Format::Avif || !widths(original.width).contains(&wanted.width) {
        return Ok(None);
    }
    let Some(source) = blobs.get(&wanted.key).await? else {
        return Ok(None);
    };
    let (width, format) = (wanted.width, wanted.format);
    let bytes = blocking(&QUICK, move || -> Result<Vec<u8>, UploadError> {
        Ok(derive(&decode::decode(&source)?, width, format)?)
    })
    .await??;
    let made = keep(blobs, wanted, &bytes).await?;
    db.write(NoteMade { made: vec![made] }).await?;
    Ok(Some(bytes))
}

/// Puts a size among the blobs.
pub(super) async fn keep(blobs: &dyn BlobStore, rendition: &Rendition, bytes: &[u8]) -> Result<Made, UploadError> {
    let blob_key = blobs.put(bytes).await?;
    Ok(Made {
        content_key: rendition.key.to_string(),
        width: rendition.width,
        format: rendition.format.ending(),
        blob_key: blob_key.to_string(),
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
    })
}

/// Writes down which blobs hold which sizes.
#[derive(Debug)]
pub(super) struct NoteMade {
    pub(super) made: Vec<Made>,
}

impl Write for NoteMade {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::note(tx, &self.made).await
    }
}
