//! Load, faults and invariants: the shop as a stranger sees it, under everything that goes wrong.
//!
//! The real program is started as a process, buyers speak HTTP to it, the gateway and the mail server are other people's services, and
//! once a second an independent checker asks the database itself whether the books are right. The checker's SQL is written here and
//! nowhere else; of the shop's own code only what sets a shop up is used.
//!
//! ```sh
//! cargo build --release && cargo run --release -p wares-proof -- flash-sale --engine sqlite --seed 1
//! ```
//!
//! Each run prints its seed and ends with one line of JSON, and with failure when anything was violated. `PROOF.md` holds the table.
//!
//! To add a run: a file in `runs/` with one `run`, its line in [`Name`] and in `start`.

mod books;
mod buyer;
mod dice;
mod gateway;
mod invariants;
mod postbox;
mod program;
mod report;
mod runs;
mod shop;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::report::Report;

/// Buyers and the gateway share the processor with the shop that is measured: what they waste is counted against it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Which database the shop runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// One program on SQLite.
    Sqlite,
    /// Two programs on one PostgreSQL.
    Postgres,
}

/// The runs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Many buyers want the last pieces of one product.
    FlashSale,
    /// The same with five products in random order in each cart.
    HotSkus,
    /// The program is killed again and again while people buy.
    KillStorm,
    /// The gateway times out, fails, repeats itself, lies.
    GatewayFaults,
    /// Fifty refunds at once, three times what was paid.
    RefundRace,
    /// Many people use a code at once that only one of them may use.
    CouponRace,
    /// The program crashes, fails and hangs once at every point where that can be planted.
    FaultPoints,
    /// The mail server is away for the whole run.
    MailDown,
    /// Whole checkouts, as many as go.
    Checkouts,
}

/// What is run, and on what.
#[derive(Debug, Clone, Parser)]
#[command(about = "Shows that the shop keeps its books under load and faults")]
struct Args {
    /// Which run.
    name: Name,
    /// The database.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// A database of the server that databases are made on: `postgres://user@host/postgres`.
    #[arg(
        long,
        env = "WARES_PROOF_POSTGRES",
        default_value = "postgres://postgres@127.0.0.1/postgres"
    )]
    postgres: String,
    /// What chance is drawn from; the same number gives the same buyers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// People who buy at the same time.
    #[arg(long)]
    buyers: Option<usize>,
    /// Tries to buy, all together.
    #[arg(long)]
    attempts: Option<usize>,
    /// How often the program is killed.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// How long a run without another end lasts, in seconds.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Only these points of the program, with commas between them; all, when none is named.
    #[arg(long, value_delimiter = ',')]
    points: Vec<String>,
    /// How long the program hangs at a point, in seconds.
    #[arg(long, default_value_t = 10)]
    hang: u64,
    /// Frees at once what a killed program had taken; else it is free when its lease ends, after five minutes.
    #[arg(long)]
    hurry: bool,
    /// The program; the one beside this one, when not named.
    #[arg(long, env = "WARES_BIN")]
    program: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(start(&args)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(report) => report.print(),
        Err(error) => {
            eprintln!("wares-proof: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn start(args: &Args) -> anyhow::Result<Report> {
    eprintln!("{:?} on {:?}, seed {}", args.name, args.engine, args.seed);
    match args.name {
        Name::FlashSale => runs::flash_sale::run(args, 1).await,
        Name::HotSkus => runs::flash_sale::run(args, 5).await,
        Name::KillStorm => runs::kill_storm::run(args).await,
        Name::GatewayFaults => runs::gateway_faults::run(args).await,
        Name::RefundRace => runs::refund_race::run(args).await,
        Name::CouponRace => runs::coupon_race::run(args).await,
        Name::FaultPoints => runs::fault_points::run(args).await,
        Name::MailDown => runs::mail_down::run(args).await,
        Name::Checkouts => runs::checkouts::run(args).await,
    }
}
