//! Reading the log, newest first.

use uuid::Uuid;
use wares_db::{Conn, DbError};
use wares_kernel::{After, Instant, Page};

use super::entry::{Action, Entry};
use super::store;

/// Which entries. Each has an index of its own, so that a page costs the same however long the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// All.
    Everything,
    /// Those of one kind of actor: `staff`, `customer`, `guest` or `system`.
    Kind(&'static str),
    /// Those of one person.
    Person(Uuid),
    /// Those of one action.
    Action(Action),
    /// Sign-ins, allowed and refused.
    SignIns,
    /// Invitations, roles, people locked out and let in.
    Permissions,
    /// Everything that was done to one thing.
    Object(Uuid),
}

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: Instant,
    /// The first instant no longer in it.
    pub to: Instant,
}

impl Span {
    /// Always.
    pub const ALWAYS: Self = Self {
        from: Instant::from_micros(i64::MIN),
        to: Instant::from_micros(i64::MAX),
    };
}

const SIGN_INS: &[Action] = &[Action::SignedIn, Action::SignInFailed];
const PERMISSIONS: &[Action] = &[
    Action::Invited,
    Action::Joined,
    Action::RoleChanged,
    Action::Disabled,
    Action::Enabled,
    Action::SetUp,
];

/// A page of at most `size` entries after `after` ([`After::NEWEST`] for the first).
pub async fn list(conn: &mut Conn, show: Show, span: Span, after: After, size: usize) -> Result<Page<Entry>, DbError> {
    let places = store::Places {
        span,
        after,
        limit: i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    };
    let found = match show {
        Show::Everything => store::everything(conn, places).await?,
        Show::Kind(kind) => store::of_kind(conn, kind, places).await?,
        Show::Person(id) => store::of_person(conn, id, places).await?,
        Show::Object(id) => store::of_object(conn, id, places).await?,
        Show::Action(action) => store::of_action(conn, action, places).await?,
        Show::SignIns => any_of(conn, SIGN_INS, places).await?,
        Show::Permissions => any_of(conn, PERMISSIONS, places).await?,
    };
    Ok(Page::cut(found, size, |entry| After {
        at: entry.at,
        id: entry.id.uuid(),
    }))
}

/// The newest of several actions: each is read through its index, then they are put in order.
async fn any_of(conn: &mut Conn, actions: &[Action], places: store::Places) -> Result<Vec<Entry>, DbError> {
    let mut found = Vec::new();
    for action in actions {
        found.extend(store::of_action(conn, *action, places).await?);
    }
    found.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    found.truncate(usize::try_from(places.limit).unwrap_or(usize::MAX));
    Ok(found)
}
