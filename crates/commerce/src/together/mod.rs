//! What is often bought together with a product.
//!
//! Owns the table `bought_together`: at most [`KEPT`] rows for each product, so that a page reads them along one index. What must stay true:
//! - a row says how many buyers had both products among the last orders, never who; what a single buyer put together is not told;
//! - only orders that count are counted: an order that was called off is left out the next time;
//! - rows can be made again at any time: [`pair`] compares what it finds with what is there, so running it twice changes nothing;
//! - a product whose row of others looks different is in the change log.
//!
//! An order that counts asks for its products to be paired anew ([`ask`]), each at most once an hour.

mod pair;
mod store;
#[cfg(test)]
mod tests;

pub use pair::{KEPT, PairProduct, ask, pair};

use wares_db::{Conn, DbError};
use wares_kernel::ProductId;

use crate::catalog::{self, Card};

/// What is bought together with a product by the most, of what can be bought now.
pub async fn cards(conn: &mut Conn, product: ProductId, most: usize) -> Result<Vec<Card>, DbError> {
    let ids = store::for_sale(conn, product, i64::try_from(most).unwrap_or(i64::MAX)).await?;
    catalog::cards(conn, &ids).await
}
