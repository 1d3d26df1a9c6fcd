//! Files for spreadsheets.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use wares_db::DbError;

/// A file to be saved under a name that is plain ASCII without quotes. Nobody keeps it.
pub(super) fn file(name: &str, text: String) -> Response {
    saved_as(name, text.into_response())
}

/// A file that is sent while it is read. Where reading fails it ends in the middle of the transfer, which browsers tell.
pub(super) fn streamed(
    name: &str,
    headings: String,
    rows: impl Stream<Item = Result<String, DbError>> + Send + 'static,
) -> Response {
    let head = stream::once(async move { Ok(headings) });
    let told = head
        .chain(rows)
        .inspect_err(|failure| tracing::error!("A file could not be read to its end: {failure}"));
    saved_as(name, Body::from_stream(told).into_response())
}

fn saved_as(name: &str, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A row. What a spreadsheet would take for a formula gets an apostrophe in front.
pub(super) fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Whether it is an amount, which may be below zero.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_the_table() {
        assert_eq!(cell("ines@example.com"), "ines@example.com");
        assert_eq!(cell("=1+1@example.com"), "'=1+1@example.com");
        assert_eq!(cell("+49@example.com"), "'+49@example.com");
        assert_eq!(cell("a,\"b\"@example.com"), "\"a,\"\"b\"\"@example.com\"");
        assert_eq!(cell("-2.50"), "-2.50");
        assert_eq!(cell("-2+3"), "'-2+3");
        assert_eq!(row(["a", "b,c"]), "a,\"b,c\"\r\n");
    }
}
