//! Runs of words worth suggesting as a search: brands, tags, category names, and one to three neighbouring words of a
//! title. Each is kept under a key of letters and digits only, beside the way it is written: `wifi router UNIT wi-fi
//! router`.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::schema::UNIT;
use crate::text::fold;

const LONGEST: usize = 3;

pub(crate) fn of(document: &Document) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let names = document.categories.iter().flatten().map(|c| &c.name);
    for whole in names.chain(&document.tags).chain([&document.brand]) {
        keep(&mut found, &tokens(whole));
    }
    for run in runs(&document.title) {
        for start in 0..run.len() {
            for end in start + 1..=run.len().min(start + LONGEST) {
                keep(&mut found, &run[start..end]);
            }
        }
    }
    found
}

/// The key of what somebody has typed so far. A space at the end is kept: it says that the last word is whole.
pub(crate) fn key_of(typed: &str) -> String {
    let mut key = tokens(typed)
        .iter()
        .map(|token| alphanumeric(token))
        .collect::<Vec<_>>()
        .join(" ");
    if typed.ends_with(char::is_whitespace) && !key.is_empty() {
        key.push(' ');
    }
    key
}

fn keep(found: &mut BTreeSet<String>, tokens: &[String]) {
    let key = tokens
        .iter()
        .map(|token| alphanumeric(token))
        .collect::<Vec<_>>()
        .join(" ");
    let ends = [tokens.first(), tokens.last()];
    let worth = ends.into_iter().flatten().all(|token| is_worth(token));
    if worth && key.len() >= 3 && key.len() <= 60 {
        found.insert(format!("{key}{UNIT}{}", tokens.join(" ")));
    }
}

/// Neither a phrase's first nor its last word may be a bare number or a letter.
fn is_worth(token: &str) -> bool {
    token.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// The title in lower case, cut where punctuation ends a phrase.
fn runs(title: &str) -> Vec<Vec<String>> {
    let mut runs = vec![Vec::new()];
    for token in title.split_whitespace() {
        let bare = bare(token);
        if (token.starts_with('(') || bare.is_empty()) && runs.last().is_some_and(|run| !run.is_empty()) {
            runs.push(Vec::new());
        }
        if let Some(run) = runs.last_mut()
            && !bare.is_empty()
            && !bare.contains([',', '/', '|', ';'])
        {
            run.push(bare.to_lowercase());
        }
        if token.ends_with([',', ';', ':', ')', '|']) || token.contains([',', '/', '|', ';']) {
            runs.push(Vec::new());
        }
    }
    runs
}

fn tokens(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|token| bare(token).to_lowercase())
        .filter(|token| !token.is_empty())
        .collect()
}

fn bare(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

fn alphanumeric(token: &str) -> String {
    fold(token).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(title: &str) -> Vec<String> {
        let document = Document {
            title: title.to_owned(),
            ..Document::default()
        };
        of(&document)
            .into_iter()
            .map(|phrase| phrase.replace(UNIT, "|"))
            .collect()
    }

    #[test]
    fn phrases_do_not_reach_over_punctuation() {
        assert_eq!(
            found("Crème cup, red"),
            ["creme|crème", "creme cup|crème cup", "cup|cup", "red|red"]
        );
    }

    #[test]
    fn a_hyphen_makes_no_difference_to_the_key() {
        assert_eq!(key_of("Wi-Fi ro"), "wifi ro");
        assert_eq!(key_of("wifi "), "wifi ");
        assert!(found("Wi-Fi router").contains(&"wifi router|wi-fi router".to_owned()));
    }
}
