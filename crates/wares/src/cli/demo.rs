//! `wares demo`.

use std::process::ExitCode;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use wares_commerce::importing::demo;
use wares_commerce::pricing;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{Country, Currency};
use wares_sandbox::CARDS;

use crate::config::Config;
use crate::running::{Place, Running};
use crate::sandbox::TestGateway;
use crate::shutdown;
use crate::wiring::Shop;

/// Products in the demo, for the progress bar.
const PRODUCTS: u64 = 36;

/// Starts a demo shop with products, pictures, a test gateway and a mailbox.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// Forget everything and start over
    #[arg(long)]
    reset: bool,
}

impl Demo {
    pub(crate) async fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        let stop = shutdown::on_signal()?;
        let place = Place::take(&config).await?;
        if self.reset {
            forget(&config)?;
        }
        let base_url = place.base_url.clone();
        let shop = Shop::open(&config, &base_url).await?;
        shop.db.write(Terms).await?;
        put_up(&shop).await?;
        let gateway = TestGateway::start(&shop, &base_url, &config.data.folder, config.server.listen).await?;
        let address = gateway.address.clone();
        let running = Running::start(&config, shop, place).await?;
        greet(base_url.as_str(), running.setup_link().await?, &address);
        let (served, paid) = tokio::join!(running.until(stop.clone()), gateway.until(stop));
        served.and(paid)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Delivery, taxes and holidays of a shop in Germany.
struct Terms;

impl Write for Terms {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        pricing::seed(tx, Country::DE, Currency::EUR).await
    }
}

/// Removes what an earlier demo left. Only files the program itself makes are touched, and never another database.
fn forget(config: &Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.data.database.is_none(),
        "--reset works with the embedded database only; drop the PostgreSQL database yourself"
    );
    for name in [
        "wares.db",
        "wares.db-wal",
        "wares.db-shm",
        "sandbox.jsonl",
        "media",
        "search",
    ] {
        let path = config.data.folder.join(name);
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Puts the demo's products up, with a bar; nothing happens when they are there.
async fn put_up(shop: &Shop) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("Putting products up {bar:30} {pos}/{len}")?;
    let bar = ProgressBar::new(PRODUCTS).with_style(style);
    let report = demo::put_up(&shop.db, shop.blobs.as_ref(), |report| {
        bar.set_position(report.products);
    })
    .await;
    bar.finish_and_clear();
    report.context("the demo's products could not be put up")?;
    shop.settings.refresh(&mut *shop.db.read().await?).await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is for the person at the terminal")]
fn greet(shop: &str, setup: Option<String>, gateway: &str) {
    println!();
    println!("Shop          {shop}");
    match setup {
        Some(link) => println!("Admin panel   {link}\n              (works once: choose your own password)"),
        None => println!("Admin panel   {shop}/admin"),
    }
    println!("Mailbox       {shop}/admin/mail");
    println!("Test gateway  {gateway}");
    println!();
    println!("Try this:");
    println!("  1. Buy something as a guest. On the payment page, use one of these test cards:");
    for (number, _, what) in CARDS {
        println!("       {number}  {what}");
    }
    println!(
        "     The code {} takes 10 % off; three espresso cups cost as much as two.",
        demo::CODE
    );
    println!("  2. Set up the admin panel, open the order, ship it, mark it as delivered.");
    println!("  3. Read every mail in the mailbox, and review what arrived through the link in the last one.");
    println!();
    println!("Ready. Stop with Ctrl-C; everything is kept. --reset starts over.");
}
