//! All SQL of sealing anew.

use serde_json::Value;
use uuid::Uuid;
use wares_db::{DbError, Sql, Tx, p, sql};

/// A table whose rows keep the token of a link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sealed {
    page: Sql,
    replace: Sql,
}

const ORDERS_PAGE: Sql = sql!("SELECT id, token_sealed FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2");
const ORDERS_REPLACE: Sql = sql!("UPDATE orders SET token_sealed = ?2 WHERE id = ?1");
const INQUIRIES_PAGE: Sql = sql!("SELECT id, token_sealed FROM inquiries WHERE id > ?1 ORDER BY id LIMIT ?2");
const INQUIRIES_REPLACE: Sql = sql!("UPDATE inquiries SET token_sealed = ?2 WHERE id = ?1");
const KEEP_SECTION: Sql =
    sql!("UPDATE settings SET value = ?2, version = version + 1, changed_at = ?3 WHERE section = ?1");

pub(super) const ORDERS: Sealed = Sealed {
    page: ORDERS_PAGE,
    replace: ORDERS_REPLACE,
};
pub(super) const INQUIRIES: Sealed = Sealed {
    page: INQUIRIES_PAGE,
    replace: INQUIRIES_REPLACE,
};

/// The next rows after an id.
pub(super) async fn page(tx: &mut Tx, table: Sealed, after: Uuid, most: i64) -> Result<Vec<(Uuid, Vec<u8>)>, DbError> {
    tx.all(table.page, p![after, most]).await
}

/// Keeps a token as it is sealed now.
pub(super) async fn replace(tx: &mut Tx, table: Sealed, id: Uuid, sealed: &[u8]) -> Result<(), DbError> {
    tx.exec(table.replace, p![id, sealed]).await.map(drop)
}

/// Keeps a section of the settings.
pub(super) async fn keep_section(tx: &mut Tx, name: &str, value: &Value) -> Result<(), DbError> {
    let now = tx.now();
    tx.exec(KEEP_SECTION, p![name, value, now]).await.map(drop)
}
