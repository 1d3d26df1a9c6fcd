//! All SQL about orders.

use serde_json::Value;
use wares_db::{Conn, DbError, Sql, Tx, p, sql};
use wares_kernel::page::{After, Page};
use wares_kernel::{
    CartId, CustomerId, EmailAddress, Instant, OrderId, OrderLineId, PaymentAttemptId, Quantity, TokenHash,
};

use super::create::{NewLine, NewOrder};
use super::line::OrderLine;
use super::number::OrderNumber;
use super::order::Order;
use super::status::{FulfilmentStatus, PaymentStatus};
use super::timeline::TimelineEntry;

const NEXT_NUMBER: Sql = sql!(
    lite: "INSERT INTO counters (name, value) VALUES ('orders', 1001) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    pg: "SELECT nextval('order_numbers')",
);
const INSERT: Sql = sql!(
    "INSERT INTO orders (id, number, cart_id, customer_id, email, email_key, token_hash, token_sealed, state, payment_status,
         fulfilment_status, currency, subtotal_minor, discount_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote,
         shipping_address, billing_address, country, shipping_method_id, shipping_method, payment_method, leaves_on, promised_from,
         promised_to, gift_note, n_pieces, hold_until, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'awaiting_payment', 'unpaid', 'unfulfilled', ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
         ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)"
);
const INSERT_LINE: Sql = sql!(
    "INSERT INTO order_lines (id, order_id, position, product_id, variant_id, title, variant_title, sku, image_id, needs_shipping,
         quantity, unit_minor, discount_minor, total_minor, tax_minor, tax_class, tax_ppm)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
);
/// What is read of an order, and which.
macro_rules! order {
    ($which:literal) => {
        concat!(
            "SELECT id, number, cart_id, customer_id, email, token_sealed, state, payment_status, fulfilment_status, currency,
                    subtotal_minor, discount_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote, shipping_address,
                    billing_address, country, shipping_method_id, shipping_method, payment_method, leaves_on, promised_from, promised_to,
                    gift_note, n_pieces, hold_until, created_at, placed_at, paid_at, delivered_at, cancelled_at, version
             FROM orders ",
            $which
        )
    };
}
const FIND: Sql = sql!(order!("WHERE id = ?1"));
const LOCK: Sql = sql!(
    lite: order!("WHERE id = ?1"),
    pg: order!("WHERE id = $1 FOR UPDATE"),
);
const LOCK_OF_ATTEMPT: Sql = sql!(
    lite: order!("WHERE id = (SELECT a.order_id FROM payment_attempts a WHERE a.id = ?1)"),
    pg: order!("WHERE id = (SELECT a.order_id FROM payment_attempts a WHERE a.id = $1) FOR UPDATE"),
);
const BY_TOKEN: Sql = sql!(order!("WHERE token_hash = ?1"));
const BY_NUMBER: Sql = sql!(order!("WHERE number = ?1"));
const BY_CART: Sql = sql!(order!("WHERE cart_id = ?1"));
const OF_CUSTOMER: Sql = sql!(order!(
    "WHERE customer_id = ?1 AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4"
));
const LINES: Sql = sql!(
    "SELECT l.id, l.order_id, l.position, l.product_id, l.variant_id, l.title, l.variant_title, l.sku, l.image_id, l.needs_shipping,
            l.quantity, l.unit_minor, l.discount_minor, l.total_minor, l.tax_minor, l.tax_class, l.tax_ppm, l.n_shipped, l.n_returned,
            l.n_dropped, o.currency
     FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.order_id = ?1 ORDER BY l.position"
);
const PLACE: Sql = sql!(
    "UPDATE orders SET state = 'placed', hold_until = NULL, placed_at = ?2, version = version + 1
     WHERE id = ?1 AND state IN ('awaiting_payment', 'expired')"
);
const RETURNED_CART: Sql = sql!("SELECT returned_cart_id FROM orders WHERE id = ?1");
const PAID: Sql = sql!("UPDATE orders SET paid_at = ?2, version = version + 1 WHERE id = ?1 AND paid_at IS NULL");
const EXPIRE: Sql = sql!(
    "UPDATE orders SET state = 'expired', hold_until = NULL, returned_cart_id = cart_id, cart_id = NULL, version = version + 1
     WHERE id = ?1 AND state = 'awaiting_payment'"
);
const CANCEL: Sql = sql!(
    "UPDATE orders SET state = 'cancelled', hold_until = NULL, cart_id = NULL, cancelled_at = ?2, version = version + 1
     WHERE id = ?1 AND state IN ('awaiting_payment', 'placed')"
);
const SET_PAYMENT: Sql =
    sql!("UPDATE orders SET payment_status = ?2, version = version + 1 WHERE id = ?1 AND payment_status <> ?2");
const SET_FULFILMENT: Sql = sql!(
    "UPDATE orders SET fulfilment_status = ?2, delivered_at = ?3, version = version + 1,
         state = CASE WHEN state = 'placed' AND ?2 IN ('delivered', 'returned') THEN 'completed' ELSE state END
     WHERE id = ?1"
);
const COUNT_SHIPPED: Sql = sql!("UPDATE order_lines SET n_shipped = n_shipped + ?2 WHERE id = ?1");
const COUNT_BACK: Sql =
    sql!("UPDATE order_lines SET n_dropped = n_dropped + ?2, n_returned = n_returned + ?3 WHERE id = ?1");
const COUNT_SOLD: Sql = sql!(
    "UPDATE products SET n_sold = n_sold + (SELECT cast(coalesce(sum(l.quantity), 0) AS bigint) FROM order_lines l
         WHERE l.order_id = ?1 AND l.product_id = products.id)
     WHERE id IN (SELECT l.product_id FROM order_lines l WHERE l.order_id = ?1)"
);
const GIVE_TO: Sql = sql!("UPDATE orders SET customer_id = ?1 WHERE email_key = ?2 AND customer_id IS NULL");
const NOTE: Sql = sql!(
    "INSERT INTO order_events (id, order_id, at, kind, actor_kind, actor_id, actor_name, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
);
const TIMELINE: Sql = sql!(
    "SELECT id, at, kind, actor_kind, actor_id, actor_name, data FROM order_events WHERE order_id = ?1 ORDER BY at DESC, id DESC"
);

/// The next number of the counter.
pub(super) async fn next_number(tx: &mut Tx) -> Result<OrderNumber, DbError> {
    let (counter,): (i64,) = tx.one(NEXT_NUMBER, p![]).await?;
    Ok(OrderNumber::new(counter, tx.random()))
}

/// Writes an order with its lines.
#[expect(
    clippy::too_many_lines,
    reason = "one page or row, field by field; cutting it would only scatter them"
)]
pub(super) async fn insert(tx: &mut Tx, new: &NewOrder, number: &OrderNumber) -> Result<(), DbError> {
    let (quote, now) = (&new.quote, tx.now());
    let (email_key, currency) = (new.email.key(), quote.currency);
    let json = |value: serde_json::Result<Value>| value.map_err(|error| DbError::Damaged(error.to_string()));
    let quoted = json(serde_json::to_value(quote))?;
    let to = json(serde_json::to_value(&new.shipping_address))?;
    let billing = new.billing_address.as_ref().map(serde_json::to_value).transpose();
    let billing = billing.map_err(|error| DbError::Damaged(error.to_string()))?;
    let includes = quote.prices == crate::pricing::Prices::IncludeTax;
    let method_id = quote.shipping.as_ref().map(|shipping| shipping.method_id);
    let method = quote.shipping.as_ref().map_or("", |shipping| shipping.name.as_str());
    let day =
        |pick: fn(&crate::pricing::Promise) -> jiff::civil::Date| new.promise.as_ref().map(|p| pick(p).to_string());
    let (leaves, from, until) = (day(|p| p.leaves), day(|p| p.from), day(|p| p.to));
    let ids: Vec<OrderLineId> = new.lines.iter().map(|_| tx.new_id()).collect();
    let minors: Vec<[i64; 4]> = new.lines.iter().map(line_minors).collect();
    tx.send(
        INSERT,
        p![
            new.id,
            number.as_str(),
            new.cart_id,
            new.customer_id,
            new.email,
            email_key,
            new.token_hash,
            new.token_sealed,
            currency,
            quote.subtotal.minor(),
            quote.discount.minor(),
            quote.shipping_total.minor(),
            quote.tax.minor(),
            quote.total.minor(),
            includes,
            quoted,
            to,
            billing,
            new.shipping_address.country,
            method_id,
            method,
            new.payment_method,
            leaves,
            from,
            until,
            new.gift_note,
            new.n_pieces(),
            new.hold_until,
            now
        ],
    )
    .await?;
    let mut batch = tx.batch();
    for ((line, id), [unit, discount, total, tax]) in new.lines.iter().zip(&ids).zip(&minors) {
        batch = batch.add(
            INSERT_LINE,
            p![
                *id,
                new.id,
                line.position,
                line.product_id,
                line.variant_id,
                line.title,
                line.variant_title,
                line.sku,
                line.image_id,
                line.needs_shipping,
                line.quoted.quantity,
                *unit,
                *discount,
                *total,
                *tax,
                *line.quoted.tax_class.as_str(),
                line.quoted.tax_rate
            ],
        );
    }
    batch.send().await
}

fn line_minors(line: &NewLine) -> [i64; 4] {
    let quoted = &line.quoted;
    [quoted.unit, quoted.discount, quoted.total, quoted.tax].map(wares_kernel::Money::minor)
}

/// An order.
pub async fn find(conn: &mut Conn, id: OrderId) -> Result<Option<Order>, DbError> {
    conn.opt(FIND, p![id]).await
}

/// An order, locked until the unit of work is over. Whoever moves an order begins with this.
pub async fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Order>, DbError> {
    tx.opt(LOCK, p![id]).await
}

/// The order that an attempt pays, locked as by [`lock`].
pub async fn lock_of_attempt(tx: &mut Tx, id: PaymentAttemptId) -> Result<Option<Order>, DbError> {
    tx.opt(LOCK_OF_ATTEMPT, p![id]).await
}

/// The order a link's token opens.
pub async fn by_token(conn: &mut Conn, hash: TokenHash) -> Result<Option<Order>, DbError> {
    conn.opt(BY_TOKEN, p![hash]).await
}

/// The order of that number.
pub async fn by_number(conn: &mut Conn, number: &OrderNumber) -> Result<Option<Order>, DbError> {
    conn.opt(BY_NUMBER, p![number.as_str()]).await
}

/// The order a cart became.
pub async fn by_cart(conn: &mut Conn, cart_id: CartId) -> Result<Option<Order>, DbError> {
    conn.opt(BY_CART, p![cart_id]).await
}

/// The order of that number if it was placed with that address: what somebody without an account can look up.
pub async fn for_guest(conn: &mut Conn, number: &OrderNumber, email: &EmailAddress) -> Result<Option<Order>, DbError> {
    let found = by_number(conn, number).await?;
    Ok(found.filter(|order| order.email.key() == email.key()))
}

/// The orders of a customer, newest first.
pub async fn of_customer(
    conn: &mut Conn,
    customer_id: CustomerId,
    after: After,
    size: u32,
) -> Result<Page<Order>, DbError> {
    let found: Vec<Order> = conn
        .all(OF_CUSTOMER, p![customer_id, after.at, after.id, size + 1])
        .await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    Ok(Page::cut(found, size, |order| After {
        at: order.created_at,
        id: order.id.uuid(),
    }))
}

/// Puts what was ordered with an address by nobody who was signed in into a customer's account, who has proved that the address is theirs.
/// Answers how many orders.
pub async fn give_to(tx: &mut Tx, customer_id: CustomerId, email: &EmailAddress) -> Result<u64, DbError> {
    tx.exec(GIVE_TO, p![customer_id, email.key()]).await
}

/// The lines of an order, in their order.
pub async fn lines(conn: &mut Conn, order_id: OrderId) -> Result<Vec<OrderLine>, DbError> {
    conn.all(LINES, p![order_id]).await
}

/// Makes an order placed; answers whether it was not before.
pub(super) async fn place(tx: &mut Tx, id: OrderId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(PLACE, p![id, now]).await? == 1)
}

/// Notes when the money came; the first time counts.
pub(super) async fn set_paid(tx: &mut Tx, id: OrderId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(PAID, p![id, now]).await? == 1)
}

/// Makes an order expired; answers whether it was waiting.
pub(super) async fn set_expired(tx: &mut Tx, id: OrderId) -> Result<bool, DbError> {
    Ok(tx.exec(EXPIRE, p![id]).await? == 1)
}

/// The cart that an order gave back when it expired.
pub(super) async fn returned_cart(conn: &mut Conn, id: OrderId) -> Result<Option<CartId>, DbError> {
    Ok(conn
        .opt::<(Option<CartId>,)>(RETURNED_CART, p![id])
        .await?
        .and_then(|(cart,)| cart))
}

/// Makes an order cancelled; answers whether it could be.
pub(super) async fn set_cancelled(tx: &mut Tx, id: OrderId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(CANCEL, p![id, now]).await? == 1)
}

/// Says where the money stands. Only `payment` does.
pub async fn set_payment_status(tx: &mut Tx, id: OrderId, status: PaymentStatus) -> Result<(), DbError> {
    tx.send(SET_PAYMENT, p![id, status.word()]).await
}

/// Says where the goods stand, and since when all have arrived. A placed order whose goods have all arrived, or have all come back, is completed. Only `fulfilment` does.
pub async fn set_fulfilment_status(
    tx: &mut Tx,
    id: OrderId,
    status: FulfilmentStatus,
    delivered_at: Option<Instant>,
) -> Result<(), DbError> {
    let delivered_at = delivered_at.filter(|_| status == FulfilmentStatus::Delivered);
    tx.send(SET_FULFILMENT, p![id, status.word(), delivered_at]).await
}

/// More pieces of a line have been sent. More than were ordered violates `order_lines_shipped`.
pub async fn count_shipped(tx: &mut Tx, line_id: OrderLineId, quantity: Quantity) -> Result<(), DbError> {
    tx.exec(COUNT_SHIPPED, p![line_id, quantity]).await.map(drop)
}

/// Pieces of a line were taken off the order before they were sent, or came back after that. More than were ordered violates
/// `order_lines_returned`.
pub async fn count_back(tx: &mut Tx, line_id: OrderLineId, n_dropped: i64, n_returned: i64) -> Result<(), DbError> {
    tx.exec(COUNT_BACK, p![line_id, n_dropped, n_returned]).await.map(drop)
}

/// The products of an order have been sold once more.
pub(super) async fn count_sold(tx: &mut Tx, id: OrderId) -> Result<(), DbError> {
    tx.send(COUNT_SOLD, p![id]).await
}

/// Writes a line of the timeline.
pub(super) async fn insert_note(
    tx: &mut Tx,
    order_id: OrderId,
    kind: &str,
    actor: &crate::audit::Actor,
    data: &Value,
) -> Result<(), DbError> {
    let (id, now) = (tx.new_id::<TimelineEntry>(), tx.now());
    tx.send(
        NOTE,
        p![id, order_id, now, kind, actor.kind(), actor.id(), actor.name(), data],
    )
    .await
}

/// The timeline of an order, newest first.
pub(super) async fn timeline(conn: &mut Conn, order_id: OrderId) -> Result<Vec<TimelineEntry>, DbError> {
    conn.all(TIMELINE, p![order_id]).await
}
