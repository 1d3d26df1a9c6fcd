//! `wares doctor`.

use std::process::ExitCode;

use serde::Serialize;
use wares_commerce::ledger::{self, INVARIANTS, Invariant, Violation};
use wares_commerce::seal::Vault;
use wares_commerce::settings::{Cache, CardGateway, Mail};
use wares_db::{Db, MigrationState};
use wares_kernel::SystemRandom;

mod first_page;
mod weights;

use crate::config::Config;
use crate::{key_file, wiring};

/// Checks the configuration, the database, the outbox, and what pages weigh.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
    /// Also check the books: stock, figures, payments, mails. Reads only
    #[arg(long)]
    ledger: bool,
}

/// How many rows of one broken invariant are named; the others are counted.
const NAMED: usize = 20;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    /// What was looked at.
    what: &'static str,
    /// Whether it is in order.
    ok: bool,
    /// Whether it makes the shop slow. Nothing fails of it.
    slow: bool,
    /// What was found, and what to do.
    found: String,
}

impl Doctor {
    pub(crate) async fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        let mut findings = vec![folder(&config), pictures(&config).await];
        findings.extend(weights::theme(config.data.theme.as_deref()));
        findings.extend(first_page::look(config.server.listen, config.server.base_url.host()).await);
        match wiring::open_database(&config) {
            Ok(db) => {
                examine(&config, &db, &mut findings).await;
                if self.ledger {
                    findings.extend(
                        books(&db)
                            .await
                            .unwrap_or_else(|error| vec![bad("ledger", error.to_string())]),
                    );
                }
            }
            Err(error) => findings.push(bad("database", format!("{error:#}"))),
        }
        self.print(&findings)?;
        Ok(if findings.iter().all(|finding| finding.ok) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    fn print(&self, findings: &[Finding]) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(findings)?);
            return Ok(());
        }
        for finding in findings {
            println!("{:<4} {:<10} {}", finding.mark(), finding.what, finding.found);
        }
        Ok(())
    }
}

impl Finding {
    fn mark(&self) -> &'static str {
        match (self.ok, self.slow) {
            (true, false) => "ok",
            (true, true) => "SLOW",
            (false, _) => "BAD",
        }
    }
}

fn good(what: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        what,
        ok: true,
        slow: false,
        found: found.into(),
    }
}

/// Works, and is too heavy to be quick.
fn slow(what: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        slow: true,
        ..good(what, found)
    }
}

fn bad(what: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        what,
        ok: false,
        slow: false,
        found: found.into(),
    }
}

fn folder(config: &Config) -> Finding {
    let probe = config.data.folder.join("doctor.probe");
    let written = std::fs::create_dir_all(&config.data.folder)
        .and_then(|()| std::fs::write(&probe, b"ok"))
        .and_then(|()| std::fs::remove_file(&probe));
    match written {
        Ok(()) => good("folder", format!("{} can be written", config.data.folder.display())),
        Err(error) => bad(
            "folder",
            format!("{} cannot be written: {error}", config.data.folder.display()),
        ),
    }
}

/// Whether a file can be written where pictures are kept, read again and deleted.
async fn pictures(config: &Config) -> Finding {
    let place = if config.bucket.is_some() {
        "the bucket"
    } else {
        "the folder"
    };
    match keep_and_forget(config).await {
        Ok(()) => good("pictures", format!("{place} can be written, read and cleared")),
        Err(error) => bad("pictures", format!("{place} cannot be used: {error:#}")),
    }
}

async fn keep_and_forget(config: &Config) -> anyhow::Result<()> {
    let blobs = wiring::open_blobs(config)?;
    let key = blobs.put(b"wares doctor").await?;
    let read = blobs.get(&key).await?;
    anyhow::ensure!(read.is_some(), "what was written is not there");
    Ok(blobs.delete(&key).await?)
}

async fn examine(config: &Config, db: &Db, findings: &mut Vec<Finding>) {
    match db.migration_state().await {
        Ok(MigrationState::Current) => findings.push(good("database", "up to date")),
        Ok(MigrationState::Behind(n)) => {
            return findings.push(bad("database", format!("{n} step(s) behind; run: wares migrate")));
        }
        Err(error) => return findings.push(bad("database", format!("does not answer: {error}"))),
    }
    findings.push(
        outbox(db)
            .await
            .unwrap_or_else(|error| bad("outbox", error.to_string())),
    );
    findings.extend(
        weights::pictures(db)
            .await
            .unwrap_or_else(|error| vec![bad("pictures", error.to_string())]),
    );
    findings.push(
        secrets(config, db)
            .await
            .unwrap_or_else(|error| bad("secrets", format!("{error:#}"))),
    );
}

/// One finding for each invariant that does not hold, or one for all of them.
async fn books(db: &Db) -> anyhow::Result<Vec<Finding>> {
    let now = wiring::clock().now();
    let violations = db
        .read_long(move |conn| Box::pin(async move { ledger::violations(conn, now).await }))
        .await?;
    let broken: Vec<Finding> = INVARIANTS
        .iter()
        .filter_map(|invariant| {
            let rows = violations.iter().filter(|found| found.invariant.id == invariant.id);
            broken(*invariant, &rows.collect::<Vec<_>>())
        })
        .collect();
    if broken.is_empty() {
        return Ok(vec![good("ledger", format!("{} invariants hold", INVARIANTS.len()))]);
    }
    Ok(broken)
}

/// What is wrong with one invariant; nothing when nothing is.
fn broken(invariant: Invariant, rows: &[&Violation]) -> Option<Finding> {
    if rows.is_empty() {
        return None;
    }
    let named: Vec<String> = rows.iter().take(NAMED).map(ToString::to_string).collect();
    let more = match rows.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let found = format!("not so: {}: {}{more}", invariant.says, named.join("; "));
    Some(bad(invariant.id, found))
}

async fn outbox(db: &Db) -> anyhow::Result<Finding> {
    let now = wiring::clock().now();
    let health = wares_jobs::health(&mut *db.read().await?, now).await?;
    let late = health.oldest_due.map_or(0, |since| now.since(since).as_secs());
    let found = format!(
        "{} waiting (the oldest for {late} s), {} given up",
        health.n_due, health.n_dead
    );
    Ok(Finding {
        what: "outbox",
        ok: health.n_dead == 0 && late < 300,
        slow: false,
        found,
    })
}

/// Whether the key opens what is sealed in the settings.
async fn secrets(config: &Config, db: &Db) -> anyhow::Result<Finding> {
    let vault = Vault::new(key_file::read_or_make(&config.data.key_file, &SystemRandom)?);
    let settings = Cache::start(&mut *db.read().await?).await?.get();
    let card = settings
        .payments
        .card
        .as_ref()
        .map(|card| vault.open_text(CardGateway::KEY_PLACE, &card.secret_key));
    let mail = settings
        .mail
        .password
        .as_ref()
        .map(|sealed| vault.open_text(Mail::PASSWORD_PLACE, sealed));
    let wrong = [card, mail].into_iter().flatten().any(|opened| opened.is_err());
    if wrong {
        return Ok(bad(
            "secrets",
            "the key file does not open the stored secrets; bring back the right secret.key, or enter the secrets again",
        ));
    }
    Ok(good("secrets", "the key opens what is sealed"))
}
