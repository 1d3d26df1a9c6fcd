//! What the outbox promises, on both engines.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wares_db::testing::TestDb;
use wares_db::{Db, DbError, both_engines, job};
use wares_jobs::{Due, JobError, Task, Worker};
use wares_kernel::{Clock, FixedClock};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Greet {
    name: String,
}

impl Task for Greet {
    const KIND: &'static str = "greet";
}

async fn enqueue(db: &Db, due: Due) {
    db.write(job(move |tx| {
        let due = due.clone();
        Box::pin(async move { wares_jobs::enqueue(tx, &Greet { name: "Ann".to_owned() }, due).await })
    }))
    .await
    .expect("a job is written");
}

fn worker(db: &Db, clock: &Arc<FixedClock>, runs: &Arc<AtomicU32>, answer: fn(u32) -> Result<(), JobError>) -> Worker {
    let runs = Arc::clone(runs);
    Worker::new(db.clone(), Arc::clone(clock) as Arc<dyn Clock>).with(move |task: Greet| {
        assert_eq!(task.name, "Ann");
        let n = runs.fetch_add(1, Ordering::SeqCst) + 1;
        async move { answer(n) }
    })
}

#[expect(clippy::unnecessary_wraps, reason = "one of several answers")]
fn fine(_: u32) -> Result<(), JobError> {
    Ok(())
}
fn second_time_lucky(n: u32) -> Result<(), JobError> {
    if n == 1 {
        Err(JobError::Retry(anyhow::anyhow!("not now")))
    } else {
        Ok(())
    }
}
fn never_now(_: u32) -> Result<(), JobError> {
    Err(JobError::Retry(anyhow::anyhow!("not now")))
}
fn hopeless(_: u32) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!("never")))
}
#[expect(clippy::unnecessary_wraps, reason = "one of several answers")]
fn panics(n: u32) -> Result<(), JobError> {
    assert!(n > 1, "a bug in one job");
    Ok(())
}

async fn n_dead(test: &TestDb) -> i64 {
    let mut reader = test.db.read().await.expect("a reader");
    wares_jobs::health(&mut reader, test.clock.now())
        .await
        .expect("figures")
        .n_dead
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Paint;

impl Task for Paint {
    const KIND: &'static str = "slow.paint";
}

both_engines! {
    async fn slow_work_does_not_keep_quick_work_waiting(test: TestDb) {
        for _ in 0..40 {
            test.db.write(job(|tx| Box::pin(async move { wares_jobs::enqueue(tx, &Paint, Due::now()).await }))).await.expect("a job is written");
        }
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::new(AtomicU32::new(0));
        let worker = worker(&test.db, &test.clock, &runs, fine).with(|_: Paint| std::future::pending::<Result<(), JobError>>());
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let working = tokio::spawn(async move { worker.run(stopped).await });
        while runs.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        working.abort();
    }

    async fn jobs_that_hang_hold_up_only_themselves(test: TestDb) {
        for _ in 0..20 {
            enqueue(&test.db, Due::now()).await;
        }
        let (runs, all) = (Arc::new(AtomicU32::new(0)), 30);
        let counted = Arc::clone(&runs);
        let clock = Arc::clone(&test.clock) as Arc<dyn Clock>;
        let worker = Worker::new(test.db.clone(), clock).with(move |_: Greet| {
            let n = counted.fetch_add(1, Ordering::SeqCst) + 1;
            async move {
                if n <= 12 {
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
        });
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let working = tokio::spawn(async move { worker.run(stopped).await });
        for n in 20..all {
            while runs.load(Ordering::SeqCst) < n {
                tokio::task::yield_now().await;
            }
            enqueue(&test.db, Due::now()).await;
        }
        working.abort();
    }

    async fn a_worker_that_is_stopped_does_not_wait_for_ever(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let (begun, has_begun) = tokio::sync::watch::channel(false);
        let worker = Worker::new(test.db.clone(), Arc::clone(&test.clock) as Arc<dyn Clock>)
            .with_grace(Duration::ZERO)
            .with(move |_: Greet| {
                begun.send_replace(true);
                std::future::pending::<Result<(), JobError>>()
            });
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let working = tokio::spawn(async move { worker.run(stopped).await });
        has_begun.clone().wait_for(|begun| *begun).await.expect("the job begins");
        stop.send_replace(true);
        working.await.expect("the worker ends");
    }

    async fn a_job_runs_once(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        let worker = worker(&test.db, &test.clock, &runs, fine);
        assert_eq!(worker.drain().await.expect("the outbox is read"), 1);
        assert_eq!(worker.drain().await.expect("the outbox is read"), 0);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    async fn a_key_is_accepted_once_even_after_the_job_is_done(test: TestDb) {
        let runs = Arc::default();
        let worker = worker(&test.db, &test.clock, &runs, fine);
        for _ in 0..2 {
            enqueue(&test.db, Due::now().once("hello-ann")).await;
        }
        assert_eq!(worker.drain().await.expect("the outbox is read"), 1);
        enqueue(&test.db, Due::now().once("hello-ann")).await;
        assert_eq!(worker.drain().await.expect("the outbox is read"), 0);
    }

    async fn a_job_of_work_that_was_rolled_back_never_runs(test: TestDb) {
        let refused: Result<(), DbError> = test.db.write(job(|tx| Box::pin(async move {
            wares_jobs::enqueue(tx, &Greet { name: "Ann".to_owned() }, Due::now()).await?;
            Err(DbError::NotFound)
        }))).await;
        assert!(refused.is_err());
        let runs = Arc::default();
        assert_eq!(worker(&test.db, &test.clock, &runs, fine).drain().await.expect("the outbox is read"), 0);
    }

    async fn a_failed_job_is_tried_again_a_minute_later(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        let worker = worker(&test.db, &test.clock, &runs, second_time_lucky);
        worker.drain().await.expect("the outbox is read");
        test.clock.advance(Duration::from_secs(59));
        assert_eq!(worker.drain().await.expect("the outbox is read"), 0);
        test.clock.advance(Duration::from_secs(1));
        assert_eq!(worker.drain().await.expect("the outbox is read"), 1);
        assert_eq!(n_dead(&test).await, 0);
    }

    async fn a_job_is_given_up_after_three_days_and_can_be_revived(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        let stubborn = worker(&test.db, &test.clock, &runs, never_now);
        for _ in 0..80 {
            stubborn.drain().await.expect("the outbox is read");
            test.clock.advance(Duration::from_hours(1));
        }
        assert_eq!(n_dead(&test).await, 1);
        let before = runs.load(Ordering::SeqCst);
        assert!((10..40).contains(&before), "{before} tries in three days");

        let mut reader = test.db.read().await.expect("a reader");
        let id = wares_jobs::dead(&mut reader, 10).await.expect("the dead")[0].id;
        drop(reader);
        test.db.write(job(move |tx| Box::pin(async move { wares_jobs::revive(tx, id).await }))).await.expect("it is due again");
        assert_eq!(worker(&test.db, &test.clock, &runs, fine).drain().await.expect("the outbox is read"), 1);
        assert_eq!(n_dead(&test).await, 0);
    }

    async fn a_hopeless_job_is_given_up_at_once(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        worker(&test.db, &test.clock, &runs, hopeless).drain().await.expect("the outbox is read");
        assert_eq!(n_dead(&test).await, 1);
    }

    async fn a_panicking_job_does_not_stop_the_worker(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        let worker = worker(&test.db, &test.clock, &runs, panics);
        worker.drain().await.expect("the outbox is read");
        test.clock.advance(Duration::from_mins(1));
        assert_eq!(worker.drain().await.expect("the outbox is read"), 1);
    }

    async fn two_instances_share_the_jobs_and_each_runs_once(test: TestDb) {
        for _ in 0..60 {
            enqueue(&test.db, Due::now()).await;
        }
        let runs = Arc::default();
        let first = worker(&test.db, &test.clock, &runs, fine);
        let second = worker(&test.second_instance(), &test.clock, &runs, fine);
        let (a, b) = tokio::join!(first.drain(), second.drain());
        assert_eq!(a.expect("the outbox is read") + b.expect("the outbox is read"), 60);
        assert_eq!(runs.load(Ordering::SeqCst), 60);
    }

    async fn a_job_of_an_instance_that_died_is_taken_over_when_its_lease_ends(test: TestDb) {
        enqueue(&test.db, Due::now()).await;
        let runs = Arc::default();
        let dying = worker(&test.db, &test.clock, &runs, fine);
        // The instance takes the job and goes away before it is done.
        let stuck = Worker::new(test.db.clone(), Arc::clone(&test.clock) as Arc<dyn Clock>)
            .with(|_: Greet| std::future::pending::<Result<(), JobError>>());
        assert!(tokio::time::timeout(Duration::from_millis(200), stuck.drain()).await.is_err());
        assert_eq!(dying.drain().await.expect("the outbox is read"), 0);
        test.clock.advance(Duration::from_mins(6));
        assert_eq!(dying.drain().await.expect("the outbox is read"), 1);
    }
}

#[tokio::test]
async fn a_job_of_a_killed_program_does_not_wait_where_one_program_serves_the_shop() {
    let test = TestDb::sqlite().await;
    enqueue(&test.db, Due::now()).await;
    let clock = Arc::clone(&test.clock) as Arc<dyn Clock>;
    let hanging = Worker::new(test.db.clone(), clock).with(|_: Greet| std::future::pending::<Result<(), JobError>>());
    let killed = tokio::time::timeout(Duration::from_millis(300), hanging.drain()).await;
    assert!(killed.is_err(), "the job was taken and hangs");

    let runs = Arc::new(AtomicU32::new(0));
    let worker = worker(&test.db, &test.clock, &runs, fine);
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let working = tokio::spawn(async move { worker.run(stopped).await });
    while runs.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    working.abort();
}
