//! Rates in parts per million: 8.875 % is 88 750.

use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

const MILLION: i128 = 1_000_000;

/// A share in parts per million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rate(i64);

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// `ppm` parts per million.
    pub const fn from_ppm(ppm: i64) -> Self {
        Self(ppm)
    }

    /// Parts per million.
    pub const fn ppm(self) -> i64 {
        self.0
    }

    /// This share of an amount, rounded half away from zero.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        scale(amount, i128::from(self.0), MILLION)
    }

    /// The part of a gross amount that is this rate's tax: gross × rate ÷ (1 + rate), rounded half away from zero.
    pub fn within(self, gross: Money) -> Result<Money, MoneyError> {
        scale(gross, i128::from(self.0), MILLION + i128::from(self.0))
    }

    /// As people read it: `19 %`, `8.875 %`.
    pub fn percent(self) -> String {
        let (whole, part) = (self.0 / 10_000, (self.0 % 10_000).abs());
        let figures = format!("{whole}.{part:04}");
        format!("{} %", figures.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn scale(amount: Money, by: i128, over: i128) -> Result<Money, MoneyError> {
    let product = i128::from(amount.minor()) * by;
    let minor = divide_half_away_from_zero(product, over);
    i64::try_from(minor)
        .map(|minor| Money::new(minor, amount.currency()))
        .map_err(|_| MoneyError::TooLarge)
}

/// Divides and rounds half away from zero; `over` is positive.
pub fn divide_half_away_from_zero(value: i128, over: i128) -> i128 {
    let half = over / 2;
    let magnitude = (value.abs() + half) / over;
    if value < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn euro(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    #[test]
    fn half_a_cent_is_rounded_away_from_zero() {
        let half = Rate::from_ppm(500_000);
        assert_eq!(half.of(euro(1)), Ok(euro(1)));
        assert_eq!(half.of(euro(-1)), Ok(euro(-1)));
        assert_eq!(half.of(euro(3)), Ok(euro(2)));
    }

    #[test]
    fn the_tax_in_a_gross_price_is_taken_out_of_it() {
        assert_eq!(Rate::from_ppm(190_000).within(euro(11_900)), Ok(euro(1900)));
        assert_eq!(Rate::from_ppm(190_000).within(euro(8490)), Ok(euro(1356)));
    }

    #[test]
    fn a_rate_is_written_as_people_read_it() {
        assert_eq!(Rate::from_ppm(190_000).percent(), "19 %");
        assert_eq!(Rate::from_ppm(88_750).percent(), "8.875 %");
    }
}
