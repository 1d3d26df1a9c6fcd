//! What of an authorisation was not taken: it is let go for good, because an authorisation is taken once.
//!
//! Pieces that nobody pays for are not sent any more and are back in stock. Whatever goes back later, and the invoice, are of the rest.

use serde::{Deserialize, Serialize};
use serde_json::json;
use wares_db::{DbError, Tx};
use wares_kernel::{Instant, Money, MoneyError, OrderLineId, PaymentAttemptId, Quantity};

use super::goods;
use super::request::WantedLine;
use super::shares::{LineShare, Rest, Shares};
use super::{damaged, store};
use crate::audit::Actor;
use crate::events::{self, Event};
use crate::orders::{self, Order, OrderLine};
use crate::payment::attempt::PaymentAttempt;

/// The pieces whose money is taken, and whether that of delivery is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// So many pieces of these lines.
    pub pieces: Vec<(OrderLineId, Quantity)>,
    /// Delivery.
    pub shipping: bool,
}

impl Portion {
    /// What it comes to; pieces beyond those of the order are the caller's to refuse.
    pub(in crate::payment) fn shares(&self, of: &Rest) -> Result<Shares, MoneyError> {
        let pieces: Vec<_> = self.pieces.iter().map(|(id, n)| (*id, n.as_i64())).collect();
        of.of_pieces(&pieces, self.shipping)
    }
}

/// What of an order's money was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The attempt whose authorisation it was part of.
    pub attempt_id: PaymentAttemptId,
    /// How much, with tax.
    pub amount: Money,
    /// The tax in it.
    pub tax: Money,
    /// What it is made of.
    pub shares: Shares,
    /// When it was let go.
    pub created_at: Instant,
}

/// Lets go what was not taken of an attempt's authorisation, as a step of settling the capture. It is made of what staff have left out; where
/// somebody else has taken another amount, of the price of everything.
pub(in crate::payment) async fn let_go(tx: &mut Tx, order: &Order, attempt: &PaymentAttempt) -> Result<(), DbError> {
    let captured = Money::new(attempt.totals.captured, order.currency);
    if captured.minor() >= attempt.amount.minor() || store::release(tx, order).await?.is_some() {
        return Ok(());
    }
    let lines = orders::lines(tx, order.id).await?;
    let rest = store::rest(tx, order, &lines).await?;
    let asked = store::portion(tx, attempt.id).await?;
    let asked = asked.filter(|_| attempt.capture_asked == Some(captured));
    let shares = left_out(&rest, asked.as_ref(), captured).map_err(damaged)?;
    let goods = goods::plan(tx, order, &lines, &unsent(&shares.lines, &lines)).await?;
    let sum = shares.sum().map_err(damaged)?;
    let release = Release {
        attempt_id: attempt.id,
        amount: sum.amount,
        tax: sum.tax,
        shares,
        created_at: tx.now(),
    };
    store::insert_release(tx, order.id, &release, &goods).await?;
    goods::carry_out(tx, order, &goods, &Actor::System).await?;
    let data = json!({ "amount_minor": release.amount.minor() });
    orders::note(tx, order.id, "part_released", &Actor::System, data).await?;
    events::record(tx, Event::PartReleased { order_id: order.id }).await
}

/// Everything but what was taken.
fn left_out(rest: &Rest, asked: Option<&Portion>, captured: Money) -> Result<Shares, MoneyError> {
    let taken = match asked {
        Some(portion) => rest.at_amount(&portion.shares(rest)?, captured)?,
        None => rest.everything(captured)?,
    };
    rest.beside(&taken)
}

/// The pieces that are left out and still here.
fn unsent(shares: &[LineShare], lines: &[OrderLine]) -> Vec<WantedLine> {
    let pieces = shares.iter().filter_map(|share| {
        let line = lines.iter().find(|line| line.id == share.line_id)?;
        let n = share.quantity.min(line.n_to_ship());
        Some(WantedLine {
            line_id: line.id,
            quantity: Quantity::try_from(n).ok()?,
            restock: true,
        })
    });
    pieces.collect()
}
