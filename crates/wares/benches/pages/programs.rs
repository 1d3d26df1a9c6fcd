//! The two programs that are asked: the shop, and one that knows a single answer.

use std::path::Path;
use std::process::Command;

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};

use crate::program::{Program, free_port, shop};

/// Names the file with the answer, in the environment of the program that gives it.
pub(crate) const CONSTANT: &str = "PAGES_CONSTANT_ANSWER";

/// The demo.
pub(crate) struct Shop {
    pub(crate) program: Program,
    pub(crate) port: u16,
}

impl Shop {
    pub(crate) fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = shop(env!("CARGO_BIN_EXE_wares"));
        command.arg("demo").arg("--data").arg(folder.join("shop"));
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        Ok(Self {
            program: Program::start(&mut command, "Ready")?,
            port,
        })
    }
}

/// The server that answers the same to everything.
pub(crate) struct Constant {
    pub(crate) program: Program,
    pub(crate) port: u16,
}

impl Constant {
    pub(crate) fn start(folder: &Path, answer: &[u8]) -> anyhow::Result<Self> {
        let file = folder.join("answer");
        std::fs::write(&file, answer)?;
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .env(CONSTANT, &file)
            .env("PAGES_CONSTANT_PORT", port.to_string());
        Ok(Self {
            program: Program::start(&mut command, "Ready")?,
            port,
        })
    }
}

/// What the second program does: the same head and body to whoever asks.
pub(crate) async fn answer_constantly(file: &Path) -> anyhow::Result<()> {
    let answer = std::fs::read(file)?;
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .context("no head")?;
    let mut headers = HeaderMap::new();
    for line in std::str::from_utf8(&answer[..end])?.lines().skip(1) {
        let (name, value) = line.split_once(": ").context("a line of the head")?;
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    let body = Bytes::from(answer[end + 4..].to_vec());
    let router = Router::new().fallback(move || std::future::ready((headers.clone(), body.clone())));
    let port: u16 = std::env::var("PAGES_CONSTANT_PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("Ready");
    Ok(axum::serve(listener, router).await?)
}
