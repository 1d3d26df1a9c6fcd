//! `wares admin`.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use wares_commerce::accounts::{Password, Passwords, Rules};
use wares_commerce::staff;
use wares_kernel::{EmailAddress, SystemRandom};

use crate::config::Config;
use crate::wiring;

/// Manages the people who work in the admin panel.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Admin {
    /// Make an owner. The password is read from standard input.
    Create {
        /// Their e-mail address
        #[arg(long)]
        email: EmailAddress,
        /// Their full name
        #[arg(long)]
        name: String,
    },
}

impl Admin {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    pub(crate) async fn run(self, config: Config) -> anyhow::Result<ExitCode> {
        let Self::Create { email, name } = self;
        let db = wiring::open_database(&config)?;
        db.migrate().await?;
        let rules = Rules {
            min: staff::password_min(false),
            shop: "",
            email: email.as_str(),
        };
        let password = Password::choose(&read_password()?, rules)?;
        let passwords = Passwords::new(Arc::new(SystemRandom), 1);
        staff::create_owner(&db, &passwords, name, email.clone(), &password).await?;
        println!("{email} is an owner now and signs in at /admin.");
        Ok(ExitCode::SUCCESS)
    }
}

/// One line from standard input.
fn read_password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Type a password of at least 15 characters and press Enter. It is shown while you type.");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("no password was given")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
