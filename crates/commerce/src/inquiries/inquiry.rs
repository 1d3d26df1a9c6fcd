//! A thread and its messages.

use wares_db::{DbError, FromRow, Row};
use wares_kernel::{CustomerId, EmailAddress, InquiryId, Instant, MessageId, OrderId, ProductId, StaffId, Token};

use crate::seal::{SealError, Vault};

/// The fewest characters of a message.
pub const BODY_MIN: usize = 10;
/// The most characters of a message.
pub const BODY_MAX: usize = 5000;
/// The place a thread's token is sealed for.
pub const TOKEN_PLACE: &str = "inquiries.token";

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal $words:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$case_doc])* $case),* }

        impl $name {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// The word the table keeps and forms send.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$case => $word),* }
            }

            /// The words people read.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$case => $words),* }
            }

            /// The one of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }

            fn stored(word: &str) -> Result<Self, DbError> {
                Self::from_word(word).ok_or_else(|| DbError::Damaged(format!("{word} is not one of its kind")))
            }
        }
    )*};
}

words! {
    /// What an inquiry is about.
    Topic {
        /// An order.
        Order = "order" "An order",
        /// A product.
        Product = "product" "A product",
        /// Sending something back.
        Return = "return" "Sending something back",
        /// Anything else.
        Other = "other" "Something else",
    }
    /// Who waits for whom.
    State {
        /// The customer waits for the shop.
        Open = "open" "Open",
        /// The shop waits for the customer.
        Waiting = "waiting" "Waiting",
        /// Nobody waits.
        Closed = "closed" "Closed",
    }
    /// Who wrote a message.
    Author {
        /// The customer.
        Customer = "customer" "Customer",
        /// The shop, to the customer.
        Staff = "staff" "Shop",
        /// The shop, to itself.
        Note = "note" "Note for staff",
    }
}

/// A thread.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// Its id.
    pub id: InquiryId,
    /// How people name it: `INQ-1042`.
    pub reference: String,
    /// The customer who was signed in.
    pub customer_id: Option<CustomerId>,
    /// The order's number as it was typed, or empty.
    pub order_number: String,
    /// The order, where it is known to be theirs.
    pub order_id: Option<OrderId>,
    /// The product that was asked about.
    pub product_id: Option<ProductId>,
    /// What it is about.
    pub topic: Topic,
    /// Who asks.
    pub name: String,
    /// Where answers go.
    pub email: EmailAddress,
    /// How the first message begins.
    pub subject: String,
    /// Who waits for whom.
    pub state: State,
    /// Whether staff have not seen the latest message.
    pub is_unread: bool,
    /// Who of the staff sees to it.
    pub assignee_id: Option<StaffId>,
    /// How many messages there are, notes included.
    pub n_messages: i64,
    /// When it began.
    pub created_at: Instant,
    /// The latest message that was not a note.
    pub last_message_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    pub(super) token_sealed: Vec<u8>,
}

impl FromRow for Inquiry {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let (topic, state): (String, String) = (row.get(6)?, row.get(10)?);
        Ok(Self {
            id: row.get(0)?,
            reference: row.get(1)?,
            customer_id: row.get(2)?,
            order_number: row.get(3)?,
            order_id: row.get(4)?,
            product_id: row.get(5)?,
            topic: Topic::stored(&topic)?,
            name: row.get(7)?,
            email: row.get(8)?,
            subject: row.get(9)?,
            state: State::stored(&state)?,
            is_unread: row.get(11)?,
            assignee_id: row.get(12)?,
            n_messages: row.get(13)?,
            created_at: row.get(14)?,
            last_message_at: row.get(15)?,
            closed_at: row.get(16)?,
            token_sealed: row.get(17)?,
        })
    }
}

/// The token of a thread's link, for mails about it.
pub fn link_token(vault: &Vault, inquiry: &Inquiry) -> Result<Token, SealError> {
    vault.open_token(TOKEN_PLACE, &inquiry.token_sealed)
}

/// A message of a thread.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// Their name.
    pub author_name: String,
    /// The member of staff, if it was one.
    pub staff_id: Option<StaffId>,
    /// What they wrote: text, with line ends.
    pub body: String,
    /// When.
    pub at: Instant,
}

impl FromRow for Message {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let author: String = row.get(1)?;
        Ok(Self {
            id: row.get(0)?,
            author: Author::stored(&author)?,
            author_name: row.get(2)?,
            staff_id: row.get(3)?,
            body: row.get(4)?,
            at: row.get(5)?,
        })
    }
}

/// How a message begins, as the subject of its thread: its first line, cut between words after at most 70 characters.
pub(super) fn subject_of(body: &str) -> String {
    const MOST: usize = 70;
    let greeting = |line: &&str| {
        let line = line.trim();
        line.is_empty() || (line.chars().count() < 25 && line.ends_with([',', '!']))
    };
    let line = body
        .lines()
        .find(|line| !greeting(line))
        .or_else(|| body.lines().next())
        .unwrap_or_default()
        .trim();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    let start: String = line.chars().take(MOST).collect();
    let cut = start.rfind(' ').unwrap_or(start.len());
    format!("{}…", start[..cut].trim_end_matches([',', '.', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_how_the_message_begins_after_the_greeting() {
        assert_eq!(
            subject_of("Hello,\n\ntwo of four are chipped."),
            "two of four are chipped."
        );
        assert_eq!(subject_of("Good morning Ana,\nwhere is it?"), "where is it?");
        assert_eq!(subject_of("Hi!"), "Hi!");
        let long = subject_of(&"word ".repeat(40));
        assert!(long.ends_with("word…") && long.chars().count() <= 71, "{long}");
        assert_eq!(subject_of(&"é".repeat(200)).chars().count(), 71);
    }
}
