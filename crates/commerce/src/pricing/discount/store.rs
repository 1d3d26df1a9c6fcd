//! All SQL about promotions.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wares_db::{Conn, DbError, FromRow, Row, Sql, Tx, ids, p, rows, sql};
use wares_kernel::{CategoryId, CustomerId, Instant, OrderId, ProductId, PromotionId};

use super::code::Code;
use super::promotion::{Given, Kept, Limits, Promotion, Scope, Window};

const AUTOMATIC: Sql = sql!(
    "SELECT p.id, p.name, p.given, p.benefit, p.scope, p.minimum_minor, p.starts_at, p.ends_at, p.uses_max, p.uses_each_max, p.combines,
            p.n_uses, p.stopped_at, p.version, NULL
     FROM promotions p
     WHERE p.given = 'automatic' AND p.stopped_at IS NULL AND p.starts_at <= ?1 AND (p.ends_at IS NULL OR p.ends_at > ?1) ORDER BY p.id"
);
const FIND: Sql = sql!(
    "SELECT p.id, p.name, p.given, p.benefit, p.scope, p.minimum_minor, p.starts_at, p.ends_at, p.uses_max, p.uses_each_max, p.combines,
            p.n_uses, p.stopped_at, p.version, (SELECT min(c.code) FROM promotion_codes c WHERE c.promotion_id = p.id AND p.given = 'code')
     FROM promotions p WHERE p.id = ?1"
);
const BY_CODE: Sql = sql!(
    "SELECT c.promotion_id, c.code, CASE WHEN c.uses_max IS NOT NULL AND c.n_uses >= c.uses_max THEN true ELSE false END
     FROM promotion_codes c WHERE c.code_key = ?1"
);
const USED_BY: Sql = sql!(
    "SELECT CAST(coalesce(max(n_uses), 0) AS bigint) FROM promotion_buyers WHERE promotion_id = ?1 AND buyer IN (?2, ?3)"
);
/// Of some products those listed in some categories or below them.
const LISTED_IN: Sql = sql!(
    lite: "WITH RECURSIVE down (id) AS (
               SELECT unhex(value) FROM json_each(?1) UNION SELECT c.id FROM categories c JOIN down ON c.parent_id = down.id)
           SELECT DISTINCT pc.product_id FROM product_categories pc JOIN down ON pc.category_id = down.id
           WHERE pc.product_id IN (SELECT unhex(value) FROM json_each(?2))",
    pg: "WITH RECURSIVE down (id) AS (
             SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb) AS wanted (value)
             UNION SELECT c.id FROM categories c JOIN down ON c.parent_id = down.id)
         SELECT DISTINCT pc.product_id FROM product_categories pc JOIN down ON pc.category_id = down.id
         WHERE pc.product_id IN (SELECT value::uuid FROM jsonb_array_elements_text($2::jsonb) AS had (value))",
);

// Taking a use, and giving it back. Where there is no limit in all, the row is shared instead of written, so that buyers do not wait for each
// other; whoever changes the promotion waits for them.

pub(super) const COUNT_USE: Sql = sql!(
    "UPDATE promotions SET n_uses = n_uses + 1 WHERE id = ?1 AND stopped_at IS NULL AND uses_max IS NOT NULL AND n_uses < uses_max"
);
const SHARE_UNLIMITED: Sql = sql!(
    lite: "SELECT 1 FROM promotions WHERE id = ?1 AND stopped_at IS NULL AND uses_max IS NULL",
    pg: "SELECT 1::bigint FROM promotions WHERE id = $1 AND stopped_at IS NULL AND uses_max IS NULL FOR SHARE",
);
pub(super) const UNCOUNT_USE: Sql =
    sql!("UPDATE promotions SET n_uses = n_uses - 1 WHERE id = ?1 AND uses_max IS NOT NULL");
pub(super) const COUNT_CODE: Sql = sql!(
    "UPDATE promotion_codes SET n_uses = n_uses + 1 WHERE code_key = ?1 AND uses_max IS NOT NULL AND n_uses < uses_max"
);
const IS_UNLIMITED_CODE: Sql =
    sql!("SELECT promotion_id FROM promotion_codes WHERE code_key = ?1 AND uses_max IS NULL");
pub(super) const UNCOUNT_CODE: Sql =
    sql!("UPDATE promotion_codes SET n_uses = n_uses - 1 WHERE code_key = ?1 AND uses_max IS NOT NULL");
pub(super) const COUNT_BUYER: Sql = sql!(
    "INSERT INTO promotion_buyers (promotion_id, buyer, n_uses) VALUES (?1, ?2, 1)
     ON CONFLICT (promotion_id, buyer) DO UPDATE SET n_uses = promotion_buyers.n_uses + 1
     WHERE promotion_buyers.n_uses < coalesce((SELECT p.uses_each_max FROM promotions p WHERE p.id = ?1), 9000000000000000)"
);
pub(super) const UNCOUNT_BUYER: Sql =
    sql!("UPDATE promotion_buyers SET n_uses = n_uses - 1 WHERE promotion_id = ?1 AND buyer = ?2");
const KEEP_USE: Sql = sql!(
    "INSERT INTO promotion_uses (order_id, promotion_id, code_key, email_key, customer_id, goods_minor, delivery_minor, uses_each_max,
         state, taken_at)
     SELECT ?1, p.id, ?3, ?4, ?5, ?6, ?7, p.uses_each_max, 'taken', ?8 FROM promotions p WHERE p.id = ?2
     ON CONFLICT (order_id, promotion_id) DO UPDATE SET state = 'taken', taken_at = excluded.taken_at, released_at = NULL"
);
const RELEASE_USES: Sql = sql!(
    "UPDATE promotion_uses SET state = 'released', released_at = ?2 WHERE order_id = ?1 AND state = 'taken'
     RETURNING promotion_id, code_key, email_key, customer_id"
);

// What staff change.

const LOCK: Sql = sql!("UPDATE promotions SET version = version + 1 WHERE id = ?1 AND version = ?2");
const INSERT: Sql = sql!(
    "INSERT INTO promotions (id, name, given, benefit, scope, minimum_minor, starts_at, ends_at, uses_max, uses_each_max, combines, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
);
const CHANGE: Sql = sql!(
    "UPDATE promotions SET name = ?2, benefit = ?3, scope = ?4, minimum_minor = ?5, starts_at = ?6, ends_at = ?7, uses_max = ?8,
         uses_each_max = ?9, combines = ?10,
         n_uses = (SELECT count(*) FROM promotion_uses u WHERE u.promotion_id = promotions.id AND u.state = 'taken')
     WHERE id = ?1"
);
const STOP: Sql = sql!("UPDATE promotions SET stopped_at = ?2 WHERE id = ?1 AND stopped_at IS NULL");
const ADD_CODE: Sql = sql!(
    "INSERT INTO promotion_codes (code_key, promotion_id, code, uses_max, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (code_key) DO NOTHING"
);
const DROP_OTHER_CODES: Sql = sql!("DELETE FROM promotion_codes WHERE promotion_id = ?1 AND code_key <> ?2");
const OWNER_OF_CODE: Sql = sql!("SELECT promotion_id FROM promotion_codes WHERE code_key = ?1");
const RENAME_CODE: Sql = sql!("UPDATE promotion_codes SET code = ?2 WHERE code_key = ?1");
const N_CODES: Sql = sql!("SELECT count(*) FROM promotion_codes WHERE promotion_id = ?1");
const N_USES: Sql = sql!("SELECT count(*) FROM promotion_uses WHERE promotion_id = ?1 AND state = 'taken'");
const CODES_AFTER: Sql = sql!(
    "SELECT code_key, code, n_uses FROM promotion_codes WHERE promotion_id = ?1 AND code_key > ?2 ORDER BY code_key LIMIT ?3"
);

/// Every statement of this module, for the test that has both engines understand them.
#[cfg(test)]
pub(super) const ALL: &[Sql] = &[
    AUTOMATIC,
    FIND,
    BY_CODE,
    USED_BY,
    LISTED_IN,
    COUNT_USE,
    SHARE_UNLIMITED,
    UNCOUNT_USE,
    COUNT_CODE,
    IS_UNLIMITED_CODE,
    UNCOUNT_CODE,
    COUNT_BUYER,
    UNCOUNT_BUYER,
    KEEP_USE,
    RELEASE_USES,
    LOCK,
    INSERT,
    CHANGE,
    STOP,
    ADD_CODE,
    DROP_OTHER_CODES,
    OWNER_OF_CODE,
    RENAME_CODE,
    N_CODES,
    N_USES,
    CODES_AFTER,
];

rows! {
    /// A code of a bulk.
    pub struct CodeRow {
        /// What it is looked up by, in whose order they come.
        key: String,
        /// As it is shown.
        code: String,
        /// How often it was used.
        n_uses: i64,
    }
}

/// A use that was given back.
pub(super) struct Released {
    pub(super) promotion_id: PromotionId,
    pub(super) code_key: Option<String>,
    pub(super) email_key: String,
    pub(super) customer_id: Option<CustomerId>,
}

impl FromRow for Released {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            promotion_id: row.get(0)?,
            code_key: row.get(1)?,
            email_key: row.get(2)?,
            customer_id: row.get(3)?,
        })
    }
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let given: String = row.get(2)?;
        let code: Option<String> = row.get(14)?;
        let given = match (given.as_str(), code) {
            ("automatic", _) => Given::Automatically,
            ("code", Some(code)) => Given::Code(code.parse().map_err(damaged)?),
            _ => Given::UniqueCodes,
        };
        let stored = |value: Value| serde_json::from_value(value).map_err(damaged);
        let Scopes { scope, gets } = stored_scopes(row.get(4)?)?;
        Ok(Self {
            id: row.get(0)?,
            terms: Promotion {
                name: row.get(1)?,
                given,
                benefit: stored(row.get(3)?)?,
                scope,
                gets,
                minimum_minor: above_zero(row.get(5)?)?,
                window: Window::new(row.get(6)?, row.get(7)?).map_err(damaged)?,
                limits: Limits {
                    in_all: above_zero(row.get(8)?)?,
                    each: above_zero(row.get(9)?)?,
                },
                combines: row.get(10)?,
            },
            n_counted: row.get(11)?,
            stopped_at: row.get(12)?,
            version: row.get(13)?,
        })
    }
}

/// What the column `scope` holds: what a promotion is for, and what one gets by it.
#[derive(Serialize, Deserialize)]
struct Scopes {
    #[serde(flatten)]
    scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gets: Option<Scope>,
}

fn scopes(terms: &Promotion) -> Result<Value, DbError> {
    let (scope, gets) = (terms.scope.clone(), terms.gets.clone());
    serde_json::to_value(Scopes { scope, gets }).map_err(damaged)
}

fn stored_scopes(column: Value) -> Result<Scopes, DbError> {
    serde_json::from_value(column).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> DbError {
    DbError::Damaged(error.to_string())
}

fn above_zero(number: Option<u32>) -> Result<Option<NonZeroU32>, DbError> {
    let read = |number| NonZeroU32::new(number).ok_or_else(|| damaged("a limit of a promotion is above zero"));
    number.map(read).transpose()
}

/// Those that are given by themselves at `now`.
pub(super) async fn automatic(conn: &mut Conn, now: Instant) -> Result<Vec<Kept>, DbError> {
    conn.all(AUTOMATIC, p![now]).await
}

/// A promotion.
pub async fn find(conn: &mut Conn, id: PromotionId) -> Result<Option<Kept>, DbError> {
    conn.opt(FIND, p![id]).await
}

/// The promotion of a code, the code as it is shown, and whether this code has been used up.
pub(super) async fn by_code(conn: &mut Conn, key: &str) -> Result<Option<(PromotionId, String, bool)>, DbError> {
    conn.opt(BY_CODE, p![key]).await
}

/// How often one of these has used a promotion, at most.
pub(super) async fn used_by(conn: &mut Conn, id: PromotionId, buyers: [&str; 2]) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(USED_BY, p![id, buyers[0], buyers[1]]).await?;
    Ok(n)
}

/// Of `products` those that are listed in `categories` or below them.
pub(super) async fn listed_in(
    conn: &mut Conn,
    categories: &[CategoryId],
    products: &[ProductId],
) -> Result<Vec<ProductId>, DbError> {
    let (categories, products) = (ids(categories.iter().copied()), ids(products.iter().copied()));
    let found: Vec<(ProductId,)> = conn.all(LISTED_IN, p![categories, products]).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Whether the promotion is there, goes on and has no limit in all; holds it so until the unit of work is over.
pub(super) async fn share_unlimited(tx: &mut Tx, id: PromotionId) -> Result<bool, DbError> {
    Ok(tx.opt::<(i64,)>(SHARE_UNLIMITED, p![id]).await?.is_some())
}

/// Whether the code is there and has no limit of its own.
pub(super) async fn is_unlimited_code(tx: &mut Tx, key: &str) -> Result<bool, DbError> {
    Ok(tx.opt::<(PromotionId,)>(IS_UNLIMITED_CODE, p![key]).await?.is_some())
}

/// What an order was given, to be kept.
pub(super) struct Use<'a> {
    pub(super) order_id: OrderId,
    pub(super) promotion_id: PromotionId,
    pub(super) code_key: Option<&'a str>,
    pub(super) email_key: &'a str,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) goods_minor: i64,
    pub(super) delivery_minor: i64,
}

/// Keeps a use.
pub(super) async fn keep_use(tx: &mut Tx, used: &Use<'_>) -> Result<(), DbError> {
    let now = tx.now();
    let args = p![
        used.order_id,
        used.promotion_id,
        used.code_key,
        used.email_key,
        used.customer_id,
        used.goods_minor,
        used.delivery_minor,
        now
    ];
    tx.send(KEEP_USE, args).await
}

/// Marks what an order holds as given back; answers it in the order in which it was taken.
pub(super) async fn release_uses(tx: &mut Tx, order_id: OrderId) -> Result<Vec<Released>, DbError> {
    let now = tx.now();
    let mut released: Vec<Released> = tx.all(RELEASE_USES, p![order_id, now]).await?;
    released.sort_by_key(|used| used.promotion_id);
    Ok(released)
}

/// Locks a promotion of this version until the unit of work is over; `false` when it is another one now.
pub(super) async fn lock(tx: &mut Tx, id: PromotionId, version: i64) -> Result<bool, DbError> {
    Ok(tx.exec(LOCK, p![id, version]).await? == 1)
}

fn minor(amount: Option<NonZeroU32>) -> Option<i64> {
    amount.map(|amount| amount.get().into())
}

/// Writes a new promotion, without codes.
pub(super) async fn insert(tx: &mut Tx, id: PromotionId, terms: &Promotion) -> Result<(), DbError> {
    let given = match terms.given {
        Given::Automatically => "automatic",
        Given::Code(_) => "code",
        Given::UniqueCodes => "codes",
    };
    let benefit = serde_json::to_value(terms.benefit).map_err(damaged)?;
    let scope = scopes(terms)?;
    let (minimum, now) = (minor(terms.minimum_minor), tx.now());
    let (from, until) = (terms.window.from(), terms.window.until());
    let (in_all, each) = (minor(terms.limits.in_all), minor(terms.limits.each));
    let args = p![
        id,
        terms.name,
        *given,
        benefit,
        scope,
        minimum,
        from,
        until,
        in_all,
        each,
        terms.combines,
        now
    ];
    tx.exec(INSERT, args).await.map(drop)
}

/// Writes a locked promotion anew and counts its uses.
pub(super) async fn change(tx: &mut Tx, id: PromotionId, terms: &Promotion) -> Result<(), DbError> {
    let benefit = serde_json::to_value(terms.benefit).map_err(damaged)?;
    let scope = scopes(terms)?;
    let minimum = minor(terms.minimum_minor);
    let (from, until) = (terms.window.from(), terms.window.until());
    let (in_all, each) = (minor(terms.limits.in_all), minor(terms.limits.each));
    let args = p![
        id,
        terms.name,
        benefit,
        scope,
        minimum,
        from,
        until,
        in_all,
        each,
        terms.combines
    ];
    tx.exec(CHANGE, args).await.map(drop)
}

/// Ends a promotion; answers whether it was going on.
pub(super) async fn stop(tx: &mut Tx, id: PromotionId) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.exec(STOP, p![id, now]).await? == 1)
}

/// Adds codes that work once each; answers how many were not there before.
pub(super) async fn add_codes(tx: &mut Tx, id: PromotionId, codes: &[Code]) -> Result<u64, DbError> {
    let keys: Vec<String> = codes.iter().map(Code::key).collect();
    let (once, now) = (1_i64, tx.now());
    let mut batch = tx.batch();
    for (code, key) in codes.iter().zip(&keys) {
        batch = batch.add(ADD_CODE, p![*key, id, *code.as_str(), once, now]);
    }
    Ok(batch.run().await?.iter().sum())
}

/// Makes `code` the one code of a promotion; answers whether it was free, or this promotion's before.
pub(super) async fn set_code(tx: &mut Tx, id: PromotionId, code: &Code) -> Result<bool, DbError> {
    let (key, none, now) = (code.key(), None::<i64>, tx.now());
    tx.exec(ADD_CODE, p![key, id, *code.as_str(), none, now]).await?;
    let (owner,): (PromotionId,) = tx.one(OWNER_OF_CODE, p![key]).await?;
    if owner != id {
        return Ok(false);
    }
    tx.exec(RENAME_CODE, p![key, *code.as_str()]).await?;
    tx.exec(DROP_OTHER_CODES, p![id, key]).await?;
    Ok(true)
}

/// How many codes a promotion has.
pub async fn n_codes(conn: &mut Conn, id: PromotionId) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_CODES, p![id]).await?;
    Ok(n)
}

/// How many orders hold a promotion.
pub(super) async fn n_uses(conn: &mut Conn, id: PromotionId) -> Result<i64, DbError> {
    let (n,): (i64,) = conn.one(N_USES, p![id]).await?;
    Ok(n)
}

/// The codes of a promotion after this key, in the order of their keys: for taking them out piece by piece.
pub async fn codes_after(conn: &mut Conn, id: PromotionId, key: &str, size: i64) -> Result<Vec<CodeRow>, DbError> {
    conn.all(CODES_AFTER, p![id, key, size]).await
}
