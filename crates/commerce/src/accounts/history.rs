//! What happened to an account lately, for its owner to recognise or not.

use wares_db::{Conn, DbError};
use wares_kernel::{After, CustomerId};

use crate::audit::{self, Action, Entry, Show, Span};

/// What is worth telling: everything about who gets in.
const TOLD: &[Action] = &[
    Action::Registered,
    Action::EmailVerified,
    Action::SignedIn,
    Action::SignedOut,
    Action::SessionEnded,
    Action::PasswordChanged,
    Action::EmailChangeAsked,
    Action::EmailChanged,
    Action::Disabled,
    Action::Enabled,
];
/// How much of the log is looked through: an account has few other entries.
const LOOKED_AT: usize = 200;

/// At most `size` things that happened to who gets into an account, the newest first: from the audit log, so that they cannot be
/// wiped by ending a session.
pub async fn history(conn: &mut Conn, id: CustomerId, size: usize) -> Result<Vec<Entry>, DbError> {
    let page = audit::list(conn, Show::Object(id.uuid()), Span::ALWAYS, After::NEWEST, LOOKED_AT).await?;
    let mut entries = page.items;
    entries.retain(|entry| Action::from_word(&entry.action).is_some_and(|action| TOLD.contains(&action)));
    entries.truncate(size);
    Ok(entries)
}
