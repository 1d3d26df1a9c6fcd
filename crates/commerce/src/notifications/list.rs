//! Mails as staff see them.

use wares_db::{Conn, DbError};
use wares_kernel::{After, EmailAddress, InquiryId, Instant, MailId, OrderId, Page};

use super::store;

wares_db::rows! {
    /// A mail without its text, for lists.
    pub struct MailRow {
        /// Its id.
        id: MailId,
        /// The word of its kind, see [`super::Message::kind`].
        kind: String,
        /// To whom.
        to_email: EmailAddress,
        /// Their name, or empty.
        to_name: String,
        /// What it is about.
        subject: String,
        /// The word of a [`MailState`].
        state: String,
        /// How often it was handed over.
        attempts: i64,
        /// What the mail server said last, or empty.
        last_error: String,
        /// When it was written.
        created_at: Instant,
        /// When the mail server took it.
        sent_at: Option<Instant>,
        /// The order it is about.
        order_id: Option<OrderId>,
        /// The inquiry it is about.
        inquiry_id: Option<InquiryId>,
    }

    /// A mail with its text.
    pub struct Mail {
        /// Its id.
        id: MailId,
        /// The word of its kind.
        kind: String,
        /// To whom.
        to_email: EmailAddress,
        /// Their name, or empty.
        to_name: String,
        /// Where answers go.
        reply_to: Option<EmailAddress>,
        /// What it is about.
        subject: String,
        /// The plain text.
        text: String,
        /// The same as HTML.
        html: String,
        /// Its Message-ID, without angle brackets.
        message_id: String,
        /// The order it is about.
        order_id: Option<OrderId>,
        /// The inquiry it is about.
        inquiry_id: Option<InquiryId>,
        /// Whether it carries a link that opens an account: then its text is not kept once it has left.
        is_secret: bool,
        /// The word of a [`MailState`].
        state: String,
        /// How often it was handed over.
        attempts: i64,
        /// What the mail server said last, or empty.
        last_error: String,
        /// When it was written.
        created_at: Instant,
        /// When it was queued, or queued again.
        queued_at: Instant,
        /// When the mail server took it.
        sent_at: Option<Instant>,
    }
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits to be handed over, or to be tried again.
    Queued,
    /// The mail server took it.
    Sent,
    /// There is no mail server; it can be read in the mailbox.
    Kept,
    /// The mail server refused it, or could not be reached for three days.
    Failed,
}

impl MailState {
    /// The word the table keeps.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Kept, Self::Failed]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// Which mails a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowMails {
    /// All.
    All,
    /// Those of one state.
    Of(MailState),
}

/// A page of at most `size` mails, the newest first.
pub async fn list(conn: &mut Conn, show: ShowMails, after: After, size: usize) -> Result<Page<MailRow>, DbError> {
    let state = match show {
        ShowMails::All => None,
        ShowMails::Of(state) => Some(state),
    };
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = store::list(conn, state, after, limit).await?;
    Ok(Page::cut(found, size, |mail| After {
        at: mail.created_at,
        id: mail.id.uuid(),
    }))
}

/// At most `size` mails to addresses that begin with what was typed.
pub async fn search(conn: &mut Conn, typed: &str, size: usize) -> Result<Vec<MailRow>, DbError> {
    let start = typed.trim().to_lowercase();
    if start.is_empty() {
        return Ok(Vec::new());
    }
    store::to(conn, &start, i64::try_from(size).unwrap_or(i64::MAX)).await
}

/// A mail with its text.
pub async fn find(conn: &mut Conn, id: MailId) -> Result<Option<Mail>, DbError> {
    store::find(conn, id).await
}

/// The mails about an order, oldest first.
pub async fn of_order(conn: &mut Conn, id: OrderId) -> Result<Vec<MailRow>, DbError> {
    store::of_order(conn, id).await
}

/// The mails of an inquiry, oldest first.
pub async fn of_inquiry(conn: &mut Conn, id: InquiryId) -> Result<Vec<MailRow>, DbError> {
    store::of_inquiry(conn, id).await
}
