//! Of which pieces "buy X get Y" takes something off: the cheapest.

use wares_kernel::Quantity;

use super::apply::Priced;
use super::refusal::Refusal;

/// So many pieces, and so many more for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuyGet {
    pub(super) buy: Quantity,
    pub(super) get: Quantity,
}

/// Whether a line is bought for it, and whether it is got by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) is_bought: bool,
    pub(super) is_got: bool,
}

/// How many pieces of each line cost less where what is got is of what is bought: for each `buy` + `get` pieces the `get` cheapest of all.
pub(super) fn of_the_same(
    lines: &[Priced],
    covers: impl Fn(&Priced) -> bool,
    BuyGet { buy, get }: BuyGet,
) -> Result<Vec<u32>, Refusal> {
    let group = buy.get().saturating_add(get.get());
    let pieces = count(lines, &covers);
    if pieces < group {
        return Err(Refusal::TooFew {
            missing: group - pieces,
        });
    }
    let n = pieces / group * get.get();
    Ok(cheapest(lines, n, |line, most| if covers(line) { most } else { 0 }))
}

/// How many pieces of each line cost less where what is got was picked by itself: for each `buy` pieces bought, the `get` cheapest of
/// what is got. A piece that is both is bought or got, never both at once; the buyer gets as many as that allows.
pub(super) fn of_others(
    lines: &[Priced],
    role: impl Fn(&Priced) -> Role,
    BuyGet { buy, get }: BuyGet,
) -> Result<Vec<u32>, Refusal> {
    let bought = count(lines, |line| role(line).is_bought);
    if bought < buy.get() {
        return Err(Refusal::TooFew {
            missing: buy.get() - bought,
        });
    }
    let both = count(lines, |line| role(line).is_bought && role(line).is_got);
    let (only_bought, only_got) = (bought - both, count(lines, |line| role(line).is_got) - both);
    // Of what is both, this many have to be bought, so that there are pieces enough for that many times.
    let kept = |times: u32| (times * buy.get()).saturating_sub(only_bought);
    let given = |times: u32| (times.saturating_mul(get.get())).min(only_got + both - kept(times));
    let times = (1..=bought / buy.get()).max_by_key(|times| (given(*times), bought - times));
    let times = times.filter(|times| given(*times) > 0).ok_or(Refusal::NothingToGet)?;
    // How many pieces of what is both may still be got.
    let mut open = both - kept(times);
    Ok(cheapest(lines, given(times), |line, n| match role(line) {
        Role { is_got: false, .. } => 0,
        Role { is_bought: false, .. } => n,
        Role { .. } => {
            let taken = n.min(open);
            open -= taken;
            taken
        }
    }))
}

/// Takes `n` pieces from the cheapest lines on; `may` says how many of so many pieces of a line can be taken.
fn cheapest(lines: &[Priced], n: u32, mut may: impl FnMut(&Priced, u32) -> u32) -> Vec<u32> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|index| (lines[*index].unit.minor(), *index));
    let (mut taken, mut left) = (vec![0; lines.len()], n);
    for index in order {
        let line = &lines[index];
        taken[index] = may(line, left.min(line.quantity.get()));
        left -= taken[index];
    }
    taken
}

fn count(lines: &[Priced], wanted: impl Fn(&Priced) -> bool) -> u32 {
    lines
        .iter()
        .filter(|line| wanted(line))
        .map(|line| line.quantity.get())
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;
    use wares_kernel::{Currency, Money, ProductId};

    use super::*;

    fn line(n: usize, quantity: u32, unit: i64) -> Priced {
        let quantity = Quantity::try_from(quantity).unwrap();
        let unit = Money::new(unit, Currency::EUR);
        Priced {
            product_id: ProductId::new(Uuid::from_u128(u128::try_from(n).unwrap())),
            quantity,
            unit,
            total: unit.times(quantity.as_i64()).unwrap(),
        }
    }

    /// The most pieces that can be got: every way to call pieces bought or got is tried.
    fn most(only_bought: u32, both: u32, only_got: u32, terms: BuyGet) -> u32 {
        let (buy, get) = (terms.buy.get(), terms.get.get());
        let ways = (0..=both).map(|got| {
            let times = (only_bought + both - got) / buy;
            (times * get).min(only_got + got)
        });
        ways.max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn as_many_are_got_as_there_are_bought_for_and_none_is_both(
            wanted in proptest::collection::vec((1u32..6, 0i64..50, any::<bool>(), any::<bool>()), 1..7),
            buy in 1u32..4,
            get in 1u32..4,
        ) {
            let terms = BuyGet { buy: Quantity::try_from(buy).unwrap(), get: Quantity::try_from(get).unwrap() };
            let lines: Vec<Priced> = wanted.iter().enumerate().map(|(n, (quantity, unit, ..))| line(n, *quantity, *unit)).collect();
            let role = |line: &Priced| {
                let n = usize::try_from(line.product_id.uuid().as_u128()).unwrap();
                Role { is_bought: wanted[n].2, is_got: wanted[n].3 }
            };
            let n = |is_bought, is_got| count(&lines, |line| role(line) == Role { is_bought, is_got });
            let most = most(n(true, false), n(true, true), n(false, true), terms);
            match of_others(&lines, role, terms) {
                Ok(taken) => {
                    prop_assert_eq!(taken.iter().sum::<u32>(), most);
                    let mut left = 0;
                    for (line, taken) in lines.iter().zip(&taken) {
                        prop_assert!(*taken <= line.quantity.get());
                        prop_assert!(role(line).is_got || *taken == 0);
                        left += if role(line).is_bought { line.quantity.get() - taken } else { 0 };
                    }
                    prop_assert!(most.div_ceil(get) * buy <= left, "{most} for {left}");
                }
                Err(Refusal::TooFew { missing }) => prop_assert_eq!(n(true, false) + n(true, true) + missing, buy),
                Err(refusal) => prop_assert_eq!((refusal, most), (Refusal::NothingToGet, 0)),
            }
        }
    }
}
