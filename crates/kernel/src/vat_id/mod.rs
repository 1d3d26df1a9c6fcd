//! VAT ids: what a company is known by to the tax offices of the EU, the United Kingdom, Switzerland and Norway.
//!
//! Only the form is known here: letters, length and, where a country has published how, the check digits. Whether somebody has the id, only
//! its country's tax office knows.

mod check;
mod forms;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use forms::{FORMS, Form};

/// An id whose form is right: capital letters and digits without separators, its country's prefix first, such as `ATU13585627`.
///
/// What was written down stays readable also when a country changes the form of its ids: only what is typed is checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VatId(String);

/// The text is not a VAT id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VatIdError {
    /// It does not begin as one of a country whose ids are known.
    #[error("Begin the VAT id with the two letters of its country, like DE136695976")]
    Country,
    /// Too many or too few characters, or others than that country's ids have.
    #[error("A VAT id of {country} looks like {example}")]
    Form {
        /// The country's name.
        country: String,
        /// An id of that form.
        example: &'static str,
    },
    /// The digits do not go together: one was mistyped.
    #[error("This VAT id has a wrong digit. Compare it with your papers")]
    Digits,
}

impl VatId {
    /// The id without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country whose tax office gave it. That of Northern Ireland (XI) is the United Kingdom's.
    pub fn country(&self) -> Country {
        form_of(&self.0).map_or(Country::DE, Form::country)
    }

    /// Whether it counts for goods that go from one member state of the EU into another. Northern Ireland's does, the rest of the United
    /// Kingdom's does not.
    pub fn is_of_eu(&self) -> bool {
        form_of(&self.0).is_some_and(|form| form.is_eu)
    }

    /// Whether it is one of Northern Ireland.
    pub fn is_northern_irish(&self) -> bool {
        self.0.starts_with("XI")
    }
}

/// Whether a country is a member state of the EU.
pub fn is_in_eu(country: Country) -> bool {
    FORMS
        .iter()
        .any(|form| form.is_eu && form.prefix != "XI" && form.country() == country)
}

/// The form that a text without separators begins as.
fn form_of(text: &str) -> Option<&'static Form> {
    let prefix = text.get(..2)?;
    FORMS.iter().find(|form| form.prefix == prefix)
}

/// Capital letters without what people put between them. Greece is written GR by some and EL on its ids; Swiss and Norwegian ids may end in
/// the word for VAT.
fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !".-/_,".contains(*c))
        .flat_map(char::to_uppercase)
        .collect();
    if let Some(rest) = plain.strip_prefix("GR") {
        plain = format!("EL{rest}");
    }
    let words: &[&str] = match plain.get(..2) {
        Some("CH") => &["MWST", "TVA", "IVA", "VAT"],
        Some("NO") => &["MVA"],
        _ => &[],
    };
    match words.iter().find_map(|word| plain.strip_suffix(word)) {
        Some(id) => id.to_owned(),
        None => plain,
    }
}

impl FromStr for VatId {
    type Err = VatIdError;

    fn from_str(text: &str) -> Result<Self, VatIdError> {
        let text = plain(text);
        let form = form_of(&text).ok_or(VatIdError::Country)?;
        let rest = &text[2..];
        if !form.patterns.iter().any(|pattern| forms::fits(pattern, rest)) {
            let country = form.country().name().to_owned();
            let example = form.example;
            return Err(VatIdError::Form { country, example });
        }
        if !(form.check)(rest) {
            return Err(VatIdError::Digits);
        }
        Ok(Self(text))
    }
}
impl From<VatId> for String {
    fn from(id: VatId) -> Self {
        id.0
    }
}
impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> Result<String, VatIdError> {
        text.parse::<VatId>().map(String::from)
    }

    #[test]
    fn every_countrys_example_is_right_and_found_by_its_country() {
        for form in FORMS {
            let example: VatId = form
                .example
                .parse()
                .unwrap_or_else(|error| panic!("{}: {error}", form.example));
            assert_eq!(example.as_str(), form.example);
            assert_eq!(example.country(), form.country());
        }
        assert_eq!(FORMS.iter().filter(|form| is_in_eu(form.country())).count(), 27);
    }

    #[test]
    fn what_people_put_between_the_letters_makes_no_difference() {
        for (typed, read) in [
            (" de 136 695 976 ", "DE136695976"),
            ("atu-1358.5627", "ATU13585627"),
            ("GR 094259216", "EL094259216"),
            ("CHE-107.787.577 MWST", "CHE107787577"),
            ("NO 995 525 828 MVA", "NO995525828"),
            ("fr 40 303 265 045", "FR40303265045"),
        ] {
            assert_eq!(id(typed).as_deref(), Ok(read), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(id("136695976"), Err(VatIdError::Country));
        assert_eq!(id("US123456789"), Err(VatIdError::Country));
        assert_eq!(id(""), Err(VatIdError::Country));
        assert_eq!(id("Ä1"), Err(VatIdError::Country));
        assert_eq!(id("DE136695977"), Err(VatIdError::Digits));
        assert_eq!(
            id("DE13669597").unwrap_err().to_string(),
            "A VAT id of Germany looks like DE136695976"
        );
        assert!(matches!(id("DE١٣٦٦٩٥٩٧٦"), Err(VatIdError::Form { .. })));
    }

    #[test]
    fn ids_of_companies_that_are_known_are_right() {
        for known in [
            "NL000099998B57",
            "NL004495445B01",
            "IE6388047V",
            "ESB58378431",
            "FRXX999999999",
            "LT119511515",
            "BE1000000021",
            "GB980780684",
            "GBGD001",
            "XI980780684",
            "IT00743110157",
            "PL8567346215",
            "SE556188840401",
            "DK13585628",
            "LU15027442",
        ] {
            assert_eq!(id(known).as_deref(), Ok(known));
        }
    }

    #[test]
    fn northern_ireland_is_of_the_eu_and_the_rest_of_the_kingdom_is_not() {
        let eu = |text: &str| text.parse::<VatId>().unwrap().is_of_eu();
        assert!(eu("XI980780684") && eu("EL094259216"));
        assert!(!eu("GB980780684") && !eu("CHE107787577") && !eu("NO995525828"));
        assert!(!is_in_eu("GB".parse().unwrap()) && is_in_eu("GR".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_answered(text in "\\PC{0,40}") {
            if let Ok(read) = text.parse::<VatId>() {
                prop_assert_eq!(read.as_str().parse::<VatId>(), Ok(read.clone()));
            }
        }

        #[test]
        fn a_digit_that_is_mistyped_is_noticed(at in 0_usize..30, by in 1_u32..10) {
            for form in FORMS.iter().filter(|form| form.finds_a_wrong_digit) {
                let digits: Vec<usize> = form.example.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
                let at = digits[at % digits.len()];
                let old = form.example[at..=at].parse::<u32>().unwrap();
                let wrong = format!("{}{}{}", &form.example[..at], (old + by) % 10, &form.example[at + 1..]);
                prop_assert!(wrong.parse::<VatId>().is_err(), "{}", wrong);
            }
        }
    }
}
