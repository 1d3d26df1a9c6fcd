//! The sandbox gateway as somebody else's service: it lives on when the shop dies, and it can hold a request of the shop back,
//! so that the shop can be killed at exactly that place.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use wares_sandbox::{Config, Sandbox, random_ids, system_clock};

use super::shopper::client;

/// The key the shop presents.
pub(crate) const KEY: &str = "sk_test_for_the_whole_program";
/// What webhooks are signed with.
pub(crate) const SECRET: &str = "whsec_for_the_whole_program";

/// At which request of the shop the gateway falls silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    /// The shop asks for a payment page, and the gateway has not read it.
    BeforeBegin,
    /// The shop asks for a payment page; there is one, but the answer is lost.
    AfterBegin,
    /// The shop asks what became of a payment.
    OnFetch,
}

impl Silence {
    fn is_for(self, request: &Request) -> bool {
        let path = request.uri().path();
        let is_change = request.method() == "POST";
        match self {
            Self::BeforeBegin | Self::AfterBegin => is_change && path == "/v1/checkout/sessions",
            Self::OnFetch => !is_change && path.starts_with("/v1/checkout/sessions/"),
        }
    }
}

/// A gateway that runs until the test ends.
pub(crate) struct TestGateway {
    /// Where it is reached.
    pub(crate) address: String,
    gate: Arc<Gate>,
    reached: mpsc::UnboundedReceiver<()>,
}

struct Gate {
    silence: Mutex<Option<Silence>>,
    reached: mpsc::UnboundedSender<()>,
}

impl TestGateway {
    /// Starts one that tells the shop at this address of payments.
    pub(crate) async fn start(shop: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let sandbox = Sandbox::new(Config {
            secret_key: KEY.into(),
            webhook_secrets: vec![SECRET.into()],
            webhook_url: Some(format!("http://{shop}/webhooks/stripe")),
            public_url: address.clone(),
            shop_name: "Fieldhouse".into(),
            journal: None,
            clock: system_clock(),
            ids: random_ids(),
        })
        .expect("a sandbox");
        let (told, reached) = mpsc::unbounded_channel();
        let gate = Arc::new(Gate {
            silence: Mutex::new(None),
            reached: told,
        });
        let router = sandbox.router().layer(from_fn_with_state(Arc::clone(&gate), pass));
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(async move {
            loop {
                sandbox.deliver_due().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Self { address, gate, reached }
    }

    /// From now on it falls silent there.
    pub(crate) fn fall_silent(&self, silence: Silence) {
        *self.gate.silence.lock().expect("nobody panics in here") = Some(silence);
    }

    /// Waits until the shop has asked what is not answered; from then on everything is answered again.
    pub(crate) async fn until_silent(&mut self) {
        let reached = tokio::time::timeout(Duration::from_secs(60), self.reached.recv()).await;
        reached
            .expect("the shop asks within a minute")
            .expect("the gateway runs");
    }

    /// How many payments were opened, and how many cards were charged.
    pub(crate) async fn sessions_and_charges(&self) -> (usize, usize) {
        let sessions = self.list("checkout/sessions").await.len();
        let intents = self.list("payment_intents").await;
        let charged = intents.iter().filter(|intent| intent["status"] == "succeeded").count();
        (sessions, charged)
    }

    async fn list(&self, what: &str) -> Vec<Value> {
        let answer = client().get(format!("{}/v1/{what}?limit=100", self.address));
        let answer = answer.bearer_auth(KEY).send().await.expect("the gateway answers");
        let list: Value = answer.json().await.expect("JSON");
        list["data"]
            .as_array()
            .unwrap_or_else(|| panic!("no list: {list}"))
            .clone()
    }
}

/// Lets a request through, unless it is the one that is not to be answered.
async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let silence = gate
        .silence
        .lock()
        .expect("nobody panics in here")
        .take_if(|silence| silence.is_for(&request));
    let Some(silence) = silence else {
        return next.run(request).await;
    };
    if silence == Silence::AfterBegin {
        next.run(request).await;
    }
    gate.reached.send(()).ok();
    std::future::pending().await
}
