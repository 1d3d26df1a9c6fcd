//! What a basket is given: a pure function of the basket and of the promotions it has a claim to.
//!
//! Promotions go together only if each of them may be combined. So what can be given is either all of those that may, or one of the
//! others; the buyer gets whichever takes most off. Goods are discounted before delivery, each promotion on what those before it left, so no
//! line and no delivery ever costs less than nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wares_kernel::{Money, MoneyError, ProductId, PromotionId, Quantity, split};

use super::benefit::Benefit;
use super::code::Code;
use super::pieces::{self, BuyGet, Role};
use super::refusal::{Refusal, SetAside};

/// A promotion that a basket has a claim to: it is given by itself, or its code was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The promotion.
    pub promotion_id: PromotionId,
    /// What buyers know it by.
    pub name: String,
    /// The code that was entered; none where it is given by itself.
    pub code: Option<Code>,
    /// What is taken off.
    pub benefit: Benefit,
    /// What of the basket it is for.
    pub coverage: Coverage,
    /// What one gets by buying what it is for, where that was picked by itself.
    pub gets: Option<Coverage>,
    /// What the goods it is for must be worth before discounts.
    pub minimum: Option<Money>,
    /// Whether it goes together with others that do.
    pub combines: bool,
    /// Whether it may be used at all, whatever is in the basket.
    pub standing: Result<(), Refusal>,
}

/// What of a basket a promotion is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Everything,
    /// These products.
    Only(BTreeSet<ProductId>),
}

/// What a promotion took off, with everything needed to say how. Frozen into the order as part of its quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// The promotion.
    pub promotion_id: PromotionId,
    /// What buyers know it by: the code, or the promotion's name.
    pub name: String,
    /// The code that was entered.
    pub code: Option<Code>,
    /// What it gives.
    pub benefit: Benefit,
    /// Whether what one gets is of other goods than what one buys for it.
    #[serde(default)]
    pub gets_others: bool,
    /// What the share or amount was reckoned on: what the goods it is for cost then; for delivery, its price.
    pub base: Money,
    /// What came off the goods.
    pub goods: Money,
    /// What came off each line, in the order of the lines. They sum to `goods`.
    pub shares: Vec<Money>,
    /// What came off delivery.
    pub delivery: Money,
}

impl Discount {
    /// Everything it took off.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.goods.plus(self.delivery)
    }
}

/// A line of the basket.
#[derive(Debug, Clone, Copy)]
pub(in crate::pricing) struct Priced {
    pub(in crate::pricing) product_id: ProductId,
    pub(in crate::pricing) quantity: Quantity,
    pub(in crate::pricing) unit: Money,
    pub(in crate::pricing) total: Money,
}

/// What was chosen.
#[derive(Debug, Default)]
pub(in crate::pricing) struct Chosen {
    pub(in crate::pricing) discounts: Vec<Discount>,
    pub(in crate::pricing) set_aside: Vec<SetAside>,
}

/// What the buyer gets: of all that fits, whatever takes most off.
pub(in crate::pricing) fn choose(
    lines: &[Priced],
    delivery: Option<Money>,
    claims: &[Claim],
) -> Result<Chosen, MoneyError> {
    let mut chosen = Chosen::default();
    let mut fitting: Vec<&Claim> = Vec::new();
    for claim in claims {
        // One promotion is given once, however many of its codes were entered.
        let same = fitting.iter().find(|other| other.promotion_id == claim.promotion_id);
        let outcome = match same {
            Some(other) => Err(Refusal::CannotCombine {
                with: other.name.clone(),
            }),
            None => fits(claim, lines, delivery)?,
        };
        match outcome {
            Ok(()) => fitting.push(claim),
            Err(why) => chosen.set_aside(claim, why),
        }
    }
    fitting.sort_by_key(|claim| (claim.benefit.rank(), claim.promotion_id));
    let mut best = Offer::default();
    for together in alternatives(&fitting) {
        let offer = Offer::of(lines, delivery, &together)?;
        if offer.is_better_than(&best) {
            best = offer;
        }
    }
    for claim in fitting.iter().filter(|claim| !best.has(claim)) {
        chosen.set_aside(claim, best.why_not(claim));
    }
    chosen.discounts = best.discounts;
    Ok(chosen)
}

impl Chosen {
    /// Nobody misses a promotion they did not ask for, so only codes are told of.
    fn set_aside(&mut self, claim: &Claim, why: Refusal) {
        if let Some(code) = claim.code.clone() {
            self.set_aside.push(SetAside { code, why });
        }
    }
}

/// Whether a claim takes something off by itself, or why not.
fn fits(claim: &Claim, lines: &[Priced], delivery: Option<Money>) -> Result<Result<(), Refusal>, MoneyError> {
    if let Err(why) = &claim.standing {
        return Ok(Err(why.clone()));
    }
    let mut covered = lines.iter().filter(|line| claim.covers(line)).peekable();
    if covered.peek().is_none() {
        return Ok(Err(Refusal::NotForThese));
    }
    if let Some(minimum) = claim.minimum {
        let worth = Money::sum(minimum.currency(), covered.map(|line| line.total))?;
        if worth.minor() < minimum.minor() {
            let missing = minimum.minus(worth)?;
            return Ok(Err(Refusal::Below { minimum, missing }));
        }
    }
    Rest::of(lines, delivery)
        .take(claim, lines)
        .map(|taken| taken.map(drop))
}

/// What can be given together: all that may be combined, or one of the others.
fn alternatives<'a>(fitting: &[&'a Claim]) -> Vec<Vec<&'a Claim>> {
    let (combining, alone): (Vec<&Claim>, Vec<&Claim>) = fitting.iter().partition(|claim| claim.combines);
    let mut alternatives: Vec<Vec<&Claim>> = alone.into_iter().map(|claim| vec![claim]).collect();
    if !combining.is_empty() {
        alternatives.insert(0, combining);
    }
    alternatives
}

/// What several promotions come to together.
#[derive(Debug, Default)]
struct Offer {
    discounts: Vec<Discount>,
    combines: bool,
    saved_minor: i64,
    n_codes: usize,
}

impl Offer {
    fn of(lines: &[Priced], delivery: Option<Money>, claims: &[&Claim]) -> Result<Self, MoneyError> {
        let mut rest = Rest::of(lines, delivery);
        let mut offer = Self {
            combines: claims.iter().any(|claim| claim.combines),
            ..Self::default()
        };
        for claim in claims {
            if let Ok(discount) = rest.take(claim, lines)? {
                offer.saved_minor += discount.total()?.minor();
                offer.n_codes += usize::from(claim.code.is_some());
                offer.discounts.push(discount);
            }
        }
        Ok(offer)
    }

    /// More taken off is better; of two that take off the same, the one that was asked for.
    fn is_better_than(&self, other: &Self) -> bool {
        (self.saved_minor, self.n_codes) > (other.saved_minor, other.n_codes)
    }

    fn has(&self, claim: &Claim) -> bool {
        self.discounts
            .iter()
            .any(|discount| discount.promotion_id == claim.promotion_id)
    }

    /// Why a promotion that fits is not in it: it does not go together with what is, or that leaves nothing.
    fn why_not(&self, claim: &Claim) -> Refusal {
        match self.discounts.first() {
            Some(first) if !(claim.combines && self.combines) => Refusal::CannotCombine {
                with: first.name.clone(),
            },
            _ => Refusal::NothingLeft,
        }
    }
}

impl Claim {
    fn covers(&self, line: &Priced) -> bool {
        self.coverage.covers(line)
    }
}

impl Coverage {
    fn covers(&self, line: &Priced) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(products) => products.contains(&line.product_id),
        }
    }
}

/// What lines and delivery still cost.
struct Rest {
    lines: Vec<Money>,
    delivery: Option<Money>,
}

impl Rest {
    fn of(lines: &[Priced], delivery: Option<Money>) -> Self {
        Self {
            lines: lines.iter().map(|line| line.total).collect(),
            delivery,
        }
    }

    /// Takes off what a promotion gives, or says why that is nothing.
    fn take(&mut self, claim: &Claim, lines: &[Priced]) -> Result<Result<Discount, Refusal>, MoneyError> {
        match claim.benefit {
            Benefit::Percent { off } => {
                let bases = self.covered(claim, lines);
                self.take_goods(claim, &bases, |base| off.of(base))
            }
            Benefit::Amount { off_minor } => {
                let bases = self.covered(claim, lines);
                self.take_goods(claim, &bases, |base| {
                    base.min(Money::new(off_minor.get().into(), base.currency()))
                })
            }
            Benefit::BuyGet { buy, get, off } => match self.cheapest(claim, lines, BuyGet { buy, get })? {
                Ok(bases) => self.take_goods(claim, &bases, |base| off.of(base)),
                Err(why) => Ok(Err(why)),
            },
            Benefit::FreeShipping { up_to_minor } => {
                Ok(self.take_delivery(claim, up_to_minor.map(|most| most.get().into())))
            }
        }
    }

    /// What each line that is covered still costs; nothing for the others.
    fn covered(&self, claim: &Claim, lines: &[Priced]) -> Vec<Money> {
        let rest = self.lines.iter().zip(lines);
        rest.map(|(rest, line)| {
            if claim.covers(line) {
                *rest
            } else {
                line.total.currency().zero()
            }
        })
        .collect()
    }

    /// What the pieces that cost less cost, as part of their lines.
    fn cheapest(
        &self,
        claim: &Claim,
        lines: &[Priced],
        terms: BuyGet,
    ) -> Result<Result<Vec<Money>, Refusal>, MoneyError> {
        let chosen = match &claim.gets {
            None => pieces::of_the_same(lines, |line| claim.covers(line), terms),
            Some(gets) => {
                let role = |line: &Priced| Role {
                    is_bought: claim.covers(line),
                    is_got: gets.covers(line),
                };
                pieces::of_others(lines, role, terms)
            }
        };
        let taken = match chosen {
            Ok(taken) => taken,
            Err(why) => return Ok(Err(why)),
        };
        let bases = lines
            .iter()
            .zip(taken)
            .zip(&self.lines)
            .map(|((line, n), rest)| line.unit.times(n.into())?.min(*rest));
        bases.collect::<Result<_, _>>().map(Ok)
    }

    /// Takes what `off` makes of the sum of the bases off the lines, in proportion to their bases.
    fn take_goods(
        &mut self,
        claim: &Claim,
        bases: &[Money],
        off: impl Fn(Money) -> Result<Money, MoneyError>,
    ) -> Result<Result<Discount, Refusal>, MoneyError> {
        let Some(currency) = bases.first().map(|base| base.currency()) else {
            return Ok(Err(Refusal::NotForThese));
        };
        let base = Money::sum(currency, bases.iter().copied())?;
        let goods = off(base)?;
        if goods.is_zero() {
            return Ok(Err(Refusal::NothingLeft));
        }
        let weights: Vec<u64> = bases
            .iter()
            .map(|base| u64::try_from(base.minor()).unwrap_or(0))
            .collect();
        let shares = split::split(goods, &weights);
        for (rest, share) in self.lines.iter_mut().zip(&shares) {
            *rest = rest.minus(*share)?;
        }
        Ok(Ok(claim.discount(base, goods, shares, currency.zero())))
    }

    fn take_delivery(&mut self, claim: &Claim, up_to_minor: Option<i64>) -> Result<Discount, Refusal> {
        let Some(price) = self.delivery else {
            return Err(Refusal::NothingToDeliver);
        };
        let zero = price.currency().zero();
        match up_to_minor {
            _ if price.is_zero() => return Err(Refusal::DeliveryIsFree),
            Some(most) if price.minor() > most => {
                let up_to = Money::new(most, price.currency());
                return Err(Refusal::DeliveryTooDear { up_to });
            }
            _ => {}
        }
        self.delivery = Some(zero);
        let shares = vec![zero; self.lines.len()];
        Ok(claim.discount(price, zero, shares, price))
    }
}

impl Claim {
    fn discount(&self, base: Money, goods: Money, shares: Vec<Money>, delivery: Money) -> Discount {
        Discount {
            promotion_id: self.promotion_id,
            name: self.name.clone(),
            code: self.code.clone(),
            benefit: self.benefit,
            gets_others: self.gets.is_some(),
            base,
            goods,
            shares,
            delivery,
        }
    }
}
