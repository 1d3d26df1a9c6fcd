//! Doing the work.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tokio::sync::watch;
use wares_db::fault::{self, Point};
use wares_db::{Db, DbError, Engine};
use wares_kernel::{Clock, Instant};

use crate::queue::{JobError, Task};
use crate::store::{Claim, Claimed, Ended, LetGo, Outcome, Settle};

/// How long a job may run before another instance may take it.
const LEASE: Duration = Duration::from_mins(5);
/// How many jobs one instance runs side by side.
const SIDE_BY_SIDE: usize = 16;
/// How many of those in the slow lane.
const SLOW_SIDE_BY_SIDE: usize = 2;
/// How long a job is tried before it is given up.
const PATIENCE: Duration = Duration::from_hours(72);
/// The pauses between tries; the last one repeats.
const PAUSES: [Duration; 6] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(20),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(6),
];
/// How long a worker that is stopped waits for what it has begun: shorter than those who stop programs wait before they kill.
const GRACE: Duration = Duration::from_secs(20);
/// How often a worker with a free place looks for work.
const LOOK: Duration = Duration::from_millis(200);

type Running = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;
/// Runs one kind of job from its payload.
pub type Handler = Arc<dyn Fn(Value) -> Running + Send + Sync>;

/// Takes due jobs and runs them.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: Arc<dyn Clock>,
    handlers: HashMap<&'static str, Handler>,
    grace: Duration,
}

impl Worker {
    /// A worker that knows no kind of job yet.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self {
            db,
            clock,
            handlers: HashMap::new(),
            grace: GRACE,
        }
    }

    /// Waits so long for what has begun when it is stopped, instead of 20 seconds.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// Teaches it a kind of job.
    #[must_use]
    pub fn with<T, F, Fut>(mut self, handler: F) -> Self
    where
        T: Task,
        F: Fn(T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let run: Handler = Arc::new(move |payload| match serde_json::from_value::<T>(payload) {
            Ok(task) => Box::pin(handler(task)),
            Err(error) => Box::pin(async move { Err(JobError::Fail(error.into())) }),
        });
        self.handlers.insert(T::KIND, run);
        self
    }

    /// Works until `stop` becomes true; what has begun is finished, or after a while left to whoever finds its lease run out. The slow lane has its own loop, so that no mail waits behind a picture.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        self.take_over().await;
        tokio::join!(self.lane(false, stop.clone()), self.lane(true, stop));
    }

    /// Frees the jobs of a program that was killed. The embedded database serves one program at a time, so whoever has taken a job
    /// before this one started has ended. On a server others may be at work, and a lease has to run out.
    async fn take_over(&self) {
        if self.db.engine() != Engine::Sqlite {
            return;
        }
        match self.db.write(LetGo).await {
            Ok(0) => {}
            Ok(n) => tracing::info!(
                jobs = n,
                "Took over {n} jobs of a program that was not stopped in order"
            ),
            Err(error) => {
                tracing::warn!(%error, "Jobs of an earlier program could not be taken over; their leases will end");
            }
        }
    }

    /// Keeps the places of a lane filled: each is given to the next job as it becomes free, so that one job that hangs holds up only itself.
    async fn lane(&self, slow: bool, mut stop: watch::Receiver<bool>) {
        let places = places(slow);
        let mut busy = Busy::new(self);
        let mut may_be_more = true;
        // Half a lane at a time: taking jobs one by one would write to the outbox twice as often.
        let half = places.div_ceil(2);
        let mut room = half;
        while !*stop.borrow() {
            let free = places - busy.running.len();
            if may_be_more && free >= room {
                let jobs = self.claim(slow, free).await.unwrap_or_else(unread);
                room = half;
                may_be_more = !jobs.is_empty();
                busy.begin(jobs);
            }
            tokio::select! {
                Some(settled) = busy.next() => may_be_more |= noted(settled),
                changed = stop.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(LOOK) => (may_be_more, room) = (true, 1),
            }
        }
        let finish = async {
            while let Some(settled) = busy.next().await {
                noted(settled);
            }
        };
        if tokio::time::timeout(self.grace, finish).await.is_err() {
            tracing::warn!("Stopped with jobs unfinished; they are run again when their lease ends");
        }
    }

    /// Runs what is due now, and what becomes due by it, until nothing is; answers how many jobs ran.
    pub async fn drain(&self) -> Result<usize, DbError> {
        let mut ran = 0;
        loop {
            let n = self.run_due(false).await? + self.run_due(true).await?;
            if n == 0 {
                return Ok(ran);
            }
            ran += n;
        }
    }

    /// Takes one handful of due jobs of a lane and runs them side by side.
    async fn run_due(&self, slow: bool) -> Result<usize, DbError> {
        let jobs = self.claim(slow, places(slow)).await?;
        let running: FuturesUnordered<_> = jobs.into_iter().map(|job| self.run_one(job)).collect();
        let ended: Vec<Ended> = running.collect().await;
        let n = ended.len();
        self.settle(ended).await?;
        Ok(n)
    }

    async fn claim(&self, slow: bool, places: usize) -> Result<Vec<Claimed>, DbError> {
        let most = i64::try_from(places).unwrap_or(1);
        let lease = LEASE;
        let jobs = self.db.write(Claim { most, lease, slow }).await?;
        if !jobs.is_empty() {
            fault::reach(Point::JobsTaken).await?;
        }
        Ok(jobs)
    }

    async fn run_one(&self, job: Claimed) -> Ended {
        let result = match self.handlers.get(job.kind.as_str()) {
            Some(handler) => guarded(handler(job.payload.clone())).await,
            None => Err(JobError::Retry(anyhow::anyhow!(
                "nobody here knows jobs of kind {}",
                job.kind
            ))),
        };
        let outcome = outcome(&job, result, self.clock.now());
        Ended { id: job.id, outcome }
    }

    /// Writes down how jobs ended.
    async fn settle(&self, ended: Vec<Ended>) -> Result<(), DbError> {
        if ended.is_empty() {
            return Ok(());
        }
        fault::reach(Point::JobRan).await?;
        self.db.write(Settle(ended)).await?;
        fault::reach(Point::JobSettled).await
    }
}

/// The jobs of a lane that are being run. While the ends of some are written down those of others gather, and are written together.
struct Busy<'a> {
    worker: &'a Worker,
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    ended: Vec<Ended>,
    settling: FuturesUnordered<BoxFuture<'a, Result<(), DbError>>>,
}

impl<'a> Busy<'a> {
    fn new(worker: &'a Worker) -> Self {
        Self {
            worker,
            running: FuturesUnordered::new(),
            ended: Vec::new(),
            settling: FuturesUnordered::new(),
        }
    }

    fn begin(&mut self, jobs: Vec<Claimed>) {
        let worker = self.worker;
        self.running
            .extend(jobs.into_iter().map(|job| worker.run_one(job).boxed()));
    }

    /// Waits until the ends of some jobs are written down; nothing when no job is left.
    async fn next(&mut self) -> Option<Result<(), DbError>> {
        loop {
            if self.settling.is_empty() && !self.ended.is_empty() {
                let ended = std::mem::take(&mut self.ended);
                self.settling.push(self.worker.settle(ended).boxed());
            }
            tokio::select! {
                Some(end) = self.running.next() => self.ended.push(end),
                Some(settled) = self.settling.next() => return Some(settled),
                else => return None,
            }
        }
    }
}

/// How many jobs of a lane one instance runs side by side.
const fn places(slow: bool) -> usize {
    if slow { SLOW_SIDE_BY_SIDE } else { SIDE_BY_SIDE }
}

/// No jobs, because the outbox could not be read; the lane looks again after a while.
fn unread(error: DbError) -> Vec<Claimed> {
    tracing::warn!(%error, "The outbox could not be read");
    Vec::new()
}

/// Whether the ends of jobs were written down; where not, their lease runs out and they are run again.
fn noted(settled: Result<(), DbError>) -> bool {
    if let Err(error) = &settled {
        tracing::warn!(%error, "The end of jobs could not be written down");
    }
    settled.is_ok()
}

/// A job that panics has failed like any other; the worker goes on.
async fn guarded(job: Running) -> Result<(), JobError> {
    AssertUnwindSafe(job)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(JobError::Retry(anyhow::anyhow!("the job panicked"))))
}

fn outcome(job: &Claimed, result: Result<(), JobError>, now: Instant) -> Outcome {
    let Err(failure) = result else { return Outcome::Done };
    let error = failure.to_string();
    let worn_out = now.since(job.created_at) >= PATIENCE;
    if matches!(failure, JobError::Fail(_)) || worn_out {
        tracing::error!(job.id = %job.id, job.kind = %job.kind, %error, "Gave up job {}", job.id);
        return Outcome::Dead { error };
    }
    tracing::warn!(job.id = %job.id, job.kind = %job.kind, job.attempts, %error, "Job {} will be tried again", job.id);
    Outcome::Again {
        at: now.plus(pause(job.attempts)),
        error,
    }
}

fn pause(attempts: i64) -> Duration {
    let index = usize::try_from(attempts - 1).unwrap_or(0).min(PAUSES.len() - 1);
    PAUSES[index]
}
