//! How long somebody who keeps typing wrong passwords has to wait. Known and unknown addresses are treated alike.

pub(super) mod store;

use std::time::Duration;

use wares_db::{Conn, DbError, Tx};
use wares_kernel::Instant;

use store::Failures;

/// Failures within this time count together.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// After so many the password must be set anew by a link (NIST 800-63B allows 100).
const MOST_IN_ROW: i64 = 100;

/// Whose sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// Customers': ten wrong passwords are free.
    Customers,
    /// Staff's: five are.
    Staff,
}

/// What stands in the way of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Nothing.
    No,
    /// Some time.
    For(Duration),
    /// The password has to be set anew.
    UntilReset,
}

impl Realm {
    const fn word(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Staff => "staff",
        }
    }

    const fn free(self) -> i64 {
        match self {
            Self::Customers => 10,
            Self::Staff => 5,
        }
    }
}

/// Whether somebody may try now.
pub(crate) async fn wait(conn: &mut Conn, realm: Realm, email_key: &str, now: Instant) -> Result<Wait, DbError> {
    let failures = store::find(conn, realm.word(), email_key).await?;
    Ok(failures.map_or(Wait::No, |failures| verdict(realm, &failures, now)))
}

/// Counts a refused sign-in.
pub(crate) async fn failed(tx: &mut Tx, realm: Realm, email_key: &str) -> Result<(), DbError> {
    let now = tx.now();
    store::count(tx, realm.word(), email_key, now, now.minus(WINDOW)).await
}

/// Forgets them: somebody signed in or set a new password.
pub(crate) async fn forgive(tx: &mut Tx, realm: Realm, email_key: &str) -> Result<(), DbError> {
    store::forget(tx, realm.word(), email_key).await
}

/// Forgets failures that no longer count.
pub(super) async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let before = tx.now().minus(Duration::from_secs(30 * 86_400));
    store::prune(tx, before).await
}

/// 1, 2, 4 … 60 seconds after the failures that are free; they end with the window.
fn verdict(realm: Realm, failures: &Failures, now: Instant) -> Wait {
    if failures.n_in_row >= MOST_IN_ROW {
        return Wait::UntilReset;
    }
    let passed = now.since(failures.last_at);
    let beyond = failures.n_recent - realm.free();
    if beyond < 0 || passed >= WINDOW {
        return Wait::No;
    }
    let doubled = u32::try_from(beyond).unwrap_or(u32::MAX).min(6);
    let delay = Duration::from_secs(2_u64.pow(doubled).min(60));
    match delay.checked_sub(passed) {
        Some(left) if !left.is_zero() => Wait::For(left),
        _ => Wait::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(n: i64, passed: u64) -> Wait {
        let start = Instant::from_seconds(1_000_000);
        let failures = Failures {
            n_recent: n,
            n_in_row: n,
            last_at: start,
        };
        verdict(Realm::Customers, &failures, start.plus(Duration::from_secs(passed)))
    }

    #[test]
    fn the_wait_grows_from_a_second_to_a_minute() {
        assert_eq!(after(9, 0), Wait::No);
        for (n, seconds) in [(10, 1), (11, 2), (12, 4), (15, 32), (16, 60), (99, 60)] {
            assert_eq!(after(n, 0), Wait::For(Duration::from_secs(seconds)), "{n}");
            assert_eq!(after(n, seconds), Wait::No, "{n}");
        }
    }

    #[test]
    fn after_a_quarter_of_an_hour_the_wait_is_over() {
        assert_eq!(after(99, 15 * 60), Wait::No);
    }

    #[test]
    fn after_a_hundred_in_a_row_only_a_link_helps() {
        assert_eq!(after(100, 1_000_000), Wait::UntilReset);
    }
}
