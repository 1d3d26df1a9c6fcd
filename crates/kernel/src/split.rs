//! Sharing an amount out so that no unit is lost: the largest-remainder method.

use crate::money::Money;

/// Splits `total` in proportion to `weights`; the parts always sum to `total`.
///
/// Every part is rounded towards zero first, then the units left over go to the parts that lost most, earlier parts first on
/// a tie. Weights of zero get nothing unless all are zero, in which case the first part takes everything. No weights, no parts.
pub fn split(total: Money, weights: &[u64]) -> Vec<Money> {
    if weights.is_empty() {
        return Vec::new();
    }
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum == 0 {
        let mut parts = vec![total.currency().zero(); weights.len()];
        parts[0] = total;
        return parts;
    }
    let sign = if total.is_negative() { -1 } else { 1 };
    let amount = i128::from(total.minor()).abs();
    let mut shares: Vec<i128> = weights.iter().map(|w| amount * i128::from(*w) / sum).collect();
    let left = amount - shares.iter().sum::<i128>();
    for index in by_remainder(amount, weights, sum)
        .into_iter()
        .take(usize::try_from(left).unwrap_or(0))
    {
        shares[index] += 1;
    }
    shares
        .into_iter()
        .map(|share| Money::new(i64::try_from(sign * share).unwrap_or(0), total.currency()))
        .collect()
}

/// The indices of the weights, the one that lost most by rounding first.
fn by_remainder(amount: i128, weights: &[u64], sum: i128) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| (-(amount * i128::from(weights[i]) % sum), i));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_unit_is_lost_or_made(minor in i64::MIN / 2..i64::MAX / 2, weights in proptest::collection::vec(0u64..1_000_000_000, 1..40)) {
            let total = Money::new(minor, Currency::EUR);
            let parts = split(total, &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().map(|p| i128::from(p.minor())).sum::<i128>(), i128::from(minor));
        }

        #[test]
        fn nobody_gets_more_than_a_unit_beyond_their_share(minor in 0i64..1_000_000_000, weights in proptest::collection::vec(1u64..1000, 1..20)) {
            let sum: u64 = weights.iter().sum();
            for (part, weight) in split(Money::new(minor, Currency::EUR), &weights).iter().zip(&weights) {
                let exact = i128::from(minor) * i128::from(*weight) / i128::from(sum);
                prop_assert!((0..=1).contains(&(i128::from(part.minor()) - exact)));
            }
        }
    }

    #[test]
    fn ten_euro_in_three_parts_gives_the_odd_cent_to_the_first() {
        let parts: Vec<i64> = split(Money::new(1000, Currency::EUR), &[1, 1, 1])
            .iter()
            .map(|p| p.minor())
            .collect();
        assert_eq!(parts, [334, 333, 333]);
    }
}
