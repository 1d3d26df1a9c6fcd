//! What the operator decides about the web server.

use std::{net::IpAddr, path::PathBuf, time::Duration};

/// Where the shop is reached, and its limits. Built by the program from flags, environment and file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The shop's public address. Links in mails are built from it and from nothing a request says.
    pub base_url: BaseUrl,
    /// Host names a request may name besides that of `base_url` (for health checks: `127.0.0.1:8080`).
    pub other_hosts: Vec<String>,
    /// Origins of payment pages a form may lead to, such as `https://checkout.stripe.com`.
    pub gateway_origins: Vec<String>,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// A folder with templates and assets that win over the embedded ones.
    pub theme: Option<PathBuf>,
    /// How many bytes of finished pages are kept in memory.
    pub page_memory_bytes: usize,
    /// How long a request may take before it is answered with 503.
    pub request_time: Duration,
    /// How many requests one address (an IPv6 network of 64 bits) may make in a minute.
    pub requests_per_minute: u32,
    /// How many connections are open at once.
    pub connections: usize,
}

impl Config {
    /// The defaults for a shop at `base_url`.
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            other_hosts: Vec::new(),
            gateway_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            theme: None,
            page_memory_bytes: 32 << 20,
            request_time: Duration::from_secs(30),
            requests_per_minute: 1200,
            connections: 4096,
        }
    }
}

/// An absolute address with scheme and host: `https://shop.example`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    host_at: usize,
}

/// An address that is not `http://host` or `https://host`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a base address is https:// or http:// and a host, and nothing after it")]
pub struct BaseUrlError;

impl std::str::FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let host_at = ["https://", "http://"]
            .iter()
            .find(|scheme| text.starts_with(**scheme))
            .ok_or(BaseUrlError)?
            .len();
        let host = &text[host_at..];
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(BaseUrlError);
        }
        Ok(Self { text, host_at })
    }
}

impl BaseUrl {
    /// The whole address, which is also the origin browsers send: `https://shop.example`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port as in the `Host` header: `shop.example`.
    pub fn host(&self) -> &str {
        &self.text[self.host_at..]
    }

    /// Whether visitors come by TLS; cookies are `Secure` then.
    pub fn is_https(&self) -> bool {
        self.host_at == "https://".len()
    }

    /// An absolute link to a path of the shop.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_is_a_scheme_and_a_host() {
        let shop: BaseUrl = "HTTPS://Shop.Example/".parse().unwrap();
        assert_eq!(shop.as_str(), "https://shop.example");
        assert_eq!(shop.host(), "shop.example");
        assert!(shop.is_https());
        assert_eq!(shop.join("/cart"), "https://shop.example/cart");
        for wrong in [
            "",
            "shop.example",
            "ftp://x",
            "https://",
            "https://a/b",
            "http://a b",
            "https://u@h",
        ] {
            assert_eq!(wrong.parse::<BaseUrl>(), Err(BaseUrlError), "{wrong}");
        }
    }
}
