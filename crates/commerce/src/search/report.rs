//! What was searched for in some days.

use jiff::civil::Date;
use wares_db::{Conn, DbError};

use super::store;

/// Which searches are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those of which no product had all words when they were last made, and that lead to no page either.
    FoundNothing,
}

wares_db::rows! {
    /// Some words, and how often they were searched for.
    pub struct Searched {
        /// The words, in lower case.
        words: String,
        /// How often.
        n_searches: i64,
        /// How many products had all the words when they were last searched for.
        n_found: i64,
        /// How many were shown in their place.
        n_instead: i64,
    }

    /// All searches of some days together.
    pub struct Totals {
        /// How many.
        n_searches: i64,
        /// How many of them found nothing that has all the words.
        n_in_vain: i64,
    }
}

/// The most frequent searches from the first day to the last, both included.
pub async fn most_searched(
    conn: &mut Conn,
    days: (Date, Date),
    which: Which,
    size: usize,
) -> Result<Vec<Searched>, DbError> {
    let (first, last) = (days.0.to_string(), days.1.to_string());
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    store::most_searched(conn, (&first, &last), which == Which::FoundNothing, size).await
}

/// All searches from the first day to the last, both included.
pub async fn totals(conn: &mut Conn, days: (Date, Date)) -> Result<Totals, DbError> {
    store::totals(conn, &days.0.to_string(), &days.1.to_string()).await
}
