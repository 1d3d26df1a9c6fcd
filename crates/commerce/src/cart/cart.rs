//! Whose cart it is, and how much fits into one.

use wares_kernel::{CustomerId, TokenHash};

use super::store::owned::Key;

/// The most different products a cart holds, whatever the settings say.
pub const LINES_MAX: usize = 100;

/// Whose cart is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartOwner {
    /// A browser, by the hash of its cookie.
    Visitor(TokenHash),
    /// A customer who is signed in, on whatever browser.
    Customer(CustomerId),
    /// Somebody who buys one thing past their cart: it lies in a cart of its own, by the hash of a cookie of its own. Who is signed in buys it
    /// as a customer.
    AtOnce(TokenHash, Option<CustomerId>),
}

impl CartOwner {
    /// The hash of the browser's cookie.
    pub const fn token_hash(&self) -> Option<TokenHash> {
        match self {
            Self::Visitor(hash) | Self::AtOnce(hash, _) => Some(*hash),
            Self::Customer(_) => None,
        }
    }

    /// The customer who buys.
    pub const fn customer_id(&self) -> Option<CustomerId> {
        match self {
            Self::Visitor(_) => None,
            Self::Customer(id) => Some(*id),
            Self::AtOnce(_, buyer) => *buyer,
        }
    }

    /// Whether it is something bought past the cart.
    pub const fn is_at_once(&self) -> bool {
        matches!(self, Self::AtOnce(..))
    }

    /// By what the cart is found. What is bought at once is found by its cookie only, beside the customer's cart.
    pub(crate) const fn key(&self) -> Key {
        match self {
            Self::Customer(id) => Key::Customer(*id),
            Self::Visitor(hash) | Self::AtOnce(hash, _) => Key::Cookie(*hash),
        }
    }

    /// The customer by whom the cart is found.
    pub(super) const fn keeper(&self) -> Option<CustomerId> {
        match self.key() {
            Key::Customer(id) => Some(id),
            Key::Cookie(_) => None,
        }
    }
}
