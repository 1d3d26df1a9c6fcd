//! What shoppers look for, and what the shop makes of it: reports, synonyms, redirects.

pub(crate) mod pages;

mod redirects;
mod report;
mod rules;
mod synonyms;

pub(super) use redirects::{
    add as add_redirect, ask_delete as ask_delete_redirect, delete as delete_redirect, list as list_redirects,
    save as save_redirect, show as show_redirect, show_new as show_new_redirect,
};
pub(super) use report::show as show_report;
pub(super) use synonyms::{
    add as add_synonym, ask_delete as ask_delete_synonym, delete as delete_synonym, list as list_synonyms,
    save as save_synonym, show as show_synonym, show_new as show_new_synonym,
};

use serde::Deserialize;

use wares_kernel::text;

use super::parts::Tab;
use crate::{
    http::FormErrors,
    urls::{admin as urls, with_query},
};

/// The four pages, as tabs; `current` is the address of one of them.
fn tabs(current: &str) -> Vec<Tab> {
    let in_vain = with_query(urls::searches(), [("view", report::IN_VAIN)]);
    let tab = |text, url: String| {
        let is_current = url == current;
        Tab::new(text, url, is_current)
    };
    vec![
        tab("Most searched", urls::searches().into()),
        tab("Nothing found", in_vain),
        tab("Synonyms", urls::synonyms().into()),
        tab("Redirects", urls::redirects().into()),
    ]
}

/// What a link fills into an empty form: the words of a search.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Prefill {
    words: String,
}

/// A refusal at its field.
fn at(field: &str, refusal: &impl std::fmt::Display) -> FormErrors {
    FormErrors::one(field, text::capital(&refusal.to_string()))
}
