//! Fetching the pictures that a file names by their addresses.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{Due, JobError, Task};
use wares_kernel::{ImageId, ProductId};

use crate::catalog::{self, Missing};
use crate::media::blob::BlobStore;
use crate::media::{self, UploadError};

/// Pictures one job fetches at most: as many as are had, however slowly, before another instance may take the job.
const AT_ONCE: usize = 10;

/// Where pictures are fetched from.
///
/// Addresses come from a file that anybody may have written, so whoever implements this must not be led into the shop's own network.
#[async_trait]
pub trait PictureSource: fmt::Debug + Send + Sync {
    /// The bytes at an address, at most [`media::BYTES_MAX`].
    async fn fetch(&self, address: &str) -> Result<Vec<u8>, FetchError>;
}

/// Why there are no bytes. The texts are for staff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Trying again will not help.
    #[error("{0}")]
    Refused(String),
    /// It may be there later.
    #[error("{0}")]
    Unreachable(String),
}

/// Fetches some of the wanted pictures of a product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchPictures {
    /// The product.
    pub product_id: ProductId,
    /// The place of the first of them, from zero.
    pub from: i64,
}

impl FetchPictures {
    fn covers(&self, missing: &Missing) -> bool {
        let place = usize::try_from(missing.position - self.from);
        place.is_ok_and(|place| place < AT_ONCE)
    }
}

impl Task for FetchPictures {
    const KIND: &'static str = "slow.fetch_pictures";
}

/// Has so many wanted pictures of a product fetched.
pub(super) async fn plan(tx: &mut Tx, product_id: ProductId, n_pictures: usize) -> Result<(), DbError> {
    let chunks = (0..).step_by(AT_ONCE).take(n_pictures.div_ceil(AT_ONCE));
    for from in chunks {
        wares_jobs::enqueue(tx, &FetchPictures { product_id, from }, Due::now()).await?;
    }
    Ok(())
}

/// Runs [`FetchPictures`]: what cannot be had is noted with the reason, what may be had later is tried again.
pub async fn fetch_pictures(
    db: &Db,
    blobs: &dyn BlobStore,
    source: &dyn PictureSource,
    task: &FetchPictures,
) -> Result<(), JobError> {
    let missing = {
        let mut conn = db.read().await?;
        catalog::missing_pictures(&mut conn, task.product_id).await?
    };
    let mut later = Ok(());
    for picture in missing.into_iter().filter(|picture| task.covers(picture)) {
        let result = match take_in(blobs, db, source, &picture).await {
            Ok(image_id) => Ok(image_id),
            Err(Setback::Failed(error)) => return Err(JobError::Retry(error.into())),
            Err(Setback::Fetch(error)) => Err(error),
        };
        if let Err(error @ FetchError::Unreachable(_)) = &result {
            later = Err(JobError::Retry(error.clone().into()));
        }
        db.write(Note {
            product_id: task.product_id,
            picture,
            result,
        })
        .await?;
    }
    later
}

enum Setback {
    Fetch(FetchError),
    Failed(UploadError),
}

async fn take_in(
    blobs: &dyn BlobStore,
    db: &Db,
    source: &dyn PictureSource,
    missing: &Missing,
) -> Result<ImageId, Setback> {
    let bytes = source.fetch(&missing.picture.source).await.map_err(Setback::Fetch)?;
    media::upload(db, blobs, bytes).await.map_err(|error| match error {
        UploadError::Refused(_) | UploadError::Encoding(_) => Setback::Fetch(FetchError::Refused(error.to_string())),
        UploadError::Interrupted(_) | UploadError::Blob(_) | UploadError::Db(_) => Setback::Failed(error),
    })
}

/// Writes down what became of a wanted picture.
#[derive(Debug)]
struct Note {
    product_id: ProductId,
    picture: Missing,
    result: Result<ImageId, FetchError>,
}

impl Write for Note {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        match &self.result {
            Ok(image) => catalog::picture_fetched(tx, self.product_id, &self.picture, *image).await,
            Err(error) => {
                let (source, why) = (&self.picture.picture.source, error.to_string());
                catalog::picture_failed(tx, self.product_id, source, &why).await
            }
        }
    }
}

#[cfg(test)]
mod tests;
