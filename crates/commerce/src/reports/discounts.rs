//! Discounts as staff list them, and what was sold with them.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::{After, Instant, OrderId, Page, ProductId, PromotionId};

use super::words;

/// The saved views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscountView {
    /// Everything.
    All,
    /// Given now.
    Active,
    /// Given later.
    Scheduled,
    /// Used as often as they may be.
    UsedUp,
    /// Over or stopped.
    Ended,
}

impl DiscountView {
    fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Active => "active",
            Self::Scheduled => "scheduled",
            Self::UsedUp => "used_up",
            Self::Ended => "ended",
        }
    }
}

wares_db::rows! {
    /// One discount of a list: what orders that count or wait have of it.
    pub struct DiscountRow {
        /// The promotion.
        id: PromotionId,
        /// When it was made.
        created_at: Instant,
        /// How many orders hold it.
        n_uses: i64,
        /// What it took off for them, in minor units of the shop's currency.
        given_minor: i64,
        /// What those that were settled cost together.
        sales_minor: i64,
    }
    /// One order that a discount was used by.
    pub struct DiscountUse {
        /// The order.
        order_id: OrderId,
        /// Its number.
        number: String,
        /// Who ordered.
        email: String,
        /// The key of the code that was entered.
        code: Option<String>,
        /// What was taken off, in minor units of the shop's currency.
        given_minor: i64,
        /// What the order costs.
        total_minor: i64,
        /// The order's state.
        state: String,
        /// When it was used.
        taken_at: Instant,
    }
    /// A product somebody asked for by a word.
    pub struct NamedProduct {
        /// The product.
        id: ProductId,
        /// The SKU it was asked for by, or its address.
        word: String,
    }
}

const LIST: Sql = sql!(
    "SELECT p.id, p.created_at, coalesce(u.n, 0), coalesce(u.given, 0), coalesce(u.sales, 0)
     FROM promotions p
     LEFT JOIN (SELECT u.promotion_id, count(*) AS n, CAST(sum(u.goods_minor + u.delivery_minor) AS bigint) AS given,
                    CAST(sum(CASE WHEN o.state IN ('placed', 'completed') THEN o.total_minor ELSE 0 END) AS bigint) AS sales
                FROM promotion_uses u JOIN orders o ON o.id = u.order_id WHERE u.state = 'taken' GROUP BY u.promotion_id) u
       ON u.promotion_id = p.id
     WHERE (p.created_at, p.id) < (?1, ?2)
       AND (?4 = '' OR ?4 = CASE WHEN p.stopped_at IS NOT NULL OR p.ends_at <= ?3 THEN 'ended'
                                 WHEN p.uses_max IS NOT NULL AND p.n_uses >= p.uses_max THEN 'used_up'
                                 WHEN p.starts_at > ?3 THEN 'scheduled' ELSE 'active' END)
       AND (?5 = '' OR lower(p.name) LIKE ?5 ESCAPE '!' OR p.id IN (SELECT promotion_id FROM promotion_codes WHERE code_key = ?6))
     ORDER BY p.created_at DESC, p.id DESC LIMIT ?7"
);
const USES: Sql = sql!(
    "SELECT u.order_id, o.number, o.email, u.code_key, u.goods_minor + u.delivery_minor, o.total_minor, o.state, u.taken_at
     FROM promotion_uses u JOIN orders o ON o.id = u.order_id
     WHERE u.promotion_id = ?1 AND u.state = 'taken' AND (u.taken_at, u.order_id) < (?2, ?3)
     ORDER BY u.taken_at DESC, u.order_id DESC LIMIT ?4"
);
const ONE: Sql = sql!(
    "SELECT p.id, p.created_at, count(u.order_id), CAST(coalesce(sum(u.goods_minor + u.delivery_minor), 0) AS bigint),
            CAST(coalesce(sum(CASE WHEN o.state IN ('placed', 'completed') THEN o.total_minor ELSE 0 END), 0) AS bigint)
     FROM promotions p LEFT JOIN promotion_uses u ON u.promotion_id = p.id AND u.state = 'taken' LEFT JOIN orders o ON o.id = u.order_id
     WHERE p.id = ?1 GROUP BY p.id, p.created_at"
);
const NAMED: Sql = sql!(
    lite: "SELECT p.id, w.value FROM json_each(?1) AS w JOIN products p ON p.slug = lower(w.value)
           UNION SELECT p.id, w.value FROM json_each(?1) AS w JOIN variants v ON v.sku = w.value
           JOIN products p ON p.id = v.product_id",
    pg: "SELECT p.id, w.value FROM jsonb_array_elements_text($1::jsonb) AS w (value) JOIN products p ON p.slug = lower(w.value)
         UNION SELECT p.id, w.value FROM jsonb_array_elements_text($1::jsonb) AS w (value) JOIN variants v ON v.sku = w.value
         JOIN products p ON p.id = v.product_id",
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[LIST, USES, ONE, NAMED];

/// A page of discounts, the last made first: of a view at `now`, whose name holds `search` or one of whose codes has it as its key.
pub async fn discounts(
    conn: &mut Conn,
    (view, now): (DiscountView, Instant),
    (search, code_key): (&str, &str),
    after: After,
    size: usize,
) -> Result<Page<DiscountRow>, DbError> {
    let pattern = if search.is_empty() {
        String::new()
    } else {
        words::anywhere(search)
    };
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let args = p![after.at, after.id, now, *view.word(), pattern, *code_key, limit];
    let found: Vec<DiscountRow> = conn.all(LIST, args).await?;
    Ok(Page::cut(found, size, |row| After {
        at: row.created_at,
        id: row.id.uuid(),
    }))
}

/// What orders have of one discount.
pub async fn discount_figures(conn: &mut Conn, id: PromotionId) -> Result<Option<DiscountRow>, DbError> {
    conn.opt(ONE, p![id]).await
}

/// A page of the orders that hold a discount, the last first.
pub async fn discount_uses(
    conn: &mut Conn,
    id: PromotionId,
    after: After,
    size: usize,
) -> Result<Page<DiscountUse>, DbError> {
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let found: Vec<DiscountUse> = conn.all(USES, p![id, after.at, after.id, limit]).await?;
    Ok(Page::cut(found, size, |used| After {
        at: used.taken_at,
        id: used.order_id.uuid(),
    }))
}

/// The products of these addresses or SKUs; words that are neither are left out.
pub async fn products_named(conn: &mut Conn, words: &[String]) -> Result<Vec<NamedProduct>, DbError> {
    conn.all(NAMED, p![serde_json::json!(words)]).await
}
