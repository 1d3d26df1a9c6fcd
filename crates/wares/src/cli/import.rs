//! `wares import`.

use std::fs::File;
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use wares_commerce::audit::Actor;
use wares_commerce::importing::{Folder, Import as Job, Report};
use wares_commerce::settings::{self, Store};

use crate::config::Config;
use crate::wiring;

/// Problems shown in the table; all of them with --json.
const SHOWN: usize = 50;

/// Brings products in from Shopify, WooCommerce, Vendure or JSON lines. Running it again changes nothing; an interrupted run goes on.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The file
    file: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// The folder with the pictures the file names [default: the file's own]
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
}

impl Import {
    pub(crate) async fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        let db = wiring::open_database(&config)?;
        db.migrate().await?;
        let blobs = wiring::open_blobs(&config)?;
        let currency = settings::load::<Store>(&mut *db.read().await?).await?.value.currency;
        let own = self.file.parent().map(PathBuf::from).unwrap_or_default();
        let pictures = Folder(self.pictures.clone().unwrap_or(own));
        let job = Job {
            db: &db,
            blobs: blobs.as_ref(),
            files: Some(&pictures),
            actor: Actor::System,
            file_name: self
                .file
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            currency,
        };
        let source = File::open(&self.file).with_context(|| format!("{} cannot be opened", self.file.display()))?;
        let report = if self.dry_run {
            job.check(source).await?
        } else {
            self.import(&job, source).await?
        };
        self.print(&report)?;
        Ok(if report.is_clean() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }

    async fn import(&self, job: &Job<'_>, source: File) -> anyhow::Result<Report> {
        let bar = if std::io::stderr().is_terminal() && !self.json {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(ProgressStyle::with_template("{spinner} {pos} products, {per_sec}")?);
        let imported = job
            .run(source, |report| {
                bar.set_position(report.products);
                ControlFlow::Continue(())
            })
            .await?;
        bar.finish_and_clear();
        Ok(imported.report)
    }

    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    fn print(&self, report: &Report) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(report)?);
            return Ok(());
        }
        let verb = if self.dry_run { "would be" } else { "were" };
        println!(
            "{} rows, {} products with {} variants and {} pictures {verb} imported:",
            report.rows, report.products, report.variants, report.images
        );
        println!(
            "{} new, {} changed, {} as they are. {} left out.",
            report.created, report.changed, report.unchanged, report.left_out
        );
        for problem in report.errors.iter().take(SHOWN) {
            println!(
                "  line {:>6}  {:<24} {}  {}",
                problem.line, problem.column, problem.message, problem.value
            );
        }
        if report.errors.len() > SHOWN {
            println!("  … and {} more (--json shows all)", report.errors.len() - SHOWN);
        }
        Ok(())
    }
}
