//! What goes into a parcel, to print. It says no prices: what is sent may be a present.

use axum::{extract::State, response::Response};
use serde::Deserialize;
use wares_commerce::{
    fulfilment,
    orders::{self, Order, OrderLine},
    settings::Store,
};
use wares_kernel::FulfilmentId;

use super::{label, show::find};
use crate::{
    App,
    admin::{
        rights::SeeOrders,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Path, Query},
    storefront::{Head, Row, SlipLine, SlipPage, full},
    templates::Link,
    urls::admin as urls,
};

/// Which parcel; what is still to be sent, when absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    parcel: String,
}

/// `GET /admin/orders/{number}/slip`
pub(in crate::admin) async fn packing_slip(
    _: Staff<SeeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let parcel: Option<FulfilmentId> = match wanted.parcel.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Error::NotFound)?),
    };
    let mut conn = app.db.read().await?;
    let lines = orders::lines(&mut conn, order.id).await?;
    let parcels = fulfilment::of_order(&mut conn, order.id).await?;
    let packed = fulfilment::lines(&mut conn, order.id).await?;
    let settings = app.settings.get();
    let mut facts = facts(&order, &settings.store);
    let sent = match parcel {
        Some(id) => Some(parcels.iter().find(|parcel| parcel.id == id).ok_or(Error::NotFound)?),
        None => None,
    };
    if let Some(sent) = sent {
        facts.push(Row::new("Parcel", sent.parcel.to_string()));
        facts.push(Row::new("Sent", full(settings.store.day(sent.shipped_at))));
    }
    let inside = |line: &OrderLine| match sent {
        Some(sent) => packed
            .iter()
            .filter(|packed| packed.fulfilment_id == sent.id && packed.order_line_id == line.id)
            .map(|packed| packed.quantity.as_i64())
            .sum(),
        None => line.n_to_ship(),
    };
    let quantities: Vec<i64> = lines.iter().map(inside).collect();
    ok(&app, &page(&app, &order, &lines, &quantities, facts, sent.is_some())).await
}

fn page(app: &App, order: &Order, lines: &[OrderLine], quantities: &[i64], facts: Vec<Row>, is_sent: bool) -> SlipPage {
    let number = order.number.to_string();
    let settings = app.settings.get();
    let store = &settings.store;
    let n_later: i64 = lines.iter().map(OrderLine::n_to_ship).sum();
    let inside = lines.iter().zip(quantities).filter(|(_, n)| **n > 0);
    SlipPage {
        head: Head::private(&app.shop_name(), format!("Packing slip {number}")),
        back: Link::new("Back to the order", urls::order(&number)),
        shop_name: store.name.clone(),
        seller: store.seller(),
        to: label(&order.shipping_address),
        facts,
        lines: inside
            .map(|(line, n)| SlipLine {
                sku: line.sku.clone(),
                name: line.name(),
                quantity: *n,
                ordered: line.quantity.as_i64(),
            })
            .collect(),
        n_pieces: quantities.iter().sum(),
        rest: if is_sent && n_later > 0 {
            format!(
                "{} not in it.",
                words::plural(n_later, "piece of the order is", "pieces of the order are")
            )
        } else {
            String::new()
        },
        gift_note: order.gift_note.clone(),
        number,
    }
}

fn facts(order: &Order, store: &Store) -> Vec<Row> {
    let mut facts = vec![
        Row::new("Order", order.number.to_string()),
        Row::new("Order date", full(store.day(order.created_at))),
    ];
    if !order.shipping_method.is_empty() {
        facts.push(Row::new("Delivery", order.shipping_method.as_str()));
    }
    facts
}
