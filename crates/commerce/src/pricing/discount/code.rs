//! A discount code as buyers type it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wares_kernel::text;

/// The most characters of a code.
pub const CODE_MAX: usize = 40;

/// A discount code in capitals, as it is shown: `AUTUMN-10`. Two codes are the same when their [`Code::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// The text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing was typed.
    #[error("Enter a code")]
    Empty,
    /// No code is that long.
    #[error("A code has at most {CODE_MAX} characters")]
    TooLong,
}

impl Code {
    /// What it is looked up by: letters and digits only, so that spaces, dashes and capitals make no difference.
    pub fn key(&self) -> String {
        self.0.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(typed: &str) -> Result<Self, CodeError> {
        let line = text::line(typed, 4 * CODE_MAX).map_err(|_| CodeError::TooLong)?;
        let shown = line.to_uppercase();
        if !shown.chars().any(char::is_alphanumeric) {
            return Err(CodeError::Empty);
        }
        if shown.chars().count() > CODE_MAX {
            return Err(CodeError::TooLong);
        }
        Ok(Self(shown))
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;

    fn try_from(text: String) -> Result<Self, CodeError> {
        text.parse()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_spaces_and_dashes_make_no_difference() {
        let typed: Vec<Code> = ["autumn10", " AUTUMN-10 ", "Autumn 10", "(autumn)10"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert!(typed.iter().all(|code| code.key() == "AUTUMN10"));
        assert_eq!(typed[1].as_str(), "AUTUMN-10");
    }

    #[test]
    fn nothing_and_too_much_are_no_code() {
        assert_eq!("  - ".parse::<Code>(), Err(CodeError::Empty));
        assert_eq!("A".repeat(41).parse::<Code>(), Err(CodeError::TooLong));
        assert_eq!("A".repeat(5000).parse::<Code>(), Err(CodeError::TooLong));
        assert!("ß".repeat(20).parse::<Code>().is_ok(), "capitals may be longer");
    }
}
