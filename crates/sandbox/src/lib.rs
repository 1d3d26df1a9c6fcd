//! A payment gateway for trying the shop and for testing it: a subset of Stripe's HTTP API with a hosted page and
//! signed webhooks, and no money behind it.
//!
//! The Stripe adapter runs against it unchanged; only the base URL and the key differ. It knows nothing of the shop:
//! no crate of ours, no database, its own secrets and its own port.
//!
//! - `api/` answers `/v1/…`; `pages/` shows the hosted page, the bank's page and the dashboard.
//! - `trade` says what can happen to a payment, `book` holds what is, `journal` makes it outlive the process.
//! - `webhook` tells the shop, `faults` makes any of it go wrong on order.
//!
//! Deliberately absent: real cards (only listed test numbers are taken, and none is kept or logged), live keys (it
//! refuses to start beside one), time and ids of its own (both are given).

mod api;
mod book;
mod cards;
mod error;
mod faults;
mod journal;
mod model;
mod outbox;
mod pages;
mod render;
mod trade;
mod webhook;

use std::fmt;
use std::future::{Future, IntoFuture as _};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

pub use cards::{CARDS, Card};
pub use faults::Faults;
pub use outbox::Webhooks;
pub use webhook::sign;

use book::Book;
use error::ApiError;
use outbox::Batch;
use trade::Moment;

/// Tells the time, in milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Makes ids nobody can guess.
pub type Ids = Arc<dyn Fn() -> u128 + Send + Sync>;

/// Largest request body in bytes.
const BODY_MAX: usize = 64 * 1024;

/// How long a webhook may take.
const WEBHOOK_TIME_OUT: Duration = Duration::from_secs(10);

/// How long an answer is held back that must never come.
const HANG: Duration = Duration::from_mins(1);

/// What a sandbox is started with.
#[derive(Clone)]
pub struct Config {
    /// The key the shop presents; starts with `sk_test_`.
    pub secret_key: String,
    /// What webhooks are signed with. Two while one replaces the other.
    pub webhook_secrets: Vec<String>,
    /// Where webhooks go; without it, nowhere.
    pub webhook_url: Option<String>,
    /// Where buyers reach the hosted page: scheme, host and port, no slash at the end.
    pub public_url: String,
    /// Who is paid, as the hosted page says it.
    pub shop_name: String,
    /// A file that makes a restart forget nothing; without it, everything is forgotten.
    pub journal: Option<PathBuf>,
    /// The time.
    pub clock: Clock,
    /// The ids.
    pub ids: Ids,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("public_url", &self.public_url)
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

/// The machine's clock, for [`Config::clock`].
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is handed to everything else"
)]
pub fn system_clock() -> Clock {
    Arc::new(|| jiff::Timestamp::now().as_millisecond())
}

/// Ids from the machine's randomness, for [`Config::ids`].
///
/// # Panics
///
/// An id panics when the operating system gives no random bytes.
#[expect(
    clippy::disallowed_methods,
    reason = "these are the ids that are handed to everything else"
)]
pub fn random_ids() -> Ids {
    Arc::new(|| {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        u128::from_be_bytes(bytes)
    })
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A live key is about: the sandbox must never stand in for a real gateway.
    #[error("the sandbox gateway does not start beside a live key")]
    LiveKey,
    /// The key is not a test key.
    #[error("the sandbox's key starts with sk_test_")]
    NotATestKey,
    /// The journal cannot be read or written, or belongs to a running sandbox.
    #[error("the sandbox's journal cannot be used: {0}")]
    Journal(#[source] io::Error),
    /// The client for webhooks cannot be made.
    #[error("the sandbox cannot send webhooks: {0}")]
    Webhooks(#[from] reqwest::Error),
    /// A page is broken.
    #[error("a page of the sandbox is broken: {0}")]
    Pages(#[from] minijinja::Error),
}

/// Refuses keys of a real account. To be called with every gateway key the program knows before a sandbox is started.
///
/// ```
/// assert!(wares_sandbox::refuse_live_keys(["sk_test_1", "rk_live_1"]).is_err());
/// assert!(wares_sandbox::refuse_live_keys(["sk_test_1"]).is_ok());
/// ```
pub fn refuse_live_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<(), StartError> {
    let is_live = |key: &str| {
        ["sk_live_", "rk_live_", "pk_live_"]
            .iter()
            .any(|live| key.trim().starts_with(live))
    };
    if keys.into_iter().any(is_live) {
        Err(StartError::LiveKey)
    } else {
        Ok(())
    }
}

/// A running gateway. Clones are the same gateway.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    config: Config,
    book: Mutex<Book>,
    http: reqwest::Client,
    templates: minijinja::Environment<'static>,
    wake: Notify,
    closing: watch::Sender<bool>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sandbox").field(&self.0.config).finish()
    }
}

impl Sandbox {
    /// A gateway that remembers what its journal holds.
    pub fn new(config: Config) -> Result<Self, StartError> {
        refuse_live_keys([config.secret_key.as_str()])?;
        if !config.secret_key.starts_with("sk_test_") {
            return Err(StartError::NotATestKey);
        }
        let sends_webhooks = config.webhook_url.is_some();
        let book = Book::open(config.journal.as_deref(), sends_webhooks).map_err(StartError::Journal)?;
        Ok(Self(Arc::new(Inner {
            book: Mutex::new(book),
            http: webhook_client(config.webhook_url.as_deref())?,
            templates: pages::templates()?,
            wake: Notify::new(),
            closing: watch::Sender::new(false),
            config,
        })))
    }

    /// The API, the hosted page and the dashboard. Webhooks only go out under [`serve`](Self::serve) or by
    /// [`deliver_due`](Self::deliver_due).
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v1/{*path}", any(api::handle))
            .route("/sandbox/faults", get(pages::faults::show).put(pages::faults::set))
            .route("/pay.css", get(pages::style))
            .route("/pay/{session}", get(pages::pay::show).post(pages::pay::submit))
            .route("/pay/{session}/bank", get(pages::bank::show).post(pages::bank::submit))
            .route("/", get(pages::dashboard::show))
            .route("/dashboard", post(pages::dashboard::act))
            .fallback(pages::not_found)
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .with_state(self.clone())
    }

    /// Answers requests and sends webhooks until `shutdown` ends.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error = %error, "A connection keeps its delay");
            }
        });
        let closing = self.0.closing.clone();
        let shutdown = async move {
            shutdown.await;
            closing.send_replace(true);
        };
        let answering = axum::serve(listener, self.router()).with_graceful_shutdown(shutdown);
        let (served, ()) = tokio::join!(answering.into_future(), webhook::run(self));
        served
    }

    /// Sends the webhooks that are due now and returns how many batches there were. For tests without
    /// [`serve`](Self::serve).
    pub async fn deliver_due(&self) -> usize {
        webhook::send_due(self).await
    }

    /// What goes wrong now.
    pub fn faults(&self) -> Faults {
        self.with_book(|book| book.faults.clone())
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.with_book(|book| book.faults = faults);
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    pub(crate) fn templates(&self) -> &minijinja::Environment<'static> {
        &self.0.templates
    }

    pub(crate) fn now_ms(&self) -> i64 {
        (self.0.config.clock)()
    }

    pub(crate) fn now_seconds(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Looks at the book, or changes what needs no journal.
    pub(crate) fn with_book<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        // A panic under the lock leaves the book whole: changes are applied by moves that cannot panic.
        work(&mut self.0.book.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One step of the trade, after everything that happened by itself until now.
    pub(crate) fn step<T>(
        &self,
        work: impl FnOnce(&mut Book, &Moment<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let config = self.config();
        let result = self.with_book(|book| {
            let now = book.steady(self.now_seconds());
            let moment = Moment {
                now,
                ids: &*config.ids,
                public_url: &config.public_url,
            };
            book.catch_up(&moment).map_err(|error| ApiError::not_written(&error))?;
            work(book, &moment)
        });
        self.0.wake.notify_one();
        result
    }

    pub(crate) fn take_due(&self) -> Option<Batch> {
        let caught_up = self.with_book(|book| {
            let config = self.config();
            let now = book.steady(self.now_seconds());
            book.catch_up(&Moment {
                now,
                ids: &*config.ids,
                public_url: &config.public_url,
            })
        });
        if let Err(error) = caught_up {
            tracing::error!(error = %error, "The sandbox's journal could not be written");
        }
        let now_ms = self.now_ms();
        self.with_book(|book| book.outbox.take_due(now_ms))
    }

    pub(crate) async fn woken(&self) {
        self.0.wake.notified().await;
    }

    pub(crate) async fn closed(&self) {
        let mut closing = self.0.closing.subscribe();
        // The sender lives in `self`, so waiting cannot fail before it is closed.
        if closing.wait_for(|is_closing| *is_closing).await.is_err() {
            tracing::debug!("The sandbox is gone");
        }
    }

    pub(crate) async fn wait_latency(&self) {
        let latency_ms = self.with_book(|book| book.faults.latency_ms);
        if latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(latency_ms)).await;
        }
    }

    /// Holds an answer back until the client has given up.
    pub(crate) async fn hang(&self) {
        tokio::select! {
            () = tokio::time::sleep(HANG) => {}
            () = self.closed() => {}
        }
    }
}

fn webhook_client(url: Option<&str>) -> Result<reqwest::Client, reqwest::Error> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Losing the race to install one means that there is one.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let client = reqwest::Client::builder()
        .timeout(WEBHOOK_TIME_OUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    // Reading the machine's certificates takes a tenth of a second, and most sandboxes never need them.
    let is_encrypted = url.is_some_and(|url| url.starts_with("https:"));
    if is_encrypted {
        client.build()
    } else {
        client.tls_certs_only([]).build()
    }
}
