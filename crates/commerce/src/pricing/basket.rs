//! What is to be priced: ids, quantities and the catalogue's prices. Nothing in it comes from the buyer but ids and quantities.

use wares_kernel::{Currency, Money, ProductId, Quantity, VariantId};

use super::discount::Claim;
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
    /// The promotions it has a claim to: those that are given by themselves, and those whose codes were entered.
    pub claims: Vec<Claim>,
}

/// A quantity of one variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLine {
    /// The variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// How many.
    pub quantity: Quantity,
    /// The price of one, with or without tax as the shop's setting says.
    pub unit: Money,
    /// Which tax rate of a country applies.
    pub tax_class: TaxClass,
}
