//! Figures of a period, and what waits for somebody.

use std::time::Duration;

use jiff::{civil::Date, tz::TimeZone};
use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::Instant;

use super::COUNT_MAX;

/// The width of the slices in which sales are summed, in microseconds: no time zone begins its day inside of one.
const SLICE: i64 = 15 * 60 * 1_000_000;

const SALES: Sql = sql!(
    "SELECT created_at / ?3, count(*), CAST(coalesce(sum(total_minor), 0) AS bigint), CAST(coalesce(sum(n_pieces), 0) AS bigint)
     FROM orders WHERE created_at >= ?1 AND created_at < ?2 AND state IN ('placed', 'completed') GROUP BY 1"
);
const REFUNDS: Sql = sql!(
    "SELECT CAST(coalesce(sum(r.amount_minor), 0) AS bigint) FROM orders o JOIN refunds r ON r.order_id = o.id
     WHERE o.created_at >= ?1 AND o.created_at < ?2 AND r.state = 'succeeded'"
);
const OLDEST_UNSENT: Sql = sql!(
    "SELECT created_at FROM orders WHERE state = 'placed' AND fulfilment_status IN ('unfulfilled', 'partially_shipped')
     ORDER BY created_at, id LIMIT 1"
);
const UNPAID: Sql = sql!(
    "SELECT count(*), CAST(coalesce(sum(total_minor), 0) AS bigint) FROM (
         SELECT total_minor FROM orders WHERE state = 'awaiting_payment' AND created_at < ?1 LIMIT ?2) AS counted"
);
const DISPUTED: Sql =
    sql!("SELECT count(*) FROM (SELECT 1 FROM orders WHERE payment_status = 'disputed' LIMIT ?1) AS counted");
const ENDING: Sql = sql!(
    "SELECT count(*) FROM (SELECT 1 FROM payment_attempts WHERE state = 'authorised' AND capture_minor IS NULL
         AND authorised_until < ?1 LIMIT ?2) AS counted"
);
const INQUIRIES: Sql = sql!(
    "SELECT count(*), coalesce(min(last_message_at), 0) FROM (
         SELECT last_message_at FROM inquiries WHERE state = 'open' ORDER BY last_message_at, id LIMIT ?1) AS counted"
);
const REVIEWS: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM reviews WHERE state = 'pending' LIMIT ?1) AS counted");
const MAILS_OF: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = ?1 LIMIT ?2) AS counted");
const JOBS_DEAD: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM jobs WHERE dead_at IS NOT NULL LIMIT ?1) AS counted");
const UNSENT: Sql = sql!(
    "SELECT count(*) FROM (SELECT 1 FROM orders WHERE state = 'placed'
         AND fulfilment_status IN ('unfulfilled', 'partially_shipped') LIMIT ?1) AS counted"
);
const JOB_OLDEST: Sql =
    sql!("SELECT run_at FROM jobs WHERE done_at IS NULL AND dead_at IS NULL ORDER BY run_at LIMIT 1");

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    SALES,
    REFUNDS,
    OLDEST_UNSENT,
    UNPAID,
    DISPUTED,
    ENDING,
    INQUIRIES,
    REVIEWS,
    MAILS_OF,
    JOBS_DEAD,
    UNSENT,
    JOB_OLDEST,
];

/// Sums of a time, in minor units of the shop's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many orders were placed and not cancelled.
    pub n_orders: i64,
    /// What they cost together.
    pub sales_minor: i64,
    /// How many pieces are in them.
    pub n_pieces: i64,
    /// What was given back on orders of that time.
    pub refunds_minor: i64,
}

/// One day of sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day, in the shop's time zone.
    pub date: Date,
    /// What its orders cost together.
    pub sales_minor: i64,
}

/// The sums of the orders made from `from` until before `to`.
pub async fn figures(conn: &mut Conn, from: Instant, to: Instant) -> Result<Figures, DbError> {
    let slices: Vec<(i64, i64, i64, i64)> = conn.all(SALES, p![from, to, SLICE]).await?;
    let (refunds_minor,): (i64,) = conn.one(REFUNDS, p![from, to]).await?;
    let none = Figures {
        refunds_minor,
        ..Figures::default()
    };
    Ok(slices
        .into_iter()
        .fold(none, |sum, (_, n_orders, sales_minor, n_pieces)| Figures {
            n_orders: sum.n_orders + n_orders,
            sales_minor: sum.sales_minor + sales_minor,
            n_pieces: sum.n_pieces + n_pieces,
            ..sum
        }))
}

/// Sales of each of `n_days` days from `first`, as days are in `zone`.
pub async fn sales_by_day(conn: &mut Conn, first: Date, n_days: i32, zone: &TimeZone) -> Result<Vec<Day>, DbError> {
    let mut days: Vec<Day> = (0..n_days)
        .map(|n| Day {
            date: plus_days(first, n),
            sales_minor: 0,
        })
        .collect();
    let (from, to) = (begin(first, zone), begin(plus_days(first, n_days), zone));
    let slices: Vec<(i64, i64, i64, i64)> = conn.all(SALES, p![from, to, SLICE]).await?;
    for (slice, _, sales_minor, _) in slices {
        let at = Instant::from_micros(slice.saturating_mul(SLICE)).timestamp();
        let date = at.to_zoned_datetime(zone.clone()).date();
        if let Some(day) = days.iter_mut().find(|day| day.date == date) {
            day.sales_minor += sales_minor;
        }
    }
    Ok(days)
}

/// What waits at the places of the navigation. Counts are at most [`COUNT_MAX`] and one more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Badges {
    /// Orders to send.
    pub n_unsent: i64,
    /// Open inquiries.
    pub n_inquiries: i64,
    /// Reviews to be checked.
    pub n_reviews: i64,
}

/// What waits at the places of the navigation.
pub async fn badges(conn: &mut Conn) -> Result<Badges, DbError> {
    let most = COUNT_MAX + 1;
    let (n_unsent,): (i64,) = conn.one(UNSENT, p![most]).await?;
    let (n_inquiries, _): (i64, i64) = conn.one(INQUIRIES, p![most]).await?;
    let (n_reviews,): (i64,) = conn.one(REVIEWS, p![most]).await?;
    Ok(Badges {
        n_unsent,
        n_inquiries,
        n_reviews,
    })
}

/// What waits for somebody. Counts are at most [`COUNT_MAX`] and one more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// When the order was made that has waited longest to be sent.
    pub oldest_unsent: Option<Instant>,
    /// Orders that have waited for money for more than a day.
    pub n_unpaid: i64,
    /// What they cost together.
    pub unpaid_minor: i64,
    /// Orders whose payment a bank disputes.
    pub n_disputed: i64,
    /// Authorisations that were not taken yet and end within two days.
    pub n_ending: i64,
    /// Open inquiries.
    pub n_inquiries: i64,
    /// Since when the one waits that has waited longest.
    pub oldest_inquiry: Option<Instant>,
    /// Reviews to be checked.
    pub n_reviews: i64,
    /// Mails on their way.
    pub n_mails_queued: i64,
    /// Mails that were given up.
    pub n_mails_failed: i64,
    /// Jobs that were given up.
    pub n_jobs_dead: i64,
    /// When the job should have run that is due longest.
    pub oldest_job: Option<Instant>,
}

/// Everything that waits at `now`.
pub async fn waiting(conn: &mut Conn, now: Instant) -> Result<Waiting, DbError> {
    let most = COUNT_MAX + 1;
    let day_ago = now.minus(Duration::from_secs(86_400));
    let oldest_unsent: Option<(Instant,)> = conn.opt(OLDEST_UNSENT, p![]).await?;
    let (n_unpaid, unpaid_minor): (i64, i64) = conn.one(UNPAID, p![day_ago, most]).await?;
    let (n_disputed,): (i64,) = conn.one(DISPUTED, p![most]).await?;
    let soon = now.plus(crate::payment::REMIND_BEFORE);
    let (n_ending,): (i64,) = conn.one(ENDING, p![soon, most]).await?;
    let (n_inquiries, since): (i64, Instant) = conn.one(INQUIRIES, p![most]).await?;
    let (n_reviews,): (i64,) = conn.one(REVIEWS, p![most]).await?;
    let (n_mails_queued,): (i64,) = conn.one(MAILS_OF, p!["queued", most]).await?;
    let (n_mails_failed,): (i64,) = conn.one(MAILS_OF, p!["failed", most]).await?;
    let (n_jobs_dead,): (i64,) = conn.one(JOBS_DEAD, p![most]).await?;
    let oldest_job: Option<(Instant,)> = conn.opt(JOB_OLDEST, p![]).await?;
    Ok(Waiting {
        oldest_unsent: oldest_unsent.map(|(at,)| at),
        n_unpaid,
        unpaid_minor,
        n_disputed,
        n_ending,
        n_inquiries,
        oldest_inquiry: (n_inquiries > 0).then_some(since),
        n_reviews,
        n_mails_queued,
        n_mails_failed,
        n_jobs_dead,
        oldest_job: oldest_job.map(|(at,)| at),
    })
}

fn plus_days(date: Date, n: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(n))
}

/// The first instant of a day.
fn begin(date: Date, zone: &TimeZone) -> Instant {
    date.to_zoned_datetime(zone.clone())
        .map_or(Instant::from_micros(0), |day| day.timestamp().into())
}
