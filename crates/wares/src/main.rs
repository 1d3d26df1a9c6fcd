//! Wares: a complete online shop in one program.
//!
//! This crate only joins the others: it reads the command line and the configuration, opens what they need, and starts them. To add a command: a
//! file in `cli/` with its arguments and one `run`, and its line in [`cli::Command`].

mod cli;
mod config;
mod data_folder;
mod jobs;
mod key_file;
mod outside;
mod running;
mod sandbox;
mod shutdown;
mod telemetry;
mod upkeep;
mod wiring;

use clap::Parser;

/// A page, an order and a search are made of many small values; this allocator makes and drops them faster than the system's
/// (docs/performance.md has the figures).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match cli::Args::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("wares: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}
