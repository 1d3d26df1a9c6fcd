//! A gateway for tests of the trade: small, stateful, in memory. The real sandbox speaks HTTP and lives above this crate.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use wares_kernel::{Instant, Money, PaymentAttemptId, RefundId};

use super::gateway::{
    Attempt, Begun, Capture, DeclineReason, Gateway, GatewayError, NextStep, Notice, Reference, Refund, RefundState,
    Refunded, SessionState, Snapshot, SnapshotPage, Webhook, WebhookError,
};

/// A gateway that does what a test tells it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Emulator(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    payments: HashMap<PaymentAttemptId, Payment>,
    refunds: HashSet<RefundId>,
    n_references: u32,
    hidden_answers: u32,
    refused_calls: u32,
}

#[derive(Debug, Clone)]
struct Payment {
    reference: Reference,
    amount: Money,
    captured: i64,
    refunded: i64,
    session: SessionState,
    decline: Option<DeclineReason>,
    created_at: Instant,
}

impl Emulator {
    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().expect("no test panics while it holds the gateway"))
    }

    /// The next answers are lost on the way, after the gateway has done what it was asked.
    pub(crate) fn lose_answers(&self, n: u32) {
        self.state(|state| state.hidden_answers = n);
    }

    /// The next calls are refused before anything is done.
    pub(crate) fn be_away(&self, n: u32) {
        self.state(|state| state.refused_calls = n);
    }

    /// The buyer pays on the gateway's page; answers whether that was still possible.
    pub(crate) fn pay(&self, id: PaymentAttemptId) -> bool {
        self.pay_amount(id, None)
    }

    /// Somebody pays another amount than was asked for.
    pub(crate) fn pay_amount(&self, id: PaymentAttemptId, minor: Option<i64>) -> bool {
        self.state(|state| match state.payments.get_mut(&id) {
            Some(payment) if payment.session == SessionState::Open => {
                payment.captured = minor.unwrap_or(payment.amount.minor());
                payment.session = SessionState::Complete;
                true
            }
            _ => false,
        })
    }

    /// The buyer's bank refuses; the page stays open.
    pub(crate) fn decline(&self, id: PaymentAttemptId, reason: DeclineReason) {
        self.state(|state| {
            if let Some(payment) = state.payments.get_mut(&id) {
                payment.decline = Some(reason);
            }
        });
    }

    /// The payment suddenly asks for something else, as a forged or confused gateway would say.
    pub(crate) fn change_amount(&self, id: PaymentAttemptId, amount: Money) {
        self.state(|state| {
            if let Some(payment) = state.payments.get_mut(&id) {
                payment.amount = amount;
            }
        });
    }

    /// Payments there are: attempts that reached the gateway.
    pub(crate) fn n_payments(&self) -> usize {
        self.state(|state| state.payments.len())
    }

    /// What the gateway holds for the shop: captured less refunded, in minor units.
    pub(crate) fn kept(&self) -> i64 {
        self.state(|state| {
            state
                .payments
                .values()
                .map(|payment| payment.captured - payment.refunded)
                .sum()
        })
    }

    /// What it holds of one attempt.
    pub(crate) fn kept_of(&self, id: PaymentAttemptId) -> i64 {
        self.state(|state| {
            state
                .payments
                .get(&id)
                .map_or(0, |payment| payment.captured - payment.refunded)
        })
    }

    /// Lets a call through, or refuses it; then answers, or loses the answer.
    fn call<T>(&self, act: impl FnOnce(&mut State) -> Result<T, GatewayError>) -> Result<T, GatewayError> {
        self.state(|state| {
            if state.refused_calls > 0 {
                state.refused_calls -= 1;
                return Err(GatewayError::Unknown("the gateway is away".to_owned()));
            }
            let answer = act(state)?;
            if state.hidden_answers > 0 {
                state.hidden_answers -= 1;
                return Err(GatewayError::Unknown("the answer was lost".to_owned()));
            }
            Ok(answer)
        })
    }
}

impl State {
    fn find(&mut self, reference: &Reference) -> Result<(PaymentAttemptId, &mut Payment), GatewayError> {
        let found = self
            .payments
            .iter_mut()
            .find(|(_, payment)| payment.reference == *reference);
        found
            .map(|(id, payment)| (*id, payment))
            .ok_or_else(|| GatewayError::Invalid("no such payment".to_owned()))
    }
}

fn snapshot(id: PaymentAttemptId, payment: &Payment) -> Snapshot {
    let money = |minor| Money::new(minor, payment.amount.currency());
    Snapshot {
        reference: payment.reference.clone(),
        attempt_id: Some(id),
        created_at: payment.created_at,
        amount: payment.amount,
        authorised: money(payment.captured),
        captured: money(payment.captured),
        refunded: money(payment.refunded),
        disputed: money(0),
        session: payment.session,
        decline: payment.decline,
    }
}

#[async_trait]
impl Gateway for Emulator {
    fn name(&self) -> &'static str {
        super::CARD
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        self.call(|state| {
            if !state.payments.contains_key(&attempt.id) {
                state.n_references += 1;
                let payment = Payment {
                    reference: Reference::new(format!("pay-{}", state.n_references)),
                    amount: attempt.amount,
                    captured: 0,
                    refunded: 0,
                    session: SessionState::Open,
                    decline: None,
                    created_at: attempt.created_at,
                };
                state.payments.insert(attempt.id, payment);
            }
            let payment = &state.payments[&attempt.id];
            let next = NextStep::Redirect(format!("https://pay.example/{}", payment.reference));
            Ok(Begun {
                reference: payment.reference.clone(),
                next,
            })
        })
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.call(|state| state.find(reference).map(|(id, payment)| snapshot(id, payment)))
    }

    async fn capture(&self, _: &Capture) -> Result<Snapshot, GatewayError> {
        Err(GatewayError::Invalid("everything is captured at once".to_owned()))
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.call(|state| {
            let (id, payment) = state.find(reference)?;
            if payment.session == SessionState::Open {
                payment.session = SessionState::Expired;
            }
            Ok(snapshot(id, payment))
        })
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        self.call(|state| {
            let answer = Refunded {
                reference: refund.id.to_string(),
                state: RefundState::Succeeded,
            };
            if state.refunds.contains(&refund.id) {
                return Ok(answer);
            }
            let (_, payment) = state.find(&refund.reference)?;
            if payment.refunded + refund.amount.minor() > payment.captured {
                return Err(GatewayError::Invalid("more than was captured".to_owned()));
            }
            payment.refunded += refund.amount.minor();
            state.refunds.insert(refund.id);
            Ok(answer)
        })
    }

    async fn list_since(&self, _: Instant, _: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        Ok(SnapshotPage {
            snapshots: Vec::new(),
            next: None,
        })
    }

    /// The body is `event reference`; a header says that it is authentic.
    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        if webhook.header("signature") != Some("authentic") {
            return Err(WebhookError::Forged);
        }
        let text = std::str::from_utf8(webhook.body).map_err(|_| WebhookError::Unreadable)?;
        let (event_id, reference) = text.split_once(' ').ok_or(WebhookError::Unreadable)?;
        Ok(Some(Notice {
            event_id: event_id.to_owned(),
            reference: Reference::new(reference),
        }))
    }
}
