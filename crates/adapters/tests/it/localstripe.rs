//! Somebody else's idea of Stripe: [localstripe](https://pypi.org/project/localstripe/), started for one test and ended with it.
//!
//! It has payments, cards, refunds and signed notices, and no payment pages. Those are answered here, thinly: a page is what the shop asked
//! for, and the payment behind it is one of localstripe's, shown as localstripe shows it. Three figures that Stripe has had for years and
//! localstripe has not (`amount_received`, `amount_captured`, `disputed`) are put in, reckoned from what it does say. All else is passed on
//! unread, and so are its refusals.

use std::net::TcpListener as Port;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wares_adapters::gateways::stripe::{Config, Stripe};
use wares_commerce::payment::gateway::{Attempt, Gateway, NextStep, Reference, Refund, Snapshot};
use wares_kernel::{Clock as _, Random as _, RefundId, SeededRandom, SystemClock};

use crate::mail_server::python;
use crate::sandbox::{attempt, config, euros};

/// A card that localstripe charges.
pub(crate) const GOOD: &str = "4242424242424242";
/// One that it declines when it is charged.
pub(crate) const BAD: &str = "4000000000000341";

/// A running localstripe with pages in front of it, and the adapter pointed at those.
pub(crate) struct LocalStripe {
    pub(crate) gateway: Stripe,
    front: Front,
    /// Where the pages are.
    base: String,
    random: SeededRandom,
    process: Child,
}

impl LocalStripe {
    pub(crate) async fn start() -> Self {
        let port = Port::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = python("localstripe_server.py")
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let gateway = Stripe::new(config(&base), Arc::new(SystemClock)).unwrap();
        let http = reqwest::Client::builder();
        let front = Front {
            stripe: format!("http://127.0.0.1:{port}"),
            http: http.no_proxy().tls_certs_only([]).build().unwrap(),
            pages: Arc::default(),
        };
        front.until_it_listens().await;
        let router = axum::Router::new().fallback(answer).with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            gateway,
            front,
            base,
            random: SeededRandom::new(7),
            process,
        }
    }

    /// The adapter with another key.
    pub(crate) fn with_key(&self, secret_key: &str) -> Stripe {
        let config = Config {
            secret_key: secret_key.to_owned(),
            ..config(&self.base)
        };
        Stripe::new(config, Arc::new(SystemClock)).unwrap()
    }

    /// A new attempt over 12.50 EUR.
    pub(crate) fn attempt(&self) -> Attempt {
        attempt(&self.random, SystemClock.now())
    }

    pub(crate) async fn begun(&self, attempt: &Attempt) -> Reference {
        let begun = self.gateway.begin(attempt).await.unwrap();
        assert!(matches!(begun.next, NextStep::Redirect(_)), "{begun:?}");
        begun.reference
    }

    /// A payment the buyer has made.
    pub(crate) async fn paid(&self, attempt: &Attempt) -> Reference {
        let reference = self.begun(attempt).await;
        assert_eq!(self.buyer_pays(&reference, GOOD).await, 200);
        reference
    }

    /// A buyer enters a card on the page; what localstripe answers to the charge.
    pub(crate) async fn buyer_pays(&self, reference: &Reference, card: &str) -> u16 {
        let card = [
            ("type", "card"),
            ("card[number]", card),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2039"),
            ("card[cvc]", "123"),
        ];
        let method = self.front.post("payment_methods", &card).await.1;
        let page = self.front.page(reference.as_str());
        let manual = page.field("payment_intent_data[capture_method]");
        let capture = if manual.is_empty() { "automatic" } else { manual };
        let payment = [
            ("amount", page.field(AMOUNT)),
            ("currency", page.field(CURRENCY)),
            ("payment_method", method["id"].as_str().unwrap()),
            (
                "metadata[attempt_id]",
                page.field("payment_intent_data[metadata][attempt_id]"),
            ),
            ("capture_method", capture),
        ];
        let intent = self.front.post("payment_intents", &payment).await.1;
        let intent = intent["id"].as_str().unwrap();
        self.front
            .change(reference.as_str(), |page| page.intent = Some(intent.to_owned()));
        self.front
            .post(&format!("payment_intents/{intent}/confirm"), &[])
            .await
            .0
    }

    pub(crate) async fn fetch(&self, reference: &Reference) -> Snapshot {
        self.gateway.fetch(reference).await.unwrap()
    }

    pub(crate) fn refund(&self, reference: &Reference, minor: i64) -> Refund {
        Refund {
            id: RefundId::new(self.random.uuid(SystemClock.now())),
            reference: reference.clone(),
            amount: euros(minor),
        }
    }

    /// How many refunds localstripe has made by request.
    pub(crate) async fn n_refunds(&self) -> usize {
        let refunds = self.front.get("refunds?limit=100").await;
        let asked_for = |refund: &&Value| refund["payment_intent"].is_string();
        refunds["data"].as_array().unwrap().iter().filter(asked_for).count()
    }

    /// Has localstripe send its notices there, signed with this secret.
    pub(crate) async fn tell(&self, url: &str, secret: &str) {
        let address = format!("{}/_config/webhooks/shop", self.front.stripe);
        let fields = [("url", url), ("secret", secret)];
        let answer = self.front.http.post(address).form(&fields).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

impl Drop for LocalStripe {
    fn drop(&mut self) {
        // It also ends by itself when its input closes, so failing to end it here leaves nothing behind.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

const AMOUNT: &str = "line_items[0][price_data][unit_amount]";
const CURRENCY: &str = "line_items[0][price_data][currency]";

/// A payment page: what it was opened with, and the payment behind it once somebody has tried to pay.
#[derive(Debug, Clone)]
struct Page {
    id: String,
    key: String,
    created: i64,
    fields: Vec<(String, String)>,
    is_expired: bool,
    intent: Option<String>,
}

impl Page {
    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// The pages in front of localstripe.
#[derive(Debug, Clone)]
struct Front {
    stripe: String,
    http: reqwest::Client,
    pages: Arc<Mutex<Vec<Page>>>,
}

impl Front {
    async fn until_it_listens(&self) {
        for _ in 0..300 {
            if self
                .http
                .get(format!("{}/js.stripe.com/v3/", self.stripe))
                .send()
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("localstripe does not listen: run ./test, which installs it");
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}/v1/{path}", self.stripe));
        read(request.bearer_auth("sk_test_1")).await.1
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.post(format!("{}/v1/{path}", self.stripe));
        read(request.bearer_auth("sk_test_1").form(fields)).await
    }

    fn page(&self, id: &str) -> Page {
        let pages = self.pages.lock().unwrap();
        pages.iter().find(|page| page.id == id).cloned().unwrap()
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Page)) {
        let mut pages = self.pages.lock().unwrap();
        change(pages.iter_mut().find(|page| page.id == id).unwrap());
    }

    /// Opens a page, or answers with the one that was opened with this key.
    fn open(&self, headers: &HeaderMap, body: &str) -> String {
        let key = headers["idempotency-key"].to_str().unwrap().to_owned();
        let mut pages = self.pages.lock().unwrap();
        if let Some(page) = pages.iter().find(|page| page.key == key) {
            return page.id.clone();
        }
        let id = format!("cs_test_{}", pages.len());
        pages.push(Page {
            id: id.clone(),
            key,
            created: SystemClock.now().seconds(),
            fields: read_form(body),
            is_expired: false,
            intent: None,
        });
        id
    }

    /// The page with its payment, as Stripe shows the two together.
    async fn show(&self, id: &str) -> Value {
        let page = self.page(id);
        let intent = match &page.intent {
            None => Value::Null,
            Some(intent) => self.intent(intent).await,
        };
        let is_through = ["succeeded", "requires_capture", "processing", "canceled"];
        let status = match intent["status"].as_str() {
            Some(status) if is_through.contains(&status) => "complete",
            _ if page.is_expired => "expired",
            _ => "open",
        };
        json!({
            "id": page.id,
            "url": (status == "open").then(|| format!("http://127.0.0.1/pay/{id}")),
            "created": page.created,
            "status": status,
            "amount_total": page.field(AMOUNT).parse::<i64>().unwrap(),
            "currency": page.field(CURRENCY),
            "client_reference_id": page.field("client_reference_id"),
            "payment_intent": intent,
        })
    }

    async fn intent(&self, id: &str) -> Value {
        let mut intent = self.get(&format!("payment_intents/{id}")).await;
        let charge = &mut intent["latest_charge"];
        let mut taken = 0;
        if charge.is_object() {
            taken = captured(charge);
            charge["amount_captured"] = taken.into();
            charge["disputed"] = false.into();
        }
        intent["amount_received"] = taken.into();
        intent
    }

    async fn expire(&self, id: &str) -> Response {
        if self.show(id).await["status"] != "open" {
            let error = json!({ "error": { "message": "This page is not open." } });
            return (StatusCode::BAD_REQUEST, error.to_string()).into_response();
        }
        self.change(id, |page| page.is_expired = true);
        said(&self.show(id).await)
    }

    async fn list(&self, query: &str) -> Response {
        let wanted = query.split('&').find_map(|pair| pair.strip_prefix("payment_intent="));
        let pages = self.pages.lock().unwrap().clone();
        let mut data = Vec::new();
        for page in pages
            .iter()
            .filter(|page| wanted.is_none() || page.intent.as_deref() == wanted)
        {
            data.push(self.show(&page.id).await);
        }
        said(&json!({ "data": data, "has_more": false }))
    }

    async fn forward(&self, head: &Parts, body: Bytes) -> Response {
        let path = head.uri.path_and_query().unwrap();
        let mut request = self
            .http
            .request(head.method.clone(), format!("{}{path}", self.stripe))
            .body(body);
        for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
            if let Some(value) = head.headers.get(&name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        (status, Body::from(answer.bytes().await.unwrap())).into_response()
    }
}

/// What was taken of a charge. Of a part, localstripe gives the rest back by a refund that nobody has asked for.
fn captured(charge: &Value) -> i64 {
    if charge["captured"] != true || charge["status"] != "succeeded" {
        return 0;
    }
    let refunds = charge["refunds"]["data"].as_array().unwrap().iter();
    let rest = refunds.filter(|refund| refund["payment_intent"].is_null());
    charge["amount"].as_i64().unwrap() - rest.filter_map(|refund| refund["amount"].as_i64()).sum::<i64>()
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let steps: Vec<&str> = head.uri.path().split('/').skip(2).collect();
    match (head.method.as_str(), steps.as_slice()) {
        ("POST", ["checkout", "sessions"]) => {
            let id = front.open(&head.headers, std::str::from_utf8(&body).unwrap());
            said(&front.show(&id).await)
        }
        ("POST", ["checkout", "sessions", id, "expire"]) => front.expire(id).await,
        ("GET", ["checkout", "sessions", id]) => said(&front.show(id).await),
        ("GET", ["checkout", "sessions"]) => front.list(head.uri.query().unwrap_or_default()).await,
        _ => front.forward(&head, body).await,
    }
}

fn said(value: &Value) -> Response {
    value.to_string().into_response()
}

fn read_form(body: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://form/?{body}")).unwrap();
    url.query_pairs().into_owned().collect()
}

async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
