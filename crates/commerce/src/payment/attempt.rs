//! One attempt to be paid.

use wares_kernel::{Currency, Instant, Money, OrderId, PaymentAttemptId};

use super::gateway::{NextStep, Reference, Snapshot};

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

/// Running totals, in minor units of the attempt's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Everything ever authorised.
    pub authorised: i64,
    /// Everything ever captured.
    pub captured: i64,
    /// Everything refunded or on its way back.
    pub refunded: i64,
    /// Everything disputed.
    pub disputed: i64,
}

/// An attempt as it is kept.
#[derive(Debug, Clone)]
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
