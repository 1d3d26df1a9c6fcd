//! Asking for a refund.

use serde_json::json;
use wares_db::fault::Point;
use wares_db::{DbError, Tx, Write};
use wares_kernel::text::{self, TextError};
use wares_kernel::{Money, OrderId, OrderLineId, Quantity, RefundId};

use super::goods::{self, Goods};
use super::limit;
use super::shares::{Rest, Shares};
use super::store::{self, NewRefund};
use super::{RefundError, attempts, damaged, follow, left_of, spent};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::orders::{self, Order, OrderLine};
use crate::payment::attempt::PaymentAttempt;
use crate::payment::dispute::is_disputed;
use crate::staff::Confirmed;

/// The longest reason, in characters.
const REASON_MAX: usize = 200;
/// The longest note to the buyer, in characters.
const NOTE_MAX: usize = 1000;

/// What is to go back.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Pieces of lines.
    pub lines: Vec<WantedLine>,
    /// Whether what is left of the price of delivery goes back, too.
    pub shipping: bool,
    /// Another amount than those come to; without pieces, an amount for none in particular. Tax included.
    pub amount: Option<Money>,
}

/// So many pieces of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedLine {
    /// The line.
    pub line_id: OrderLineId,
    /// How many.
    pub quantity: Quantity,
    /// Whether they can be sold again.
    pub restock: bool,
}

/// Asks for money of an order to be given back. Pieces that were not sent yet are not sent any more.
#[derive(Debug, Clone)]
pub struct RequestRefund {
    /// Who asks.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// What goes back.
    pub wanted: Wanted,
    /// Why, for the shop.
    pub reason: String,
    /// A few words to the buyer, or empty.
    pub note: String,
    /// That whoever asks has just typed their password, which large refunds take.
    pub confirmed: Option<Confirmed>,
}

impl Write for RequestRefund {
    type Out = RefundId;
    type Error = RefundError;

    async fn run(&self, tx: &mut Tx) -> Result<RefundId, RefundError> {
        let reason = text::line(&self.reason, REASON_MAX).or_else(empty)?;
        let note = text::block(&self.note, NOTE_MAX).or_else(empty)?;
        let order = orders::lock(tx, self.order_id).await?.ok_or(RefundError::NoOrder)?;
        let attempts = attempts::attempts(tx, order.id).await?;
        if is_disputed(&attempts) {
            return Err(RefundError::Disputed);
        }
        let lines = orders::lines(tx, order.id).await?;
        let rest = store::rest(tx, &order, &lines).await?;
        let no_money = RefundError::TooMuch {
            left: order.currency.zero(),
        };
        let attempt = with_most_left(attempts).ok_or(no_money)?;
        let shares = worked_out(&self.wanted, &rest, &lines, left_of(&attempt))?;
        limit::check(tx, &self.actor, &order, shares.sum()?.amount, self.confirmed).await??;
        let goods = goods::plan(tx, &order, &lines, &self.wanted.lines).await?;
        let why = Why {
            reason: &reason,
            note: &note,
            is_confirmed: self.confirmed.is_some(),
            actor: &self.actor,
        };
        let id = give_back(tx, &order, &attempt, &shares, &goods, &why).await?;
        goods::carry_out(tx, &order, &goods, &self.actor).await?;
        tx.reach(Point::RefundWritten).await?;
        Ok(id)
    }
}

fn empty(error: TextError) -> Result<String, RefundError> {
    match error {
        TextError::Empty => Ok(String::new()),
        TextError::TooLong { limit } => Err(RefundError::TooLong { limit }),
    }
}

/// What is wanted, as parts of what is left of the order; `money_left` is what of its money is still here, in minor units.
pub fn worked_out(wanted: &Wanted, rest: &Rest, lines: &[OrderLine], money_left: i64) -> Result<Shares, RefundError> {
    let mut pieces = Vec::new();
    for want in &wanted.lines {
        let n = want.quantity.as_i64();
        let line = rest.lines.iter().find(|line| line.line_id == want.line_id);
        let left = line.map_or(0, |line| line.n_left);
        if n > left || pieces.iter().any(|(id, _)| *id == want.line_id) {
            let title = lines.iter().find(|line| line.id == want.line_id).map(OrderLine::name);
            return Err(RefundError::TooMany {
                line_id: want.line_id,
                title: title.unwrap_or_default(),
                left,
            });
        }
        pieces.push((want.line_id, n));
    }
    let chosen = rest.of_pieces(&pieces, wanted.shipping)?;
    let shares = match wanted.amount {
        None => chosen,
        Some(amount) if amount.minor() <= 0 => return Err(RefundError::Nothing),
        Some(amount) if amount.minor() > money_left => too_much(amount, money_left)?,
        Some(amount) => rest.at_amount(&chosen, amount)?,
    };
    let amount = shares.sum()?.amount;
    match amount.minor() {
        0 => Err(RefundError::Nothing),
        minor if minor > money_left => too_much(amount, money_left),
        _ => Ok(shares),
    }
}

fn too_much(amount: Money, money_left: i64) -> Result<Shares, RefundError> {
    let left = Money::new(money_left, amount.currency());
    Err(RefundError::TooMuch { left })
}

/// The attempt that holds the order's money; at most one does.
fn with_most_left(attempts: Vec<PaymentAttempt>) -> Option<PaymentAttempt> {
    let most = attempts.into_iter().max_by_key(left_of);
    most.filter(|attempt| left_of(attempt) > 0)
}

/// Gives back everything that is left of an order's payments, as a step of cancelling it. The goods are the caller's.
pub(in crate::payment) async fn refund_all(
    tx: &mut Tx,
    order: &Order,
    reason: &str,
    actor: &Actor,
    is_confirmed: bool,
) -> Result<Option<RefundId>, DbError> {
    let Some(attempt) = with_most_left(attempts::attempts(tx, order.id).await?) else {
        return Ok(None);
    };
    let lines = orders::lines(tx, order.id).await?;
    let rest = store::rest(tx, order, &lines).await?;
    let shares = rest
        .everything(Money::new(left_of(&attempt), order.currency))
        .map_err(damaged)?;
    let why = Why {
        reason,
        note: "",
        is_confirmed,
        actor,
    };
    let id = give_back(tx, order, &attempt, &shares, &[], &why).await;
    id.map(Some).map_err(RefundError::into_db)
}

/// Who gives money back, and why.
struct Why<'a> {
    reason: &'a str,
    note: &'a str,
    /// Whether they have typed their password for it.
    is_confirmed: bool,
    actor: &'a Actor,
}

/// A refund of what was paid for an order.
async fn give_back(
    tx: &mut Tx,
    order: &Order,
    attempt: &PaymentAttempt,
    shares: &Shares,
    goods: &[Goods],
    why: &Why<'_>,
) -> Result<RefundId, RefundError> {
    let sum = shares.sum()?;
    let new = NewRefund {
        attempt,
        amount: sum.amount,
        tax: sum.tax,
        shares: Some(shares),
        goods,
        reason: why.reason,
        note: why.note,
        staff_id: why.actor.staff_id(),
    };
    let id = request(tx, &new, why.actor).await?;
    spent(tx, order, -sum.amount.minor()).await?;
    let mut data = json!({ "amount_minor": sum.amount.minor(), "reason": why.reason });
    if why.is_confirmed {
        data["password"] = "typed again".into();
    }
    let object = Object::order(order.id, order.number.to_string());
    audit::record(tx, why.actor, Action::Refunded, object, data).await?;
    Ok(id)
}

/// Sends money back that never belonged to the order: it came too late, or twice.
pub(in crate::payment) async fn return_money(
    tx: &mut Tx,
    attempt: &PaymentAttempt,
    amount: Money,
    reason: &str,
) -> Result<RefundId, DbError> {
    let new = NewRefund {
        attempt,
        amount,
        tax: amount.currency().zero(),
        shares: None,
        goods: &[],
        reason,
        note: "",
        staff_id: None,
    };
    request(tx, &new, &Actor::System).await.map_err(RefundError::into_db)
}

/// Takes the money for a refund, writes its row, and has it carried out.
async fn request(tx: &mut Tx, new: &NewRefund<'_>, actor: &Actor) -> Result<RefundId, RefundError> {
    let order_id = new.attempt.order_id;
    if !attempts::take_for_refund(tx, new.attempt.id, new.amount).await? {
        let left = Money::new(left_of(new.attempt).max(0), new.amount.currency());
        return Err(RefundError::TooMuch { left });
    }
    let id = store::insert(tx, new).await?;
    let data = json!({ "amount_minor": new.amount.minor(), "reason": new.reason, "refund_id": id });
    orders::note(tx, order_id, "refund_requested", actor, data).await?;
    follow(tx, order_id).await?;
    events::record(tx, Event::RefundRequested { refund_id: id }).await?;
    Ok(id)
}
