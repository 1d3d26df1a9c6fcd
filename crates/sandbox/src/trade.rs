//! What can happen to a payment. Each step takes things as they are and returns the [`Change`] that makes them so.

use crate::book::Change;
use crate::cards::Card;
use crate::error::ApiError;
use crate::model::{
    Decline, Delivery, Dispute, DisputeStatus, Event, Intent, IntentStatus, Metadata, Refund, Session, SessionStatus,
};
use crate::render::{self, Expand};

/// Seconds until a payment that was put off arrives.
const ARRIVES_AFTER_SECONDS: i64 = 20;

/// The instant and the ids of one step.
pub(crate) struct Moment<'a> {
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) ids: &'a (dyn Fn() -> u128 + Send + Sync),
    pub(crate) public_url: &'a str,
}

impl Moment<'_> {
    pub(crate) fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{:032x}", (self.ids)())
    }

    fn event(&self, kind: &str, object: serde_json::Value) -> Event {
        Event {
            id: self.id("evt"),
            created: self.now,
            kind: kind.to_owned(),
            object,
            delivery: Delivery::Waiting,
        }
    }

    fn session_event(&self, kind: &str, session: &Session, intent: Option<&Intent>) -> Event {
        self.event(
            kind,
            render::session(session, intent, Expand::default(), self.public_url),
        )
    }

    fn intent_event(&self, kind: &str, intent: &Intent) -> Event {
        self.event(kind, render::intent(intent, false))
    }

    fn charge_event(&self, kind: &str, intent: &Intent) -> Event {
        let id = intent.charge.as_deref().unwrap_or_default();
        self.event(kind, render::charge(intent, id))
    }
}

/// How a buyer tries to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    Card(Card),
    /// A slow payment that arrives, or does not, after the buyer has left.
    Later,
}

/// The buyer submits the hosted page.
pub(crate) fn pay(session: &Session, known: Option<&Intent>, means: Means, moment: &Moment<'_>) -> Change {
    let intent = known.cloned().unwrap_or_else(|| new_intent(session, moment));
    let session = Session {
        intent: Some(intent.id.clone()),
        ..session.clone()
    };
    match means {
        Means::Later => put_off(session, intent, moment),
        Means::Card(Card::AsksBank) => {
            let intent = Intent {
                status: IntentStatus::RequiresAction,
                last_decline: None,
                ..intent
            };
            Change {
                sessions: vec![session],
                intents: vec![intent],
                ..Change::default()
            }
        }
        Means::Card(card) => match card.decline() {
            Some(decline) => refuse(session, intent, decline, moment),
            None if card == Card::Disputed => disputed_at_once(succeed(session, intent, moment), moment),
            None => succeed(session, intent, moment),
        },
    }
}

/// What was paid is disputed in the same step; an authorisation of which nothing was captured cannot be.
fn disputed_at_once(mut paid: Change, moment: &Moment<'_>) -> Change {
    let disputed = paid.intents.first().map(|intent| dispute(intent, moment));
    if let Some(Ok(disputed)) = disputed {
        paid.intents = disputed.intents;
        paid.disputes = disputed.disputes;
        paid.events.extend(disputed.events);
    }
    paid
}

/// The buyer confirms with the bank, or does not.
pub(crate) fn confirm(session: &Session, intent: &Intent, is_approved: bool, moment: &Moment<'_>) -> Change {
    let (session, intent) = (session.clone(), intent.clone());
    if is_approved {
        succeed(session, intent, moment)
    } else {
        refuse(session, intent, Decline::NotConfirmed, moment)
    }
}

fn new_intent(session: &Session, moment: &Moment<'_>) -> Intent {
    Intent {
        id: moment.id("pi"),
        session: session.id.clone(),
        created: moment.now,
        amount: session.amount,
        currency: session.currency.clone(),
        metadata: session.intent_metadata.clone(),
        captures_by_hand: session.captures_by_hand,
        status: IntentStatus::RequiresPaymentMethod,
        capturable: 0,
        received: 0,
        refunded: 0,
        charge: None,
        dispute: None,
        last_decline: None,
        arrives_at: None,
    }
}

fn refuse(session: Session, intent: Intent, decline: Decline, moment: &Moment<'_>) -> Change {
    let intent = Intent {
        status: IntentStatus::RequiresPaymentMethod,
        last_decline: Some(decline),
        ..intent
    };
    let events = vec![moment.intent_event("payment_intent.payment_failed", &intent)];
    Change {
        sessions: vec![session],
        intents: vec![intent],
        events,
        ..Change::default()
    }
}

fn succeed(session: Session, intent: Intent, moment: &Moment<'_>) -> Change {
    let session = Session {
        status: SessionStatus::Complete,
        ..session
    };
    let intent = Intent {
        charge: Some(moment.id("ch")),
        last_decline: None,
        arrives_at: None,
        ..intent
    };
    let intent = if intent.captures_by_hand {
        Intent {
            status: IntentStatus::RequiresCapture,
            capturable: intent.amount,
            ..intent
        }
    } else {
        Intent {
            status: IntentStatus::Succeeded,
            received: intent.amount,
            ..intent
        }
    };
    let paid = if intent.captures_by_hand {
        "payment_intent.amount_capturable_updated"
    } else {
        "payment_intent.succeeded"
    };
    let events = vec![
        moment.intent_event(paid, &intent),
        moment.session_event("checkout.session.completed", &session, Some(&intent)),
    ];
    Change {
        sessions: vec![session],
        intents: vec![intent],
        events,
        ..Change::default()
    }
}

fn put_off(session: Session, intent: Intent, moment: &Moment<'_>) -> Change {
    let session = Session {
        status: SessionStatus::Complete,
        ..session
    };
    let arrives_at = Some(moment.now + ARRIVES_AFTER_SECONDS);
    let intent = Intent {
        status: IntentStatus::Processing,
        arrives_at,
        last_decline: None,
        ..intent
    };
    let events = vec![
        moment.intent_event("payment_intent.processing", &intent),
        moment.session_event("checkout.session.completed", &session, Some(&intent)),
    ];
    Change {
        sessions: vec![session],
        intents: vec![intent],
        events,
        ..Change::default()
    }
}

/// A payment that was put off arrives, or turns out not to.
pub(crate) fn arrive(s: &Session, i: &Intent, arrives: bool, moment: &Moment<'_>) -> Result<Change, ApiError> {
    if i.status != IntentStatus::Processing {
        return Err(unexpected(i, "have arrived"));
    }
    let settled = Intent {
        arrives_at: None,
        last_decline: None,
        ..i.clone()
    };
    let (intent, of_intent, of_session) = if arrives {
        let charge = Some(moment.id("ch"));
        let paid = Intent {
            status: IntentStatus::Succeeded,
            received: i.amount,
            charge,
            ..settled
        };
        (
            paid,
            "payment_intent.succeeded",
            "checkout.session.async_payment_succeeded",
        )
    } else {
        let last_decline = Some(Decline::NotArrived);
        let failed = Intent {
            status: IntentStatus::RequiresPaymentMethod,
            last_decline,
            ..settled
        };
        (
            failed,
            "payment_intent.payment_failed",
            "checkout.session.async_payment_failed",
        )
    };
    let events = vec![
        moment.intent_event(of_intent, &intent),
        moment.session_event(of_session, s, Some(&intent)),
    ];
    Ok(Change {
        intents: vec![intent],
        events,
        ..Change::default()
    })
}

/// Nobody can pay on this page any more.
pub(crate) fn expire(session: &Session, moment: &Moment<'_>) -> Result<Change, ApiError> {
    if session.status != SessionStatus::Open {
        let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
        return Err(ApiError::refused("resource_state_invalid", message));
    }
    let session = Session {
        status: SessionStatus::Expired,
        ..session.clone()
    };
    let events = vec![moment.session_event("checkout.session.expired", &session, None)];
    Ok(Change {
        sessions: vec![session],
        events,
        ..Change::default()
    })
}

/// Takes authorised money; the last capture releases the rest.
pub(crate) fn capture(intent: &Intent, amount: i64, is_final: bool, moment: &Moment<'_>) -> Result<Change, ApiError> {
    if intent.status != IntentStatus::RequiresCapture {
        return Err(unexpected(intent, "be captured"));
    }
    if amount > intent.capturable {
        let message = format!(
            "The remaining amount you can capture for this PaymentIntent is {}.",
            intent.capturable
        );
        return Err(ApiError {
            param: Some("amount_to_capture".into()),
            ..ApiError::refused("amount_too_large", message)
        });
    }
    let left = intent.capturable - amount;
    let is_over = is_final || left == 0;
    let intent = Intent {
        received: intent.received + amount,
        capturable: if is_over { 0 } else { left },
        status: if is_over {
            IntentStatus::Succeeded
        } else {
            IntentStatus::RequiresCapture
        },
        ..intent.clone()
    };
    let mut events = vec![moment.charge_event("charge.captured", &intent)];
    if is_over {
        events.push(moment.intent_event("payment_intent.succeeded", &intent));
    }
    Ok(Change {
        intents: vec![intent],
        events,
        ..Change::default()
    })
}

/// Releases an authorisation of which nothing, or not everything, was captured.
pub(crate) fn cancel(intent: &Intent, moment: &Moment<'_>) -> Result<Change, ApiError> {
    if intent.status != IntentStatus::RequiresCapture {
        return Err(unexpected(intent, "be canceled"));
    }
    let is_part_paid = intent.received > 0;
    let (status, kind) = if is_part_paid {
        (IntentStatus::Succeeded, "payment_intent.succeeded")
    } else {
        (IntentStatus::Canceled, "payment_intent.canceled")
    };
    let intent = Intent {
        status,
        capturable: 0,
        ..intent.clone()
    };
    let events = vec![moment.intent_event(kind, &intent)];
    Ok(Change {
        intents: vec![intent],
        events,
        ..Change::default()
    })
}

/// What a refund is asked with.
pub(crate) struct RefundWish {
    /// Everything that is left, when absent.
    pub(crate) amount: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
}

/// Sends captured money back.
pub(crate) fn refund(intent: &Intent, wish: RefundWish, moment: &Moment<'_>) -> Result<(Refund, Change), ApiError> {
    let left = intent.received - intent.refunded;
    let Some(charge) = intent.charge.clone().filter(|_| intent.received > 0) else {
        return Err(unexpected(intent, "be refunded"));
    };
    if matches!(intent.dispute, Some(DisputeStatus::NeedsResponse | DisputeStatus::Lost)) {
        let message = format!("Charge {charge} has been charged back; cannot issue a refund.");
        return Err(ApiError::refused("charge_disputed", message));
    }
    if left == 0 {
        let message = format!("Charge {charge} has already been refunded.");
        return Err(ApiError::refused("charge_already_refunded", message));
    }
    let amount = wish.amount.unwrap_or(left);
    if amount > left {
        let shown = |amount| render::money(amount, &intent.currency);
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            shown(amount),
            shown(left)
        );
        return Err(ApiError {
            param: Some("amount".into()),
            ..ApiError::refused("amount_too_large", message)
        });
    }
    let refund = Refund {
        id: moment.id("re"),
        intent: intent.id.clone(),
        charge,
        created: moment.now,
        amount,
        currency: intent.currency.clone(),
        reason: wish.reason,
        metadata: wish.metadata,
    };
    let intent = Intent {
        refunded: intent.refunded + amount,
        ..intent.clone()
    };
    let events = vec![
        moment.event("refund.created", render::refund(&refund)),
        moment.charge_event("charge.refunded", &intent),
        moment.event("refund.updated", render::refund(&refund)),
    ];
    Ok((
        refund.clone(),
        Change {
            intents: vec![intent],
            refunds: vec![refund],
            events,
            ..Change::default()
        },
    ))
}

/// The buyer's bank takes back what is left of a payment.
pub(crate) fn dispute(intent: &Intent, moment: &Moment<'_>) -> Result<Change, ApiError> {
    let left = intent.received - intent.refunded;
    let Some(charge) = intent.charge.clone().filter(|_| left > 0 && intent.dispute.is_none()) else {
        return Err(unexpected(intent, "be disputed"));
    };
    let intent = Intent {
        dispute: Some(DisputeStatus::NeedsResponse),
        ..intent.clone()
    };
    let dispute = Dispute {
        id: moment.id("du"),
        intent: intent.id.clone(),
        charge,
        created: moment.now,
        amount: left,
        currency: intent.currency.clone(),
        status: DisputeStatus::NeedsResponse,
    };
    let events = vec![moment.event("charge.dispute.created", render::dispute(&dispute))];
    Ok(Change {
        intents: vec![intent],
        disputes: vec![dispute],
        events,
        ..Change::default()
    })
}

/// The bank decides a dispute.
pub(crate) fn decide(d: &Dispute, intent: &Intent, is_won: bool, moment: &Moment<'_>) -> Result<Change, ApiError> {
    if d.status != DisputeStatus::NeedsResponse {
        return Err(ApiError::refused("resource_state_invalid", "This dispute is closed."));
    }
    let status = if is_won {
        DisputeStatus::Won
    } else {
        DisputeStatus::Lost
    };
    let dispute = Dispute { status, ..d.clone() };
    let intent = Intent {
        dispute: Some(status),
        ..intent.clone()
    };
    let events = vec![moment.event("charge.dispute.closed", render::dispute(&dispute))];
    Ok(Change {
        intents: vec![intent],
        disputes: vec![dispute],
        events,
        ..Change::default()
    })
}

fn unexpected(intent: &Intent, wish: &str) -> ApiError {
    let status = serde_json::to_value(intent.status).unwrap_or_default();
    let message = format!("This PaymentIntent could not {wish} because it has a status of {status}.");
    ApiError::refused("payment_intent_unexpected_state", message)
}
