//! How many of something somebody wants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A whole number of pieces between 1 and [`Quantity::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

/// The number is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quantity is a whole number between 1 and {}", Quantity::MAX)]
pub struct QuantityError;

impl Quantity {
    /// The most one line may hold.
    pub const MAX: u32 = 999;
    /// One piece.
    pub const ONE: Self = Self(1);

    /// The number of pieces.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The number of pieces as the database and money arithmetic want it.
    pub fn as_i64(self) -> i64 {
        i64::from(self.0)
    }

    /// Both together, refused above the most.
    pub fn plus(self, other: Self) -> Result<Self, QuantityError> {
        Self::try_from(self.0 + other.0)
    }
}

impl TryFrom<u32> for Quantity {
    type Error = QuantityError;

    fn try_from(n: u32) -> Result<Self, QuantityError> {
        if (1..=Self::MAX).contains(&n) {
            Ok(Self(n))
        } else {
            Err(QuantityError)
        }
    }
}
impl TryFrom<i64> for Quantity {
    type Error = QuantityError;

    fn try_from(n: i64) -> Result<Self, QuantityError> {
        u32::try_from(n).map_err(|_| QuantityError)?.try_into()
    }
}
impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}
impl FromStr for Quantity {
    type Err = QuantityError;

    /// Only plain ASCII digits are a quantity: no sign, exponent or decimal mark.
    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(QuantityError);
        }
        text.parse::<u32>().map_err(|_| QuantityError)?.try_into()
    }
}
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_within_the_limits_are_quantities() {
        for text in [
            "0",
            "-1",
            "1.5",
            "1e9",
            "2147483648",
            "٣",
            "",
            "+1",
            "1000",
            "99999999999999",
        ] {
            assert_eq!(text.parse::<Quantity>(), Err(QuantityError), "{text}");
        }
        assert_eq!(" 7 ".parse::<Quantity>().map(Quantity::get), Ok(7));
    }
}
