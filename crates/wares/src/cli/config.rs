//! `wares config`.

use std::process::ExitCode;

use crate::config::{Config, Layers};

/// Shows the configuration in force.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {}

impl Show {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    pub(crate) fn run(self, layers: &Layers) -> anyhow::Result<ExitCode> {
        for line in layers.show() {
            println!("{line}");
        }
        Config::read(layers)?;
        Ok(ExitCode::SUCCESS)
    }
}
