//! What to offer while somebody types: searches, categories, products.

use std::collections::HashSet;

use tantivy::schema::Value;
use tantivy::{DocAddress, TantivyDocument};

use crate::dictionary::{Entry, Popular};
use crate::gather::{Gather, Sieves};
use crate::labels::Label;
use crate::plan::{Plan, Reading};
use crate::query::{Base, CategoryHint, Part, ProductHint, Sort, Suggestions};
use crate::synonyms::Synonyms;
use crate::text::fold;
use crate::view::View;
use crate::{Error, matching, phrases, rank, terms};

const MOST_QUERIES: usize = 5;
const MOST_CATEGORIES: usize = 3;
const MOST_PRODUCTS: usize = 4;
/// So many candidates are made sure of before the queries are given up as too few.
const MOST_TRIED: usize = 12;

pub(crate) fn suggest(view: &View, synonyms: &Synonyms, popular: &Popular, typed: &str) -> Result<Suggestions, Error> {
    let key = phrases::key_of(typed);
    if key.trim().chars().count() < 2 {
        return Ok(Suggestions::default());
    }
    let reading = Reading {
        synonyms,
        verbatim: false,
        unfinished: !key.ends_with(' '),
    };
    let plan = Plan::of(typed, view, reading)?;
    Ok(Suggestions {
        queries: queries(view, popular, &plan, typed, &key, reading)?,
        categories: categories(&view.labels.all, typed, &key),
        products: products(view, &plan, typed)?,
    })
}

fn queries(
    view: &View,
    popular: &Popular,
    plan: &Plan,
    typed: &str,
    key: &str,
    reading: Reading<'_>,
) -> Result<Vec<Vec<Part>>, Error> {
    let mut candidates: Vec<Entry> = popular.beginning_with(key, MOST_TRIED);
    candidates.extend(view.dictionary.beginning_with(key, MOST_TRIED));
    if candidates.is_empty() {
        let meant = phrases::key_of(&plan.shown());
        candidates = view.dictionary.beginning_with(&meant, MOST_TRIED);
    }
    if candidates.len() < MOST_QUERIES {
        candidates.extend(completed(view, plan)?);
    }
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for candidate in candidates.into_iter().take(MOST_TRIED) {
        if found.len() == MOST_QUERIES || candidate.key == key.trim() {
            continue;
        }
        if seen.insert(stems(&candidate.shown, view)) && has_hits(view, &candidate, reading)? {
            found.push(parts(&candidate.shown, typed));
        }
    }
    Ok(found)
}

/// Singular and plural are one suggestion.
fn stems(text: &str, view: &View) -> Vec<String> {
    let words = crate::text::words(text);
    words.iter().map(|word| view.language.stem(&word.text)).collect()
}

/// Nobody is sent to an empty page.
fn has_hits(view: &View, candidate: &Entry, reading: Reading<'_>) -> Result<bool, Error> {
    let reading = Reading {
        verbatim: true,
        unfinished: false,
        ..reading
    };
    let plan = Plan::of(&candidate.shown, view, reading)?;
    if plan.is_empty() || plan.groups.iter().any(crate::plan::Group::is_unknown) {
        return Ok(false);
    }
    Ok(matching::count(view, plan.groups.iter())? > 0)
}

/// The words before the last as they are, and what the last one may become.
fn completed(view: &View, plan: &Plan) -> Result<Vec<Entry>, Error> {
    let Some((last, before)) = plan.groups.split_last() else {
        return Ok(Vec::new());
    };
    let longer = terms::beginning_with(&view.searcher, view.fields.word, &last.shown)?;
    let mut longer: Vec<(String, u64)> = longer.into_iter().collect();
    longer.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    longer.truncate(MOST_TRIED);
    let before: Vec<&str> = before.iter().map(|group| group.shown.as_str()).collect();
    Ok(longer
        .into_iter()
        .map(|(word, count)| {
            let shown = [&before[..], &[&word]].concat().join(" ");
            Entry {
                key: phrases::key_of(&shown),
                shown,
                count,
            }
        })
        .collect())
}

fn categories(labels: &[Label], typed: &str, key: &str) -> Vec<CategoryHint> {
    let wanted = key.trim();
    let inner = format!(" {wanted}");
    let fits = |label: &&Label| {
        let name = phrases::key_of(&label.name);
        name.starts_with(wanted) || name.contains(&inner)
    };
    let hint = |label: &Label| CategoryHint {
        id: label.id,
        name: parts(&label.name, typed),
        path: label.path.clone(),
        count: label.count,
    };
    labels.iter().filter(fits).take(MOST_CATEGORIES).map(hint).collect()
}

fn products(view: &View, plan: &Plan, typed: &str) -> Result<Vec<ProductHint>, Error> {
    let query = matching::strict(view, plan, &Base::default())?;
    let gather = Gather::new(view, Sieves::default(), None, Sort::Relevance, rank::JUDGED);
    let mut best = view.searcher.search(&*query, &gather)?.best;
    rank::rank(view, plan, &mut best);
    let mut hints = Vec::new();
    for candidate in best.into_iter().take(MOST_PRODUCTS) {
        let address = DocAddress::new(candidate.segment, candidate.doc);
        let stored: TantivyDocument = view.searcher.doc(address)?;
        let title = stored.get_first(view.fields.title);
        let title = title.and_then(|value| value.as_str()).unwrap_or_default();
        hints.push(ProductHint {
            id: candidate.id,
            title: parts(title, typed),
        });
    }
    Ok(hints)
}

/// Parts a text into what was typed and what was not: each word that begins with a typed word is typed so far.
pub(crate) fn parts(text: &str, typed: &str) -> Vec<Part> {
    let typed: Vec<String> = crate::text::words(typed).into_iter().map(|w| w.text).collect();
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces(text) {
        let at = typed_length(piece, &typed);
        push(&mut parts, &piece[..at], false);
        push(&mut parts, &piece[at..], true);
    }
    parts
}

/// Words and what is between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric();
        let end = rest.find(|c: char| c.is_alphanumeric() != is_word);
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Bytes of the word that repeat the longest typed word it begins with.
fn typed_length(word: &str, typed: &[String]) -> usize {
    let folded = fold(word);
    let longest = typed
        .iter()
        .filter(|typed| folded.starts_with(String::as_str(typed)))
        .max_by_key(|typed| typed.len());
    let Some(longest) = longest else {
        return 0;
    };
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends {
        if fold(&word[..end]).len() >= longest.len() {
            return end;
        }
    }
    word.len()
}

fn push(parts: &mut Vec<Part>, text: &str, added: bool) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        // Spaces and punctuation belong to whatever is before them.
        Some(last) if last.added == added || !text.contains(char::is_alphanumeric) => {
            last.text.push_str(text);
        }
        _ => parts.push(Part {
            text: text.to_owned(),
            added,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, typed: &str) -> String {
        parts(text, typed)
            .into_iter()
            .map(|part| {
                if part.added {
                    format!("[{}]", part.text)
                } else {
                    part.text
                }
            })
            .collect()
    }

    #[test]
    fn what_was_not_typed_is_marked() {
        assert_eq!(marked("laptop bag", "lap"), "lap[top bag]");
        assert_eq!(marked("wireless mouse", "wireless mo"), "wireless mo[use]");
        assert_eq!(marked("Bag for Laptop", "lap"), "[Bag for ]Lap[top]");
        assert_eq!(marked("Crème brûlée", "creme br"), "Crème br[ûlée]");
    }
}
