//! Postal addresses as they are kept in address books and frozen into orders.

use serde::{Deserialize, Serialize};

use crate::country::Country;

/// Where something is sent or billed. Which parts a country needs is checked where the form is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The full name of the person, up to 120 characters.
    pub name: String,
    /// The company, or empty.
    #[serde(default)]
    pub company: String,
    /// The company's VAT id as [`crate::VatId`] writes it, or empty. On no label: papers that need it name it.
    #[serde(default)]
    pub vat_id: String,
    /// Street and number.
    pub line1: String,
    /// Flat or building, or empty.
    #[serde(default)]
    pub line2: String,
    /// The postcode, or empty where the country has none.
    #[serde(default)]
    pub postcode: String,
    /// The town.
    pub city: String,
    /// State or region, or empty where the country does not use it.
    #[serde(default)]
    pub region: String,
    /// The country.
    pub country: Country,
    /// The telephone number, or empty.
    #[serde(default)]
    pub phone: String,
}

impl Address {
    /// The lines of a label, without the country's name and the telephone number.
    pub fn lines(&self) -> Vec<String> {
        let town = [self.postcode.as_str(), self.city.as_str()]
            .iter()
            .filter(|s| !s.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        [&self.name, &self.company, &self.line1, &self.line2, &town, &self.region]
            .into_iter()
            .filter(|line| !line.is_empty())
            .cloned()
            .collect()
    }
}
