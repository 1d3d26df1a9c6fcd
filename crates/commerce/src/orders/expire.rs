//! An order was not paid in time.

use serde_json::json;
use wares_db::fault::Point;
use wares_db::{DbError, Tx};

use super::order::Order;
use super::store;
use super::timeline::note;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::guards::{Guard, holds};
use crate::pricing::discount;
use crate::{cart, inventory};

/// Frees the stock of an order nobody can pay any more and gives the buyer the cart back.
///
/// To be called only when every attempt is known to be closed at its gateway. Does nothing unless the order is waiting.
pub async fn expire(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    if !store::set_expired(tx, order.id).await? {
        return Ok(());
    }
    if holds(Guard::Release) {
        inventory::release(tx, order.id).await?;
    }
    tx.reach(Point::StockFreed).await?;
    if let Some(cart_id) = order.cart_id {
        cart::reopen(tx, cart_id).await?;
    }
    note(
        tx,
        order.id,
        "expired",
        &Actor::System,
        json!({ "hold_until": order.hold_until }),
    )
    .await?;
    let object = Object::order(order.id, order.number.to_string());
    audit::record(tx, &Actor::System, Action::Expired, object, json!({})).await?;
    discount::release(tx, order.id).await?;
    events::record(tx, Event::OrderExpired { order_id: order.id }).await
}
