//! What every mail has in common.

use serde::Serialize;

use crate::settings::Store;

use super::links::Links;

/// A mail's facts, typed, as its templates `<NAME>.txt` and `<NAME>.html` read them.
pub(super) trait Letter: Serialize {
    /// The name of its templates.
    const NAME: &'static str;

    /// One of each kind there is, for the test that renders them all.
    #[cfg(test)]
    fn samples() -> Vec<(&'static str, Self)>
    where
        Self: Sized;
}

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Sender {
    /// The shop's name.
    pub(super) name: String,
    /// Its first page.
    pub(super) url: String,
    /// Where customers may write to.
    pub(super) email: Option<String>,
    /// Its contact page.
    pub(super) contact_url: String,
    /// Company, address and VAT id in one line.
    pub(super) legal: String,
    /// The colour of buttons.
    pub(super) accent: String,
    /// The same in the dark.
    pub(super) accent_dark: String,
}

impl Sender {
    pub(super) fn new(store: &Store, links: &Links) -> Self {
        let mut legal: Vec<String> = Vec::new();
        if !store.legal_name.is_empty() {
            legal.push(store.legal_name.clone());
        }
        legal.extend(
            store
                .address
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
        let mut legal = legal.join(", ");
        if !store.vat_id.is_empty() {
            legal = format!("{legal}. VAT id {}", store.vat_id);
        }
        Self {
            name: store.name.clone(),
            url: links.home().to_owned(),
            email: store.email.as_ref().map(ToString::to_string),
            contact_url: links.to(|paths| paths.contact),
            legal: legal.trim_start_matches(['.', ' ']).to_owned(),
            accent: store.accent.to_string(),
            accent_dark: store.accent.in_the_dark().to_string(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample() -> Self {
        Self {
            name: "Fieldhouse".to_owned(),
            url: "https://fieldhouse.example".to_owned(),
            email: Some("hello@fieldhouse.example".to_owned()),
            contact_url: "https://fieldhouse.example/contact".to_owned(),
            legal: "Fieldhouse GmbH, Spinnereistraße 7, 04179 Leipzig. VAT id DE000000000".to_owned(),
            accent: "#1D4B39".to_owned(),
            accent_dark: "#93D6B4".to_owned(),
        }
    }
}
