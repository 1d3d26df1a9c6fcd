//! Two changes at the same time: theirs and yours, field by field.

use wares_commerce::catalog::Stored;

use super::{
    form,
    pages::{ConflictPage, Disputed},
};
use crate::{
    admin::{
        panel::Panel,
        parts::{Hidden, Link},
    },
    http::{Entered, FormView},
    urls::admin as links,
};

/// What both sides have for each field; fields that are the same are carried along.
pub(super) fn page(panel: Panel, stored: &Stored, saved: &FormView, entered: &Entered) -> ConflictPage {
    let mut same = Vec::new();
    let mut fields = Vec::new();
    for (name, theirs) in &saved.values {
        let yours = entered.get(name);
        if yours == theirs {
            same.push(Hidden {
                name: name.clone(),
                value: theirs.clone(),
            });
        } else {
            fields.push(Disputed {
                label: label(name, stored),
                name: name.clone(),
                theirs: theirs.clone(),
                yours: yours.to_owned(),
            });
        }
    }
    ConflictPage {
        panel,
        back: Link::new(stored.draft.title.clone(), links::product(stored.id)),
        title: stored.draft.title.clone(),
        lede: "Somebody saved this product while you had it open.".into(),
        action: links::product(stored.id),
        version: stored.version.to_string(),
        same,
        fields,
    }
}

/// A field's name as people read it.
fn label(field: &str, stored: &Stored) -> String {
    let plain = match field {
        "title" => "Title",
        "slug" => "Address in the shop",
        "description" => "Description",
        "state" => "State",
        "category" => "Category",
        "tax_class" => "Tax class",
        "seo_title" => "Page title",
        "seo_description" => "Description for search engines",
        _ => return label_of_part(field, stored),
    };
    plain.to_owned()
}

fn label_of_part(field: &str, stored: &Stored) -> String {
    let (kind, which) = field.split_once('-').unwrap_or((field, ""));
    let word = match kind {
        "option" => return format!("Option {which}"),
        "values" => return format!("Values of option {which}"),
        "sku" => "SKU",
        "price" => "Price",
        "was" => "Price before",
        "weight" => "Weight",
        "active" => "On sale",
        other => other,
    };
    let variant = stored.draft.variants.iter().find(|variant| form::key(variant) == which);
    match variant {
        Some(variant) if !variant.values.is_empty() => format!("{word}, {}", variant.values.join(", ")),
        _ => word.to_owned(),
    }
}
