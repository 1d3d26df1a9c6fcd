//! A mail server that takes everything and remembers it by Message-ID, or is away.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How often each message was delivered, by its Message-ID, with its subject.
type Delivered = BTreeMap<String, (String, usize)>;

/// Runs until the end.
#[derive(Debug, Clone)]
pub(crate) struct Postbox {
    pub(crate) port: u16,
    delivered: Arc<Mutex<Delivered>>,
    is_away: Arc<AtomicBool>,
}

impl Postbox {
    pub(crate) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let postbox = Self {
            port: listener.local_addr()?.port(),
            delivered: Arc::default(),
            is_away: Arc::default(),
        };
        let server = postbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever is away hangs up at once.
                if server.is_away.load(Ordering::Relaxed) {
                    continue;
                }
                let delivered = Arc::clone(&server.delivered);
                tokio::spawn(async move {
                    // A shop that was killed hangs up in the middle of a sentence.
                    if let Err(error) = talk(stream, &delivered).await {
                        eprintln!("postbox: {error}");
                    }
                });
            }
        });
        Ok(postbox)
    }

    /// From now on nobody answers, or somebody does again.
    pub(crate) fn be_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::Relaxed);
    }

    /// How often each mail was delivered whose subject contains this.
    pub(crate) fn of(&self, subject: &str) -> Vec<(String, usize)> {
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = delivered.values().filter(|(found, _)| found.contains(subject));
        fitting.cloned().collect()
    }
}

/// One connection: as little of the protocol as a sender needs.
async fn talk(stream: TcpStream, delivered: &Mutex<Delivered>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 postbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if verb == "DATA" {
            writing.write_all(b"354 go on\r\n").await?;
            let mut text = Vec::new();
            while let Some(line) = lines.next_line().await?
                && line != "."
            {
                text.push(line);
            }
            keep(&text, delivered);
        }
        let answer: &[u8] = if verb == "QUIT" { b"221 bye\r\n" } else { b"250 ok\r\n" };
        writing.write_all(answer).await?;
    }
    Ok(())
}

fn keep(lines: &[String], delivered: &Mutex<Delivered>) {
    let header = |name: &str| {
        let found = lines.iter().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().trim().to_owned()
    };
    let mut delivered = delivered.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = delivered
        .entry(header("Message-ID:"))
        .or_insert((header("Subject:"), 0));
    entry.1 += 1;
}
