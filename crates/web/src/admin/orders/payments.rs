//! The payments of an order: attempts, and what went back.

use wares_commerce::{
    orders::{Order, OrderLine},
    payment::{self, AttemptState, LineShare, Part, PaymentAttempt, Refund, RefundLine, RefundProgress, Release},
};
use wares_db::{Conn, DbError};
use wares_kernel::Money;

use super::pages::Attempt;
use crate::{
    admin::{desk::Desk, parts::State, words},
    templates::format,
    urls::admin as urls,
};

/// What has happened to the money of an order.
pub(super) struct Moved {
    pub(super) attempts: Vec<PaymentAttempt>,
    pub(super) refunds: Vec<Refund>,
    /// What was authorised and never taken.
    pub(super) release: Option<Release>,
    parts: Vec<RefundLine>,
}

impl Moved {
    pub(super) async fn of(conn: &mut Conn, order: &Order) -> Result<Self, DbError> {
        let id = order.id;
        Ok(Self {
            release: payment::release(conn, order).await?,
            attempts: payment::attempts(conn, id).await?,
            refunds: payment::refunds(conn, id).await?,
            parts: payment::refund_lines(conn, id).await?,
        })
    }

    fn attempt_of(&self, refund: &Refund) -> Option<&PaymentAttempt> {
        self.attempts.iter().find(|attempt| attempt.id == refund.attempt_id)
    }

    /// "2 × Tarn Cup, delivery": what a refund is for.
    pub(super) fn pieces(&self, refund: &Refund, lines: &[OrderLine]) -> String {
        let of_this = self.parts.iter().filter(|part| part.refund_id == refund.id);
        named(of_this.map(|part| &part.share), refund.shipping, lines)
    }
}

/// "2 × Tarn Cup, delivery"; nothing where only prices were lowered.
pub(super) fn named<'a>(shares: impl Iterator<Item = &'a LineShare>, shipping: Part, lines: &[OrderLine]) -> String {
    let mut pieces: Vec<String> = shares
        .filter(|share| share.quantity > 0)
        .filter_map(|share| {
            let line = lines.iter().find(|line| line.id == share.line_id)?;
            Some(format!("{} × {}", share.quantity, line.name()))
        })
        .collect();
    if !pieces.is_empty() && !shipping.amount.is_zero() {
        pieces.push("delivery".into());
    }
    pieces.join(", ")
}

/// Refunds, then attempts, the latest first.
pub(super) fn rows(desk: &Desk, order: &Order, lines: &[OrderLine], money: &Moved, may_refund: bool) -> Vec<Attempt> {
    let refunds = money.refunds.iter().enumerate().rev().map(|(n, refund)| {
        let by_hand = is_by_hand(money, refund);
        Attempt {
            name: format!("Refund {}", n + 1),
            at: desk.moment(refund.created_at),
            method: money
                .attempt_of(refund)
                .map_or_else(String::new, |attempt| words::gateway(&attempt.gateway)),
            reference: refund.reference.clone().unwrap_or_default(),
            state: if by_hand {
                State::attention("To be sent by hand")
            } else {
                words::refund(refund.state.word())
            },
            reason: why(money, refund, lines),
            amount: format::money(refund.amount.negated()),
            is_void: refund.state == RefundProgress::Failed,
            sent: (by_hand && may_refund).then(|| urls::refund_sent(order.number.as_str(), refund.id)),
        }
    });
    let attempts = money.attempts.iter().enumerate().rev().map(|(n, attempt)| Attempt {
        name: format!("Attempt {}", n + 1),
        at: desk.moment(attempt.created_at),
        method: words::gateway(&attempt.gateway),
        reference: attempt.reference.as_ref().map_or_else(String::new, ToString::to_string),
        state: words::attempt(attempt.state.word()),
        reason: beside(desk, attempt),
        amount: format::money(attempt.amount),
        is_void: attempt.state == AttemptState::Closed,
        sent: None,
    });
    refunds.chain(attempts).collect()
}

/// What is to be said beside an attempt's state.
fn beside(desk: &Desk, attempt: &PaymentAttempt) -> Option<String> {
    let totals = attempt.totals;
    let money = |minor| format::money(Money::new(minor, attempt.amount.currency()));
    if totals.in_dispute() > 0 {
        return Some(format!("{} disputed", money(totals.in_dispute())));
    }
    if totals.lost > 0 {
        return Some(format!("{} lost in a dispute", money(totals.lost)));
    }
    match (attempt.state, attempt.capture_asked, attempt.authorised_until) {
        (AttemptState::Authorised, Some(asked), _) => Some(format!("{} is being taken", format::money(asked))),
        (AttemptState::Authorised, None, Some(until)) => Some(format!("until {}", desk.moment(until).text)),
        (AttemptState::Captured, ..) if totals.captured < attempt.amount.minor() => {
            Some(format!("{} of it taken", money(totals.captured)))
        }
        _ => Some(attempt.decline.clone()).filter(|reason| !reason.is_empty()),
    }
}

/// Whether staff have to send the money themselves.
fn is_by_hand(money: &Moved, refund: &Refund) -> bool {
    let gateway = money.attempt_of(refund).map_or("", |attempt| attempt.gateway.as_str());
    refund.state == RefundProgress::Pending && [payment::BANK_TRANSFER, payment::CASH_ON_DELIVERY].contains(&gateway)
}

fn why(money: &Moved, refund: &Refund, lines: &[OrderLine]) -> Option<String> {
    let reason = if refund.failure.is_empty() {
        &refund.reason
    } else {
        &refund.failure
    };
    let parts = [reason.clone(), money.pieces(refund, lines)];
    let said: Vec<String> = parts.into_iter().filter(|text| !text.is_empty()).collect();
    (!said.is_empty()).then(|| said.join(": "))
}
