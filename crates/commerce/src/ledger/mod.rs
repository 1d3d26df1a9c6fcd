//! What must be true of a shop's books at every moment, asked of the database itself.
//!
//! The statements are written here and nowhere else, and nothing of the other modules is used: a mistake there cannot hide itself.
//! Everything is read, nothing is changed, so that a live shop can be checked at any time.
//!
//! Each statement of [`store`] answers the rows that break it, so an empty answer is a good one. It is one statement and therefore one
//! snapshot: what a running shop does meanwhile is seen whole or not at all. What may be late (a mail, a notice, an order whose time
//! is up) is only told of when it is later than [`GRACE`].
//!
//! To add an invariant: a statement in `store.rs`, a line in [`INVARIANTS`], an edit in the test that breaks it.

mod store;

use std::fmt;
use std::time::Duration;

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, p};
use wares_kernel::Instant;

/// How long a worker, a gateway or the reconciler may take before what is not done yet counts as forgotten.
const GRACE: Duration = Duration::from_mins(2);

/// Something that is always true of a shop's books.
#[derive(Debug, Clone, Copy)]
pub struct Invariant {
    /// Its short name, as the documentation lists it.
    pub id: &'static str,
    /// What is always true.
    pub says: &'static str,
    /// Statements whose rows are what is not. Those with an argument are given the instant before which work counts as forgotten.
    checks: &'static [Sql],
}

/// One row that should not be there.
#[derive(Debug, Clone)]
pub struct Violation {
    /// What it breaks.
    pub invariant: Invariant,
    /// The order, variant, product… it is about; none where a row has no id of its own.
    pub subject: Option<Uuid>,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.found)?;
        match self.subject {
            Some(id) => write!(f, " ({id})"),
            None => Ok(()),
        }
    }
}

/// All of them, in the order of their names.
pub const INVARIANTS: [Invariant; 16] = [
    Invariant {
        id: "I1",
        says: "what is on hand is the sum of its movements, and what is reserved is held by orders",
        checks: &[store::ON_HAND, store::RESERVED],
    },
    Invariant {
        id: "I2",
        says: "every confirmed order took its goods once, no other order took any, and no more was sold than there was",
        checks: &[store::TAKEN, store::OVERSOLD],
    },
    Invariant {
        id: "I3",
        says: "an order's figures add up, and its payment status is what its payments come to",
        checks: &[store::LINES, store::FIGURES, store::PAYMENT_STATUS],
    },
    Invariant {
        id: "I4",
        says: "a payment is over what the order costs, and what was taken stands in the order's timeline",
        checks: &[store::AMOUNTS, store::CAPTURES_IN_TIMELINE],
    },
    Invariant {
        id: "I5",
        says: "an order keeps the money of at most one payment",
        checks: &[store::CHARGED_TWICE],
    },
    Invariant {
        id: "I6",
        says: "an order that was placed is there as a whole",
        checks: &[store::LOST_ORDERS, store::PIECES],
    },
    Invariant {
        id: "I7",
        says: "what counts as paid was paid, and money that came has an order or goes back",
        checks: &[store::PAID_WITHOUT_MONEY, store::MONEY_WITHOUT_ORDER],
    },
    Invariant {
        id: "I8",
        says: "a discount is between nothing and everything, is used no more often than it may be, and by orders that count",
        checks: &[
            store::DISCOUNTS,
            store::USES_IN_ALL,
            store::USES_OF_CODES,
            store::USES_OF_BUYERS,
            store::USES_OF_ORDERS,
            store::USES_MISSING,
        ],
    },
    Invariant {
        id: "I9",
        says: "no more goes back than came, each refund is made of what was paid for its lines, for delivery and for tax, and what was taken and what was let go of an order come to it",
        checks: &[
            store::REFUNDS,
            store::REFUND_SHARES,
            store::REFUNDED_PIECES,
            store::RELEASES,
        ],
    },
    Invariant {
        id: "I10",
        says: "every confirmed order has one confirmation, and every mail is sent, kept, given up, or about to be sent",
        checks: &[store::CONFIRMATIONS, store::FORGOTTEN_MAILS],
    },
    Invariant {
        id: "I11",
        says: "an order stands where its timeline has led it, and its parcels hold what its lines say",
        checks: &[store::STATES, store::TIMES, store::PARCELS],
    },
    Invariant {
        id: "I12",
        says: "stock is held for orders that wait for their payment, all of it, and not beyond their time",
        checks: &[store::HOLDS_OF_OTHERS, store::HOLDS_MISSING, store::HOLDS_TOO_LONG],
    },
    Invariant {
        id: "I13",
        says: "an order's number is its own, and invoices and credit notes are numbered without a gap, one for each order and refund, and come to what was taken and went back",
        checks: &[
            store::NUMBERS,
            store::SERIES,
            store::DOCUMENT_LINES,
            store::INVOICES,
            store::CREDIT_NOTES,
            store::CREDITED,
            store::NOT_INVOICED,
        ],
    },
    Invariant {
        id: "I14",
        says: "every notice of a gateway has been handled, or is about to be",
        checks: &[store::NOTICES],
    },
    Invariant {
        id: "I15",
        says: "every change of money or stock by hand has somebody who made it",
        checks: &[
            store::CHANGES_OF_STOCK,
            store::CHANGES_OF_ORDERS,
            store::REFUNDS_ASKED_FOR,
        ],
    },
    Invariant {
        id: "I16",
        says: "what lists show of prices, stock and ratings is what is so",
        checks: &[store::LISTED_STOCK, store::LISTED_PRICES, store::LISTED_RATINGS],
    },
];

/// Everything that is not as it must be.
pub async fn violations(conn: &mut Conn, now: Instant) -> Result<Vec<Violation>, DbError> {
    let mut found = Vec::new();
    for invariant in INVARIANTS {
        for check in invariant.checks {
            for (subject, said) in rows(conn, *check, now).await? {
                found.push(Violation {
                    invariant,
                    subject,
                    found: said,
                });
            }
        }
    }
    Ok(found)
}

async fn rows(conn: &mut Conn, check: Sql, now: Instant) -> Result<Vec<(Option<Uuid>, String)>, DbError> {
    match check.args {
        0 => conn.all(check, p![]).await,
        _ => conn.all(check, p![now.minus(GRACE)]).await,
    }
}
