//! Documents as staff look them up, and take them with them.

use wares_db::{Conn, DbError};
use wares_kernel::{After, Instant, Page};

use super::document::{Document, Series};
use super::store;

/// How many are read at a time for an export.
const BATCH: usize = 500;

/// Which documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of one series.
    pub series: Option<Series>,
    /// The number of a document or of its order; every one when empty.
    pub number: String,
    /// Issued at this instant or later.
    pub from: Option<Instant>,
    /// Issued before this instant.
    pub to: Option<Instant>,
}

/// A page of at most `size` documents, the latest first.
pub async fn list(conn: &mut Conn, filter: &Filter, after: After, size: usize) -> Result<Page<Document>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = store::list(conn, filter, after, limit).await?;
    Ok(Page::cut(found, size, |document| After {
        at: document.issued_at,
        id: document.id.uuid(),
    }))
}

/// All documents of a filter, the latest first.
pub async fn all(conn: &mut Conn, filter: &Filter) -> Result<Vec<Document>, DbError> {
    let (mut all, mut after) = (Vec::new(), After::NEWEST);
    loop {
        let page = list(conn, filter, after, BATCH).await?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = next,
            None => return Ok(all),
        }
    }
}
