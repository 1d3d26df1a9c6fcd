//! What a unit of work promises, the same on both engines.

#![expect(clippy::panic, reason = "in a test, a panic is how a wrong expectation is reported")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use uuid::Uuid;
use wares_db::testing::{START, TestDb};
use wares_db::{
    Db, DbConfig, DbError, Engine, Json, MigrationState, Sql, Target, Tx, Write, both_engines, job, p, sql,
};
use wares_kernel::{FixedClock, SystemRandom};

const INSERT: Sql = sql!("INSERT INTO counters (name, value) VALUES (?1, ?2)");
const ADD: Sql = sql!("UPDATE counters SET value = value + ?2 WHERE name = ?1");
const SET: Sql = sql!("UPDATE counters SET value = ?2 WHERE name = ?1");
const VALUE: Sql = sql!("SELECT value FROM counters WHERE name = ?1");
const HOLD: Sql = sql!("INSERT INTO stock (variant_id, on_hand, reserved) VALUES (?1, ?2, ?3)");
const SESSION: Sql = sql!(
    "INSERT INTO sessions (id, token_hash, created_at, seen_at, expires_at, confirmed_at, device, ip) VALUES (?1, ?2, 0, 0, 0, 0, '', '')"
);

/// Writes one counter and then ends as told.
#[derive(Debug, Clone)]
struct Count {
    name: String,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Answer,
    Refuse,
    Panic,
    AwaitSomethingElse,
}

impl Write for Count {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.exec(INSERT, p![self.name, 1i64]).await?;
        match self.then {
            Then::Answer => Ok(()),
            Then::Refuse => Err(DbError::NotFound),
            Then::Panic => panic!("a bug in one unit of work"),
            Then::AwaitSomethingElse => {
                tokio::task::yield_now().await;
                Ok(())
            }
        }
    }
}

fn count(name: &str, then: Then) -> Count {
    Count {
        name: name.to_owned(),
        then,
    }
}

async fn value(db: &Db, name: &str) -> Option<i64> {
    let mut reader = db.read().await.expect("a reader");
    reader
        .opt::<(i64,)>(VALUE, p![name])
        .await
        .expect("the counter can be read")
        .map(|(value,)| value)
}

async fn start_counter(db: &Db, name: &'static str) {
    db.write(count(name, Then::Answer)).await.expect("a counter is made");
}

both_engines! {
    async fn json_is_read_into_the_type_it_was_written_from(test: TestDb) {
        const ECHO: Sql = sql!(lite: "SELECT ?1", pg: "SELECT $1::jsonb");
        let mut reader = test.db.read().await.expect("a reader");
        let sent = serde_json::json!(["Grüße", "\"quoted\""]);
        let (Json(read),): (Json<Vec<String>>,) = reader.one(ECHO, p![sent]).await.expect("a list of texts");
        assert_eq!(read, ["Grüße", "\"quoted\""]);
        let (absent,): (Option<Json<Vec<String>>>,) = reader.one(ECHO, p![None::<i64>]).await.expect("nothing");
        assert!(absent.is_none());
        let other = reader.one::<(Json<Vec<i64>>,)>(ECHO, p![sent]).await;
        assert!(matches!(other, Err(DbError::Damaged(_))), "{other:?}");
    }

    async fn what_was_answered_is_there(test: TestDb) {
        test.db.write(count("a", Then::Answer)).await.expect("it is written");
        assert_eq!(value(&test.db, "a").await, Some(1));
        assert_eq!(value(&test.second_instance(), "a").await, Some(1));
    }

    async fn a_refusal_takes_back_only_its_own_work(test: TestDb) {
        let good = (0..20).map(|i| { let db = test.db.clone(); tokio::spawn(async move { db.write(count(&format!("good-{i}"), Then::Answer)).await }) });
        let good: Vec<_> = good.collect();
        assert!(matches!(test.db.write(count("bad", Then::Refuse)).await, Err(DbError::NotFound)));
        for (i, unit) in good.into_iter().enumerate() {
            unit.await.expect("no panic").expect("the others are not touched");
            assert_eq!(value(&test.db, &format!("good-{i}")).await, Some(1));
        }
        assert_eq!(value(&test.db, "bad").await, None);
    }

    async fn a_panic_takes_back_only_its_own_work_and_the_database_goes_on(test: TestDb) {
        let result = test.db.write(count("boom", Then::Panic)).await;
        assert!(matches!(result, Err(DbError::Panic(message)) if message.contains("a bug")));
        assert_eq!(value(&test.db, "boom").await, None);
        test.db.write(count("after", Then::Answer)).await.expect("the next one works");
    }

    async fn no_connection_goes_back_to_the_pool_with_an_open_transaction(test: TestDb) {
        for i in 0..40 {
            let then = if i % 2 == 0 { Then::Panic } else { Then::Refuse };
            assert!(test.db.write(count("never", then)).await.is_err());
        }
        for i in 0..40 {
            test.db.write(count(&format!("n{i}"), Then::Answer)).await.expect("every connection is clean");
        }
        assert_eq!(value(&test.db, "never").await, None);
        assert_eq!(value(&test.db, "n39").await, Some(1));
    }

    async fn what_is_sent_without_waiting_is_done_in_its_order(test: TestDb) {
        let seen: Result<(i64,), DbError> = test.db.write(job(|tx| Box::pin(async move {
            tx.send(INSERT, p![*"a", 1i64]).await?;
            tx.send(SET, p![*"a", 5i64]).await?;
            tx.exec(ADD, p![*"a", 1i64]).await?;
            let seen = tx.one(VALUE, p![*"a"]).await?;
            tx.send(ADD, p![*"a", 10i64]).await?;
            Ok(seen)
        }))).await;
        assert_eq!(seen.expect("it is written"), (6,));
        assert_eq!(value(&test.db, "a").await, Some(16), "the last one left with the end of the work");
    }

    async fn however_much_is_sent_all_of_it_arrives(test: TestDb) {
        start_counter(&test.db, "a").await;
        let sent: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
            for _ in 0..500 {
                tx.send(ADD, p![*"a", 1i64]).await?;
            }
            Ok(())
        }))).await;
        sent.expect("it is written");
        assert_eq!(value(&test.db, "a").await, Some(501));
    }

    async fn a_failure_of_what_was_sent_last_ends_the_work_under_its_own_name(test: TestDb) {
        start_counter(&test.db, "a").await;
        let twice: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
            tx.exec(ADD, p![*"a", 1i64]).await?;
            tx.send(INSERT, p![*"a", 1i64]).await
        }))).await;
        assert!(twice.expect_err("a name is there once").violates("counters_pkey"));
        assert_eq!(value(&test.db, "a").await, Some(1), "nothing of the work is left");
        test.db.write(count("after", Then::Answer)).await.expect("the next one works");
    }

    async fn what_was_sent_by_work_that_is_refused_is_not_there(test: TestDb) {
        let refused: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
            tx.send(INSERT, p![*"a", 1i64]).await?;
            Err(DbError::NotFound)
        }))).await;
        assert!(matches!(refused, Err(DbError::NotFound)));
        assert_eq!(value(&test.db, "a").await, None);
    }

    async fn a_violated_constraint_has_the_same_name_on_both_engines(test: TestDb) {
        start_counter(&test.db, "a").await;
        let twice = test.db.write(count("a", Then::Answer)).await.expect_err("a name is there once");
        assert!(twice.violates("counters_pkey"), "{twice:?}");

        let oversold = test.db.write(job(|tx| Box::pin(async move { tx.exec(HOLD, p![Uuid::nil(), 1i64, 2i64]).await }))).await;
        let oversold = oversold.map(drop).expect_err("more reserved than on hand");
        // PostgreSQL may name the missing variant first; both say no.
        assert!(oversold.violates("stock_reserved"), "{oversold:?}");

        let nobodys = test.db.write(job(|tx| Box::pin(async move { let id = Uuid::nil(); tx.exec(SESSION, p![id, vec![0u8; 32]]).await }))).await;
        assert!(nobodys.map(drop).expect_err("a session has an owner").violates("sessions_one_owner"));
    }

    async fn a_failed_statement_spoils_the_work_even_when_its_error_is_swallowed(test: TestDb) {
        start_counter(&test.db, "a").await;
        let result: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
            assert!(tx.exec(INSERT, p!["a", 1i64]).await.is_err());
            assert!(matches!(tx.exec(INSERT, p!["b", 1i64]).await, Err(DbError::Spoiled)));
            Ok(())
        }))).await;
        assert!(matches!(result, Err(DbError::Spoiled)));
        assert_eq!(value(&test.db, "b").await, None);
    }

    async fn work_whose_caller_went_away_ends_in_order(test: TestDb) {
        for i in 0..50 {
            let db = test.db.clone();
            let caller = tokio::spawn(async move { db.write(count(&format!("gone-{i}"), Then::Answer)).await });
            tokio::task::yield_now().await;
            caller.abort();
        }
        test.db.write(count("after", Then::Answer)).await.expect("the database is fine");
        for i in 0..50 {
            assert!(matches!(value(&test.db, &format!("gone-{i}")).await, None | Some(1)));
        }
    }

    async fn work_that_was_given_up_before_it_began_never_begins(test: TestDb) {
        let write = test.db.write(count("never", Then::Answer));
        drop(write);
        test.db.write(count("after", Then::Answer)).await.expect("the database is fine");
        assert_eq!(value(&test.db, "never").await, None);
    }

    async fn parallel_additions_are_all_counted(test: TestDb) {
        start_counter(&test.db, "sum").await;
        let tasks: Vec<_> = (0..100).map(|_| { let db = test.db.clone(); tokio::spawn(async move {
            db.write(job(|tx| Box::pin(async move { tx.exec(ADD, p!["sum", 1i64]).await }))).await
        }) }).collect();
        for task in tasks {
            task.await.expect("no panic").expect("an addition");
        }
        assert_eq!(value(&test.db, "sum").await, Some(101));
    }

    async fn work_that_met_other_work_is_run_again(test: TestDb) {
        const STRICT: Sql = sql!(lite: "SELECT 1", pg: "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
        start_counter(&test.db, "sum").await;
        let runs = Arc::new(AtomicU32::new(0));
        let tasks: Vec<_> = (0..4).map(|_| { let (db, runs) = (test.db.clone(), Arc::clone(&runs)); tokio::spawn(async move {
            let mut added = 0;
            for _ in 0..10 {
                let runs = Arc::clone(&runs);
                let result: Result<(), DbError> = db.write(job(move |tx| { let runs = Arc::clone(&runs); Box::pin(async move {
                    runs.fetch_add(1, Ordering::SeqCst);
                    if tx.engine() == Engine::Postgres {
                        tx.exec(STRICT, p![]).await?;
                    }
                    let (value,): (i64,) = tx.one(VALUE, p!["sum"]).await?;
                    tx.exec(SET, p!["sum", value + 1]).await.map(drop)
                }) })).await;
                match result {
                    Ok(()) => added += 1,
                    Err(DbError::Conflict(_)) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            added
        }) }).collect();
        let mut added = 0;
        for task in tasks {
            added += task.await.expect("no panic");
        }
        assert_eq!(value(&test.db, "sum").await, Some(1 + added), "read, add, write is never lost");
        assert!(added >= 30, "most of the work succeeds in the end: {added} of 40");
        if test.db.engine() == Engine::Postgres {
            assert!(runs.load(Ordering::SeqCst) > 40, "some of it was run again");
        }
    }

    async fn one_instant_holds_for_the_whole_work(test: TestDb) {
        let clock = Arc::clone(&test.clock);
        let (first, second) = test.db.write(job(move |tx| { let clock = Arc::clone(&clock); Box::pin(async move {
            let first = tx.now();
            clock.advance(Duration::from_secs(5));
            Ok::<_, DbError>((first, tx.now()))
        }) })).await.expect("two readings");
        assert_eq!(first, second);
        assert_eq!(first, START);
    }

    async fn the_number_of_arguments_is_checked(test: TestDb) {
        let result = test.db.write(job(|tx| Box::pin(async move { tx.exec(INSERT, p!["a"]).await }))).await;
        assert!(result.is_err_and(|error| error.to_string().contains("takes 2")));
    }

    async fn a_batch_answers_what_each_statement_changed(test: TestDb) {
        let changed = test.db.write(job(|tx| Box::pin(async move {
            tx.batch().add(INSERT, p!["a", 1i64]).add(ADD, p!["a", 2i64]).add(ADD, p!["nobody", 1i64]).run().await
        }))).await.expect("three statements");
        assert_eq!(changed, [1, 1, 0]);
        assert_eq!(value(&test.db, "a").await, Some(3));
    }

    async fn the_schema_is_brought_up_to_date_once(test: TestDb) {
        assert_eq!(test.db.migration_state().await.expect("a state"), MigrationState::Current);
        assert!(test.db.migrate().await.expect("nothing to do").is_empty());
    }

    async fn a_schema_of_another_version_is_not_touched(test: TestDb) {
        const FOREIGN: Sql = sql!("UPDATE schema_migrations SET checksum = 'other' WHERE name = '0001_create_foundation'");
        test.db.write(job(|tx| Box::pin(async move { tx.exec(FOREIGN, p![]).await }))).await.expect("a changed checksum");
        assert!(matches!(test.db.migrate().await, Err(DbError::Schema(_))));
    }
}

#[tokio::test]
async fn awaiting_anything_but_the_database_is_refused_on_sqlite() {
    let test = TestDb::sqlite().await;
    let result = test.db.write(count("foreign", Then::AwaitSomethingElse)).await;
    assert!(matches!(result, Err(DbError::ForeignAwait)));
    assert_eq!(value(&test.db, "foreign").await, None);
}

#[tokio::test]
async fn work_queued_together_shares_commits_on_sqlite() {
    let test = TestDb::sqlite().await;
    let before = test.db.stats().expect("sqlite counts");
    let tasks: Vec<_> = (0..400)
        .map(|i| {
            let db = test.db.clone();
            tokio::spawn(async move { db.write(count(&format!("n{i}"), Then::Answer)).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("written");
    }
    let after = test.db.stats().expect("sqlite counts");
    assert_eq!(after.units - before.units, 400);
    assert!(
        after.commits - before.commits < 400,
        "{} commits for 400 units",
        after.commits - before.commits
    );
}

/// Writes many things at once, some of which are refused or fail.
async fn refusals_among(db: &Db) {
    let tasks: Vec<_> = (0..400)
        .map(|i| {
            let db = db.clone();
            let then = match i % 40 {
                7 => Then::Refuse,
                23 => Then::Panic,
                _ => Then::Answer,
            };
            tokio::spawn(async move { (i, then, db.write(count(&format!("n{i}"), then)).await) })
        })
        .collect();
    for task in tasks {
        let (i, then, answer) = task.await.expect("no panic reaches the caller");
        assert_eq!(answer.is_ok(), then == Then::Answer, "{i}");
        assert_eq!(value(db, &format!("n{i}")).await.is_some(), then == Then::Answer, "{i}");
    }
}

#[tokio::test]
async fn each_refusal_in_a_shared_commit_takes_back_its_own_work_and_no_other() {
    let test = TestDb::sqlite().await;
    refusals_among(&test.db).await;
}

#[tokio::test]
async fn work_that_is_run_again_because_of_another_is_done_once() {
    let test = TestDb::sqlite().await;
    start_counter(&test.db, "a").await;
    let mut tasks = Vec::new();
    for i in 0..200 {
        let db = test.db.clone();
        tasks.push(tokio::spawn(async move {
            if i % 50 == 49 {
                return db.write(count("refused", Then::Refuse)).await.is_err();
            }
            let add = job(|tx| Box::pin(async move { tx.exec(ADD, p!["a", 1i64]).await }));
            db.write(add).await.is_ok()
        }));
    }
    for task in tasks {
        assert!(task.await.expect("no panic"));
    }
    assert_eq!(value(&test.db, "a").await, Some(1 + 196));
    assert_eq!(value(&test.db, "refused").await, None);
}

#[tokio::test]
async fn more_work_than_may_wait_is_refused_at_once() {
    let test = TestDb::sqlite().await;
    let config = DbConfig {
        queue: 2,
        durable: false,
        ..DbConfig::new(test.target.clone())
    };
    let small = Db::open(&config, Arc::new(FixedClock::at(START)), Arc::new(SystemRandom)).expect("it opens");
    let (free, blocked) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel::<()>();
    let begun = Arc::new(std::sync::Mutex::new(Some(begun)));
    let blocked = std::sync::Mutex::new(blocked);
    let holder = small.clone();
    let blocker = tokio::spawn(async move {
        let work = Arc::new(blocked);
        holder
            .write(job(move |_| {
                let (work, begun) = (Arc::clone(&work), Arc::clone(&begun));
                Box::pin(async move {
                    if let Some(begun) = begun.lock().expect("one holder").take() {
                        begun.send(()).expect("the test listens");
                    }
                    work.lock().expect("one holder").recv().expect("the test lets go");
                    Ok::<_, DbError>(())
                })
            }))
            .await
    });
    has_begun.await.expect("the holder begins");
    // The writer is held up by the first; two more may wait, the rest is refused.
    let mut waiting = Vec::new();
    let mut refused = 0;
    for i in 0..200 {
        let mut write = Box::pin(small.write(count(&format!("w{i}"), Then::Answer)));
        match futures_util::poll!(&mut write) {
            std::task::Poll::Ready(Err(DbError::Busy)) => refused += 1,
            std::task::Poll::Ready(other) => panic!("nothing is answered while the writer is held up: {other:?}"),
            std::task::Poll::Pending => waiting.push(write),
        }
        tokio::task::yield_now().await;
    }
    assert!(refused >= 190, "{refused} refused");
    free.send(()).expect("the writer waits");
    blocker.await.expect("no panic").expect("the holder ends");
    for write in waiting {
        write.await.expect("what waited is done");
    }
}

#[tokio::test]
async fn a_failed_commit_is_told_to_everybody_in_it() {
    let test = TestDb::sqlite().await;
    const DEFER: Sql = sql!(lite: "PRAGMA defer_foreign_keys = ON", pg: "SELECT 1");
    const ORPHAN: Sql =
        sql!("INSERT INTO fulfilment_lines (fulfilment_id, order_line_id, quantity) VALUES (?1, ?2, 1)");
    let result = test
        .db
        .write(job(|tx| {
            Box::pin(async move {
                tx.all::<(i64,)>(DEFER, p![]).await?;
                tx.exec(ORPHAN, p![Uuid::nil(), Uuid::nil()]).await
            })
        }))
        .await;
    assert!(matches!(result, Err(DbError::Commit(_))), "{result:?}");
    test.db
        .write(count("after", Then::Answer))
        .await
        .expect("the writer goes on");
}

#[tokio::test]
async fn a_second_program_that_writes_queues_politely() {
    let test = TestDb::sqlite().await;
    let other = test.second_instance();
    let writes = (0..100).map(|i| {
        let db = if i % 2 == 0 { test.db.clone() } else { other.clone() };
        tokio::spawn(async move { db.write(count(&format!("n{i}"), Then::Answer)).await })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.expect("no panic").expect("nobody is turned away");
    }
}

#[tokio::test]
async fn long_reads_do_not_keep_point_reads_waiting() {
    let test = TestDb::sqlite().await;
    test.db.write(count("a", Then::Answer)).await.expect("written");
    let (value,): (i64,) = test
        .db
        .read_long(|conn| Box::pin(async move { conn.one::<(i64,)>(VALUE, p!["a"]).await }))
        .await
        .expect("a long read");
    assert_eq!(value, 1);
}

#[test]
fn a_server_that_is_not_there_is_an_error_and_not_a_hang() {
    let target = Target::Postgres("host=127.0.0.1 port=1 user=nobody".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(
            &DbConfig::new(target),
            Arc::new(FixedClock::at(START)),
            Arc::new(SystemRandom),
        )
        .expect("opening is lazy");
        assert!(db.read().await.is_err());
    });
}
