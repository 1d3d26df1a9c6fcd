//! The real program as a process that can be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How long a start may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running shop. Killed when dropped, by a signal no program can meet.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    /// How long it took until it answered.
    pub(crate) ready_after: Duration,
    /// What it printed until then.
    pub(crate) greeting: Vec<String>,
}

impl Program {
    /// Starts `wares serve`, perhaps with a fault planted in it.
    pub(crate) fn serve(
        program: &Path,
        folder: &Path,
        listen: SocketAddr,
        database: Option<&str>,
        fault: Option<&str>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.arg("serve").arg("--data").arg(folder);
        command.args(["--listen", &listen.to_string()]).current_dir(folder);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        // The shop takes any other word of that family for a setting it does not know.
        command.env_remove("WARES_PROOF_POSTGRES").env_remove("WARES_BIN");
        if let Some(fault) = fault {
            command.env("WARES_TEST_FAULT", fault);
        }
        // Every buyer has an address of their own, as behind a proxy.
        command.env("WARES_SERVER_TRUSTED_PROXIES", "127.0.0.1");
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))?;
        let started = Instant::now();
        let child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        // From here on it is killed when it does not become ready.
        let mut program = Self {
            child,
            ready_after: Duration::ZERO,
            greeting: Vec::new(),
        };
        program.greeting = read_greeting(&mut program.child)?;
        program.ready_after = started.elapsed();
        Ok(program)
    }

    /// Whether it is gone.
    pub(crate) fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Processor time it has used, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        // User and system time are fields 14 and 15 of the line, in hundredths of a second.
        let ticks = [11, 12].map(|i| fields.get(i).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0));
        (ticks[0] + ticks[1]) * 10
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill() {
            eprintln!("The program had ended already: {error}");
        }
        self.child.wait().ok();
    }
}

/// Reads what the program prints until it says that it is ready.
fn read_greeting(child: &mut Child) -> anyhow::Result<Vec<String>> {
    let lines = BufReader::new(child.stdout.take().context("no standard output")?).lines();
    let (found, wanted) = mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            found.send(line).ok();
        }
    });
    let mut greeting = Vec::new();
    while let Ok(line) = wanted.recv_timeout(PATIENCE) {
        let ready = line.contains("Ready");
        greeting.push(line);
        if ready {
            return Ok(greeting);
        }
    }
    bail!("the program did not become ready; it said {greeting:#?}")
}
