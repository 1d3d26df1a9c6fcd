//! What the gateway keeps: sessions, payments, refunds, disputes, events, and answers to idempotency keys.
//!
//! Amounts are in Stripe's smallest unit of the currency, instants in seconds since 1970 unless a name says
//! otherwise. No card number has a place here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long an authorisation can be captured, from when the buyer first tried to pay: seven days, as with most cards.
pub(crate) const AUTHORISED_FOR_SECONDS: i64 = 7 * 24 * 60 * 60;

/// What the shop hangs on an object; kept and given back as it is.
pub(crate) type Metadata = BTreeMap<String, String>;

/// A hosted payment page for one purchase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) expires_at: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// What is paid for, one line each.
    pub(crate) lines: Vec<String>,
    pub(crate) status: SessionStatus,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) customer_email: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) intent_metadata: Metadata,
    pub(crate) captures_by_hand: bool,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    /// Made at the buyer's first try to pay.
    pub(crate) intent: Option<String>,
}

impl Session {
    /// Where the buyer goes after paying.
    pub(crate) fn return_url(&self) -> String {
        self.success_url.replace("{CHECKOUT_SESSION_ID}", &self.id)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    Open,
    Complete,
    Expired,
}

/// The money side of a session, with the charge that comes of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) session: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) metadata: Metadata,
    pub(crate) captures_by_hand: bool,
    pub(crate) status: IntentStatus,
    /// Authorised and not yet captured.
    pub(crate) capturable: i64,
    pub(crate) received: i64,
    /// Refunded or on its way back.
    pub(crate) refunded: i64,
    pub(crate) charge: Option<String>,
    /// How its dispute stands, if there was one.
    pub(crate) dispute: Option<DisputeStatus>,
    pub(crate) last_decline: Option<Decline>,
    /// When a payment that was put off arrives by itself.
    pub(crate) arrives_at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IntentStatus {
    RequiresPaymentMethod,
    RequiresAction,
    RequiresCapture,
    Processing,
    Succeeded,
    Canceled,
}

/// Why a try to pay was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decline {
    Generic,
    InsufficientFunds,
    ExpiredCard,
    NotConfirmed,
    NotArrived,
}

impl Decline {
    /// Stripe's error code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Generic | Self::InsufficientFunds => "card_declined",
            Self::ExpiredCard => "expired_card",
            Self::NotConfirmed => "payment_intent_authentication_failure",
            Self::NotArrived => "payment_intent_payment_attempt_failed",
        }
    }

    /// Stripe's finer code, where a card was declined.
    pub(crate) fn decline_code(self) -> Option<&'static str> {
        match self {
            Self::Generic => Some("generic_decline"),
            Self::InsufficientFunds => Some("insufficient_funds"),
            Self::ExpiredCard => Some("expired_card"),
            Self::NotConfirmed | Self::NotArrived => None,
        }
    }

    /// For the buyer, on the hosted page.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Generic => "Your card was declined.",
            Self::InsufficientFunds => "Your card has insufficient funds.",
            Self::ExpiredCard => "Your card has expired.",
            Self::NotConfirmed => "Your bank could not confirm that it was you.",
            Self::NotArrived => "The payment did not arrive.",
        }
    }
}

/// Money sent back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) reason: Option<String>,
    pub(crate) metadata: Metadata,
}

/// A buyer's bank takes money back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    pub(crate) created: i64,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: DisputeStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeStatus {
    NeedsResponse,
    Won,
    Lost,
}

/// Something that happened, as it is told to the shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) kind: String,
    /// The object as it was at that moment.
    pub(crate) object: Value,
    pub(crate) delivery: Delivery,
}

/// How far an event's webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    /// To be sent for the first time or again.
    Waiting,
    /// Taken by the shop.
    Delivered,
    /// Thrown away on purpose; can be resent by hand.
    Lost,
    /// Refused too often; can be resent by hand.
    GivenUp,
}

/// What was answered to an idempotency key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    pub(crate) key: String,
    pub(crate) created: i64,
    /// A hash of what was asked, so that the key cannot be used for something else.
    pub(crate) asked: u64,
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// A row of one of the tables.
pub(crate) trait Row {
    fn id(&self) -> &str;
    fn created(&self) -> i64;
}

macro_rules! rows {
    ($($kind:ident),*) => {$(
        impl Row for $kind {
            fn id(&self) -> &str {
                &self.id
            }

            fn created(&self) -> i64 {
                self.created
            }
        }
    )*};
}

rows!(Session, Intent, Refund, Dispute, Event);
