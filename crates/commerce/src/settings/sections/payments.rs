//! Ways to pay.

use serde::{Deserialize, Serialize};

use crate::payment::{CARD, CaptureWhen};
use crate::seal::Sealed;
use crate::settings::section::{Problems, Section};

/// Which ways to pay are offered, and what they need. None until somebody switches one on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Payments {
    /// Cards and wallets on the page of a gateway.
    pub card: Option<CardGateway>,
    /// Bank transfer.
    pub bank_transfer: BankTransfer,
    /// Cash on delivery.
    pub cash_on_delivery: CashOnDelivery,
    /// When the money of cards is taken.
    pub capture: CaptureWhen,
    /// Whoever gives back more of one order than this, in minor units of the shop's currency, types their password again; 200.00.
    /// Nothing: never.
    pub password_above_minor: Option<i64>,
}

impl Default for Payments {
    fn default() -> Self {
        Self {
            card: None,
            bank_transfer: BankTransfer::default(),
            cash_on_delivery: CashOnDelivery::default(),
            capture: CaptureWhen::default(),
            password_above_minor: Some(20_000),
        }
    }
}

impl Payments {
    /// When money that comes through a gateway is taken. Only cards can wait.
    pub fn capture_of(&self, gateway: &str) -> CaptureWhen {
        if gateway == CARD {
            self.capture
        } else {
            CaptureWhen::AtOnce
        }
    }
}

/// The gateway for cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardGateway {
    /// Which one.
    pub kind: CardGatewayKind,
    /// Whether it is offered.
    pub is_enabled: bool,
    /// Where it is reached.
    pub base_url: String,
    /// The secret key, sealed for [`CardGateway::KEY_PLACE`].
    pub secret_key: Sealed,
    /// The last characters of the secret key, to recognise it by.
    pub key_hint: String,
    /// What its notices are signed with, sealed for [`CardGateway::WEBHOOK_PLACE`].
    pub webhook_secret: Sealed,
    /// The one before, accepted while the gateway changes over.
    #[serde(default)]
    pub old_webhook_secret: Option<Sealed>,
}

impl CardGateway {
    /// The place its secret key is sealed for.
    pub const KEY_PLACE: &'static str = "settings.payments.card.secret_key";
    /// Where Stripe is reached (<https://docs.stripe.com/api>).
    pub const STRIPE_URL: &'static str = "https://api.stripe.com";
    /// The place its webhook secrets are sealed for.
    pub const WEBHOOK_PLACE: &'static str = "settings.payments.card.webhook_secret";
}

/// The gateways that take cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardGatewayKind {
    /// Stripe.
    Stripe,
    /// The one that takes no real money, for trying things out.
    Sandbox,
}

/// Money that is sent by the buyer and recorded by staff.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BankTransfer {
    /// Whether it is offered; no.
    pub is_enabled: bool,
    /// Whose account it is.
    pub holder: String,
    /// The IBAN or account number.
    pub iban: String,
    /// The BIC or bank code, or empty.
    pub bic: String,
    /// The bank's name, or empty.
    pub bank: String,
}

/// Money that the carrier collects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CashOnDelivery {
    /// Whether it is offered; no.
    pub is_enabled: bool,
}

impl Section for Payments {
    const NAME: &'static str = "payments";

    fn check(&self, problems: &mut Problems) {
        if let Some(card) = &self.card {
            let is_url = card.base_url.starts_with("https://") || card.base_url.starts_with("http://127.0.0.1:");
            problems.unless(is_url, "base_url", "Enter an address that starts with https://");
            problems.limit(&card.base_url, 200, "base_url");
            problems.limit(&card.key_hint, 8, "secret_key");
        }
        let is_amount = self.password_above_minor.is_none_or(|limit| limit >= 0);
        problems.unless(is_amount, "password_above", "Enter an amount, or nothing");
        let bank = &self.bank_transfer;
        if bank.is_enabled {
            problems.unless(!bank.holder.is_empty(), "holder", "Enter whose account it is");
            problems.unless(!bank.iban.is_empty(), "iban", "Enter the account number");
        }
        for (text, limit, field) in [
            (&bank.holder, 120, "holder"),
            (&bank.iban, 60, "iban"),
            (&bank.bic, 20, "bic"),
            (&bank.bank, 120, "bank"),
        ] {
            problems.limit(text, limit, field);
        }
    }
}
