//! Products' pictures that are heavy to load.

use std::collections::HashSet;

use wares_db::{Conn, DbError, Sql, p, rows, sql};
use wares_kernel::{ProductId, Slug};

/// A browser takes the lightest of the modern formats there are; what it would take of a width is looked at.
const HEAVY: Sql = sql!(
    "SELECT p.id, p.slug, p.title, x.position, r.width, r.size_bytes
     FROM image_renditions r JOIN images i ON i.content_key = r.content_key
         JOIN product_images x ON x.image_id = i.id JOIN products p ON p.id = x.product_id
     WHERE p.status = 'active' AND r.format <> 'jpg' AND (r.size_bytes > ?3 OR (r.size_bytes > ?2 AND r.width <= ?1))
         AND NOT EXISTS (SELECT 1 FROM image_renditions b WHERE b.content_key = r.content_key AND b.width = r.width
             AND b.format <> 'jpg' AND b.size_bytes < r.size_bytes)
     ORDER BY r.size_bytes DESC, p.id, x.position LIMIT ?4"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[HEAVY];

rows! {
    /// A picture in the heaviest size that a browser gets of it.
    pub struct HeavyPicture {
        /// The product it shows.
        product: ProductId,
        /// The product's address.
        slug: Slug,
        /// The product's title.
        title: String,
        /// Its place among the product's pictures, from 0.
        position: i64,
        /// Its width in pixels.
        width: i64,
        /// Its weight in bytes.
        size_bytes: i64,
    }
}

/// Pictures of active products that are heavier than `narrow_most` bytes in some size of at most `narrow` pixels, or than `most` in any
/// size; the heaviest first, each once. Looks at no more than `looked_at` sizes.
///
/// `most` is not below `narrow_most`.
pub async fn heavy_pictures(
    conn: &mut Conn,
    narrow: i64,
    narrow_most: i64,
    most: i64,
    looked_at: i64,
) -> Result<Vec<HeavyPicture>, DbError> {
    let mut sizes: Vec<HeavyPicture> = conn.all(HEAVY, p![narrow, narrow_most, most, looked_at]).await?;
    let mut seen = HashSet::new();
    sizes.retain(|size| seen.insert((size.product, size.position)));
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use wares_db::testing::TestDb;
    use wares_db::{both_engines, job};
    use wares_kernel::ImageId;

    use super::*;
    use crate::testing::Goods;

    const IMAGE: Sql = sql!(
        "INSERT INTO images (id, content_key, format, width, height, size_bytes, colour, white_background, created_at)
         VALUES (?1, ?2, 'webp', 1920, 1920, 1, '', false, 0)"
    );
    const OF_PRODUCT: Sql =
        sql!("INSERT INTO product_images (product_id, image_id, position, alt) VALUES (?1, ?2, 0, '')");
    const SIZE: Sql = sql!(
        "INSERT INTO image_renditions (content_key, width, format, blob_key, size_bytes, created_at) VALUES (?1, ?2, ?3, 'x', ?4, 0)"
    );

    /// A mug with a picture in these sizes: width, format, bytes.
    async fn pictured(db: &TestDb, key: &'static str, sizes: &'static [(i64, &'static str, i64)]) -> ProductId {
        let (product, _) = Goods::mug(1).create(db).await;
        let work = job(move |tx| {
            Box::pin(async move {
                let image: ImageId = tx.new_id();
                tx.exec(IMAGE, p![image, key]).await?;
                tx.exec(OF_PRODUCT, p![product, image]).await?;
                for (width, format, bytes) in sizes {
                    tx.exec(SIZE, p![key, *width, *format, *bytes]).await?;
                }
                Ok::<_, DbError>(())
            })
        });
        db.db.write(work).await.unwrap();
        product
    }

    both_engines! {
        async fn a_picture_is_heavy_in_the_format_a_browser_takes(db: TestDb) {
            pictured(&db, "light", &[(960, "jpg", 900), (960, "webp", 90), (1920, "webp", 190)]).await;
            // WebP is too heavy, but there is AVIF.
            pictured(&db, "better", &[(960, "webp", 130), (960, "avif", 80)]).await;
            let narrow = pictured(&db, "narrow", &[(640, "webp", 101), (960, "webp", 140), (1920, "webp", 180)]).await;
            let wide = pictured(&db, "wide", &[(960, "webp", 100), (1920, "webp", 201), (1280, "webp", 200)]).await;
            let mut conn = db.db.read().await.unwrap();
            let found = heavy_pictures(&mut conn, 960, 100, 200, 50).await.unwrap();
            let found: Vec<_> = found.iter().map(|size| (size.product, size.width, size.size_bytes)).collect();
            assert_eq!(found, [(wide, 1920, 201), (narrow, 960, 140)]);
            assert_eq!(heavy_pictures(&mut conn, 960, 100, 200, 1).await.unwrap().len(), 1);
        }
    }
}
