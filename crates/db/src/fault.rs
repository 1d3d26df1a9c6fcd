//! Places where a test lets the program crash, fail or hang, once.
//!
//! A program built for release has none of this: reaching a point is nothing there, and the variable is not read. With debug assertions one
//! point can be named when the program is started:
//!
//! ```text
//! WARES_TEST_FAULT=OrderPlaced:crash      the program ends there, as if it were killed
//! WARES_TEST_FAULT=CommitDone@7:fail      the seventh time it gets there, what it does is answered with an error
//! WARES_TEST_FAULT=GatewayAsked:hang=10   it stands there for ten seconds and goes on
//! ```
//!
//! It happens once; afterwards the point is nothing again. Each point stands right *before* or right *after* a step whose other side is
//! somebody else: the disk, the gateway, the mail server, the browser.
//!
//! To add one: its line in the list below, and the call at its place: [`reach`] between units of work, [`Tx::reach`] inside one.
//! `crates/wares/tests/it/tidy.rs` fails when a listed point is reached nowhere, and the run `fault-points` of `crates/proof` tries each.

use crate::conn::{Engine, Tx};
use crate::error::DbError;

macro_rules! points {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A place where something may go wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Point {
            $($(#[$doc])* $name,)*
        }

        impl Point {
            /// All of them, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

points! {
    /// A transaction, or a group of units of work, is about to be committed.
    CommitBegins,
    /// It is committed, and nobody has been told yet.
    CommitDone,
    /// The schema is up to date, nothing is served yet.
    StartMigrated,
    /// Jobs were taken under a lease, none has begun.
    JobsTaken,
    /// A job has done its work, its end is not written down.
    JobRan,
    /// The end of a job is written down.
    JobSettled,
    /// What follows from a fact is written, in its unit of work.
    FactFollowed,
    /// Something was put into a cart, in its unit of work.
    CartFilled,
    /// Stock is taken for an order, in its unit of work.
    StockTaken,
    /// The order and its lines are written, in its unit of work.
    OrderWritten,
    /// The payment is written, in the order's unit of work.
    AttemptOpened,
    /// All of an order is written, in its unit of work.
    OrderPlaced,
    /// The gateway is about to be asked for a payment page.
    GatewayAsked,
    /// The gateway has opened a page, and its answer is not kept.
    GatewayAnswered,
    /// The gateway's answer is kept, the buyer has not heard of it.
    ReferenceKept,
    /// A buyer came back and the gateway was asked; what it said is not settled.
    PaymentFetched,
    /// A capture is noted, the order is not confirmed, in the unit of work that settles.
    MoneyNoted,
    /// A payment is settled, in its unit of work.
    PaymentSettled,
    /// A notice is signed well, and not kept yet.
    NoticeBelieved,
    /// A notice is kept, its sender has no answer.
    NoticeKept,
    /// The payment of a notice is fetched, not settled.
    NoticeFetched,
    /// The payment of a notice is settled, the notice does not count as handled.
    NoticeSettled,
    /// The reconciler has taken attempts to look at.
    AttemptsClaimed,
    /// The reconciler has fetched a payment, it is not settled.
    AttemptFetched,
    /// The gateway has closed a page, what it said is not settled.
    PageClosed,
    /// The stock of an order that expires is free, the rest is not written, in its unit of work.
    StockFreed,
    /// An order is called off, its money is not on the way back, in its unit of work.
    OrderCancelled,
    /// The next number of an invoice or a credit note is taken, the document is not written, in its unit of work.
    SerialTaken,
    /// A mail is worded, and not written down.
    MailWorded,
    /// A mail is written down, in its unit of work.
    MailWritten,
    /// The mail server is about to be given a mail.
    MailOffered,
    /// The mail server has taken a mail, and that is not written down.
    MailTaken,
    /// A refund is written, in its unit of work.
    RefundWritten,
    /// The gateway is about to be asked for a refund.
    RefundAsked,
    /// The gateway has answered about a refund, and that is not kept.
    RefundAnswered,
    /// An authorisation is noted, the order is not confirmed, in the unit of work that settles.
    AuthorisationNoted,
    /// The gateway is about to be asked for money that is authorised.
    CaptureAsked,
    /// The gateway has given it, and that is not settled.
    CaptureAnswered,
    /// A picture is among the blobs, and no row knows it.
    PictureKept,
    /// A size of a picture is among the blobs, and no row knows it.
    SizeKept,
}

/// Between units of work: nothing, unless this is the point that was named.
#[cfg(not(debug_assertions))]
#[expect(clippy::unused_async, reason = "it waits where faults can be planted")]
pub async fn reach(_: Point) -> Result<(), DbError> {
    Ok(())
}

/// Between units of work: nothing, unless this is the point that was named.
#[cfg(debug_assertions)]
pub async fn reach(point: Point) -> Result<(), DbError> {
    match planted::struck(point) {
        Some(time) if !time.is_zero() => tokio::time::sleep(time).await,
        Some(_) => return Err(planted::failure(point)),
        None => {}
    }
    Ok(())
}

/// On a thread that may stand still.
#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "it fails where faults can be planted")]
pub(crate) const fn reach_blocking(_: Point) -> Result<(), DbError> {
    Ok(())
}

/// On a thread that may stand still.
#[cfg(debug_assertions)]
pub(crate) fn reach_blocking(point: Point) -> Result<(), DbError> {
    match planted::struck(point) {
        Some(time) if !time.is_zero() => std::thread::sleep(time),
        Some(_) => return Err(planted::failure(point)),
        None => {}
    }
    Ok(())
}

impl Tx {
    /// Inside a unit of work: nothing, unless this is the point that was named. On `SQLite` the one writer stands still with it.
    pub fn reach(&self, point: Point) -> impl Future<Output = Result<(), DbError>> + Send + use<> {
        let engine = self.engine();
        async move {
            match engine {
                Engine::Sqlite => reach_blocking(point),
                Engine::Postgres => reach(point).await,
            }
        }
    }
}

/// The one fault that was named when the program was started.
#[cfg(debug_assertions)]
mod planted {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::Point;
    use crate::error::DbError;

    struct Planted {
        point: Point,
        what: What,
        /// How often the point is still passed before it happens.
        countdown: AtomicU32,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum What {
        Crash,
        Fail,
        Hang(Duration),
    }

    static PLANTED: LazyLock<Option<Planted>> = LazyLock::new(|| {
        let named = std::env::var("WARES_TEST_FAULT").ok()?;
        let planted = parse(&named);
        if planted.is_none() {
            tracing::error!("WARES_TEST_FAULT={named} names no fault");
        }
        planted
    });

    /// `Point:crash`, `Point@3:fail`, `Point:hang=10`.
    fn parse(named: &str) -> Option<Planted> {
        let (place, what) = named.split_once(':')?;
        let (name, nth) = place.split_once('@').unwrap_or((place, "1"));
        Some(Planted {
            point: *Point::ALL.iter().find(|point| format!("{point:?}") == name)?,
            what: match what.split_once('=') {
                None if what == "crash" => What::Crash,
                None if what == "fail" => What::Fail,
                Some(("hang", seconds)) => What::Hang(Duration::from_secs(seconds.parse().ok()?)),
                _ => return None,
            },
            countdown: AtomicU32::new(nth.parse().ok().filter(|nth| *nth > 0)?),
        })
    }

    /// How long to stand still here, no time at all for an error; nothing when nothing happens. A crash does not come back.
    pub(super) fn struck(point: Point) -> Option<Duration> {
        let planted = PLANTED.as_ref().filter(|planted| planted.point == point)?;
        let count = |left: u32| left.checked_sub(1);
        let before = planted
            .countdown
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, count);
        if before != Ok(1) {
            return None;
        }
        tracing::warn!("A fault was planted at {point:?}: {:?}", planted.what);
        match planted.what {
            What::Crash => std::process::abort(),
            What::Fail => Some(Duration::ZERO),
            What::Hang(time) => Some(time),
        }
    }

    pub(super) fn failure(point: Point) -> DbError {
        DbError::driver(format!("a fault was planted at {point:?}"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_fault_is_named_by_its_point_its_turn_and_what_happens() {
            let read =
                |named| parse(named).map(|planted| (planted.point, planted.countdown.into_inner(), planted.what));
            assert_eq!(read("OrderPlaced:crash"), Some((Point::OrderPlaced, 1, What::Crash)));
            assert_eq!(read("CommitDone@7:fail"), Some((Point::CommitDone, 7, What::Fail)));
            let ten = What::Hang(Duration::from_secs(10));
            assert_eq!(read("GatewayAsked:hang=10"), Some((Point::GatewayAsked, 1, ten)));
            for wrong in [
                "",
                "OrderPlaced",
                "Nowhere:crash",
                "OrderPlaced@0:fail",
                "OrderPlaced:hang",
                "OrderPlaced:burn",
            ] {
                assert_eq!(read(wrong), None, "{wrong}");
            }
        }
    }
}
