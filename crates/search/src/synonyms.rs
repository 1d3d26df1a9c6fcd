//! Words that mean the same, as data. Staff edit a text with one rule a line:
//!
//! ```text
//! laptop, notebook            each finds the others
//! tv => television            who looks for a tv finds televisions too, not the other way round
//! # a comment
//! ```

use crate::{Language, text};

/// A set of rules, ready for use with one language.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    /// Stems.
    from: Vec<String>,
    to: Vec<String>,
}

impl Synonyms {
    /// No rules.
    pub fn none() -> Self {
        Self::default()
    }

    /// Rules that hold in any shop of this language; a start to be edited.
    pub fn starter_text(language: Language) -> &'static str {
        match language {
            Language::English => include_str!("synonyms/en.txt"),
            _ => "",
        }
    }

    /// Reads rules. A line without two sides or two words says nothing and is passed over.
    pub fn parse(rules: &str, language: Language) -> Self {
        let mut parsed = Self::none();
        for line in rules.lines() {
            let line = line.split('#').next().unwrap_or_default();
            match line.split_once("=>") {
                Some((from, to)) => parsed.add(&phrases(from, language), &phrases(to, language)),
                None => parsed.add(&phrases(line, language), &phrases(line, language)),
            }
        }
        parsed
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// No rule at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn add(&mut self, from: &[Vec<String>], to: &[Vec<String>]) {
        for from in from {
            for to in to.iter().filter(|to| *to != from) {
                self.rules.push(Rule {
                    from: from.clone(),
                    to: to.clone(),
                });
            }
        }
    }

    /// For each span of the stems that has a synonym: where it begins, how long it is, and what else it may be called.
    pub(crate) fn spans<'a>(&'a self, stems: &'a [String]) -> impl Iterator<Item = (usize, usize, &'a [String])> {
        self.rules.iter().flat_map(move |rule| {
            let length = rule.from.len();
            let starts = (stems.len() + 1).saturating_sub(length);
            (0..starts)
                .filter(move |at| stems[*at..*at + length] == rule.from[..])
                .map(move |at| (at, length, rule.to.as_slice()))
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

    fn found(rules: &str, stems: &[&str]) -> Vec<(usize, usize, Vec<String>)> {
        let synonyms = Synonyms::parse(rules, Language::English);
        let stems: Vec<String> = stems.iter().map(|s| (*s).to_owned()).collect();
        synonyms
            .spans(&stems)
            .map(|(at, length, to)| (at, length, to.to_vec()))
            .collect()
    }

    #[test]
    fn a_list_works_in_all_directions_and_an_arrow_in_one() {
        let words = |text: &str| vec![text.to_owned()];
        assert_eq!(
            found("laptop, notebook", &["old", "notebook"]),
            [(1, 1, words("laptop"))]
        );
        assert_eq!(found("tv => telly", &["tv"]), [(0, 1, words("telli"))]);
        assert!(found("tv => telly", &["telli"]).is_empty());
    }

    #[test]
    fn several_words_may_mean_one() {
        assert_eq!(
            found("ssd, solid state drive", &["solid", "state", "drive"]),
            [(0, 3, vec!["ssd".to_owned()])]
        );
    }

    #[test]
    fn lines_that_say_nothing_are_passed_over() {
        assert!(Synonyms::parse("# only a comment\n\nalone\n=>\n", Language::English).is_empty());
    }
}
