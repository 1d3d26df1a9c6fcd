//! The attacks of `ACIDRain` (Warszawski and Bailis, 2017) on stock and carts, through the routes a stranger has: requests side by side
//! that would, in a shop that reads first and writes later, sell what is not there or pay for less than is sent.
//!
//! Two kinds of them: a lost update inside one request's isolation, and a race across several requests that each are right alone.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use wares_commerce::inventory;
use wares_db::{Sql, both_engines, p, sql, testing::TestDb};
use wares_kernel::VariantId;

use crate::admin::support::{PASSWORD, owner};
use crate::support::{
    TestShop,
    browser::{Answer, Browser},
    buying::{EMAIL, press_pay, put_in, to_review},
};

const ORDERED: Sql = sql!(
    "SELECT cast(count(DISTINCT o.id) AS bigint), cast(coalesce(sum(l.quantity), 0) AS bigint)
     FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.state IN ('awaiting_payment', 'placed')"
);
const IN_CARTS: Sql = sql!(
    "SELECT cast(coalesce(sum(l.quantity), 0) AS bigint) FROM cart_lines l JOIN carts c ON c.id = l.cart_id WHERE c.ordered_at IS NULL"
);
/// Orders that ask for another amount than their lines and delivery come to.
const WRONG: Sql = sql!(
    "SELECT cast(count(*) AS bigint) FROM orders o JOIN payment_attempts a ON a.order_id = o.id
     WHERE a.amount_minor <> o.total_minor OR o.total_minor <> o.shipping_minor
         + (SELECT sum(l.total_minor) FROM order_lines l WHERE l.order_id = o.id)"
);
const MOVED: Sql = sql!("SELECT cast(sum(delta) AS bigint) FROM stock_movements WHERE variant_id = ?1");

async fn shop(data: TestDb) -> TestShop {
    TestShop::on(data).await.delivering().await.taking_cards().await
}

async fn level(shop: &TestShop, variant: VariantId) -> (i64, i64) {
    let mut conn = shop.data.db.read().await.expect("a connection");
    let level = inventory::level(&mut conn, variant)
        .await
        .expect("a read")
        .expect("a level");
    (level.on_hand, level.reserved)
}

async fn figure(shop: &TestShop, sql: Sql) -> i64 {
    let (n,): (i64,) = shop
        .data
        .db
        .read()
        .await
        .expect("a connection")
        .one(sql, p![])
        .await
        .expect("a figure");
    n
}

/// Orders that count or wait, and the pieces in them.
async fn ordered(shop: &TestShop) -> (i64, i64) {
    shop.data
        .db
        .read()
        .await
        .expect("a connection")
        .one(ORDERED, p![])
        .await
        .expect("a figure")
}

/// Presses Pay in this tab; answers where it leads, or nothing where the shop refuses.
async fn press(mut tab: Browser, review: &Answer) -> Option<String> {
    let fields = review.form("/checkout/review");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = tab.post_only("/checkout/review", &fields).await;
    assert!(!answer.status.is_server_error(), "{}", answer.text());
    answer
        .status
        .is_redirection()
        .then(|| answer.location())
        .filter(|to| to.starts_with("https://pay.example/"))
}

both_engines! {
    async fn acidrain_stock_sold_below_zero_by_parallel_orders(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 3).await;
        let mut ready = Vec::new();
        for _ in 0..12 {
            let mut buyer = Browser::new(shop.router());
            put_in(&mut buyer, &mug, "1").await;
            let review = to_review(&mut buyer).await;
            ready.push((buyer, review));
        }
        let pages = join_all(ready.iter().map(|(buyer, review)| press(buyer.tab(), review))).await;
        assert_eq!(pages.iter().flatten().count(), 3);
        assert_eq!(level(&shop, mug.variant).await, (3, 3));
        assert_eq!(shop.gateway.n_begun(), 3, "nobody else was sent to pay");
    }

    async fn acidrain_stock_taken_by_staff_and_buyers_at_once_is_counted_once(data: TestDb) {
        let shop = TestShop::on(data).await;
        owner(&shop).await;
        let shop = shop.delivering().await.taking_cards().await;
        let mug = shop.goods("Tarn mug", 2400, 6).await;
        let mut ready = Vec::new();
        for _ in 0..6 {
            let mut buyer = Browser::new(shop.router());
            put_in(&mut buyer, &mug, "1").await;
            let review = to_review(&mut buyer).await;
            ready.push((buyer, review));
        }
        let mut ana = Browser::new(shop.router());
        let gate = ana.get("/admin/sign-in").await;
        let entered = [("email", "ana@fieldhouse.example"), ("password", PASSWORD)];
        ana.submit(&gate, "/admin/sign-in", &entered).await.is(200);
        let path = format!("/admin/stock/{}", mug.variant);
        let form = ana.get(&path).await;
        let broken = (0..4).map(|_| {
            let (mut desk, form, path) = (ana.tab(), form.form(&path), path.clone());
            async move {
                let fields: Vec<(&str, &str)> = form
                    .iter()
                    .map(|(n, v)| (n.as_str(), v.as_str()))
                    .filter(|(n, _)| !["reason", "delta"].contains(n))
                    .chain([("reason", "damaged"), ("delta", "-1")])
                    .collect();
                desk.post_only(&path, &fields).await
            }
        });
        let bought = ready.iter().map(|(buyer, review)| press(buyer.tab(), review));
        let (answers, pages) = futures_util::future::join(join_all(broken), join_all(bought)).await;
        assert!(answers.iter().all(|answer| !answer.status.is_server_error()));
        let (on_hand, reserved) = level(&shop, mug.variant).await;
        assert_eq!(i64::try_from(pages.iter().flatten().count()).ok(), Some(reserved));
        assert!(0 <= reserved && reserved <= on_hand, "{reserved} of {on_hand} are promised");
        let mut conn = shop.data.db.read().await.expect("a connection");
        let (moved,): (i64,) = conn.one(MOVED, p![mug.variant]).await.expect("a figure");
        assert_eq!(moved, on_hand, "every change is written down once");
    }

    async fn acidrain_a_cart_changed_while_it_is_paid_is_paid_as_it_is_sent(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 99).await;
        let bowl = shop.goods("Combe bowl", 5600, 99).await;
        for _ in 0..5 {
            let mut buyer = Browser::new(shop.router());
            put_in(&mut buyer, &mug, "1").await;
            let review = to_review(&mut buyer).await;
            let mut second = buyer.tab();
            let (page, ()) = futures_util::future::join(press(buyer.tab(), &review), put_in(&mut second, &bowl, "1")).await;
            if let Some(page) = page {
                shop.gateway.pay(&page);
                buyer.get(&shop.return_path(&page)).await.is(200).says("is confirmed");
            }
        }
        assert_eq!(figure(&shop, WRONG).await, 0, "every order costs what is in it");
    }

    async fn acidrain_a_cart_changed_after_pay_was_pressed_leaves_the_order_alone(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 99).await;
        let bowl = shop.goods("Combe bowl", 5600, 99).await;
        let mut buyer = Browser::new(shop.router());
        put_in(&mut buyer, &mug, "1").await;
        let review = to_review(&mut buyer).await;
        let page = press_pay(&mut buyer, &review).await;
        put_in(&mut buyer, &bowl, "2").await;
        shop.gateway.pay(&page);
        let done = buyer.get(&shop.return_path(&page)).await;
        done.says("is confirmed").does_not_say("Combe bowl");
        assert_eq!((ordered(&shop).await, figure(&shop, WRONG).await), ((1, 1), 0));
        buyer.get("/cart").await.says("Combe bowl").does_not_say("Tarn mug");
    }

    async fn acidrain_one_cart_paid_in_many_tabs_is_one_order(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 99).await;
        let mut buyer = Browser::new(shop.router());
        put_in(&mut buyer, &mug, "2").await;
        let review = to_review(&mut buyer).await;
        let pages = join_all((0..8).map(|_| press(buyer.tab(), &review))).await;
        let pages: BTreeSet<String> = pages.into_iter().flatten().collect();
        assert_eq!(pages.len(), 1, "one page to pay on: {pages:?}");
        assert_eq!(ordered(&shop).await, (1, 2));
        assert_eq!(shop.gateway.n_begun(), 1);
    }

    async fn acidrain_carts_merged_while_one_of_them_is_placed_lose_and_double_nothing(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 99).await;
        let bowl = shop.goods("Combe bowl", 5600, 99).await;
        let mut home = Browser::new(shop.router());
        home.register_and_sign_in("Ines Roth", EMAIL).await;
        put_in(&mut home, &bowl, "2").await;
        let mut phone = Browser::new(shop.router());
        put_in(&mut phone, &mug, "1").await;
        let review = to_review(&mut phone).await;
        let mut signing_in = phone.tab();
        let sign_in = signing_in.post_only("/login", &[("email", EMAIL), ("password", "moss and clay 12")]);
        let (page, signed) = futures_util::future::join(press(phone.tab(), &review), sign_in).await;
        assert!(!signed.status.is_server_error(), "{}", signed.text());
        let (orders, pieces) = ordered(&shop).await;
        assert_eq!(orders, i64::from(page.is_some()));
        assert_eq!(pieces + figure(&shop, IN_CARTS).await, 3, "two bowls and a mug are in the order or in a cart");
        assert_eq!(figure(&shop, WRONG).await, 0);
    }

    async fn acidrain_lines_added_to_one_cart_at_once_are_all_there(data: TestDb) {
        let shop = shop(data).await;
        let mut goods = Vec::new();
        for n in 0..10 {
            goods.push(shop.goods(&format!("Mug {n}"), 2400, 9).await);
        }
        let mut buyer = Browser::new(shop.router());
        put_in(&mut buyer, &goods[0], "1").await;
        let rest = goods[1..].iter().map(|one| {
            let mut tab = buyer.tab();
            async move { put_in(&mut tab, one, "1").await }
        });
        join_all(rest).await;
        assert_eq!(figure(&shop, IN_CARTS).await, 10);
    }

    async fn acidrain_a_cancellation_and_a_payment_at_once_never_send_what_is_not_paid(data: TestDb) {
        let shop = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = {
            let mut buyer = Browser::new(shop.router());
            put_in(&mut buyer, &mug, "1").await;
            let review = to_review(&mut buyer).await;
            press_pay(&mut buyer, &review).await
        };
        shop.gateway.pay(&order);
        let back = shop.return_path(&order);
        let token = back.split('/').nth(2).expect("a token").to_owned();
        let (mut paying, mut cancelling) = (Browser::new(shop.router()), Browser::new(shop.router()));
        let cancel = format!("/orders/{token}/cancel");
        let (paid, cancelled) = futures_util::future::join(paying.get(&back), cancelling.post(&cancel, &[])).await;
        assert!(!paid.status.is_server_error() && !cancelled.status.is_server_error());
        paying.get(&back).await;
        shop.work().await;
        let page = paying.get(&format!("/orders/{token}")).await.text();
        let (on_hand, reserved) = level(&shop, mug.variant).await;
        let is_cancelled = page.contains("Cancelled");
        assert_eq!((on_hand, reserved), if is_cancelled { (9, 0) } else { (8, 0) }, "{page}");
    }
}
