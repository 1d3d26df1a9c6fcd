//! What has arrived at a customer's, with what they wrote about it.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{CustomerId, ImageId, Instant, OrderLineId};

/// A line counts from its first parcel that arrived.
const OF_CUSTOMER: Sql = sql!(
    "SELECT l.id, o.number, l.title, l.variant_title, l.image_id, min(f.delivered_at),
            CASE WHEN p.status = 'active' THEN p.slug END,
            r.state, coalesce(r.rating, 0), coalesce(r.title, ''), coalesce(r.body, ''), coalesce(r.reply, '')
     FROM orders o JOIN order_lines l ON l.order_id = o.id
     JOIN fulfilment_lines c ON c.order_line_id = l.id
     JOIN fulfilments f ON f.id = c.fulfilment_id AND f.delivered_at IS NOT NULL
     LEFT JOIN products p ON p.id = l.product_id
     LEFT JOIN reviews r ON r.order_line_id = l.id
     WHERE o.customer_id = ?1
     GROUP BY l.id, o.number, l.title, l.variant_title, l.image_id, p.status, p.slug, r.state, r.rating, r.title, r.body, r.reply
     ORDER BY min(f.delivered_at) DESC, l.id DESC LIMIT ?2"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[OF_CUSTOMER];

wares_db::rows! {
    /// A line of an order that has arrived.
    pub struct ArrivedLine {
        /// The line.
        line_id: OrderLineId,
        /// Its order's number.
        number: String,
        /// What the product was called then.
        title: String,
        /// The variant's values then, or empty.
        variant_title: String,
        /// The picture that showed it.
        image_id: Option<ImageId>,
        /// When the first of it arrived.
        delivered_at: Instant,
        /// The product's address, while it is in the shop.
        slug: Option<String>,
        /// The word of the review's state; nothing while there is no review.
        review_state: Option<String>,
        /// Its stars, 1 to 5; 0 without a review.
        rating: i64,
        /// Its title, or empty.
        review_title: String,
        /// Its text, or empty.
        review_body: String,
        /// What the shop said to it, or empty.
        reply: String,
    }
}

/// The latest `size` lines that have arrived at a customer's.
pub async fn arrived_lines(conn: &mut Conn, customer: CustomerId, size: u32) -> Result<Vec<ArrivedLine>, DbError> {
    conn.all(OF_CUSTOMER, p![customer, size]).await
}
