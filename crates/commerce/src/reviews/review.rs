//! A review.

use wares_kernel::{CustomerId, Instant, OrderId, OrderLineId, ProductId, ReviewId};

/// The most characters of a title.
pub const TITLE_MAX: usize = 100;
/// The fewest characters of a text.
pub const BODY_MIN: usize = 20;
/// The most characters of a text.
pub const BODY_MAX: usize = 4000;

wares_db::rows! {
    /// What somebody thinks of a product.
    pub struct Review {
        /// Its id.
        id: ReviewId,
        /// The product.
        product_id: ProductId,
        /// The order it was bought in; nothing for a sample.
        order_id: Option<OrderId>,
        /// The line of that order.
        order_line_id: Option<OrderLineId>,
        /// The account it was written from, if any.
        customer_id: Option<CustomerId>,
        /// The name it is shown under.
        author: String,
        /// 1 to 5.
        rating: i64,
        /// May be empty.
        title: String,
        /// Text with line ends.
        body: String,
        /// Which variant was bought, or empty.
        variant_title: String,
        /// Whether it came with the demo and nobody wrote it.
        is_sample: bool,
        /// The word of a [`super::State`].
        state: String,
        /// When it was written or changed last by its writer.
        created_at: Instant,
        /// When staff decided.
        decided_at: Option<Instant>,
        /// Why it was rejected, for staff.
        reject_reason: String,
        /// What the shop says to it, or empty.
        reply: String,
        /// When the shop said it.
        replied_at: Option<Instant>,
        /// How many found it helpful.
        n_helpful: i64,
    }
}

impl Review {
    /// Whether its writer is known to have bought the product.
    pub fn is_verified(&self) -> bool {
        self.order_line_id.is_some()
    }
}
