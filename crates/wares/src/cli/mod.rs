//! The command line.

mod admin;
mod bench;
mod config;
mod demo;
mod doctor;
mod import;
mod migrate;
mod rotate;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Layers};

/// A complete online shop in one program.
#[derive(Debug, Parser)]
#[command(name = "wares", version, about, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Which shop is meant. These flags win over the environment and over wares.toml.
#[derive(Debug, clap::Args)]
struct Place {
    /// The configuration file [default: wares.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder with the shop's data
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// A PostgreSQL address instead of the embedded database
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// The address and port to listen on
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    listen: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a demo shop with products, pictures, a test gateway and a mailbox
    Demo(demo::Demo),
    /// Serve the shop
    Serve(serve::Serve),
    /// Bring products in from Shopify, WooCommerce, Vendure or JSON lines
    Import(import::Import),
    /// Bring the database up to date
    Migrate(migrate::Migrate),
    /// Make a new key and seal every kept secret anew under it
    Rotate(rotate::RotateKey),
    /// Manage the people who work in the admin panel
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Check the configuration, the database and the outbox
    Doctor(doctor::Doctor),
    /// Measure parts of the shop on data of your own
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Show the configuration in force and where each value comes from
    Config(config::Show),
}

impl Args {
    /// Does what was asked.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let layers = self.place.layers();
        if let Command::Config(show) = self.command {
            return show.run(&layers);
        }
        let config = Config::read(&layers)?;
        crate::telemetry::start(&config.log)?;
        install_tls()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            match self.command {
                Command::Demo(demo) => demo.run(config).await,
                Command::Import(import) => import.run(config).await,
                Command::Rotate(rotate) => rotate.run(config).await,
                Command::Admin(admin) => admin.run(config).await,
                Command::Doctor(doctor) => doctor.run(config).await,
                Command::Serve(serve) => serve.run(config).await,
                Command::Migrate(migrate) => migrate.run(config).await,
                Command::Bench(bench) => bench.run().await,
                Command::Config(_) => Ok(ExitCode::SUCCESS),
            }
        })
    }
}

impl Place {
    fn layers(&self) -> Layers {
        let mut layers = Layers::new();
        let file = self.config.clone().unwrap_or_else(|| PathBuf::from("wares.toml"));
        layers.file(&file, self.config.is_some());
        layers.environment(std::env::vars());
        layers.flag("data", "data", "folder", self.data.clone());
        layers.flag("database", "data", "database", self.database.clone());
        layers.flag("listen", "server", "listen", self.listen.clone());
        layers
    }
}

/// One implementation of cryptography for everything that speaks TLS.
fn install_tls() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another implementation of TLS was installed before"))
}
