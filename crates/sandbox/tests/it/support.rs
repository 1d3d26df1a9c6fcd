//! A sandbox on a free port with a clock that stands still, a shop that takes its webhooks, and a buyer.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use wares_sandbox::{Config, Sandbox};

pub(crate) const KEY: &str = "sk_test_1";
pub(crate) const SECRET: &str = "whsec_1";
pub(crate) const START: i64 = 1_795_700_000;

pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) base: String,
    pub(crate) shop: Arc<Shop>,
    http: reqwest::Client,
    clock: Arc<AtomicI64>,
    /// The server stops when this is dropped.
    _running: oneshot::Sender<()>,
}

/// What the shop's webhook address received, and what it answers.
#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) received: Mutex<Vec<Received>>,
    status: AtomicU16,
}

#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Shop {
    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// The kinds of the events received so far.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let received = self.received.lock().unwrap();
        received
            .iter()
            .map(|r| r.event()["type"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn take_webhook(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    shop.received.lock().unwrap().push(Received { signature, body });
    StatusCode::from_u16(shop.status.load(Ordering::SeqCst)).unwrap()
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) is_replayed: bool,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

impl Bench {
    /// A sandbox whose webhooks are only sent when a test says so.
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_with(journal: Option<PathBuf>) -> Self {
        let shop = Arc::new(Shop::default());
        shop.answer(200);
        let shop_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let webhook_url = format!("http://{}/hook", shop_listener.local_addr().unwrap());
        let router = Router::new()
            .route("/hook", post(take_webhook))
            .with_state(Arc::clone(&shop));
        tokio::spawn(async move { axum::serve(shop_listener, router).await.unwrap() });

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let clock = Arc::new(AtomicI64::new(START * 1000));
        let sandbox = Sandbox::new(config(&base, Some(webhook_url), journal, &clock)).unwrap();
        let (guard, stopped) = oneshot::channel::<()>();
        let router = sandbox.router();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(async { drop(stopped.await) })
                .await
                .unwrap();
        });
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([])
            .build()
            .unwrap();
        Self {
            sandbox,
            base,
            shop,
            http,
            clock,
            _running: guard,
        }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// An API request with our key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.http.get(format!("{}{path}", self.base)).bearer_auth(KEY)).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        read(
            self.http
                .post(format!("{}{path}", self.base))
                .bearer_auth(KEY)
                .form(fields),
        )
        .await
    }

    pub(crate) async fn post_once(&self, key: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .bearer_auth(KEY)
            .form(fields);
        read(request.header("idempotency-key", key)).await
    }

    /// What a browser does, without a key.
    pub(crate) async fn browse(&self, path: &str) -> Answer {
        read(self.http.get(format!("{}{path}", self.base))).await
    }

    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.base)).form(fields);
        read(request.header("sec-fetch-site", "same-origin")).await
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    /// Opens a session over 12.50 EUR and returns its id.
    pub(crate) async fn session(&self) -> String {
        self.session_with(&[]).await
    }

    pub(crate) async fn session_with(&self, more: &[(&str, &str)]) -> String {
        let answer = self
            .post("/v1/checkout/sessions", &[&session_fields()[..], more].concat())
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The buyer pays with a card.
    pub(crate) async fn pay(&self, session: &str, number: &str) -> Answer {
        self.pay_how(session, number, "pay").await
    }

    pub(crate) async fn pay_how(&self, session: &str, number: &str, how: &str) -> Answer {
        let fields = [("number", number), ("exp", "12 / 30"), ("cvc", "123"), ("how", how)];
        self.submit(&format!("/pay/{session}"), &fields).await
    }

    /// A session with its payment and charge.
    pub(crate) async fn whole(&self, session: &str) -> Value {
        let path = format!("/v1/checkout/sessions/{session}?expand[]=payment_intent.latest_charge");
        let answer = self.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// A paid session's payment.
    pub(crate) async fn paid(&self, more: &[(&str, &str)]) -> String {
        let session = self.session_with(more).await;
        assert_eq!(self.pay(&session, "4242424242424242").await.status, 303);
        self.whole(&session).await["payment_intent"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn intent(&self, id: &str) -> Value {
        self.get(&format!("/v1/payment_intents/{id}?expand[]=latest_charge"))
            .await
            .json()
    }
}

pub(crate) fn session_fields() -> [(&'static str, &'static str); 8] {
    [
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "1250"),
        ("line_items[0][price_data][product_data][name]", "Order 1001"),
        ("line_items[0][quantity]", "1"),
        (
            "success_url",
            "http://shop.example/return?order=1&s={CHECKOUT_SESSION_ID}",
        ),
        ("cancel_url", "http://shop.example/cancel"),
        ("client_reference_id", "attempt-1"),
    ]
}

pub(crate) fn config(
    base: &str,
    webhook_url: Option<String>,
    journal: Option<PathBuf>,
    clock: &Arc<AtomicI64>,
) -> Config {
    // Ids differ between runs of one journal, as random ones do.
    let (clock, next_id) = (Arc::clone(clock), AtomicU64::new(0));
    let run = journal
        .as_ref()
        .and_then(|path| std::fs::metadata(path).ok())
        .map_or(0, |file| u128::from(file.len()));
    Config {
        secret_key: KEY.to_owned(),
        webhook_secrets: vec![SECRET.to_owned()],
        webhook_url,
        public_url: base.to_owned(),
        shop_name: "Fieldhouse".to_owned(),
        journal,
        clock: Arc::new(move || clock.load(Ordering::SeqCst)),
        ids: Arc::new(move || (run << 64) | u128::from(next_id.fetch_add(1, Ordering::SeqCst))),
    }
}

async fn read(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    Answer {
        status: answer.status().as_u16(),
        location: header("location"),
        is_replayed: header("idempotent-replayed").as_deref() == Some("true"),
        // Pages write every slash of a link as an entity.
        text: answer.text().await.unwrap().replace("&#x2f;", "/"),
    }
}
