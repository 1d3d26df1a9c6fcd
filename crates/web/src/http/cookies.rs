use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::Config;

/// The cookies a browser sent.
#[derive(Debug, Clone, Default)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// Reads the `Cookie` headers. What cannot be read is not there.
    pub fn of(headers: &HeaderMap) -> Self {
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self(pairs)
    }

    /// A secret cookie's value: one that was set with [`NewCookie::secret`].
    pub fn secret(&self, config: &Config, name: &str) -> Option<&str> {
        self.get(&secret_name(config, name))
    }

    /// A readable cookie's value, decoded.
    pub fn readable(&self, name: &str) -> Option<String> {
        let value = percent_decode_str(self.get(name)?).decode_utf8().ok()?;
        Some(value.into_owned())
    }

    /// The first cookie of that name: a later one may have been planted by another path or subdomain.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// With TLS the name carries `__Host-`, which browsers accept only from this host itself, for all paths, `Secure`.
fn secret_name(config: &Config, name: &str) -> String {
    if config.base_url.is_https() {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// A cookie to set: `SameSite=Lax`, for all paths of this host.
#[derive(Debug, Clone)]
pub struct NewCookie(String);

impl NewCookie {
    /// A cookie that only the server reads, such as a session. `max_age_s` absent: until the browser closes.
    pub fn secret(config: &Config, name: &str, value: &str, max_age_s: Option<u64>) -> Self {
        let name = secret_name(config, name);
        Self::new(config, &name, value, max_age_s, "; HttpOnly")
    }

    /// A cookie that the page's script reads: the number in the cart, the name to greet with. Never a secret.
    pub fn readable(config: &Config, name: &str, value: &str, max_age_s: Option<u64>) -> Self {
        Self::new(config, name, value, max_age_s, "")
    }

    /// Takes a secret cookie away.
    pub fn forget_secret(config: &Config, name: &str) -> Self {
        Self::secret(config, name, "", Some(0))
    }

    /// Takes a readable cookie away.
    pub fn forget_readable(config: &Config, name: &str) -> Self {
        Self::readable(config, name, "", Some(0))
    }

    fn new(config: &Config, name: &str, value: &str, max_age_s: Option<u64>, more: &str) -> Self {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        let age = max_age_s.map_or_else(String::new, |age| format!("; Max-Age={age}"));
        let secure = if config.base_url.is_https() { "; Secure" } else { "" };
        Self(format!("{name}={value}; Path=/; SameSite=Lax{age}{secure}{more}"))
    }

    /// Adds it to a response.
    pub fn set(&self, headers: &mut HeaderMap) {
        let value =
            HeaderValue::from_str(&self.0).expect("name and attributes are ours and the value is percent-encoded");
        headers.append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(base: &str) -> Config {
        Config::new(base.parse().unwrap())
    }

    #[test]
    fn a_secret_cookie_is_bound_to_the_host_when_there_is_tls() {
        let mut headers = HeaderMap::new();
        NewCookie::secret(&config("https://shop.example"), "sid", "abc", Some(60)).set(&mut headers);
        assert_eq!(
            headers[header::SET_COOKIE],
            "__Host-sid=abc; Path=/; SameSite=Lax; Max-Age=60; Secure; HttpOnly"
        );
    }

    #[test]
    fn values_survive_the_way_to_the_browser_and_back() {
        let config = config("http://127.0.0.1:8080");
        let mut answer = HeaderMap::new();
        NewCookie::readable(&config, "who", "Ines; Köln=\r\n", None).set(&mut answer);
        let line = answer[header::SET_COOKIE].to_str().unwrap();
        let mut sent = HeaderMap::new();
        let pair = line.split(';').next().unwrap();
        sent.insert(header::COOKIE, format!("x=1; {pair}; who=planted").parse().unwrap());
        assert_eq!(Cookies::of(&sent).readable("who").as_deref(), Some("Ines; Köln=\r\n"));
    }
}
