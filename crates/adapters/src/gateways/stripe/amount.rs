//! Stripe's smallest units, which differ from ISO 4217 for some currencies.

use wares_commerce::payment::gateway::GatewayError;
use wares_kernel::{Currency, Money};

/// Currencies Stripe counts in whole units.
const NO_DECIMALS: [&str; 15] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
];

/// Currencies Stripe counts in thousandths, of which the last must be zero.
const THREE_DECIMALS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

fn decimals(currency: Currency) -> u32 {
    if NO_DECIMALS.contains(&currency.code()) {
        0
    } else if THREE_DECIMALS.contains(&currency.code()) {
        3
    } else {
        2
    }
}

/// An amount as Stripe counts it; refused when Stripe cannot express it.
pub(super) fn to_stripe(money: Money) -> Result<i64, GatewayError> {
    let currency = money.currency();
    let amount = rescale(money.minor(), currency.decimals(), decimals(currency));
    let ends_well = |amount: &i64| decimals(currency) < 3 || amount % 10 == 0;
    let refusal = || {
        GatewayError::Invalid(format!(
            "{} {currency} cannot be charged through Stripe",
            money.decimal()
        ))
    };
    amount.filter(ends_well).ok_or_else(refusal)
}

/// An amount of Stripe's as money.
pub(super) fn from_stripe(amount: i64, currency: Currency) -> Result<Money, GatewayError> {
    let minor = rescale(amount, decimals(currency), currency.decimals());
    let nonsense = || GatewayError::Unknown(format!("Stripe speaks of {amount} {currency}, which is no amount"));
    minor.map(|minor| Money::new(minor, currency)).ok_or_else(nonsense)
}

/// The same amount with another number of decimal places, if it has that many.
fn rescale(amount: i64, from: u32, to: u32) -> Option<i64> {
    let factor = 10_i64.pow(from.abs_diff(to));
    if to >= from {
        return amount.checked_mul(factor);
    }
    (amount % factor == 0).then_some(amount / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, currency: &str) -> Money {
        Money::new(minor, currency.parse().unwrap())
    }

    #[test]
    fn amounts_are_counted_as_stripe_counts_them() {
        for (minor, currency, stripe) in [
            (1_234, "EUR", 1_234),
            (500, "JPY", 500),
            (500, "XPF", 500),
            (1_250, "KWD", 1_250),
            (7, "ISK", 700),
            (7, "UGX", 700),
            (300, "MGA", 3),
        ] {
            let money = money(minor, currency);
            assert_eq!(to_stripe(money), Ok(stripe), "{currency}");
            assert_eq!(from_stripe(stripe, money.currency()), Ok(money), "{currency}");
        }
    }

    #[test]
    fn an_amount_stripe_cannot_express_is_refused_before_it_is_sent() {
        for money in [money(1_255, "KWD"), money(301, "MGA"), money(i64::MAX, "ISK")] {
            assert!(matches!(to_stripe(money), Err(GatewayError::Invalid(_))), "{money:?}");
        }
    }
}
