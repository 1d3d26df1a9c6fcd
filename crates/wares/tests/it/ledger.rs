//! The books of a shop after a day of trade are clean, and every way of breaking them by hand is noticed.

use std::process::Command;
use std::time::Duration;

use tokio::time::Instant;
use wares_db::{Sql, both_engines, sql};

use crate::support::buying::{owner, pay, press_pay, to_review};
use crate::support::gateway::TestGateway;
use crate::support::postbox::Postbox;
use crate::support::program::Program;
use crate::support::shop::{OPEN_JOBS, Shop};
use crate::support::shopper::{Page, Shopper};

const REFUNDED: Sql = sql!("SELECT count(*) FROM refunds WHERE state = 'succeeded'");
const NOTICED: Sql = sql!("SELECT count(*) FROM webhook_events WHERE handled_at IS NOT NULL");
/// The day was an hour ago, so that nothing may be late any more.
const AN_HOUR_LATER: Sql = sql!(
    "UPDATE orders SET created_at = created_at - 3600000000, placed_at = placed_at - 3600000000, paid_at = paid_at - 3600000000"
);

/// What breaks an invariant, and what mends it again.
const EDITS: &[(&str, Sql, Sql)] = &[
    (
        "I1",
        sql!("UPDATE stock SET on_hand = on_hand + 1"),
        sql!("UPDATE stock SET on_hand = on_hand - 1"),
    ),
    (
        "I1",
        sql!("UPDATE stock SET reserved = reserved + 1"),
        sql!("UPDATE stock SET reserved = reserved - 1"),
    ),
    (
        "I2",
        sql!("UPDATE stock_movements SET reason = 'counted' WHERE reason = 'sold'"),
        sql!("UPDATE stock_movements SET reason = 'sold' WHERE reason = 'counted'"),
    ),
    (
        "I2",
        sql!("UPDATE stock_movements SET delta = delta - 1000 WHERE reason = 'opening'"),
        sql!("UPDATE stock_movements SET delta = delta + 1000 WHERE reason = 'opening'"),
    ),
    (
        "I3",
        sql!("UPDATE order_lines SET unit_minor = unit_minor + 1"),
        sql!("UPDATE order_lines SET unit_minor = unit_minor - 1"),
    ),
    (
        "I3",
        sql!("UPDATE orders SET shipping_minor = shipping_minor + 1"),
        sql!("UPDATE orders SET shipping_minor = shipping_minor - 1"),
    ),
    (
        "I3",
        sql!("UPDATE orders SET payment_status = 'partially_refunded' WHERE payment_status = 'paid'"),
        sql!("UPDATE orders SET payment_status = 'paid' WHERE payment_status = 'partially_refunded'"),
    ),
    (
        "I4",
        sql!("UPDATE payment_attempts SET amount_minor = amount_minor + 1"),
        sql!("UPDATE payment_attempts SET amount_minor = amount_minor - 1"),
    ),
    (
        "I4",
        sql!("UPDATE order_events SET kind = 'lost' WHERE kind = 'payment_captured'"),
        sql!("UPDATE order_events SET kind = 'payment_captured' WHERE kind = 'lost'"),
    ),
    (
        "I5",
        sql!(
            lite: "INSERT INTO payment_attempts (id, order_id, gateway, amount_minor, currency, state, captured_minor, created_at, updated_at)
                   SELECT randomblob(16), order_id, 'twice', amount_minor, currency, state, captured_minor, created_at, updated_at
                   FROM payment_attempts WHERE captured_minor > refunded_minor",
            pg: "INSERT INTO payment_attempts (id, order_id, gateway, amount_minor, currency, state, captured_minor, created_at, updated_at)
                 SELECT gen_random_uuid(), order_id, 'twice', amount_minor, currency, state, captured_minor, created_at, updated_at
                 FROM payment_attempts WHERE captured_minor > refunded_minor",
        ),
        sql!("DELETE FROM payment_attempts WHERE gateway = 'twice'"),
    ),
    (
        "I6",
        sql!(
            lite: "INSERT INTO reservations (order_id, variant_id, quantity, state)
                   SELECT randomblob(16), variant_id, 1, 'sold' FROM stock",
            pg: "INSERT INTO reservations (order_id, variant_id, quantity, state)
                 SELECT gen_random_uuid(), variant_id, 1, 'sold' FROM stock",
        ),
        sql!("DELETE FROM reservations WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = reservations.order_id)"),
    ),
    (
        "I6",
        sql!("UPDATE orders SET n_pieces = n_pieces + 1"),
        sql!("UPDATE orders SET n_pieces = n_pieces - 1"),
    ),
    (
        "I7",
        sql!("UPDATE payment_attempts SET captured_minor = captured_minor - 1000000"),
        sql!("UPDATE payment_attempts SET captured_minor = captured_minor + 1000000"),
    ),
    (
        "I7",
        sql!(
            "UPDATE payment_attempts SET refunded_minor = refunded_minor - 1, updated_at = updated_at - 3600000000 WHERE refunded_minor > 0"
        ),
        sql!(
            "UPDATE payment_attempts SET refunded_minor = refunded_minor + 1, updated_at = updated_at + 3600000000 WHERE refunded_minor > 0"
        ),
    ),
    (
        "I8",
        sql!("UPDATE order_lines SET discount_minor = discount_minor - 5"),
        sql!("UPDATE order_lines SET discount_minor = discount_minor + 5"),
    ),
    (
        "I9",
        sql!("UPDATE refunds SET amount_minor = amount_minor + 1"),
        sql!("UPDATE refunds SET amount_minor = amount_minor - 1"),
    ),
    (
        "I10",
        sql!("UPDATE mails SET kind = 'lost' WHERE kind = 'order_confirmation'"),
        sql!("UPDATE mails SET kind = 'order_confirmation' WHERE kind = 'lost'"),
    ),
    (
        "I9",
        sql!("UPDATE refunds SET tax_minor = tax_minor + 1"),
        sql!("UPDATE refunds SET tax_minor = tax_minor - 1"),
    ),
    (
        "I9",
        sql!("UPDATE refund_lines SET quantity = quantity + 1000"),
        sql!("UPDATE refund_lines SET quantity = quantity - 1000"),
    ),
    (
        "I10",
        sql!("UPDATE mails SET state = 'queued', queued_at = queued_at - 3600000000 WHERE kind = 'order_confirmation'"),
        sql!("UPDATE mails SET state = 'sent', queued_at = queued_at + 3600000000 WHERE kind = 'order_confirmation'"),
    ),
    (
        "I11",
        sql!("UPDATE order_events SET kind = 'lost' WHERE kind = 'placed'"),
        sql!("UPDATE order_events SET kind = 'placed' WHERE kind = 'lost'"),
    ),
    (
        "I11",
        sql!("UPDATE orders SET placed_at = placed_at - 3600000000"),
        sql!("UPDATE orders SET placed_at = placed_at + 3600000000"),
    ),
    (
        "I11",
        sql!("UPDATE order_lines SET n_shipped = 0 WHERE n_shipped = 1"),
        sql!("UPDATE order_lines SET n_shipped = 1 WHERE id IN (SELECT order_line_id FROM fulfilment_lines)"),
    ),
    (
        "I12",
        sql!("UPDATE reservations SET state = 'held', quantity = quantity + 100 WHERE state = 'sold'"),
        sql!("UPDATE reservations SET state = 'sold', quantity = quantity - 100 WHERE quantity > 100"),
    ),
    (
        "I12",
        sql!("UPDATE reservations SET state = 'released' WHERE state = 'held'"),
        sql!("UPDATE reservations SET state = 'held' WHERE state = 'released'"),
    ),
    (
        "I12",
        sql!("UPDATE orders SET hold_until = hold_until - 86400000000 WHERE state = 'awaiting_payment'"),
        sql!("UPDATE orders SET hold_until = hold_until + 86400000000 WHERE state = 'awaiting_payment'"),
    ),
    (
        "I13",
        sql!(
            "UPDATE orders SET gift_note = number, number = ' ' || (SELECT min(number) FROM orders)
             WHERE number = (SELECT max(number) FROM orders)"
        ),
        sql!("UPDATE orders SET number = gift_note, gift_note = '' WHERE gift_note <> ''"),
    ),
    (
        "I13",
        sql!("UPDATE counters SET value = value + 1 WHERE name = 'invoice'"),
        sql!("UPDATE counters SET value = value - 1 WHERE name = 'invoice'"),
    ),
    (
        "I13",
        sql!("UPDATE documents SET serial = serial + 10 WHERE series = 'invoice' AND serial = 2"),
        sql!("UPDATE documents SET serial = serial - 10 WHERE series = 'invoice' AND serial = 12"),
    ),
    (
        "I13",
        sql!("UPDATE document_lines SET net_minor = net_minor + 1, gross_minor = gross_minor + 1"),
        sql!("UPDATE document_lines SET net_minor = net_minor - 1, gross_minor = gross_minor - 1"),
    ),
    (
        "I13",
        sql!(
            "UPDATE documents SET order_id = (SELECT id FROM orders WHERE state = 'awaiting_payment'),
                 issued_at = issued_at - 86400000000 WHERE series = 'invoice'"
        ),
        sql!("UPDATE documents SET order_id = cause_id, issued_at = issued_at + 86400000000 WHERE series = 'invoice'"),
    ),
    (
        "I13",
        sql!("UPDATE documents SET tax_minor = tax_minor + 1, net_minor = net_minor - 1 WHERE series = 'credit_note'"),
        sql!("UPDATE documents SET tax_minor = tax_minor - 1, net_minor = net_minor + 1 WHERE series = 'credit_note'"),
    ),
    (
        "I14",
        sql!("UPDATE webhook_events SET handled_at = NULL, received_at = received_at - 3600000000"),
        sql!("UPDATE webhook_events SET handled_at = 1, received_at = received_at + 3600000000"),
    ),
    (
        "I15",
        sql!("UPDATE audit SET at = at - 1 WHERE object_kind = 'variant'"),
        sql!("UPDATE audit SET at = at + 1 WHERE object_kind = 'variant'"),
    ),
    (
        "I15",
        sql!("UPDATE audit SET action = 'lost' WHERE action = 'paid'"),
        sql!("UPDATE audit SET action = 'paid' WHERE action = 'lost'"),
    ),
    (
        "I15",
        sql!("UPDATE order_events SET at = at + 1 WHERE kind = 'refund_requested'"),
        sql!("UPDATE order_events SET at = at - 1 WHERE kind = 'refund_requested'"),
    ),
    (
        "I16",
        sql!("UPDATE products SET available = available + 1"),
        sql!("UPDATE products SET available = available - 1"),
    ),
    (
        "I16",
        sql!("UPDATE products SET price_max_minor = price_max_minor + 1"),
        sql!("UPDATE products SET price_max_minor = price_max_minor - 1"),
    ),
    (
        "I16",
        sql!("UPDATE products SET n_ratings = n_ratings + 1"),
        sql!("UPDATE products SET n_ratings = n_ratings - 1"),
    ),
];

/// What `wares doctor --ledger` says, and whether all is well.
fn doctor(shop: &Shop) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wares"));
    shop.name_to(command.args(["doctor", "--ledger"]));
    let output = command.output().expect("the program runs");
    (output.status.success(), String::from_utf8(output.stdout).expect("text"))
}

fn is_clean(shop: &Shop) {
    let (is_well, said) = doctor(shop);
    assert!(is_well && said.contains("16 invariants hold"), "{said}");
}

/// Buys a mug and comes back paid; answers the order's page.
async fn buy(shop: &Shop, program: &Program) -> (Shopper, Page) {
    let mut buyer = Shopper::new();
    let review = to_review(&mut buyer, shop, program).await;
    let page = press_pay(&mut buyer, &review).await.expect("the gateway's page");
    let back = pay(&mut buyer, &page, "pay").await;
    let order = buyer.get(&back).await;
    order.says("is confirmed");
    (buyer, order)
}

/// The owner receives mugs and sends what was bought first.
async fn keep_shop(shop: &Shop, program: &Program, ana: &mut Shopper) {
    let path = format!("/admin/stock/{}", shop.mug().await);
    let form = ana.get(&program.url(&path)).await;
    let received = [("reason", "received"), ("delta", "5"), ("note", "")];
    ana.submit(&form, &path, &received).await.says("On hand");
    let orders = ana.get(&program.url("/admin/orders")).await;
    let order = orders.link("/admin/orders/1");
    let ship = format!("{order}/ship");
    let form = ana.get(&program.url(&ship)).await;
    ana.submit(&form, &ship, &[]).await;
    let shipped = ana.get(&program.url(&order)).await;
    let delivered = shipped.action("/delivered");
    ana.submit(&shipped, &delivered, &[]).await.says("Delivered");
}

/// Bought and sent, bought and cancelled, left at the gateway, left in the cart.
async fn a_day_of_trade(shop: &Shop) {
    let (gateway, postbox) = (TestGateway::start(shop.listen).await, Postbox::start().await);
    shop.take_cards_at(&gateway).await;
    shop.send_mail_through(&postbox).await;
    let program = shop.start();
    let mut ana = owner(&program).await;
    buy(shop, &program).await;
    keep_shop(shop, &program, &mut ana).await;

    let (mut ben, order) = buy(shop, &program).await;
    let cancel = format!("{}/cancel", order.path());
    let ask = ben.get(&order.absolute(&cancel)).await;
    ben.submit(&ask, &cancel, &[]).await.says("The order is cancelled");

    let mut cleo = Shopper::new();
    let review = to_review(&mut cleo, shop, &program).await;
    press_pay(&mut cleo, &review).await.expect("the gateway's page");

    let mut dan = Shopper::new();
    to_review(&mut dan, shop, &program).await;
    rest(shop).await;
}

/// Waits until the worker has done everything.
async fn rest(shop: &Shop) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while shop.figure(REFUNDED).await < 1 || shop.figure(NOTICED).await < 2 || shop.figure(OPEN_JOBS).await > 0 {
        assert!(Instant::now() < deadline, "the worker does not come to rest");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

both_engines! {
    async fn a_day_of_trade_leaves_clean_books_and_every_edit_is_noticed(data: TestDb) {
        let shop = Shop::on(data).await;
        a_day_of_trade(&shop).await;
        is_clean(&shop);
        shop.edit(AN_HOUR_LATER).await;
        is_clean(&shop);
        for (breaks, edit, mend) in EDITS {
            shop.edit(*edit).await;
            let (is_well, said) = doctor(&shop);
            let told = said.lines().find(|line| line.starts_with(&format!("BAD  {breaks} ")));
            assert!(!is_well && told.is_some(), "{breaks} is not told of after {}:\n{said}", edit.lite);
            shop.edit(*mend).await;
        }
        is_clean(&shop);
        let broken: std::collections::BTreeSet<_> = EDITS.iter().map(|(breaks, ..)| breaks).collect();
        assert_eq!(broken.len(), 16, "every invariant is broken by some edit");
    }
}
