//! All SQL about checkouts.

use serde_json::Value;
use wares_db::{Conn, DbError, FromRow, Row, Sql, Tx, p, sql};
use wares_kernel::{CartId, CheckoutId};

use super::checkout::Checkout;
use crate::cart::owned::{Owned, owned};
use crate::cart::{CartOwner, Head};

const FIND: Sql = sql!(
    "SELECT cart_id, email, shipping_address, billing_address, shipping_method_id, payment_method, wants_marketing, gift_note, typed, shown
     FROM checkouts WHERE cart_id = ?1"
);
/// The owner's open cart without its lines, as [`cart::Head`] reads it, and what is known for it.
const OPEN: Owned = owned!(
    "SELECT c.id, c.ordered_at, c.customer_id, c.notices, c.codes, k.cart_id, k.email, k.shipping_address, k.billing_address,
            k.shipping_method_id, k.payment_method, k.wants_marketing, k.gift_note, k.typed, k.shown
     FROM carts c LEFT JOIN checkouts k ON k.cart_id = c.id
     WHERE c.ordered_at IS NULL AND c.",
    ""
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
        checkout_at(row, 0)
    }
}

/// The checkout whose columns begin with this one.
fn checkout_at(row: &Row<'_>, first: usize) -> Result<Checkout, DbError> {
    Ok(Checkout {
        cart_id: row.get(first)?,
        email: row.get(first + 1)?,
        shipping_address: row.json_opt(first + 2)?,
        billing_address: row.json_opt(first + 3)?,
        shipping_method_id: row.get(first + 4)?,
        payment_method: row.get(first + 5)?,
        wants_marketing: row.get(first + 6)?,
        gift_note: row.get(first + 7)?,
        typed: row.get(first + 8)?,
        shown: row.json_opt(first + 9)?,
    })
}

/// An open cart and its checkout.
struct Opened(Head, Checkout);

impl FromRow for Opened {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let head = Head::from_row(row)?;
        let is_begun = row.get::<Option<CartId>>(5)?.is_some();
        let checkout = if is_begun {
            checkout_at(row, 5)?
        } else {
            Checkout::empty(head.id)
        };
        Ok(Self(head, checkout))
    }
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

/// The owner's open cart, without its lines, and what is known for it; nothing when there is no cart.
pub(super) async fn open(conn: &mut Conn, owner: &CartOwner) -> Result<Option<(Head, Checkout)>, DbError> {
    let found: Option<Opened> = conn.opt(OPEN.of(owner), p![owner.key()]).await?;
    Ok(found.map(|Opened(head, checkout)| (head, checkout)))
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
    tx.send(SAVE, args).await
}
