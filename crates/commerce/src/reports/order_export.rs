//! Orders with all their figures, for files that leave the shop.

use wares_db::{Conn, DbError, Sql, ids, p, rows, sql};
use wares_kernel::{Currency, Instant, OrderId, Rate};

rows! {
    /// An order with its figures, in minor units of its currency.
    pub struct ExportedOrder {
        /// Its id.
        id: OrderId,
        /// Its number.
        number: String,
        /// When it was made.
        created_at: Instant,
        /// When the money came.
        paid_at: Option<Instant>,
        /// The order's state.
        state: String,
        /// The payment's status.
        payment: String,
        /// The fulfilment's status.
        fulfilment: String,
        /// The buyer's address.
        email: String,
        /// Who gets it.
        name: Option<String>,
        /// Where it goes, as two letters.
        country: String,
        /// How it is paid.
        payment_method: String,
        /// How it is sent.
        shipping_method: String,
        /// How many pieces.
        n_pieces: i64,
        /// The currency of its figures.
        currency: Currency,
        /// The goods before discounts.
        subtotal_minor: i64,
        /// What came off them.
        discount_minor: i64,
        /// Delivery.
        shipping_minor: i64,
        /// All tax.
        tax_minor: i64,
        /// What it costs.
        total_minor: i64,
        /// What was taken.
        taken_minor: i64,
        /// What went back.
        refunded_minor: i64,
    }

    /// A line of an order, amounts in minor units of the order's currency.
    pub struct ExportedLine {
        /// Its order.
        order_id: OrderId,
        /// The article's code.
        sku: String,
        /// What it is called.
        title: String,
        /// Which variant.
        variant: String,
        /// Pieces ordered.
        quantity: i64,
        /// Pieces sent.
        n_shipped: i64,
        /// Pieces that are not sent any more.
        n_dropped: i64,
        /// Pieces that came back.
        n_returned: i64,
        /// The price of one.
        unit_minor: i64,
        /// What came off.
        discount_minor: i64,
        /// What all of it costs.
        total_minor: i64,
        /// The tax.
        tax_minor: i64,
        /// Its rate.
        tax_rate: Rate,
    }
}

const ORDERS: Sql = sql!(
    lite: "SELECT o.id, o.number, o.created_at, o.paid_at, o.state, o.payment_status, o.fulfilment_status, o.email,
                  o.shipping_address->>'name', o.country, o.payment_method, o.shipping_method, o.n_pieces, o.currency,
                  o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor,
                  (SELECT coalesce(sum(a.captured_minor), 0) FROM payment_attempts a WHERE a.order_id = o.id),
                  (SELECT coalesce(sum(a.refunded_minor), 0) FROM payment_attempts a WHERE a.order_id = o.id)
           FROM orders o WHERE o.id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY o.created_at DESC, o.id DESC",
    pg: "SELECT o.id, o.number, o.created_at, o.paid_at, o.state, o.payment_status, o.fulfilment_status, o.email,
                o.shipping_address->>'name', o.country, o.payment_method, o.shipping_method, o.n_pieces, o.currency,
                o.subtotal_minor, o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor,
                (SELECT coalesce(sum(a.captured_minor), 0)::bigint FROM payment_attempts a WHERE a.order_id = o.id),
                (SELECT coalesce(sum(a.refunded_minor), 0)::bigint FROM payment_attempts a WHERE a.order_id = o.id)
         FROM orders o WHERE o.id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb) AS w (value))
         ORDER BY o.created_at DESC, o.id DESC",
);
const LINES: Sql = sql!(
    lite: "SELECT order_id, sku, title, variant_title, quantity, n_shipped, n_dropped, n_returned, unit_minor, discount_minor, total_minor,
                  tax_minor, tax_ppm
           FROM order_lines WHERE order_id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY order_id, position",
    pg: "SELECT order_id, sku, title, variant_title, quantity, n_shipped, n_dropped, n_returned, unit_minor, discount_minor, total_minor,
                tax_minor, tax_ppm
         FROM order_lines WHERE order_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb) AS w (value))
         ORDER BY order_id, position",
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[ORDERS, LINES];

/// These orders, newest first.
pub async fn exported_orders(
    conn: &mut Conn,
    orders: impl Iterator<Item = OrderId>,
) -> Result<Vec<ExportedOrder>, DbError> {
    conn.all(ORDERS, p![ids(orders)]).await
}

/// The lines of these orders, order by order.
pub async fn exported_lines(
    conn: &mut Conn,
    orders: impl Iterator<Item = OrderId>,
) -> Result<Vec<ExportedLine>, DbError> {
    conn.all(LINES, p![ids(orders)]).await
}
