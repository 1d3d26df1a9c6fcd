//! What a password must be: long enough and not one that everybody tries first. Nothing else.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::common;

/// The fewest characters of a customer's password.
pub const CUSTOMER_MIN: usize = 8;

/// A password fit to be set: NFC, otherwise exactly as typed. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// What a new password is measured by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The fewest characters.
    pub min: usize,
    /// The shop's name, which everybody would try.
    pub shop: &'a str,
    /// The owner's e-mail address.
    pub email: &'a str,
}

/// Why a password was not taken, in words for the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing was entered.
    #[error("Enter a password")]
    Empty,
    /// Too short.
    #[error("Use at least {0} characters")]
    TooShort(usize),
    /// Longer than anybody needs.
    #[error("Use at most {} characters", Password::MAX)]
    TooLong,
    /// One of those that are tried first.
    #[error("Choose a password that fewer people use")]
    Common,
    /// The shop's name.
    #[error("Choose a password that is not the name of the shop")]
    ShopName,
    /// The part of the e-mail address before the @.
    #[error("Choose a password that is not your e-mail address")]
    OwnAddress,
}

impl Password {
    /// The most characters.
    pub const MAX: usize = 128;

    /// Checks a new password.
    pub fn choose(typed: &str, rules: Rules<'_>) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        // Cheap before dear: normalising a megabyte is work.
        if typed.len() > Self::MAX * 4 {
            return Err(PasswordError::TooLong);
        }
        let password = normal(typed);
        let n_chars = password.chars().count();
        if n_chars < rules.min {
            return Err(PasswordError::TooShort(rules.min));
        }
        if n_chars > Self::MAX {
            return Err(PasswordError::TooLong);
        }
        refuse_guessable(&password, rules)?;
        Ok(Self(password))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The form a password is hashed in, both when it is set and when it is checked. Only the Unicode form: nothing is trimmed.
pub(super) fn normal(typed: &str) -> String {
    typed.nfc().collect()
}

fn refuse_guessable(password: &str, rules: Rules<'_>) -> Result<(), PasswordError> {
    let bare = letters_of(password);
    let email = rules.email.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    if is_name(&bare, &letters_of(rules.shop)) {
        return Err(PasswordError::ShopName);
    }
    if password.to_lowercase() == email || is_name(&bare, &letters_of(local)) {
        return Err(PasswordError::OwnAddress);
    }
    if common::is_common(password) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// The letters and digits in lower case, so that `Field-House` is `fieldhouse`.
fn letters_of(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a password is a name, perhaps with a few digits behind it. Very short names would forbid too much.
fn is_name(bare: &str, name: &str) -> bool {
    let stem = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    name.chars().count() >= 3 && (bare == name || stem(bare) == stem(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(typed: &str) -> Result<Password, PasswordError> {
        let rules = Rules {
            min: CUSTOMER_MIN,
            shop: "Field House",
            email: "Ines.Roth@example.org",
        };
        Password::choose(typed, rules)
    }

    // SECURITY 32
    #[test]
    fn a_password_has_at_least_eight_and_at_most_128_characters_of_any_kind() {
        assert_eq!(choose(""), Err(PasswordError::Empty));
        assert_eq!(choose("kfq-7tz"), Err(PasswordError::TooShort(8)));
        assert_eq!(choose(&"é😀".repeat(65)), Err(PasswordError::TooLong));
        assert_eq!(choose(&"a".repeat(10_000_000)), Err(PasswordError::TooLong));
        for fine in [
            "kfq-7tzu",
            "ключ от дома",
            "        kfq7tz",
            "我的密码很长很长",
            &"x9 kQz7".repeat(18),
        ] {
            assert!(choose(fine).is_ok(), "{fine}");
        }
    }

    // SECURITY 32
    #[test]
    fn eight_characters_are_counted_not_bytes() {
        assert_eq!(choose("ééé"), Err(PasswordError::TooShort(8)));
    }

    // SECURITY 32
    #[test]
    fn a_password_is_kept_as_typed_but_in_one_unicode_form() {
        assert_eq!(choose(" caf\u{e9}-quartz "), choose(" cafe\u{301}-quartz "));
        assert_ne!(choose(" café-quartz "), choose("café-quartz"));
        assert_ne!(choose("Café-quartz"), choose("café-quartz"));
    }

    // SECURITY 33
    #[test]
    fn common_passwords_the_shops_name_and_ones_own_address_are_refused_with_the_reason() {
        for (typed, reason) in [
            ("Password1", PasswordError::Common),
            ("Fieldhouse", PasswordError::ShopName),
            ("field-house!", PasswordError::ShopName),
            ("fieldhouse2026", PasswordError::ShopName),
            ("ines.roth", PasswordError::OwnAddress),
            ("InesRoth99", PasswordError::OwnAddress),
            ("ines.roth@example.org", PasswordError::OwnAddress),
        ] {
            assert_eq!(choose(typed), Err(reason), "{typed}");
        }
    }

    #[test]
    fn a_password_does_not_show_itself_in_logs() {
        assert_eq!(format!("{:?}", choose("kfq-7tzu")), "Ok(Password(…))");
    }
}
