//! A mail server that takes everything and remembers whom it was for and which message it was.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A delivered mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
}

/// Runs until the test ends.
pub(crate) struct Postbox {
    /// Where it listens, on this machine.
    pub(crate) port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl Postbox {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&letters);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move {
                    // A shop that was killed hangs up in the middle of a sentence.
                    if let Err(error) = talk(stream, &kept).await {
                        eprintln!("postbox: {error}");
                    }
                });
            }
        });
        Self { port, letters }
    }

    /// What has been delivered to somebody.
    pub(crate) fn of(&self, to: &str) -> Vec<Letter> {
        let letters = self.letters.lock().expect("nobody panics in here");
        letters.iter().filter(|letter| letter.to == to).cloned().collect()
    }
}

/// One connection: as little of the protocol as a sender needs.
async fn talk(stream: TcpStream, kept: &Mutex<Vec<Letter>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut to = String::new();
    writing.write_all(b"220 postbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if verb == "RCPT" {
            line.trim_end_matches('>')
                .rsplit('<')
                .next()
                .unwrap_or_default()
                .clone_into(&mut to);
        }
        if verb == "DATA" {
            writing.write_all(b"354 go on\r\n").await?;
            let mut text = Vec::new();
            while let Some(line) = lines.next_line().await?
                && line != "."
            {
                text.push(line);
            }
            kept.lock().expect("nobody panics in here").push(letter(&to, &text));
        }
        let answer: &[u8] = match verb.as_str() {
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

fn letter(to: &str, lines: &[String]) -> Letter {
    let header = |name: &str| {
        let found = lines.iter().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().trim().to_owned()
    };
    Letter {
        to: to.to_owned(),
        subject: header("Subject:"),
        message_id: header("Message-ID:"),
    }
}
