//! Counting searches without slowing them down.
//!
//! What counts as a search: somebody asks for the first page of results of some words, without filters. Turning pages, filtering, sorting and
//! "search instead for" go on with a search; they are not another one. A results page from the shop's own memory counts like a fresh one:
//! it is kept together with what was found. What a browser shows again from its own memory, going back, never reaches the shop and does not
//! count; neither does what a browser fetches ahead. Behind a cache that keeps pages for everybody (for two seconds at most), the counts are a
//! little low, and alike for all words.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{Span, civil::Date};
use wares_db::{Db, DbError, Tx, Write};
use wares_search::Hits;

use super::store;
use super::words::{are_private, key};

/// So many different searches are kept in memory; further ones are not counted until these have been written down.
const NOTED_MAX: usize = 5_000;
/// So many different searches a day are written down. A shop with more has better things to read; a machine that makes words up fills no disk.
const DAY_MAX: i64 = 20_000;

/// Searches since they were last written down.
#[derive(Debug, Default)]
pub struct Log {
    noted: Mutex<HashMap<(Date, String), Noted>>,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Products.
    pub total: u64,
    /// Whether they are what was asked for: not what is shown without some of the words, or by a guess.
    pub is_asked_for: bool,
}

impl From<&Hits> for Found {
    fn from(hits: &Hits) -> Self {
        Self {
            total: hits.total,
            is_asked_for: hits.dropped.is_empty() && !hits.is_guess,
        }
    }
}

/// How often, and what was found at last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Noted {
    n_searches: i64,
    n_found: i64,
    n_instead: i64,
}

impl Log {
    /// Counts a search on a day of the shop.
    pub fn note(&self, day: Date, typed: &str, found: impl Into<Found>) {
        let words = key(typed);
        if words.is_empty() || are_private(&words) {
            return;
        }
        let found = found.into();
        let total = i64::try_from(found.total).unwrap_or(i64::MAX);
        let (n_found, n_instead) = if found.is_asked_for { (total, 0) } else { (0, total) };
        let mut noted = self.lock();
        let is_full = noted.len() >= NOTED_MAX;
        let known = noted.get(&(day, words.clone())).map_or(0, |noted| noted.n_searches);
        if known > 0 || !is_full {
            let search = Noted {
                n_searches: known + 1,
                n_found,
                n_instead,
            };
            noted.insert((day, words), search);
        }
    }

    /// Writes down what was counted; answers how many different searches that were. What could not be written is counted on.
    pub async fn write_down(&self, db: &Db) -> Result<usize, DbError> {
        let noted = std::mem::take(&mut *self.lock());
        if noted.is_empty() {
            return Ok(0);
        }
        let mut searches: Vec<((Date, String), Noted)> = noted.into_iter().collect();
        // In one order, so that two instances that write at once wait for each other only once.
        searches.sort_by(|a, b| a.0.cmp(&b.0));
        let n = searches.len();
        if let Err(error) = db.write(Record(searches.clone())).await {
            let mut noted = self.lock();
            for (key, search) in searches {
                let newer = noted.entry(key).or_insert(Noted {
                    n_searches: 0,
                    ..search
                });
                newer.n_searches += search.n_searches;
            }
            return Err(error);
        }
        Ok(n)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Date, String), Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds to what is known of each day and its words.
#[derive(Debug)]
struct Record(Vec<((Date, String), Noted)>);

impl Write for Record {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let mut room: HashMap<Date, i64> = HashMap::new();
        for ((day, words), search) in &self.0 {
            let row = store::DayRow {
                day: day.to_string(),
                words: words.clone(),
                n_searches: search.n_searches,
                n_found: search.n_found,
                n_instead: search.n_instead,
            };
            if store::add_to_search(tx, &row).await? {
                continue;
            }
            let left = match room.get(day) {
                Some(left) => *left,
                None => DAY_MAX - store::n_on(tx, &row.day).await?,
            };
            if left > 0 {
                store::begin_search(tx, &row).await?;
            }
            room.insert(*day, left - 1);
        }
        Ok(())
    }
}

/// Forgets searches of long ago.
#[derive(Debug, Clone)]
pub struct Prune {
    /// Today.
    pub today: Date,
}

impl Prune {
    /// A little more than a year, so that this season can be compared with the last.
    const KEPT: Duration = Duration::from_hours(400 * 24);
}

impl Write for Prune {
    type Out = u64;
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<u64, DbError> {
        let days = i64::try_from(Self::KEPT.as_secs() / 86_400).unwrap_or(i64::MAX);
        let first = self.today.saturating_sub(Span::new().days(days));
        store::forget_before(tx, &first.to_string()).await
    }
}
