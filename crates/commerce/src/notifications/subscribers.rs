//! The newsletter's list as staff see it, and take it with them.

use serde_json::json;
use wares_db::{Conn, DbError, Tx, Write};
use wares_kernel::{EmailAddress, Instant, Page};

use super::store;
use crate::audit::{self, Action, Actor, Object};

/// How many are read at a time for an export.
const BATCH: usize = 1_000;

wares_db::rows! {
    /// An address that was entered for news.
    pub struct Subscriber {
        /// What it is found and ordered by: lower case.
        key: String,
        /// The address.
        email: EmailAddress,
        /// When it was entered first.
        created_at: Instant,
        /// When its owner confirmed that they want news.
        confirmed_at: Option<Instant>,
        /// When they left.
        left_at: Option<Instant>,
    }
}

/// Which addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribers {
    /// Those that get news.
    Confirmed,
    /// Those whose owners have not confirmed.
    Unconfirmed,
    /// Those that left.
    Left,
}

/// A page of at most `size` addresses that begin with `typed`, by the alphabet after `after`; empty for the first.
pub async fn subscribers(
    conn: &mut Conn,
    which: Subscribers,
    typed: &str,
    after: &str,
    size: usize,
) -> Result<Page<Subscriber, String>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let start = typed.trim().to_lowercase();
    let found = store::subscribers(conn, which, &start, after, limit).await?;
    Ok(Page::cut(found, size, |subscriber| subscriber.key.clone()))
}

/// All addresses that get news, by the alphabet. Whoever hands them out writes it down: [`NoteExport`].
pub async fn confirmed_subscribers(conn: &mut Conn) -> Result<Vec<Subscriber>, DbError> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = subscribers(conn, Subscribers::Confirmed, "", &after, BATCH).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = next,
            None => return Ok(all),
        }
    }
}

/// Writes down that somebody took the list with them.
#[derive(Debug, Clone)]
pub struct NoteExport {
    /// Who.
    pub actor: Actor,
    /// How many addresses.
    pub n: usize,
}

impl Write for NoteExport {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let object = Object::named("newsletter", "subscribers");
        audit::record(
            tx,
            &self.actor,
            Action::Exported,
            object,
            json!({"n_addresses": self.n}),
        )
        .await
    }
}
