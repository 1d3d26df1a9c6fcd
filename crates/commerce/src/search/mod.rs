//! Finding products: the index of this instance, what shoppers looked for, and what staff say about it.
//!
//! The index is filled from the catalogue and kept up to date by the change log; what it keeps can be made again at any time
//! ([`Catalogue::fill`]). Each instance has an index of its own in its data folder. What must stay true: the index is never behind the
//! position of the change log written into it, so that [`Catalogue::start`] can go on from there.
//!
//! Owns the tables `searches`, `search_synonyms` and `search_redirects`. Searches are counted in memory ([`Log`]) and written down a few times
//! a minute, so that a search page waits for no table; no row says who asked. Synonyms and redirects change through [`SaveSynonym`] and
//! [`SaveRedirect`]; each change is in the audit log and in the change log, from which every instance takes it within two seconds.
//!
//! To make a product findable by something new, put it into `document.rs`.

mod catalogue;
mod document;
mod log;
mod redirect;
mod report;
mod store;
mod synonym;
#[cfg(test)]
mod tests;
mod words;

pub use catalogue::{Catalogue, SearchError};
pub use log::{Found, Log, Prune};
pub use redirect::{DeleteRedirect, PATH_MAX, Redirect, RedirectError, SaveRedirect, redirect, redirects};
pub use report::{Searched, Totals, Which, most_searched, totals};
pub use store::first_sku;
pub use synonym::{DeleteSynonym, LIST_MAX, SaveSynonym, Synonym, SynonymError, synonym, synonyms};
pub use words::{WORDS_MAX, key};

use serde_json::Value;
use wares_db::{DbError, Tx};

use crate::audit::{self, Action, Actor, Object};
use crate::changes::{self, Change};

/// Notes a change in both logs.
async fn note(tx: &mut Tx, actor: &Actor, action: Action, object: Object, details: Value) -> Result<(), DbError> {
    audit::record(tx, actor, action, object, details).await?;
    changes::record(tx, Change::Search).await
}
