//! What a refund is made of, as a pure function: which part of it belongs to which line, to delivery, and to the tax.
//!
//! Amounts here have the tax in them, whatever the order's prices have. What is left of a line is split by largest remainder, so that
//! everything that goes back in any number of steps adds up to what was paid, tax included.

use wares_kernel::{Money, MoneyError, OrderLineId, split};

use crate::orders::{Order, OrderLine};

/// What has gone back of something, or can still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// With tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
}

impl Part {
    fn nothing(like: Money) -> Self {
        let zero = like.currency().zero();
        Self {
            amount: zero,
            tax: zero,
        }
    }

    /// So much of it, with the tax that belongs to that.
    fn take(self, amount: Money) -> Result<Self, MoneyError> {
        let rest = self.amount.minus(amount)?;
        let taxes = split::split(self.tax, &[weight(amount), weight(rest)]);
        Ok(Self { amount, tax: taxes[0] })
    }

    fn plus(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            amount: self.amount.plus(other.amount)?,
            tax: self.tax.plus(other.tax)?,
        })
    }

    fn minus(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            amount: self.amount.minus(other.amount)?,
            tax: self.tax.minus(other.tax)?,
        })
    }
}

/// A part of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineShare {
    /// The line.
    pub line_id: OrderLineId,
    /// Pieces that are given back; none where only the price is lowered.
    pub quantity: i64,
    /// The money.
    pub part: Part,
}

/// What one refund is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shares {
    /// Parts of lines; those with nothing are left out.
    pub lines: Vec<LineShare>,
    /// A part of what delivery cost.
    pub shipping: Part,
}

impl Shares {
    /// Everything together.
    pub fn sum(&self) -> Result<Part, MoneyError> {
        self.lines
            .iter()
            .try_fold(self.shipping, |sum, line| sum.plus(line.part))
    }

    /// Pieces and money of one line, where there is some of it.
    fn of_line(&self, id: OrderLineId) -> Option<(i64, Part)> {
        let line = self.lines.iter().find(|line| line.line_id == id)?;
        Some((line.quantity, line.part))
    }
}

/// What can still go back of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRest {
    /// The line.
    pub line_id: OrderLineId,
    /// Pieces whose money was taken.
    pub n_taken: i64,
    /// Pieces that were not given back yet.
    pub n_left: i64,
    /// What was paid for all of those.
    pub paid: Money,
    /// What is left of that.
    pub left: Part,
}

impl LineRest {
    /// What goes back for so many of the pieces that are left: their share of what is left, and never more than was paid for them.
    pub fn worth(&self, n: i64) -> Money {
        let fair = first(self.left.amount, self.n_left, n);
        let done = self.n_taken - self.n_left;
        let paid = first(self.paid, self.n_taken, done + n).minor() - first(self.paid, self.n_taken, done).minor();
        Money::new(fair.minor().min(paid), fair.currency())
    }
}

/// The first `n` of `of` equal parts; odd units are in the first ones.
fn first(amount: Money, of: i64, n: i64) -> Money {
    let ones = vec![1; usize::try_from(of.max(0)).unwrap_or(0)];
    let parts = split::split(amount, &ones);
    let n = usize::try_from(n.max(0)).unwrap_or(0);
    Money::new(parts.iter().take(n).map(|part| part.minor()).sum(), amount.currency())
}

fn weight(amount: Money) -> u64 {
    u64::try_from(amount.minor()).unwrap_or(0)
}

/// What can still go back of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Each line, in the order's order.
    pub lines: Vec<LineRest>,
    /// Delivery.
    pub shipping: Part,
}

impl Rest {
    /// Of an order of which this was never taken, and from which this much has gone back already.
    ///
    /// Whatever an order costs beyond its lines is delivery.
    pub fn of(order: &Order, lines: &[OrderLine], released: &Shares, gone: &Shares) -> Result<Self, MoneyError> {
        let nothing = Part::nothing(order.total);
        let mut shipping = Part {
            amount: order.total,
            tax: order.tax,
        };
        let mut rests = Vec::with_capacity(lines.len());
        for line in lines {
            let price = price(order, line)?;
            shipping = shipping.minus(price)?;
            let (n_released, released) = released.of_line(line.id).unwrap_or((0, nothing));
            let (n_gone, gone) = gone.of_line(line.id).unwrap_or((0, nothing));
            let (n_taken, paid) = (line.quantity.as_i64() - n_released, price.minus(released)?);
            rests.push(LineRest {
                line_id: line.id,
                n_taken,
                n_left: n_taken - n_gone,
                paid: paid.amount,
                left: paid.minus(gone)?,
            });
        }
        Ok(Self {
            lines: rests,
            shipping: shipping.minus(released.shipping)?.minus(gone.shipping)?,
        })
    }

    /// All of it.
    pub fn sum(&self) -> Result<Part, MoneyError> {
        self.lines
            .iter()
            .try_fold(self.shipping, |sum, line| sum.plus(line.left))
    }

    /// What goes back for so many pieces of lines, and for delivery if that is wanted. Pieces beyond what is left are the caller's to refuse.
    pub fn of_pieces(&self, pieces: &[(OrderLineId, i64)], with_shipping: bool) -> Result<Shares, MoneyError> {
        let mut lines = Vec::new();
        for rest in &self.lines {
            let wanted = pieces.iter().find(|(id, n)| *id == rest.line_id && *n > 0);
            if let Some((_, n)) = wanted {
                lines.push(LineShare {
                    line_id: rest.line_id,
                    quantity: *n,
                    part: rest.left.take(rest.worth(*n))?,
                });
            }
        }
        let shipping = if with_shipping {
            self.shipping
        } else {
            Part::nothing(self.shipping.amount)
        };
        Ok(Shares { lines, shipping })
    }

    /// Another amount than those pieces come to: less is taken off each of them alike, more lowers the price of everything that is left.
    pub fn at_amount(&self, chosen: &Shares, amount: Money) -> Result<Shares, MoneyError> {
        let worth = chosen.sum()?.amount;
        if amount.minor() > worth.minor() {
            let more = self.without(chosen)?.of_amount(amount.minus(worth)?)?;
            return self.together(chosen, &more);
        }
        let mut weights: Vec<u64> = chosen.lines.iter().map(|line| weight(line.part.amount)).collect();
        weights.push(weight(chosen.shipping.amount));
        let mut amounts = split::split(amount, &weights);
        let shipping = self.shipping.take(amounts.pop().unwrap_or(amount))?;
        let mut lines = Vec::with_capacity(chosen.lines.len());
        for (line, amount) in chosen.lines.iter().zip(amounts) {
            let part = self.left_of(line.line_id).take(amount)?;
            lines.push(LineShare { part, ..*line });
        }
        Ok(Shares { lines, shipping })
    }

    /// An amount for no piece in particular: the price of everything that is left is lowered alike.
    pub fn of_amount(&self, amount: Money) -> Result<Shares, MoneyError> {
        let mut weights: Vec<u64> = self.lines.iter().map(|rest| weight(rest.left.amount)).collect();
        weights.push(weight(self.shipping.amount));
        let mut amounts = split::split(amount, &weights);
        let shipping = self.shipping.take(amounts.pop().unwrap_or(amount))?;
        let mut lines = Vec::new();
        for (rest, amount) in self.lines.iter().zip(amounts) {
            if !amount.is_zero() {
                lines.push(LineShare {
                    line_id: rest.line_id,
                    quantity: 0,
                    part: rest.left.take(amount)?,
                });
            }
        }
        Ok(Shares { lines, shipping })
    }

    /// All pieces that are left, and delivery, at this amount: as much as there is money.
    pub fn everything(&self, amount: Money) -> Result<Shares, MoneyError> {
        let pieces: Vec<_> = self.lines.iter().map(|line| (line.line_id, line.n_left)).collect();
        self.at_amount(&self.of_pieces(&pieces, true)?, amount)
    }

    /// Everything but what was chosen.
    pub(super) fn beside(&self, chosen: &Shares) -> Result<Shares, MoneyError> {
        let rest = self.without(chosen)?;
        let lines = rest.lines.iter().map(|rest| LineShare {
            line_id: rest.line_id,
            quantity: rest.n_left,
            part: rest.left,
        });
        Ok(Shares {
            lines: lines
                .filter(|line| line.quantity > 0 || !line.part.amount.is_zero())
                .collect(),
            shipping: rest.shipping,
        })
    }

    fn left_of(&self, id: OrderLineId) -> Part {
        let rest = self.lines.iter().find(|rest| rest.line_id == id);
        rest.map_or(Part::nothing(self.shipping.amount), |rest| rest.left)
    }

    fn without(&self, chosen: &Shares) -> Result<Self, MoneyError> {
        let mut lines = self.lines.clone();
        for rest in &mut lines {
            if let Some(taken) = chosen.lines.iter().find(|line| line.line_id == rest.line_id) {
                rest.left = rest.left.minus(taken.part)?;
                rest.n_left -= taken.quantity;
            }
        }
        Ok(Self {
            lines,
            shipping: self.shipping.minus(chosen.shipping)?,
        })
    }

    fn together(&self, chosen: &Shares, more: &Shares) -> Result<Shares, MoneyError> {
        let mut lines = Vec::new();
        for rest in &self.lines {
            let both = chosen.lines.iter().chain(&more.lines);
            let mut of_line = both.filter(|line| line.line_id == rest.line_id);
            if let Some(first) = of_line.next() {
                lines.push(of_line.try_fold(*first, |sum, line| {
                    let quantity = sum.quantity + line.quantity;
                    let part = sum.part.plus(line.part)?;
                    Ok::<_, MoneyError>(LineShare { quantity, part, ..sum })
                })?);
            }
        }
        Ok(Shares {
            lines,
            shipping: chosen.shipping.plus(more.shipping)?,
        })
    }
}

/// What a line costs, with its tax.
fn price(order: &Order, line: &OrderLine) -> Result<Part, MoneyError> {
    let amount = if order.prices_include_tax {
        line.total
    } else {
        line.total.plus(line.tax)?
    };
    Ok(Part { amount, tax: line.tax })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;
    use wares_kernel::Currency;

    use super::*;

    fn euro(minor: i64) -> Money {
        Money::new(minor, Currency::EUR)
    }

    fn part(amount: i64, tax: i64) -> Part {
        Part {
            amount: euro(amount),
            tax: euro(tax),
        }
    }

    fn rest(lines: &[(i64, i64, i64)], shipping: Part) -> Rest {
        let line = |(n, (quantity, amount, tax)): (usize, &(i64, i64, i64))| LineRest {
            line_id: OrderLineId::new(Uuid::from_u128(u128::try_from(n).unwrap())),
            n_taken: *quantity,
            n_left: *quantity,
            paid: euro(*amount),
            left: part(*amount, *tax),
        };
        Rest {
            lines: lines.iter().enumerate().map(line).collect(),
            shipping,
        }
    }

    fn all(rest: &Rest) -> Part {
        let nothing = Shares {
            lines: Vec::new(),
            shipping: rest.shipping,
        };
        let lines = rest.lines.iter().map(|line| LineShare {
            line_id: line.line_id,
            quantity: line.n_left,
            part: line.left,
        });
        Shares {
            lines: lines.collect(),
            ..nothing
        }
        .sum()
        .unwrap()
    }

    #[test]
    fn the_pieces_of_a_line_come_to_the_line() {
        let mut rest = rest(&[(3, 1000, 160)], part(490, 78));
        let id = rest.lines[0].line_id;
        let mut steps = Vec::new();
        for _ in 0..3 {
            let shares = rest.of_pieces(&[(id, 1)], false).unwrap();
            steps.push((shares.lines[0].part.amount.minor(), shares.lines[0].part.tax.minor()));
            rest = rest.without(&shares).unwrap();
        }
        assert_eq!(steps, [(334, 53), (333, 54), (333, 53)]);
        assert_eq!(all(&rest), part(490, 78));
    }

    #[test]
    fn a_lowered_price_is_not_given_back_a_second_time() {
        let first = rest(&[(2, 2000, 320)], part(0, 0));
        let id = first.lines[0].line_id;
        let lowered = first.without(&first.of_amount(euro(400)).unwrap()).unwrap();
        assert_eq!(
            lowered.of_pieces(&[(id, 1)], false).unwrap().sum().unwrap().amount,
            euro(800)
        );
        assert_eq!(
            lowered.of_pieces(&[(id, 2)], false).unwrap().sum().unwrap(),
            part(1600, 256)
        );
    }

    #[test]
    fn a_piece_never_brings_more_than_was_paid_for_it() {
        let first = rest(&[(2, 2000, 320)], part(0, 0));
        let id = first.lines[0].line_id;
        let one = first.of_pieces(&[(id, 1)], false).unwrap();
        let cheap = first.at_amount(&one, euro(800)).unwrap();
        let after = first.without(&cheap).unwrap();
        assert_eq!(
            after.of_pieces(&[(id, 1)], false).unwrap().sum().unwrap().amount,
            euro(1000)
        );
        assert_eq!(all(&after).amount, euro(1200));
    }

    #[test]
    fn more_than_the_pieces_are_worth_lowers_the_price_of_the_rest() {
        let all_of_it = rest(&[(1, 1000, 160), (1, 3000, 479)], part(500, 80));
        let id = all_of_it.lines[0].line_id;
        let one = all_of_it.of_pieces(&[(id, 1)], false).unwrap();
        let shares = all_of_it.at_amount(&one, euro(1350)).unwrap();
        assert_eq!(shares.sum().unwrap().amount, euro(1350));
        assert_eq!(shares.lines[0].part, part(1000, 160));
        assert_eq!(shares.lines[1].part.amount, euro(300));
        assert_eq!(shares.shipping.amount, euro(50));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Pieces(Vec<i64>, bool),
        Amount(i64),
        Both(Vec<i64>, i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let pieces = || proptest::collection::vec(0i64..4, 3);
        let step = prop_oneof![
            (pieces(), any::<bool>()).prop_map(|(pieces, shipping)| Step::Pieces(pieces, shipping)),
            (1i64..5000).prop_map(Step::Amount),
            (pieces(), 1i64..5000).prop_map(|(pieces, amount)| Step::Both(pieces, amount)),
        ];
        proptest::collection::vec(step, 1..12)
    }

    fn shares_of(rest: &Rest, step: &Step) -> Shares {
        let clip = |pieces: &[i64]| -> Vec<(OrderLineId, i64)> {
            rest.lines
                .iter()
                .zip(pieces)
                .map(|(line, n)| (line.line_id, (*n).min(line.n_left)))
                .collect()
        };
        let cap = |amount: i64| euro(amount.min(all(rest).amount.minor()));
        match step {
            Step::Pieces(pieces, shipping) => rest.of_pieces(&clip(pieces), *shipping).unwrap(),
            Step::Amount(amount) => rest.of_amount(cap(*amount)).unwrap(),
            Step::Both(pieces, amount) => {
                let chosen = rest.of_pieces(&clip(pieces), false).unwrap();
                rest.at_amount(&chosen, cap(*amount)).unwrap()
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_goes_back_in_whatever_steps_adds_up_to_what_was_paid(
            lines in proptest::collection::vec((1i64..5, 0i64..4000), 3),
            ppm in 0i64..300_000,
            shipping in 0i64..900,
            steps in steps(),
        ) {
            let tax = |amount: i64| amount * ppm / (1_000_000 + ppm);
            let lines: Vec<_> = lines.iter().map(|(n, amount)| (*n, *amount, tax(*amount))).collect();
            let first = rest(&lines, part(shipping, tax(shipping)));
            let (paid, mut left, mut back) = (all(&first), first.clone(), part(0, 0));
            for step in &steps {
                let shares = shares_of(&left, step);
                let sum = shares.sum().unwrap();
                prop_assert!(sum.tax.minor() <= sum.amount.minor());
                back = back.plus(sum).unwrap();
                left = left.without(&shares).unwrap();
                for line in &left.lines {
                    prop_assert!(!line.left.amount.is_negative() && !line.left.tax.is_negative() && line.n_left >= 0);
                    prop_assert!(line.left.tax.minor() <= line.left.amount.minor());
                }
                prop_assert!(!left.shipping.amount.is_negative() && !left.shipping.tax.is_negative());
                prop_assert_eq!(back.plus(all(&left)).unwrap(), paid);
            }
            if !all(&left).amount.is_zero() {
                let last = left.of_amount(all(&left).amount).unwrap();
                prop_assert_eq!(back.plus(last.sum().unwrap()).unwrap(), paid);
            }
        }
    }
}
