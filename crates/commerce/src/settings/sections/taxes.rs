//! Selling to companies without tax. Rates are rows of their own: [`crate::pricing`].

use serde::{Deserialize, Serialize};

use crate::settings::section::{Problems, Section};

/// Whether, and for which VAT ids, the tax becomes the buyer's to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Taxes {
    /// Whether companies in other member states of the EU buy without tax; no.
    pub reverse_charge: bool,
    /// Whether a VAT id counts only once staff have looked it up; yes. Otherwise its form has to be right.
    pub only_checked_ids: bool,
}

impl Default for Taxes {
    fn default() -> Self {
        Self {
            reverse_charge: false,
            only_checked_ids: true,
        }
    }
}

impl Section for Taxes {
    const NAME: &'static str = "taxes";

    fn check(&self, _: &mut Problems) {}
}
