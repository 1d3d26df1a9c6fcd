//! Whose cart it is, and how much fits into one.

use wares_kernel::{CustomerId, TokenHash};

/// The most different products a cart holds, whatever the settings say.
pub const LINES_MAX: usize = 100;

/// Whose cart is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartOwner {
    /// A browser, by the hash of its cookie.
    Visitor(TokenHash),
    /// A customer who is signed in, on whatever browser.
    Customer(CustomerId),
}

impl CartOwner {
    /// The hash of the browser's cookie.
    pub const fn token_hash(&self) -> Option<TokenHash> {
        match self {
            Self::Visitor(hash) => Some(*hash),
            Self::Customer(_) => None,
        }
    }

    /// The customer.
    pub const fn customer_id(&self) -> Option<CustomerId> {
        match self {
            Self::Visitor(_) => None,
            Self::Customer(id) => Some(*id),
        }
    }
}
