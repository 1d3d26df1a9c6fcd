//! The rules a quote follows.

use serde::{Deserialize, Serialize};

use super::tax::{Business, TaxTable};

/// Whether the prices of products and delivery have the tax in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prices {
    /// What is shown is paid. A promise: the gross is fixed, and the tax in it follows the country.
    IncludeTax,
    /// The tax is added at checkout.
    ExcludeTax,
}

/// Everything a quote depends on beside the basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Whether prices include tax.
    pub prices: Prices,
    /// The tax rates of the destination.
    pub tax: TaxTable,
    /// The buyer's VAT id and what it does; none while none is known.
    pub business: Option<Business>,
}
