//! The test cards. Only these numbers are accepted, and none is kept.

use crate::model::Decline;

/// What a test card does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Pays at once.
    Pays,
    /// Is declined without a reason.
    Declined,
    /// Has not enough money on it.
    InsufficientFunds,
    /// Is past its date.
    Expired,
    /// Asks the buyer to confirm with the bank.
    AsksBank,
    /// Pays, and the bank disputes it at once.
    Disputed,
}

/// Every number the gateway accepts, what it does, and how the page describes it.
pub const CARDS: [(&str, Card, &str); 6] = [
    ("4242 4242 4242 4242", Card::Pays, "Paid at once"),
    ("4000 0000 0000 0002", Card::Declined, "Declined by the bank"),
    (
        "4000 0000 0000 9995",
        Card::InsufficientFunds,
        "Declined, not enough money",
    ),
    ("4000 0000 0000 0069", Card::Expired, "Declined, card expired"),
    ("4000 0025 0000 3155", Card::AsksBank, "Asks to confirm with the bank"),
    (
        "4000 0000 0000 0259",
        Card::Disputed,
        "Paid, then disputed; the dashboard decides it",
    ),
];

impl Card {
    /// The card of that number, typed with or without blanks and dashes.
    pub(crate) fn of_number(typed: &str) -> Option<Self> {
        let digits = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '-')).collect::<String>();
        let typed = digits(typed);
        CARDS
            .iter()
            .find(|(number, ..)| digits(number) == typed)
            .map(|(_, card, _)| *card)
    }

    /// Why this card does not pay, if it does not.
    pub(crate) fn decline(self) -> Option<Decline> {
        match self {
            Self::Pays | Self::AsksBank | Self::Disputed => None,
            Self::Declined => Some(Decline::Generic),
            Self::InsufficientFunds => Some(Decline::InsufficientFunds),
            Self::Expired => Some(Decline::ExpiredCard),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_numbers_are_cards() {
        assert_eq!(Card::of_number("4242424242424242"), Some(Card::Pays));
        assert_eq!(Card::of_number(" 4000-0025-0000-3155 "), Some(Card::AsksBank));
        for real in ["4111111111111111", "5555555555554444", "", "4242", "٤٢٤٢"] {
            assert_eq!(Card::of_number(real), None, "{real}");
        }
    }
}
