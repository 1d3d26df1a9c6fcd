//! What is to be priced: ids, quantities and the catalogue's prices. Nothing in it comes from the buyer but ids and quantities.

use wares_kernel::{Currency, Money, Quantity, VariantId};

use super::shipping::Offer;
use super::tax::TaxClass;

/// What somebody wants, with the prices the catalogue has for it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    /// The currency of every amount in it.
    pub currency: Currency,
    /// One line for each variant.
    pub lines: Vec<BasketLine>,
    /// The way of sending that was chosen, with its price; none yet, or none needed.
    pub delivery: Option<Offer>,
}

/// A quantity of one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLine {
    /// The variant.
    pub variant_id: VariantId,
    /// How many.
    pub quantity: Quantity,
    /// The price of one, with or without tax as the shop's setting says.
    pub unit: Money,
    /// Which tax rate of a country applies.
    pub tax_class: TaxClass,
}
