//! The part of a page's address that names it: ASCII letters, digits and hyphens.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Between 1 and 120 characters of `a–z`, `0–9` and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use letters, digits and hyphens only")]
pub struct SlugError;

impl Slug {
    /// The most characters.
    pub const MAX: usize = 120;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug a title suggests: accents dropped, everything else a hyphen. `None` when nothing is left.
    pub fn from_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in title.nfkd().flat_map(spell) {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !is_mark(c) && !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() == Self::MAX {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            None
        } else {
            Some(Self(slug.to_owned()))
        }
    }

    /// The same slug with a number, for the second thing of that name.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let suffix = format!("-{n}");
        let stem: String = self.0.chars().take(Self::MAX - suffix.len()).collect();
        Self(format!("{}{suffix}", stem.trim_end_matches('-')))
    }
}

/// Letters that Unicode does not take apart, as they are spelled in ASCII.
fn spell(c: char) -> impl Iterator<Item = char> {
    let spelled = match c {
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'ø' | 'Ø' => "o",
        'œ' | 'Œ' => "oe",
        'đ' | 'Đ' => "d",
        'ł' | 'Ł' => "l",
        _ => "",
    };
    let itself = spelled.is_empty().then_some(c);
    spelled.chars().chain(itself)
}

/// Marks that stand on a letter, and the apostrophe: dropped without a trace.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\'' | '\u{2019}')
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let fine = (1..=Self::MAX).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if fine {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError)
        }
    }
}
impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}
impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}
impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_title_becomes_a_readable_slug() {
        let slug = |title: &str| Slug::from_title(title).map(String::from);
        assert_eq!(
            slug("Tarn Espresso Cup & Saucer"),
            Some("tarn-espresso-cup-saucer".to_owned())
        );
        assert_eq!(
            slug("Große Straße – Łódź, l'été"),
            Some("grosse-strasse-lodz-lete".to_owned())
        );
        assert_eq!(slug("中文"), None);
    }

    proptest! {
        #[test]
        fn every_slug_made_of_a_title_is_a_slug(title in "\\PC{0,200}", n in 2u32..100_000) {
            if let Some(slug) = Slug::from_title(&title) {
                prop_assert_eq!(slug.as_str().parse::<Slug>(), Ok(slug.clone()));
                prop_assert!(slug.numbered(n).as_str().parse::<Slug>().is_ok());
            }
        }
    }
}
