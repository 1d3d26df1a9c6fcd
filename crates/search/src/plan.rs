//! What a typed text asks for: one group a word, each with all that would satisfy it.
//!
//! A group's alternatives are the word as typed, its stem, its synonyms, and it joined with its neighbour ("wi fi",
//! "mouse pad"). A word the catalogue does not have is completed, parted or corrected (`spelling.rs`).
//! All alternatives of a group count as one notion: they share one rarity, that of the most frequent of them, so that
//! a rare spelling is not worth more than the common one.

use tantivy::Term;

use crate::query::Correction;
use crate::schema::SURFACE;
use crate::spelling;
use crate::synonyms::Synonyms;
use crate::text::{self, Gap};
use crate::view::View;
use crate::{Error, Language};

/// Words beyond these are left out: nobody types them, and each one costs.
const LONGEST_QUERY: usize = 12;

const AS_STEM: f32 = 0.9;
const AS_SYNONYM: f32 = 0.7;
const AS_JOINED: f32 = 0.8;
const AS_PARTS: f32 = 0.9;
const AS_PROSE: f32 = 0.3;

/// A text, understood.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) groups: Vec<Group>,
    /// The group that names the thing itself: "case" in "case for phone", "pad" in "mouse pad".
    pub(crate) head: usize,
    /// The whole text as a SKU or barcode.
    pub(crate) code: String,
    pub(crate) correction: Option<Correction>,
}

/// One notion.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// As typed, or as corrected.
    pub(crate) shown: String,
    pub(crate) alternatives: Vec<Alternative>,
    /// How rare the notion is; greater is rarer. 0 if no product has it.
    pub(crate) rarity: f32,
}

/// One way to satisfy a group: a document has all of these words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alternative {
    pub(crate) words: Vec<Key>,
    /// 1 for what was typed, less for what only means the same.
    pub(crate) weight: f32,
    /// How rare each of the words is, found by [`Group::weigh`].
    pub(crate) rarities: Vec<f32>,
}

/// A word as it stands in the index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Form(String),
    Stem(String),
    /// A stem in a long value.
    Prose(String),
}

impl Key {
    pub(crate) fn term(&self, view: &View) -> Term {
        match self {
            Self::Form(form) => Term::from_field_text(view.fields.text, &format!("{SURFACE}{form}")),
            Self::Stem(stem) => Term::from_field_text(view.fields.text, stem),
            Self::Prose(stem) => Term::from_field_text(view.fields.prose, stem),
        }
    }
}

/// A typed word with its stem.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) word: String,
    pub(crate) stem: String,
    /// More than one if it was written with hyphens.
    parts: Vec<String>,
}

impl Typed {
    pub(crate) fn of(word: &str, language: Language) -> Self {
        Self {
            word: word.to_owned(),
            stem: language.stem(word),
            parts: vec![word.to_owned()],
        }
    }
}

/// How to read a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) synonyms: &'a Synonyms,
    /// Leave the spelling alone.
    pub(crate) verbatim: bool,
    /// The last word may be the beginning of one.
    pub(crate) unfinished: bool,
}

impl Plan {
    pub(crate) fn of(text: &str, view: &View, reading: Reading<'_>) -> Result<Self, Error> {
        let (typed, head) = meaningful(typed(text, view.language), view.language);
        let mut plan = Self {
            groups: typed.iter().map(Group::of).collect(),
            head,
            code: text::code(text),
            correction: None,
        };
        plan.add_joined(&typed, view)?;
        plan.add_synonyms(&typed, reading.synonyms);
        for group in &mut plan.groups {
            group.weigh(view)?;
        }
        spelling::complete(&mut plan, &typed, view, reading)?;
        Ok(plan)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The plan without some of its groups.
    pub(crate) fn without(&self, dropped: &[usize]) -> Self {
        let keep = |place: &usize| !dropped.contains(place);
        let places: Vec<usize> = (0..self.groups.len()).filter(keep).collect();
        let head = places.iter().rposition(|place| *place <= self.head);
        Self {
            groups: places.iter().map(|at| self.groups[*at].clone()).collect(),
            head: head.unwrap_or(0),
            ..self.clone()
        }
    }

    /// The plan with long values looked at as well.
    pub(crate) fn widened(&self, view: &View) -> Result<Self, Error> {
        let mut wide = self.clone();
        for group in &mut wide.groups {
            let stem = view.language.stem(&group.shown);
            group.add(vec![Key::Prose(stem)], AS_PROSE);
            group.weigh(view)?;
        }
        Ok(wide)
    }

    /// The words, as typed or corrected.
    pub(crate) fn shown(&self) -> String {
        let words: Vec<&str> = self.groups.iter().map(|g| g.shown.as_str()).collect();
        words.join(" ")
    }

    fn add_joined(&mut self, typed: &[Typed], view: &View) -> Result<(), Error> {
        for (place, pair) in typed.windows(2).enumerate() {
            let joined = format!("{}{}", pair[0].word, pair[1].word);
            let stem = Key::Stem(view.language.stem(&joined));
            if view.n_with(&stem.term(view))? > 0 {
                for group in &mut self.groups[place..place + 2] {
                    group.add(vec![stem.clone()], AS_JOINED);
                }
            }
        }
        Ok(())
    }

    fn add_synonyms(&mut self, typed: &[Typed], synonyms: &Synonyms) {
        let stems: Vec<String> = typed.iter().map(|typed| typed.stem.clone()).collect();
        for (at, length, other) in synonyms.spans(&stems) {
            let words: Vec<Key> = other.iter().cloned().map(Key::Stem).collect();
            for group in &mut self.groups[at..at + length] {
                group.add(words.clone(), AS_SYNONYM);
            }
        }
    }
}

impl Group {
    pub(crate) fn of(typed: &Typed) -> Self {
        let mut group = Self {
            shown: typed.word.clone(),
            alternatives: Vec::new(),
            rarity: 0.0,
        };
        group.add_word(&typed.word, &typed.stem, 1.0);
        if typed.parts.len() > 1 {
            group.shown = typed.parts.join("-");
            group.add_parts(typed.parts.iter().cloned());
        }
        group
    }

    pub(crate) fn add_word(&mut self, word: &str, stem: &str, weight: f32) {
        if word == stem {
            self.add(vec![Key::Stem(stem.to_owned())], weight);
        } else {
            self.add(vec![Key::Form(word.to_owned())], weight);
            self.add(vec![Key::Stem(stem.to_owned())], weight * AS_STEM);
        }
    }

    pub(crate) fn add_parts(&mut self, stems: impl IntoIterator<Item = String>) {
        self.add(stems.into_iter().map(Key::Stem).collect(), AS_PARTS);
    }

    fn add(&mut self, words: Vec<Key>, weight: f32) {
        if !self.alternatives.iter().any(|known| known.words == words) {
            self.alternatives.push(Alternative {
                words,
                weight,
                rarities: Vec::new(),
            });
        }
    }

    /// Looks up how rare everything is, and forgets what no product has.
    pub(crate) fn weigh(&mut self, view: &View) -> Result<(), Error> {
        let n = view.n_documents();
        let mut most = 0;
        for alternative in &mut self.alternatives {
            let mut least = u64::MAX;
            alternative.rarities.clear();
            for word in &alternative.words {
                let with = view.n_with(&word.term(view))?;
                least = least.min(with);
                alternative.rarities.push(rarity(with, n));
            }
            if least == 0 {
                alternative.words.clear();
            }
            most = most.max(least);
        }
        self.alternatives.retain(|alternative| !alternative.words.is_empty());
        self.rarity = if most == 0 { 0.0 } else { rarity(most, n) };
        Ok(())
    }

    /// No product has it.
    pub(crate) fn is_unknown(&self) -> bool {
        self.alternatives.is_empty()
    }
}

/// The inverse document frequency of BM25, as tantivy computes it, so that one can be divided by the other.
#[expect(clippy::cast_precision_loss, reason = "a logarithm of counts")]
fn rarity(with: u64, of: u64) -> f32 {
    let (with, of) = (with as f32, of.max(with) as f32);
    (1.0 + (of - with + 0.5) / (with + 0.5)).ln()
}

/// The words typed; those written with hyphens are one.
fn typed(text: &str, language: Language) -> Vec<Typed> {
    let mut typed: Vec<Typed> = Vec::new();
    for word in text::words(text) {
        if let Some(last) = typed.last_mut()
            && word.gap == Gap::Tight
        {
            last.word.push_str(&word.text);
            last.stem = language.stem(&last.word);
            last.parts.push(word.text);
        } else if typed.len() < LONGEST_QUERY {
            typed.push(Typed::of(&word.text, language));
        }
    }
    for word in &mut typed {
        if word.parts.len() > 1 {
            for part in &mut word.parts {
                *part = language.stem(part);
            }
        }
    }
    typed
}

/// Without the words that say nothing, unless nothing else is left; with the place of the head.
fn meaningful(typed: Vec<Typed>, language: Language) -> (Vec<Typed>, usize) {
    let mut kept: Vec<Typed> = Vec::new();
    let mut head = None;
    for word in &typed {
        if language.is_preposition(&word.word) && head.is_none() && !kept.is_empty() {
            head = Some(kept.len() - 1);
        }
        if !language.is_stop_word(&word.word) {
            kept.push(word.clone());
        }
    }
    if kept.is_empty() {
        kept = typed;
    }
    let last = kept.len().saturating_sub(1);
    (kept, head.unwrap_or(last))
}
