//! A promotion: why something is taken off, for whom, when and how often.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use wares_kernel::{CategoryId, Instant, ProductId, PromotionId};

use super::benefit::Benefit;
use super::code::Code;
use super::refusal::Refusal;

/// The terms of a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// What buyers read where it is given by itself, and staff find it by.
    pub name: String,
    /// How one comes by it.
    pub given: Given,
    /// What is taken off.
    pub benefit: Benefit,
    /// What it is for.
    pub scope: Scope,
    /// Of what the pieces are that one gets for those one buys; of what it is for, where nothing was picked. Other benefits have none.
    pub gets: Option<Scope>,
    /// What the goods it is for must be worth before discounts, in minor units of the shop's currency.
    pub minimum_minor: Option<NonZeroU32>,
    /// When.
    pub window: Window,
    /// How often.
    pub limits: Limits,
    /// Whether it is given together with others that may be, too. No is the safe side.
    pub combines: bool,
}

/// How one comes by a promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// To every cart that it fits, by itself.
    Automatically,
    /// To whoever enters this code.
    Code(Code),
    /// To whoever enters one of many codes, each of which works once.
    UniqueCodes,
}

/// What a promotion is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// These products.
    pub products: Vec<ProductId>,
    /// What is listed in these categories or below them.
    pub categories: Vec<CategoryId>,
}

impl Scope {
    /// Whether it is for everything: nothing was picked out.
    pub fn is_everything(&self) -> bool {
        self.products.is_empty() && self.categories.is_empty()
    }
}

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    from: Instant,
    until: Option<Instant>,
}

/// It would end before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter an end after the beginning, or nothing")]
pub struct WindowError;

impl Window {
    /// From an instant on, until before another, or without an end.
    pub fn new(from: Instant, until: Option<Instant>) -> Result<Self, WindowError> {
        if until.is_some_and(|until| until <= from) {
            return Err(WindowError);
        }
        Ok(Self { from, until })
    }

    /// The first instant.
    pub const fn from(self) -> Instant {
        self.from
    }

    /// The instant from which on it is over.
    pub const fn until(self) -> Option<Instant> {
        self.until
    }
}

/// How often a promotion may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// By everybody together.
    pub in_all: Option<NonZeroU32>,
    /// By each buyer: each account, and each e-mail address.
    pub each: Option<NonZeroU32>,
}

/// A promotion as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: PromotionId,
    /// Its terms.
    pub terms: Promotion,
    /// How often it was used, where there is a limit in all.
    pub n_counted: u32,
    /// When staff ended it.
    pub stopped_at: Option<Instant>,
    /// How often it has changed.
    pub version: i64,
}

/// Where a promotion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It begins later.
    Scheduled,
    /// It is given.
    Active,
    /// It has been used as often as it may be.
    UsedUp,
    /// It is over, or was stopped.
    Ended,
}

impl Kept {
    /// Where it stands.
    pub fn state(&self, now: Instant) -> State {
        let window = self.terms.window;
        if self.stopped_at.is_some() || window.until().is_some_and(|until| until <= now) {
            State::Ended
        } else if self
            .terms
            .limits
            .in_all
            .is_some_and(|most| self.n_counted >= most.get())
        {
            State::UsedUp
        } else if now < window.from() {
            State::Scheduled
        } else {
            State::Active
        }
    }

    /// Whether a buyer who has used it so often may use it, whatever is in the cart.
    pub fn standing(&self, n_used: i64, now: Instant) -> Result<(), Refusal> {
        match self.state(now) {
            State::Scheduled => return Err(Refusal::NotYet),
            State::Ended => return Err(Refusal::Expired),
            State::UsedUp => return Err(Refusal::UsedUp),
            State::Active => {}
        }
        match self.terms.limits.each {
            Some(most) if n_used >= i64::from(most.get()) => Err(Refusal::UsedAlready),
            _ => Ok(()),
        }
    }
}
