//! Keeping count of what somebody ordered, so that lists of customers need no sum over orders.

use wares_db::{DbError, Tx};
use wares_kernel::{CustomerId, EmailAddress};

use super::store;

/// What changes for a customer.
#[derive(Debug, Clone)]
pub struct NotedOrder<'a> {
    /// The customer who was signed in, if any.
    pub customer_id: Option<CustomerId>,
    /// The address on the order.
    pub email: &'a EmailAddress,
    /// The name on the order.
    pub name: &'a str,
    /// One more order (1), one that was cancelled (−1), or neither (0).
    pub n_orders: i64,
    /// What was paid; negative for what was given back. In minor units.
    pub spent_minor: i64,
}

/// Counts an order, a cancellation or a refund. A guest seen for the first time gets a row.
pub async fn note_order(tx: &mut Tx, noted: NotedOrder<'_>) -> Result<(), DbError> {
    match noted.customer_id {
        Some(id) => store::add_counts(tx, id, noted.n_orders, noted.spent_minor).await,
        None => store::note_guest(tx, noted.email, noted.name, noted.n_orders, noted.spent_minor).await,
    }
}
