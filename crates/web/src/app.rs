//! What handlers share.

use std::{
    io,
    ops::Deref,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    http::HeaderValue,
    response::{Html, IntoResponse, Response},
};
use wares_commerce::{
    accounts::Passwords,
    media::blob::BlobStore,
    notifications::PostOffice,
    payment::{Till, gateway::Gateway},
    seal::Vault,
    search::{Catalogue, Log},
    settings,
};
use wares_db::Db;
use wares_kernel::{Clock, Instant, Random};

use crate::{
    Config,
    assets::Assets,
    http::{Accepts, Error, Limits, SecurityHeaders},
    public::PageMemory,
    storefront,
    templates::{Frame, Page, Templates},
};

/// What the program gives the web server.
#[derive(Clone)]
pub struct Services {
    /// What the operator decided.
    pub config: Config,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws ids and secrets.
    pub random: Arc<dyn Random>,
    /// The database.
    pub db: Db,
    /// The search index of this instance.
    pub search: Arc<Catalogue>,
    /// Counts what is searched for, until somebody writes it down.
    pub searches: Arc<Log>,
    /// What the shopkeeper decided, as this instance knows it.
    pub settings: settings::Cache,
    /// The bytes of pictures and attachments.
    pub blobs: Arc<dyn BlobStore>,
    /// Seals and opens secrets that are kept.
    pub vault: Vault,
    /// Gateways and what else paying needs.
    pub till: Till,
    /// Writes and sends mails.
    pub office: PostOffice,
}

/// The state every handler gets: the services, and what is made from them once.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// Behind [`App`].
pub struct Inner {
    /// What the program gave.
    pub services: Services,
    /// All templates.
    pub templates: Templates,
    /// Styles, scripts, icons, fonts.
    pub assets: Arc<Assets>,
    /// Finished public pages.
    pub pages: PageMemory,
    frame: RwLock<Option<Arc<Frame>>>,
    pub(crate) speculation_rules: HeaderValue,
    /// Counts tries.
    pub limits: Limits,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    pub(crate) security: SecurityHeaders,
    pub(crate) seed: u64,
}

impl App {
    /// Ready to serve. Fails when the theme folder cannot be read.
    pub fn new(services: Services) -> io::Result<Self> {
        let theme = services.config.theme.as_deref();
        let assets = Arc::new(Assets::load(theme)?);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut seed = [0; 8];
        services.random.fill(&mut seed);
        Ok(Self(Arc::new(Inner {
            templates: Templates::new(theme, Arc::clone(&assets)),
            limits: Limits::new(services.config.requests_per_minute),
            passwords: Passwords::new(Arc::clone(&services.random), cores),
            security: SecurityHeaders::new(&services.config),
            pages: PageMemory::new(services.config.page_memory_bytes),
            speculation_rules: speculation_rules(&assets),
            frame: RwLock::default(),
            seed: u64::from_le_bytes(seed),
            assets,
            services,
        })))
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Milliseconds, for counting tries.
    pub fn now_ms(&self) -> u64 {
        u64::try_from(self.now().micros() / 1000).unwrap_or_default()
    }

    /// What the shop is called.
    pub fn shop_name(&self) -> String {
        self.settings.get().store.name.clone()
    }

    /// What paying needs.
    pub fn till(&self) -> Till {
        self.till.clone()
    }

    /// The gateway of that name, if it is among those offered.
    pub fn gateway(&self, name: &str) -> Option<&Arc<dyn Gateway>> {
        self.till.gateways.get(name)
    }

    /// What surrounds every page.
    pub async fn frame(&self) -> Result<Arc<Frame>, Error> {
        if let Some(frame) = self.known_frame() {
            return Ok(frame);
        }
        let made = self.make_frame().await?;
        // Whoever renewed it meanwhile knew more.
        let mut known = self.frame.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(known.get_or_insert(made)))
    }

    /// The frame if it is known without asking anybody, else one with little in it.
    pub(crate) fn frame_in_memory(&self) -> Arc<Frame> {
        self.known_frame().unwrap_or_else(|| {
            Arc::new(storefront::frame(
                &self.config,
                &self.settings.get(),
                Vec::new(),
                Vec::new(),
            ))
        })
    }

    /// Makes the frame anew, because the settings or the categories have changed.
    pub(crate) async fn renew_frame(&self) -> Result<(), Error> {
        let made = self.make_frame().await?;
        *self.frame.write().unwrap_or_else(PoisonError::into_inner) = Some(made);
        Ok(())
    }

    fn known_frame(&self) -> Option<Arc<Frame>> {
        self.frame.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn make_frame(&self) -> Result<Arc<Frame>, Error> {
        let mut conn = self.db.read().await?;
        let nodes = storefront::shown_categories(&mut conn).await?;
        let collections = storefront::collections_in_header(&mut conn).await?;
        drop(conn);
        let sections = storefront::sections(&nodes);
        Ok(Arc::new(storefront::frame(
            &self.config,
            &self.settings.get(),
            sections,
            collections,
        )))
    }

    /// The next full hour of the shop's clock, when promises of delivery are to be made anew.
    pub(crate) fn next_hour(&self) -> Instant {
        let now = self.now();
        let local = self.settings.get().store.zone().to_datetime(now.timestamp());
        let into_it = i64::from(local.minute()) * 60 + i64::from(local.second());
        Instant::from_seconds(now.seconds() - into_it + 3600)
    }

    /// A page about one person, or the fragment of it that was asked for. Nobody keeps it.
    pub async fn page<P: Page>(&self, accepts: Accepts, page: &P) -> Result<Response, Error> {
        let frame = self.frame().await?;
        let is_fragment = accepts == Accepts::Fragment;
        let html = self.templates.keyed(&frame, page, is_fragment, &self.random.token())?;
        Ok(Html(html).into_response())
    }
}

/// Which links may be fetched before they are followed, as a header: an inline script would need an exception in the policy.
fn speculation_rules(assets: &Assets) -> HeaderValue {
    let url = assets
        .url("storefront/speculation.json")
        .expect("the file is embedded with the others");
    HeaderValue::from_str(&format!("\"{url}\"")).expect("an asset's address is plain text")
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}
