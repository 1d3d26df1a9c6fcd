//! A mail server that takes everything and remembers it by Message-ID, or is away.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A message, and how often it was delivered.
#[derive(Debug)]
struct Letter {
    subject: String,
    times: usize,
    /// The first secret link in it; empty when there is none.
    link: String,
    to: String,
}

/// Every message by its Message-ID.
type Delivered = BTreeMap<String, Letter>;

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
        let fitting = delivered.values().filter(|letter| letter.subject.contains(subject));
        fitting.map(|letter| (letter.subject.clone(), letter.times)).collect()
    }

    /// The path of the link to prove an address by, once a mail with one has come to it.
    pub(crate) fn proof_of(&self, address: &str) -> Option<String> {
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        let mut letters = delivered.values();
        let letter = letters.find(|letter| !letter.link.is_empty() && letter.to.contains(address))?;
        Some(letter.link.clone())
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
    let entry = delivered.entry(header("Message-ID:")).or_insert_with(|| Letter {
        subject: header("Subject:"),
        times: 0,
        link: link_in(lines),
        to: header("To:"),
    });
    entry.times += 1;
}

/// The path of a link to `/verify/` in a text whose long lines may have been broken by an equals sign.
fn link_in(lines: &[String]) -> String {
    let whole = lines
        .iter()
        .fold(String::new(), |whole, line| match line.strip_suffix('=') {
            Some(begun) => whole + begun,
            None => whole + line + "\n",
        });
    let Some(at) = whole.find("/verify/") else {
        return String::new();
    };
    let is_of_it = |c: &char| c.is_ascii_alphanumeric() || "/-_".contains(*c);
    whole[at..].chars().take_while(is_of_it).collect()
}
