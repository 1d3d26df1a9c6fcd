//! Somebody who asks for one page again and again, over connections that stay open.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How often anything was asked for.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// How it went.
pub(crate) struct Answered {
    pub(crate) answers: u64,
    pub(crate) took: Duration,
}

/// The page once, head and body as they came.
pub(crate) async fn one(port: u16, page: &str) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut buffer = Vec::new();
    // The first answer makes the page and compresses it; the second is from memory.
    ask(&mut stream, &request(port, page, 0), &mut buffer).await?;
    let length = ask(&mut stream, &request(port, page, 1), &mut buffer).await?;
    Ok(buffer[..length].to_vec())
}

/// The page for so long, over so many connections at once.
pub(crate) async fn many(port: u16, page: &str, connections: usize, time: Duration) -> anyhow::Result<Answered> {
    let begun = Instant::now();
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..connections {
        let page = page.to_owned();
        asking.spawn(async move { until(port, &page, n, begun + time).await });
    }
    let mut answers = 0;
    while let Some(asked) = asking.join_next().await {
        answers += asked??;
    }
    Ok(Answered {
        answers,
        took: begun.elapsed(),
    })
}

async fn until(port: u16, page: &str, connection: usize, end: Instant) -> anyhow::Result<u64> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    let mut answers = 0;
    while Instant::now() < end {
        let visitor = connection * 5003 + usize::try_from(answers)?;
        ask(&mut stream, &request(port, page, visitor), &mut buffer).await?;
        answers += 1;
    }
    Ok(answers)
}

/// A request of one of many visitors, as a proxy would pass it on: nobody asks more often than one may. `{n}` in the page's address is another
/// number each time.
fn request(port: u16, page: &str, visitor: usize) -> String {
    let page = page.replace("{n}", &ASKED.fetch_add(1, Ordering::Relaxed).to_string());
    let [a, b, c] = [visitor / 62_500 % 250, visitor / 250 % 250, visitor % 250];
    let mut text = format!(
        "GET {page} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/html\r\naccept-encoding: gzip, deflate, br\r\n"
    );
    write!(text, "x-forwarded-for: 10.{a}.{b}.{c}\r\n\r\n").expect("writing to a string cannot fail");
    text
}

/// Sends a request and reads the whole answer; says how long it is.
async fn ask(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> anyhow::Result<usize> {
    stream.write_all(request.as_bytes()).await?;
    let mut read = 0;
    loop {
        if buffer.len() < read + 16_384 {
            buffer.resize(read + 65_536, 0);
        }
        let n = stream.read(&mut buffer[read..]).await?;
        if n == 0 {
            bail!("the connection was closed in the middle of an answer");
        }
        read += n;
        if let Some(length) = length(&buffer[..read])?
            && read >= length
        {
            return Ok(length);
        }
    }
}

/// How long the answer will be, once its head is there.
fn length(answer: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end])?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("not a page: {head}");
    }
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("an answer without its length")?;
    Ok(Some(end + 4 + length.1.trim().parse::<usize>()?))
}
