//! `wares bench`: measures parts of the shop on data of one's own. A shop is not needed; each makes one and throws it away.

mod catalog;
mod search;

use std::process::ExitCode;

/// Measures parts of the shop on data of one's own
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Bench {
    /// Make a large catalogue out of real ones
    Catalog(catalog::Catalog),
    /// Run a file of queries against a catalogue: what is found, and how long it takes
    Search(search::Search),
}

impl Bench {
    pub(crate) async fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Catalog(catalog) => catalog.run(),
            Self::Search(search) => search.run().await,
        }
    }
}
