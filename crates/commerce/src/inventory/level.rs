//! How many of a variant there are.

use serde::Serialize;
use wares_kernel::{ProductId, VariantId};

/// The stock of one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// Whether the variant is for sale; only then does it count for its product.
    pub is_active: bool,
    /// Pieces in the house.
    pub on_hand: i64,
    /// Pieces kept for orders.
    pub reserved: i64,
    /// Whether more may be sold than there are.
    pub may_backorder: bool,
    /// From how many available pieces on pages say how few are left.
    pub low_at: i64,
}

/// What a page says about stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "stock", content = "left", rename_all = "snake_case")]
pub enum Shown {
    /// There is enough.
    InStock,
    /// Only so many are left.
    Low(i64),
    /// None left, but it may be ordered.
    ToOrder,
    /// None left.
    SoldOut,
}

impl Level {
    /// Pieces that may be sold; below zero when more were sold than there are.
    pub const fn available(&self) -> i64 {
        self.on_hand - self.reserved
    }

    /// What a page says.
    pub const fn shown(&self) -> Shown {
        shown(self.available(), self.may_backorder, self.low_at)
    }

    /// The same with so many more pieces available.
    pub(super) const fn shown_with(&self, more: i64) -> Shown {
        shown(self.available() + more, self.may_backorder, self.low_at)
    }
}

/// What a page says about so many available pieces.
pub const fn shown(available: i64, may_backorder: bool, low_at: i64) -> Shown {
    if available > low_at {
        Shown::InStock
    } else if available > 0 {
        Shown::Low(available)
    } else if may_backorder {
        Shown::ToOrder
    } else {
        Shown::SoldOut
    }
}
