//! SQL texts: one literal, two dialects, converted and checked at compile time.

/// One statement as both engines read it. Made by [`crate::sql!`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    /// The text for `SQLite`.
    pub lite: &'static str,
    /// The text for `PostgreSQL`.
    pub pg: &'static str,
    /// How many arguments it takes.
    pub args: usize,
}

/// `?1` → `$1` outside of quotes. Both have the same length, so this can be done in a `const fn`.
pub const fn dollar<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut out = [0u8; N];
    let mut quoted = false;
    let mut i = 0;
    while i < N {
        if bytes[i] == b'\'' {
            quoted = !quoted;
        }
        let placeholder = !quoted && bytes[i] == b'?' && i + 1 < N && bytes[i + 1].is_ascii_digit();
        out[i] = if placeholder { b'$' } else { bytes[i] };
        i += 1;
    }
    out
}

/// The highest number behind `mark` outside of quotes: how many arguments a statement takes.
#[expect(clippy::as_conversions, reason = "`From` is not const yet; a digit always fits")]
pub const fn placeholders(text: &str, mark: u8) -> usize {
    let bytes = text.as_bytes();
    let mut most = 0;
    let mut quoted = false;
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'\'' {
            quoted = !quoted;
        }
        if !quoted && bytes[i] == mark {
            let mut n = 0;
            while i + 1 < bytes.len() && bytes[i + 1].is_ascii_digit() {
                n = n * 10 + (bytes[i + 1] - b'0') as usize;
                i += 1;
            }
            if n > most {
                most = n;
            }
        }
        i += 1;
    }
    most
}

/// Declares a statement. Its text is a literal, or several joined by `concat!`. One text in the portable subset with `?1` placeholders, or one for each engine where they really differ.
///
/// ```
/// use wares_db::{Sql, sql};
/// const TAKE: Sql = sql!("UPDATE stock SET reserved = reserved + ?2 WHERE variant_id = ?1 AND on_hand - reserved >= ?2");
/// assert_eq!(TAKE.args, 2);
/// assert!(TAKE.pg.contains("$2"));
/// ```
#[macro_export]
macro_rules! sql {
    (lite: $lite:expr, pg: $pg:expr $(,)?) => {{
        const ARGS: usize = $crate::placeholders($lite, b'?');
        const { assert!(ARGS == $crate::placeholders($pg, b'$'), "both texts take the same arguments") };
        $crate::Sql { lite: $lite, pg: $pg, args: ARGS }
    }};
    ($text:expr) => {{
        const TEXT: &str = $text;
        const BYTES: [u8; TEXT.len()] = $crate::dollar(TEXT);
        $crate::Sql {
            lite: TEXT,
            pg: match ::std::str::from_utf8(&BYTES) {
                Ok(text) => text,
                Err(_) => panic!("the text is UTF-8 before and after"),
            },
            args: $crate::placeholders(TEXT, b'?'),
        }
    }};
}

#[cfg(test)]
mod tests {
    use super::Sql;

    #[test]
    fn placeholders_are_converted_outside_of_quotes_only() {
        const TEXT: Sql = sql!("SELECT '?1', ?2, ?1 FROM x");
        assert_eq!(TEXT.pg, "SELECT '?1', $2, $1 FROM x");
        assert_eq!(TEXT.args, 2);
    }
}
