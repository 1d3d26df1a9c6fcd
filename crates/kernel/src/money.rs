//! Money: whole minor units of one currency, checked arithmetic, no fractions anywhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// The text is not a currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three letters, such as EUR")]
pub struct CurrencyError;

/// Currencies without a minor unit (ISO 4217 list one, 2024).
const NO_DECIMALS: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies with thousandths (ISO 4217 list one, 2024).
const THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Yen, which has no minor unit.
    pub const JPY: Self = Self(*b"JPY");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimal places its amounts are written with.
    pub fn decimals(self) -> u32 {
        if NO_DECIMALS.contains(&self.code()) {
            0
        } else if THREE_DECIMALS.contains(&self.code()) {
            3
        } else {
            2
        }
    }

    /// The sign most shoppers know it by, or the code.
    pub fn symbol(&self) -> &str {
        match self.code() {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            "JPY" => "¥",
            code => code,
        }
    }

    /// No money at all in this currency.
    pub fn zero(self) -> Money {
        Money::new(0, self)
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Self, CurrencyError> {
        let bytes: [u8; 3] = text
            .trim()
            .to_ascii_uppercase()
            .as_bytes()
            .try_into()
            .map_err(|_| CurrencyError)?;
        if bytes.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(bytes))
        } else {
            Err(CurrencyError)
        }
    }
}
impl TryFrom<String> for Currency {
    type Error = CurrencyError;

    fn try_from(text: String) -> Result<Self, CurrencyError> {
        text.parse()
    }
}
impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units (cents for EUR, yen for JPY) of one currency. May be negative: a discount, a balance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount could not be computed or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result does not fit.
    #[error("this amount is too large")]
    TooLarge,
    /// Amounts of two currencies met.
    #[error("amounts of different currencies cannot be combined")]
    MixedCurrencies,
    /// The text is not an amount.
    #[error("enter an amount such as 12.50")]
    NotAnAmount,
    /// More decimal places than the currency has.
    #[error("this currency has fewer decimal places")]
    TooPrecise,
}

impl Money {
    /// An amount of `minor` units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// Its currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum, refused when the currencies differ or it does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference, refused when the currencies differ or it does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The amount the other way round: what comes off, or goes back. The least number there is, which has no opposite, gives the greatest.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self::new(self.minor.saturating_neg(), self.currency)
    }

    /// `n` times the amount.
    pub fn times(self, n: i64) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(n).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The sum of amounts of `currency`; nothing when there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(currency.zero(), Self::plus)
    }

    /// The smaller of two amounts of the same currency.
    pub fn min(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, |a, b| Some(a.min(b)))
    }

    fn combine(self, other: Self, f: impl Fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::MixedCurrencies);
        }
        let minor = f(self.minor, other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The plain decimal figure without a sign for the currency: `12.50`, `-3`, `0.005`.
    pub fn decimal(self) -> String {
        let places = usize::try_from(self.currency.decimals()).unwrap_or(2);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = self.minor.unsigned_abs().to_string();
        if places == 0 {
            return format!("{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, cents) = padded.split_at(padded.len() - places);
        format!("{sign}{whole}.{cents}")
    }

    /// Reads an amount as people type it: `1 234,50`, `1,234.50`, `1.234,50`, `€12`, `12`.
    ///
    /// The last comma or point followed by no more digits than the currency has places is the decimal mark.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let cleaned: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !"€$£¥'\u{2019}".contains(*c))
            .collect();
        let (negative, figures) = match cleaned.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, cleaned.as_str()),
        };
        let (whole, fraction) = split_decimals(figures, currency)?;
        let minor = minor_units(&whole, &fraction, currency)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }
}

/// Splits typed figures into whole and decimal digits.
fn split_decimals(figures: &str, currency: Currency) -> Result<(String, String), MoneyError> {
    if figures.is_empty() || !figures.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.') {
        return Err(MoneyError::NotAnAmount);
    }
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>();
    let Some(at) = figures.rfind([',', '.']) else {
        return Ok((figures.to_owned(), String::new()));
    };
    let mark = &figures[at..=at];
    let (before, after) = (&figures[..at], &figures[at + 1..]);
    let groups =
        figures.matches(mark).count() > 1 || (after.len() == 3 && currency.decimals() != 3 && !before.is_empty());
    if groups {
        return Ok((digits(figures), String::new()));
    }
    Ok((digits(before), digits(after)))
}

fn minor_units(whole: &str, fraction: &str, currency: Currency) -> Result<i64, MoneyError> {
    let places = usize::try_from(currency.decimals()).unwrap_or(2);
    let kept = fraction.trim_end_matches('0');
    if kept.len() > places {
        return Err(MoneyError::TooPrecise);
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(MoneyError::NotAnAmount);
    }
    format!("{whole}{kept:0<places$}")
        .trim_start_matches('0')
        .parse()
        .or_else(|error: std::num::ParseIntError| match error.kind() {
            std::num::IntErrorKind::Empty => Ok(0),
            _ => Err(MoneyError::TooLarge),
        })
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, currency: Currency, minor: i64) {
        assert_eq!(Money::parse(text, currency), Ok(Money::new(minor, currency)), "{text}");
    }

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        check("12", Currency::EUR, 1200);
        check("12.5", Currency::EUR, 1250);
        check("12,50", Currency::EUR, 1250);
        check("1 234,50", Currency::EUR, 123_450);
        check("1,234.50", Currency::USD, 123_450);
        check("1.234", Currency::EUR, 123_400);
        check("1.234.567", Currency::EUR, 123_456_700);
        check("€ 0.05", Currency::EUR, 5);
        check("-3.00", Currency::EUR, -300);
        check("1,500", Currency::JPY, 1500);
        check("12.00", Currency::JPY, 12);
        check("28.0000", Currency::EUR, 2800);
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", "abc", "-", ".", "1e9", "12.345.6x", "٣"] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
        assert_eq!(Money::parse("1.2345", Currency::EUR), Err(MoneyError::TooPrecise));
        assert_eq!(
            Money::parse("99999999999999999999", Currency::EUR),
            Err(MoneyError::TooLarge)
        );
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused_and_never_wraps() {
        let most = Money::new(i64::MAX, Currency::EUR);
        assert_eq!(most.plus(Money::new(1, Currency::EUR)), Err(MoneyError::TooLarge));
        assert_eq!(most.times(2), Err(MoneyError::TooLarge));
    }

    #[test]
    fn currencies_never_mix() {
        let (euro, dollar) = (Money::new(1, Currency::EUR), Money::new(1, Currency::USD));
        assert_eq!(euro.plus(dollar), Err(MoneyError::MixedCurrencies));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in -1_000_000_000_000i64..1_000_000_000_000, which in 0usize..4) {
            let currency = [Currency::EUR, Currency::JPY, "KWD".parse().expect("a code"), Currency::GBP][which];
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::parse(&money.decimal(), currency), Ok(money));
        }
    }
}
