//! The SQL of the table `audit`.

use serde_json::Value;
use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{After, AuditId};

use super::entry::{Action, Actor, Entry, Object};
use super::list::Span;

const INSERT: Sql = sql!(
    "INSERT INTO audit (id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
);
const EVERYTHING: Sql = sql!(
    "SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip FROM audit
     WHERE at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) ORDER BY at DESC, id DESC LIMIT ?5"
);
const OF_KIND: Sql = sql!(
    "SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip FROM audit
     WHERE at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) AND actor_kind = ?6 ORDER BY at DESC, id DESC LIMIT ?5"
);
const OF_PERSON: Sql = sql!(
    "SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip FROM audit
     WHERE at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) AND actor_id = ?6 ORDER BY at DESC, id DESC LIMIT ?5"
);
const OF_OBJECT: Sql = sql!(
    "SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip FROM audit
     WHERE at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) AND object_id = ?6 ORDER BY at DESC, id DESC LIMIT ?5"
);
const OF_ACTION: Sql = sql!(
    "SELECT id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip FROM audit
     WHERE at >= ?1 AND at < ?2 AND (at, id) < (?3, ?4) AND action = ?6 ORDER BY at DESC, id DESC LIMIT ?5"
);

/// Every statement of this file, for the test that has both engines read them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[INSERT, EVERYTHING, OF_KIND, OF_PERSON, OF_OBJECT, OF_ACTION];

/// Which part of the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) span: Span,
    pub(super) after: After,
    pub(super) limit: i64,
}

pub(super) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    object: &Object,
    details: &Value,
) -> Result<(), DbError> {
    let (id, now): (AuditId, _) = (tx.new_id(), tx.now());
    tx.send(
        INSERT,
        p![
            id,
            now,
            actor.kind(),
            actor.id(),
            actor.name(),
            action.word(),
            object.kind,
            object.id,
            object.name,
            *details,
            actor.ip()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn everything(conn: &mut Conn, places: Places) -> Result<Vec<Entry>, DbError> {
    let Places { span, after, limit } = places;
    conn.all(EVERYTHING, p![span.from, span.to, after.at, after.id, limit])
        .await
}

pub(super) async fn of_kind(conn: &mut Conn, kind: &str, places: Places) -> Result<Vec<Entry>, DbError> {
    let Places { span, after, limit } = places;
    conn.all(OF_KIND, p![span.from, span.to, after.at, after.id, limit, kind])
        .await
}

pub(super) async fn of_person(conn: &mut Conn, id: Uuid, places: Places) -> Result<Vec<Entry>, DbError> {
    let Places { span, after, limit } = places;
    conn.all(OF_PERSON, p![span.from, span.to, after.at, after.id, limit, id])
        .await
}

pub(super) async fn of_object(conn: &mut Conn, id: Uuid, places: Places) -> Result<Vec<Entry>, DbError> {
    let Places { span, after, limit } = places;
    conn.all(OF_OBJECT, p![span.from, span.to, after.at, after.id, limit, id])
        .await
}

pub(super) async fn of_action(conn: &mut Conn, action: Action, places: Places) -> Result<Vec<Entry>, DbError> {
    let Places { span, after, limit } = places;
    conn.all(
        OF_ACTION,
        p![span.from, span.to, after.at, after.id, limit, action.word()],
    )
    .await
}
