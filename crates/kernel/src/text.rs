//! Text as people type it, made fit to keep: one Unicode form, no control characters, no tricks with direction, a limit.

use unicode_normalization::UnicodeNormalization;

/// Why a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was entered.
    #[error("enter something")]
    Empty,
    /// It is longer than `limit` characters.
    #[error("use at most {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
}

/// The same with a capital letter at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// One line: NFC, trimmed, runs of white space as one space, control and direction characters left out.
///
/// Fails when it has more than `limit` characters. May be empty.
pub fn line(raw: &str, limit: usize) -> Result<String, TextError> {
    let words: Vec<String> = raw
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| word.chars().filter(|c| !is_invisible(*c)).nfc().collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    within(words.join(" "), limit)
}

/// One line that must not be empty.
pub fn required_line(raw: &str, limit: usize) -> Result<String, TextError> {
    non_empty(line(raw, limit)?)
}

/// Several lines: NFC, line ends as `\n`, trimmed, at most two line ends in a row.
pub fn block(raw: &str, limit: usize) -> Result<String, TextError> {
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = unified
        .chars()
        .filter(|c| *c == '\n' || *c == '\t' || (!c.is_control() && !is_invisible(*c)))
        .nfc()
        .collect();
    let mut text = kept.trim().to_owned();
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    within(text, limit)
}

/// Several lines that must not be empty.
pub fn required_block(raw: &str, limit: usize) -> Result<String, TextError> {
    non_empty(block(raw, limit)?)
}

fn within(text: String, limit: usize) -> Result<String, TextError> {
    if text.chars().count() > limit {
        Err(TextError::TooLong { limit })
    } else {
        Ok(text)
    }
}

fn non_empty(text: String) -> Result<String, TextError> {
    if text.is_empty() {
        Err(TextError::Empty)
    } else {
        Ok(text)
    }
}

/// Characters that change how others are shown (bidirectional controls) or cannot be seen at all.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_made_tidy() {
        assert_eq!(line("  Ann\t  B\u{202E}ee\r\nX ", 20), Ok("Ann Bee X".to_owned()));
        assert_eq!(line("e\u{301}", 5), Ok("é".to_owned()));
        assert_eq!(line("a\0b", 5), Ok("a b".to_owned()));
    }

    #[test]
    fn the_limit_counts_characters_not_bytes() {
        assert_eq!(line("ééééé", 5), Ok("ééééé".to_owned()));
        assert_eq!(line("éééééé", 5), Err(TextError::TooLong { limit: 5 }));
    }

    #[test]
    fn only_spaces_are_nothing() {
        assert_eq!(required_line(" \u{200B} ", 5), Err(TextError::Empty));
    }
}
