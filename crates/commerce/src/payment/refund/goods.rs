//! What becomes of the pieces whose money goes back.
//!
//! Pieces that were dropped or sent back before without being refunded (a refund of theirs failed) come first, because they are moved
//! already. Then those that were not sent yet: nobody sends them any more. Then those that were sent.

use wares_db::{DbError, Tx};
use wares_kernel::{OrderLineId, Quantity, VariantId};

use super::request::WantedLine;
use super::store;
use crate::audit::Actor;
use crate::fulfilment;
use crate::inventory::{self, Reason};
use crate::orders::{self, Order, OrderLine, OrderState};

/// The pieces of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Goods {
    pub(super) line_id: OrderLineId,
    variant_id: VariantId,
    /// Pieces of this refund that were or are taken off the order before they were sent.
    pub(super) n_dropped: i64,
    /// Pieces of this refund that came back.
    pub(super) n_returned: i64,
    /// Of the dropped ones, those that are dropped now.
    drop_now: i64,
    /// Of the returned ones, those that come back now.
    return_now: i64,
    /// How many of those are on the shelf again.
    restock: i64,
}

/// Works out what happens to the goods of a refund. Nothing, where the order is over: its goods were seen to then.
pub(super) async fn plan(
    tx: &mut Tx,
    order: &Order,
    lines: &[OrderLine],
    wanted: &[WantedLine],
) -> Result<Vec<Goods>, DbError> {
    if !matches!(order.state, OrderState::Placed | OrderState::Completed) {
        return Ok(Vec::new());
    }
    let moved = store::moved(tx, order.id).await?;
    let mut goods = Vec::new();
    for want in wanted {
        let Some(line) = lines.iter().find(|line| line.id == want.line_id) else {
            continue;
        };
        let (dropped, returned) = moved
            .iter()
            .find(|(id, ..)| *id == line.id)
            .map_or((0, 0), |(_, dropped, returned)| (*dropped, *returned));
        goods.push(of_line(line, want, dropped, returned));
    }
    Ok(goods)
}

/// `dropped` and `returned` are the pieces whose money has gone back.
fn of_line(line: &OrderLine, want: &WantedLine, dropped: i64, returned: i64) -> Goods {
    let mut left = want.quantity.as_i64();
    let mut take = |most: i64| {
        let n = left.min(most.max(0));
        left -= n;
        n
    };
    let dropped_before = take(line.n_dropped - dropped);
    let returned_before = take(line.n_returned - returned);
    let drop_now = take(line.n_to_ship());
    // What was sent and does not come back to the shelf is not returned: the buyer keeps it, or it is broken.
    let return_now = if want.restock { left } else { 0 };
    Goods {
        line_id: line.id,
        variant_id: line.variant_id,
        n_dropped: dropped_before + drop_now,
        n_returned: returned_before + return_now,
        drop_now,
        return_now,
        restock: if want.restock { drop_now + return_now } else { 0 },
    }
}

/// Lets it happen.
pub(super) async fn carry_out(tx: &mut Tx, order: &Order, goods: &[Goods], actor: &Actor) -> Result<(), DbError> {
    let mut shelf = Vec::new();
    for line in goods {
        if line.drop_now + line.return_now > 0 {
            orders::count_back(tx, line.line_id, line.drop_now, line.return_now).await?;
        }
        let pieces = u32::try_from(line.restock)
            .ok()
            .and_then(|n| Quantity::try_from(n).ok());
        shelf.extend(pieces.map(|pieces| (line.variant_id, pieces)));
    }
    if !shelf.is_empty() {
        inventory::put_back(tx, order.id, &shelf, Reason::Returned, actor.staff_id()).await?;
    }
    if goods.iter().any(|line| line.drop_now + line.return_now > 0) {
        fulfilment::follow(tx, order.id).await?;
    }
    Ok(())
}
