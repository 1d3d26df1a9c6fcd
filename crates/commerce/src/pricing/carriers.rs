//! Companies that carry parcels, and the addresses of their tracking pages.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wares_kernel::CarrierId;

pub use super::store::{carrier_named, carriers};

/// What may stand in a URL as it is; everything else in a tracking number is encoded.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Its id.
    pub id: CarrierId,
    /// As people know it.
    pub name: String,
    /// The page of one parcel with `{tracking}`, `{postcode}` and `{country}` in it, or empty.
    pub tracking_url: String,
    /// Whether staff may choose it.
    pub is_active: bool,
    /// How often it was changed, from 1.
    pub version: i64,
}

/// Why a template for tracking pages was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not https.
    #[error("a tracking address begins with https://")]
    NotHttps,
    /// Without the number it would show nothing.
    #[error("a tracking address holds {{tracking}} where the number goes")]
    NoTracking,
    /// A placeholder where it would choose the server.
    #[error("the name of the server cannot depend on the parcel")]
    VariableHost,
}

/// Checks a template: https, a fixed server, and a place for the number.
pub fn check_template(template: &str) -> Result<(), TemplateError> {
    let rest = template.strip_prefix("https://").ok_or(TemplateError::NotHttps)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('{') {
        return Err(TemplateError::VariableHost);
    }
    if !template.contains("{tracking}") {
        return Err(TemplateError::NoTracking);
    }
    Ok(())
}

/// The tracking page of one parcel; empty when the carrier has none or there is no number.
pub fn tracking_url(template: &str, number: &str, postcode: &str, country: &str) -> String {
    if number.is_empty() || check_template(template).is_err() {
        return String::new();
    }
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    template
        .replace("{tracking}", &encode(number))
        .replace("{postcode}", &encode(postcode))
        .replace("{country}", &encode(country))
}

/// The carrier a typed number looks like; only a suggestion.
pub fn suggest(number: &str) -> Option<&'static str> {
    let bare: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = bare.chars().all(|c| c.is_ascii_digit());
    match bare.len() {
        18 if bare.starts_with("1Z") => Some("UPS"),
        20 if digits && bare.starts_with("00340") => Some("DHL"),
        22 if digits && bare.starts_with('9') => Some("USPS"),
        13 if bare.ends_with("GB") => Some("Royal Mail"),
        14 if digits && bare.starts_with("01") => Some("DPD"),
        12 if digits => Some("FedEx"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracking_number_cannot_leave_its_place_in_the_address() {
        let template = "https://track.example/{country}/{postcode}?n={tracking}";
        assert_eq!(
            tracking_url(template, "AB 1&x=2/../#", "SW1A 1AA", "GB"),
            "https://track.example/GB/SW1A%201AA?n=AB%201%26x%3D2%2F..%2F%23"
        );
        assert_eq!(tracking_url(template, "", "", ""), "");
    }

    #[test]
    fn only_https_addresses_of_a_fixed_server_are_templates() {
        assert_eq!(
            check_template("http://x.example/{tracking}"),
            Err(TemplateError::NotHttps)
        );
        assert_eq!(check_template("javascript:{tracking}"), Err(TemplateError::NotHttps));
        assert_eq!(check_template("https://{tracking}/"), Err(TemplateError::VariableHost));
        assert_eq!(check_template("https://x.example/"), Err(TemplateError::NoTracking));
        assert_eq!(check_template("https://x.example/{tracking}"), Ok(()));
    }

    #[test]
    fn a_number_suggests_its_carrier() {
        assert_eq!(suggest("1Z999AA10123456784"), Some("UPS"));
        assert_eq!(suggest("00340434161094042557"), Some("DHL"));
        assert_eq!(suggest("hello"), None);
    }
}
