//! What a payment gateway must be able to do, whoever runs it.
//!
//! One trait covers hosted card pages, wallets, bank transfer and cash on delivery. Three things make it safe to
//! build on:
//!
//! - Every step that moves money carries an id made by the shop, which is its idempotency key: asking twice with
//!   the same id does the thing once.
//! - A [`Snapshot`] holds running totals, never one status word, so that applying it twice, late or out of order
//!   can only move a payment forward.
//! - An error says whether the outcome is *known*. A time-out is [`GatewayError::Unknown`], not a refusal: ask
//!   again with the same id, then [`fetch`](Gateway::fetch).
//!
//! An amount of zero never reaches a gateway. No method may be called while a transaction or a database connection
//! is held.
//!
//! To add a provider: implement [`Gateway`] in `wares-adapters`, run the conformance suite there against it, and
//! wire it in the binary.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use wares_kernel::{Instant, Money, PaymentAttemptId, RefundId};

/// A payment provider, or a manual way of paying.
#[async_trait]
pub trait Gateway: fmt::Debug + Send + Sync {
    /// The short, stable name kept with every attempt, refund and webhook (`stripe`, `bank_transfer`).
    fn name(&self) -> &'static str;

    /// Opens a payment for one attempt and says what the buyer does next.
    ///
    /// Calling it again for the same attempt returns the same payment.
    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError>;

    /// Where a payment stands now, asked from the gateway itself.
    ///
    /// Takes what [`begin`](Gateway::begin) returned and equally what a [`Notice`] carries.
    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError>;

    /// Takes authorised money. What is left of the authorisation is released.
    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError>;

    /// Makes sure that no money can come any more, if it is not too late for that.
    ///
    /// An open payment page is closed, an authorisation is released. Only a snapshot whose
    /// [`is_closed`](Snapshot::is_closed) holds says that it worked; one with captured money says that the buyer was
    /// faster.
    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError>;

    /// Sends captured money back. Never more than was captured: the gateway refuses that with
    /// [`GatewayError::Invalid`].
    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError>;

    /// The payments opened since an instant, newest first, one page at a time. `after` is the `next` of the page
    /// before.
    ///
    /// This finds payments whose beginning was never acknowledged: match [`Snapshot::attempt_id`].
    async fn list_since(&self, since: Instant, after: Option<&Reference>) -> Result<SnapshotPage, GatewayError>;

    /// Checks that a webhook really comes from the gateway and says what to look at.
    ///
    /// A notice carries no state on purpose: the state is fetched, so that a forged, late or reordered webhook
    /// changes nothing. An authentic webhook about something else gives no notice.
    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError>;
}

/// One attempt to be paid, as it is opened at a gateway. None of it ever changes for a given id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The idempotency key, and what the gateway keeps beside the payment so that it can be found again.
    pub id: PaymentAttemptId,
    /// When the attempt was made in the shop; tells an adapter whether the gateway still remembers the key.
    pub created_at: Instant,
    /// What the buyer owes, above zero.
    pub amount: Money,
    /// Take the money at once, or only reserve it.
    pub capture: CaptureMode,
    /// The order number, shown to the buyer and used as the reference of a bank transfer.
    pub order_number: String,
    /// One line that says what is paid for, shown on the gateway's page.
    pub description: String,
    /// A sentence shown beside the gateway's pay button, for example until when the goods are held.
    pub note: Option<String>,
    /// Prefilled on the gateway's page.
    pub customer_email: Option<String>,
    /// Where the buyer comes back to after paying: absolute, and working without a session cookie.
    pub return_url: String,
    /// Where the buyer comes back to without having paid: absolute.
    pub cancel_url: String,
}

/// Whether paying takes the money or reserves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// The money is taken when the buyer pays.
    Automatic,
    /// The money is authorised; [`Gateway::capture`] takes it later.
    Manual,
}

/// A gateway's own name for a payment. Opaque, and unique together with [`Gateway::name`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Wraps a gateway's own id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The gateway's own id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A payment that is open at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// To be stored with the attempt before the buyer is sent on.
    pub reference: Reference,
    /// What the buyer does next.
    pub next: NextStep,
}

/// What a buyer does after placing an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Go to the gateway's page at this absolute URL.
    Redirect(String),
    /// Pay by hand; these lines say how.
    Instructions(Vec<Instruction>),
    /// Nothing: the payment is already over, one way or the other, or is made on delivery.
    Done,
}

/// One line of payment instructions, such as `IBAN` and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// What the value is.
    pub label: String,
    /// The value, for copying.
    pub value: String,
}

/// Taking authorised money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The payment.
    pub reference: Reference,
    /// The attempt it belongs to; with the amount it is the idempotency key.
    pub attempt_id: PaymentAttemptId,
    /// How much, at most what was authorised.
    pub amount: Money,
}

/// Sending money back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The idempotency key; the shop's refund row exists before the gateway is asked.
    pub id: RefundId,
    /// The payment.
    pub reference: Reference,
    /// How much, above zero.
    pub amount: Money,
}

/// What a gateway says about a refund it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// The gateway's own id of the refund.
    pub reference: String,
    /// How far it is.
    pub state: RefundState,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Accepted, on its way.
    Pending,
    /// Sent.
    Succeeded,
    /// Came back: the buyer did not get the money.
    Failed,
}

/// Where a payment stands, as running totals in the payment's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The payment, always in the form [`Gateway::begin`] returns.
    pub reference: Reference,
    /// The attempt the payment was opened for; absent when somebody else opened it.
    pub attempt_id: Option<PaymentAttemptId>,
    /// When it was opened, by the gateway's clock.
    pub created_at: Instant,
    /// What the payment asks for.
    pub amount: Money,
    /// Everything ever authorised, captured or not.
    pub authorised: Money,
    /// Everything ever captured.
    pub captured: Money,
    /// Everything refunded or on its way back; a refund that failed does not count.
    pub refunded: Money,
    /// What buyers' banks hold back or took back; a dispute that was won does not count.
    pub disputed: Money,
    /// Of that, what the banks have decided to keep.
    pub lost: Money,
    /// Until when an authorisation can be captured, where the gateway says so.
    pub authorised_until: Option<Instant>,
    /// Whether money can still come.
    pub session: SessionState,
    /// Why the last try to pay was refused, if it was.
    pub decline: Option<DeclineReason>,
}

impl Snapshot {
    /// Whether no money came and none can come any more: the goods may go to somebody else.
    pub fn is_closed(&self) -> bool {
        self.session == SessionState::Expired && self.captured.minor() == 0
    }
}

/// One page of [`Gateway::list_since`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotPage {
    /// Newest first.
    pub snapshots: Vec<Snapshot>,
    /// Where the next page starts; absent on the last.
    pub next: Option<Reference>,
}

/// Whether money can still come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// The buyer may still pay, or try again after a refusal.
    Open,
    /// The buyer is through. With nothing authorised or captured, a slow payment is on its way.
    Complete,
    /// Closed: run out, cancelled, or its slow payment failed. Nothing more can come.
    Expired,
}

/// Why a payment was refused, in words a shopper understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The bank gave no reason, or one it does not want repeated.
    #[error("Your bank declined the payment. Please try another card or ask your bank.")]
    Declined,
    /// Not enough money or limit.
    #[error("There is not enough money on this card. Please try another one.")]
    InsufficientFunds,
    /// Past its date.
    #[error("This card has expired. Please try another one.")]
    ExpiredCard,
    /// The number, date or security code is wrong.
    #[error("The card details are not right. Please check them and try again.")]
    IncorrectDetails,
    /// The buyer did not confirm with the bank (3-D Secure).
    #[error("Your bank could not confirm that it was you. Please try again.")]
    NotConfirmed,
    /// A slow payment, such as a direct debit, did not arrive.
    #[error("The payment did not arrive. Please try another way to pay.")]
    NotArrived,
}

/// Why a gateway did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// A known refusal by the buyer's bank. Nothing was charged.
    #[error("{reason}")]
    Declined {
        /// For the buyer.
        reason: DeclineReason,
    },
    /// The gateway calls the request wrong. Nothing happened; it is our bug, or a refund above what is left.
    #[error("the payment gateway refused the request: {0}")]
    Invalid(String),
    /// The key is wrong or may not do this. Nothing happened; staff must look.
    #[error("the payment gateway does not accept our key: {0}")]
    Auth(String),
    /// Too many requests. Nothing happened; wait, then ask again with the same id.
    #[error("the payment gateway asks us to slow down")]
    RateLimited {
        /// How long the gateway asks to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// The request may or may not have been carried out: ask again with the same id, then fetch.
    #[error("the payment gateway gave no clear answer: {0}")]
    Unknown(String),
}

/// A webhook as it arrived: nothing parsed, nothing re-encoded.
#[derive(Debug, Clone, Copy)]
pub struct Webhook<'a> {
    /// Header names (any case) and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw body; signatures cover these exact bytes.
    pub body: &'a [u8],
    /// When it arrived, by the shop's clock.
    pub received_at: Instant,
}

impl<'a> Webhook<'a> {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// What an authentic webhook asks the shop to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The gateway's id of the event: the same event always has the same one.
    pub event_id: String,
    /// What [`Gateway::fetch`] takes. Find the attempt by the *fetched* [`Snapshot::attempt_id`]: this may be a
    /// different kind of id than the one [`Gateway::begin`] returned.
    pub reference: Reference,
}

/// Why a webhook was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// No signature, or one that does not fit any of our secrets.
    #[error("the webhook is not signed by the gateway")]
    Forged,
    /// Signed rightly, but too long ago or in the future.
    #[error("the webhook's signature is more than five minutes off")]
    Stale,
    /// Signed rightly, but not in a form we know.
    #[error("the webhook cannot be read")]
    Unreadable,
    /// This way of paying has no webhooks.
    #[error("this way of paying sends no webhooks")]
    NotExpected,
}
