//! The payment axis of an order, computed from what has happened to the money.

use super::attempt::{AttemptState, PaymentAttempt, Totals};
use crate::orders::PaymentStatus;

/// What an order's attempts come to.
///
/// What a bank has decided to take back counts as refunded.
///
/// | captured − refunded                        | status              |
/// |--------------------------------------------|---------------------|
/// | whatever, a bank has still to decide       | `Disputed`          |
/// | nothing captured, something authorised     | `Authorised`        |
/// | nothing captured, every attempt is over    | `Failed`            |
/// | nothing captured otherwise                 | `Unpaid`            |
/// | 0, something captured                      | `Refunded`          |
/// | less than captured                         | `PartiallyRefunded` |
/// | all of it                                  | `Paid`              |
pub fn payment_status(attempts: &[PaymentAttempt]) -> PaymentStatus {
    let sum = attempts.iter().fold(Totals::default(), |sum, attempt| Totals {
        // An authorisation that was let go is none.
        authorised: sum.authorised
            + if attempt.state == AttemptState::Authorised {
                attempt.totals.authorised
            } else {
                0
            },
        captured: sum.captured + attempt.totals.captured,
        refunded: sum.refunded + attempt.totals.refunded,
        disputed: sum.disputed + attempt.totals.disputed,
        lost: sum.lost + attempt.totals.lost,
    });
    let is_over = !attempts.is_empty() && attempts.iter().all(|attempt| attempt.state == AttemptState::Closed);
    match (sum.captured, sum.refunded + sum.lost) {
        _ if sum.in_dispute() > 0 => PaymentStatus::Disputed,
        (0, _) if sum.authorised > 0 => PaymentStatus::Authorised,
        (0, _) if is_over => PaymentStatus::Failed,
        (0, _) => PaymentStatus::Unpaid,
        (captured, refunded) if refunded >= captured => PaymentStatus::Refunded,
        (_, refunded) if refunded > 0 => PaymentStatus::PartiallyRefunded,
        _ => PaymentStatus::Paid,
    }
}
