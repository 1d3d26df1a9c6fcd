//! The three axes of an order.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal, $label:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word the table keeps.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// As people read it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

words! {
    /// Where the agreement stands.
    ///
    /// | from              | to                                 |
    /// |-------------------|------------------------------------|
    /// | `AwaitingPayment` | `Placed`, `Expired`, `Cancelled`   |
    /// | `Placed`          | `Completed`, `Cancelled`           |
    /// | `Expired`         | `Placed`, when money came late and the stock could be taken again |
    /// | `Completed`, `Cancelled` | nothing                     |
    OrderState {
        /// Stock is held; the money has not come yet.
        AwaitingPayment = "awaiting_payment", "Awaiting payment";
        /// It is settled: paid, or payable on delivery.
        Placed = "placed", "Placed";
        /// Everything has arrived.
        Completed = "completed", "Completed";
        /// It was not paid in time.
        Expired = "expired", "Expired";
        /// It was called off.
        Cancelled = "cancelled", "Cancelled";
    }

    /// What has happened to the money.
    PaymentStatus {
        /// Nothing yet.
        Unpaid = "unpaid", "Unpaid";
        /// Reserved, not taken.
        Authorised = "authorised", "Authorised";
        /// All of it is here.
        Paid = "paid", "Paid";
        /// Some of it went back.
        PartiallyRefunded = "partially_refunded", "Partly refunded";
        /// All of it went back.
        Refunded = "refunded", "Refunded";
        /// The buyer's bank holds it back and has still to decide.
        Disputed = "disputed", "Disputed";
        /// Every attempt came to nothing.
        Failed = "failed", "Failed";
    }

    /// What has happened to the goods.
    FulfilmentStatus {
        /// Nothing was sent.
        Unfulfilled = "unfulfilled", "Unfulfilled";
        /// Some of it was sent.
        PartiallyShipped = "partially_shipped", "Partly shipped";
        /// All of it was sent.
        Shipped = "shipped", "Shipped";
        /// All of it has arrived.
        Delivered = "delivered", "Delivered";
        /// All of it came back.
        Returned = "returned", "Returned";
    }
}

impl OrderState {
    /// Whether this move is in the table.
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::AwaitingPayment, Self::Placed | Self::Expired | Self::Cancelled)
            | (Self::Placed, Self::Completed | Self::Cancelled)
            | (Self::Expired, Self::Placed) => true,
            (
                Self::AwaitingPayment | Self::Placed | Self::Completed | Self::Expired | Self::Cancelled,
                Self::AwaitingPayment | Self::Placed | Self::Completed | Self::Expired | Self::Cancelled,
            ) => false,
        }
    }
}
