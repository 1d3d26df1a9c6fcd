//! Which requests are for this shop, and which come from another site.

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};

use super::Error;
use crate::Config;

/// Refuses a request for another host.
///
/// Behind a host that is not ours, links and cookies would be for somebody else. A proxy that forwards the name it was
/// asked for is held to the same list.
pub(super) fn check_host(config: &Config, uri: &Uri, headers: &HeaderMap) -> Result<(), Error> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (first, more) = (hosts.next(), hosts.next());
    if more.is_some() {
        return Err(Error::bad_request("two_hosts", "The request names two hosts."));
    }
    let named = first.and_then(|host| host.to_str().ok());
    let forwarded = headers
        .get_all("x-forwarded-host")
        .iter()
        .map(|host| host.to_str().unwrap_or_default());
    let in_uri = uri.authority().map(axum::http::uri::Authority::as_str);
    let all_ours = named
        .into_iter()
        .chain(forwarded)
        .chain(in_uri)
        .all(|host| is_ours(config, host));
    if all_ours && (named.is_some() || in_uri.is_some()) {
        Ok(())
    } else {
        Err(Error::Refused {
            status: StatusCode::MISDIRECTED_REQUEST,
            code: "other_host",
            message: format!("The address of this shop is {}", config.base_url),
        })
    }
}

fn is_ours(config: &Config, host: &str) -> bool {
    let usual_port = if config.base_url.is_https() { ":443" } else { ":80" };
    let host = host.strip_suffix(usual_port).unwrap_or(host);
    host.eq_ignore_ascii_case(config.base_url.host())
        || config.other_hosts.iter().any(|other| other.eq_ignore_ascii_case(host))
}

/// Refuses a request that changes something and was not made by a page of this shop.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`; older ones send `Origin`. With that no form needs a token,
/// so public pages are the same bytes for everybody. What machines call (webhooks) is signed instead.
pub(super) fn check_origin(config: &Config, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Error> {
    if method.is_safe() || crate::urls::is_for_machines(uri.path()) {
        return Ok(());
    }
    let comes_from_here = match headers.get("sec-fetch-site") {
        Some(site) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        None => headers
            .get(header::ORIGIN)
            .and_then(|origin| origin.to_str().ok())
            .is_some_and(|origin| is_own_origin(config, origin)),
    };
    if comes_from_here {
        Ok(())
    } else {
        Err(Error::Refused {
            status: StatusCode::FORBIDDEN,
            code: "cross_site",
            message: "This was sent from another site. Open the page here and try again.".into(),
        })
    }
}

fn is_own_origin(config: &Config, origin: &str) -> bool {
    let scheme = if config.base_url.is_https() {
        "https://"
    } else {
        "http://"
    };
    origin.strip_prefix(scheme).is_some_and(|host| is_ours(config, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let mut config = Config::new("https://shop.example".parse().unwrap());
        config.other_hosts = vec!["127.0.0.1:8080".into()];
        config
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_the_shops_own_hosts_are_answered() {
        let check =
            |pairs: &[(&'static str, &str)]| check_host(&config(), &Uri::from_static("/"), &headers(pairs)).is_ok();
        assert!(check(&[("host", "shop.example")]));
        assert!(check(&[("host", "SHOP.example:443")]));
        assert!(check(&[("host", "127.0.0.1:8080")]));
        assert!(check(&[("host", "shop.example"), ("x-forwarded-host", "shop.example")]));
        assert!(!check(&[]));
        assert!(!check(&[("host", "evil.example")]));
        assert!(!check(&[("host", "shop.example:8443")]));
        assert!(!check(&[("host", "shop.example"), ("host", "evil.example")]));
        assert!(!check(&[
            ("host", "shop.example"),
            ("x-forwarded-host", "evil.example")
        ]));
    }

    #[test]
    fn an_absolute_address_of_another_host_is_refused() {
        let uri = Uri::from_static("http://evil.example/reset");
        assert!(check_host(&config(), &uri, &headers(&[("host", "shop.example")])).is_err());
    }

    #[test]
    fn what_changes_something_must_come_from_this_shop() {
        let post = |pairs: &[(&'static str, &str)]| {
            check_origin(&config(), &Method::POST, &Uri::from_static("/cart"), &headers(pairs)).is_ok()
        };
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(post(&[("origin", "https://shop.example")]));
        assert!(!post(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://shop.example")
        ]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[("origin", "https://evil.example")]));
        assert!(!post(&[("origin", "http://shop.example")]));
        assert!(!post(&[("origin", "null")]));
        assert!(!post(&[]));
    }

    #[test]
    fn reading_and_signed_calls_may_come_from_anywhere() {
        let (uri, hook) = (Uri::from_static("/"), Uri::from_static("/webhooks/stripe"));
        let other = headers(&[("sec-fetch-site", "cross-site")]);
        assert!(check_origin(&config(), &Method::GET, &uri, &other).is_ok());
        assert!(check_origin(&config(), &Method::POST, &hook, &other).is_ok());
    }
}
