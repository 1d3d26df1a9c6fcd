//! What was searched for.

use wares_db::{Conn, DbError, Sql, Tx, p, sql};

use crate::search::report::{Searched, Totals};

const ADD_TO: Sql = sql!(
    "UPDATE searches SET n_searches = n_searches + ?3, n_found = ?4, n_instead = ?5 WHERE day = ?1 AND words = ?2"
);
const BEGIN: Sql = sql!(
    "INSERT INTO searches (day, words, n_searches, n_found, n_instead) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (day, words) DO UPDATE SET n_searches = searches.n_searches + excluded.n_searches,
         n_found = excluded.n_found, n_instead = excluded.n_instead"
);
const N_ON: Sql = sql!("SELECT count(*) FROM searches WHERE day = ?1");
const FORGET: Sql = sql!("DELETE FROM searches WHERE day < ?1");
/// How often in all the days, and what was found on the last of them.
const MOST_SEARCHED: Sql = sql!(
    "SELECT t.words, t.n, s.n_found, s.n_instead
     FROM (SELECT words, CAST(sum(n_searches) AS bigint) AS n, max(day) AS last FROM searches
           WHERE day BETWEEN ?1 AND ?2 GROUP BY words) AS t
     JOIN searches s ON s.day = t.last AND s.words = t.words
     WHERE NOT ?3 OR (s.n_found = 0 AND NOT EXISTS (SELECT 1 FROM search_redirects r WHERE r.words = t.words))
     ORDER BY t.n DESC, t.words LIMIT ?4"
);
const TOTALS: Sql = sql!(
    "SELECT CAST(coalesce(sum(n_searches), 0) AS bigint),
            CAST(coalesce(sum(CASE WHEN n_found = 0 THEN n_searches ELSE 0 END), 0) AS bigint)
     FROM searches WHERE day BETWEEN ?1 AND ?2"
);
const POPULAR: Sql = sql!(
    "SELECT words, CAST(sum(n_searches) AS bigint) AS n FROM searches
     WHERE day >= ?1 AND n_found > 0 GROUP BY words HAVING sum(n_searches) >= ?2 ORDER BY n DESC, words LIMIT ?3"
);

/// The searches of some words on one day.
#[derive(Debug, Clone)]
pub(in crate::search) struct DayRow {
    /// `2026-03-09`, in the shop's time zone.
    pub(in crate::search) day: String,
    pub(in crate::search) words: String,
    pub(in crate::search) n_searches: i64,
    pub(in crate::search) n_found: i64,
    pub(in crate::search) n_instead: i64,
}

/// Adds to the row of that day and these words; answers whether there is one.
pub(in crate::search) async fn add_to_search(tx: &mut Tx, row: &DayRow) -> Result<bool, DbError> {
    let DayRow { day, words, .. } = row;
    let n = tx
        .exec(ADD_TO, p![day, words, row.n_searches, row.n_found, row.n_instead])
        .await?;
    Ok(n > 0)
}

/// The first row of that day and these words, or more of it when somebody else has just made it.
pub(in crate::search) async fn begin_search(tx: &mut Tx, row: &DayRow) -> Result<(), DbError> {
    let DayRow { day, words, .. } = row;
    let values = p![day, words, row.n_searches, row.n_found, row.n_instead];
    tx.exec(BEGIN, values).await.map(drop)
}

/// How many different searches a day has.
pub(in crate::search) async fn n_on(conn: &mut Conn, day: &str) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_ON, p![day]).await?;
    Ok(n)
}

/// Forgets the days before this one.
pub(in crate::search) async fn forget_before(tx: &mut Tx, day: &str) -> Result<u64, DbError> {
    tx.exec(FORGET, p![day]).await
}

/// The most frequent searches between two days.
pub(in crate::search) async fn most_searched(
    conn: &mut Conn,
    (first, last): (&str, &str),
    only_in_vain: bool,
    limit: i64,
) -> Result<Vec<Searched>, DbError> {
    conn.all(MOST_SEARCHED, p![first, last, only_in_vain, limit]).await
}

/// All searches between two days together.
pub(in crate::search) async fn totals(conn: &mut Conn, first: &str, last: &str) -> Result<Totals, DbError> {
    conn.one(TOTALS, p![first, last]).await
}

/// Searches that found something at least so often since a day.
pub(in crate::search) async fn popular(
    conn: &mut Conn,
    since: &str,
    at_least: i64,
    limit: i64,
) -> Result<Vec<(String, i64)>, DbError> {
    conn.all(POPULAR, p![since, at_least, limit]).await
}
