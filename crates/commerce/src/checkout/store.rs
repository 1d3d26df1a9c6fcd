//! All SQL about checkouts.

use serde_json::Value;
use wares_db::{Conn, DbError, FromRow, Row, Sql, Tx, p, sql};
use wares_kernel::{CartId, CheckoutId};

use super::checkout::Checkout;

const FIND: Sql = sql!(
    "SELECT cart_id, email, shipping_address, billing_address, shipping_method_id, payment_method, wants_marketing, gift_note, typed, shown
     FROM checkouts WHERE cart_id = ?1"
);
const SAVE: Sql = sql!(
    "INSERT INTO checkouts (id, cart_id, email, shipping_address, billing_address, shipping_method_id, payment_method, wants_marketing,
         gift_note, typed, shown, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)
     ON CONFLICT (cart_id) DO UPDATE SET email = excluded.email, shipping_address = excluded.shipping_address,
         billing_address = excluded.billing_address, shipping_method_id = excluded.shipping_method_id,
         payment_method = excluded.payment_method, wants_marketing = excluded.wants_marketing, gift_note = excluded.gift_note,
         typed = excluded.typed, shown = excluded.shown, updated_at = excluded.updated_at"
);

impl FromRow for Checkout {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            cart_id: row.get(0)?,
            email: row.get(1)?,
            shipping_address: json(row.get(2)?)?,
            billing_address: json(row.get(3)?)?,
            shipping_method_id: row.get(4)?,
            payment_method: row.get(5)?,
            wants_marketing: row.get(6)?,
            gift_note: row.get(7)?,
            typed: row.get(8)?,
            shown: json(row.get(9)?)?,
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(value: Option<Value>) -> Result<Option<T>, DbError> {
    let read = |value| serde_json::from_value(value).map_err(damaged);
    value.map(read).transpose()
}

fn damaged(error: serde_json::Error) -> DbError {
    DbError::Damaged(error.to_string())
}

fn value<T: serde::Serialize>(part: Option<&T>) -> Result<Option<Value>, DbError> {
    part.map(serde_json::to_value).transpose().map_err(damaged)
}

/// What is known for a cart; nothing yet when there is no row.
pub(super) async fn find(conn: &mut Conn, cart_id: CartId) -> Result<Checkout, DbError> {
    let found: Option<Checkout> = conn.opt(FIND, p![cart_id]).await?;
    Ok(found.unwrap_or_else(|| Checkout::empty(cart_id)))
}

/// Keeps what is known.
pub(super) async fn save(tx: &mut Tx, checkout: &Checkout) -> Result<(), DbError> {
    let (id, now): (CheckoutId, _) = (tx.new_id(), tx.now());
    let shipping = value(checkout.shipping_address.as_ref())?;
    let billing = value(checkout.billing_address.as_ref())?;
    let shown = value(checkout.shown.as_ref())?;
    let args = p![
        id,
        checkout.cart_id,
        checkout.email,
        shipping,
        billing,
        checkout.shipping_method_id,
        checkout.payment_method,
        checkout.wants_marketing,
        checkout.gift_note,
        checkout.typed,
        shown,
        now
    ];
    tx.exec(SAVE, args).await.map(drop)
}
