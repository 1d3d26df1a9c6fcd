//! Synonyms and redirects.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{RedirectId, SynonymId};

use crate::search::{redirect::Redirect, synonym::Synonym};

const SYNONYM: Sql = sql!("SELECT id, words, finds FROM search_synonyms WHERE id = ?1");
const SYNONYM_OF: Sql = sql!("SELECT id FROM search_synonyms WHERE words = ?1 AND finds = ?2");
const ALL_SYNONYMS: Sql = sql!("SELECT words, finds FROM search_synonyms ORDER BY words, finds");
const SYNONYMS: Sql = sql!(
    "SELECT id, words, finds FROM search_synonyms
     WHERE words || '|' || finds > ?1 AND (words LIKE ?2 ESCAPE '!' OR finds LIKE ?2 ESCAPE '!')
     ORDER BY words || '|' || finds LIMIT ?3"
);
const N_SYNONYMS: Sql = sql!("SELECT count(*) FROM search_synonyms");
const ADD_SYNONYM: Sql = sql!("INSERT INTO search_synonyms (id, words, finds) VALUES (?1, ?2, ?3)");
const CHANGE_SYNONYM: Sql = sql!("UPDATE search_synonyms SET words = ?2, finds = ?3 WHERE id = ?1");
const DELETE_SYNONYM: Sql = sql!("DELETE FROM search_synonyms WHERE id = ?1");

const REDIRECT: Sql = sql!("SELECT id, words, path FROM search_redirects WHERE id = ?1");
const REDIRECT_OF: Sql = sql!("SELECT id, words, path FROM search_redirects WHERE words = ?1");
const ALL_REDIRECTS: Sql = sql!("SELECT words, path FROM search_redirects");
const REDIRECTS: Sql = sql!(
    "SELECT id, words, path FROM search_redirects
     WHERE words > ?1 AND (words LIKE ?2 ESCAPE '!' OR path LIKE ?2 ESCAPE '!') ORDER BY words LIMIT ?3"
);
const N_REDIRECTS: Sql = sql!("SELECT count(*) FROM search_redirects");
const ADD_REDIRECT: Sql = sql!("INSERT INTO search_redirects (id, words, path) VALUES (?1, ?2, ?3)");
const CHANGE_REDIRECT: Sql = sql!("UPDATE search_redirects SET words = ?2, path = ?3 WHERE id = ?1");
const DELETE_REDIRECT: Sql = sql!("DELETE FROM search_redirects WHERE id = ?1");

pub(in crate::search) async fn synonym(conn: &mut Conn, id: SynonymId) -> Result<Option<Synonym>, DbError> {
    conn.opt(SYNONYM, p![id]).await
}

/// The rule with exactly these lists.
pub(in crate::search) async fn synonym_of(
    conn: &mut Conn,
    words: &str,
    finds: &str,
) -> Result<Option<SynonymId>, DbError> {
    let found: Option<(SynonymId,)> = conn.opt(SYNONYM_OF, p![words, finds]).await?;
    Ok(found.map(|(id,)| id))
}

pub(in crate::search) async fn all_synonyms(conn: &mut Conn) -> Result<Vec<(String, String)>, DbError> {
    conn.all(ALL_SYNONYMS, p![]).await
}

pub(in crate::search) async fn synonyms(
    conn: &mut Conn,
    with: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Synonym>, DbError> {
    conn.all(SYNONYMS, p![after, anywhere(with), limit]).await
}

pub(in crate::search) async fn n_synonyms(conn: &mut Conn) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_SYNONYMS, p![]).await?;
    Ok(n)
}

pub(in crate::search) async fn add_synonym(
    tx: &mut Tx,
    id: SynonymId,
    words: &str,
    finds: &str,
) -> Result<(), DbError> {
    tx.exec(ADD_SYNONYM, p![id, words, finds]).await.map(drop)
}

pub(in crate::search) async fn change_synonym(
    tx: &mut Tx,
    id: SynonymId,
    words: &str,
    finds: &str,
) -> Result<(), DbError> {
    tx.exec(CHANGE_SYNONYM, p![id, words, finds]).await.map(drop)
}

pub(in crate::search) async fn delete_synonym(tx: &mut Tx, id: SynonymId) -> Result<(), DbError> {
    tx.exec(DELETE_SYNONYM, p![id]).await.map(drop)
}

pub(in crate::search) async fn redirect(conn: &mut Conn, id: RedirectId) -> Result<Option<Redirect>, DbError> {
    conn.opt(REDIRECT, p![id]).await
}

/// The redirect of these words.
pub(in crate::search) async fn redirect_of(conn: &mut Conn, words: &str) -> Result<Option<Redirect>, DbError> {
    conn.opt(REDIRECT_OF, p![words]).await
}

pub(in crate::search) async fn all_redirects(conn: &mut Conn) -> Result<Vec<(String, String)>, DbError> {
    conn.all(ALL_REDIRECTS, p![]).await
}

pub(in crate::search) async fn redirects(
    conn: &mut Conn,
    with: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Redirect>, DbError> {
    conn.all(REDIRECTS, p![after, anywhere(with), limit]).await
}

pub(in crate::search) async fn n_redirects(conn: &mut Conn) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_REDIRECTS, p![]).await?;
    Ok(n)
}

pub(in crate::search) async fn add_redirect(
    tx: &mut Tx,
    id: RedirectId,
    words: &str,
    path: &str,
) -> Result<(), DbError> {
    tx.exec(ADD_REDIRECT, p![id, words, path]).await.map(drop)
}

pub(in crate::search) async fn change_redirect(
    tx: &mut Tx,
    id: RedirectId,
    words: &str,
    path: &str,
) -> Result<(), DbError> {
    tx.exec(CHANGE_REDIRECT, p![id, words, path]).await.map(drop)
}

pub(in crate::search) async fn delete_redirect(tx: &mut Tx, id: RedirectId) -> Result<(), DbError> {
    tx.exec(DELETE_REDIRECT, p![id]).await.map(drop)
}

/// A pattern for texts that contain these words.
fn anywhere(words: &str) -> String {
    let escaped = words.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
