//! A real mail server in Python, started for one test and ended with it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

pub(crate) struct MailServer {
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

/// A message the server accepted.
#[derive(Debug, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) is_encrypted: bool,
    pub(crate) is_signed_in: bool,
    pub(crate) connection: u32,
    pub(crate) message: String,
}

/// A program in Python of `tests-support`, to be run by the Python that has what those need.
pub(crate) fn python(program: &str) -> Command {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("WARES_TEST_SMTP_PYTHON")
        .map_or_else(|| root.join("target/test-venv/bin/python"), PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing: run ./test, which makes it, or\n  python3 -m venv target/test-venv && \
         target/test-venv/bin/pip install aiosmtpd cryptography localstripe",
        python.display()
    );
    let mut command = Command::new(python);
    command.arg(root.join("tests-support").join(program));
    command
}

impl MailServer {
    pub(crate) fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = python("smtp_server.py")
            .arg(folder.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Ready = serde_json::from_str(&line).unwrap();
        Self {
            port: ready.port,
            folder,
            process,
        }
    }

    /// The certificate authority to trust.
    pub(crate) fn authority(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("authority.pem")).unwrap()
    }

    /// Everything accepted so far.
    pub(crate) fn accepted(&self) -> Vec<Accepted> {
        let lines = std::fs::read_to_string(self.folder.path().join("messages.jsonl")).unwrap_or_default();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[derive(Deserialize)]
struct Ready {
    port: u16,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It also ends by itself when its input closes, so failing to end it here leaves nothing behind.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
