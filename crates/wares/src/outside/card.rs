//! Cards and wallets: the gateway that the settings name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wares_adapters::gateways::stripe::{self, Stripe};
use wares_commerce::payment::gateway::{
    Attempt, Begun, Capture, Gateway, GatewayError, Notice, Reference, Refund, Refunded, Snapshot, SnapshotPage,
    Webhook, WebhookError,
};
use wares_commerce::seal::{SealError, Vault};
use wares_commerce::settings::{Cache, CardGateway};
use wares_kernel::{Clock, Instant};

use super::Current;

/// Longest time one request to the gateway may take.
const TIME_OUT: Duration = Duration::from_secs(20);

/// The gateway for cards. Speaks Stripe's language, with Stripe itself or with the sandbox.
pub(crate) struct Card {
    settings: Cache,
    vault: Vault,
    clock: Arc<dyn Clock>,
    current: Current<CardGateway, Stripe>,
}

impl Card {
    pub(crate) fn new(settings: Cache, vault: Vault, clock: Arc<dyn Clock>) -> Self {
        Self {
            settings,
            vault,
            clock,
            current: Current::default(),
        }
    }

    fn stripe(&self) -> Result<Arc<Stripe>, GatewayError> {
        let settings = self.settings.get();
        let card = settings
            .payments
            .card
            .as_ref()
            .ok_or_else(|| GatewayError::Auth("no gateway for cards is set up".to_owned()))?;
        self.current.get(card, |card| self.make(card))
    }

    fn make(&self, card: &CardGateway) -> Result<Stripe, GatewayError> {
        let sealed = |error: SealError| GatewayError::Auth(error.to_string());
        let secrets = std::iter::once(&card.webhook_secret).chain(&card.old_webhook_secret);
        let config = stripe::Config {
            secret_key: self
                .vault
                .open_text(CardGateway::KEY_PLACE, &card.secret_key)
                .map_err(sealed)?,
            webhook_secrets: secrets
                .map(|secret| self.vault.open_text(CardGateway::WEBHOOK_PLACE, secret))
                .collect::<Result<_, _>>()
                .map_err(sealed)?,
            base_url: card.base_url.clone(),
            time_out: TIME_OUT,
        };
        Stripe::new(config, Arc::clone(&self.clock)).map_err(|error| GatewayError::Auth(error.to_string()))
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").finish_non_exhaustive()
    }
}

#[async_trait]
impl Gateway for Card {
    fn name(&self) -> &'static str {
        "stripe"
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        self.stripe()?.begin(attempt).await
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.stripe()?.fetch(reference).await
    }

    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError> {
        self.stripe()?.capture(capture).await
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.stripe()?.close(reference).await
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        self.stripe()?.refund(refund).await
    }

    async fn list_since(&self, since: Instant, after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        self.stripe()?.list_since(since, after).await
    }

    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        match self.stripe() {
            Ok(stripe) => stripe.webhook(webhook),
            Err(_) => Err(WebhookError::NotExpected),
        }
    }
}
