//! Pictures from the web, fetched without ever being led into the shop's own network.
//!
//! - Only addresses of the public internet are connected to, and only on the usual ports. A name is resolved here, what it resolves to
//!   is checked, and the connection goes to what was checked: a name server that answers differently a second time gains nothing.
//! - A redirect is a new address: checked like the first, at most [`REDIRECTS_MAX`] of them.
//! - No cookies, no proxy from the environment, limits on time and bytes. What comes back is bytes; whether they are a picture is
//!   decided by whoever decodes them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{self, Policy};
use reqwest::{Client, Response, StatusCode, Url};
use wares_commerce::importing::{FetchError, PictureSource};
use wares_commerce::media::BYTES_MAX;

/// Redirects followed at most.
pub const REDIRECTS_MAX: usize = 3;
const CONNECT_TIME_OUT: Duration = Duration::from_secs(5);
/// Longest time one picture may take.
const TIME_OUT: Duration = Duration::from_secs(20);

const NOT_PUBLIC: &str = "the address does not lead to the public internet";

/// Where connections may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Addresses of the public internet, ports 80 and 443.
    Public,
    /// This machine too, on any port: for tests, whose web servers run beside them.
    AlsoThisMachine,
}

impl Reach {
    fn allows(self, ip: IpAddr) -> bool {
        is_public(ip) || (self == Self::AlsoThisMachine && ip.is_loopback())
    }

    /// What is wrong with an address, as far as it can be seen without asking anybody.
    fn refusal(self, url: &Url) -> Option<&'static str> {
        if !matches!(url.scheme(), "http" | "https") {
            return Some("the address is not one of the web");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Some("the address contains a password");
        }
        if self == Self::Public && !matches!(url.port_or_known_default(), Some(80 | 443)) {
            return Some("the address names an unusual port");
        }
        let host = url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // A numeric address is connected to without being resolved.
        match bare.parse::<IpAddr>() {
            Ok(ip) if !self.allows(ip) => Some(NOT_PUBLIC),
            _ => None,
        }
    }
}

/// Whether an address is one of the public internet (IANA's registries of special-purpose addresses,
/// <https://www.iana.org/assignments/iana-ipv4-special-registry> and <https://www.iana.org/assignments/iana-ipv6-special-registry>).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_protocol = a == 192 && b == 0 && c == 0;
    let is_relay = a == 192 && b == 88 && c == 99;
    let is_benchmark = a == 198 && (18..20).contains(&b);
    let is_special = is_shared || is_protocol || is_relay || is_benchmark || a == 0 || a >= 224;
    !(is_special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Everything that is given out is in 2000::/3; what embeds an IPv4 address or is for documents is not connected to.
    let is_given_out = a & 0xe000 == 0x2000;
    let is_protocol = a == 0x2001 && b < 0x0200;
    let is_document = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let is_6to4 = a == 0x2002;
    is_given_out && !is_protocol && !is_document && !is_6to4
}

/// Resolves names to what may be connected to.
struct Checked(Reach);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found.iter().copied().filter(|at| reach.allows(at.ip())).collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Box::new(Forbidden(NOT_PUBLIC)) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Somewhere that is not connected to, met on the way.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Forbidden(&'static str);

/// The web.
#[derive(Debug)]
pub struct Web {
    client: Client,
    reach: Reach,
}

impl Web {
    /// Connects to nobody yet.
    pub fn new(reach: Reach) -> Result<Self, reqwest::Error> {
        crate::install_crypto();
        let client = Client::builder()
            .user_agent("Wares (pictures of an imported catalogue)")
            .dns_resolver(Checked(reach))
            .redirect(Policy::custom(move |attempt| onward(reach, attempt)))
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIME_OUT)
            .timeout(TIME_OUT)
            .build()?;
        Ok(Self { client, reach })
    }
}

fn onward(reach: Reach, attempt: redirect::Attempt<'_>) -> redirect::Action {
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error(Forbidden("the address leads on and on"));
    }
    match reach.refusal(attempt.url()) {
        Some(refusal) => attempt.error(Forbidden(refusal)),
        None => attempt.follow(),
    }
}

#[async_trait]
impl PictureSource for Web {
    async fn fetch(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let url: Url = address
            .parse()
            .map_err(|_| FetchError::Refused("this is not an address".to_owned()))?;
        if let Some(refusal) = self.reach.refusal(&url) {
            return Err(FetchError::Refused(refusal.to_owned()));
        }
        let answer = self.client.get(url).send().await.map_err(|error| unanswered(&error))?;
        check(answer.status())?;
        read(answer).await
    }
}

/// An answer other than the picture. What is busy or broken may recover.
fn check(status: StatusCode) -> Result<(), FetchError> {
    if status.is_success() {
        return Ok(());
    }
    let text = format!("the server answered {status}");
    let may_recover = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    Err(if may_recover {
        FetchError::Unreachable(text)
    } else {
        FetchError::Refused(text)
    })
}

async fn read(mut answer: Response) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::Refused("a picture has at most 20 MB".to_owned());
    let most = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
    if answer.content_length().is_some_and(|length| length > most) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unanswered(&error))? {
        if bytes.len() + chunk.len() > BYTES_MAX {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn unanswered(error: &reqwest::Error) -> FetchError {
    if let Some(Forbidden(refusal)) = cause(error) {
        return FetchError::Refused((*refusal).to_owned());
    }
    FetchError::Unreachable(if error.is_timeout() {
        "the server took too long".to_owned()
    } else if error.is_connect() {
        "the server cannot be reached".to_owned()
    } else {
        "the answer broke off".to_owned()
    })
}

/// The refusal of ours that is behind a failure.
fn cause(error: &reqwest::Error) -> Option<&Forbidden> {
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        if let Some(forbidden) = error.downcast_ref() {
            return Some(forbidden);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_connected_to() {
        for ip in [
            "9.9.9.9",
            "192.0.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2620:fe::fe",
            "2a00:1450::1",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn an_address_is_looked_at_before_anybody_is_asked() {
        for (address, is_refused) in [
            ("https://cdn.example.com/a.jpg", false),
            ("http://cdn.example.com/a.jpg", false),
            ("https://cdn.example.com:443/a.jpg", false),
            ("https://cdn.example.com:8443/a.jpg", true),
            ("http://cdn.example.com:22/", true),
            ("https://user:secret@cdn.example.com/a.jpg", true),
            ("ftp://cdn.example.com/a.jpg", true),
            ("file:///etc/passwd", true),
            ("http://127.0.0.1/a.jpg", true),
            ("http://2130706433/a.jpg", true),
            ("http://0x7f.1/a.jpg", true),
            ("http://017700000001/a.jpg", true),
            ("http://[::1]/a.jpg", true),
            ("http://[::ffff:169.254.169.254]/latest/meta-data", true),
            ("http://169.254.169.254/latest/meta-data", true),
        ] {
            let url: Url = address.parse().unwrap();
            assert_eq!(Reach::Public.refusal(&url).is_some(), is_refused, "{address}");
        }
    }
}
