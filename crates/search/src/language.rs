//! The language of a catalogue: how words are brought to their stem, which words carry no meaning, which ones turn
//! what follows into a mere target ("case *for* phone"), and which nouns name a thing that belongs to another thing.
//!
//! To add a language: an arm in [`Language::algorithm`] and [`Language::code`], and, if you speak it, word lists in
//! [`crate::lexicon`]. Without word lists everything works; only the demotion of accessories then relies on the names
//! of categories alone.

use frostem::{Algorithm, Stemmer};

use crate::lexicon;

/// A language the index can stem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The default.
    #[default]
    English,
    /// Deutsch.
    German,
    /// Français.
    French,
    /// Español.
    Spanish,
    /// Italiano.
    Italian,
    /// Nederlands.
    Dutch,
    /// Português.
    Portuguese,
    /// Svenska.
    Swedish,
    /// Dansk.
    Danish,
    /// Norsk.
    Norwegian,
    /// Suomi.
    Finnish,
    /// Magyar.
    Hungarian,
    /// Română.
    Romanian,
    /// Türkçe.
    Turkish,
    /// Ελληνικά.
    Greek,
    /// Русский.
    Russian,
    /// العربية.
    Arabic,
}

impl Language {
    /// The language of an ISO 639-1 code such as `de` or of a locale such as `de-CH`; `None` if it is not known.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.get(..2)?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Portuguese => "pt",
            Self::Swedish => "sv",
            Self::Danish => "da",
            Self::Norwegian => "nb",
            Self::Finnish => "fi",
            Self::Hungarian => "hu",
            Self::Romanian => "ro",
            Self::Turkish => "tr",
            Self::Greek => "el",
            Self::Russian => "ru",
            Self::Arabic => "ar",
        }
    }

    const ALL: [Self; 17] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Dutch,
        Self::Portuguese,
        Self::Swedish,
        Self::Danish,
        Self::Norwegian,
        Self::Finnish,
        Self::Hungarian,
        Self::Romanian,
        Self::Turkish,
        Self::Greek,
        Self::Russian,
        Self::Arabic,
    ];

    fn algorithm(self) -> Algorithm {
        match self {
            Self::English => Algorithm::English,
            Self::German => Algorithm::German,
            Self::French => Algorithm::French,
            Self::Spanish => Algorithm::Spanish,
            Self::Italian => Algorithm::Italian,
            Self::Dutch => Algorithm::Dutch,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Swedish => Algorithm::Swedish,
            Self::Danish => Algorithm::Danish,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Finnish => Algorithm::Finnish,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Romanian => Algorithm::Romanian,
            Self::Turkish => Algorithm::Turkish,
            Self::Greek => Algorithm::Greek,
            Self::Russian => Algorithm::Russian,
            Self::Arabic => Algorithm::Arabic,
        }
    }

    /// The stem of a folded word. Words with digits (sizes, model numbers) are their own stem.
    pub(crate) fn stem(self, word: &str) -> String {
        if word.len() < 3 || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return word.to_owned();
        }
        Stemmer::new(self.algorithm()).stem(word).into_owned()
    }

    /// Says nothing about what is wanted: "the", "and", "with".
    pub(crate) fn is_stop_word(self, word: &str) -> bool {
        lexicon::has(lexicon::stop_words(self), word) || self.is_preposition(word)
    }

    /// Turns what follows into the thing this one is meant for: "for", "für", "pour".
    pub(crate) fn is_preposition(self, word: &str) -> bool {
        lexicon::has(lexicon::prepositions(self), word)
    }

    /// Ends a noun phrase without naming a target: "with", "and".
    pub(crate) fn is_joiner(self, word: &str) -> bool {
        lexicon::has(lexicon::joiners(self), word)
    }

    /// Nouns that name products, folded.
    pub(crate) fn product_nouns(self) -> impl Iterator<Item = &'static str> {
        lexicon::product_nouns(self).split_ascii_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_locale_names_its_language() {
        assert_eq!(Language::from_code("de-CH"), Some(Language::German));
        assert_eq!(Language::from_code("EN"), Some(Language::English));
        assert_eq!(Language::from_code("x"), None);
        assert_eq!(Language::from_code("qq"), None);
    }

    #[test]
    fn plurals_share_a_stem_and_model_numbers_keep_their_form() {
        assert_eq!(Language::English.stem("laptops"), Language::English.stem("laptop"));
        assert_eq!(Language::German.stem("hemden"), Language::German.stem("hemd"));
        assert_eq!(Language::English.stem("rs232"), "rs232");
    }
}
