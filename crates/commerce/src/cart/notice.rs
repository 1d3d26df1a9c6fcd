//! What a buyer has to be told about the cart.

use serde::{Deserialize, Serialize};

/// Something that happened to the cart without the buyer's doing on this page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// At sign-in, products from this browser joined the customer's cart.
    Merged {
        /// How many products joined.
        n_products: u32,
    },
    /// The payment was not made in time, or given up; the cart is as it was.
    Reopened,
    /// The payment of an order came after all; what lay here of it was taken out, because it is bought.
    Bought,
}
