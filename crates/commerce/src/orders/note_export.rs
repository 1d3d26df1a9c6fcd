//! Writing down that somebody takes orders out of the shop.

use serde_json::json;
use wares_db::{DbError, Tx, Write};

use crate::audit::{self, Action, Actor, Object};

/// Notes that orders leave the shop as a file, before they do.
#[derive(Debug, Clone)]
pub struct NoteExport {
    /// Who takes them.
    pub actor: Actor,
    /// Which, in words: the list's view and filters.
    pub which: String,
    /// One row for each `order` or each `line`.
    pub rows: &'static str,
}

impl Write for NoteExport {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let object = Object::named("orders", self.which.clone());
        let details = json!({ "one_row_for_each": self.rows });
        audit::record(tx, &self.actor, Action::Exported, object, details).await
    }
}
