//! The ledger of stock.

use wares_kernel::{Instant, OrderId, StaffId};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $label:literal;)*) => {
        /// Why the stock of a variant changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])* $variant,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word the ledger keeps.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// As people read it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            /// The reason of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

reasons! {
    /// What was there when the variant was made.
    Opening = "opening", "Opening stock";
    /// Goods came in.
    Received = "received", "Received";
    /// Goods were broken or lost.
    Damaged = "damaged", "Damaged";
    /// Somebody counted.
    Counted = "counted", "Count";
    /// An import said so.
    Imported = "imported", "Import";
    /// An order was paid.
    Sold = "sold", "Sold";
    /// A paid order was cancelled before it was sent.
    Cancelled = "cancelled", "Order cancelled";
    /// A buyer sent something back.
    Returned = "returned", "Returned";
}

impl Reason {
    /// The reasons staff may give for a change by hand.
    pub const BY_HAND: [Self; 3] = [Self::Received, Self::Damaged, Self::Returned];
}

wares_db::rows! {
    /// One line of the ledger.
    pub struct Movement {
        /// Its id.
        id: wares_kernel::StockMovementId,
        /// How many more; fewer when negative.
        delta: i64,
        /// On hand after it.
        on_hand_after: i64,
        /// The word of a [`Reason`].
        reason: String,
        /// What staff wrote.
        note: String,
        /// The order behind it.
        order_id: Option<OrderId>,
        /// That order's number.
        order_number: Option<String>,
        /// Who did it.
        staff_id: Option<StaffId>,
        /// Their name.
        staff_name: Option<String>,
        /// When.
        at: Instant,
    }
}
