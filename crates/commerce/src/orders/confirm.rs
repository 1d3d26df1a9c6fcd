//! An order becomes binding: it was paid, or is payable on delivery.

use serde_json::json;
use wares_db::{DbError, Tx};
use wares_kernel::Money;

use super::order::Order;
use super::status::OrderState;
use super::store;
use super::timeline::note;
use crate::accounts::{NotedOrder, note_order};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::{cart, inventory};

/// The money of an order has come: it is settled, its stock leaves, the buyer is told. Each of it happens once, however often it is asked for.
///
/// An expired order may be confirmed when its stock was taken again; a placed one notes the money only.
pub async fn confirm(tx: &mut Tx, order: &Order, came: Money, actor: &Actor) -> Result<(), DbError> {
    match order.state {
        OrderState::AwaitingPayment | OrderState::Expired => confirm_unpaid(tx, order, actor).await?,
        OrderState::Placed | OrderState::Completed => return paid(tx, order, came, actor).await,
        OrderState::Cancelled => return Ok(()),
    }
    money_came(tx, order, came, actor).await.map(drop)
}

/// The order is settled although no money has come yet: the carrier will collect it, or it is authorised.
pub async fn confirm_unpaid(tx: &mut Tx, order: &Order, actor: &Actor) -> Result<(), DbError> {
    if !store::place(tx, order.id).await? {
        return Ok(());
    }
    inventory::claim(tx, order.id).await?;
    store::count_sold(tx, order.id).await?;
    if order.state == OrderState::Expired {
        take_out_of_cart(tx, order).await?;
    }
    note(tx, order.id, "placed", actor, json!({ "was": order.state.word() })).await?;
    events::record(tx, Event::OrderConfirmed { order_id: order.id }).await
}

/// The buyer had the cart back, and would buy everything twice.
async fn take_out_of_cart(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    let Some(cart_id) = store::returned_cart(tx, order.id).await? else {
        return Ok(());
    };
    let lines = store::lines(tx, order.id).await?;
    let bought: Vec<_> = lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
    cart::take_out(tx, cart_id, &bought).await
}

/// The money of an order that was settled before has come.
pub async fn paid(tx: &mut Tx, order: &Order, came: Money, actor: &Actor) -> Result<(), DbError> {
    if money_came(tx, order, came, actor).await? {
        events::record(tx, Event::OrderPaid { order_id: order.id }).await?;
    }
    Ok(())
}

/// Notes when the money came and what the customer has spent; answers `false` after the first time, which alone counts.
async fn money_came(tx: &mut Tx, order: &Order, came: Money, actor: &Actor) -> Result<bool, DbError> {
    if !store::set_paid(tx, order.id).await? {
        return Ok(false);
    }
    let noted = NotedOrder {
        customer_id: order.customer_id,
        email: &order.email,
        name: &order.shipping_address.name,
        n_orders: 0,
        spent_minor: came.minor(),
    };
    note_order(tx, noted).await?;
    let object = Object::order(order.id, order.number.to_string());
    let data = json!({ "total_minor": came.minor() });
    note(tx, order.id, "paid", actor, data.clone()).await?;
    audit::record(tx, actor, Action::Paid, object, data).await?;
    Ok(true)
}
