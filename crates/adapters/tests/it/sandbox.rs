//! A running sandbox, the Stripe adapter pointed at it, and a buyer.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use wares_adapters::gateways::stripe::{Config, Stripe};
use wares_commerce::payment::gateway::{Attempt, CaptureMode, Gateway, NextStep, Reference, Refund, Snapshot};
use wares_kernel::{
    Clock as _, Currency, FixedClock, Instant, Money, PaymentAttemptId, Random, RefundId, SeededRandom,
};
use wares_sandbox::Sandbox;

pub(crate) const GOOD: &str = "4242424242424242";
pub(crate) const SECRET: &str = "whsec_test";

pub(crate) struct Bench {
    pub(crate) gateway: Stripe,
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) base: String,
    random: SeededRandom,
    browser: reqwest::Client,
    /// The sandbox stops when this is dropped.
    _running: oneshot::Sender<()>,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_with(webhook_url: Option<String>) -> Self {
        let clock = Arc::new(FixedClock::at(Instant::from_seconds(1_795_700_000)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::new(sandbox_config(&base, webhook_url, &clock)).unwrap();
        let (guard, stopped) = oneshot::channel::<()>();
        let serving = sandbox.clone();
        tokio::spawn(async move { serving.serve(listener, async { drop(stopped.await) }).await });
        let browser = reqwest::Client::builder();
        let browser = browser
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .build()
            .unwrap();
        let gateway = Stripe::new(config(&base), clock.clone()).unwrap();
        Self {
            gateway,
            sandbox,
            clock,
            base,
            random: SeededRandom::new(7),
            browser,
            _running: guard,
        }
    }

    /// A new attempt over 12.50 EUR.
    pub(crate) fn attempt(&self) -> Attempt {
        attempt(&self.random, self.clock.now())
    }

    /// A payment that was begun: its reference and where the buyer goes.
    pub(crate) async fn begun(&self, attempt: &Attempt) -> (Reference, String) {
        let begun = self.gateway.begin(attempt).await.unwrap();
        match begun.next {
            NextStep::Redirect(url) => (begun.reference, url),
            other => panic!("the buyer is not sent to a page but: {other:?}"),
        }
    }

    /// A payment the buyer has made.
    pub(crate) async fn paid(&self, attempt: &Attempt) -> Reference {
        let (reference, url) = self.begun(attempt).await;
        assert_eq!(self.buyer_pays(&url, GOOD, "pay").await, 303);
        reference
    }

    pub(crate) async fn buyer_pays(&self, url: &str, card: &str, how: &str) -> u16 {
        let fields = [("number", card), ("exp", "12 / 30"), ("cvc", "123"), ("how", how)];
        self.browser
            .post(url)
            .form(&fields)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    /// A button of the sandbox's dashboard.
    pub(crate) async fn dashboard(&self, action: &str, id: &str) {
        let url = format!("{}/dashboard", self.base);
        let answer = self
            .browser
            .post(url)
            .form(&[("action", action), ("id", id)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303);
    }

    /// What the API itself says.
    pub(crate) async fn ask(&self, path: &str) -> serde_json::Value {
        let request = self
            .browser
            .get(format!("{}/v1/{path}", self.base))
            .bearer_auth("sk_test_1");
        request.send().await.unwrap().json().await.unwrap()
    }

    /// The gateway's id of the payment behind a reference.
    pub(crate) async fn payment(&self, reference: &Reference) -> String {
        let session = self.ask(&format!("checkout/sessions/{reference}")).await;
        session["payment_intent"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn n_sessions(&self) -> usize {
        self.ask("checkout/sessions?limit=100").await["data"]
            .as_array()
            .unwrap()
            .len()
    }

    pub(crate) fn refund(&self, reference: &Reference, minor: i64) -> Refund {
        let id = RefundId::new(self.random.uuid(self.clock.now()));
        Refund {
            id,
            reference: reference.clone(),
            amount: euros(minor),
        }
    }

    pub(crate) async fn fetch(&self, reference: &Reference) -> Snapshot {
        self.gateway.fetch(reference).await.unwrap()
    }
}

pub(crate) fn attempt(random: &dyn Random, now: Instant) -> Attempt {
    Attempt {
        id: PaymentAttemptId::new(random.uuid(now)),
        created_at: now,
        amount: euros(1250),
        capture: CaptureMode::Automatic,
        order_number: "1001-4F7K".to_owned(),
        description: "Order 1001-4F7K".to_owned(),
        note: Some("This payment is held until 14:52.".to_owned()),
        customer_email: Some("ines@example.com".to_owned()),
        return_url: "https://shop.example/orders/1001/paid?token=abc".to_owned(),
        cancel_url: "https://shop.example/checkout".to_owned(),
    }
}

pub(crate) fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn config(base: &str) -> Config {
    Config {
        secret_key: "sk_test_1".to_owned(),
        webhook_secrets: vec![SECRET.to_owned()],
        base_url: base.to_owned(),
        time_out: Duration::from_secs(5),
    }
}

fn sandbox_config(base: &str, webhook_url: Option<String>, clock: &Arc<FixedClock>) -> wares_sandbox::Config {
    let (clock, random) = (Arc::clone(clock), SeededRandom::new(1));
    wares_sandbox::Config {
        secret_key: "sk_test_1".to_owned(),
        webhook_secrets: vec![SECRET.to_owned()],
        webhook_url,
        public_url: base.to_owned(),
        shop_name: "Fieldhouse".to_owned(),
        journal: None,
        clock: Arc::new(move || clock.now().micros().div_euclid(1000)),
        ids: Arc::new(move || {
            let mut bytes = [0; 16];
            random.fill(&mut bytes);
            u128::from_le_bytes(bytes)
        }),
    }
}
