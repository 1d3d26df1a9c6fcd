//! One API request, read: method, path, and form fields in Stripe's bracket notation.

use std::cell::RefCell;
use std::collections::HashSet;

use axum::http::{Method, Uri};
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::model::Metadata;
use crate::render::Expand;

/// Most metadata entries on an object, as at Stripe.
const METADATA_MAX: usize = 50;

/// A request as its endpoint sees it.
///
/// Fields are taken by name; [`Call::finish`] then refuses those nobody took, so that a misspelt one is noticed.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    fields: Vec<(String, String)>,
    taken: RefCell<HashSet<String>>,
}

impl Call {
    pub(crate) fn parse(method: &Method, uri: &Uri, body: &[u8]) -> Result<Self, ApiError> {
        let encoded = if *method == Method::GET {
            uri.query().unwrap_or_default().as_bytes()
        } else {
            body
        };
        let fields: Vec<(String, String)> = form_urlencoded::parse(encoded).into_owned().collect();
        if fields
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(ApiError::invalid("", "Parameters may not contain null bytes."));
        }
        let path = uri.path().to_owned();
        Ok(Self {
            method: method.clone(),
            path,
            fields,
            taken: RefCell::default(),
        })
    }

    /// The method and the parts of the path after `/v1/`.
    pub(crate) fn route(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("/v1/").unwrap_or_default();
        std::iter::once(self.method.as_str()).chain(path.split('/')).collect()
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn changes_something(&self) -> bool {
        self.method != Method::GET
    }

    pub(crate) fn unknown_url(&self) -> ApiError {
        ApiError::unknown_url(self.method.as_str(), &self.path)
    }

    /// A hash of everything asked, whatever the order of the fields.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort();
        let hash = Sha256::digest(format!("{} {} {fields:?}", self.method, self.path));
        hash.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.taken.borrow_mut().insert(name.to_owned());
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::missing(name))
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) if number >= 0 => Ok(Some(number)),
            _ => Err(ApiError::invalid(name, format!("Invalid integer: {name}"))),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(ApiError::invalid(name, format!("Invalid boolean: {name}"))),
        }
    }

    /// Everything under `name[…]`.
    pub(crate) fn map(&self, name: &str) -> Result<Metadata, ApiError> {
        let mut map = Metadata::new();
        for (field, value) in &self.fields {
            let Some(key) = field.strip_prefix(name).and_then(bracketed) else {
                continue;
            };
            self.taken.borrow_mut().insert(field.clone());
            if key.len() > 40 || value.len() > 500 {
                return Err(ApiError::invalid(
                    name,
                    "Metadata keys have up to 40 characters and values up to 500.",
                ));
            }
            map.insert(key.to_owned(), value.clone());
        }
        if map.len() > METADATA_MAX {
            return Err(ApiError::invalid(
                name,
                format!("An object holds up to {METADATA_MAX} metadata keys."),
            ));
        }
        Ok(map)
    }

    /// Which objects to show whole; in lists, names start with `data.`.
    pub(crate) fn expand(&self) -> Result<Expand, ApiError> {
        let mut expand = Expand::default();
        for (field, value) in &self.fields {
            if !field.starts_with("expand[") {
                continue;
            }
            self.taken.borrow_mut().insert(field.clone());
            match value.strip_prefix("data.").unwrap_or(value) {
                "payment_intent" => expand.intent = true,
                "latest_charge" => expand.charge = true,
                "payment_intent.latest_charge" => {
                    expand = Expand {
                        intent: true,
                        charge: true,
                    }
                }
                _ => {
                    return Err(ApiError::invalid(
                        "expand",
                        format!("This property cannot be expanded ({value})."),
                    ));
                }
            }
        }
        Ok(expand)
    }

    /// Refuses fields that no endpoint knows.
    pub(crate) fn finish(&self) -> Result<(), ApiError> {
        let taken = self.taken.borrow();
        match self.fields.iter().find(|(name, _)| !taken.contains(name)) {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::unknown_parameter(name)),
        }
    }
}

fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(body: &str) -> Call {
        Call::parse(&Method::POST, &Uri::from_static("/v1/refunds"), body.as_bytes()).unwrap()
    }

    #[test]
    fn the_order_of_fields_does_not_change_what_is_asked() {
        assert_eq!(call("a=1&b=2").fingerprint(), call("b=2&a=1").fingerprint());
        assert_ne!(call("a=1&b=2").fingerprint(), call("a=1&b=3").fingerprint());
        assert_ne!(call("a=1&b=2").fingerprint(), call("a=1%26b=2").fingerprint());
    }

    #[test]
    fn a_field_nobody_takes_is_refused() {
        let call = call("amount=5&metadata[order]=7&amuont=5");
        assert_eq!(call.number("amount"), Ok(Some(5)));
        assert_eq!(call.map("metadata").unwrap()["order"], "7");
        assert_eq!(call.finish().unwrap_err().param.as_deref(), Some("amuont"));
    }

    #[test]
    fn numbers_are_whole_and_not_negative() {
        for wrong in ["-1", "1.5", "1e3", "99999999999999999999", "x"] {
            assert!(call(&format!("amount={wrong}")).number("amount").is_err(), "{wrong}");
        }
        assert_eq!(call("").number("amount"), Ok(None));
    }
}
