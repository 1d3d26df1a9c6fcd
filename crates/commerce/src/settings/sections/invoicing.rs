//! How invoices and credit notes are numbered, and what stands below them.

use serde::{Deserialize, Serialize};

use crate::settings::section::{Problems, Section};

/// Prefixes and footer. Who sells is said in [`super::store::Store`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Invoicing {
    /// What stands before the number of an invoice; `INV-`.
    pub invoice_prefix: String,
    /// What stands before the number of a credit note; `CN-`.
    pub credit_prefix: String,
    /// What stands below every document, such as the register and the bank account, several lines; or empty.
    pub footer: String,
}

impl Default for Invoicing {
    fn default() -> Self {
        Self {
            invoice_prefix: "INV-".to_owned(),
            credit_prefix: "CN-".to_owned(),
            footer: String::new(),
        }
    }
}

/// Nothing, or capital letters, digits and separators with a separator last: `R-`, `2026/`. Then two prefixes never make the same number
/// of different places in a series, and a number can be searched for however it is typed.
fn is_prefix(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'/';
    text.len() <= 12 && text.bytes().all(fits) && (text.is_empty() || text.ends_with(['-', '/']))
}

impl Section for Invoicing {
    const NAME: &'static str = "invoicing";

    fn check(&self, problems: &mut Problems) {
        for (prefix, field) in [
            (&self.invoice_prefix, "invoice_prefix"),
            (&self.credit_prefix, "credit_prefix"),
        ] {
            problems.unless(
                is_prefix(prefix),
                field,
                "Use up to 12 capital letters and digits with - or / at the end, such as INV-",
            );
        }
        problems.unless(
            self.invoice_prefix != self.credit_prefix,
            "credit_prefix",
            "Choose another one than for invoices, so that no two documents look alike",
        );
        problems.limit(&self.footer, 600, "footer");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_where_the_number_begins() {
        for good in ["", "INV-", "R/2026-", "2026/"] {
            assert!(is_prefix(good), "{good}");
        }
        for bad in ["INV", "inv-", "R 1-", "-é-", "ABCDEFGHIJKL-", "1"] {
            assert!(!is_prefix(bad), "{bad}");
        }
    }
}
