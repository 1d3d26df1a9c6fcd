//! Words that mean the same.

use std::collections::HashMap;

use crate::{Language, text};

/// A set of rules, ready for use with one language.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    /// By the first stem of what is typed, so that a search looks only at the rules about its own words.
    rules: HashMap<String, Vec<Rule>>,
}

#[derive(Debug, Clone)]
struct Rule {
    /// Stems after the first.
    rest: Vec<String>,
    to: Vec<String>,
}

impl Synonyms {
    /// No rules.
    pub fn none() -> Self {
        Self::default()
    }

    /// Rules as pairs of lists, each with commas between words or phrases. Whoever looks for something of the first list also finds what is
    /// in the second: `("telephone", "phone")`. With an empty second list each of the first finds the others: `("sofa, couch, settee", "")`.
    pub fn of<'a>(rules: impl IntoIterator<Item = (&'a str, &'a str)>, language: Language) -> Self {
        let mut all = Self::none();
        for (words, finds) in rules {
            let from = phrases(words, language);
            if finds.trim().is_empty() {
                all.add(&from, &from);
            } else {
                all.add(&from, &phrases(finds, language));
            }
        }
        all
    }

    fn add(&mut self, from: &[Vec<String>], to: &[Vec<String>]) {
        for from in from {
            let Some((first, rest)) = from.split_first() else {
                continue;
            };
            for to in to.iter().filter(|to| *to != from) {
                self.rules.entry(first.clone()).or_default().push(Rule {
                    rest: rest.to_vec(),
                    to: to.clone(),
                });
            }
        }
    }

    /// For each span of the stems that has a synonym: where it begins, how long it is, and what else it may be called.
    pub(crate) fn spans<'a>(&'a self, stems: &'a [String]) -> impl Iterator<Item = (usize, usize, &'a [String])> {
        stems.iter().enumerate().flat_map(move |(at, stem)| {
            let rules = self.rules.get(stem).map_or(&[][..], Vec::as_slice);
            rules
                .iter()
                .filter(move |rule| stems[at + 1..].starts_with(&rule.rest))
                .map(move |rule| (at, 1 + rule.rest.len(), rule.to.as_slice()))
        })
    }
}

fn phrases(text: &str, language: Language) -> Vec<Vec<String>> {
    text.split(',')
        .map(|phrase| {
            text::words(phrase)
                .iter()
                .map(|word| language.stem(&word.text))
                .collect::<Vec<_>>()
        })
        .filter(|phrase| !phrase.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rule: (&str, &str), stems: &[&str]) -> Vec<(usize, usize, Vec<String>)> {
        let synonyms = Synonyms::of([rule], Language::English);
        let stems: Vec<String> = stems.iter().map(|s| (*s).to_owned()).collect();
        synonyms
            .spans(&stems)
            .map(|(at, length, to)| (at, length, to.to_vec()))
            .collect()
    }

    #[test]
    fn a_list_works_in_all_directions_and_two_in_one() {
        let words = |text: &str| vec![text.to_owned()];
        assert_eq!(
            found(("laptop, notebook", ""), &["old", "notebook"]),
            [(1, 1, words("laptop"))]
        );
        assert_eq!(found(("tv", "telly"), &["tv"]), [(0, 1, words("telli"))]);
        assert!(found(("tv", "telly"), &["telli"]).is_empty());
    }

    #[test]
    fn several_words_may_mean_one() {
        assert_eq!(
            found(("ssd, solid state drive", ""), &["solid", "state", "drive"]),
            [(0, 3, vec!["ssd".to_owned()])]
        );
        assert!(found(("ssd, solid state drive", ""), &["solid", "state"]).is_empty());
    }

    #[test]
    fn lists_that_say_nothing_are_passed_over() {
        let stems = ["alone", "?"];
        for rule in [
            ("alone", ""),
            ("", "alone"),
            (" , ,", ""),
            ("alone", "alone"),
            ("?", "!"),
        ] {
            assert!(found(rule, &stems).is_empty(), "{rule:?}");
        }
    }
}
