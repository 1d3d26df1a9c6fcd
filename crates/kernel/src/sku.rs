//! The shopkeeper's own code for a variant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text;

/// One line of up to 100 characters, kept as written and unique in the shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(String);

/// The text is not a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SKU has between 1 and {} characters", Sku::MAX)]
pub struct SkuError;

impl Sku {
    /// The most characters.
    pub const MAX: usize = 100;

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sku {
    type Err = SkuError;

    fn from_str(raw: &str) -> Result<Self, SkuError> {
        text::required_line(raw, Self::MAX).map(Self).map_err(|_| SkuError)
    }
}
impl TryFrom<String> for Sku {
    type Error = SkuError;

    fn try_from(raw: String) -> Result<Self, SkuError> {
        raw.parse()
    }
}
impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0
    }
}
impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
