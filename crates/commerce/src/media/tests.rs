use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Mutex;

use async_trait::async_trait;
use image::{ImageFormat, Rgb, RgbImage};
use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::ImageId;

use super::blob::{BlobError, BlobKey, BlobStore};
use super::*;

/// Blobs in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryBlobs(Mutex<HashMap<BlobKey, Vec<u8>>>);

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, bytes: &[u8]) -> Result<BlobKey, BlobError> {
        let key = BlobKey::of(bytes);
        self.0.lock().unwrap().insert(key.clone(), bytes.to_vec());
        Ok(key)
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        Ok(self.0.lock().unwrap().contains_key(key))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }
}

fn shade(at: u32, of: u32) -> u8 {
    u8::try_from(at % of).unwrap()
}

/// A picture as a file.
pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = RgbImage::from_fn(width, height, |x, y| Rgb([shade(x, 251), shade(y, 241), 120]));
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn key_of(db: &TestDb, id: ImageId) -> BlobKey {
    let original = store::original(&mut db.db.read().await.unwrap(), id)
        .await
        .unwrap()
        .unwrap();
    BlobKey::parse(&original.content_key).unwrap()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        for sql in store::STATEMENTS {
            if let Err(error) = conn.prepare(*sql).await {
                panic!("{error}\n{}", sql.pg);
            }
        }
    }

    async fn the_same_picture_twice_is_one_picture(db: TestDb) {
        let blobs = MemoryBlobs::default();
        let file = picture(500, 400, ImageFormat::Jpeg);
        let first = upload(&db.db, &blobs, file.clone()).await.unwrap();
        assert_eq!(upload(&db.db, &blobs, file).await.unwrap(), first);
        assert_eq!(blobs.0.lock().unwrap().len(), 1);
        let other = upload(&db.db, &blobs, picture(500, 401, ImageFormat::Png)).await.unwrap();
        assert_ne!(other, first);
    }

    async fn a_size_is_made_when_it_is_asked_for_and_kept(db: TestDb) {
        let blobs = MemoryBlobs::default();
        let id = upload(&db.db, &blobs, picture(700, 560, ImageFormat::Png)).await.unwrap();
        let key = key_of(&db, id).await;
        let size = |width, format| Rendition { key: key.clone(), width, format };

        let bytes = bytes_of(&db.db, &blobs, &size(320, Format::Webp)).await.unwrap().unwrap();
        let decoded = image::load_from_memory(&bytes).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (320, 256));
        let kept = blobs.0.lock().unwrap().len();
        assert_eq!(bytes_of(&db.db, &blobs, &size(320, Format::Webp)).await.unwrap(), Some(bytes));
        assert_eq!(blobs.0.lock().unwrap().len(), kept, "the second time it is only read");

        assert!(bytes_of(&db.db, &blobs, &size(700, Format::Jpeg)).await.unwrap().is_some());
        for none in [size(333, Format::Webp), size(960, Format::Webp), size(320, Format::Avif)] {
            assert_eq!(bytes_of(&db.db, &blobs, &none).await.unwrap(), None, "{none}");
        }
        let unknown = Rendition { key: BlobKey::of(b"nobody"), width: 320, format: Format::Webp };
        assert_eq!(bytes_of(&db.db, &blobs, &unknown).await.unwrap(), None);
    }

    async fn the_job_makes_every_size_once(db: TestDb) {
        let blobs = MemoryBlobs::default();
        let id = upload(&db.db, &blobs, picture(400, 300, ImageFormat::Png)).await.unwrap();
        let key = key_of(&db, id).await;
        let task = MakeSizes { image_id: id };
        make_sizes(&db.db, &blobs, &task).await.unwrap();
        let avif = Rendition { key, width: 320, format: Format::Avif };
        assert!(bytes_of(&db.db, &blobs, &avif).await.unwrap().is_some());
        assert!(store::original(&mut db.db.read().await.unwrap(), id).await.unwrap().unwrap().has_avif);
        let kept = blobs.0.lock().unwrap().len();
        assert_eq!(kept, 1 + 2 * 3, "the original, and two widths in three formats");
        make_sizes(&db.db, &blobs, &task).await.unwrap();
        assert_eq!(blobs.0.lock().unwrap().len(), kept);
    }

    async fn a_hostile_file_leaves_nothing_behind(db: TestDb) {
        let blobs = MemoryBlobs::default();
        let mut cut = picture(300, 300, ImageFormat::Png);
        cut.truncate(200);
        for file in [Vec::new(), b"<svg onload=alert(1)>".to_vec(), cut] {
            assert!(matches!(upload(&db.db, &blobs, file).await, Err(UploadError::Refused(_))));
        }
        assert!(blobs.0.lock().unwrap().is_empty());
    }

    async fn a_picture_with_a_script_behind_it_is_kept_without(db: TestDb) {
        let blobs = MemoryBlobs::default();
        let mut polyglot = picture(64, 64, ImageFormat::Jpeg);
        polyglot.extend_from_slice(b"<script>alert(1)</script>");
        upload(&db.db, &blobs, polyglot).await.unwrap();
        for bytes in blobs.0.lock().unwrap().values() {
            assert!(!bytes.windows(7).any(|window| window == b"<script"));
        }
    }
}
