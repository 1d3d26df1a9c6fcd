//! Searched words in the one form in which they are counted, redirected and listed.

use wares_kernel::text;

/// The most characters of words that are kept.
pub const WORDS_MAX: usize = 80;

/// Punctuation that says nothing about what is looked for.
const NOISE: [char; 13] = ['?', '!', '.', ',', ';', ':', '"', '\'', '“', '”', '„', '(', ')'];

/// Lower case, one blank between words, no punctuation around them, at most [`WORDS_MAX`] characters. Empty when nothing is left.
pub fn key(typed: &str) -> String {
    let line = text::line(typed, usize::MAX).unwrap_or_default().to_lowercase();
    let words: Vec<&str> = line
        .split(' ')
        .map(|word| word.trim_matches(NOISE))
        .filter(|word| !word.is_empty())
        .collect();
    let key: String = words.join(" ").chars().take(WORDS_MAX).collect();
    key.trim_end().to_owned()
}

/// Whether the words look like somebody's address or telephone number, typed into the wrong box: they are not written down.
pub(super) fn are_private(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let is_number = key.chars().all(|c| c.is_ascii_digit() || "+-/ ".contains(c));
    // A barcode has no blank, plus or slash in it.
    let is_telephone = is_number && digits >= 7 && key.contains(['+', '/', ' ']);
    key.contains('@') || is_telephone
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn the_same_words_have_one_key() {
        for typed in [
            "Linen  Shirt",
            " linen shirt? ",
            "“Linen” shirt!",
            "linen\u{200B} shirt",
        ] {
            assert_eq!(key(typed), "linen shirt", "{typed}");
        }
        assert_eq!(key("C++ 10.4\" wi-fi"), "c++ 10.4 wi-fi");
        assert_eq!(key(" ?! "), "");
        assert_eq!(key(&"é ".repeat(200)).chars().count(), WORDS_MAX - 1);
    }

    #[test]
    fn what_belongs_to_somebody_is_known() {
        for private in [
            "ines@example.com",
            "mail ines @ example",
            "+49 170 1234567",
            "030/123456",
            "0170 123 45 67",
        ] {
            assert!(are_private(private), "{private}");
        }
        for public in ["4006381333931", "linen shirt", "10 20 30", "tn-2110", "1001-4f7k"] {
            assert!(!are_private(public), "{public}");
        }
    }
}
