//! A payment gateway that does what a test says.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use axum::{body::Body, http::Request};
use tower::ServiceExt as _;
use wares_commerce::audit::Actor;
use wares_commerce::payment::gateway::{
    Attempt, Begun, Capture, DeclineReason, Gateway, GatewayError, NextStep, Notice, Reference, Refund, RefundState,
    Refunded, SessionState, Snapshot, SnapshotPage, Webhook, WebhookError,
};
use wares_commerce::settings::{self, CardGateway, CardGatewayKind, Payments};
use wares_db::job;
use wares_kernel::{Instant, Money, SystemRandom};

use super::{TestShop, browser::BASE};

/// Cards on a page at `https://pay.example`.
#[derive(Debug, Default)]
pub(crate) struct TestGateway(Mutex<HashMap<String, Opened>>);

/// A payment that was opened.
#[derive(Debug)]
struct Opened {
    snapshot: Snapshot,
    return_url: String,
    order_number: String,
}

impl TestGateway {
    fn payments(&self) -> MutexGuard<'_, HashMap<String, Opened>> {
        self.0.lock().expect("nobody panics in here")
    }

    fn change(&self, page: &str, change: impl Fn(&mut Snapshot)) {
        let reference = page.rsplit('/').next().expect("an address");
        change(
            &mut self
                .payments()
                .get_mut(reference)
                .expect("a payment that was begun")
                .snapshot,
        );
    }

    /// The buyer pays on the page at this address.
    pub(crate) fn pay(&self, page: &str) {
        self.change(page, |payment| {
            payment.authorised = payment.amount;
            payment.captured = payment.amount;
            payment.session = SessionState::Complete;
        });
    }

    /// The buyer agrees, and the shop takes the money later.
    pub(crate) fn authorise(&self, page: &str) {
        self.change(page, |payment| {
            payment.authorised = payment.amount;
            payment.session = SessionState::Complete;
        });
    }

    /// The buyer's bank refuses.
    pub(crate) fn decline(&self, page: &str) {
        self.change(page, |payment| payment.decline = Some(DeclineReason::InsufficientFunds));
    }

    /// What is asked for on a page.
    pub(crate) fn asked(&self, page: &str) -> Money {
        let reference = page.rsplit('/').next().expect("an address");
        self.payments()
            .get(reference)
            .expect("a payment that was begun")
            .snapshot
            .amount
    }

    /// How many payments were opened.
    pub(crate) fn n_begun(&self) -> usize {
        self.payments().len()
    }

    /// The path of the shop the buyer is sent back to, and the order's number.
    fn of_page(&self, page: &str) -> (String, String) {
        let reference = page.rsplit('/').next().expect("an address");
        let payments = self.payments();
        let opened = payments.get(reference).expect("a payment that was begun");
        let path = opened.return_url.strip_prefix(BASE).expect("an address of the shop");
        (path.to_owned(), opened.order_number.clone())
    }

    fn snapshot(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        let found = self
            .payments()
            .get(reference.as_str())
            .map(|opened| opened.snapshot.clone());
        found.ok_or_else(|| GatewayError::Invalid("no such payment".into()))
    }
}

impl TestShop {
    /// A shop that takes cards.
    pub(crate) async fn taking_cards(self) -> Self {
        let vault = self.app.vault.clone();
        let card = CardGateway {
            kind: CardGatewayKind::Sandbox,
            is_enabled: true,
            base_url: "https://pay.example".into(),
            secret_key: vault.seal_text(&SystemRandom, CardGateway::KEY_PLACE, "sk_test_x"),
            key_hint: "x".into(),
            webhook_secret: vault.seal_text(&SystemRandom, CardGateway::WEBHOOK_PLACE, "whsec_x"),
            old_webhook_secret: None,
        };
        let payments = Payments {
            card: Some(card),
            ..Payments::default()
        };
        let work = job(move |tx| {
            let payments = payments.clone();
            Box::pin(async move { settings::put(tx, &Actor::System, 0, &payments).await })
        });
        self.data.db.write(work).await.expect("settings that are right");
        let mut conn = self.data.db.read().await.expect("the test database is there");
        self.app
            .settings
            .refresh(&mut conn)
            .await
            .expect("settings can be read");
        drop(conn);
        self
    }

    /// Where the gateway sends the buyer of a payment page.
    pub(crate) fn return_path(&self, page: &str) -> String {
        self.gateway.of_page(page).0
    }

    /// The number of the order that is paid on a page.
    pub(crate) fn order_number(&self, page: &str) -> String {
        self.gateway.of_page(page).1
    }

    /// Sends a notice as the gateway would; answers the status.
    pub(crate) async fn notice(&self, signature: &str, body: &str) -> u16 {
        let path = format!("/webhooks/{}", wares_commerce::payment::CARD);
        self.notice_at(&path, signature, body).await
    }

    /// Sends a notice to a path; answers the status.
    pub(crate) async fn notice_at(&self, path: &str, signature: &str, body: &str) -> u16 {
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("host", "shop.example")
            .header("signature", signature)
            .body(Body::from(body.to_owned()))
            .expect("a request made here is well-formed");
        let response = self.router().oneshot(request).await.expect("a router always answers");
        response.status().as_u16()
    }
}

#[async_trait]
impl Gateway for TestGateway {
    fn name(&self) -> &'static str {
        wares_commerce::payment::CARD
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        let reference = Reference::new(format!("pay_{}", attempt.id));
        let zero = Money::new(0, attempt.amount.currency());
        self.payments()
            .entry(reference.as_str().to_owned())
            .or_insert_with(|| Opened {
                return_url: attempt.return_url.clone(),
                order_number: attempt.order_number.clone(),
                snapshot: Snapshot {
                    reference: reference.clone(),
                    attempt_id: Some(attempt.id),
                    created_at: attempt.created_at,
                    amount: attempt.amount,
                    authorised: zero,
                    captured: zero,
                    refunded: zero,
                    disputed: zero,
                    lost: zero,
                    authorised_until: None,
                    session: SessionState::Open,
                    decline: None,
                },
            });
        let next = NextStep::Redirect(format!("https://pay.example/{reference}"));
        Ok(Begun { reference, next })
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.snapshot(reference)
    }

    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError> {
        self.change(capture.reference.as_str(), |payment| payment.captured = capture.amount);
        self.snapshot(&capture.reference)
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.change(reference.as_str(), |payment| payment.session = SessionState::Expired);
        self.snapshot(reference)
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        Ok(Refunded {
            reference: format!("re_{}", refund.id),
            state: RefundState::Succeeded,
        })
    }

    async fn list_since(&self, _since: Instant, _after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        Ok(SnapshotPage {
            snapshots: Vec::new(),
            next: None,
        })
    }

    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        if webhook.header("signature") != Some("right") {
            return Err(WebhookError::Forged);
        }
        let reference = String::from_utf8_lossy(webhook.body).into_owned();
        Ok(Some(Notice {
            event_id: format!("evt_{reference}"),
            reference: Reference::new(reference),
        }))
    }
}
