//! All products for sale in the order of their ids, in parts, for sitemaps.

use wares_db::{Conn, DbError, FromRow, Row, Sql, p, sql};
use wares_kernel::{Instant, ProductId, Slug};

use super::reads::photo;
use crate::catalog::list::{Part, Placed};

/// `PostgreSQL` has no least id, but the texts of ids are in the same order.
const PARTS: Sql = sql!(
    lite: "SELECT min(id), max(updated_at) FROM
             (SELECT id, updated_at, (row_number() OVER (ORDER BY id) - 1) / ?1 AS part FROM products WHERE status = 'active') AS t
           GROUP BY part ORDER BY part",
    pg: "SELECT min(id::text)::uuid, max(updated_at) FROM
           (SELECT id, updated_at, (row_number() OVER (ORDER BY id) - 1) / $1 AS part FROM products WHERE status = 'active') AS t
         GROUP BY part ORDER BY part",
);
const PLACED: Sql = sql!(
    "SELECT p.slug, p.title, p.updated_at, i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, ''
     FROM products p LEFT JOIN images i ON i.id = p.image_id
     WHERE p.status = 'active' AND p.id >= ?1 ORDER BY p.id LIMIT ?2"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(in crate::catalog) const STATEMENTS: &[Sql] = &[PARTS, PLACED];

pub(in crate::catalog) async fn parts(conn: &mut Conn, size: i64) -> Result<Vec<Part>, DbError> {
    let rows: Vec<(ProductId, Instant)> = conn.all(PARTS, p![size]).await?;
    let part = |(first, changed_at)| Part { first, changed_at };
    Ok(rows.into_iter().map(part).collect())
}

impl FromRow for Placed {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            slug: row.get::<Slug>(0)?,
            title: row.get(1)?,
            updated_at: row.get(2)?,
            photo: photo(row, 3)?,
        })
    }
}

pub(in crate::catalog) async fn placed(conn: &mut Conn, first: ProductId, most: i64) -> Result<Vec<Placed>, DbError> {
    conn.all(PLACED, p![first, most]).await
}
