//! Orders as staff list and find them.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{After, Currency, Instant, Money, OrderId, Page};

use super::{COUNT_MAX, RECENT, words};

/// The saved views. Each is read along an index of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderView {
    /// Placed and not finished.
    Open,
    /// Paid, or payable later, and something is left to send.
    ToSend,
    /// Waiting for money.
    Unpaid,
    /// Placed, whether finished or not: what the figures count.
    Sold,
    /// Cancelled.
    Cancelled,
    /// Not paid in time.
    Expired,
    /// Everything.
    All,
}

impl OrderView {
    /// The order state the view is about; none when it is about several.
    fn state(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::ToSend => Some("placed"),
            Self::Unpaid => Some("awaiting_payment"),
            Self::Cancelled => Some("cancelled"),
            Self::Expired => Some("expired"),
            Self::Sold | Self::All => None,
        }
    }

    fn only_sold(self) -> bool {
        self == Self::Sold
    }
}

/// What else an order of the list must be; an empty text asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFilter {
    /// The first instant.
    pub from: Instant,
    /// The first instant no longer in it.
    pub to: Instant,
    /// A payment status.
    pub payment: String,
    /// A fulfilment status.
    pub fulfilment: String,
    /// A country, as two letters.
    pub country: String,
}

impl Default for OrderFilter {
    fn default() -> Self {
        Self {
            from: Instant::from_micros(i64::MIN),
            to: Instant::from_micros(i64::MAX),
            payment: String::new(),
            fulfilment: String::new(),
            country: String::new(),
        }
    }
}

wares_db::rows! {
    /// A row as it is read.
    pub struct Found {
        id: OrderId,
        number: String,
        created_at: Instant,
        email: String,
        name: Option<String>,
        country: String,
        n_pieces: i64,
        total_minor: i64,
        currency: Currency,
        state: String,
        payment_status: String,
        fulfilment_status: String,
        shipping_method: String,
    }
}

/// One order of a list.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// The order.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// When it was made.
    pub created_at: Instant,
    /// The buyer's address.
    pub email: String,
    /// Who gets it.
    pub name: String,
    /// Where it goes, as two letters.
    pub country: String,
    /// How many pieces.
    pub n_pieces: i64,
    /// What it costs.
    pub total: Money,
    /// The order's state.
    pub state: String,
    /// The payment's status.
    pub payment: String,
    /// The fulfilment's status.
    pub fulfilment: String,
    /// How it is sent.
    pub shipping_method: String,
}

impl From<Found> for OrderRow {
    fn from(row: Found) -> Self {
        Self {
            id: row.id,
            number: row.number,
            created_at: row.created_at,
            name: row.name.unwrap_or_default(),
            email: row.email,
            country: row.country,
            n_pieces: row.n_pieces,
            total: Money::new(row.total_minor, row.currency),
            state: row.state,
            payment: row.payment_status,
            fulfilment: row.fulfilment_status,
            shipping_method: row.shipping_method,
        }
    }
}

const ALL: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5 AND (NOT ?6 OR state IN ('placed', 'completed'))
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const OF_STATE: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE state = ?7 AND (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5 AND (?6 = '' OR country = ?6)
       AND (?8 = '' OR payment_status = ?8) AND (?9 = '' OR fulfilment_status = ?9)
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
/// In the words of the index `orders_to_send`.
const TO_SEND: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE state = 'placed' AND fulfilment_status IN ('unfulfilled', 'partially_shipped')
       AND (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5 AND (?6 = '' OR country = ?6)
       AND (?7 = '' OR payment_status = ?7) AND (?8 = '' OR fulfilment_status = ?8)
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const OF_COUNTRY: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE country = ?6 AND (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5
       AND (NOT ?7 OR state IN ('placed', 'completed'))
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const OF_PAYMENT: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE payment_status = ?8 AND (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5
       AND (?6 = '' OR country = ?6) AND (NOT ?7 OR state IN ('placed', 'completed')) AND (?9 = '' OR fulfilment_status = ?9)
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const OF_FULFILMENT: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE fulfilment_status = ?8 AND (created_at, id) < (?1, ?2) AND created_at >= ?4 AND created_at < ?5
       AND (?6 = '' OR country = ?6) AND (NOT ?7 OR state IN ('placed', 'completed'))
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const OF_EMAIL: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE email_key = ?1 AND (created_at, id) < (?2, ?3)
     ORDER BY created_at DESC, id DESC LIMIT ?4"
);
/// Numbers, e-mail addresses and tracking numbers over everything; names among the newest.
const FIND: Sql = sql!(
    "SELECT id, number, created_at, email, shipping_address->>'name', country, n_pieces, total_minor, currency, state, payment_status,
            fulfilment_status, shipping_method
     FROM orders
     WHERE id IN (
         SELECT id FROM orders WHERE number >= ?1 AND number < ?2
         UNION SELECT id FROM orders WHERE email_key = ?3
         UNION SELECT order_id FROM fulfilments WHERE tracking_number = ?4 AND tracking_number <> ''
         UNION SELECT id FROM (SELECT id, email_key, shipping_address FROM orders ORDER BY created_at DESC, id DESC LIMIT ?6) AS recent
             WHERE lower(shipping_address->>'name') LIKE ?5 ESCAPE '!' OR email_key LIKE ?5 ESCAPE '!')
     ORDER BY created_at DESC, id DESC LIMIT ?7"
);
const COUNT_OF_STATE: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM orders WHERE state = ?1 LIMIT ?2) AS counted");
const COUNT_TO_SEND: Sql = sql!(
    "SELECT count(*) FROM (SELECT 1 FROM orders WHERE state = 'placed'
         AND fulfilment_status IN ('unfulfilled', 'partially_shipped') LIMIT ?1) AS counted"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    ALL,
    OF_STATE,
    TO_SEND,
    OF_COUNTRY,
    OF_PAYMENT,
    OF_FULFILMENT,
    OF_EMAIL,
    FIND,
    COUNT_OF_STATE,
    COUNT_TO_SEND,
];

/// A page of orders, newest first.
pub async fn orders(
    conn: &mut Conn,
    view: OrderView,
    filter: &OrderFilter,
    after: After,
    size: usize,
) -> Result<Page<OrderRow>, DbError> {
    let OrderFilter {
        from,
        to,
        payment,
        fulfilment,
        country,
    } = filter;
    let (at, id, limit, sold) = (after.at, after.id, limit(size), view.only_sold());
    let found: Vec<Found> = match view.state() {
        Some(_) if view == OrderView::ToSend => {
            conn.all(TO_SEND, p![at, id, limit, from, to, country, payment, fulfilment])
                .await?
        }
        Some(state) => {
            conn.all(
                OF_STATE,
                p![at, id, limit, from, to, country, state, payment, fulfilment],
            )
            .await?
        }
        None if !payment.is_empty() => {
            conn.all(
                OF_PAYMENT,
                p![at, id, limit, from, to, country, sold, payment, fulfilment],
            )
            .await?
        }
        None if !fulfilment.is_empty() => {
            conn.all(OF_FULFILMENT, p![at, id, limit, from, to, country, sold, fulfilment])
                .await?
        }
        None if !country.is_empty() => conn.all(OF_COUNTRY, p![at, id, limit, from, to, country, sold]).await?,
        None => conn.all(ALL, p![at, id, limit, from, to, sold]).await?,
    };
    Ok(page(found, size))
}

/// A page of the orders of one e-mail address (its key), newest first.
pub async fn orders_of(conn: &mut Conn, email_key: &str, after: After, size: usize) -> Result<Page<OrderRow>, DbError> {
    let found = conn
        .all(OF_EMAIL, p![email_key, after.at, after.id, limit(size)])
        .await?;
    Ok(page(found, size))
}

/// The newest orders with this number (or its beginning), e-mail address, tracking number or name.
pub async fn find_orders(conn: &mut Conn, text: &str, size: usize) -> Result<Vec<OrderRow>, DbError> {
    let lower = text.trim().to_lowercase();
    let (from, to) = words::range(&text.trim().to_uppercase());
    let pattern = words::anywhere(&lower);
    let found: Vec<Found> = conn
        .all(FIND, p![from, to, lower, text.trim(), pattern, RECENT, limit(size)])
        .await?;
    Ok(found.into_iter().take(size).map(Into::into).collect())
}

/// How many orders a view has, at most [`COUNT_MAX`] and one more. Of all there is no count.
pub async fn count_orders(conn: &mut Conn, view: OrderView) -> Result<Option<i64>, DbError> {
    let Some(state) = view.state() else { return Ok(None) };
    let (n,): (i64,) = match view {
        OrderView::ToSend => conn.one(COUNT_TO_SEND, p![COUNT_MAX + 1]).await?,
        _ => conn.one(COUNT_OF_STATE, p![state, COUNT_MAX + 1]).await?,
    };
    Ok(Some(n))
}

fn page(found: Vec<Found>, size: usize) -> Page<OrderRow> {
    Page::cut(found, size, |row| After {
        at: row.created_at,
        id: row.id.uuid(),
    })
    .map(Into::into)
}

fn limit(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1)
}
