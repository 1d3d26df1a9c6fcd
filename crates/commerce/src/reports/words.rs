//! What somebody typed into a search, made fit for statements.

/// A pattern for `LIKE … ESCAPE '!'` that finds `text` anywhere.
pub(super) fn anywhere(text: &str) -> String {
    format!("%{}%", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern
}

/// The first text that begins with `text` and the first after all of those, for a range along an index.
pub(super) fn range(text: &str) -> (String, String) {
    (text.to_owned(), format!("{text}\u{10ffff}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_never_a_pattern() {
        assert_eq!(anywhere("50%_!"), "%50!%!_!!%");
    }
}
