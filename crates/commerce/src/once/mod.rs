//! What a form asks for is done once, however often the form is sent.
//!
//! A double click, "Back" and the button again, two tabs, a connection that broke after the work was done: each sends the same form
//! of the same page with the same content a second time. Such a sending has a name, its [`Deed`]: made of the key the page was given
//! when it was rendered, of where the form goes and of everything entered. [`Once`] writes that name in the transaction that does
//! the work, under a primary key, so that the work of a second sending ends before it has begun; whichever instance is asked.
//!
//! What the first was answered is kept beside the name ([`keep_answer`]), and the second is answered the same.
//!
//! The same page with other content is another deed: whoever goes back, types something else and sends it, means it.
//! Deeds are forgotten after a week ([`Prune`]).

mod store;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use wares_db::{Conn, Db, DbError, Tx, Write};

/// How long a deed is remembered: longer than anybody keeps a page open and sends its form again.
const REMEMBERED: Duration = Duration::from_hours(7 * 24);

/// One sending of one form. All copies are the same deed.
#[derive(Debug, Clone)]
pub struct Deed {
    key: Arc<str>,
    is_done: Arc<AtomicBool>,
}

impl Deed {
    /// The deed of that name, which must differ for every page and content.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.into(),
            is_done: Arc::default(),
        }
    }

    /// Whether a unit of work has done it by this very value, not by an equal one of another request.
    pub fn is_done_here(&self) -> bool {
        self.is_done.load(Ordering::Acquire)
    }
}

/// A unit of work that is done once for its deed. Without a deed it is the work as it is.
///
/// A repetition fails with a violated constraint; who asked finds what the first was answered with [`answer`].
#[derive(Debug)]
pub struct Once<W> {
    deed: Option<Deed>,
    work: W,
}

impl<W> Once<W> {
    /// The work, once for the deed.
    pub fn new(deed: Option<Deed>, work: W) -> Self {
        Self { deed, work }
    }
}

impl<W: Write> Write for Once<W> {
    type Out = W::Out;
    type Error = W::Error;

    async fn run(&self, tx: &mut Tx) -> Result<W::Out, W::Error> {
        let Some(deed) = &self.deed else {
            return self.work.run(tx).await;
        };
        store::begin(tx, &deed.key).await?;
        let out = self.work.run(tx).await?;
        deed.is_done.store(true, Ordering::Release);
        Ok(out)
    }
}

/// Whether work was not done because its deed was done before.
pub fn is_repetition(failure: &DbError) -> bool {
    failure.violates("idempotency_pkey")
}

/// The result of a deed whose answer is the same the second time: what was done before is done.
pub fn done_before_is_done(result: Result<(), DbError>) -> Result<(), DbError> {
    match result {
        Err(failure) if is_repetition(&failure) => Ok(()),
        result => result,
    }
}

/// What is known of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was not done.
    NotDone,
    /// It was done, and what was said is not known yet, or never will be because the program ended in between.
    Unknown,
    /// It was done and answered so.
    Said(Value),
}

/// Looks up how a deed was answered.
pub async fn answer(conn: &mut Conn, deed: &Deed) -> Result<Answer, DbError> {
    Ok(match store::answer(conn, &deed.key).await? {
        None => Answer::NotDone,
        Some(Value::Null) => Answer::Unknown,
        Some(said) => Answer::Said(said),
    })
}

/// Keeps how a deed was answered, for its repetitions.
pub async fn keep_answer(db: &Db, deed: &Deed, said: Value) -> Result<(), DbError> {
    let key = Arc::clone(&deed.key);
    db.write(KeepAnswer { key, said }).await
}

struct KeepAnswer {
    key: Arc<str>,
    said: Value,
}

impl Write for KeepAnswer {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::keep_answer(tx, &self.key, &self.said).await
    }
}

/// Forgets deeds that nobody repeats any more. Meant to run about once an hour.
#[derive(Debug, Clone, Copy)]
pub struct Prune;

impl Write for Prune {
    /// How many were forgotten.
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let before = tx.now().minus(REMEMBERED);
        store::prune(tx, before).await
    }
}
