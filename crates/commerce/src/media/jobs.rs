//! Making all sizes of a picture after it was stored.

use anyhow::anyhow;
use serde::{Deserialize, Serialize};
use wares_db::fault::{self, Point};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{JobError, Task};
use wares_kernel::ImageId;

use super::blob::{BlobKey, BlobStore};
use super::decode;
use super::rendition::{DeriveError, Format, Rendition, derive, widths};
use super::serve::{NoteMade, keep};
use super::store;
use super::upload::{SLOW, UploadError, blocking};
use crate::changes::{self, Change};

/// Makes every size and format of a picture that is still missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeSizes {
    /// The picture.
    pub image_id: ImageId,
}

impl Task for MakeSizes {
    const KIND: &'static str = "slow.make_sizes";
}

/// Runs [`MakeSizes`]. Formats that are quick come first; running it again makes only what is missing.
pub async fn make_sizes(db: &Db, blobs: &dyn BlobStore, task: &MakeSizes) -> Result<(), JobError> {
    let mut conn = db.read().await?;
    let Some(original) = store::original(&mut conn, task.image_id).await? else {
        return Ok(()); // Deleted meanwhile.
    };
    let made = store::made_of(&mut conn, &original.content_key).await?;
    drop(conn);
    let Some(key) = BlobKey::parse(&original.content_key) else {
        return Err(JobError::Fail(anyhow!("the picture {} has no key", task.image_id)));
    };
    for format in [Format::Webp, Format::Jpeg, Format::Avif] {
        let missing: Vec<u32> = widths(original.width)
            .into_iter()
            .filter(|width| !made.iter().any(|(w, f)| w == width && f == format.ending()))
            .collect();
        make(db, blobs, &key, &missing, format).await.map_err(sorted)?;
    }
    if !original.has_avif {
        db.write(SizesReady {
            image_id: task.image_id,
        })
        .await?;
    }
    Ok(())
}

async fn make(
    db: &Db,
    blobs: &dyn BlobStore,
    key: &BlobKey,
    missing: &[u32],
    format: Format,
) -> Result<(), UploadError> {
    if missing.is_empty() {
        return Ok(());
    }
    let Some(source) = blobs.get(key).await? else {
        return Err(UploadError::Interrupted(
            "its original is not in the file store".to_owned(),
        ));
    };
    let wanted = missing.to_vec();
    let sizes = blocking(&SLOW, move || -> Result<Vec<(u32, Vec<u8>)>, UploadError> {
        let picture = decode::decode(&source)?;
        let sizes: Result<Vec<(u32, Vec<u8>)>, DeriveError> = wanted
            .into_iter()
            .map(|width| Ok((width, derive(&picture, width, format)?)))
            .collect();
        Ok(sizes?)
    })
    .await??;
    let mut made = Vec::with_capacity(sizes.len());
    for (width, bytes) in sizes {
        let rendition = Rendition {
            key: key.clone(),
            width,
            format,
        };
        made.push(keep(blobs, &rendition, &bytes).await?);
        fault::reach(Point::SizeKept).await?;
    }
    Ok(db.write(NoteMade { made }).await?)
}

/// What may work later is tried again; a picture that cannot be decoded or encoded will not become better.
fn sorted(error: UploadError) -> JobError {
    match error {
        UploadError::Refused(_) | UploadError::Encoding(_) => JobError::Fail(error.into()),
        UploadError::Blob(_) | UploadError::Db(_) | UploadError::Interrupted(_) => JobError::Retry(error.into()),
    }
}

/// All sizes are there: pages that show the picture may offer them.
#[derive(Debug)]
struct SizesReady {
    image_id: ImageId,
}

impl Write for SizesReady {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::ready(tx, self.image_id).await?;
        for product in store::used_by(tx, self.image_id).await? {
            changes::record(tx, Change::Product(product)).await?;
        }
        for collection in store::collections_of(tx, self.image_id).await? {
            changes::record(tx, Change::Collection(collection)).await?;
        }
        Ok(())
    }
}
