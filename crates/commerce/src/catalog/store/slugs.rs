//! Addresses: which are taken, and where old ones lead.

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{CategoryId, ProductId, Slug};

const PRODUCT_AT: Sql = sql!("SELECT id FROM products WHERE slug = ?1");
const CATEGORY_AT: Sql = sql!("SELECT id FROM categories WHERE slug = ?1");
const COLLECTION_AT: Sql = sql!("SELECT id FROM collections WHERE slug = ?1");
const ARCHIVED_AT: Sql = sql!("SELECT id, title, category_id FROM products WHERE slug = ?1 AND status = 'archived'");
const REMEMBER: Sql = sql!(
    "INSERT INTO slug_history (kind, slug, entity, changed_at) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (kind, slug) DO UPDATE SET entity = excluded.entity, changed_at = excluded.changed_at"
);
const FORGET: Sql = sql!("DELETE FROM slug_history WHERE kind = ?1 AND slug = ?2");
const FORGET_ALL: Sql = sql!("DELETE FROM slug_history WHERE kind = ?1 AND entity = ?2");
const ONCE_AT: Sql = sql!("SELECT entity FROM slug_history WHERE kind = ?1 AND slug = ?2");
const PRODUCT_MOVED: Sql = sql!(
    "SELECT p.slug FROM slug_history h JOIN products p ON p.id = h.entity WHERE h.kind = 'product' AND h.slug = ?1"
);
const CATEGORY_MOVED: Sql = sql!(
    "SELECT c.slug FROM slug_history h JOIN categories c ON c.id = h.entity WHERE h.kind = 'category' AND h.slug = ?1"
);

const COLLECTION_MOVED: Sql = sql!(
    "SELECT c.slug FROM slug_history h JOIN collections c ON c.id = h.entity WHERE h.kind = 'collection' AND h.slug = ?1"
);

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    PRODUCT_AT,
    CATEGORY_AT,
    COLLECTION_AT,
    ARCHIVED_AT,
    REMEMBER,
    FORGET,
    FORGET_ALL,
    ONCE_AT,
    PRODUCT_MOVED,
    CATEGORY_MOVED,
    COLLECTION_MOVED,
];

/// What an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog) enum Kind {
    Product,
    Category,
    Collection,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Category => "category",
            Self::Collection => "collection",
        }
    }
}

/// What stands at an address now.
pub(in crate::catalog) async fn at(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Uuid>, DbError> {
    let sql = match kind {
        Kind::Product => PRODUCT_AT,
        Kind::Category => CATEGORY_AT,
        Kind::Collection => COLLECTION_AT,
    };
    Ok(conn.opt::<(Uuid,)>(sql, p![slug]).await?.map(|(id,)| id))
}

/// The archived product at an address: its id, title and category.
pub(in crate::catalog) async fn archived_at(
    conn: &mut Conn,
    slug: &Slug,
) -> Result<Option<(ProductId, String, Option<CategoryId>)>, DbError> {
    conn.opt(ARCHIVED_AT, p![slug]).await
}

/// What once stood at an address.
pub(in crate::catalog) async fn once_at(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Uuid>, DbError> {
    Ok(conn
        .opt::<(Uuid,)>(ONCE_AT, p![kind.word(), slug])
        .await?
        .map(|(id,)| id))
}

/// Where what once stood at an address stands now.
pub(in crate::catalog) async fn moved(conn: &mut Conn, kind: Kind, slug: &Slug) -> Result<Option<Slug>, DbError> {
    let sql = match kind {
        Kind::Product => PRODUCT_MOVED,
        Kind::Category => CATEGORY_MOVED,
        Kind::Collection => COLLECTION_MOVED,
    };
    Ok(conn.opt::<(Slug,)>(sql, p![slug]).await?.map(|(slug,)| slug))
}

/// Remembers that `entity` has left an address and taken another.
pub(in crate::catalog) async fn moves(
    tx: &mut Tx,
    kind: Kind,
    entity: Uuid,
    old: &Slug,
    new: &Slug,
) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(REMEMBER, p![kind.word(), old, entity, now]).await?;
    tx.exec(FORGET, p![kind.word(), new]).await?;
    Ok(())
}

/// Forgets the old addresses of something that is deleted.
pub(in crate::catalog) async fn forget(tx: &mut Tx, kind: Kind, entity: Uuid) -> Result<(), DbError> {
    tx.exec(FORGET_ALL, p![kind.word(), entity]).await.map(drop)
}

/// The address something shall have: the one that is wanted, unless another has it (that is the refusal), or one made of its name.
pub(in crate::catalog) async fn settle(
    tx: &mut Tx,
    kind: Kind,
    entity: Uuid,
    wanted: Option<&Slug>,
    name: &str,
) -> Result<Result<Slug, Slug>, DbError> {
    let Some(slug) = wanted else {
        return free(tx, kind, name).await.map(Ok);
    };
    Ok(match at(tx, kind, slug).await? {
        Some(other) if other != entity => Err(slug.clone()),
        _ => Ok(slug.clone()),
    })
}

/// An address made of a name, that nothing has.
pub(in crate::catalog) async fn free(tx: &mut Tx, kind: Kind, name: &str) -> Result<Slug, DbError> {
    let stem =
        Slug::from_title(name).unwrap_or_else(|| Slug::from_title(kind.word()).expect("these letters are a slug"));
    let mut slug = stem.clone();
    let mut n = 2;
    while at(tx, kind, &slug).await?.is_some() {
        slug = stem.numbered(n);
        n += 1;
    }
    Ok(slug)
}
