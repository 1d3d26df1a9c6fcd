//! Calling an order off, as a step. The money is for whoever calls it: `payment` gives it back.

use serde_json::json;
use wares_db::{DbError, Tx};
use wares_kernel::Quantity;

use super::line::OrderLine;
use super::order::Order;
use super::status::{FulfilmentStatus, OrderState};
use super::store::{self, lines};
use super::timeline::note;
use crate::accounts::{NotedOrder, note_order};
use crate::audit::{self, Action, Actor, Object};
use crate::cart;
use crate::events::{self, Event};
use crate::guards::{Guard, holds};
use crate::inventory::{self, Reason};
use crate::pricing::discount;

/// Why an order is not called off.
#[derive(Debug, thiserror::Error)]
pub enum CancelRefusal {
    /// Something of it is on its way.
    #[error("Part of this order is already on its way. Send it back when it has arrived.")]
    Shipped,
    /// It is over: completed, expired, or cancelled before.
    #[error("This order is {} and cannot be cancelled any more", state.label().to_lowercase())]
    Over {
        /// Where it stands.
        state: OrderState,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Calls a locked order off: what is held is free, what was sold is put back, the timeline says who and why.
pub async fn cancel(tx: &mut Tx, order: &Order, actor: &Actor, reason: &str) -> Result<(), CancelRefusal> {
    if !order.state.may_become(OrderState::Cancelled) {
        return Err(CancelRefusal::Over { state: order.state });
    }
    let lines = lines(tx, order.id).await?;
    if order.fulfilment_status != FulfilmentStatus::Unfulfilled || lines.iter().any(|line| line.n_shipped > 0) {
        return Err(CancelRefusal::Shipped);
    }
    if !store::set_cancelled(tx, order.id).await? {
        return Err(CancelRefusal::Over { state: order.state });
    }
    match order.state {
        OrderState::Placed if holds(Guard::StockBack) => {
            let staff_id = actor.staff_id();
            inventory::put_back(tx, order.id, &pieces(&lines), Reason::Cancelled, staff_id).await?;
        }
        _ => give_back(tx, order).await?,
    }
    tell(tx, order, actor, reason).await?;
    discount::release(tx, order.id).await?;
    Ok(())
}

/// An order nobody paid: what it held is free, and the buyer has the cart again.
async fn give_back(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    inventory::release(tx, order.id).await?;
    match order.cart_id {
        Some(cart_id) => cart::reopen(tx, cart_id).await,
        None => Ok(()),
    }
}

/// What of an order is still its own: not what a refund has taken off it.
fn pieces(lines: &[OrderLine]) -> Vec<(wares_kernel::VariantId, Quantity)> {
    let left = |line: &OrderLine| u32::try_from(line.quantity.as_i64() - line.n_dropped).ok();
    lines
        .iter()
        .filter_map(|line| Some((line.variant_id, Quantity::try_from(left(line)?).ok()?)))
        .collect()
}

async fn tell(tx: &mut Tx, order: &Order, actor: &Actor, reason: &str) -> Result<(), DbError> {
    let noted = NotedOrder {
        customer_id: order.customer_id,
        email: &order.email,
        name: &order.shipping_address.name,
        n_orders: -1,
        // What was spent goes down with each refund.
        spent_minor: 0,
    };
    note_order(tx, noted).await?;
    let data = json!({ "reason": reason });
    note(tx, order.id, "cancelled", actor, data.clone()).await?;
    let object = Object::order(order.id, order.number.to_string());
    audit::record(tx, actor, Action::Cancelled, object, data).await?;
    events::record(tx, Event::OrderCancelled { order_id: order.id }).await
}
