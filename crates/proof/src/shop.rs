//! A shop to be tried: its data, its programs, its gateway and its mail server.
//!
//! Setting up uses the shop's own operations; nothing that is looked at afterwards does.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use reqwest::{Client, redirect};
use tempfile::TempDir;
use wares_commerce::audit::Actor;
use wares_commerce::catalog::{Description, ProductDraft, SaveProduct, Status, VariantDraft};
use wares_commerce::payment::CaptureWhen;
use wares_commerce::pricing;
use wares_commerce::pricing::discount::{Benefit, Given, Limits, Promotion, SavePromotion, Scope, Window};
use wares_commerce::seal::Vault;
use wares_commerce::settings::{self, CardGateway, CardGatewayKind, Encryption, Mail, Payments, Section};
use wares_db::{Db, DbConfig, Target, job};
use wares_kernel::{Country, Currency, Instant, Rate, SystemClock, SystemRandom};

use crate::books::Books;
use crate::gateway::{Gateway, KEY, SECRET};
use crate::postbox::Postbox;
use crate::program::Program;
use crate::{Args, Engine};

/// What a piece costs, in cents.
const PRICE: i64 = 2400;

/// Everything around the programs; it outlives them.
pub(crate) struct Shop {
    folder: TempDir,
    binary: PathBuf,
    target: Target,
    database: Option<String>,
    /// Where each program listens. The gateway tells the first one.
    listen: Vec<SocketAddr>,
    pub(crate) http: Client,
    pub(crate) gateway: Gateway,
    pub(crate) postbox: Postbox,
    /// The variants that are sold, as forms name them.
    pub(crate) variants: Vec<String>,
}

/// A client that follows nothing and asks no proxy.
fn client() -> anyhow::Result<Client> {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .tls_certs_only([])
        .pool_max_idle_per_host(256)
        .build()?;
    Ok(client)
}

impl Shop {
    /// A shop on a new database with so many products, each with so many pieces.
    pub(crate) async fn open(args: &Args, n_products: usize, pieces: i64) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        std::fs::create_dir(folder.path().join("0"))?;
        let (target, database, n_programs) = match args.engine {
            Engine::Sqlite => (Target::Sqlite(folder.path().join("0/wares.db")), None, 1),
            Engine::Postgres => {
                let url = Books::make_database(&args.postgres).await?;
                (Target::Postgres(url.clone()), Some(url), 2)
            }
        };
        let db = open_db(target.clone())?;
        db.migrate().await?;
        let listen = (0..n_programs).map(|_| free_address()).collect::<Result<Vec<_>, _>>()?;
        let http = client()?;
        let gateway = Gateway::start(listen[0], http.clone()).await?;
        let postbox = Postbox::start().await?;
        let seed = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
        db.write(seed).await?;
        set_up(&db, &gateway, &postbox).await?;
        let mut variants = Vec::new();
        for n in 0..n_products {
            variants.push(put_up(&db, n, pieces).await?);
        }
        let binary = match &args.program {
            Some(program) => program.clone(),
            None => std::env::current_exe()?.with_file_name("wares"),
        };
        Ok(Self {
            folder,
            binary,
            target,
            database,
            listen,
            http,
            gateway,
            postbox,
            variants,
        })
    }

    /// How many programs serve it.
    pub(crate) fn n_programs(&self) -> usize {
        self.listen.len()
    }

    /// Starts all programs of the shop.
    pub(crate) fn start(&self) -> anyhow::Result<Vec<Program>> {
        (0..self.listen.len()).map(|n| self.start_one(n)).collect()
    }

    /// Starts one of them.
    pub(crate) fn start_one(&self, n: usize) -> anyhow::Result<Program> {
        self.start_with(n, None)
    }

    /// Where a program writes what happens to it.
    pub(crate) fn log(&self, n: usize) -> PathBuf {
        self.folder.path().join(n.to_string()).join("log")
    }

    /// Starts one of them, perhaps with a fault planted in it.
    pub(crate) fn start_with(&self, n: usize, fault: Option<&str>) -> anyhow::Result<Program> {
        let folder = self.folder.path().join(n.to_string());
        let key = folder.join("secret.key");
        if !key.exists() {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(&key, "07".repeat(32))?;
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
            if n > 0 {
                // Shops of several programs keep their pictures in one place.
                let pictures = self.folder.path().join("0/media");
                std::fs::create_dir_all(&pictures)?;
                std::os::unix::fs::symlink(pictures, folder.join("media"))?;
            }
        }
        let database = self.database.as_deref();
        Program::serve(&self.binary, &folder, self.listen[n], database, fault)
    }

    /// From the next start on the money of cards is only authorised; staff take it.
    pub(crate) async fn take_money_by_hand(&self) -> anyhow::Result<()> {
        let change = job(|tx| {
            Box::pin(async move {
                let now = settings::load::<Payments>(tx).await?;
                let payments = Payments {
                    capture: CaptureWhen::ByHand,
                    ..now.value
                };
                settings::put(tx, &Actor::System, now.version, &payments).await
            })
        });
        open_db(self.target.clone())?.write(change).await?;
        Ok(())
    }

    /// Gives ten per cent off to whoever enters a code, within limits.
    pub(crate) async fn offer(&self, code: &str, limits: Limits) -> anyhow::Result<()> {
        let terms = Promotion {
            name: code.to_owned(),
            given: Given::Code(code.parse()?),
            benefit: Benefit::Percent {
                off: Rate::from_ppm(100_000).try_into()?,
            },
            scope: Scope::default(),
            gets: None,
            minimum_minor: None,
            window: Window::new(Instant::from_seconds(0), None)?,
            limits,
            combines: false,
        };
        let save = SavePromotion {
            actor: Actor::System,
            known: None,
            terms,
        };
        open_db(self.target.clone())?.write(save).await?;
        Ok(())
    }

    /// The address of a program: they are asked in turn.
    pub(crate) fn address(&self, who: usize) -> String {
        format!("http://{}", self.listen[who % self.listen.len()])
    }

    /// A connection of its own to the shop's data, which shares nothing with the programs.
    pub(crate) async fn books(&self) -> anyhow::Result<Books> {
        match &self.database {
            Some(url) => Books::postgres(url).await,
            None => Books::sqlite(&self.folder.path().join("0/wares.db")),
        }
    }
}

fn open_db(target: Target) -> anyhow::Result<Db> {
    Ok(Db::open(
        &DbConfig::new(target),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    )?)
}

async fn put<S: Section>(db: &Db, section: S) -> anyhow::Result<()> {
    let put = job(move |tx| {
        let section = section.clone();
        Box::pin(async move { settings::put(tx, &Actor::System, 0, &section).await })
    });
    db.write(put).await.context("settings are refused")?;
    Ok(())
}

async fn set_up(db: &Db, gateway: &Gateway, postbox: &Postbox) -> anyhow::Result<()> {
    let vault = Vault::new([7; 32]);
    let payments = Payments {
        card: Some(CardGateway {
            kind: CardGatewayKind::Sandbox,
            is_enabled: true,
            base_url: gateway.address.clone(),
            secret_key: vault.seal_text(&SystemRandom, CardGateway::KEY_PLACE, KEY),
            key_hint: "roof".into(),
            webhook_secret: vault.seal_text(&SystemRandom, CardGateway::WEBHOOK_PLACE, SECRET),
            old_webhook_secret: None,
        }),
        ..Payments::default()
    };
    put(db, payments).await?;
    let mail = Mail {
        host: "127.0.0.1".into(),
        port: postbox.port,
        encryption: Encryption::None,
        from_address: Some("shop@proof.example".parse()?),
        ..Mail::default()
    };
    put(db, mail).await
}

/// An address nobody listens on. It stays the same while programs on it come and go.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

async fn put_up(db: &Db, n: usize, pieces: i64) -> anyhow::Result<String> {
    let variant = VariantDraft {
        id: None,
        sku: None,
        barcode: String::new(),
        values: Vec::new(),
        price_minor: PRICE,
        was_minor: None,
        cost_minor: None,
        weight_g: 400,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock: pieces,
    };
    let draft = ProductDraft {
        slug: None,
        title: format!("Mug {n}"),
        description: Description::default(),
        brand: String::new(),
        tax_class: "standard".into(),
        categories: Vec::new(),
        tags: Vec::new(),
        attributes: Vec::new(),
        status: Status::Active,
        seo_title: String::new(),
        seo_description: String::new(),
        options: Vec::new(),
        variants: vec![variant],
        images: Vec::new(),
    };
    let save = SaveProduct {
        actor: Actor::System,
        product: None,
        draft,
    };
    db.write(save).await?;
    let slug = format!("mug-{n}").parse().map_err(|_| anyhow::anyhow!("no slug"))?;
    let found = wares_commerce::catalog::product_at(&mut *db.read().await?, &slug).await?;
    match found {
        wares_commerce::catalog::Lookup::Here(view) => Ok(view.variants[0].variant.id.to_string()),
        _ => anyhow::bail!("the mug is not in the shop"),
    }
}
