//! `wares serve`.

use std::process::ExitCode;

use crate::config::Config;
use crate::running::{Place, Running};
use crate::shutdown;
use crate::wiring::Shop;

/// Serves the shop until it is asked to end.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {}

impl Serve {
    #[expect(
        clippy::print_stdout,
        reason = "the link for setting up is for whoever started the program, and for no log"
    )]
    pub(crate) async fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        let stop = shutdown::on_signal()?;
        let place = Place::take(&config).await?;
        let base_url = place.base_url.clone();
        let shop = Shop::open(&config, &base_url).await?;
        let running = Running::start(&config, shop, place).await?;
        println!("Shop          {base_url}");
        if let Some(link) = running.setup_link().await? {
            println!("Set it up     {link}");
        }
        println!("Ready.");
        running.until(stop).await?;
        Ok(ExitCode::SUCCESS)
    }
}
