//! Countries by their ISO 3166-1 alpha-2 code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::country_names::NAMES;

/// Two letters, such as DE. Whether the shop delivers there is a question for its shipping zones.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose a country")]
pub struct CountryError;

impl Country {
    /// Germany.
    pub const DE: Self = Self(*b"DE");

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// The English short name, or the two letters where no country has them.
    pub fn name(&self) -> &str {
        NAMES
            .binary_search_by_key(&&self.0, |(code, _)| code)
            .map_or(self.code(), |at| NAMES[at].1)
    }

    /// Every country there is, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(code, _)| Self(**code))
    }
}

impl FromStr for Country {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        let bytes: [u8; 2] = text
            .trim()
            .to_ascii_uppercase()
            .as_bytes()
            .try_into()
            .map_err(|_| CountryError)?;
        if bytes.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(bytes))
        } else {
            Err(CountryError)
        }
    }
}
impl TryFrom<String> for Country {
    type Error = CountryError;

    fn try_from(text: String) -> Result<Self, CountryError> {
        text.parse()
    }
}
impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_called_by_their_names() {
        assert_eq!(Country::DE.name(), "Germany");
        assert_eq!("CI".parse::<Country>().unwrap().name(), "Côte d’Ivoire");
        assert_eq!("XX".parse::<Country>().unwrap().name(), "XX");
        assert!(Country::all().is_sorted());
    }
}
