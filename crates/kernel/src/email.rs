//! E-mail addresses, checked in linear time and never resolved.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address as its owner writes it; [`EmailAddress::key`] is what two spellings share.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was entered.
    #[error("Enter your e-mail address")]
    Empty,
    /// More than 254 characters (RFC 5321).
    #[error("Use at most 254 characters for the e-mail address")]
    TooLong,
    /// Not of the form name@example.org.
    #[error("Enter an e-mail address such as name@example.org")]
    NotAnAddress,
}

impl EmailAddress {
    /// The most bytes an address may have (RFC 5321).
    pub const MAX: usize = 254;

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case, for looking people up.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// Enough of it to recognise, not enough to learn it: `a•••@example.org`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first = local.chars().next().map(String::from).unwrap_or_default();
        format!("{first}•••@{domain}")
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::NotAnAddress)?;
        if is_local_part(local) && is_domain(domain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(EmailError::NotAnAddress)
        }
    }
}

fn is_local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    (1..=64).contains(&local.len())
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}
impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}
impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken() {
        for text in [
            "ann@example.org",
            " Ann.Bee+shop@sub.example.co.uk ",
            "o'neil@example.ie",
            "jörg@müller.example",
        ] {
            assert!(text.parse::<EmailAddress>().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_could_break_a_mail_header_is_refused() {
        for text in [
            "a@b",
            "x\r\nBcc: v@e.org",
            "a b@example.org",
            "a@exa mple.org",
            "@example.org",
            "a@",
            "a@@example.org",
            "a@-x.org",
            "<a@example.org>",
            "a..b@example.org",
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(EmailError::NotAnAddress), "{text}");
        }
    }

    #[test]
    fn a_megabyte_of_nonsense_is_refused_by_its_length() {
        assert_eq!("a@".repeat(500_000).parse::<EmailAddress>(), Err(EmailError::TooLong));
    }
}
