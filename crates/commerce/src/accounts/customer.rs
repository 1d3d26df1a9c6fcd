//! A customer, and finding them.

use std::collections::HashSet;

use wares_db::{Conn, DbError};
use wares_kernel::{After, CustomerId, EmailAddress, Instant, Page};

use super::store;

wares_db::rows! {
    /// Somebody who has ordered or has an account.
    pub struct Customer {
        /// Their id.
        id: CustomerId,
        /// Where they are written to.
        email: EmailAddress,
        /// The full name.
        name: String,
        /// The telephone number, or empty.
        phone: String,
        /// Whether there is an account; a guest has none.
        has_account: bool,
        /// When the password was set last.
        password_changed_at: Option<Instant>,
        /// When it was proved that the mailbox is theirs.
        verified_at: Option<Instant>,
        /// Since when they want news.
        marketing_at: Option<Instant>,
        /// Since when they are locked out.
        disabled_at: Option<Instant>,
        /// When they came first.
        created_at: Instant,
        /// When they were here last.
        last_seen_at: Option<Instant>,
        /// How many orders were confirmed.
        n_orders: i64,
        /// What they paid, less what was given back, in minor units.
        spent_minor: i64,
        /// Their latest order.
        last_order_at: Option<Instant>,
        /// How often this was changed.
        version: i64,
    }
}

impl Customer {
    /// How to greet: the first word of the name.
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or_default()
    }
}

/// Which customers a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those with an account.
    Accounts,
    /// Those without.
    Guests,
}

/// A customer by id.
pub async fn find(conn: &mut Conn, id: CustomerId) -> Result<Option<Customer>, DbError> {
    store::find(conn, id).await
}

/// A customer by e-mail address, whatever its case.
pub async fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Customer>, DbError> {
    store::find_by_email(conn, &email.key()).await
}

/// A page of at most `size` customers, the newest first.
pub async fn list(conn: &mut Conn, which: Which, after: After, size: usize) -> Result<Page<Customer>, DbError> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1);
    let found = store::list(conn, which, after, limit).await?;
    Ok(Page::cut(found, size, |customer| After {
        at: customer.created_at,
        id: customer.id.uuid(),
    }))
}

/// At most `size` customers whose e-mail address, name or surname begins with what was typed.
pub async fn search(conn: &mut Conn, typed: &str, size: usize) -> Result<Vec<Customer>, DbError> {
    let start = name_key(typed);
    if start.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = store::begin_with(conn, &start, i64::try_from(size).unwrap_or(i64::MAX)).await?;
    let mut seen = HashSet::new();
    found.retain(|customer| seen.insert(customer.id));
    found.truncate(size);
    Ok(found)
}

/// A name for looking it up: lower case, single spaces.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The last word of a name, for looking it up.
pub(super) fn surname_key(name: &str) -> String {
    name_key(name).rsplit(' ').next().unwrap_or_default().to_owned()
}
