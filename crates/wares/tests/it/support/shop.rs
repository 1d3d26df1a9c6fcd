//! A shop that is set up, has something to sell and takes cards, for programs that are started and killed on it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use wares_commerce::audit::Actor;
use wares_commerce::catalog::{Description, ProductDraft, SaveProduct, Status, VariantDraft};
use wares_commerce::notifications::Subscribe;
use wares_commerce::seal::Vault;
use wares_commerce::settings::{self, CardGateway, CardGatewayKind, Encryption, Mail, Payments};
use wares_commerce::{catalog, pricing};
use wares_db::testing::TestDb;
use wares_db::{Db, DbConfig, DbError, Sql, Target, job, p, sql};
use wares_kernel::{Country, Currency, SystemClock, SystemRandom};

use super::gateway::{KEY, SECRET, TestGateway};
use super::postbox::Postbox;
use super::program::Program;

/// Jobs that are still to be done. What is bought together is counted at the full hour, which nobody waits for.
pub(crate) const OPEN_JOBS: Sql =
    sql!("SELECT count(*) FROM jobs WHERE done_at IS NULL AND dead_at IS NULL AND kind <> 'pair_product'");

/// The shop's data, wherever it is, and who looks at it besides the programs.
pub(crate) struct Shop {
    folder: TempDir,
    database: Option<String>,
    /// Where the first program listens.
    pub(crate) listen: SocketAddr,
    /// The test's own way to the data.
    pub(crate) db: Db,
    // A database on a server is dropped with this.
    _made: TestDb,
}

impl Shop {
    /// A shop on the engine of `made`, with a mug for €24.00 of which there are nine.
    pub(crate) async fn on(made: TestDb) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("data")).expect("a folder");
        let (target, database) = match &made.target {
            Target::Postgres(url) => (made.target.clone(), Some(url.clone())),
            Target::Sqlite(_) => (Target::Sqlite(folder.path().join("data/wares.db")), None),
        };
        let db = Db::open(&DbConfig::new(target), Arc::new(SystemClock), Arc::new(SystemRandom));
        let db = db.expect("the database opens");
        db.migrate().await.expect("the schema");
        let shop = Self {
            listen: free_address(),
            folder,
            database,
            db,
            _made: made,
        };
        shop.put_up_a_mug().await;
        shop
    }

    /// The folder of one program. Several programs share keys, and nothing else.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        let key = folder.join("secret.key");
        if !key.exists() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&key, "07".repeat(32)).expect("a key");
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("the key's owner");
        }
        folder
    }

    /// Says to a command of the program which shop is meant.
    pub(crate) fn name_to(&self, command: &mut Command) {
        command.arg("--data").arg(self.folder("data"));
        if let Some(database) = &self.database {
            command.args(["--database", database]);
        }
    }

    /// Starts the program on this shop.
    pub(crate) fn start(&self) -> Program {
        Program::serve(&self.folder("data"), self.listen, self.database.as_deref())
    }

    /// Starts another program with a folder of its own on the same database.
    pub(crate) fn start_another(&self) -> Program {
        Program::serve(&self.folder("another"), free_address(), self.database.as_deref())
    }

    /// Takes cards at this gateway.
    pub(crate) async fn take_cards_at(&self, gateway: &TestGateway) {
        let vault = Vault::new([7; 32]);
        let payments = Payments {
            card: Some(CardGateway {
                kind: CardGatewayKind::Sandbox,
                is_enabled: true,
                base_url: gateway.address.clone(),
                secret_key: vault.seal_text(&SystemRandom, CardGateway::KEY_PLACE, KEY),
                key_hint: "gram".into(),
                webhook_secret: vault.seal_text(&SystemRandom, CardGateway::WEBHOOK_PLACE, SECRET),
                old_webhook_secret: None,
            }),
            ..Payments::default()
        };
        self.put(payments).await;
    }

    /// Sends mail through this server. To be said before a program starts, so that it knows from the first mail on.
    pub(crate) async fn send_mail_through(&self, postbox: &Postbox) {
        self.put(Mail {
            host: "127.0.0.1".into(),
            port: postbox.port,
            encryption: Encryption::None,
            from_address: Some("shop@fieldhouse.example".parse().expect("an address")),
            ..Mail::default()
        })
        .await;
    }

    async fn put<S: settings::Section + Clone + Send + Sync + 'static>(&self, section: S) {
        let put = job(move |tx| {
            let section = section.clone();
            Box::pin(async move { settings::put(tx, &Actor::System, 0, &section).await })
        });
        self.db.write(put).await.expect("settings that are right");
    }

    /// Somebody asks for news; a mail will ask them whether it was they.
    pub(crate) async fn ask_for_news(&self, email: &str) {
        let email = email.parse().expect("an address");
        self.db.write(Subscribe { email }).await.expect("the database works");
    }

    /// A figure, asked of the database itself.
    pub(crate) async fn figure(&self, sql: Sql) -> i64 {
        let mut conn = self.db.read().await.expect("the database answers");
        let (figure,) = conn.one::<(i64,)>(sql, p![]).await.expect("a figure");
        figure
    }

    /// Changes rows behind the program's back.
    pub(crate) async fn edit(&self, sql: Sql) {
        assert!(self.edit_if_any(sql).await > 0, "nothing to edit: {}", sql.lite);
    }

    /// The same where there may be none; answers how many there were.
    pub(crate) async fn edit_if_any(&self, sql: Sql) -> u64 {
        let edit = job(move |tx| Box::pin(async move { tx.exec(sql, p![]).await }));
        let edited: Result<u64, DbError> = self.db.write(edit).await;
        edited.unwrap_or_else(|error| panic!("{error}: {}", sql.lite))
    }

    /// The id of the only variant, as forms send it.
    pub(crate) async fn mug(&self) -> String {
        let mut conn = self.db.read().await.expect("the database answers");
        let slug = "tarn-mug".parse().expect("a slug");
        let found = catalog::product_at(&mut conn, &slug).await.expect("a read");
        let catalog::Lookup::Here(view) = found else {
            panic!("the mug is not in the shop");
        };
        view.variants[0].variant.id.to_string()
    }

    async fn put_up_a_mug(&self) {
        let seed = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
        self.db.write(seed).await.expect("the terms of sale");
        let save = SaveProduct {
            actor: Actor::System,
            product: None,
            draft: mug(),
        };
        self.db.write(save).await.expect("a product that is right");
    }
}

/// An address nobody listens on. It stays the same while programs on it come and go.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

fn mug() -> ProductDraft {
    let variant = VariantDraft {
        id: None,
        sku: None,
        barcode: String::new(),
        values: Vec::new(),
        price_minor: 2400,
        was_minor: None,
        cost_minor: None,
        weight_g: 400,
        image: None,
        is_active: true,
        needs_shipping: true,
        may_backorder: false,
        opening_stock: 9,
    };
    ProductDraft {
        slug: None,
        title: "Tarn Mug".into(),
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
    }
}
