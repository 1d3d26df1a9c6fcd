//! Every SQL text of the program is understood by both engines.
//!
//! The texts are read from the sources, so that a new one cannot be forgotten.

use std::fs;
use std::path::Path;

use wares_db::testing::TestDb;
use wares_db::{P, Sql, p, placeholders, sql};

use crate::tidy::all_sources;

const TABLES: Sql = sql!("SELECT name FROM sqlite_schema WHERE type = 'table'");

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

/// Commands, and tables that only a migration makes, cannot be prepared.
fn is_statement(sql: &Sql) -> bool {
    let mut verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter();
    verbs.any(|verb| sql.lite.trim_start().starts_with(verb))
}

async fn prepare_all(test: TestDb) {
    let texts = texts();
    assert!(texts.len() > 200, "only {} texts were found", texts.len());
    let mut wrong = Vec::new();
    for (place, sql) in texts {
        if !is_statement(&sql) {
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

/// Tables with a few rows in any shop, through all of which a statement may go.
const SMALL: &[&str] = &[
    "carriers",
    "categories",
    "collections",
    "holidays",
    "imports",
    "promotions",
    "schema_migrations",
    "search_redirects",
    "search_synonyms",
    "settings",
    "shipping_methods",
    "shipping_zone_countries",
    "shipping_zones",
    "staff",
    "tax_rates",
];

/// Statements that go through a table all the same: how each begins, and why it may.
const ALLOWED: &[(&str, &str)] = &[
    (
        "DELETE FROM change_log WHERE at <",
        "once an hour, over the days it is kept for; each change would pay for an index",
    ),
    ("SELECT kind, entity FROM change_log", "a test's own"),
    (
        "UPDATE jobs SET leased_until = NULL WHERE done_at IS NULL",
        "at the start, along the index of what is not done yet",
    ),
    (
        "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, password_hash",
        "planned for a new id, which it never gives",
    ),
    (
        "DELETE FROM customers WHERE email_key",
        "a guest becomes a customer once; each guest's cart would pay for an index",
    ),
];

/// The table that a plan knows by a name of the statement's own.
fn table_of<'a>(name: &'a str, text: &'a str, tables: &'a [String]) -> Option<&'a str> {
    let is_table = |word: &str| tables.iter().any(|table| table == word);
    if is_table(name) {
        return Some(name);
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty() && *word != "AS")
        .collect();
    let pair = words.windows(2).find(|pair| pair[1] == name && is_table(pair[0]))?;
    Some(pair[0])
}

/// Whether a step of a plan looks at each row of a table that grows with the shop. In the order of an index up to a limit it does not.
fn goes_through(step: &str, text: &str, tables: &[String]) -> bool {
    let Some(rest) = step.strip_prefix("SCAN ") else {
        return false;
    };
    let name = rest.split(' ').next().unwrap_or_default();
    let ends_early = rest.contains(" USING ") && text.contains("LIMIT");
    !ends_early && table_of(name, text, tables).is_some_and(|table| !SMALL.contains(&table))
}

/// Reports and the ledger look at everything on purpose, and what tests look at is small.
fn is_everyday(place: &str) -> bool {
    let words = ["/ledger/", "/reports/", "tests.rs", "testing.rs"];
    words.iter().all(|word| !place.contains(word))
}

#[tokio::test]
async fn no_everyday_statement_goes_through_a_table_that_grows() {
    let test = TestDb::sqlite().await;
    let mut conn = test.db.read().await.expect("a reader");
    let tables: Vec<(String,)> = conn.all(TABLES, p![]).await.expect("the tables");
    let tables: Vec<String> = tables.into_iter().map(|(name,)| name).collect();
    let mut slow = Vec::new();
    for (place, sql) in texts() {
        if !is_statement(&sql) || !is_everyday(&place) {
            continue;
        }
        let lite = format!("EXPLAIN QUERY PLAN {}", sql.lite).leak();
        let plan: Vec<(i64, i64, i64, String)> = conn
            .all(Sql { lite, ..sql }, &vec![P::Null; sql.args])
            .await
            .expect("a plan");
        let is_allowed = ALLOWED.iter().any(|(beginning, _)| sql.lite.starts_with(beginning));
        let steps = plan
            .into_iter()
            .filter(|(.., step)| goes_through(step, sql.lite, &tables) && !is_allowed);
        slow.extend(steps.map(|(.., step)| format!("{place}: {step}\n    {}", sql.lite)));
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
