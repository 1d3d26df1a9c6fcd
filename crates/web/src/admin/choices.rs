//! Lists to choose from.

use wares_commerce::{catalog::Node, catalog::Status, media};
use wares_kernel::{CategoryId, Country};

use super::parts::{Choice, Thumb};
use crate::urls;

/// Every country by its name.
pub(super) fn countries() -> Vec<Choice> {
    let mut all: Vec<Choice> = Country::all()
        .map(|country| Choice::new(country.code(), country.name()))
        .collect();
    all.sort_by(|a, b| a.text.cmp(&b.text));
    all
}

/// The country of a code, if there is one.
pub(super) fn country(code: &str) -> Option<Country> {
    let country: Country = code.parse().ok()?;
    Country::all().find(|known| *known == country)
}

/// Whether a product is shown.
pub(super) fn statuses() -> Vec<Choice> {
    [
        (Status::Active, "Active, in the shop"),
        (Status::Draft, "Draft, only here"),
        (Status::Archived, "Archived"),
    ]
    .map(|(status, text)| Choice::new(status.word(), text))
    .into()
}

/// The tax classes there are rates for.
pub(super) fn tax_classes() -> Vec<Choice> {
    [("standard", "Standard"), ("reduced", "Reduced"), ("zero", "None")]
        .map(|(word, text)| Choice::new(word, text))
        .into()
}

/// Categories by their whole path, "Table › Cups and mugs"; `none` leads, for things without one.
pub(super) fn categories(tree: &[Node], none: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", none)];
    let mut path: Vec<&str> = Vec::new();
    for node in tree {
        path.truncate(node.depth);
        path.push(&node.category.name);
        choices.push(Choice::new(node.category.id.to_string(), path.join(" › ")));
    }
    choices
}

/// The category chosen in a form; none for the empty choice.
pub(super) fn category(text: &str) -> Option<CategoryId> {
    text.parse().ok()
}

/// A small picture for lists, from the key and width of its original.
pub(super) fn thumb(key: Option<&str>, width: Option<i64>) -> Option<Thumb> {
    let src = picture(key?, width?, 320)?;
    Some(Thumb {
        src,
        alt: String::new(),
    })
}

/// The address of a picture about `wanted` pixels wide.
pub(super) fn picture(key: &str, width: i64, wanted: u32) -> Option<String> {
    let original = u32::try_from(width).ok()?;
    let widths = media::widths(original);
    let width = widths.iter().find(|width| **width >= wanted).or(widths.last())?;
    let rendition = media::Rendition {
        key: media::blob::BlobKey::parse(key)?,
        width: *width,
        format: media::Format::Webp,
    };
    Some(urls::media(&rendition.to_string()))
}
