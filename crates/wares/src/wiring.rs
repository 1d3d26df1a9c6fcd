//! Joining the parts: what the configuration says becomes a database, a worker, and a web server.

use std::sync::Arc;

use anyhow::Context;
use wares_adapters::blobs::files::Files;
use wares_adapters::blobs::s3::S3;
use wares_adapters::gateways::manual::CashOnDelivery;
use wares_adapters::pictures::{Reach, Web};
use wares_commerce::importing::PictureSource;
use wares_commerce::media::blob::BlobStore;
use wares_commerce::notifications::{Connected, Links, PostOffice, Renderer};
use wares_commerce::payment::gateway::Gateway;
use wares_commerce::payment::{Gateways, Till};
use wares_commerce::seal::Vault;
use wares_commerce::search::{Catalogue, Log};
use wares_commerce::settings::{self, CardGatewayKind};
use wares_db::fault::{self, Point};
use wares_db::{Db, DbConfig, Target};
use wares_kernel::{Clock, Random, SystemClock, SystemRandom};
use wares_web::app::Services;
use wares_web::config::BaseUrl;

use crate::config::Config;
use crate::outside::{self, Card, Transfer};
use crate::{data_folder, key_file};

/// The machine's clock, as everybody gets it.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The machine's source of chance, as everybody gets it.
pub(crate) fn random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}

/// Opens the database the configuration names; makes the data folder if it is not there.
pub(crate) fn open_database(config: &Config) -> anyhow::Result<Db> {
    data_folder::make(&config.data.folder)?;
    let target = match &config.data.database {
        Some(url) => Target::Postgres(url.clone()),
        None => Target::Sqlite(data_folder::database(&config.data.folder)),
    };
    let settings = DbConfig {
        authority: config.data.authority.clone(),
        connections: config.data.connections,
        ..DbConfig::new(target)
    };
    Db::open(&settings, clock(), random()).context("the database cannot be opened")
}

/// Opens the bucket for pictures, or the folder for them if no bucket is named.
pub(crate) fn open_blobs(config: &Config) -> anyhow::Result<Arc<dyn BlobStore>> {
    Ok(match &config.bucket {
        Some(access) => Arc::new(S3::new(access.clone())?),
        None => {
            Arc::new(Files::open(config.data.folder.join("media")).context("the pictures' folder cannot be opened")?)
        }
    })
}

/// Where Stripe shows its payment pages (<https://docs.stripe.com/payments/checkout>).
const STRIPE_PAGES: &str = "https://checkout.stripe.com";

/// A shop whose parts are there but not yet running.
pub(crate) struct Shop {
    pub(crate) db: Db,
    pub(crate) settings: settings::Cache,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) till: Till,
    pub(crate) office: PostOffice,
    pub(crate) pictures: Arc<dyn PictureSource>,
}

impl Shop {
    /// Opens everything and brings the database up to date. `base_url` is where the shop is reached.
    pub(crate) async fn open(config: &Config, base_url: &BaseUrl) -> anyhow::Result<Self> {
        let db = open_database(config)?;
        for name in db
            .migrate()
            .await
            .context("the database cannot be brought up to date")?
        {
            tracing::info!(migration = name, "Applied {name}");
        }
        fault::reach(Point::StartMigrated).await?;
        let vault = Vault::new(key_file::read_or_make(&config.data.key_file, &SystemRandom)?);
        let settings = settings::Cache::start(&mut *db.read().await?).await?;
        let blobs = open_blobs(config)?;
        let till = till(&db, &settings, vault.clone(), base_url);
        let office = office(config, &db, vault, base_url)?;
        Ok(Self {
            db,
            settings,
            blobs,
            till,
            office,
            pictures: Arc::new(Web::new(Reach::Public).context("pictures cannot be fetched")?),
        })
    }

    /// The origins of the pages buyers are sent to: a form may lead there.
    fn payment_pages(&self) -> Vec<String> {
        let sandbox = self
            .settings
            .get()
            .payments
            .card
            .as_ref()
            .filter(|card| card.kind == CardGatewayKind::Sandbox)
            .map(|card| card.base_url.clone());
        [STRIPE_PAGES.to_owned()].into_iter().chain(sandbox).collect()
    }

    /// What the web server is given.
    pub(crate) fn services(&self, config: &Config, base_url: BaseUrl) -> anyhow::Result<Services> {
        let search =
            Catalogue::open(&config.data.folder.join("search")).context("the search index cannot be opened")?;
        let mut web = wares_web::Config::new(base_url);
        web.gateway_origins = self.payment_pages();
        web.other_hosts.clone_from(&config.server.other_hosts);
        web.trusted_proxies.clone_from(&config.server.trusted_proxies);
        web.theme.clone_from(&config.data.theme);
        web.page_memory_bytes = config.page_memory_bytes;
        web.request_time = config.server.request_time;
        web.requests_per_minute = config.server.requests_per_minute;
        web.connections = config.server.connections;
        Ok(Services {
            config: web,
            clock: clock(),
            random: random(),
            db: self.db.clone(),
            search: Arc::new(search),
            searches: Arc::new(Log::default()),
            settings: self.settings.clone(),
            blobs: Arc::clone(&self.blobs),
            vault: self.till.vault.clone(),
            till: self.till.clone(),
            office: self.office.clone(),
        })
    }
}

/// The ways to pay. Which of them are offered is a setting.
fn till(db: &Db, settings: &settings::Cache, vault: Vault, base_url: &BaseUrl) -> Till {
    let gateways: Arc<[Arc<dyn Gateway>]> = Arc::new([
        Arc::new(Card::new(settings.clone(), vault.clone(), clock())) as Arc<dyn Gateway>,
        Arc::new(Transfer::new(settings.clone())),
        Arc::new(CashOnDelivery),
    ]);
    Till {
        db: db.clone(),
        gateways: Gateways::new(gateways),
        clock: clock(),
        vault,
        base_url: base_url.as_str().into(),
    }
}

/// The way mails are written and sent.
fn office(config: &Config, db: &Db, vault: Vault, base_url: &BaseUrl) -> anyhow::Result<PostOffice> {
    let links = Links::new(base_url.as_str(), wares_web::urls::mail_paths());
    let connect = outside::connect(clock(), links.host().to_owned());
    Ok(PostOffice {
        db: db.clone(),
        clock: clock(),
        random: random(),
        vault,
        renderer: Renderer::new(config.data.theme.as_deref()),
        links,
        connect,
        connected: Connected::default(),
    })
}
