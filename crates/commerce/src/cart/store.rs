//! All SQL about carts.

pub(crate) mod owned;

use serde_json::{Value, json};
use wares_db::{Conn, DbError, FromRow, Row, Sql, Tx, p, rows, sql};
use wares_kernel::{CartId, CustomerId, Instant, Quantity, TokenHash, VariantId};

use self::owned::{Owned, owned};
use super::cart::CartOwner;
use super::notice::Notice;
use crate::catalog::{self, Photo, SaleTerms};
use crate::pricing::discount::Code;

const CURRENT: Owned = owned!("SELECT id FROM carts WHERE ordered_at IS NULL AND ", "");
const OPEN: Owned = owned!(
    "SELECT id, ordered_at, customer_id, notices, codes FROM carts WHERE ordered_at IS NULL AND ",
    ""
);
const LAST_ORDERED: Owned = owned!(
    "SELECT id FROM carts WHERE ordered_at IS NOT NULL AND ",
    " ORDER BY ordered_at DESC, id DESC LIMIT 1"
);
const OWNER: Sql = sql!("SELECT token_hash, customer_id FROM carts WHERE id = ?1");
const INSERT: Sql = sql!(
    "INSERT INTO carts (id, token_hash, customer_id, notices, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
     ON CONFLICT DO NOTHING"
);
/// Touching the row locks it: nothing is put into a cart while it is being ordered, and nothing into one that was.
const TOUCH_CURRENT: Owned = owned!(
    "UPDATE carts SET updated_at = ?2 WHERE ordered_at IS NULL AND ",
    " RETURNING id"
);
const LOCK: Sql = sql!(
    lite: "SELECT id, ordered_at, customer_id, notices, codes FROM carts WHERE id = ?1 AND (token_hash = ?2 OR customer_id = ?3)",
    pg: "SELECT id, ordered_at, customer_id, notices, codes FROM carts WHERE id = $1 AND (token_hash = $2 OR customer_id = $3) FOR UPDATE",
);
/// Opens an ordered cart again unless its owner has another open one.
const REOPEN: Sql = sql!(
    "UPDATE carts SET ordered_at = NULL, updated_at = ?2 WHERE id = ?1 AND ordered_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM carts o WHERE o.ordered_at IS NULL AND o.token_hash = carts.token_hash)
         AND NOT EXISTS (SELECT 1 FROM carts o WHERE o.ordered_at IS NULL AND o.customer_id = carts.customer_id)"
);
const HAND_OVER: Sql = sql!("UPDATE carts SET customer_id = ?2, token_hash = NULL WHERE id = ?1");
const TOUCH: Sql = sql!("UPDATE carts SET updated_at = ?2 WHERE id = ?1 AND ordered_at IS NULL");
const LINES: Sql = sql!(
    "SELECT variant_id, quantity, price_seen_minor FROM cart_lines WHERE cart_id = ?1 ORDER BY added_at, variant_id"
);
/// The lines with all that their buyer is shown of them: what a cart's page and each step of checkout ask, in one statement.
const FILLED: Sql = sql!(
    "SELECT v.id, p.id, p.slug, p.title, v.title, v.sku, v.price_minor, v.was_minor, p.tax_class, v.weight_g, v.needs_shipping,
            p.status = 'active' AND v.is_active, coalesce(v.image_id, p.image_id), p.category_id,
            l.quantity, l.price_seen_minor, s.on_hand - s.reserved, s.may_backorder,
            i.content_key, i.width, i.height, i.colour, i.white_background, i.has_avif, ''
     FROM cart_lines l JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id
     LEFT JOIN stock s ON s.variant_id = v.id LEFT JOIN images i ON i.id = coalesce(v.image_id, p.image_id)
     WHERE l.cart_id = ?1 ORDER BY l.added_at, l.variant_id"
);
const LINE: Sql =
    sql!("SELECT variant_id, quantity, price_seen_minor FROM cart_lines WHERE cart_id = ?1 AND variant_id = ?2");
const COUNT_LINES: Sql = sql!("SELECT count(*) FROM cart_lines WHERE cart_id = ?1");
const COUNT_PIECES: Sql = sql!("SELECT CAST(coalesce(sum(quantity), 0) AS bigint) FROM cart_lines WHERE cart_id = ?1");
/// The cart is looked up first: as a join, where the owner has no open cart, SQLite would go through the lines of all.
const COUNT_OPEN: Owned = owned!(
    "SELECT CAST(coalesce(sum(quantity), 0) AS bigint) FROM cart_lines
     WHERE cart_id = (SELECT id FROM carts WHERE ordered_at IS NULL AND ",
    ")"
);
const PUT_LINE: Sql = sql!(
    "INSERT INTO cart_lines (cart_id, variant_id, quantity, price_seen_minor, added_at) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity, price_seen_minor = excluded.price_seen_minor"
);
const DELETE_LINE: Sql = sql!("DELETE FROM cart_lines WHERE cart_id = ?1 AND variant_id = ?2");
const SEE_PRICE: Sql = sql!("UPDATE cart_lines SET price_seen_minor = ?3 WHERE cart_id = ?1 AND variant_id = ?2");
const HEAD: Sql = sql!("SELECT id, ordered_at, customer_id, notices, codes FROM carts WHERE id = ?1");
const SET_CODES: Sql = sql!("UPDATE carts SET codes = ?2 WHERE id = ?1");
const SET_NOTICES: Sql = sql!("UPDATE carts SET notices = ?2 WHERE id = ?1");
const CLOSE: Sql = sql!("UPDATE carts SET ordered_at = ?2 WHERE id = ?1 AND ordered_at IS NULL");
const DELETE: Sql = sql!("DELETE FROM carts WHERE id = ?1 AND ordered_at IS NULL");
const PRESS_SINCE: Sql =
    sql!("SELECT result FROM idempotency WHERE scope = 'cart.add' AND key = ?1 AND created_at >= ?2");
const NOTE_PRESS: Sql = sql!(
    "INSERT INTO idempotency (scope, key, result, created_at) VALUES ('cart.add', ?1, ?2, ?3)
     ON CONFLICT (scope, key) DO UPDATE SET result = excluded.result, created_at = excluded.created_at"
);
const PRUNE_PRESSES: Sql = sql!("DELETE FROM idempotency WHERE scope = 'cart.add' AND created_at < ?1");
const PRUNE: Sql = sql!("DELETE FROM carts WHERE customer_id IS NULL AND updated_at < ?1 AND ordered_at IS NULL");

/// Every statement that finds a cart by its owner, for the test that looks at their plans.
#[cfg(test)]
pub(super) const OWNED: [Owned; 5] = [CURRENT, OPEN, LAST_ORDERED, TOUCH_CURRENT, COUNT_OPEN];

rows! {
    /// One line of a cart as it is kept.
    pub struct Wish {
        /// What is wished for.
        variant_id: VariantId,
        /// How many.
        quantity: Quantity,
        /// The price the buyer last saw, in minor units.
        price_seen_minor: i64,
    }
}

/// The owner's open cart.
pub async fn current(conn: &mut Conn, owner: &CartOwner) -> Result<Option<CartId>, DbError> {
    one_id(conn, CURRENT, owner).await
}

/// The owner's latest cart that became an order.
pub async fn last_ordered(conn: &mut Conn, owner: &CartOwner) -> Result<Option<CartId>, DbError> {
    one_id(conn, LAST_ORDERED, owner).await
}

async fn one_id(conn: &mut Conn, owned: Owned, owner: &CartOwner) -> Result<Option<CartId>, DbError> {
    let found: Option<(CartId,)> = conn.opt(owned.of(owner), p![owner.key()]).await?;
    Ok(found.map(|(id,)| id))
}

/// Whose cart this is.
pub async fn owner_of(conn: &mut Conn, cart_id: CartId) -> Result<Option<CartOwner>, DbError> {
    let found: Option<(Option<TokenHash>, Option<CustomerId>)> = conn.opt(OWNER, p![cart_id]).await?;
    Ok(found.and_then(|(hash, customer)| customer.map(CartOwner::Customer).or(hash.map(CartOwner::Visitor))))
}

/// The lines of a cart, in the order they were added.
pub async fn wishes(conn: &mut Conn, cart_id: CartId) -> Result<Vec<Wish>, DbError> {
    conn.all(LINES, p![cart_id]).await
}

/// The owner's open cart, locked; made if there is none. Two requests that make one at the same time get the same.
pub(super) async fn open(tx: &mut Tx, owner: &CartOwner) -> Result<CartId, DbError> {
    loop {
        if let Some(id) = lock_current(tx, owner).await? {
            return Ok(id);
        }
        let id: CartId = tx.new_id();
        let (hash, customer, now) = (owner.token_hash(), owner.keeper(), tx.now());
        let none = json!([]);
        if tx.exec(INSERT, p![id, hash, customer, none, now]).await? == 1 {
            return Ok(id);
        }
        // Another window made it just now.
    }
}

/// The owner's open cart, locked.
pub async fn lock_current(tx: &mut Tx, owner: &CartOwner) -> Result<Option<CartId>, DbError> {
    let now = tx.now();
    let found: Option<(CartId,)> = tx.opt(TOUCH_CURRENT.of(owner), p![owner.key(), now]).await?;
    Ok(found.map(|(id,)| id))
}

/// Locks a cart of this owner, open or ordered, until the unit of work is over. `None` when it is not theirs.
pub async fn lock(tx: &mut Tx, cart_id: CartId, owner: &CartOwner) -> Result<Option<Head>, DbError> {
    let (hash, customer) = (owner.token_hash(), owner.keeper());
    tx.opt(LOCK, p![cart_id, hash, customer]).await
}

/// Opens an ordered cart again; answers whether it could be.
pub(super) async fn reopen(tx: &mut Tx, cart_id: CartId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(REOPEN, p![cart_id, now]).await? == 1)
}

/// Makes a browser's cart a customer's.
pub(super) async fn hand_over(tx: &mut Tx, cart_id: CartId, customer_id: CustomerId) -> Result<(), DbError> {
    tx.exec(HAND_OVER, p![cart_id, customer_id]).await.map(drop)
}

/// The line of a variant.
pub(super) async fn wish(conn: &mut Conn, cart_id: CartId, variant_id: VariantId) -> Result<Option<Wish>, DbError> {
    conn.opt(LINE, p![cart_id, variant_id]).await
}

/// How many lines there are.
pub(super) async fn count_lines(conn: &mut Conn, cart_id: CartId) -> Result<usize, DbError> {
    let (n,): (i64,) = conn.one(COUNT_LINES, p![cart_id]).await?;
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

/// How many pieces are in the owner's open cart.
pub async fn count(conn: &mut Conn, owner: &CartOwner) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(COUNT_OPEN.of(owner), p![owner.key()]).await?;
    Ok(n)
}

/// How many pieces there are.
pub(super) async fn count_pieces(conn: &mut Conn, cart_id: CartId) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(COUNT_PIECES, p![cart_id]).await?;
    Ok(n)
}

/// Writes a line and notes that the cart was used.
pub(super) async fn put(tx: &mut Tx, cart_id: CartId, wish: &Wish) -> Result<(), DbError> {
    let now = tx.now();
    tx.batch()
        .add(
            PUT_LINE,
            p![cart_id, wish.variant_id, wish.quantity, wish.price_seen_minor, now],
        )
        .add(TOUCH, p![cart_id, now])
        .send()
        .await
}

/// Takes a line out; answers whether it was there.
pub(super) async fn delete_line(tx: &mut Tx, cart_id: CartId, variant_id: VariantId) -> Result<bool, DbError> {
    let now = tx.now();
    let changed = tx
        .batch()
        .add(DELETE_LINE, p![cart_id, variant_id])
        .add(TOUCH, p![cart_id, now])
        .run()
        .await?;
    Ok(changed.first() == Some(&1))
}

/// Notes the price the buyer has seen.
pub(super) async fn see_price(tx: &mut Tx, cart_id: CartId, variant_id: VariantId, price: i64) -> Result<(), DbError> {
    tx.send(SEE_PRICE, p![cart_id, variant_id, price]).await
}

/// A cart without its lines.
#[derive(Debug, Clone)]
pub struct Head {
    /// The cart.
    pub id: CartId,
    /// When it became an order; nothing while it is open.
    pub ordered_at: Option<Instant>,
    /// Whose it is, if they have an account.
    pub customer_id: Option<CustomerId>,
    /// What the buyer has to be told.
    pub notices: Vec<Notice>,
    /// The codes they have entered.
    pub codes: Vec<Code>,
}

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get(0)?,
            ordered_at: row.get(1)?,
            customer_id: row.get(2)?,
            notices: row.json(3)?,
            codes: row.json(4)?,
        })
    }
}

/// A cart's own row.
pub(super) async fn head(conn: &mut Conn, cart_id: CartId) -> Result<Head, DbError> {
    conn.one(HEAD, p![cart_id]).await
}

/// The owner's open cart, without its lines.
pub(super) async fn open_head(conn: &mut Conn, owner: &CartOwner) -> Result<Option<Head>, DbError> {
    conn.opt(OPEN.of(owner), p![owner.key()]).await
}

/// A line with what is sold under it today.
pub(super) struct Filled {
    pub(super) terms: SaleTerms,
    pub(super) quantity: Quantity,
    /// In minor units.
    pub(super) price_seen_minor: i64,
    /// How many may be sold, and whether more may; nothing of what has no stock kept.
    pub(super) stock: Option<(i64, bool)>,
    pub(super) photo: Option<Photo>,
}

impl FromRow for Filled {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let (left, may_backorder): (Option<i64>, Option<bool>) = (row.get(16)?, row.get(17)?);
        Ok(Self {
            terms: SaleTerms::from_row(row)?,
            quantity: row.get(14)?,
            price_seen_minor: row.get(15)?,
            stock: left.zip(may_backorder),
            photo: catalog::photo_at(row, 18)?,
        })
    }
}

/// The lines of a cart as they would be bought today, in the order they were added.
pub(super) async fn filled(conn: &mut Conn, cart_id: CartId) -> Result<Vec<Filled>, DbError> {
    conn.all(FILLED, p![cart_id]).await
}

/// Replaces the codes.
pub(super) async fn set_codes(tx: &mut Tx, cart_id: CartId, codes: &[Code]) -> Result<(), DbError> {
    let codes = serde_json::to_value(codes).map_err(|error| DbError::Damaged(error.to_string()))?;
    tx.send(SET_CODES, p![cart_id, codes]).await
}

/// Replaces what the buyer has to be told.
pub(super) async fn set_notices(tx: &mut Tx, cart_id: CartId, notices: &[Notice]) -> Result<(), DbError> {
    let notices = serde_json::to_value(notices).map_err(|error| DbError::Damaged(error.to_string()))?;
    tx.send(SET_NOTICES, p![cart_id, notices]).await
}

/// Marks the cart as ordered; answers whether it was open.
pub(super) async fn close(tx: &mut Tx, cart_id: CartId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(CLOSE, p![cart_id, now]).await? == 1)
}

/// Deletes an open cart with its lines.
pub(super) async fn delete(tx: &mut Tx, cart_id: CartId) -> Result<(), DbError> {
    tx.exec(DELETE, p![cart_id]).await.map(drop)
}

/// Deletes the open carts of browsers that were not used since `before`.
pub(super) async fn prune(tx: &mut Tx, before: Instant) -> Result<u64, DbError> {
    tx.exec(PRUNE_PRESSES, p![before]).await?;
    tx.exec(PRUNE, p![before]).await
}

/// What the last press of a cart's button was, if it was not before `since`.
pub(super) async fn press_since(tx: &mut Tx, cart_id: CartId, since: Instant) -> Result<Option<Value>, DbError> {
    let found = tx.opt::<(Value,)>(PRESS_SINCE, p![cart_id.to_string(), since]).await?;
    Ok(found.map(|(press,)| press))
}

/// Notes what the button was pressed for.
pub(super) async fn note_press(tx: &mut Tx, cart_id: CartId, press: &Value) -> Result<(), DbError> {
    let now = tx.now();
    tx.send(NOTE_PRESS, p![cart_id.to_string(), *press, now]).await
}
