//! What stands in a cell: amounts, weights, counts, yes and no.

use wares_kernel::{Currency, Money};

/// Nothing in a catalogue costs more than this many minor units: ten thousand million euros in cents.
const MINOR_MAX: i128 = 1_000_000_000_000;
/// Nothing a shop sends weighs more: 100 t in grams.
const GRAMS_MAX: i128 = 100_000_000;
/// Signs and words that may stand beside an amount in any currency. A code of three letters is compared instead.
const SIGNS: [&str; 22] = [
    "€", "$", "£", "¥", "₫", "đ", "₹", "₺", "₴", "₽", "₩", "zł", "kr", "kr.", "Kč", "Ft", "lei", "Fr.", "US$", "R$",
    "A$", "C$",
];

/// Why a cell is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AmountError {
    #[error("write the price in digits, such as 1499.00")]
    NotANumber,
    #[error("this can be read as thousands or as decimals: write it with two decimals, such as 1499.00")]
    Ambiguous,
    #[error("the shop's currency has {0} decimals; this amount has more")]
    TooPrecise(u32),
    #[error("a price is not below zero")]
    Negative,
    #[error("this amount is too large")]
    TooLarge,
    #[error("this amount is in {found}; the shop sells in {expected}")]
    OtherCurrency { found: String, expected: String },
}

/// Reads an amount of the shop's currency.
///
/// Understands `1499`, `1499.00`, `1,499.00`, `1.499,00`, `1 499,00`, `1'499.00`, `€ 19,99` and `19.99 EUR`.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Money, AmountError> {
    let decimals = currency.decimals();
    let number = without_currency(text.trim(), currency.code())?;
    let number = Decimal::parse(number, decimals)?;
    if number.negative && number.digits > 0 {
        return Err(AmountError::Negative);
    }
    let minor = number.at_scale(decimals).ok_or(AmountError::TooPrecise(decimals))?;
    if minor > MINOR_MAX {
        return Err(AmountError::TooLarge);
    }
    let minor = i64::try_from(minor).map_err(|_| AmountError::TooLarge)?;
    Ok(Money::new(minor, currency))
}

fn without_currency<'a>(text: &'a str, code: &str) -> Result<&'a str, AmountError> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+');
    let start = text.find(is_number).ok_or(AmountError::NotANumber)?;
    let end = text
        .rfind(|c: char| c.is_ascii_digit())
        .ok_or(AmountError::NotANumber)?
        + 1;
    let number = text.get(start..end).ok_or(AmountError::NotANumber)?;
    for word in [text[..start].trim(), text[end..].trim()] {
        if word.is_empty() || SIGNS.contains(&word) || word.eq_ignore_ascii_case(code) {
            continue;
        }
        if word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(AmountError::OtherCurrency {
                found: word.to_owned(),
                expected: code.to_owned(),
            });
        }
        return Err(AmountError::NotANumber);
    }
    Ok(number)
}

/// A number as written: `digits / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// `decimals` is what the reader expects after the decimal mark; it decides how one mark before three digits is read.
    fn parse(text: &str, decimals: u32) -> Result<Self, AmountError> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match decimal_mark(text, decimals)? {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AmountError::NotANumber);
        }
        let digits = format!("{}{fraction}", ungrouped(whole)?);
        if digits.is_empty() || digits.len() > 30 {
            return Err(AmountError::NotANumber);
        }
        let scale = u32::try_from(fraction.len()).map_err(|_| AmountError::NotANumber)?;
        let digits = digits.parse().map_err(|_| AmountError::NotANumber)?;
        Ok(Self {
            negative,
            digits,
            scale,
        })
    }

    /// The same number in units of `10^-scale`, if it can be written without loss.
    fn at_scale(self, scale: u32) -> Option<i128> {
        if self.scale <= scale {
            return self.digits.checked_mul(10_i128.checked_pow(scale - self.scale)?);
        }
        let divisor = 10_i128.checked_pow(self.scale - scale)?;
        (self.digits % divisor == 0).then(|| self.digits / divisor)
    }
}

/// Where the decimal mark stands, if there is one.
fn decimal_mark(text: &str, decimals: u32) -> Result<Option<usize>, AmountError> {
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last, mark)) = marks.last() else {
        return Ok(None);
    };
    let same = marks.iter().filter(|(_, c)| *c == mark).count();
    if same > 1 {
        // 1.499.000: grouping throughout, unless another mark stands between.
        return if same == marks.len() {
            Ok(None)
        } else {
            Err(AmountError::NotANumber)
        };
    }
    if marks.len() > 1 {
        return Ok(Some(last));
    }
    let could_group = text.len() - last == 4 && last > 0 && !text.starts_with('0') && text[..last].len() <= 3;
    match (could_group, decimals, mark) {
        (true, 0, _) | (true, 2, ',') => Ok(None),
        (true, 3, '.') | (false, _, _) => Ok(Some(last)),
        (true, _, _) => Err(AmountError::Ambiguous),
    }
}

/// Takes out what groups the digits by three; anything else is not a number.
fn ungrouped(whole: &str) -> Result<String, AmountError> {
    let is_group = |c: char| matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let parts: Vec<&str> = whole.split(is_group).collect();
    let grouped = parts.len() == 1 || (!parts[0].is_empty() && parts[1..].iter().all(|part| part.len() == 3));
    let digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    if grouped && digits {
        Ok(parts.concat())
    } else {
        Err(AmountError::NotANumber)
    }
}

/// A unit a weight may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WeightUnit {
    Gram,
    Kilogram,
    Ounce,
    Pound,
}

impl WeightUnit {
    const fn nanograms(self) -> i128 {
        match self {
            Self::Gram => 1_000_000_000,
            Self::Kilogram => 1_000_000_000_000,
            Self::Ounce => 28_349_523_125,
            Self::Pound => 453_592_370_000,
        }
    }
}

/// A weight in whole grams, rounded half up. None if it is not one.
pub(super) fn grams(text: &str, unit: WeightUnit) -> Option<i64> {
    // Three decimals: a weight such as 1.250 kg is never a thousand and a quarter.
    let number = Decimal::parse(text.trim(), 3).ok().filter(|number| !number.negative)?;
    let scale = 10_i128
        .checked_pow(number.scale)?
        .checked_mul(WeightUnit::Gram.nanograms())?;
    let total = number.digits.checked_mul(unit.nanograms())?;
    let grams = (total + scale / 2) / scale;
    i64::try_from(grams).ok().filter(|_| grams <= GRAMS_MAX)
}

/// A whole number such as a stock count; `12.0` is one. May be negative: shops export what they have oversold.
pub(super) fn count(text: &str) -> Option<i64> {
    let number = Decimal::parse(text.trim(), 2).ok()?;
    let whole = i64::try_from(number.at_scale(0)?)
        .ok()
        .filter(|n| *n <= 1_000_000_000)?;
    Some(if number.negative { -whole } else { whole })
}

/// Yes or no in the spellings spreadsheets use.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "on" => Some(true),
        "false" | "f" | "no" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, currency: &str) -> Result<i64, AmountError> {
        amount(text, currency.parse().unwrap()).map(Money::minor)
    }

    #[test]
    fn amounts_are_understood_as_shops_write_them() {
        for (text, expected) in [
            ("1499", 149_900),
            ("1499.00", 149_900),
            ("1,499.00", 149_900),
            ("1.499,00", 149_900),
            ("1 499,00", 149_900),
            ("1\u{202f}499,00 €", 149_900),
            ("1'499.00", 149_900),
            ("1,499", 149_900),
            ("1.234.567", 123_456_700),
            ("14000000", 1_400_000_000),
            ("€ 19,99", 1_999),
            ("19.99 EUR", 1_999),
            ("12.5000", 1_250),
            ("0.500", 50),
            ("5.7", 570),
            ("0", 0),
            ("-0.00", 0),
        ] {
            assert_eq!(minor(text, "EUR"), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused_with_its_reason() {
        for (text, error) in [
            ("24,OO", AmountError::NotANumber),
            ("free", AmountError::NotANumber),
            ("1,49,00", AmountError::NotANumber),
            ("1 49", AmountError::NotANumber),
            ("1.2,3.4", AmountError::NotANumber),
            ("12.500", AmountError::Ambiguous),
            ("19.999", AmountError::Ambiguous),
            ("0.999", AmountError::TooPrecise(2)),
            ("-5", AmountError::Negative),
            ("99999999999999", AmountError::TooLarge),
            (
                "19.99 USD",
                AmountError::OtherCurrency {
                    found: "USD".into(),
                    expected: "EUR".into(),
                },
            ),
        ] {
            assert_eq!(minor(text, "EUR"), Err(error), "{text}");
        }
    }

    #[test]
    fn currencies_without_decimals_group_by_three() {
        for (text, expected) in [
            ("14000000", 14_000_000),
            ("14.000.000", 14_000_000),
            ("14,000", 14_000),
            ("500 ₫", 500),
            ("500.00", 500),
        ] {
            assert_eq!(minor(text, "VND"), Ok(expected), "{text}");
        }
        assert_eq!(minor("19.99", "VND"), Err(AmountError::TooPrecise(0)));
    }

    #[test]
    fn weights_become_grams() {
        assert_eq!(grams("283.4952313", WeightUnit::Gram), Some(283));
        assert_eq!(grams("1.250", WeightUnit::Kilogram), Some(1_250));
        assert_eq!(grams("2.91", WeightUnit::Pound), Some(1_320));
        assert_eq!(grams("16", WeightUnit::Ounce), Some(454));
        assert_eq!(grams("-1", WeightUnit::Gram), None);
        assert_eq!(grams("heavy", WeightUnit::Gram), None);
    }

    #[test]
    fn counts_are_whole_numbers() {
        assert_eq!(count("12"), Some(12));
        assert_eq!(count("12.0"), Some(12));
        assert_eq!(count("-3"), Some(-3));
        assert_eq!(count("1.5"), None);
        assert_eq!(count("many"), None);
    }

    proptest::proptest! {
        #[test]
        fn every_amount_written_plainly_is_read_back(cents in 0_i64..100_000_000_000) {
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            proptest::prop_assert_eq!(minor(&text, "EUR"), Ok(cents));
        }

        #[test]
        fn no_cell_breaks_the_reader(text in "\\PC{0,12}") {
            let found = (minor(&text, "EUR").ok(), grams(&text, WeightUnit::Pound), count(&text));
            proptest::prop_assert!(found.0.unwrap_or(0) >= 0 && found.1.unwrap_or(0) >= 0);
        }
    }
}
