//! What things cost, what delivery costs, which tax is in it, and when it arrives.
//!
//! Owns the tables `tax_rates`, `shipping_zones`, `shipping_zone_countries`, `shipping_methods`, `holidays`, `carriers`, and in
//! [`discount`] `promotions`, `promotion_codes`, `promotion_buyers` and `promotion_uses`.
//!
//! - [`quote()`] is pure: a basket and the rules of its destination in, a [`Quote`] out. Everything that must be known to explain a figure is in the quote.
//! - [`Market`] is what the shop charges and promises at one destination: tax, ways of sending, days off. It is made of the settings, which hold the [`Tariff`]: nothing is read for it.
//! - [`edit`] is how the shopkeeper changes all of it.
//! - [`discount`] is what promotions take off, and the limits under which they do.
//! - Displayed lines always sum to the displayed total, no amount is ever negative, and nothing is a floating-point number.

pub mod basket;
pub mod carriers;
pub mod delivery;
pub mod discount;
pub mod edit;
pub mod explain;
pub mod holidays;
pub mod market;
pub mod quote;
pub mod rules;
pub mod seed;
pub mod shipping;
mod store;
pub mod tariff;
pub mod tax;
#[cfg(test)]
mod tests;
pub mod without_tax;

pub use basket::{Basket, BasketLine};
pub use delivery::{Calendar, Promise};
pub use market::Market;
pub use quote::{Quote, QuoteError, QuoteLine, quote};
pub use rules::{Prices, Rules};
pub use seed::seed;
pub use shipping::Offer;
pub use tariff::Tariff;
pub use tax::{Business, TaxClass};
pub use without_tax::Relief;
