//! What is read of Stripe's answers: the fields used here and no others, so that new ones change nothing.

use serde::Deserialize;
use wares_commerce::payment::gateway::{
    DeclineReason, GatewayError, Notice, Reference, RefundState, Refunded, SessionState, Snapshot,
};
use wares_kernel::{Currency, Instant, PaymentAttemptId};

use super::amount::from_stripe;

/// An answer of which only the success matters.
#[derive(Debug, Deserialize)]
pub(super) struct Ignored {}

#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) has_more: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Metadata {
    pub(super) refund_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) url: Option<String>,
    created: i64,
    status: SessionStatus,
    amount_total: i64,
    currency: String,
    client_reference_id: Option<String>,
    payment_intent: Option<Payment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SessionStatus {
    Open,
    Complete,
    Expired,
}

/// A payment, whole where it was expanded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Payment {
    Id(String),
    Whole(Intent),
}

#[derive(Debug, Deserialize)]
struct Intent {
    id: String,
    status: IntentStatus,
    amount_received: i64,
    latest_charge: Option<Charge>,
    last_payment_error: Option<Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum IntentStatus {
    RequiresPaymentMethod,
    RequiresCapture,
    Processing,
    Succeeded,
    Canceled,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Charge {
    amount: i64,
    amount_captured: i64,
    amount_refunded: i64,
    disputed: bool,
    status: String,
    payment_method_details: Option<MethodDetails>,
}

#[derive(Debug, Deserialize)]
struct MethodDetails {
    card: Option<CardDetails>,
}

#[derive(Debug, Deserialize)]
struct CardDetails {
    /// Seconds since 1970; there only while the charge is not captured.
    capture_before: Option<i64>,
}

impl Charge {
    /// Until when the bank holds the money.
    fn capture_before(&self) -> Option<Instant> {
        let card = self.payment_method_details.as_ref()?.card.as_ref()?;
        card.capture_before.map(Instant::from_seconds)
    }

    /// What the bank agreed to.
    fn authorised(&self) -> i64 {
        if self.status == "succeeded" { self.amount } else { 0 }
    }

    /// What went back to the buyer. Stripe also counts an authorisation that was let go as refunded: when no more can
    /// be captured, what was not captured is no refund.
    fn refunded(&self, can_capture: bool) -> i64 {
        let released = if can_capture {
            0
        } else {
            self.amount - self.amount_captured
        };
        (self.amount_refunded - released).max(0)
    }
}

impl Session {
    pub(super) fn is_open(&self) -> bool {
        self.status == SessionStatus::Open
    }

    pub(super) fn attempt_id(&self) -> Option<PaymentAttemptId> {
        self.client_reference_id.as_deref().and_then(|id| id.parse().ok())
    }

    pub(super) fn payment_id(&self) -> Option<&str> {
        self.payment_intent.as_ref().map(|payment| match payment {
            Payment::Id(id) => id.as_str(),
            Payment::Whole(intent) => &intent.id,
        })
    }

    /// The payment, if it only holds an authorisation.
    pub(super) fn releasable_payment(&self) -> Option<&str> {
        self.intent()
            .filter(|intent| intent.status == IntentStatus::RequiresCapture)
            .map(|intent| intent.id.as_str())
    }

    /// The payment, if somebody's bank disputes it.
    pub(super) fn disputed_payment(&self) -> Option<&str> {
        let intent = self.intent()?;
        intent
            .latest_charge
            .as_ref()
            .filter(|charge| charge.disputed)
            .map(|_| intent.id.as_str())
    }

    fn intent(&self) -> Option<&Intent> {
        match &self.payment_intent {
            Some(Payment::Whole(intent)) => Some(intent),
            Some(Payment::Id(_)) | None => None,
        }
    }

    pub(super) fn snapshot(&self, disputed: Disputed) -> Result<Snapshot, GatewayError> {
        let currency: Currency = self
            .currency
            .parse()
            .map_err(|_| GatewayError::Unknown(format!("no such currency: {}", self.currency)))?;
        let money = |amount| from_stripe(amount, currency);
        let intent = self.intent();
        let charge = intent.and_then(|intent| intent.latest_charge.as_ref());
        let can_capture = intent.is_some_and(|intent| intent.status == IntentStatus::RequiresCapture);
        Ok(Snapshot {
            reference: Reference::new(&*self.id),
            attempt_id: self.attempt_id(),
            created_at: Instant::from_seconds(self.created),
            amount: money(self.amount_total)?,
            authorised: money(charge.map_or(0, Charge::authorised))?,
            captured: money(intent.map_or(0, |intent| intent.amount_received))?,
            refunded: money(charge.map_or(0, |charge| charge.refunded(can_capture)))?,
            disputed: money(disputed.held)?,
            lost: money(disputed.lost)?,
            authorised_until: charge.and_then(Charge::capture_before),
            session: self.state(),
            decline: intent
                .filter(|i| i.status == IntentStatus::RequiresPaymentMethod)
                .and_then(Intent::decline),
        })
    }

    fn state(&self) -> SessionState {
        match (self.status, self.intent().map(|intent| intent.status)) {
            (SessionStatus::Open, _) => SessionState::Open,
            // A page that is through cannot be used again: a cancelled or failed payment ends it.
            (SessionStatus::Expired, _)
            | (SessionStatus::Complete, Some(IntentStatus::Canceled | IntentStatus::RequiresPaymentMethod)) => {
                SessionState::Expired
            }
            (SessionStatus::Complete, _) => SessionState::Complete,
        }
    }
}

impl Intent {
    fn decline(&self) -> Option<DeclineReason> {
        self.last_payment_error.as_ref().map(Error::reason)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    id: String,
    status: Option<String>,
    #[serde(default)]
    pub(super) metadata: Metadata,
}

impl From<Refund> for Refunded {
    fn from(refund: Refund) -> Self {
        let state = match refund.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed,
            _ => RefundState::Pending,
        };
        Self {
            reference: refund.id,
            state,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Dispute {
    amount: i64,
    status: String,
}

/// What buyers' banks hold, and how much of that they have decided to keep.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Disputed {
    held: i64,
    lost: i64,
}

impl Disputed {
    /// Inquiries, which Stripe calls warnings, move no money; a dispute that was won gives it back.
    pub(super) fn of(disputes: &[Dispute]) -> Self {
        let sum = |words: &[&str]| {
            let counted = disputes
                .iter()
                .filter(|dispute| words.contains(&dispute.status.as_str()));
            counted.map(|dispute| dispute.amount).sum()
        };
        Self {
            held: sum(&["needs_response", "under_review", "lost"]),
            lost: sum(&["lost"]),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: Error,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Error {
    #[serde(default)]
    pub(super) message: String,
    code: Option<String>,
    decline_code: Option<String>,
}

impl Error {
    pub(super) fn reason(&self) -> DeclineReason {
        match (
            self.code.as_deref().unwrap_or_default(),
            self.decline_code.as_deref().unwrap_or_default(),
        ) {
            (_, "insufficient_funds" | "card_velocity_exceeded" | "withdrawal_count_limit_exceeded") => {
                DeclineReason::InsufficientFunds
            }
            ("expired_card", _) | (_, "expired_card") => DeclineReason::ExpiredCard,
            (
                "incorrect_cvc"
                | "invalid_cvc"
                | "incorrect_number"
                | "invalid_number"
                | "invalid_expiry_month"
                | "invalid_expiry_year",
                _,
            ) => DeclineReason::IncorrectDetails,
            ("payment_intent_authentication_failure" | "authentication_required", _)
            | (_, "authentication_required") => DeclineReason::NotConfirmed,
            ("payment_intent_payment_attempt_failed", _) => DeclineReason::NotArrived,
            _ => DeclineReason::Declined,
        }
    }
}

/// An event, of which only the name of the thing is used: its state is fetched.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: EventObject,
}

#[derive(Debug, Deserialize)]
struct EventObject {
    id: String,
    payment_intent: Option<String>,
}

impl Event {
    /// What to look at, for the events that can change a payment.
    pub(super) fn notice(self) -> Option<Notice> {
        let object = self.data.object;
        let reference = match self.kind.as_str() {
            "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired"
            | "payment_intent.canceled"
            | "payment_intent.amount_capturable_updated" => object.id,
            "charge.captured"
            | "charge.refunded"
            | "refund.updated"
            | "refund.failed"
            | "charge.dispute.created"
            | "charge.dispute.closed" => object.payment_intent?,
            _ => return None,
        };
        Some(Notice {
            event_id: self.id,
            reference: Reference::new(reference),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(intent: &str) -> Session {
        let json = format!(
            r#"{{"id":"cs_1","url":null,"created":1,"status":"complete","amount_total":1000,"currency":"eur",
                "client_reference_id":null,"payment_intent":{intent}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn intent(status: &str, received: i64, charge: &str) -> String {
        format!(
            r#"{{"id":"pi_1","status":"{status}","amount_received":{received},"latest_charge":{charge},
                "last_payment_error":null}}"#
        )
    }

    #[test]
    fn a_released_authorisation_is_no_refund() {
        let charge =
            r#"{"amount":1000,"amount_captured":600,"amount_refunded":500,"disputed":false,"status":"succeeded"}"#;
        let snapshot = session(&intent("succeeded", 600, charge))
            .snapshot(Disputed::default())
            .unwrap();
        assert_eq!(snapshot.authorised.minor(), 1000);
        assert_eq!(snapshot.captured.minor(), 600);
        assert_eq!(snapshot.refunded.minor(), 100);
    }

    #[test]
    fn what_a_bank_keeps_is_told_from_what_it_has_still_to_decide() {
        let disputes =
            r#"[{"amount":300,"status":"needs_response"},{"amount":200,"status":"lost"},{"amount":70,"status":"won"}]"#;
        let disputes: Vec<Dispute> = serde_json::from_str(disputes).unwrap();
        let disputed = Disputed::of(&disputes);
        assert_eq!((disputed.held, disputed.lost), (500, 200));
    }

    #[test]
    fn an_authorisation_says_until_when_it_lasts() {
        let charge = r#"{"amount":1000,"amount_captured":0,"amount_refunded":0,"disputed":false,"status":"succeeded",
            "payment_method_details":{"card":{"capture_before":1700000000}}}"#;
        let snapshot = session(&intent("requires_capture", 0, charge))
            .snapshot(Disputed::default())
            .unwrap();
        assert_eq!(snapshot.authorised_until, Some(Instant::from_seconds(1_700_000_000)));
    }

    #[test]
    fn a_slow_payment_that_failed_closes_the_page() {
        let waiting = session(&intent("processing", 0, "null"))
            .snapshot(Disputed::default())
            .unwrap();
        assert_eq!(waiting.session, SessionState::Complete);
        let failed = session(&intent("requires_payment_method", 0, "null"))
            .snapshot(Disputed::default())
            .unwrap();
        assert!(failed.is_closed());
    }

    #[test]
    fn an_unknown_payment_status_is_not_taken_for_paid() {
        let snapshot = session(&intent("something_new", 0, "null"))
            .snapshot(Disputed::default())
            .unwrap();
        assert_eq!((snapshot.captured.minor(), snapshot.is_closed()), (0, false));
    }

    #[test]
    fn declines_are_told_in_words_a_shopper_understands() {
        let reason = |json: &str| serde_json::from_str::<ErrorBody>(json).unwrap().error.reason();
        let insufficient = r#"{"error":{"code":"card_declined","decline_code":"insufficient_funds","message":""}}"#;
        assert_eq!(reason(insufficient), DeclineReason::InsufficientFunds);
        let stolen = r#"{"error":{"code":"card_declined","decline_code":"stolen_card","message":""}}"#;
        assert_eq!(reason(stolen), DeclineReason::Declined);
    }

    #[test]
    fn events_about_other_things_give_no_notice() {
        let notice = |json: &str| serde_json::from_str::<Event>(json).unwrap().notice();
        let other = r#"{"id":"evt_1","type":"customer.created","data":{"object":{"id":"cus_1"}}}"#;
        assert_eq!(notice(other), None);
        let refund =
            r#"{"id":"evt_2","type":"charge.refunded","data":{"object":{"id":"ch_1","payment_intent":"pi_1"}}}"#;
        assert_eq!(notice(refund).unwrap().reference, Reference::new("pi_1"));
    }
}
