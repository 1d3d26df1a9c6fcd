//! What a run found: figures for the table, and what must not be.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::Args;

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Report {
    figures: Map<String, Value>,
    violations: Vec<String>,
}

impl Report {
    /// An empty one, with what was run.
    pub(crate) fn of(args: &Args) -> Self {
        let mut figures = Map::new();
        figures.insert("run".into(), json!(format!("{:?}", args.name)));
        figures.insert("engine".into(), json!(format!("{:?}", args.engine)));
        figures.insert("seed".into(), json!(args.seed));
        Self {
            figures,
            violations: Vec::new(),
        }
    }

    /// Notes a figure.
    pub(crate) fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.into(), value.into());
    }

    /// Notes how long things took: how many, the median, the 95th and the 99th of a hundred, the longest, in milliseconds.
    pub(crate) fn note_times(&mut self, name: &str, mut times: Vec<Duration>) {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
            times.get(place).map_or(0, Duration::as_millis)
        };
        let figures = json!({
            "n": times.len(), "p50_ms": clip(at(50)), "p95_ms": clip(at(95)), "p99_ms": clip(at(99)), "max_ms": clip(at(100)),
        });
        self.figures.insert(name.into(), figures);
    }

    /// Something must be; when it is not, the run has failed.
    pub(crate) fn must(&mut self, holds: bool, says: impl Into<String>) {
        if !holds {
            let says = says.into();
            eprintln!("VIOLATED: {says}");
            self.violations.push(says);
        }
    }

    /// Takes over what the checker saw: how often it looked, and everything it found, each finding once.
    pub(crate) fn note_checks(&mut self, n_checks: usize, found: BTreeMap<String, usize>) {
        self.note("checks", n_checks);
        for (says, times) in found {
            self.must(false, format!("{says} (seen {times} times)"));
        }
    }

    /// Takes over what another run has violated, and under which circumstances.
    pub(crate) fn blame(&mut self, circumstances: &str, other: Self) {
        for says in other.violations {
            self.violations.push(format!("{circumstances}: {says}"));
        }
    }

    /// Prints the figures as one line of JSON; a failure when anything was violated.
    pub(crate) fn print(mut self) -> ExitCode {
        let is_well = self.violations.is_empty();
        self.figures.insert("violations".into(), json!(self.violations));
        println!("{}", Value::Object(self.figures));
        if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn clip(millis: u128) -> u64 {
    u64::try_from(millis).unwrap_or(u64::MAX)
}
