//! Why a code takes nothing off, in the customer's words.

use wares_kernel::Money;
use wares_kernel::format::money;

use super::code::Code;

/// Why a promotion is not given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such code.
    #[error("We do not know this code. Check it and try again")]
    Unknown,
    /// It begins later.
    #[error("This code is not valid yet")]
    NotYet,
    /// It is over, or was stopped.
    #[error("This code has expired")]
    Expired,
    /// Others have used it as often as it could be used.
    #[error("This code has been used up")]
    UsedUp,
    /// This buyer has used it as often as they may.
    #[error("You have used this code already")]
    UsedAlready,
    /// The goods it is for are worth less than it asks for.
    #[error("This code is for goods worth {} or more: add {}", money(*minimum), money(*missing))]
    Below {
        /// What they must be worth.
        minimum: Money,
        /// What is missing.
        missing: Money,
    },
    /// Nothing in the cart is what it is for.
    #[error("This code is not for what is in your cart")]
    NotForThese,
    /// There are too few pieces of what it is for.
    #[error("Add {missing} more of what this code is for")]
    TooFew {
        /// How many are missing.
        missing: u32,
    },
    /// What one gets by it is not in the cart.
    #[error("Add what this code gives you to your cart; it takes that off")]
    NothingToGet,
    /// It is for delivery, and nothing is delivered.
    #[error("This code is for delivery, and nothing has to be delivered")]
    NothingToDeliver,
    /// It is for delivery, which costs nothing anyway.
    #[error("Delivery is free already; keep this code for another order")]
    DeliveryIsFree,
    /// It is for cheaper ways of sending.
    #[error("This code is for delivery that costs {} or less: choose another way of sending", money(*up_to))]
    DeliveryTooDear {
        /// What it is for.
        up_to: Money,
    },
    /// Everything it could be taken off costs nothing already.
    #[error("There is nothing left to take off")]
    NothingLeft,
    /// Another discount takes more off, and the two do not go together.
    #[error("This code cannot be combined with {with}")]
    CannotCombine {
        /// What buyers know the other one by.
        with: String,
    },
}

/// A code that was entered and takes nothing off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The code.
    pub code: Code,
    /// Why.
    pub why: Refusal,
}
