//! The SQL of the search: what the index is filled from, what was searched for, and what staff say about words.

mod documents;
mod rules;
mod searches;

#[cfg(test)]
pub(super) use documents::STATEMENTS;
pub use documents::first_sku;
pub(super) use documents::{after, listed_in, n_shown, one};
pub(super) use rules::{
    add_redirect, add_synonym, all_redirects, all_synonyms, change_redirect, change_synonym, delete_redirect,
    delete_synonym, n_redirects, n_synonyms, redirect, redirect_of, redirects, synonym, synonym_of, synonyms,
};
pub(super) use searches::{DayRow, add_to_search, begin_search, forget_before, most_searched, n_on, popular, totals};
