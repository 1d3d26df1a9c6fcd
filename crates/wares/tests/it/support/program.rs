//! The real program, started as a newcomer would, on a free port and in a folder of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// A running shop. Killed when dropped, by a signal that no program can meet.
pub(crate) struct Program {
    child: Child,
    _folder: Option<TempDir>,
    /// The shop's address, such as `http://127.0.0.1:43211`.
    pub(crate) address: String,
    /// What it has printed while starting.
    pub(crate) greeting: Vec<String>,
}

/// How long a start may take on a busy machine before the test gives up. A start is timed by the benchmarks, not here.
const PATIENCE: Duration = Duration::from_secs(180);

impl Program {
    /// Starts `wares demo`.
    pub(crate) fn demo() -> Self {
        Self::start(&["demo"], TempDir::new().expect("a temporary folder"), &[])
    }

    /// Starts `wares` with these words in a folder; `extra` are environment variables.
    pub(crate) fn start(words: &[&str], folder: TempDir, extra: &[(&str, &str)]) -> Self {
        let data = folder.path().join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_wares"));
        command.args(words).arg("--data").arg(&data);
        command
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .envs(extra.iter().copied());
        Self::run(command, Some(folder))
    }

    /// Starts `wares serve` on a folder that outlives it, and on a database that is not in it if one is named.
    pub(crate) fn serve(folder: &Path, listen: SocketAddr, database: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wares"));
        command.arg("serve").arg("--data").arg(folder);
        command.args(["--listen", &listen.to_string()]).current_dir(folder);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        Self::run(command, None)
    }

    fn run(mut command: Command, folder: Option<TempDir>) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let errors = BufReader::new(child.stderr.take().expect("standard error"));
        std::thread::spawn(move || {
            errors
                .lines()
                .map_while(Result::ok)
                .for_each(|line| eprintln!("wares| {line}"));
        });
        let (address, greeting) = read_greeting(&mut child);
        Self {
            child,
            _folder: folder,
            address,
            greeting,
        }
    }

    /// The absolute address of a path of the shop.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// The first printed line that contains `part`.
    pub(crate) fn line(&self, part: &str) -> &str {
        self.greeting
            .iter()
            .find(|line| line.contains(part))
            .unwrap_or_else(|| panic!("no {part:?} in {:#?}", self.greeting))
    }

    /// The address of the set-up page, as printed.
    pub(crate) fn setup_link(&self) -> String {
        link_in(self.line("/admin/setup"))
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
fn read_greeting(child: &mut Child) -> (String, Vec<String>) {
    let lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
    let (found, wanted) = mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            eprintln!("wares: {line}");
            found.send(line).ok();
        }
    });
    let mut greeting = Vec::new();
    let mut address = String::new();
    while let Ok(line) = wanted.recv_timeout(PATIENCE) {
        if line.contains("Shop") && line.contains("http://") {
            address = link_in(&line);
        }
        let ready = line.contains("Ready");
        greeting.push(line);
        if ready {
            return (address.trim_end_matches('/').to_owned(), greeting);
        }
    }
    panic!("the program did not become ready; it said {greeting:#?}");
}

/// The first address in a line.
pub(crate) fn link_in(line: &str) -> String {
    let start = line.find("http").unwrap_or_else(|| panic!("no link in {line:?}"));
    line[start..].split_whitespace().next().expect("a link").to_owned()
}
