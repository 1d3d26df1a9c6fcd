//! `wares migrate`.

use std::process::ExitCode;

use wares_db::MigrationState;

use crate::config::Config;
use crate::wiring;

/// Brings the database up to date; `wares serve` does so by itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Migrate {
    /// Only say whether anything is missing; the exit code is 1 then
    #[arg(long)]
    check: bool,
}

impl Migrate {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    pub(crate) async fn run(self, config: Config) -> anyhow::Result<ExitCode> {
        let db = wiring::open_database(&config)?;
        if self.check {
            return Ok(match db.migration_state().await? {
                MigrationState::Current => {
                    println!("The database is up to date.");
                    ExitCode::SUCCESS
                }
                MigrationState::Behind(n) => {
                    println!("The database is {n} step(s) behind.");
                    ExitCode::FAILURE
                }
            });
        }
        let applied = db.migrate().await?;
        if applied.is_empty() {
            println!("The database is up to date.");
        }
        for name in applied {
            println!("Applied {name}.");
        }
        Ok(ExitCode::SUCCESS)
    }
}
