//! The change log: what pages and the search index show has changed. Written in the transaction that changes it, followed by every instance.

use uuid::Uuid;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::{CategoryId, CollectionId, Instant, ProductId};

/// Something that pages or the search index show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A product: its texts, pictures, prices, stock words, rating.
    Product(ProductId),
    /// A category, or its place in the tree.
    Category(CategoryId),
    /// A collection: its texts, or what is in it.
    Collection(CollectionId),
    /// A setting of the shop: everything may look different.
    Settings,
    /// Synonyms, redirects and other data of the search.
    Search,
}

/// A change with its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The place up to which a follower has seen everything once it has handled this entry and all others of the same place.
    pub seq: i64,
    /// What changed.
    pub change: Change,
}

const RECORD: Sql = sql!("INSERT INTO change_log (kind, entity, at) VALUES (?1, ?2, ?3)");
const AFTER: Sql = sql!(
    lite: "SELECT seq, kind, entity FROM change_log WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    pg: "SELECT seq, kind, entity FROM change_log
         WHERE seq > $1 AND seq < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
           AND seq <= coalesce((SELECT seq FROM change_log WHERE seq > $1 ORDER BY seq, id OFFSET $2 LIMIT 1), 9223372036854775807)
         ORDER BY seq, id",
);
const LATEST: Sql = sql!(
    lite: "SELECT coalesce(max(seq), 0) FROM change_log",
    pg: "SELECT coalesce(max(seq), 0) FROM change_log WHERE seq < (pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
);
const PRUNE: Sql = sql!("DELETE FROM change_log WHERE at < ?1");

/// Notes a change in the caller's unit of work.
pub async fn record(tx: &mut Tx, change: Change) -> Result<(), DbError> {
    let (kind, entity) = change.parts();
    let now = tx.now();
    tx.send(RECORD, p![kind, entity, now]).await
}

/// What has changed after `seq`, in order, about `most` entries at a time.
///
/// On `PostgreSQL` an entry is shown only when no transaction that could still write an earlier one is running, so a follower that
/// remembers the last `seq` never skips any; all entries of one transaction come together.
pub async fn after(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>, DbError> {
    let rows: Vec<(i64, String, Option<Uuid>)> = conn.all(AFTER, p![seq, most]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(seq, kind, entity)| Change::from_parts(&kind, entity).map(|change| Entry { seq, change }))
        .collect())
}

/// The place a follower that knows the present state starts from. Read it *before* reading that state.
pub async fn latest(conn: &mut Conn) -> Result<i64, DbError> {
    let (seq,): (i64,) = conn.one(LATEST, p![]).await?;
    Ok(seq)
}

/// Forgets entries older than `before`; followers that were away for longer start anew.
pub async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE, p![before]).await
}

impl Change {
    fn parts(self) -> (&'static str, Option<Uuid>) {
        match self {
            Self::Product(id) => ("product", Some(id.uuid())),
            Self::Category(id) => ("category", Some(id.uuid())),
            Self::Collection(id) => ("collection", Some(id.uuid())),
            Self::Settings => ("settings", None),
            Self::Search => ("search", None),
        }
    }

    /// `None` for kinds a newer version writes and this one does not know.
    fn from_parts(kind: &str, entity: Option<Uuid>) -> Option<Self> {
        match (kind, entity) {
            ("product", Some(id)) => Some(Self::Product(ProductId::new(id))),
            ("category", Some(id)) => Some(Self::Category(CategoryId::new(id))),
            ("collection", Some(id)) => Some(Self::Collection(CollectionId::new(id))),
            ("settings", _) => Some(Self::Settings),
            ("search", _) => Some(Self::Search),
            _ => None,
        }
    }
}

/// What tests need to look at the log: on `PostgreSQL` an entry is shown only when no other transaction is running on the whole
/// server, and other tests have theirs.
#[cfg(test)]
pub(crate) mod testing {
    use std::time::Duration;

    use wares_db::{Db, job};

    use super::{Change, Entry, after, record};

    /// A place in the log behind everything that was written so far.
    pub(crate) async fn end(db: &Db) -> i64 {
        let mark = job(|tx| Box::pin(async move { record(tx, Change::Search).await }));
        db.write(mark).await.expect("a mark is written");
        let seen = wait_for(db, 0, |entries| {
            entries.last().is_some_and(|entry| entry.change == Change::Search)
        })
        .await;
        seen.last().map_or(0, |entry| entry.seq)
    }

    /// The entries behind `seq`, as soon as there are `n`.
    pub(crate) async fn seen(db: &Db, seq: i64, n: usize) -> Vec<Entry> {
        wait_for(db, seq, |entries| entries.len() >= n).await
    }

    async fn wait_for(db: &Db, seq: i64, enough: impl Fn(&[Entry]) -> bool) -> Vec<Entry> {
        for _ in 0..1500 {
            let entries = after(&mut db.read().await.expect("a reader"), seq, 1000)
                .await
                .expect("the log can be read");
            if enough(&entries) {
                return entries;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the change did not show within fifteen seconds");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use tokio::sync::Notify;
    use wares_db::testing::TestDb;
    use wares_db::{Db, both_engines, job};

    use super::*;

    fn product(n: u128) -> Change {
        Change::Product(ProductId::new(Uuid::from_u128(n)))
    }

    async fn write(db: &Db, change: Change) {
        db.write(job(move |tx| Box::pin(async move { record(tx, change).await })))
            .await
            .expect("a change is noted");
    }

    async fn seen_after(db: &Db, seq: i64) -> Vec<Entry> {
        after(&mut db.read().await.expect("a reader"), seq, 100)
            .await
            .expect("the log can be read")
    }

    both_engines! {
        async fn a_follower_sees_every_change_once_however_many_write_at_once(test: TestDb) {
            let writers: Vec<_> = (0..8u128).map(|writer| {
                let db = test.second_instance();
                tokio::spawn(async move {
                    for n in 0..25 {
                        write(&db, product(writer * 1000 + n)).await;
                    }
                })
            }).collect();
            let (mut seq, mut seen, mut n_seen) = (0, HashSet::new(), 0);
            let mut finished = false;
            while !finished || n_seen < 200 {
                finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
                for entry in seen_after(&test.db, seq).await {
                    seq = seq.max(entry.seq);
                    n_seen += 1;
                    seen.insert(entry.change);
                }
                tokio::task::yield_now().await;
            }
            assert_eq!((n_seen, seen.len()), (200, 200));
        }

        async fn a_change_of_work_that_was_rolled_back_is_never_seen(test: TestDb) {
            let refused: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
                record(tx, Change::Settings).await?;
                Err(DbError::NotFound)
            }))).await;
            assert!(refused.is_err());
            assert!(seen_after(&test.db, 0).await.is_empty());
        }

        async fn a_follower_that_starts_now_is_told_nothing_of_the_past(test: TestDb) {
            write(&test.db, product(1)).await;
            let end = testing::end(&test.db).await;
            let start = latest(&mut test.db.read().await.expect("a reader")).await.expect("a place");
            assert_eq!(start, end);
            write(&test.db, product(2)).await;
            let seen: Vec<Change> = testing::seen(&test.db, start, 1).await.iter().map(|entry| entry.change).collect();
            assert_eq!(seen, [product(2)]);
        }

        async fn the_log_is_read_in_portions_and_none_cuts_a_transaction_in_two(test: TestDb) {
            for n in 0..5u128 {
                test.db.write(job(move |tx| Box::pin(async move {
                    for m in 0..3 {
                        record(tx, product(n * 10 + m)).await?;
                    }
                    Ok::<_, DbError>(())
                }))).await.expect("three changes");
            }
            testing::end(&test.db).await;
            let (mut seq, mut seen) = (0, Vec::new());
            loop {
                let entries = after(&mut test.db.read().await.expect("a reader"), seq, 4).await.expect("a portion");
                let Some(last) = entries.last() else { break };
                seq = last.seq;
                seen.extend(entries.iter().map(|entry| entry.change));
            }
            // The fifteen, and the mark at the end.
            assert_eq!(seen.len(), 16);
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_change_that_becomes_visible_late_is_not_skipped_on_postgres() {
        let test = TestDb::postgres().await;
        let (written, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let slow = {
            let (db, written, go_on) = (test.db.clone(), Arc::clone(&written), Arc::clone(&go_on));
            tokio::spawn(async move {
                db.write(job(move |tx| {
                    let (written, go_on) = (Arc::clone(&written), Arc::clone(&go_on));
                    Box::pin(async move {
                        record(tx, product(1)).await?;
                        // With a question behind it, it has reached the server.
                        latest(tx).await?;
                        written.notify_one();
                        go_on.notified().await;
                        Ok::<_, DbError>(())
                    })
                }))
                .await
            })
        };
        written.notified().await;
        // A later transaction commits first: its number is higher, so it has to wait for the earlier one.
        write(&test.db, product(2)).await;
        assert!(seen_after(&test.db, 0).await.is_empty());

        go_on.notify_one();
        slow.await.expect("no panic").expect("the slow one commits");
        let seen: Vec<Change> = testing::seen(&test.db, 0, 2)
            .await
            .iter()
            .map(|entry| entry.change)
            .collect();
        assert_eq!(seen, [product(1), product(2)]);
    }
}
