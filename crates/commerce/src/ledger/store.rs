//! All SQL of the ledger. Each statement answers an id and what is wrong with it, for every row that is wrong.
//!
//! `?1`, where it is there, is the instant before which work that is not done counts as forgotten.

use wares_db::{Sql, sql};

// I1: stock.

pub(super) const ON_HAND: Sql = sql!(
    "SELECT s.variant_id, 'on hand ' || s.on_hand || ', but its movements come to ' || coalesce(sum(m.delta), 0)
     FROM stock s LEFT JOIN stock_movements m ON m.variant_id = s.variant_id
     GROUP BY s.variant_id, s.on_hand HAVING s.on_hand <> coalesce(sum(m.delta), 0)"
);
pub(super) const RESERVED: Sql = sql!(
    "SELECT s.variant_id, 'reserved ' || s.reserved || ', but orders hold ' || coalesce(sum(r.quantity), 0)
     FROM stock s LEFT JOIN reservations r ON r.variant_id = s.variant_id AND r.state = 'held'
     GROUP BY s.variant_id, s.reserved HAVING s.reserved <> coalesce(sum(r.quantity), 0)"
);

// I2: sold. A variant that was deleted took its movements along.

pub(super) const TAKEN: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' is ' || o.state || ' and took ' || coalesce(m.taken, 0) || ' of ' || l.wanted
     FROM orders o
     JOIN (SELECT order_id, variant_id, sum(quantity) AS wanted, sum(n_dropped) AS dropped FROM order_lines
           GROUP BY order_id, variant_id) l ON l.order_id = o.id
     JOIN variants v ON v.id = l.variant_id
     LEFT JOIN (SELECT order_id, variant_id, -sum(delta) AS taken FROM stock_movements
                WHERE reason IN ('sold', 'cancelled') GROUP BY order_id, variant_id) m
       ON m.order_id = o.id AND m.variant_id = l.variant_id
     WHERE coalesce(m.taken, 0) <> CASE WHEN o.state IN ('placed', 'completed') THEN l.wanted
         WHEN o.state = 'cancelled' THEN l.dropped ELSE 0 END"
);
pub(super) const OVERSOLD: Sql = sql!(
    "SELECT s.variant_id, 'sold ' || sum(CASE WHEN m.reason IN ('sold', 'cancelled') THEN -m.delta ELSE 0 END)
         || ' of ' || sum(CASE WHEN m.reason IN ('sold', 'cancelled') THEN 0 ELSE m.delta END)
     FROM stock s JOIN stock_movements m ON m.variant_id = s.variant_id
     WHERE NOT s.may_backorder GROUP BY s.variant_id HAVING sum(m.delta) < 0"
);

// I3: figures.

pub(super) const LINES: Sql = sql!(
    "SELECT o.id, 'line ' || l.position || ' of order ' || o.number || ' comes to ' || l.total_minor
     FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE l.total_minor <> l.unit_minor * l.quantity - l.discount_minor"
);
pub(super) const FIGURES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' costs ' || o.total_minor || ', its lines come to ' || l.total
     FROM orders o
     JOIN (SELECT order_id, sum(total_minor) AS total, sum(discount_minor) AS discount FROM order_lines GROUP BY order_id) l
       ON l.order_id = o.id
     WHERE o.subtotal_minor <> l.total + l.discount OR o.discount_minor <> l.discount
        OR o.total_minor <> l.total + o.shipping_minor + CASE WHEN o.prices_include_tax THEN 0 ELSE o.tax_minor END"
);
pub(super) const PAYMENT_STATUS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' is ' || o.payment_status || ', taken ' || a.captured || ', gone back ' || a.refunded
     FROM orders o
     JOIN (SELECT order_id, sum(captured_minor) AS captured, sum(refunded_minor + lost_minor) AS refunded,
                  sum(disputed_minor - lost_minor) AS in_dispute FROM payment_attempts
           GROUP BY order_id) a ON a.order_id = o.id
     WHERE CASE WHEN o.payment_status IN ('unpaid', 'failed', 'authorised') THEN 'none' ELSE o.payment_status END
        <> CASE WHEN a.in_dispute > 0 THEN 'disputed' WHEN a.captured = 0 THEN 'none' WHEN a.refunded >= a.captured THEN 'refunded'
                WHEN a.refunded > 0 THEN 'partially_refunded' ELSE 'paid' END"
);

// I4: money.

pub(super) const AMOUNTS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' costs ' || o.total_minor || ' ' || o.currency || ', a payment asks for '
         || a.amount_minor || ' ' || a.currency || ' and took ' || a.captured_minor
     FROM payment_attempts a JOIN orders o ON o.id = a.order_id
     WHERE a.amount_minor <> o.total_minor OR a.currency <> o.currency OR a.captured_minor NOT BETWEEN 0 AND a.amount_minor"
);
pub(super) const CAPTURES_IN_TIMELINE: Sql = sql!(
    lite: "SELECT o.id, 'order ' || o.number || ' took ' || a.captured || ', its timeline says ' || coalesce(e.captured, 0)
           FROM orders o
           JOIN (SELECT order_id, sum(captured_minor) AS captured FROM payment_attempts WHERE state <> 'review'
                 GROUP BY order_id) a ON a.order_id = o.id
           LEFT JOIN (SELECT order_id, sum(json_extract(data, '$.amount_minor')) AS captured FROM order_events
                 WHERE kind = 'payment_captured' GROUP BY order_id) e ON e.order_id = o.id
           WHERE coalesce(e.captured, 0) <> a.captured
             AND NOT EXISTS (SELECT 1 FROM payment_attempts r WHERE r.order_id = o.id AND r.state = 'review')",
    pg: "SELECT o.id, 'order ' || o.number || ' took ' || a.captured || ', its timeline says ' || coalesce(e.captured, 0)
         FROM orders o
         JOIN (SELECT order_id, sum(captured_minor) AS captured FROM payment_attempts WHERE state <> 'review'
               GROUP BY order_id) a ON a.order_id = o.id
         LEFT JOIN (SELECT order_id, sum((data->>'amount_minor')::bigint) AS captured FROM order_events
               WHERE kind = 'payment_captured' GROUP BY order_id) e ON e.order_id = o.id
         WHERE coalesce(e.captured, 0) <> a.captured
           AND NOT EXISTS (SELECT 1 FROM payment_attempts r WHERE r.order_id = o.id AND r.state = 'review')",
);

// I5: one charge.

pub(super) const CHARGED_TWICE: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' keeps the money of ' || count(*) || ' payments'
     FROM payment_attempts a JOIN orders o ON o.id = a.order_id WHERE a.captured_minor > a.refunded_minor
     GROUP BY o.id, o.number HAVING count(*) > 1"
);

// I6: nothing is lost.

pub(super) const LOST_ORDERS: Sql = sql!(
    "SELECT lost.id, lost.found FROM (
         SELECT r.order_id AS id, 'goods were kept for an order that is not there' AS found FROM reservations r
         UNION SELECT a.object_id, 'the order ' || a.object_name || ' was placed and is not there' FROM audit a
         WHERE a.action = 'placed') lost
     WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = lost.id)"
);
pub(super) const PIECES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' has ' || coalesce(sum(l.quantity), 0) || ' pieces of ' || o.n_pieces
     FROM orders o LEFT JOIN order_lines l ON l.order_id = o.id
     GROUP BY o.id, o.number, o.n_pieces HAVING coalesce(sum(l.quantity), 0) <> o.n_pieces"
);

// I7: nothing is invented.

pub(super) const PAID_WITHOUT_MONEY: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' counts as paid, and no money came' FROM orders o
     WHERE o.total_minor > 0
       AND (o.paid_at IS NOT NULL OR (o.state IN ('placed', 'completed') AND o.payment_method <> 'cash_on_delivery'
            AND o.payment_status <> 'failed'))
       AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id
           AND (a.captured_minor > 0 OR (a.state = 'authorised' AND o.paid_at IS NULL)))"
);
pub(super) const MONEY_WITHOUT_ORDER: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' is ' || o.state || ' and keeps ' || (a.captured_minor - a.refunded_minor)
     FROM payment_attempts a JOIN orders o ON o.id = a.order_id
     WHERE o.state NOT IN ('placed', 'completed') AND a.state <> 'review' AND a.captured_minor > a.refunded_minor + a.lost_minor
       AND a.updated_at < ?1"
);

// I8: discounts.

pub(super) const DISCOUNTS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' has a discount of ' || o.discount_minor || ' on ' || o.subtotal_minor FROM orders o
     WHERE o.discount_minor < 0 OR o.discount_minor > o.subtotal_minor
        OR EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND (l.discount_minor < 0 OR l.total_minor < 0))"
);

pub(super) const USES_IN_ALL: Sql = sql!(
    "SELECT p.id, 'discount ' || p.name || ' counts ' || p.n_uses || ' uses of ' || p.uses_max || ', orders hold ' || coalesce(u.n, 0)
     FROM promotions p
     LEFT JOIN (SELECT promotion_id, count(*) AS n FROM promotion_uses WHERE state = 'taken' GROUP BY promotion_id) u
       ON u.promotion_id = p.id
     WHERE p.uses_max IS NOT NULL AND (p.n_uses <> coalesce(u.n, 0) OR coalesce(u.n, 0) > p.uses_max)"
);
pub(super) const USES_OF_CODES: Sql = sql!(
    "SELECT c.promotion_id, 'code ' || c.code || ' counts ' || c.n_uses || ' uses of ' || c.uses_max || ', orders hold ' || coalesce(u.n, 0)
     FROM promotion_codes c
     LEFT JOIN (SELECT code_key, count(*) AS n FROM promotion_uses WHERE state = 'taken' GROUP BY code_key) u ON u.code_key = c.code_key
     WHERE c.uses_max IS NOT NULL AND (c.n_uses <> coalesce(u.n, 0) OR coalesce(u.n, 0) > c.uses_max)"
);
pub(super) const USES_OF_BUYERS: Sql = sql!(
    "SELECT u.order_id, 'somebody has used discount ' || p.name || ' more than ' || u.uses_each_max || ' times'
     FROM promotion_uses u JOIN promotions p ON p.id = u.promotion_id
     WHERE u.state = 'taken' AND u.uses_each_max IS NOT NULL
       AND ((SELECT count(*) FROM promotion_uses o WHERE o.promotion_id = u.promotion_id AND o.state = 'taken'
                 AND o.email_key = u.email_key AND o.taken_at <= u.taken_at) > u.uses_each_max
         OR (SELECT count(*) FROM promotion_uses o WHERE o.promotion_id = u.promotion_id AND o.state = 'taken'
                 AND o.customer_id = u.customer_id AND o.taken_at <= u.taken_at) > u.uses_each_max)"
);
pub(super) const USES_OF_ORDERS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' is ' || o.state || ', and its use of a discount is ' || u.state
     FROM promotion_uses u JOIN orders o ON o.id = u.order_id
     WHERE (u.state = 'taken') <> (o.state IN ('awaiting_payment', 'placed', 'completed'))"
);
pub(super) const USES_MISSING: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' has a discount of ' || o.discount_minor || ', its uses come to ' || coalesce(u.goods, 0)
     FROM orders o
     LEFT JOIN (SELECT order_id, sum(goods_minor) AS goods FROM promotion_uses GROUP BY order_id) u ON u.order_id = o.id
     WHERE o.discount_minor <> coalesce(u.goods, 0)"
);

// I9: refunds.

pub(super) const REFUNDS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' took ' || a.captured_minor || ', counts ' || a.refunded_minor
         || ' as gone back, and has refunds over ' || coalesce(r.amount, 0)
     FROM payment_attempts a JOIN orders o ON o.id = a.order_id
     LEFT JOIN (SELECT attempt_id, sum(amount_minor) AS amount FROM refunds WHERE state <> 'failed' GROUP BY attempt_id) r
       ON r.attempt_id = a.id
     WHERE a.refunded_minor NOT BETWEEN 0 AND a.captured_minor OR coalesce(r.amount, 0) > a.refunded_minor"
);

pub(super) const REFUND_SHARES: Sql = sql!(
    "SELECT r.order_id, 'a refund of ' || r.amount_minor || ' with ' || r.tax_minor || ' of tax is made of '
         || (coalesce(l.amount, 0) + r.shipping_minor) || ' with ' || (coalesce(l.tax, 0) + r.shipping_tax_minor)
     FROM refunds r
     LEFT JOIN (SELECT refund_id, sum(amount_minor) AS amount, sum(tax_minor) AS tax FROM refund_lines GROUP BY refund_id) l
       ON l.refund_id = r.id
     WHERE (l.refund_id IS NOT NULL OR r.shipping_minor > 0)
       AND (r.amount_minor <> coalesce(l.amount, 0) + r.shipping_minor OR r.tax_minor <> coalesce(l.tax, 0) + r.shipping_tax_minor)"
);
pub(super) const REFUNDED_PIECES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ': ' || g.n || ' pieces and ' || g.amount || ' went back or were not taken of line ' || l.position
     FROM order_lines l JOIN orders o ON o.id = l.order_id
     JOIN (SELECT x.order_line_id, sum(x.quantity) AS n, sum(x.amount_minor) AS amount, sum(x.tax_minor) AS tax
           FROM (SELECT y.order_line_id, y.quantity, y.amount_minor, y.tax_minor FROM refund_lines y
                 JOIN refunds r ON r.id = y.refund_id WHERE r.state <> 'failed'
                 UNION ALL SELECT order_line_id, quantity, amount_minor, tax_minor FROM release_lines) x
           GROUP BY x.order_line_id) g
       ON g.order_line_id = l.id
     WHERE g.n > l.quantity OR g.tax > l.tax_minor
        OR g.amount > l.total_minor + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax_minor END"
);

pub(super) const RELEASES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' costs ' || o.total_minor || ', took ' || a.captured_minor || ' and let ' || r.amount_minor
         || ' go, made of ' || (coalesce(l.amount, 0) + r.shipping_minor)
     FROM releases r JOIN orders o ON o.id = r.order_id JOIN payment_attempts a ON a.id = r.attempt_id
     LEFT JOIN (SELECT order_id, sum(amount_minor) AS amount, sum(tax_minor) AS tax FROM release_lines GROUP BY order_id) l
       ON l.order_id = r.order_id
     WHERE a.order_id <> o.id OR a.captured_minor + r.amount_minor <> o.total_minor
        OR r.amount_minor <> coalesce(l.amount, 0) + r.shipping_minor OR r.tax_minor <> coalesce(l.tax, 0) + r.shipping_tax_minor"
);

// I10: mails.

pub(super) const CONFIRMATIONS: Sql = sql!(
    lite: "SELECT o.id, 'order ' || o.number || ' has ' || count(m.id) || ' confirmations'
           FROM orders o LEFT JOIN mails m ON m.order_id = o.id AND m.kind = 'order_confirmation'
           WHERE o.placed_at IS NOT NULL GROUP BY o.id, o.number, o.placed_at
           HAVING count(m.id) > 1 OR (count(m.id) = 0 AND o.placed_at < ?1 AND NOT EXISTS (
               SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL
               AND replace(j.payload, '-', '') LIKE '%' || lower(hex(o.id)) || '%'))",
    pg: "SELECT o.id, 'order ' || o.number || ' has ' || count(m.id) || ' confirmations'
         FROM orders o LEFT JOIN mails m ON m.order_id = o.id AND m.kind = 'order_confirmation'
         WHERE o.placed_at IS NOT NULL GROUP BY o.id, o.number, o.placed_at
         HAVING count(m.id) > 1 OR (count(m.id) = 0 AND o.placed_at < $1 AND NOT EXISTS (
             SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL AND j.payload::text LIKE '%' || o.id::text || '%'))",
);
pub(super) const FORGOTTEN_MAILS: Sql = sql!(
    lite: "SELECT m.id, 'a mail waits, and nothing will send it: ' || m.kind FROM mails m
           WHERE m.state = 'queued' AND m.queued_at < ?1 AND NOT EXISTS (
               SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL
               AND replace(j.payload, '-', '') LIKE '%' || lower(hex(m.id)) || '%')",
    pg: "SELECT m.id, 'a mail waits, and nothing will send it: ' || m.kind FROM mails m
         WHERE m.state = 'queued' AND m.queued_at < $1 AND NOT EXISTS (
             SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL AND j.payload::text LIKE '%' || m.id::text || '%')",
);

// I11: where an order stands.

pub(super) const STATES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' is ' || o.state || ', which its timeline does not say' FROM orders o
     WHERE NOT EXISTS (SELECT 1 FROM order_events e WHERE e.order_id = o.id AND e.kind = 'received')
        OR (o.state <> 'awaiting_payment' AND NOT EXISTS (SELECT 1 FROM order_events e WHERE e.order_id = o.id
            AND e.kind = CASE WHEN o.state = 'completed' THEN 'placed' ELSE o.state END))"
);
pub(super) const TIMES: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' goes back in time' FROM orders o
     WHERE o.placed_at < o.created_at OR o.paid_at < o.created_at OR o.cancelled_at < o.created_at
        OR o.delivered_at < o.placed_at
        OR EXISTS (SELECT 1 FROM order_events e WHERE e.order_id = o.id AND e.at < o.created_at)"
);
pub(super) const PARCELS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ': ' || l.n_shipped || ' of line ' || l.position || ' are sent, its parcels hold '
         || coalesce(p.sent, 0)
     FROM order_lines l JOIN orders o ON o.id = l.order_id
     LEFT JOIN (SELECT order_line_id, sum(quantity) AS sent FROM fulfilment_lines GROUP BY order_line_id) p
       ON p.order_line_id = l.id
     WHERE l.n_shipped <> coalesce(p.sent, 0) OR l.n_shipped + l.n_dropped > l.quantity OR (l.n_shipped > 0 AND o.fulfilment_status = 'unfulfilled')"
);

// I12: holds.

pub(super) const HOLDS_OF_OTHERS: Sql = sql!(
    "SELECT r.order_id, r.quantity || ' pieces are held for an order that does not wait for its payment' FROM reservations r
     WHERE r.state = 'held'
       AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = r.order_id AND o.state = 'awaiting_payment')"
);
pub(super) const HOLDS_MISSING: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' waits for its payment, and its goods are not held'
     FROM orders o JOIN order_lines l ON l.order_id = o.id
     LEFT JOIN reservations r ON r.order_id = o.id AND r.variant_id = l.variant_id AND r.state = 'held'
     WHERE o.state = 'awaiting_payment' AND (r.quantity IS NULL OR r.quantity < l.quantity)"
);
pub(super) const HOLDS_TOO_LONG: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' still holds goods although its time is up' FROM orders o
     WHERE o.state = 'awaiting_payment' AND o.hold_until < ?1
       AND NOT EXISTS (SELECT 1 FROM payment_attempts a WHERE a.order_id = o.id AND a.state = 'review')"
);

// I13: numbers.

pub(super) const NUMBERS: Sql = sql!(
    "SELECT o.id, 'the number ' || o.number || ' is that of another order, too' FROM orders o
     WHERE EXISTS (SELECT 1 FROM orders other WHERE other.id <> o.id AND upper(trim(other.number)) = upper(trim(o.number)))"
);

pub(super) const SERIES: Sql = sql!(
    lite: "SELECT NULL, 'the series ' || n.name || ' has ' || coalesce(d.n, 0) || ' documents from ' || coalesce(d.first, 0) || ' to '
               || coalesce(d.last, 0) || ', its counter stands at ' || coalesce(c.value, 0)
           FROM (SELECT 'invoice' AS name UNION SELECT 'credit_note') n
           LEFT JOIN counters c ON c.name = n.name
           LEFT JOIN (SELECT series, count(*) AS n, min(serial) AS first, max(serial) AS last FROM documents GROUP BY series) d
             ON d.series = n.name
           WHERE coalesce(d.n, 0) <> coalesce(c.value, 0) OR coalesce(d.last, 0) <> coalesce(d.n, 0) OR coalesce(d.first, 1) <> 1",
    pg: "SELECT cast(NULL AS uuid), 'the series ' || n.name || ' has ' || coalesce(d.n, 0) || ' documents from ' || coalesce(d.first, 0)
             || ' to ' || coalesce(d.last, 0) || ', its counter stands at ' || coalesce(c.value, 0)
         FROM (SELECT 'invoice' AS name UNION SELECT 'credit_note') n
         LEFT JOIN counters c ON c.name = n.name
         LEFT JOIN (SELECT series, count(*) AS n, min(serial) AS first, max(serial) AS last FROM documents GROUP BY series) d
           ON d.series = n.name
         WHERE coalesce(d.n, 0) <> coalesce(c.value, 0) OR coalesce(d.last, 0) <> coalesce(d.n, 0) OR coalesce(d.first, 1) <> 1",
);
pub(super) const DOCUMENT_LINES: Sql = sql!(
    "SELECT d.order_id, d.number || ' is over ' || d.total_minor || ' with ' || d.tax_minor || ' of tax, its lines come to '
         || coalesce(l.gross, 0) || ' with ' || coalesce(l.tax, 0)
     FROM documents d
     LEFT JOIN (SELECT document_id, sum(net_minor) AS net, sum(tax_minor) AS tax, sum(gross_minor) AS gross FROM document_lines
                GROUP BY document_id) l ON l.document_id = d.id
     WHERE d.total_minor <> coalesce(l.gross, 0) OR d.tax_minor <> coalesce(l.tax, 0) OR d.net_minor <> coalesce(l.net, 0)"
);
/// An invoice is over the order without what was not taken of it; over all of it, where that was credited afterwards or will be.
pub(super) const INVOICES: Sql = sql!(
    "SELECT d.order_id, 'invoice ' || d.number || ' is over ' || d.total_minor || ', the order over ' || coalesce(o.total_minor, 0)
         || ', of which ' || coalesce(r.amount_minor, 0) || ' was not taken'
     FROM documents d LEFT JOIN orders o ON o.id = d.cause_id LEFT JOIN releases r ON r.order_id = o.id
     LEFT JOIN documents c ON c.cause_id = r.attempt_id
     WHERE d.series = 'invoice' AND (o.id IS NULL OR o.id <> d.order_id OR d.currency <> o.currency
         OR NOT ((d.total_minor = o.total_minor - coalesce(r.amount_minor, 0) AND d.tax_minor = o.tax_minor - coalesce(r.tax_minor, 0)
                  AND c.id IS NULL)
             OR (d.total_minor = o.total_minor AND d.tax_minor = o.tax_minor AND (c.id IS NOT NULL OR r.created_at >= ?1))))"
);
/// A credit note is over a refund, or over what was not taken of an authorisation.
pub(super) const CREDIT_NOTES: Sql = sql!(
    "SELECT d.order_id, 'credit note ' || d.number || ' is over ' || d.total_minor || ', its cause over ' || coalesce(r.amount_minor, 0)
     FROM documents d
     LEFT JOIN (SELECT id, order_id, amount_minor, tax_minor FROM refunds WHERE state = 'succeeded'
                UNION ALL SELECT attempt_id, order_id, amount_minor, tax_minor FROM releases) r ON r.id = d.cause_id
     LEFT JOIN documents i ON i.id = d.invoice_id
     WHERE d.series = 'credit_note' AND (r.id IS NULL OR r.order_id <> d.order_id
         OR d.total_minor <> r.amount_minor OR d.tax_minor <> r.tax_minor OR i.id IS NULL OR i.order_id <> d.order_id)"
);
pub(super) const CREDITED: Sql = sql!(
    "SELECT i.order_id, 'of invoice ' || i.number || ' over ' || i.total_minor || ', ' || sum(d.total_minor) || ' were credited'
     FROM documents i JOIN documents d ON d.invoice_id = i.id
     GROUP BY i.order_id, i.number, i.total_minor, i.tax_minor
     HAVING sum(d.total_minor) > i.total_minor OR sum(d.tax_minor) > i.tax_minor"
);
/// Orders from before the shop issued invoices have none.
pub(super) const NOT_INVOICED: Sql = sql!(
    lite: "SELECT o.id, 'order ' || o.number || ' was paid and has no invoice' FROM orders o
           WHERE o.paid_at < ?1 AND o.paid_at >= (SELECT min(issued_at) FROM documents)
             AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.cause_id = o.id) AND NOT EXISTS (
                 SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL
                 AND replace(j.payload, '-', '') LIKE '%' || lower(hex(o.id)) || '%')",
    pg: "SELECT o.id, 'order ' || o.number || ' was paid and has no invoice' FROM orders o
         WHERE o.paid_at < $1 AND o.paid_at >= (SELECT min(issued_at) FROM documents)
           AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.cause_id = o.id) AND NOT EXISTS (
               SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL AND j.payload::text LIKE '%' || o.id::text || '%')",
);

// I14: notices.

pub(super) const NOTICES: Sql = sql!(
    lite: "SELECT NULL, 'notice ' || w.event_id || ' of ' || w.gateway || ' was taken and forgotten' FROM webhook_events w
           WHERE w.handled_at IS NULL AND w.received_at < ?1 AND NOT EXISTS (
               SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL AND instr(j.payload, w.event_id) > 0)",
    pg: "SELECT cast(NULL AS uuid), 'notice ' || w.event_id || ' of ' || w.gateway || ' was taken and forgotten' FROM webhook_events w
         WHERE w.handled_at IS NULL AND w.received_at < $1 AND NOT EXISTS (
             SELECT 1 FROM jobs j WHERE j.done_at IS NULL AND j.dead_at IS NULL AND strpos(j.payload::text, w.event_id) > 0)",
);

// I15: who did it.

pub(super) const CHANGES_OF_STOCK: Sql = sql!(
    "SELECT m.variant_id, 'stock changed by ' || m.delta || ' (' || m.reason || '), and nobody is named for it'
     FROM stock_movements m
     WHERE m.reason IN ('received', 'damaged', 'returned') AND m.order_id IS NULL AND NOT EXISTS (
         SELECT 1 FROM audit a WHERE a.object_id = m.variant_id AND a.at = m.at)"
);
pub(super) const CHANGES_OF_ORDERS: Sql = sql!(
    "SELECT o.id, 'order ' || o.number || ' was placed, paid or cancelled, and nobody is named for it' FROM orders o
     WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = o.id AND a.action = 'placed')
        OR (o.paid_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = o.id AND a.action = 'paid'))
        OR (o.state = 'cancelled' AND NOT EXISTS (
            SELECT 1 FROM audit a WHERE a.object_id = o.id AND a.action = 'cancelled'))"
);
pub(super) const REFUNDS_ASKED_FOR: Sql = sql!(
    "SELECT r.order_id, 'a refund of ' || r.amount_minor || ' is not in the timeline' FROM refunds r
     WHERE NOT EXISTS (
         SELECT 1 FROM order_events e WHERE e.order_id = r.order_id AND e.kind = 'refund_requested' AND e.at = r.created_at)"
);

// I16: what lists show.

pub(super) const LISTED_STOCK: Sql = sql!(
    "SELECT p.id, p.slug || ' shows ' || p.available || ' available, there are ' || coalesce(s.available, 0)
     FROM products p
     LEFT JOIN (SELECT v.product_id, sum(CASE WHEN s.on_hand > s.reserved THEN s.on_hand - s.reserved ELSE 0 END) AS available,
                    max(CASE WHEN s.on_hand > s.reserved OR s.may_backorder THEN 1 ELSE 0 END) AS any_left
                FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.is_active GROUP BY v.product_id) s
       ON s.product_id = p.id
     WHERE p.available <> coalesce(s.available, 0)
        OR CASE WHEN p.in_stock THEN 1 ELSE 0 END <> coalesce(s.any_left, 0)"
);
pub(super) const LISTED_PRICES: Sql = sql!(
    "SELECT p.id, p.slug || ' shows prices from ' || p.price_min_minor || ' to ' || p.price_max_minor || ', they are from '
         || v.low || ' to ' || v.high
     FROM products p
     JOIN (SELECT product_id, min(price_minor) AS low, max(price_minor) AS high, count(*) AS n FROM variants
           WHERE is_active GROUP BY product_id) v ON v.product_id = p.id
     WHERE p.price_min_minor <> v.low OR p.price_max_minor <> v.high OR p.n_variants <> v.n"
);
pub(super) const LISTED_RATINGS: Sql = sql!(
    "SELECT p.id, p.slug || ' shows ' || p.n_ratings || ' ratings, there are ' || coalesce(r.n, 0)
     FROM products p
     LEFT JOIN (SELECT product_id, count(*) AS n, sum(rating) AS stars FROM reviews WHERE state = 'published'
                GROUP BY product_id) r ON r.product_id = p.id
     WHERE p.n_ratings <> coalesce(r.n, 0) OR p.rating_sum <> coalesce(r.stars, 0)"
);
