//! A program that is measured from outside.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

/// A running program, ended when dropped.
pub(crate) struct Program(Child);

impl Program {
    /// Starts it and waits until it has printed a line with this word.
    pub(crate) fn start(command: &mut Command, ready: &str) -> anyhow::Result<Self> {
        let mut program = Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
        let output = program.0.stdout.take().context("no standard output")?;
        for line in BufReader::new(output).lines() {
            if line?.contains(ready) {
                return Ok(program);
            }
        }
        bail!("the program ended before it was ready")
    }

    /// Processor time that its threads have used.
    pub(crate) fn cpu(&self) -> Duration {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.0.id()));
        let used = threads.into_iter().flatten().flatten().map(|thread| {
            let figures = std::fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            let nanos = figures.split(' ').next().and_then(|first| first.parse().ok());
            nanos.unwrap_or(0)
        });
        Duration::from_nanos(used.sum())
    }

    /// Memory it occupies, in MiB: of its own, and files seen through memory.
    pub(crate) fn memory_mib(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            kib.unwrap_or(0) / 1024
        };
        (figure("RssAnon:"), figure("RssFile:"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A call of the shop's program, which is not told what only the benchmark is told: it refuses settings it does not know.
pub(crate) fn shop(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WARES_BENCH_") {
            command.env_remove(name);
        }
    }
    // So that each request can be one of another visitor: nobody asks more often than one may.
    command.env("WARES_SERVER_TRUSTED_PROXIES", "127.0.0.1");
    command
}

/// A port nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
