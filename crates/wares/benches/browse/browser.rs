//! Somebody who looks at one page after the other over a connection that stays open.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::program::Program;

/// What one answer took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) time: Duration,
    /// Of the processor, by the shop.
    pub(crate) cpu: Duration,
}

pub(crate) struct Browser<'a> {
    shop: &'a Program,
    host: String,
    stream: TcpStream,
    asked: usize,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(shop: &'a Program, port: u16) -> anyhow::Result<Self> {
        let host = format!("127.0.0.1:{port}");
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            shop,
            host,
            stream,
            asked: 0,
        })
    }

    /// Asks as a browser does, and measures.
    pub(crate) fn look(&mut self, url: &str) -> anyhow::Result<Took> {
        let before = self.shop.cpu();
        let begun = Instant::now();
        self.ask(url, "br")?;
        let time = begun.elapsed();
        let cpu = self.shop.cpu().saturating_sub(before);
        Ok(Took { time, cpu })
    }

    /// The page to read; empty where the answer leads elsewhere.
    pub(crate) fn read(&mut self, url: &str) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.ask(url, "identity")?)?)
    }

    fn ask(&mut self, url: &str, encoding: &str) -> anyhow::Result<Vec<u8>> {
        let [a, b, c] = [self.asked / 62_500 % 250, self.asked / 250 % 250, self.asked % 250];
        self.asked += 1;
        let host = &self.host;
        let request = format!(
            "GET {url} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\naccept-encoding: {encoding}\r\nx-forwarded-for: 10.{a}.{b}.{c}\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        let mut buffer = vec![0; 65_536];
        loop {
            let n = self.stream.read(&mut buffer)?;
            if n == 0 {
                bail!("the connection was closed in the middle of {url}");
            }
            answer.extend_from_slice(&buffer[..n]);
            if let Some(body_at) = body_at(&answer, url)?
                && answer.len() >= body_at.end
            {
                return Ok(answer.split_off(body_at.start));
            }
        }
    }
}

/// Where the body is, once the head is there.
fn body_at(answer: &[u8], url: &str) -> anyhow::Result<Option<std::ops::Range<usize>>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end])?;
    let status = head.get(9..12).unwrap_or_default();
    if !matches!(status, "200" | "303") {
        bail!("{url} is not a page: {head}");
    }
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let length = lines
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, length)| length.trim().parse::<usize>())
        .next()
        .context("an answer without its length")??;
    Ok(Some(end + 4..end + 4 + length))
}
