//! The SQL of the tables `images` and `image_renditions`.

use wares_db::{Arg, Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::ImageId;

use super::upload::Prepared;

const FIND: Sql = sql!("SELECT id FROM images WHERE content_key = ?1");
const INSERT: Sql = sql!(
    "INSERT INTO images (id, content_key, format, width, height, size_bytes, colour, white_background, created_at)
     VALUES (?1, ?2, 'webp', ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (content_key) DO NOTHING"
);
const ONE: Sql = sql!("SELECT id, content_key, width, has_avif FROM images WHERE id = ?1");
const BY_KEY: Sql = sql!("SELECT id, content_key, width, has_avif FROM images WHERE content_key = ?1");
const READY: Sql = sql!("UPDATE images SET has_avif = true WHERE id = ?1");
const USED_BY: Sql = sql!("SELECT product_id FROM product_images WHERE image_id = ?1 ORDER BY product_id");
const COLLECTIONS_OF: Sql = sql!("SELECT id FROM collections WHERE image_id = ?1 ORDER BY id");
const MADE: Sql = sql!("SELECT blob_key FROM image_renditions WHERE content_key = ?1 AND width = ?2 AND format = ?3");
const MADE_OF: Sql = sql!("SELECT width, format FROM image_renditions WHERE content_key = ?1");
const NOTE: Sql = sql!(
    "INSERT INTO image_renditions (content_key, width, format, blob_key, size_bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (content_key, width, format) DO NOTHING"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    FIND,
    INSERT,
    ONE,
    BY_KEY,
    READY,
    USED_BY,
    COLLECTIONS_OF,
    MADE,
    MADE_OF,
    NOTE,
];

rows! {
    /// What making sizes of a picture needs to know.
    pub struct Original {
        id: ImageId,
        content_key: String,
        width: u32,
        has_avif: bool,
    }
}

/// A size that was made and put among the blobs.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) content_key: String,
    pub(super) width: u32,
    pub(super) format: &'static str,
    pub(super) blob_key: String,
    pub(super) size_bytes: i64,
}

/// The id of a picture's row, and whether it is new.
pub(super) async fn put(tx: &mut Tx, picture: &Prepared) -> Result<(ImageId, bool), DbError> {
    let (id, now): (ImageId, _) = (tx.new_id(), tx.now());
    let key = picture.key.as_str();
    let size = i64::try_from(picture.size_bytes).unwrap_or(i64::MAX);
    let args = p![
        id,
        key,
        picture.width,
        picture.height,
        size,
        picture.colour,
        picture.is_on_white,
        now
    ];
    if tx.exec(INSERT, args).await? == 1 {
        return Ok((id, true));
    }
    let (id,): (ImageId,) = tx.one(FIND, p![key]).await?;
    Ok((id, false))
}

pub(super) async fn original(conn: &mut Conn, id: ImageId) -> Result<Option<Original>, DbError> {
    conn.opt(ONE, p![id]).await
}

pub(super) async fn original_of(conn: &mut Conn, key: &str) -> Result<Option<Original>, DbError> {
    conn.opt(BY_KEY, p![key]).await
}

pub(super) async fn made(conn: &mut Conn, key: &str, width: u32, format: &str) -> Result<Option<String>, DbError> {
    Ok(conn
        .opt::<(String,)>(MADE, p![key, width, format])
        .await?
        .map(|(key,)| key))
}

pub(super) async fn made_of(conn: &mut Conn, key: &str) -> Result<Vec<(u32, String)>, DbError> {
    conn.all(MADE_OF, p![key]).await
}

pub(super) async fn note(tx: &mut Tx, made: &[Made]) -> Result<(), DbError> {
    let now = tx.now();
    let mut batch = tx.batch();
    for m in made {
        batch = batch.add(
            NOTE,
            &[
                m.content_key.arg(),
                m.width.arg(),
                P::Text(m.format),
                m.blob_key.arg(),
                m.size_bytes.arg(),
                now.arg(),
            ],
        );
    }
    batch.run().await.map(drop)
}

pub(super) async fn ready(tx: &mut Tx, id: ImageId) -> Result<(), DbError> {
    tx.exec(READY, p![id]).await.map(drop)
}

/// The products that show a picture.
pub(super) async fn used_by(conn: &mut Conn, id: ImageId) -> Result<Vec<wares_kernel::ProductId>, DbError> {
    let rows: Vec<(wares_kernel::ProductId,)> = conn.all(USED_BY, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The collections that show a picture.
pub(super) async fn collections_of(conn: &mut Conn, id: ImageId) -> Result<Vec<wares_kernel::CollectionId>, DbError> {
    let rows: Vec<(wares_kernel::CollectionId,)> = conn.all(COLLECTIONS_OF, p![id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
