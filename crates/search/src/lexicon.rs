//! Word lists by language, parted by spaces, all folded (lower case, no accents). General knowledge of a trade language
//! and not of any catalogue: what a shop calls its own things comes from its category names and its synonyms.

use crate::Language;

/// Words that say nothing about what is wanted.
pub(crate) fn stop_words(language: Language) -> &'static str {
    match language {
        Language::English => "a an and the of or with by from on my is are it its that this at as w me i buy shop",
        Language::German => "der die das ein eine einen einer und oder mit von im in am an den dem des aus kaufen",
        Language::French => "le la les l un une des de du d et ou avec en au aux",
        Language::Spanish => "el la los las un una de del y o con en",
        Language::Italian => "il lo la i gli le un una uno di del della e o con in",
        Language::Dutch => "de het een en of met van in",
        Language::Portuguese => "o a os as um uma de do da e ou com em",
        Language::Swedish | Language::Danish | Language::Norwegian => "en ett et og och med av af i",
        _ => "",
    }
}

/// Words that make what follows a mere target or part.
pub(crate) fn prepositions(language: Language) -> &'static str {
    match language {
        Language::English => "for f to fits compatible with w",
        Language::German => "fur fuer passend kompatibel mit",
        Language::French => "pour compatible avec",
        Language::Spanish => "para compatible con",
        Language::Italian => "per compatibile con",
        Language::Dutch => "voor geschikt met",
        Language::Portuguese => "para compativel com",
        Language::Swedish | Language::Danish | Language::Norwegian => "til till for med",
        _ => "",
    }
}

/// Words that end a noun phrase without naming a target.
pub(crate) fn joiners(language: Language) -> &'static str {
    match language {
        Language::English => "and in plus by from",
        Language::German => "und in inkl von",
        Language::French => "et en",
        Language::Spanish | Language::Portuguese | Language::Italian => "y e en em in",
        Language::Dutch => "en in",
        Language::Swedish | Language::Danish | Language::Norwegian => "och og i",
        _ => "",
    }
}

/// Nouns that name products: after one of them, the one before says what it is for ("mouse *pad*").
pub(crate) fn product_nouns(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("lexicon/nouns_en.txt"),
        Language::German => include_str!("lexicon/nouns_de.txt"),
        _ => "",
    }
}

/// Whether a word is in a list.
pub(crate) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}
