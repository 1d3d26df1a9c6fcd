//! Stripe, with its hosted payment page: the buyer is sent there and comes back, so card data never touches the shop.
//!
//! - Every request that changes something carries an idempotency key made of the shop's own id.
//! - The attempt's id travels as `client_reference_id` and in the metadata of session and payment, so that a payment
//!   can be found again whatever was lost.
//! - No `expires_at` is sent: it would have to lie 30 minutes ahead of a moment that is not known when a request is
//!   repeated. The shop closes the page itself when the reservation ends.
//! - The sandbox gateway speaks the same protocol; only the base URL and the key differ.

mod amount;
mod client;
mod signature;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wares_commerce::payment::gateway::{
    Attempt, Begun, Capture, CaptureMode, Gateway, GatewayError, NextStep, Notice, Reference, Refund, Refunded,
    Snapshot, SnapshotPage, Webhook, WebhookError,
};
use wares_kernel::{Clock, Instant};

use client::{Client, Fields};
pub use client::{LIVE_URL, SetupError};
use wire::{Dispute, Disputed, List, Session};

/// How long after its first try an attempt's key is trusted. Stripe forgets keys after 24 hours.
const KEY_TRUSTED: Duration = Duration::from_hours(23);

/// Shows a session with its payment and charge in one answer.
const WITH_CHARGE: (&str, &str) = ("expand[]", "payment_intent.latest_charge");
const EACH_WITH_CHARGE: (&str, &str) = ("expand[]", "data.payment_intent.latest_charge");

/// Sessions asked for at once; the most Stripe gives.
const PAGE_SIZE: &str = "100";

/// How to reach Stripe, or something that speaks like it.
#[derive(Clone)]
pub struct Config {
    /// `sk_live_…` or `sk_test_…`.
    pub secret_key: String,
    /// What webhooks are signed with. Two while one replaces the other.
    pub webhook_secrets: Vec<String>,
    /// [`LIVE_URL`], or where the sandbox listens.
    pub base_url: String,
    /// Longest time one request may take.
    pub time_out: Duration,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The adapter.
pub struct Stripe {
    client: Client,
    webhook_secrets: Vec<String>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Stripe {
    /// An adapter; nothing is sent yet.
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let client = Client::new(&config)?;
        Ok(Self {
            client,
            webhook_secrets: config.webhook_secrets,
            clock,
        })
    }

    async fn session(&self, reference: &Reference) -> Result<Session, GatewayError> {
        let id = reference.as_str();
        let is_plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_plain && id.starts_with("cs_") {
            return self
                .client
                .get(&format!("checkout/sessions/{id}"), &[WITH_CHARGE])
                .await;
        }
        if !is_plain || !id.starts_with("pi_") {
            return Err(GatewayError::Invalid(format!("{id} is not a payment of Stripe")));
        }
        let query = [("payment_intent", id), EACH_WITH_CHARGE];
        let found: List<Session> = self.client.get("checkout/sessions", &query).await?;
        let nothing = || GatewayError::Invalid(format!("no payment page belongs to {id}"));
        found.data.into_iter().next().ok_or_else(nothing)
    }

    async fn snapshot(&self, session: &Session) -> Result<Snapshot, GatewayError> {
        let disputed = match session.disputed_payment() {
            None => Disputed::default(),
            Some(payment) => {
                let query = [("payment_intent", payment), ("limit", PAGE_SIZE)];
                let disputes: List<Dispute> = self.client.get("disputes", &query).await?;
                Disputed::of(&disputes.data)
            }
        };
        session.snapshot(disputed)
    }

    /// The session of an attempt whose key Stripe may have forgotten.
    async fn find(&self, attempt: &Attempt) -> Result<Option<Session>, GatewayError> {
        let mut after: Option<String> = None;
        loop {
            let page = self.page(attempt.created_at, after.as_deref()).await?;
            let next = page
                .has_more
                .then(|| page.data.last().map(|session| session.id.clone()))
                .flatten();
            if let Some(found) = page
                .data
                .into_iter()
                .find(|session| session.attempt_id() == Some(attempt.id))
            {
                return Ok(Some(found));
            }
            let Some(next) = next else {
                return Ok(None);
            };
            after = Some(next);
        }
    }

    async fn page(&self, since: Instant, after: Option<&str>) -> Result<List<Session>, GatewayError> {
        let since = since.seconds().to_string();
        let mut query = vec![("created[gte]", since.as_str()), ("limit", PAGE_SIZE), EACH_WITH_CHARGE];
        query.extend(after.map(|id| ("starting_after", id)));
        self.client.get("checkout/sessions", &query).await
    }

    /// The refund that carries this id already, whenever that was asked for.
    async fn refunded_before(&self, payment: &str, refund: &Refund) -> Result<Option<wire::Refund>, GatewayError> {
        let id = refund.id.to_string();
        let query = [("payment_intent", payment), ("limit", PAGE_SIZE)];
        let refunds: List<wire::Refund> = self.client.get("refunds", &query).await?;
        Ok(refunds
            .data
            .into_iter()
            .find(|made| made.metadata.refund_id.as_deref() == Some(&id)))
    }
}

#[async_trait]
impl Gateway for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        let is_old = self.clock.now().since(attempt.created_at) > KEY_TRUSTED;
        if is_old && let Some(found) = self.find(attempt).await? {
            return Ok(begun(found));
        }
        let fields = session_fields(attempt)?;
        let session = self
            .client
            .post("checkout/sessions", &fields, Some(&format!("attempt-{}", attempt.id)))
            .await?;
        Ok(begun(session))
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        let session = self.session(reference).await?;
        self.snapshot(&session).await
    }

    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError> {
        let session = self.session(&capture.reference).await?;
        let payment = session.payment_id().ok_or_else(nothing_paid)?;
        let amount = amount::to_stripe(capture.amount)?;
        let path = format!("payment_intents/{payment}/capture");
        let fields = vec![("amount_to_capture".to_owned(), amount.to_string())];
        let key = format!("capture-{}-{amount}", capture.attempt_id);
        self.client.post::<wire::Ignored>(&path, &fields, Some(&key)).await?;
        self.fetch(&Reference::new(session.id)).await
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        let session = self.session(reference).await?;
        if session.is_open() {
            let path = format!("checkout/sessions/{}/expire", session.id);
            match self.client.post::<wire::Ignored>(&path, &Vec::new(), None).await {
                // Refused when the buyer was faster; what is true now is fetched below.
                Ok(_) | Err(GatewayError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let session = self.session(&Reference::new(session.id)).await?;
        let Some(payment) = session.releasable_payment() else {
            return self.snapshot(&session).await;
        };
        match self
            .client
            .post::<wire::Ignored>(&format!("payment_intents/{payment}/cancel"), &Vec::new(), None)
            .await
        {
            Ok(_) | Err(GatewayError::Invalid(_)) => self.fetch(reference).await,
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        let session = self.session(&refund.reference).await?;
        let payment = session.payment_id().ok_or_else(nothing_paid)?;
        // A key lasts a day and a refund's retries may last longer, so the list is asked first.
        if let Some(made) = self.refunded_before(payment, refund).await? {
            return Ok(made.into());
        }
        let fields = vec![
            ("payment_intent".to_owned(), payment.to_owned()),
            ("amount".to_owned(), amount::to_stripe(refund.amount)?.to_string()),
            ("metadata[refund_id]".to_owned(), refund.id.to_string()),
        ];
        let key = format!("refund-{}", refund.id);
        let made: wire::Refund = self.client.post("refunds", &fields, Some(&key)).await?;
        Ok(made.into())
    }

    async fn list_since(&self, since: Instant, after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        let page = self.page(since, after.map(Reference::as_str)).await?;
        let mut snapshots = Vec::with_capacity(page.data.len());
        for session in &page.data {
            snapshots.push(self.snapshot(session).await?);
        }
        let last = page.data.last().filter(|_| page.has_more);
        Ok(SnapshotPage {
            snapshots,
            next: last.map(|session| Reference::new(&*session.id)),
        })
    }

    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        signature::check(webhook, &self.webhook_secrets)?;
        let event: wire::Event = serde_json::from_slice(webhook.body).map_err(|_| WebhookError::Unreadable)?;
        Ok(event.notice())
    }
}

fn nothing_paid() -> GatewayError {
    GatewayError::Invalid("nobody has paid yet".to_owned())
}

fn begun(session: Session) -> Begun {
    let next = session.url.map_or(NextStep::Done, NextStep::Redirect);
    Begun {
        reference: Reference::new(session.id),
        next,
    }
}

/// What a session is opened with. The same attempt always gives the same fields, or Stripe refuses the key.
fn session_fields(attempt: &Attempt) -> Result<Fields, GatewayError> {
    if attempt.amount.minor() <= 0 {
        return Err(GatewayError::Invalid(
            "an amount of zero never reaches a gateway".to_owned(),
        ));
    }
    let id = attempt.id.to_string();
    let mut fields = vec![
        ("mode", "payment".to_owned()),
        ("client_reference_id", id.clone()),
        ("metadata[attempt_id]", id.clone()),
        ("metadata[order_number]", attempt.order_number.clone()),
        ("payment_intent_data[metadata][attempt_id]", id),
        (
            "payment_intent_data[metadata][order_number]",
            attempt.order_number.clone(),
        ),
        ("payment_intent_data[description]", attempt.description.clone()),
        ("line_items[0][quantity]", "1".to_owned()),
        (
            "line_items[0][price_data][currency]",
            attempt.amount.currency().code().to_ascii_lowercase(),
        ),
        (
            "line_items[0][price_data][unit_amount]",
            amount::to_stripe(attempt.amount)?.to_string(),
        ),
        (
            "line_items[0][price_data][product_data][name]",
            attempt.description.clone(),
        ),
        ("success_url", attempt.return_url.clone()),
        ("cancel_url", attempt.cancel_url.clone()),
    ];
    if attempt.capture == CaptureMode::Manual {
        fields.push(("payment_intent_data[capture_method]", "manual".to_owned()));
    }
    fields.extend(attempt.note.clone().map(|note| ("custom_text[submit][message]", note)));
    fields.extend(attempt.customer_email.clone().map(|email| ("customer_email", email)));
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}
