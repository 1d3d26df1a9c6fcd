//! Configuration: what the operator decides, as one value.
//!
//! Flags win over the environment, that over `wares.toml`, that over `default.toml`, which is embedded: the documented default *is*
//! the default. Unknown keys are errors, and all errors are told at once.

mod layers;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use wares_adapters::blobs::s3::{Access, Place};
use wares_db::Authority;
use wares_web::config::BaseUrl;

pub(crate) use layers::{ConfigErrors, Layers};

/// Everything the operator decides.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) server: Server,
    pub(crate) data: Data,
    /// The bucket for pictures; without one they are kept in the data folder.
    pub(crate) bucket: Option<Access>,
    pub(crate) page_memory_bytes: usize,
    pub(crate) log: Log,
}

/// How the shop is reached.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) listen: SocketAddr,
    pub(crate) base_url: BaseUrl,
    pub(crate) other_hosts: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) request_time: Duration,
    pub(crate) requests_per_minute: u32,
    pub(crate) connections: usize,
}

/// Where the data is.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    pub(crate) folder: PathBuf,
    pub(crate) database: Option<String>,
    pub(crate) authority: Authority,
    pub(crate) connections: usize,
    pub(crate) theme: Option<PathBuf>,
    pub(crate) key_file: PathBuf,
}

/// What is written to the log, and how.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) json: bool,
    pub(crate) level: String,
}

impl Config {
    /// Reads the merged layers; every mistake is in the error.
    pub(crate) fn read(layers: &Layers) -> Result<Self, ConfigErrors> {
        let mut reader = layers.reader();
        let listen: SocketAddr = reader.parsed("server", "listen", "127.0.0.1:8080");
        let config = Self {
            server: Server {
                listen,
                base_url: base_url(&mut reader, listen),
                other_hosts: reader.list("server", "other_hosts"),
                trusted_proxies: reader.list("server", "trusted_proxies"),
                request_time: Duration::from_secs(reader.number("server", "request_seconds", 1..=600)),
                requests_per_minute: reader.number("server", "requests_per_minute", 1..=10_000_000),
                connections: reader.number("server", "connections", 1..=1_000_000),
            },
            data: data(&mut reader),
            bucket: bucket(&mut reader),
            page_memory_bytes: reader.number::<usize>("pages", "memory_mb", 0..=1_000_000) << 20,
            log: Log {
                json: reader.choice("log", "format", &["text", "json"]) == "json",
                level: reader.text("log", "level"),
            },
        };
        reader.finish(config)
    }
}

fn base_url(reader: &mut layers::Reader<'_>, listen: SocketAddr) -> BaseUrl {
    let own = format!("http://{listen}");
    match reader.text("server", "base_url").as_str() {
        "" => reader.checked("server", "base_url", &own),
        _ => reader.parsed("server", "base_url", &own),
    }
}

fn data(reader: &mut layers::Reader<'_>) -> Data {
    let folder = PathBuf::from(reader.text("data", "folder"));
    let given = |text: String| if text.is_empty() { None } else { Some(text) };
    let key_file = given(reader.text("data", "key_file")).map_or_else(|| folder.join("secret.key"), PathBuf::from);
    Data {
        database: given(reader.text("data", "database")),
        authority: given(reader.text("data", "database_authority"))
            .map_or(Authority::System, |path| Authority::File(path.into())),
        connections: reader.number("data", "connections", 1..=1000),
        theme: given(reader.text("data", "theme")).map(PathBuf::from),
        key_file,
        folder,
    }
}

fn bucket(reader: &mut layers::Reader<'_>) -> Option<Access> {
    let [region, key, secret] = ["region", "access_key", "secret_key"].map(|name| reader.text("media", name));
    if reader.text("media", "bucket").is_empty() {
        return None;
    }
    for (name, value) in [("region", &region), ("access_key", &key), ("secret_key", &secret)] {
        if value.is_empty() {
            reader.mistake("media", name, "a bucket needs it");
        }
    }
    let place: Place = reader.parsed("media", "bucket", "https://s3.example/bucket");
    Some(Access {
        place,
        region,
        key,
        secret,
    })
}

#[cfg(test)]
mod tests;
