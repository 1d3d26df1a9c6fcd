//! Which program wrote a table: told by the names of its columns.

use serde::{Deserialize, Serialize};

use super::table::Header;

/// The forms of product files that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Shopify's product export, the long one and the template of 2024 ("URL handle").
    Shopify,
    /// `WooCommerce`'s product export.
    Woocommerce,
    /// Vendure's import file.
    Vendure,
    /// Any table with a title and a price.
    Plain,
    /// One JSON object a line: our own form, described in `docs/import.md`.
    JsonLines,
}

impl Format {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shopify => "Shopify products",
            Self::Woocommerce => "WooCommerce products",
            Self::Vendure => "Vendure products",
            Self::Plain => "plain table",
            Self::JsonLines => "JSON lines",
        }
    }

    pub(super) fn of_table(header: &Header) -> Option<Self> {
        let any = |keys: &[&str]| header.find(keys).is_some();
        if any(&["handle", "url handle"]) && any(&["title"]) {
            return Some(Self::Shopify);
        }
        if header.has("optiongroups") && header.has("optionvalues") {
            return Some(Self::Vendure);
        }
        if header.has("type")
            && header.has("name")
            && any(&["regular price", "visibility in catalog", "catalog visibility"])
        {
            return Some(Self::Woocommerce);
        }
        if any(&["title", "name", "product name"]) && any(&["price", "regular price", "variant price"]) {
            return Some(Self::Plain);
        }
        None
    }
}
