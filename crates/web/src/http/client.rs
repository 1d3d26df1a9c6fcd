use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, request::Parts},
};

use super::Error;
use crate::{App, Config};

/// Where a request comes from: the last address that no trusted proxy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// From the connection and, behind trusted proxies, from the right end of `X-Forwarded-For`.
    ///
    /// What a client writes into that header itself stands further left and is never reached.
    pub(super) fn of(config: &Config, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let mut address = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V6(Ipv6Addr::LOCALHOST), |info| info.0.ip())
            .to_canonical();
        let hops: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .collect();
        for hop in hops.iter().rev() {
            if !config.trusted_proxies.contains(&address) {
                break;
            }
            let Ok(ip) = hop.parse::<IpAddr>() else { break };
            address = ip.to_canonical();
        }
        Self(address)
    }

    /// What limits are counted by: an IPv4 address, or the network of an IPv6 address, which one person has all of.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(ip) => ip.into(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        }
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        Ok(Self::of(&app.config, &parts.headers, &parts.extensions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(trusted: &[&str], peer: &str, forwarded: &str) -> String {
        let mut config = Config::new("https://shop.example".parse().unwrap());
        config.trusted_proxies = trusted.iter().map(|ip| ip.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        ClientAddress::of(&config, &headers, &extensions).0.to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(address(&[], "192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(address(&["192.0.2.1"], "192.0.2.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(
            address(
                &["192.0.2.1", "192.0.2.2"],
                "192.0.2.1",
                "1.1.1.1, 203.0.113.9, 192.0.2.2"
            ),
            "203.0.113.9"
        );
        assert_eq!(address(&["192.0.2.1"], "192.0.2.1", "nonsense"), "192.0.2.1");
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let one = ClientAddress("2001:db8:1:2:3::1".parse().unwrap());
        let other = ClientAddress("2001:db8:1:2:ffff::2".parse().unwrap());
        assert_eq!(one.network(), other.network());
    }
}
