//! One attempt to be paid.

use serde::{Deserialize, Serialize};
use wares_kernel::{Currency, Instant, Money, OrderId, PaymentAttemptId};

use super::gateway::{CaptureMode, NextStep, Reference, Snapshot};

/// How far an attempt is. It only moves down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttemptState {
    /// Written in the shop; the gateway may or may not know of it.
    Created,
    /// Open at the gateway.
    Begun,
    /// The buyer has agreed; the money is reserved.
    Authorised,
    /// Over without money, and none can come any more.
    Closed,
    /// The money has been taken.
    Captured,
    /// Something does not fit (amount, currency, origin); staff must look. Nothing happens by itself any more.
    Review,
}

impl AttemptState {
    /// The word kept in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Begun => "begun",
            Self::Authorised => "authorised",
            Self::Closed => "closed",
            Self::Captured => "captured",
            Self::Review => "review",
        }
    }

    /// The state a stored word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Created,
            Self::Begun,
            Self::Authorised,
            Self::Closed,
            Self::Captured,
            Self::Review,
        ]
        .into_iter()
        .find(|state| state.word() == word)
    }

    /// Whether money may still come through it.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Created | Self::Begun | Self::Authorised)
    }
}

/// When the money of an attempt is taken. Kept with the attempt, so that changing the setting changes nothing that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureWhen {
    /// When the buyer pays.
    #[default]
    AtOnce,
    /// It is authorised, and taken when the first parcel leaves.
    OnShipping,
    /// It is authorised, and staff take it.
    ByHand,
}

impl CaptureWhen {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::OnShipping, Self::ByHand];

    /// The word kept in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::OnShipping => "on_shipping",
            Self::ByHand => "by_hand",
        }
    }

    /// The value of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|when| when.word() == word)
    }

    /// What the gateway is told.
    pub(super) const fn mode(self) -> CaptureMode {
        match self {
            Self::AtOnce => CaptureMode::Automatic,
            Self::OnShipping | Self::ByHand => CaptureMode::Manual,
        }
    }
}

/// Running totals, in minor units of the attempt's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Everything ever authorised.
    pub authorised: i64,
    /// Everything ever captured.
    pub captured: i64,
    /// Everything refunded or on its way back.
    pub refunded: i64,
    /// Everything disputed; a dispute that was won does not count.
    pub disputed: i64,
    /// Of that, what is lost for good.
    pub lost: i64,
}

impl Totals {
    /// What of the money is here and nobody claims.
    pub const fn left(self) -> i64 {
        self.captured - self.refunded - self.disputed
    }

    /// What a bank has not decided about yet.
    pub const fn in_dispute(self) -> i64 {
        self.disputed - self.lost
    }
}

/// An attempt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentAttempt {
    /// Its id, which is the idempotency key.
    pub id: PaymentAttemptId,
    /// The order it pays.
    pub order_id: OrderId,
    /// The gateway's name.
    pub gateway: String,
    /// The gateway's own name for it, once it has answered.
    pub reference: Option<Reference>,
    /// What is owed. Never changes.
    pub amount: Money,
    /// How far it is.
    pub state: AttemptState,
    /// What the buyer does next, once the gateway has answered.
    pub next: Option<NextStep>,
    /// What has happened to the money.
    pub totals: Totals,
    /// Why the last try was refused, in words for the buyer, or empty.
    pub decline: String,
    /// When it was written.
    pub created_at: Instant,
    /// When its money is taken.
    pub capture: CaptureWhen,
    /// Until when the authorisation lasts, where the gateway says so.
    pub authorised_until: Option<Instant>,
    /// How much of the authorisation the shop has asked for.
    pub capture_asked: Option<Money>,
}

impl PaymentAttempt {
    /// Whether a snapshot can be about this attempt: the gateway's own note, the amount and the currency agree.
    pub(super) fn fits(&self, snapshot: &Snapshot) -> bool {
        let currency: Currency = self.amount.currency();
        let all = [
            snapshot.authorised,
            snapshot.captured,
            snapshot.refunded,
            snapshot.disputed,
            snapshot.lost,
        ];
        snapshot.attempt_id.is_none_or(|id| id == self.id)
            && self
                .reference
                .as_ref()
                .is_none_or(|reference| *reference == snapshot.reference)
            && snapshot.amount == self.amount
            && all
                .iter()
                .all(|amount| amount.currency() == currency && !amount.is_negative())
            && snapshot.captured.minor() <= self.amount.minor()
    }

    /// The totals after a snapshot: each only ever grows, so that an old snapshot changes nothing.
    ///
    /// Disputes are the exception: a dispute that was won no longer counts.
    pub(super) fn totals_after(&self, snapshot: &Snapshot) -> Totals {
        Totals {
            authorised: self.totals.authorised.max(snapshot.authorised.minor()),
            captured: self.totals.captured.max(snapshot.captured.minor()),
            refunded: self.totals.refunded.max(snapshot.refunded.minor()),
            disputed: snapshot.disputed.minor(),
            lost: snapshot.lost.minor(),
        }
    }

    /// The state after a snapshot.
    pub(super) fn state_after(&self, snapshot: &Snapshot) -> AttemptState {
        let totals = self.totals_after(snapshot);
        let seen = if totals.captured > 0 {
            AttemptState::Captured
        } else if snapshot.is_closed() {
            AttemptState::Closed
        } else if totals.authorised > 0 {
            AttemptState::Authorised
        } else {
            AttemptState::Begun
        };
        self.state.max(seen)
    }
}
