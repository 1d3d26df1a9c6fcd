//! Every SQL text of the program is understood by both engines.
//!
//! The texts are read from the sources, so that a new one cannot be forgotten.

use std::fs;
use std::path::Path;

use wares_db::testing::TestDb;
use wares_db::{Sql, placeholders};

use crate::tidy::all_sources;

/// The string literals after each `sql!(`, with their file.
fn texts() -> Vec<(String, Sql)> {
    let mut found = Vec::new();
    for path in all_sources() {
        let source = fs::read_to_string(&path).expect("a source");
        let source = before_tests(&source);
        for after in source.split("sql!(").skip(1) {
            let (lite, pg) = match after.trim_start().strip_prefix("lite:") {
                Some(both) => {
                    let (lite, rest) = literal(both);
                    let pg = rest.split_once("pg:").expect("the text for PostgreSQL follows").1;
                    (lite, literal(pg).0)
                }
                None if after.trim_start().starts_with('"') => {
                    let (text, _) = literal(after);
                    (text.clone(), dollars(&text))
                }
                None => continue,
            };
            found.push((place(&path), leak(lite, pg)));
        }
    }
    found
}

/// Unit tests may have texts of their own, written for tables as they are in them.
fn before_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap_or(source)
}

fn place(path: &Path) -> String {
    path.to_string_lossy()
        .rsplit("crates/")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The first string literal and what follows it.
fn literal(text: &str) -> (String, &str) {
    let start = text.find('"').expect("a string");
    let mut out = String::new();
    let mut chars = text[start + 1..].char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return (out, &text[start + 1 + i + 1..]),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('\n') => out.push(' '),
                Some(escaped) => out.push(escaped),
                None => break,
            },
            c => out.push(c),
        }
    }
    panic!("a string that does not end: {}", &text[..80.min(text.len())]);
}

fn dollars(text: &str) -> String {
    let mut quoted = false;
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        quoted ^= c == '\'';
        let is_placeholder = c == '?' && !quoted && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_placeholder { '$' } else { c });
    }
    out
}

fn leak(lite: String, pg: String) -> Sql {
    let args = placeholders(&lite, b'?');
    Sql {
        lite: lite.leak(),
        pg: pg.leak(),
        args,
    }
}

async fn prepare_all(test: TestDb) {
    let texts = texts();
    assert!(texts.len() > 200, "only {} texts were found", texts.len());
    let mut wrong = Vec::new();
    for (place, sql) in texts {
        // Commands and tables that only a migration makes cannot be prepared.
        let is_statement = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
            .iter()
            .any(|verb| sql.lite.trim_start().starts_with(verb));
        if !is_statement {
            continue;
        }
        let mut conn = test.db.read().await.expect("a reader");
        if let Err(error) = conn.prepare(sql).await {
            wrong.push(format!("{place}: {error}\n    {}", sql.lite));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_statement_is_understood_by_sqlite() {
    prepare_all(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn every_statement_is_understood_by_postgres() {
    prepare_all(TestDb::postgres().await).await;
}
