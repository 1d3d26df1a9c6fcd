//! Passwords that are tried first.
//!
//! A list of words and a few rules stand for some hundred thousand passwords: a word with digits and marks around it and
//! letters replaced (`P4ssw0rd!23`), a word twice, rows of the keyboard, runs of letters and digits, one thing repeated, dates.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words people choose, one a line; put together for this shop from what is generally known about guessed passwords.
static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_words.txt").split_whitespace().collect());

/// Rows and columns of the usual keyboards, walked in either direction.
const ROWS: &[&str] = &[
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "abcdefghijklmnopqrstuvwxyz",
    "a1b2c3d4e5f6g7h8i9j0",
    "zaq12wsxcde34rfvbgt56yhnmju78ik",
];

/// Whether a password is one of those that are tried first.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let plain: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
    is_date(&plain) || is_repeated(&plain) || is_walk(&plain) || is_dressed_word(&plain)
}

/// Whether a text is a listed word with letters replaced by signs and up to six other characters around it.
fn is_dressed_word(text: &str) -> bool {
    let is_sign = |c: char| !c.is_alphabetic();
    let head = text.trim_end_matches(is_sign);
    let core = head.trim_start_matches(is_sign);
    let n = core.chars().count();
    if n < 3 || text.chars().count() - n > 6 {
        return false;
    }
    [core, head, text]
        .into_iter()
        .any(|part| is_listed(part) || ['i', 'l'].into_iter().any(|one| is_listed(&respelled(part, one))))
}

/// The text with letters put back for the signs that replace them; `1` and `!` may stand for two letters.
fn respelled(text: &str, one: char) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        c => c,
    };
    text.chars().map(letter).collect()
}

/// Whether a text is a listed word, once or several times.
fn is_listed(text: &str) -> bool {
    let repeated = |times| unit(text, times).is_some_and(|word| WORDS.contains(word));
    WORDS.contains(text) || (2..=text.len() / 3).any(repeated)
}

/// What `text` is `times` repetitions of.
fn unit(text: &str, times: usize) -> Option<&str> {
    if !text.len().is_multiple_of(times) {
        return None;
    }
    let unit = text.get(..text.len() / times)?;
    (unit.repeat(times) == text).then_some(unit)
}

/// Up to four characters over and over: `aaaaaaaa`, `12121212`, `abcdabcd`.
fn is_repeated(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=4).any(|period| chars.len() >= period * 2 && chars.iter().zip(&chars[period..]).all(|(a, b)| a == b))
}

/// Made of at most three pieces of keyboard rows of three or more keys each, whatever the direction: `qwerasdf`, `123qwe123`.
fn is_walk(text: &str) -> bool {
    let mut rest = text;
    for _ in 0..3 {
        rest = &rest[longest_walk(rest)..];
        if rest.is_empty() {
            return true;
        }
    }
    // A lone digit or mark at the end changes nothing.
    rest.chars().count() == 1 && rest.len() != text.len()
}

/// How many bytes at the start of `text` follow some row; 0 when fewer than three.
fn longest_walk(text: &str) -> usize {
    let most = text.bytes().take_while(u8::is_ascii).count();
    let follows = |piece: &str| {
        let back: String = piece.chars().rev().collect();
        ROWS.iter().any(|row| {
            let round = format!("{row}{row}");
            round.contains(piece) || round.contains(back.as_str())
        })
    };
    (3..=most).rev().find(|n| follows(&text[..*n])).unwrap_or(0)
}

/// Eight digits that are a day: `24121985`, `19851224`, `12241985`.
fn is_date(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !"-./".contains(*c)).collect();
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let number = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
    let is_year = |n| (1900..=2099).contains(&n);
    let is_day =
        |a, b| (1..=12).contains(&a) && (1..=31).contains(&b) || (1..=12).contains(&b) && (1..=31).contains(&a);
    (is_year(number(0, 4)) && is_day(number(4, 6), number(6, 8)))
        || (is_year(number(4, 8)) && is_day(number(0, 2), number(2, 4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_common() {
        for password in [
            "password",
            "Password1",
            "P4ssw0rd!23",
            "passw0rd2026",
            "12345678",
            "87654321",
            "123456789",
            "11111111",
            "12121212",
            "abcdabcd",
            "qwertyui",
            "QWERTY123",
            "qwertz123",
            "1q2w3e4r",
            "1qaz2wsx",
            "zaq12wsx",
            "qwerasdf",
            "abc12345",
            "iloveyou",
            "ILoveYou2",
            "sunshine1",
            "princess99",
            "football!",
            "welcome1",
            "letmein1",
            "admin123",
            "adminadmin",
            "trustno1",
            "monkey12",
            "dragon2024",
            "24121985",
            "1985-12-24",
            "12.24.1985",
            "summer2026",
            "Winter2025!",
            "pass word 1",
            "hallo123",
            "passwort1",
            "schatzi1",
            "motdepasse",
            "contraseña1",
            "!!!password",
            "5ecret99",
            "asdfghjkl;",
            "changeme1",
            "s3cr3t99",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_somebody_made_up_is_not() {
        for password in [
            "kfq-7tzu",
            "correct horse battery staple",
            "mug on the third shelf",
            "Tarn!Combe!Rill",
            "mein hund heißt otto",
            "f4Kd92-xQ",
            "purple-otter-42",
            "ключ от дома",
            "我的密码很长很长",
            "jodhpurs99x",
            "24129985",
            "93847261love50284",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn a_thousand_characters_are_judged_quickly_and_without_panic() {
        for text in [
            "a1".repeat(64),
            "é".repeat(128),
            "qwe".repeat(42),
            "0".repeat(128),
            "😀q".repeat(64),
        ] {
            is_common(&text);
        }
    }

    #[test]
    fn the_list_is_tidy() {
        let words: Vec<&str> = include_str!("common_words.txt").split_whitespace().collect();
        assert_eq!(words.len(), WORDS.len(), "no word twice");
        assert!(
            words
                .iter()
                .all(|word| word.to_lowercase() == **word && word.chars().count() >= 3)
        );
        assert!(words.len() > 600);
    }
}
