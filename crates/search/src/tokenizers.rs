//! Tantivy is given text that is cut into words already: one word a line. These hand the lines over.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Every line is a token.
#[derive(Clone)]
pub(crate) struct Lines;

/// Every line is a token to be counted several times: its first byte, less `'0'`, says how often.
#[derive(Clone)]
pub(crate) struct Weighted;

pub(crate) struct Stream<'a> {
    rest: &'a str,
    weighted: bool,
    /// How often the present token comes again.
    again: u8,
    token: Token,
}

impl<'a> Stream<'a> {
    fn new(text: &'a str, weighted: bool) -> Self {
        Self {
            rest: text,
            weighted,
            again: 0,
            token: Token {
                position: 0,
                ..Token::default()
            },
        }
    }
}

impl Tokenizer for Lines {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream::new(text, false)
    }
}

impl Tokenizer for Weighted {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        Stream::new(text, true)
    }
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        if self.again > 0 {
            self.again -= 1;
            return true;
        }
        if self.rest.is_empty() {
            return false;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        let word = if self.weighted {
            let times = line.bytes().next().unwrap_or(b'1').saturating_sub(b'0');
            self.again = times.saturating_sub(1);
            line.get(1..).unwrap_or_default()
        } else {
            line
        };
        self.token.text.clear();
        self.token.text.push_str(word);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weighted_line_is_counted_as_often_as_it_says() {
        let mut tokens = Vec::new();
        Weighted
            .token_stream("2shirt\n1red\n")
            .process(&mut |token| tokens.push(token.text.clone()));
        assert_eq!(tokens, ["shirt", "shirt", "red"]);
    }

    #[test]
    fn a_plain_line_is_one_token_even_with_spaces() {
        let mut tokens = Vec::new();
        Lines
            .token_stream("red shirt\nblue")
            .process(&mut |token| tokens.push(token.text.clone()));
        assert_eq!(tokens, ["red shirt", "blue"]);
    }
}
