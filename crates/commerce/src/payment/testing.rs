//! A gateway for tests of the trade: small, stateful, in memory. The real sandbox speaks HTTP and lives above this crate.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use wares_db::testing::TestDb;
use wares_db::{DbError, Sql, job, p, sql};
use wares_kernel::{
    Address, CartId, Clock, Country, Currency, Instant, Money, OrderId, PaymentAttemptId, Quantity, RefundId,
    SystemRandom, Token, VariantId,
};

use super::attempt::CaptureWhen;
use super::gateways::Gateways;
use super::settle::{SettleError, Settled};
use super::store;
use super::till::Till;
use crate::audit::Actor;
use crate::cart::{self, CartOwner};
use crate::checkout::{
    self, CheckoutView, ChooseDelivery, Details, PlaceError, PlaceOrder, Placed, Review, SaveDetails, SaveReview,
};
use crate::orders::{self, Order};
use crate::seal::Vault;
use crate::settings::{CardGateway, CardGatewayKind, Settings};
use crate::{inventory, pricing};

use super::gateway::{
    Attempt, Begun, Capture, CaptureMode, DeclineReason, Gateway, GatewayError, NextStep, Notice, Reference, Refund,
    RefundState, Refunded, SessionState, Snapshot, SnapshotPage, Webhook, WebhookError,
};

/// Fetches and settles the payment of the attempt of this id.
pub(crate) async fn settle(till: &Till, id: PaymentAttemptId) -> Result<Settled, SettleError> {
    let attempt = store::attempt(&mut *till.db.read().await?, id).await?;
    super::settle(till, &attempt.ok_or(DbError::NotFound)?).await
}

/// How long authorisations last here.
pub(crate) const AUTHORISED_FOR: Duration = Duration::from_hours(7 * 24);
/// Makes what was let go more than it was.
pub(crate) const FALSIFY_RELEASES: Sql = sql!("UPDATE releases SET amount_minor = amount_minor + 1");

/// What a bank says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dispute {
    Opened,
    Won,
    Lost,
}

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
    refused_refunds: u32,
}

#[derive(Debug, Clone)]
struct Payment {
    reference: Reference,
    amount: Money,
    authorised: i64,
    captured: i64,
    refunded: i64,
    disputed: i64,
    lost: i64,
    capture: CaptureMode,
    authorised_until: Option<Instant>,
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

    /// The next refunds are refused for good.
    pub(crate) fn refuse_refunds(&self, n: u32) {
        self.state(|state| state.refused_refunds = n);
    }

    /// The buyer pays on the gateway's page; answers whether that was still possible.
    pub(crate) fn pay(&self, id: PaymentAttemptId) -> bool {
        self.pay_amount(id, None)
    }

    /// Somebody pays another amount than was asked for.
    pub(crate) fn pay_amount(&self, id: PaymentAttemptId, minor: Option<i64>) -> bool {
        self.state(|state| match state.payments.get_mut(&id) {
            Some(payment) if payment.session == SessionState::Open => {
                let minor = minor.unwrap_or(payment.amount.minor());
                payment.authorised = minor;
                if payment.capture == CaptureMode::Automatic {
                    payment.captured = minor;
                }
                payment.session = SessionState::Complete;
                true
            }
            _ => false,
        })
    }

    /// The bank lets an authorisation go.
    pub(crate) fn lapse(&self, id: PaymentAttemptId) {
        self.state(|state| {
            if let Some(payment) = state.payments.get_mut(&id)
                && payment.captured == 0
            {
                payment.session = SessionState::Expired;
            }
        });
    }

    /// The buyer's bank takes back what is left, or says what becomes of that.
    pub(crate) fn dispute(&self, id: PaymentAttemptId, is: Dispute) {
        self.state(|state| {
            if let Some(payment) = state.payments.get_mut(&id) {
                match is {
                    Dispute::Opened => payment.disputed = payment.captured - payment.refunded,
                    Dispute::Won => payment.disputed = 0,
                    Dispute::Lost => payment.lost = payment.disputed,
                }
            }
        });
    }

    /// Money comes on a page that the gateway had closed, as real gateways now and then let happen; answers whether there was such a page.
    pub(crate) fn pay_although_closed(&self, id: PaymentAttemptId) -> bool {
        self.state(|state| match state.payments.get_mut(&id) {
            Some(payment) if payment.session == SessionState::Expired && payment.captured == 0 => {
                payment.authorised = payment.amount.minor();
                payment.captured = payment.amount.minor();
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
        authorised: money(payment.authorised),
        captured: money(payment.captured),
        refunded: money(payment.refunded),
        disputed: money(payment.disputed),
        lost: money(payment.lost),
        authorised_until: payment.authorised_until,
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
                    authorised: 0,
                    captured: 0,
                    refunded: 0,
                    disputed: 0,
                    lost: 0,
                    capture: attempt.capture,
                    authorised_until: (attempt.capture == CaptureMode::Manual)
                        .then(|| attempt.created_at.plus(AUTHORISED_FOR)),
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

    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError> {
        self.call(|state| {
            let (id, payment) = state.find(&capture.reference)?;
            let is_open = payment.session == SessionState::Complete && payment.captured == 0;
            if capture.amount.minor() > payment.authorised || !(is_open || payment.captured == capture.amount.minor()) {
                return Err(GatewayError::Invalid("nothing to capture".to_owned()));
            }
            payment.captured = capture.amount.minor();
            Ok(snapshot(id, payment))
        })
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.call(|state| {
            let (id, payment) = state.find(reference)?;
            let is_reserved = payment.authorised > 0 && payment.captured == 0;
            if payment.session == SessionState::Open || is_reserved {
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
            if state.refused_refunds > 0 {
                state.refused_refunds -= 1;
                return Err(GatewayError::Invalid("the card is closed".to_owned()));
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

/// A shop with one gateway, and buyers who come to it. For tests of everything that follows an order.
pub(crate) struct Counter {
    pub(crate) test: TestDb,
    pub(crate) settings: Arc<Settings>,
    pub(crate) gateway: Emulator,
    pub(crate) till: Till,
}

impl Counter {
    /// Opens the shop: German delivery and tax, cards on.
    pub(crate) async fn open(test: TestDb) -> Self {
        let seeds = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
        test.db.write(seeds).await.expect("a shop starts with delivery and tax");
        let vault = Vault::new([7; 32]);
        let mut conn = test.db.read().await.expect("the database can be read");
        let mut settings = Settings::load(&mut conn).await.expect("a new shop has settings");
        drop(conn);
        let secret = vault.seal_text(&SystemRandom, CardGateway::KEY_PLACE, "key");
        settings.payments.card = Some(CardGateway {
            kind: CardGatewayKind::Sandbox,
            is_enabled: true,
            base_url: "http://127.0.0.1:1".to_owned(),
            secret_key: secret,
            key_hint: String::new(),
            webhook_secret: vault.seal_text(&SystemRandom, CardGateway::WEBHOOK_PLACE, "signing"),
            old_webhook_secret: None,
        });
        settings.payments.cash_on_delivery.is_enabled = true;
        let gateway = Emulator::default();
        let gateways: Arc<[Arc<dyn Gateway>]> = Arc::new([Arc::new(gateway.clone()) as Arc<dyn Gateway>]);
        let till = Till {
            db: test.db.clone(),
            gateways: Gateways::new(gateways),
            clock: Arc::clone(&test.clock) as Arc<dyn Clock>,
            vault,
            base_url: "https://shop.example".into(),
        };
        Self {
            settings: Arc::new(settings),
            gateway,
            till,
            test,
        }
    }

    /// Cards are authorised first from now on.
    pub(crate) fn capture_later(&mut self, when: CaptureWhen) {
        let mut settings = (*self.settings).clone();
        settings.payments.capture = when;
        self.settings = Arc::new(settings);
    }

    /// Buyer `n` fills a cart and every page of the checkout; answers the cart and the total on the button.
    pub(crate) async fn ready(&self, n: u8, variant_id: VariantId, quantity: u32) -> Ready {
        self.ready_to_pay(n, variant_id, quantity, super::CARD).await
    }

    /// The same with another way to pay.
    pub(crate) async fn ready_to_pay(&self, n: u8, variant_id: VariantId, quantity: u32, method: &str) -> Ready {
        let owner = CartOwner::Visitor(Token::from_bytes([n; 32]).hash());
        let db = &self.test.db;
        let quantity = Quantity::try_from(quantity).expect("a quantity");
        db.write(cart::Add {
            owner,
            variant_id,
            quantity,
        })
        .await
        .expect("it is for sale");
        let details = Details {
            email: format!("buyer{n}@example.org").parse().expect("an address"),
            address: address(),
            wants_marketing: false,
        };
        let typed = serde_json::json!({});
        let settings = || Arc::clone(&self.settings);
        let save = SaveDetails {
            owner,
            typed: typed.clone(),
            details: Some(details),
            settings: settings(),
        };
        db.write(save).await.expect("details are kept");
        let view = self.view(&owner).await;
        if let Some(choice) = view.choices.first() {
            let method_id = choice.offer.method_id;
            db.write(ChooseDelivery {
                owner,
                method_id,
                settings: settings(),
            })
            .await
            .expect("it is offered");
        }
        let review = Review {
            billing_address: None,
            payment_method: Some(method.to_owned()),
            gift_note: String::new(),
        };
        db.write(SaveReview {
            owner,
            typed,
            review: Some(review),
            settings: settings(),
        })
        .await
        .expect("review is kept");
        let view = self.view(&owner).await;
        Ready {
            owner,
            cart_id: view.cart.id,
            total_minor: view.quote.expect("figures").total.minor(),
        }
    }

    async fn view(&self, owner: &CartOwner) -> CheckoutView {
        let mut reader = self.test.db.read().await.expect("a reader");
        checkout::view(&mut reader, owner, &self.settings, self.till.clock.now())
            .await
            .expect("a view")
            .expect("a cart")
    }

    /// Presses the button.
    pub(crate) async fn place(&self, ready: &Ready) -> Result<Placed, PlaceError> {
        let place = PlaceOrder {
            actor: Actor::Guest {
                name: "Ann".to_owned(),
                ip: None,
            },
            owner: ready.owner,
            cart_id: ready.cart_id,
            shown_total_minor: ready.total_minor,
            signed: None,
            settings: Arc::clone(&self.settings),
            vault: self.till.vault.clone(),
        };
        self.test.db.write(place).await
    }

    /// Fills, places and begins; answers the order and its attempt, which is open at the gateway.
    pub(crate) async fn order(&self, n: u8, variant_id: VariantId, quantity: u32) -> (OrderId, PaymentAttemptId) {
        let ready = self.ready(n, variant_id, quantity).await;
        let placed = self.place(&ready).await.expect("an order");
        let attempt_id = placed.attempt_id.expect("an attempt");
        super::begin(&self.till, attempt_id)
            .await
            .expect("the gateway opens the payment");
        (placed.order_id, attempt_id)
    }

    /// The order as it stands.
    pub(crate) async fn find(&self, id: OrderId) -> Order {
        orders::find(&mut self.test.db.read().await.expect("a reader"), id)
            .await
            .expect("a read")
            .expect("an order")
    }

    /// On hand and reserved.
    pub(crate) async fn stock(&self, id: VariantId) -> (i64, i64) {
        let level = inventory::level(&mut self.test.db.read().await.expect("a reader"), id)
            .await
            .expect("a read")
            .expect("a level");
        (level.on_hand, level.reserved)
    }

    /// How often a fact was recorded that needs telling.
    pub(crate) async fn n_events(&self, kind: &'static str) -> i64 {
        const COUNT: Sql = sql!(
            lite: "SELECT count(*) FROM jobs WHERE kind = 'event' AND json_extract(payload, '$.event') = ?1",
            pg: "SELECT count(*) FROM jobs WHERE kind = 'event' AND payload ->> 'event' = $1",
        );
        let mut reader = self.test.db.read().await.expect("a reader");
        let (n,): (i64,) = reader.one(COUNT, p![kind]).await.expect("a count");
        n
    }
}

/// A buyer before the last button.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    pub(crate) owner: CartOwner,
    pub(crate) cart_id: CartId,
    pub(crate) total_minor: i64,
}

fn address() -> Address {
    Address {
        name: "Ann Example".to_owned(),
        company: String::new(),
        vat_id: String::new(),
        line1: "Hauptstraße 1".to_owned(),
        line2: String::new(),
        postcode: "10115".to_owned(),
        city: "Berlin".to_owned(),
        region: String::new(),
        country: Country::DE,
        phone: String::new(),
    }
}
