//! All SQL about deeds: the rows of scope `form` in the table `idempotency`.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::Instant;

const BEGIN: Sql = sql!("INSERT INTO idempotency (scope, key, result, created_at) VALUES ('form', ?1, ?2, ?3)");
const KEEP_ANSWER: Sql = sql!("UPDATE idempotency SET result = ?2 WHERE scope = 'form' AND key = ?1");
const ANSWER: Sql = sql!("SELECT result FROM idempotency WHERE scope = 'form' AND key = ?1");
const PRUNE: Sql = sql!("DELETE FROM idempotency WHERE scope = 'form' AND created_at < ?1");

/// Writes down that a deed is being done. Violates the primary key when it was done before; waits for whoever is doing it.
pub(super) async fn begin(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    let now = tx.now();
    tx.send(BEGIN, p![*key, Value::Null, now]).await
}

pub(super) async fn keep_answer(tx: &mut Tx, key: &str, said: &Value) -> Result<(), DbError> {
    tx.send(KEEP_ANSWER, p![*key, *said]).await
}

pub(super) async fn answer(conn: &mut Conn, key: &str) -> Result<Option<Value>, DbError> {
    let found: Option<(Value,)> = conn.opt(ANSWER, p![*key]).await?;
    Ok(found.map(|(said,)| said))
}

pub(super) async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}
