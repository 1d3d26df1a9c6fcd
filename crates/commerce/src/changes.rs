//! The change log: what pages and the search index show has changed. Written in the transaction that changes it, followed by every instance.

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{CategoryId, Instant, ProductId};

/// Something that pages or the search index show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A product: its texts, pictures, prices, stock words, rating.
    Product(ProductId),
    /// A category, or its place in the tree.
    Category(CategoryId),
    /// A setting of the shop: everything may look different.
    Settings,
    /// Synonyms, redirects and other data of the search.
    Search,
}

/// A change with its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The place up to which a follower has seen everything once it has handled this entry and all others of the same place.
    pub seq: i64,
    /// What changed.
    pub change: Change,
}

const RECORD: Sql = sql!("INSERT INTO change_log (kind, entity, at) VALUES (?1, ?2, ?3)");
const AFTER: Sql = sql!(
    lite: "SELECT seq, kind, entity FROM change_log WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    pg: "SELECT seq, kind, entity FROM change_log
         WHERE seq > $1 AND seq < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
           AND seq <= coalesce((SELECT seq FROM change_log WHERE seq > $1 ORDER BY seq, id OFFSET $2 LIMIT 1), 9223372036854775807)
         ORDER BY seq, id",
);
const LATEST: Sql = sql!(
    lite: "SELECT coalesce(max(seq), 0) FROM change_log",
    pg: "SELECT coalesce(max(seq), 0) FROM change_log WHERE seq < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
);
const PRUNE: Sql = sql!("DELETE FROM change_log WHERE at < ?1");

/// Notes a change in the caller's unit of work.
pub async fn record(tx: &mut Tx, change: Change) -> Result<(), DbError> {
    let (kind, entity) = change.parts();
    let now = tx.now();
    tx.exec(RECORD, p![kind, entity, now]).await?;
    Ok(())
}

/// What has changed after `seq`, in order, about `most` entries at a time.
///
/// On `PostgreSQL` an entry is shown only when no transaction that could still write an earlier one is running, so a follower that
/// remembers the last `seq` never skips any; all entries of one transaction come together.
pub async fn after(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>, DbError> {
    let rows: Vec<(i64, String, Option<Uuid>)> = conn.all(AFTER, p![seq, most]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(seq, kind, entity)| Change::from_parts(&kind, entity).map(|change| Entry { seq, change }))
        .collect())
}

/// The place a follower that knows the present state starts from. Read it *before* reading that state.
pub async fn latest(conn: &mut Conn) -> Result<i64, DbError> {
    let (seq,): (i64,) = conn.one(LATEST, p![]).await?;
    Ok(seq)
}

/// Forgets entries older than `before`; followers that were away for longer start anew.
pub async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}

impl Change {
    fn parts(self) -> (&'static str, Option<Uuid>) {
        match self {
            Self::Product(id) => ("product", Some(id.uuid())),
            Self::Category(id) => ("category", Some(id.uuid())),
            Self::Settings => ("settings", None),
            Self::Search => ("search", None),
        }
    }

    /// `None` for kinds a newer version writes and this one does not know.
    fn from_parts(kind: &str, entity: Option<Uuid>) -> Option<Self> {
        match (kind, entity) {
            ("product", Some(id)) => Some(Self::Product(ProductId::new(id))),
            ("category", Some(id)) => Some(Self::Category(CategoryId::new(id))),
            ("settings", _) => Some(Self::Settings),
            ("search", _) => Some(Self::Search),
            _ => None,
        }
    }
}
