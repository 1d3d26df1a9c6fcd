//! What a promotion gives.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use wares_kernel::{Money, MoneyError, Quantity, Rate};

/// What is taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Benefit {
    /// A share of what the goods cost.
    Percent {
        /// How much of it.
        off: Share,
    },
    /// An amount, or what the goods cost if that is less.
    Amount {
        /// In minor units of the shop's currency.
        off_minor: NonZeroU32,
    },
    /// The price of delivery.
    FreeShipping {
        /// Only of ways of sending that cost no more than this, in minor units of the shop's currency.
        up_to_minor: Option<NonZeroU32>,
    },
    /// Of so many pieces together, the cheapest cost less.
    BuyGet {
        /// Pieces at the full price.
        buy: Quantity,
        /// Pieces that cost less for them.
        get: Quantity,
        /// What is taken off those.
        off: Share,
    },
}

/// More than nothing and at most everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Rate", into = "Rate")]
pub struct Share(Rate);

/// The rate is nothing, or more than everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter a percentage above 0 and up to 100")]
pub struct ShareError;

impl Share {
    /// Everything: what is given costs nothing.
    pub const ALL: Self = Self(Rate::from_ppm(1_000_000));

    /// This share of an amount, rounded half away from zero; never more than the amount.
    pub fn of(self, amount: Money) -> Result<Money, MoneyError> {
        self.0.of(amount)
    }

    /// The rate.
    pub const fn rate(self) -> Rate {
        self.0
    }
}

impl TryFrom<Rate> for Share {
    type Error = ShareError;

    fn try_from(rate: Rate) -> Result<Self, ShareError> {
        match rate.ppm() {
            1..=1_000_000 => Ok(Self(rate)),
            _ => Err(ShareError),
        }
    }
}

impl From<Share> for Rate {
    fn from(share: Share) -> Self {
        share.0
    }
}

impl Benefit {
    /// The order in which several are taken off: pieces that are given before shares, shares before amounts, delivery last. So a share is
    /// never reckoned on what an amount has left, which is what buyers expect of "10 % off".
    pub(super) const fn rank(self) -> u8 {
        match self {
            Self::BuyGet { .. } => 0,
            Self::Percent { .. } => 1,
            Self::Amount { .. } => 2,
            Self::FreeShipping { .. } => 3,
        }
    }

    /// In the words of a price tag; amounts as `money` writes them: "10 % off", "€5.00 off", "free delivery", "buy 2, get 1 free".
    pub fn words(self, money: impl Fn(i64) -> String) -> String {
        match self {
            Self::Percent { off } => format!("{} off", off.rate().percent()),
            Self::Amount { off_minor } => format!("{} off", money(off_minor.get().into())),
            Self::FreeShipping { up_to_minor: None } => "free delivery".to_owned(),
            Self::FreeShipping {
                up_to_minor: Some(most),
            } => format!("free delivery where it costs up to {}", money(most.get().into())),
            Self::BuyGet { buy, get, off } if off == Share::ALL => format!("buy {buy}, get {get} free"),
            Self::BuyGet { buy, get, off } => format!("buy {buy}, get {get} at {} off", off.rate().percent()),
        }
    }
}
