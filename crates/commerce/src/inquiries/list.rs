//! Finding threads.

use wares_db::{Conn, DbError};
use wares_kernel::{After, EmailAddress, InquiryId, Instant, MessageId, Page, StaffId, Token};

use super::inquiry::{Author, Inquiry, Message, State};
use super::store;

wares_db::rows! {
    /// A thread in the inbox.
    pub struct InquiryRow {
        /// Its id.
        id: InquiryId,
        /// How people name it.
        reference: String,
        /// How the first message begins.
        subject: String,
        /// Who asks.
        name: String,
        /// Where answers go.
        email: EmailAddress,
        /// The word of a [`State`].
        state: String,
        /// Whether staff have not seen the latest message.
        is_unread: bool,
        /// Who of the staff sees to it.
        assignee_id: Option<StaffId>,
        /// The order's number as it was typed, or empty.
        order_number: String,
        /// When it began.
        created_at: Instant,
        /// The latest message that was not a note.
        last_message_at: Instant,
        /// How that message begins.
        start: Option<String>,
    }
}

/// Which threads a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Where customers wait; whoever waits longest comes first.
    Open,
    /// Of those, the ones somebody sees to.
    Mine(StaffId),
    /// Where the shop waits; the latest first.
    Waiting,
    /// Those that are over; the latest first.
    Closed,
}

impl Which {
    /// Where the list begins.
    pub const fn start(self) -> After {
        match self {
            Self::Open | Self::Mine(_) => After::OLDEST,
            Self::Waiting | Self::Closed => After::NEWEST,
        }
    }
}

/// How many threads there are of each kind, counted up to a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Open.
    pub open: i64,
    /// Of those, with something nobody has seen.
    pub unread: i64,
    /// Waiting for the customer.
    pub waiting: i64,
    /// Since when the longest open one waits.
    pub oldest_open: Option<Instant>,
}

/// A page of at most `size` threads after `after` ([`Which::start`] for the first).
pub async fn list(conn: &mut Conn, which: Which, after: After, size: usize) -> Result<Page<InquiryRow>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = match which {
        Which::Open => store::open(conn, after, limit).await?,
        Which::Mine(staff_id) => store::open_of(conn, staff_id, after, limit).await?,
        Which::Waiting => store::latest(conn, State::Waiting, after, limit).await?,
        Which::Closed => store::latest(conn, State::Closed, after, limit).await?,
    };
    Ok(Page::cut(found, size, |row| After {
        at: row.last_message_at,
        id: row.id.uuid(),
    }))
}

/// How many there are.
pub async fn counts(conn: &mut Conn) -> Result<Counts, DbError> {
    store::counts(conn).await
}

/// A thread by id.
pub async fn find(conn: &mut Conn, id: InquiryId) -> Result<Option<Inquiry>, DbError> {
    store::find(conn, id).await
}

/// A thread by how people name it, whatever the case.
pub async fn find_by_reference(conn: &mut Conn, reference: &str) -> Result<Option<Inquiry>, DbError> {
    store::find_by_reference(conn, &reference.trim().to_uppercase()).await
}

/// A thread by what its link carries.
pub async fn find_by_token(conn: &mut Conn, token: &Token) -> Result<Option<Inquiry>, DbError> {
    store::find_by_token(conn, &token.hash()).await
}

/// All messages of a thread, notes included, oldest first: for staff.
pub async fn messages(conn: &mut Conn, id: InquiryId) -> Result<Vec<Message>, DbError> {
    store::messages(conn, id).await
}

/// The messages of a thread without the notes: for the customer.
pub async fn conversation(conn: &mut Conn, id: InquiryId) -> Result<Vec<Message>, DbError> {
    let mut messages = store::messages(conn, id).await?;
    messages.retain(|message| message.author != Author::Note);
    Ok(messages)
}

/// One message of a thread.
pub async fn find_message(conn: &mut Conn, inquiry: InquiryId, id: MessageId) -> Result<Option<Message>, DbError> {
    store::find_message(conn, inquiry, id).await
}

/// The latest threads of an address, at most `size`.
pub async fn of_email(conn: &mut Conn, email: &EmailAddress, size: usize) -> Result<Vec<InquiryRow>, DbError> {
    store::of_email(conn, &email.key(), i64::try_from(size).unwrap_or(i64::MAX)).await
}
