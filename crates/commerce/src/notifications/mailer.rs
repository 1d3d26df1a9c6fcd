//! Handing one mail to whoever delivers it.

use std::fmt;

use async_trait::async_trait;
use wares_kernel::EmailAddress;

/// A way out for mail.
#[async_trait]
pub trait Mailer: fmt::Debug + Send + Sync {
    /// Hands over one mail to one recipient.
    ///
    /// `Ok` means that somebody else is now responsible for it. After a crash the same mail may be handed over again:
    /// its Message-ID is the same then, so that the receiving side can tell.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// One mail to one recipient, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who it is from.
    pub from: Mailbox,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Who gets it. Exactly one: nobody learns of another recipient.
    pub to: Mailbox,
    /// One line.
    pub subject: String,
    /// The plain text, which every mail has.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// This mail's own id without angle brackets, `left@right`; stable over retries.
    pub message_id: MailMessageId,
    /// The mail this one answers.
    pub in_reply_to: Option<MailMessageId>,
    /// The thread so far, oldest first.
    pub references: Vec<MailMessageId>,
}

/// An address with the name of whom it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// As shown by mail programs. Control characters never reach a header.
    pub name: Option<String>,
    /// Where mail goes.
    pub address: EmailAddress,
}

/// A Message-ID without its angle brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailMessageId(String);

impl MailMessageId {
    /// Longest id kept, in bytes. A header line holds 998 at most.
    pub const MAX: usize = 250;

    /// Checks an id: `left@right`, printable ASCII without blanks or angle brackets, which are taken off.
    ///
    /// ```
    /// # use wares_commerce::notifications::mailer::MailMessageId;
    /// assert!(MailMessageId::parse("<order-1001.confirmation@shop.example>").is_some());
    /// assert!(MailMessageId::parse("a@b>\r\nBcc: v@example.com").is_none());
    /// ```
    pub fn parse(id: &str) -> Option<Self> {
        let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
        let (left, right) = bare.split_once('@')?;
        let is_plain = bare.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
        let fits = bare.len() <= Self::MAX && !left.is_empty() && !right.is_empty() && !right.contains('@');
        (is_plain && fits).then(|| Self(bare.to_owned()))
    }

    /// The id without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a header has it, in angle brackets.
    pub fn bracketed(&self) -> String {
        format!("<{}>", self.0)
    }
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It will never be taken: the recipient does not exist, or the mail itself is refused. Staff see the reason.
    #[error("the mail was refused for good: {0}")]
    Permanent(String),
    /// Not now: try again later. Also when it is unclear whether the mail was taken.
    #[error("the mail could not be handed over now: {0}")]
    Temporary(String),
}
