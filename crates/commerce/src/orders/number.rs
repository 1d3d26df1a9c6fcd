//! Order numbers: `1001-4F7K`.
//!
//! A counter, three letters or digits of chance, and one that checks the others. A number typed wrongly in one place, or with two
//! neighbours swapped, is not a number at all; and whoever has one cannot guess the next.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wares_kernel::Random;

/// What the second part is made of: no `I`, `L`, `O`, `0` or `1`. Its length is prime, which is what makes the check work.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// How many of them are there by chance.
const BY_CHANCE: usize = 3;

/// The number buyers and staff call an order by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(String);

/// The text is not an order number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is not an order number. It looks like 1001-4F7K.")]
pub struct OrderNumberError;

impl OrderNumber {
    /// The number of the `counter`th order.
    pub fn new(counter: i64, random: &dyn Random) -> Self {
        let mut bytes = [0; BY_CHANCE];
        random.fill(&mut bytes);
        let chance = bytes.map(|byte| letter(usize::from(byte) % LETTERS.len()));
        let head = format!("{counter}-{}", chance.iter().collect::<String>());
        let check = letter(check_value(&head));
        Self(format!("{head}{check}"))
    }

    /// A stored number, which is one we made.
    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn letter(index: usize) -> char {
    char::from(LETTERS[index % LETTERS.len()])
}

/// The index of the letter that belongs behind `head`: each place has a weight of its own.
fn check_value(head: &str) -> usize {
    let value = |c: u8| {
        LETTERS
            .iter()
            .position(|l| *l == c)
            .unwrap_or(usize::from(c.saturating_sub(b'0')))
    };
    let digits = head.bytes().filter(|c| *c != b'-');
    let (counter, _) = head.split_once('-').unwrap_or((head, ""));
    let value_at = |i: usize, c: u8| {
        if i < counter.len() {
            usize::from(c - b'0')
        } else {
            value(c)
        }
    };
    digits
        .enumerate()
        .map(|(i, c)| value_at(i, c) * (i % 29 + 2))
        .sum::<usize>()
        % LETTERS.len()
}

impl FromStr for OrderNumber {
    type Err = OrderNumberError;

    /// Reads a number as people type it: small letters, spaces and a missing dash are fine.
    fn from_str(text: &str) -> Result<Self, OrderNumberError> {
        let typed: String = text
            .trim()
            .trim_start_matches('#')
            .chars()
            .filter(|c| !c.is_whitespace() && !"-–".contains(*c))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let at = typed.len().checked_sub(BY_CHANCE + 1).ok_or(OrderNumberError)?;
        if !typed.is_ascii() || at == 0 || at > 18 {
            return Err(OrderNumberError);
        }
        let (counter, tail) = typed.split_at(at);
        let is_number = counter.bytes().all(|c| c.is_ascii_digit()) && tail.bytes().all(|c| LETTERS.contains(&c));
        let head = format!("{counter}-{}", &tail[..BY_CHANCE]);
        if is_number && tail.ends_with(letter(check_value(&head))) {
            Ok(Self(format!("{counter}-{tail}")))
        } else {
            Err(OrderNumberError)
        }
    }
}
impl TryFrom<String> for OrderNumber {
    type Error = OrderNumberError;

    fn try_from(text: String) -> Result<Self, OrderNumberError> {
        text.parse()
    }
}
impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> Self {
        number.0
    }
}
impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod unit {
    use proptest::prelude::*;
    use wares_kernel::SeededRandom;

    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = OrderNumber::new(1001, &SeededRandom::new(7));
        let text = number.as_str();
        for typed in [
            text.to_owned(),
            text.to_lowercase(),
            text.replace('-', ""),
            format!(" #{} ", text.replace('-', " ")),
        ] {
            assert_eq!(typed.parse(), Ok(number.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "1001",
            "ABCD",
            "1001-OOOO",
            "é001-4F7K",
            "12345678901234567890-2222",
        ] {
            assert_eq!(text.parse::<OrderNumber>(), Err(OrderNumberError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_or_two_swapped_are_noticed(counter in 1i64..9_999_999, seed in any::<u64>(), at in 0usize..12, other in 0usize..31) {
            let right = OrderNumber::new(counter, &SeededRandom::new(seed)).0;
            let mut wrong: Vec<char> = right.chars().collect();
            let at = at % wrong.len();
            if wrong[at] != '-' {
                wrong[at] = if wrong[at].is_ascii_digit() && at < right.find('-').unwrap_or(0) {
                    char::from(b'0' + u8::try_from(other % 10).unwrap_or(0))
                } else {
                    letter(other)
                };
            }
            let wrong: String = wrong.into_iter().collect();
            prop_assert_eq!(wrong.parse::<OrderNumber>().is_ok(), wrong == right);

            let mut swapped: Vec<char> = right.chars().collect();
            let next = (at + 1).min(swapped.len() - 1);
            let in_one_part = swapped[at] != '-' && swapped[next] != '-';
            if in_one_part {
                swapped.swap(at, next);
                let swapped: String = swapped.into_iter().collect();
                prop_assert_eq!(swapped.parse::<OrderNumber>().is_ok(), swapped == right);
            }
        }
    }
}
