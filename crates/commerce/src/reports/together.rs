//! What was bought with a product.

use wares_db::{Conn, DbError, Sql, p, sql};
use wares_kernel::ProductId;

/// So many of a product's last order lines are looked at: what was bought together years ago says little, and reading stays cheap.
const LAST: i64 = 300;
/// So many buyers must have had both: what one has put together is theirs, and chance.
const BUYERS_MIN: i64 = 2;

/// One buyer counts once, however often they order.
const BOUGHT_WITH: Sql = sql!(
    "SELECT m.product_id, count(DISTINCT r.email_key) AS n
     FROM (SELECT l.order_id, o.email_key FROM order_lines l JOIN orders o ON o.id = l.order_id
           WHERE l.product_id = ?1 AND o.state IN ('placed', 'completed') ORDER BY l.order_id DESC LIMIT ?2) AS r
     JOIN order_lines m ON m.order_id = r.order_id JOIN products p ON p.id = m.product_id
     WHERE m.product_id <> ?1
     GROUP BY m.product_id HAVING count(DISTINCT r.email_key) >= ?3 ORDER BY n DESC, m.product_id DESC LIMIT ?4"
);

/// This file's statements, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[BOUGHT_WITH];

/// What several people bought with a product in its last orders, and how many did; what most bought comes first.
pub async fn bought_with(conn: &mut Conn, product: ProductId, most: i64) -> Result<Vec<(ProductId, i64)>, DbError> {
    conn.all(BOUGHT_WITH, p![product, LAST, BUYERS_MIN, most]).await
}
