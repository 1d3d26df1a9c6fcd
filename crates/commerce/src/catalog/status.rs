//! Whether a product is shown.

use serde::{Deserialize, Serialize};

/// Whether a product is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not yet: only staff see it.
    Draft,
    /// Yes, and it can be bought.
    Active,
    /// Not any more; orders and links still know it.
    Archived,
}

impl Status {
    /// The word the table keeps.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The status of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "draft" => Some(Self::Draft),
            "active" => Some(Self::Active),
            "archived" => Some(Self::Archived),
            _ => None,
        }
    }
}
