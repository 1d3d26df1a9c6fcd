//! The orders of a list as a file: one row for each order, or for each of their lines.
//!
//! The file is sent while it is read, a portion at a time, and no connection is held in between: whoever saves it slowly keeps nobody waiting.

use axum::{extract::State, response::Response};
use futures_util::stream;
use wares_commerce::{
    orders::NoteExport,
    reports::{self, ExportedLine, ExportedOrder},
};
use wares_db::{Conn, Db, DbError};
use wares_kernel::{After, Instant, Money, OrderId};

use super::list::{Selection, selection};
use crate::{
    App,
    admin::{csv, lists::Wanted, rights::SeeOrders, staff::Staff},
    http::{Entered, Error, Query},
};

/// Orders read at once.
const PORTION: usize = 500;

const ORDER: [&str; 20] = [
    "order",
    "ordered_at",
    "paid_at",
    "state",
    "payment",
    "fulfilment",
    "email",
    "name",
    "country",
    "payment_method",
    "delivery_method",
    "pieces",
    "currency",
    "goods",
    "discount",
    "delivery",
    "tax",
    "total",
    "taken",
    "refunded",
];
const LINE: [&str; 19] = [
    "order",
    "ordered_at",
    "state",
    "payment",
    "email",
    "country",
    "sku",
    "title",
    "variant",
    "pieces",
    "sent",
    "not_sent_any_more",
    "came_back",
    "currency",
    "price",
    "discount",
    "total",
    "tax",
    "tax_rate",
];

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    Orders,
    Lines,
}

/// `POST /admin/orders/export.csv`: a POST, because it is written down who took which orders.
pub(in crate::admin) async fn export(
    staff: Staff<SeeOrders>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    entered: Entered,
) -> Result<Response, Error> {
    let rows = match entered.get("rows") {
        "lines" => Rows::Lines,
        _ => Rows::Orders,
    };
    let selection = selection(&wanted, &staff.desk(&app));
    let note = NoteExport {
        actor: staff.actor(),
        which: selection.words.clone(),
        rows: if rows == Rows::Lines { "line" } else { "order" },
    };
    app.db.write(note).await?;
    let (name, headings) = match rows {
        Rows::Orders => ("orders.csv", csv::row(ORDER)),
        Rows::Lines => ("order-lines.csv", csv::row(LINE)),
    };
    Ok(csv::streamed(name, headings, portions(app.db.clone(), selection, rows)))
}

/// Where reading goes on, or that it has ended.
enum Place {
    After(After),
    End,
}

fn portions(db: Db, selection: Selection, rows: Rows) -> impl stream::Stream<Item = Result<String, DbError>> + Send {
    let start = (db, selection, Place::After(After::NEWEST));
    stream::try_unfold(start, move |(db, selection, place)| async move {
        let Place::After(after) = place else {
            return Ok(None);
        };
        let (text, next) = {
            let mut conn = db.read().await?;
            let page = selection.page(&mut conn, after, PORTION).await?;
            let found: Vec<OrderId> = page.items.iter().map(|order| order.id).collect();
            (portion(&mut conn, &found, rows).await?, page.next)
        };
        let place = next.map_or(Place::End, Place::After);
        Ok(Some((text, (db, selection, place))))
    })
}

async fn portion(conn: &mut Conn, found: &[OrderId], rows: Rows) -> Result<String, DbError> {
    let orders = reports::exported_orders(conn, found.iter().copied()).await?;
    if rows == Rows::Orders {
        return Ok(orders.iter().map(order_row).collect());
    }
    let lines = reports::exported_lines(conn, found.iter().copied()).await?;
    let of = |order: &ExportedOrder| {
        let id = order.id;
        lines.iter().filter(move |line| line.order_id == id)
    };
    Ok(orders
        .iter()
        .flat_map(|order| of(order).map(|line| line_row(order, line)))
        .collect())
}

fn order_row(order: &ExportedOrder) -> String {
    let amounts = [
        order.subtotal_minor,
        -order.discount_minor,
        order.shipping_minor,
        order.tax_minor,
        order.total_minor,
        order.taken_minor,
        order.refunded_minor,
    ];
    let amounts = amounts.map(|minor| Money::new(minor, order.currency).decimal());
    let (pieces, at, paid) = (
        order.n_pieces.to_string(),
        time(Some(order.created_at)),
        time(order.paid_at),
    );
    let words = [
        &order.number,
        &at,
        &paid,
        &order.state,
        &order.payment,
        &order.fulfilment,
        &order.email,
        order.name.as_deref().unwrap_or_default(),
        &order.country,
        &order.payment_method,
        &order.shipping_method,
        &pieces,
        order.currency.code(),
    ];
    csv::row(words.into_iter().chain(amounts.iter().map(String::as_str)))
}

fn line_row(order: &ExportedOrder, line: &ExportedLine) -> String {
    let amounts = [line.unit_minor, -line.discount_minor, line.total_minor, line.tax_minor];
    let amounts = amounts.map(|minor| Money::new(minor, order.currency).decimal());
    let counts = [line.quantity, line.n_shipped, line.n_dropped, line.n_returned].map(|n| n.to_string());
    let (at, rate) = (time(Some(order.created_at)), line.tax_rate.percent());
    let words = [
        &order.number,
        &at,
        &order.state,
        &order.payment,
        &order.email,
        &order.country,
        &line.sku,
        &line.title,
        &line.variant,
    ];
    let words = words.into_iter().map(String::as_str);
    let figures = counts.iter().map(String::as_str).chain([order.currency.code()]);
    let figures = figures.chain(amounts.iter().map(String::as_str)).chain([rate.as_str()]);
    csv::row(words.chain(figures))
}

/// A moment in UTC, or nothing.
fn time(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| at.timestamp().to_string())
}
