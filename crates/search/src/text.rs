//! From text to words, the same way for documents and queries.
//!
//! - Folded: lower case, without accents, `ß` as `ss`, trade marks dropped; `Crème Brûlée™` and `creme brulee` meet.
//! - A measure is one word however it is written: `175-ml`, `175 ml` and `175ml` are all `175ml`; `10.4"` is
//!   `10.4inch`; `1920 x 1080` is `1920x1080`.
//! - `wi-fi`, `TN-2110`, `at&t` stay several words that know they were written as one ([`Gap::Tight`]), so that the
//!   joined form can be added.
//! - Commas and brackets end a phrase ([`Gap::Break`]); a slash does not: a "camera/camcorder battery" is a battery.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What stood before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// White space only.
    Space,
    /// A hyphen, dot or ampersand without any white space.
    Tight,
    /// Punctuation that ends a phrase, or the beginning of the text.
    Break,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) gap: Gap,
}

/// Longer words are noise (hashes, URLs) and are left out.
const LONGEST_WORD: usize = 40;

const UNITS: &[&str] = &[
    "mm", "cm", "m", "km", "ml", "cl", "l", "g", "kg", "mg", "lb", "lbs", "oz", "gb", "tb", "mb", "kb", "w", "kw",
    "wh", "v", "kv", "va", "kva", "a", "ma", "mah", "ah", "hz", "khz", "mhz", "ghz", "inch", "ft", "k", "p", "mp",
    "dpi", "rpm", "db", "btu", "pk", "pcs", "pc", "ply", "ct",
];

/// Lower case, without accents, compatibility forms resolved.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return out;
    }
    for c in text.chars().filter(|c| !matches!(c, '™' | '®' | '©')) {
        match c {
            '’' | '‘' | '´' | '`' => out.push('\''),
            '″' | '”' | '“' => out.push('"'),
            '–' | '—' => out.push(','),
            '×' => out.push('x'),
            _ => std::iter::once(c)
                .nfkd()
                .filter(|d| !is_combining_mark(*d))
                .flat_map(char::to_lowercase)
                .for_each(|d| push_plain(&mut out, d)),
        }
    }
    out
}

/// Letters that Unicode does not decompose but every customer does.
fn push_plain(out: &mut String, c: char) {
    match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'þ' => out.push_str("th"),
        'ı' => out.push('i'),
        _ => out.push(c),
    }
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    join_measures(split(&fold(text)))
}

/// A code as a customer may type it: letters and digits only, lower case.
pub(crate) fn code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn split(folded: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut gap = Gap::Break;
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        if first.is_alphanumeric() {
            let length = word_length(rest);
            let text = plain_number(&rest[..length]);
            rest = &rest[length..];
            if text.len() <= LONGEST_WORD {
                found.push(Word { text, gap });
            }
            gap = Gap::Tight;
            rest = drop_possessive(rest);
        } else if first == '"' && ends_in_number(&found) && gap == Gap::Tight {
            // Inches: the sign belongs to the number before it.
            if let Some(last) = found.last_mut() {
                last.text.push_str("inch");
            }
            gap = Gap::Space;
            rest = &rest[1..];
        } else {
            gap = widen(gap, first, found.is_empty());
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

/// The gap after reading one more character that belongs to no word.
fn widen(gap: Gap, c: char, at_start: bool) -> Gap {
    if at_start {
        return Gap::Break;
    }
    match (gap, c) {
        // Between spaces a dash, `&` or `+` ends a phrase; inside a word it does not.
        (Gap::Break, _) | (_, ',' | ';' | '|' | ':' | '(' | ')' | '[' | ']') | (Gap::Space, '-' | '&' | '+') => {
            Gap::Break
        }
        (Gap::Tight, '-' | '.' | '&' | '_') => Gap::Tight,
        _ => Gap::Space,
    }
}

/// Bytes of the word at the beginning: letters and digits, and a point or comma between digits.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(char::is_ascii_digit);
        let decimal = matches!(c, '.' | ',') && before.is_ascii_digit() && next_is_digit;
        if !c.is_alphanumeric() && !decimal {
            break;
        }
        length += c.len_utf8();
        before = c;
    }
    length
}

/// `1,000` is 1000 and `2,5` is 2.5.
fn plain_number(word: &str) -> String {
    let Some((whole, part)) = word.split_once(',') else {
        return word.to_owned();
    };
    if part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{whole}{part}");
    }
    word.replace(',', ".")
}

/// "women's" is a word and not two.
fn drop_possessive(rest: &str) -> &str {
    let Some(after) = rest.strip_prefix("'s") else {
        return rest;
    };
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        return rest;
    }
    after
}

fn ends_in_number(words: &[Word]) -> bool {
    words.last().is_some_and(|word| is_number(&word.text))
}

pub(crate) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// The number of a measure such as `175ml`, if it is one.
pub(crate) fn measured(word: &str) -> Option<&str> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = word.split_at(end);
    (!number.is_empty() && UNITS.contains(&unit)).then_some(number)
}

fn join_measures(split: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(split.len());
    for word in split {
        if word.gap != Gap::Break && joins_last(&out, &word.text) {
            if let Some(last) = out.last_mut() {
                last.text.push_str(&word.text);
            }
        } else {
            out.push(word);
        }
    }
    out
}

/// `175` + `ml`, `1920` + `x`, `1920x` + `1080`.
fn joins_last(words: &[Word], text: &str) -> bool {
    let Some(last) = words.last() else {
        return false;
    };
    if is_number(&last.text) {
        return UNITS.contains(&text) || text == "x";
    }
    is_number(text) && last.text.strip_suffix('x').is_some_and(is_number)
}

/// Letters and digits apart: `tn2110` is `tn` and `2110`. `None` when there is nothing to part.
pub(crate) fn parts_of_code(word: &str) -> Option<(&str, &str)> {
    let first_is_digit = word.starts_with(|c: char| c.is_ascii_digit());
    let at = word.find(|c: char| c.is_ascii_digit() != first_is_digit)?;
    let (left, right) = word.split_at(at);
    let clean = !right.contains('.') && measured(word).is_none();
    (clean && left.len() + right.len() > 3).then_some((left, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_measure_is_one_word_however_it_is_written() {
        assert_eq!(texts("80 175-ml"), ["80", "175ml"]);
        assert_eq!(texts("175 ml"), texts("175ML"));
        assert_eq!(texts("3.5mm"), texts("3,5 mm"));
        assert_eq!(texts("10.4\" TFT"), ["10.4inch", "tft"]);
        assert_eq!(texts("1920 × 1080"), ["1920x1080"]);
        assert_eq!(texts("1,000 pcs"), ["1000pcs"]);
    }

    #[test]
    fn accents_case_and_trade_marks_are_folded() {
        assert_eq!(
            texts("Crème Brûlée™ Straße Smørrebrød"),
            ["creme", "brulee", "strasse", "smorrebrod"]
        );
        assert_eq!(texts("Women's shoes"), ["women", "shoes"]);
    }

    #[test]
    fn words_know_how_they_were_parted() {
        let gaps = |text: &str| words(text).iter().map(|w| w.gap).collect::<Vec<_>>();
        assert_eq!(gaps("wi-fi"), [Gap::Break, Gap::Tight]);
        assert_eq!(gaps("red shirt"), [Gap::Break, Gap::Space]);
        assert_eq!(gaps("shirt, red"), [Gap::Break, Gap::Break]);
        assert_eq!(gaps("shirt - red"), [Gap::Break, Gap::Break]);
        assert_eq!(gaps("AT&T"), [Gap::Break, Gap::Tight]);
    }

    #[test]
    fn a_code_loses_its_punctuation() {
        assert_eq!(code("TN-2110 /b"), "tn2110b");
        assert_eq!(parts_of_code("tn2110"), Some(("tn", "2110")));
        assert_eq!(parts_of_code("175ml"), None);
        assert_eq!(parts_of_code("mouse"), None);
    }
}
