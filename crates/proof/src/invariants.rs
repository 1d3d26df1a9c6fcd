//! What must be true at every second, in SQL of its own. Each statement answers one text for each row that breaks it.
//!
//! I4, I6, I7 and I10 also need the gateway, the buyers or the mail server: the runs ask those at the end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::books::{Ask, Books};
use crate::shop::Shop;

/// A name and a statement whose rows are what is wrong.
type Check = (&'static str, Ask);

/// True at every moment.
const ALWAYS: &[Check] = &[
    ("I1 stock is the sum of its movements", Ask::both(
        "SELECT s.on_hand || ' on hand' FROM stock s
         WHERE s.on_hand <> (SELECT coalesce(sum(m.delta), 0) FROM stock_movements m WHERE m.variant_id = s.variant_id)")),
    ("I1 reserved is what is held", Ask::both(
        "SELECT s.reserved || ' reserved of ' || s.on_hand FROM stock s
         WHERE s.reserved < 0 OR s.reserved > s.on_hand OR s.reserved <>
             (SELECT coalesce(sum(r.quantity), 0) FROM reservations r WHERE r.variant_id = s.variant_id AND r.state = 'held')")),
    ("I2 no more is promised than there was", Ask::both(
        "SELECT sold.n || ' promised of ' || came.n FROM
         (SELECT l.variant_id, sum(l.quantity - l.n_dropped) AS n FROM order_lines l JOIN orders o ON o.id = l.order_id
          WHERE o.state IN ('awaiting_payment', 'placed', 'completed') GROUP BY l.variant_id) sold
         JOIN (SELECT variant_id, sum(delta) AS n FROM stock_movements WHERE reason NOT IN ('sold', 'cancelled', 'returned')
               GROUP BY variant_id) came ON came.variant_id = sold.variant_id
         WHERE sold.n > came.n")),
    ("I3 an order is the sum of its parts", Ask::both(
        "SELECT o.number FROM orders o WHERE o.total_minor <> o.shipping_minor
             + (SELECT sum(l.total_minor) FROM order_lines l WHERE l.order_id = o.id)
             + CASE WHEN o.prices_include_tax THEN 0 ELSE o.tax_minor END")),
    ("I4 nobody pays another amount than the order's", Ask::both(
        "SELECT o.number || ' asks for ' || a.amount_minor FROM payment_attempts a JOIN orders o ON o.id = a.order_id
         WHERE a.amount_minor <> o.total_minor OR a.currency <> o.currency OR a.captured_minor > a.amount_minor")),
    ("I5 an order keeps one payment", Ask::both(
        "SELECT o.number FROM orders o WHERE
             (SELECT count(*) FROM payment_attempts a WHERE a.order_id = o.id AND a.captured_minor > a.refunded_minor) > 1")),
    ("I7 what is paid was paid", Ask::both(
        "SELECT o.number || ' ' || o.payment_status FROM orders o WHERE o.payment_status IN ('paid', 'partially_refunded')
         AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.captured_minor > 0)")),
    ("I8 a discount is used by no more orders than may, and counts them", Ask::both(
        "SELECT p.name || ' counts ' || p.n_uses || ' of ' || p.uses_max || ', orders have it: ' || coalesce(used.n, 0) FROM promotions p
         LEFT JOIN (SELECT u.promotion_id, count(*) AS n FROM promotion_uses u JOIN orders o ON o.id = u.order_id
             WHERE o.state IN ('awaiting_payment', 'placed', 'completed') GROUP BY u.promotion_id) used ON used.promotion_id = p.id
         WHERE p.uses_max IS NOT NULL AND (coalesce(used.n, 0) > p.uses_max OR p.n_uses <> coalesce(used.n, 0))")),
    ("I8 an account uses a discount no more often than it may", Ask::both(
        "SELECT p.name || ' was used ' || count(*) || ' times by one account' FROM promotions p
         JOIN promotion_uses u ON u.promotion_id = p.id JOIN orders o ON o.id = u.order_id
         WHERE o.state IN ('awaiting_payment', 'placed', 'completed') AND o.customer_id IS NOT NULL
         GROUP BY p.id, p.name, p.uses_each_max, o.customer_id HAVING count(*) > p.uses_each_max")),
    ("I8 a mailbox uses a discount no more often than it may", Ask::each(
        "SELECT name || ' was used ' || count(*) || ' times by ' || mailbox FROM
         (SELECT p.id, p.name, p.uses_each_max, lower(CASE WHEN instr(o.email, '+') = 0 THEN o.email
                 ELSE substr(o.email, 1, instr(o.email, '+') - 1) || substr(o.email, instr(o.email, '@')) END) AS mailbox
          FROM promotions p JOIN promotion_uses u ON u.promotion_id = p.id JOIN orders o ON o.id = u.order_id
          WHERE o.state IN ('awaiting_payment', 'placed', 'completed'))
         GROUP BY id, name, uses_each_max, mailbox HAVING count(*) > uses_each_max",
        "SELECT p.name || ' was used ' || count(*) || ' times by ' || min(o.email) FROM promotions p
         JOIN promotion_uses u ON u.promotion_id = p.id JOIN orders o ON o.id = u.order_id
         WHERE o.state IN ('awaiting_payment', 'placed', 'completed')
         GROUP BY p.id, p.name, p.uses_each_max, regexp_replace(lower(o.email), '\\+.*@', '@') HAVING count(*) > p.uses_each_max")),
    ("I8 what an order was given is on record, and given back when it ends", Ask::both(
        "SELECT o.number || ' was given ' || o.discount_minor FROM orders o WHERE o.discount_minor > 0 AND o.discount_minor <>
             (SELECT coalesce(sum(u.goods_minor), 0) FROM promotion_uses u WHERE u.order_id = o.id AND u.state =
                  CASE WHEN o.state IN ('awaiting_payment', 'placed', 'completed') THEN 'taken' ELSE 'released' END)")),
    ("I9 no more goes back than came", Ask::both(
        "SELECT a.refunded_minor || ' of ' || a.captured_minor FROM payment_attempts a
         WHERE a.refunded_minor > a.captured_minor OR a.refunded_minor <
             (SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r WHERE r.attempt_id = a.id AND r.state <> 'failed')")),
    ("I9 a refund is made of its parts", Ask::both(
        "SELECT r.amount_minor || ' refunded' FROM refunds r WHERE EXISTS (SELECT 1 FROM refund_lines l WHERE l.refund_id = r.id)
         AND r.amount_minor <> r.shipping_minor + (SELECT sum(l.amount_minor) FROM refund_lines l WHERE l.refund_id = r.id)")),
    ("I11 an order stands where its story leads", Ask::both(
        "SELECT o.number || ' ' || o.state FROM orders o WHERE o.state NOT IN ('awaiting_payment', 'completed')
         AND NOT EXISTS (SELECT 1 FROM order_events e WHERE e.order_id = o.id AND e.kind = o.state)")),
    ("I11 time goes forward", Ask::both(
        "SELECT o.number FROM orders o WHERE o.placed_at < o.created_at OR o.paid_at < o.created_at")),
    ("I12 goods are held for who waits, and for nobody else", Ask::both(
        "SELECT r.quantity || ' held' FROM reservations r JOIN orders o ON o.id = r.order_id
         WHERE (r.state = 'held') <> (o.state = 'awaiting_payment')")),
    ("I13 a number is one order's", Ask::both("SELECT number FROM orders GROUP BY number HAVING count(*) > 1")),
    ("I13 documents are numbered without a gap", Ask::both(
        "SELECT d.series || ' ' || d.serial || ' has nothing before it' FROM documents d WHERE d.serial <> 1
         AND NOT EXISTS (SELECT 1 FROM documents b WHERE b.series = d.series AND b.serial = d.serial - 1)")),
    ("I13 no number was taken and lost", Ask::both(
        "SELECT c.name || ' counts ' || c.value FROM counters c WHERE c.name IN ('invoice', 'credit_note')
         AND c.value <> (SELECT count(*) FROM documents d WHERE d.series = c.name)")),
    ("I13 an invoice is over what its order costs, or over what was taken of that", Ask::both(
        "SELECT d.number || ' is over ' || d.total_minor FROM documents d JOIN orders o ON o.id = d.cause_id
         LEFT JOIN releases r ON r.order_id = o.id
         WHERE d.total_minor NOT IN (o.total_minor, o.total_minor - coalesce(r.amount_minor, 0)) OR d.total_minor <>
             (SELECT sum(l.gross_minor) FROM document_lines l WHERE l.document_id = d.id)")),
    ("I15 whoever ordered is named", Ask::both(
        "SELECT o.number FROM orders o WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = o.id AND a.action = 'placed')")),
];

/// True when nothing is going on any more.
const AT_REST: &[Check] = &[
    ("I13 what was paid is invoiced once", Ask::both(
        "SELECT o.number FROM orders o WHERE o.paid_at IS NOT NULL
         AND (SELECT count(*) FROM documents d WHERE d.cause_id = o.id) <> 1")),
    ("I13 what went back is credited once", Ask::both(
        "SELECT r.amount_minor || ' went back' FROM refunds r WHERE r.state = 'succeeded'
         AND (r.shipping_minor > 0 OR EXISTS (SELECT 1 FROM refund_lines l WHERE l.refund_id = r.id))
         AND (SELECT count(*) FROM documents d WHERE d.cause_id = r.id AND d.total_minor = r.amount_minor) <> 1")),
    ("I7 money has an order or goes back", Ask::both(
        "SELECT o.number || ' is ' || o.state || ' and keeps ' || (a.captured_minor - a.refunded_minor)
         FROM payment_attempts a JOIN orders o ON o.id = a.order_id
         WHERE a.captured_minor > a.refunded_minor AND a.state <> 'review' AND o.state NOT IN ('placed', 'completed')")),
    ("I14 every notice was handled", Ask::both("SELECT event_id FROM webhook_events WHERE handled_at IS NULL")),
    ("I16 lists show what there is", Ask::both(
        "SELECT p.slug || ' shows ' || p.available FROM products p WHERE p.available <>
             (SELECT sum(s.on_hand - s.reserved) FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = p.id)")),
];

/// Looks once a second until it is stopped.
pub(crate) struct Checker {
    stop: Arc<AtomicBool>,
    looking: JoinHandle<anyhow::Result<(usize, BTreeMap<String, usize>)>>,
}

impl Checker {
    /// Begins to look.
    pub(crate) async fn start(shop: &Shop) -> anyhow::Result<Self> {
        let books = shop.books().await?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        // SQLite answers on the thread that asks, so the checker has one of its own.
        let runtime = tokio::runtime::Handle::current();
        let looking = tokio::task::spawn_blocking(move || runtime.block_on(look(books, &stopping)));
        Ok(Self { stop, looking })
    }

    /// Ends looking, after one more look; answers how often it looked and what it found.
    pub(crate) async fn stop(self) -> anyhow::Result<(usize, BTreeMap<String, usize>)> {
        self.stop.store(true, Ordering::Relaxed);
        self.looking.await?
    }
}

async fn look(books: Books, stop: &AtomicBool) -> anyhow::Result<(usize, BTreeMap<String, usize>)> {
    let (mut n, mut found) = (0, BTreeMap::new());
    loop {
        let is_last = stop.load(Ordering::Relaxed);
        for says in broken(&books, ALWAYS).await? {
            *found.entry(says).or_insert(0) += 1;
        }
        n += 1;
        if is_last {
            return Ok((n, found));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn broken(books: &Books, checks: &[Check]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, ask) in checks {
        for row in books.rows(*ask).await? {
            found.push(format!("{name}: {}", row.first().map_or("", String::as_str)));
        }
    }
    Ok(found)
}

/// What is wrong although nothing is going on any more.
pub(crate) async fn at_rest(books: &Books) -> anyhow::Result<Vec<String>> {
    broken(books, AT_REST).await
}
