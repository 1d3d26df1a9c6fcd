//! From a cart to an order, paid or not, as a buyer goes.

use wares_commerce::inventory;
use wares_db::{both_engines, testing::TestDb};
use wares_kernel::VariantId;

use crate::support::{
    TestShop,
    browser::Browser,
    buying::{press_pay, put_in, to_review},
};

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

async fn reserved(shop: &TestShop, variant: VariantId) -> (i64, i64) {
    let mut conn = shop.data.db.read().await.expect("a connection");
    let level = inventory::level(&mut conn, variant)
        .await
        .expect("a read")
        .expect("a level");
    (level.on_hand, level.reserved)
}

both_engines! {
    async fn a_guest_buys_and_comes_back_without_a_cookie(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "2").await;
        let review = to_review(&mut ines).await;
        review.says("ines.roth@example.com").says("Ehrenstraße 12").says("Pay €");
        let page = press_pay(&mut ines, &review).await;
        assert!(page.starts_with("https://pay.example/"), "{page}");
        assert_eq!(ines.cookie("cart_n"), Some("0"));
        assert_eq!(reserved(&shop, mug.variant).await, (9, 2));

        let back = shop.return_path(&page);
        let mut elsewhere = Browser::new(shop.router());
        let pending = elsewhere.get(&back).await;
        pending.is(200).says("We are confirming your payment").says("i•••@example.com");
        assert!(pending.body.contains("http-equiv=\"refresh\"") && pending.body.contains("data-poll"));
        shop.gateway.pay(&page);
        let done = elsewhere.get(&back).await;
        done.is(200).says("is confirmed").says("Payment received").says("Ehrenstraße 12").says("€48.00");
        assert_eq!(done.headers["cache-control"], "no-store");
        assert_eq!(done.headers["referrer-policy"], "no-referrer");
        assert!(done.body.contains("noindex"));
        assert_eq!(reserved(&shop, mug.variant).await, (7, 0));
        let order = done.url.clone();
        elsewhere.get(&order).await.says("is confirmed");
        elsewhere.get(&format!("{order}/track")).await.is(200).says("Arrives");
        let paper = format!("{order}/invoice");
        assert!(!elsewhere.get(&paper).await.is(200).says("Order").says("VAT").text().contains("INV-"));
        shop.work().await;
        elsewhere.get(&paper).await.is(200).says("Invoice INV-00001").says("Paid").says("VAT");
        ines.get("/cart").await.says("Your cart is empty");
    }

    async fn a_double_click_and_a_second_tab_are_one_order(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "2").await;
        let review = to_review(&mut ines).await;
        let mut tab = ines.tab();
        let (first, second) = tokio::join!(press_pay(&mut ines, &review), press_pay(&mut tab, &review));
        let third = press_pay(&mut tab, &review).await;
        assert_eq!([&second, &third], [&first, &first]);
        assert_eq!(shop.gateway.n_begun(), 1);
        assert_eq!(reserved(&shop, mug.variant).await, (9, 2));
    }

    async fn a_declined_card_leads_back_with_everything_kept(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        let page = press_pay(&mut ines, &review).await;
        shop.gateway.decline(&page);
        let back = shop.return_path(&page);
        let again = ines.get(&back).await;
        again.is(200).says("There is not enough money on this card").says("Nothing was charged").says("Tarn mug");
        let action = again.url.split('?').next().expect("an address").to_owned();
        let fields = again.form(&action);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = ines.post_only(&action, &fields).await.location();
        shop.gateway.pay(&page);
        ines.get(&back).await.says("is confirmed");
        let given_up = ines.get(&format!("{back}?given_up=1")).await;
        given_up.says("is confirmed");
    }

    async fn what_is_typed_is_never_lost(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let details = ines.get("/checkout/details").await;
        let wrong = ines.submit(&details, "/checkout/details", &[("email", "ines@"), ("name", "Ines Roth"), ("postcode", "5066"), ("city", "Köln")]).await;
        wrong.is(422).says("There is a problem").says("Postcode must be 5 digits").says("Enter your street and house number");
        assert_eq!(wrong.value_of("email").as_deref(), Some("ines@"));
        let later = ines.get("/checkout/details").await;
        for (field, typed) in [("email", "ines@"), ("name", "Ines Roth"), ("postcode", "5066"), ("city", "Köln")] {
            assert_eq!(later.value_of(field).as_deref(), Some(typed), "{field}");
        }
        let review = to_review(&mut ines).await;
        let wrong = ines.post("/checkout/review", &[
            ("cart", &review.value_of("cart").unwrap_or_default()), ("total", &review.value_of("total").unwrap_or_default()),
            ("note", "For Ada"), ("name", "Roth GmbH"), ("country", "DE"),
        ]).await;
        wrong.is(422).says("Choose how to pay").says("Enter your street and house number").says("For Ada");
        ines.get("/checkout/review").await.says("For Ada");
    }

    async fn a_bill_that_goes_elsewhere_begins_in_the_country_of_the_delivery_and_asks_for_no_phone(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let details = ines.get("/checkout/details").await;
        assert!(details.body.contains("name=\"phone\""));
        let review = to_review(&mut ines).await;
        assert!(review.body.contains("<option value=\"DE\" selected>Germany</option>"));
        assert!(review.body.contains("<option value=\"AF\">Afghanistan</option>"));
        assert!(!review.body.contains("name=\"phone\""));
    }

    async fn steps_cannot_be_skipped(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        for step in ["/checkout", "/checkout/details", "/checkout/delivery", "/checkout/review"] {
            ines.get(step).await.says("Your cart is empty");
        }
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        ines.get("/checkout/review").await.says("Your details").says("This comes first");
        ines.get("/checkout/delivery").await.says("Your details");
        ines.post("/checkout/delivery", &[("method", "nonsense")]).await.is(422).says("Choose how it should come");
        ines.post("/checkout/review", &[("cart", "nonsense"), ("total", "1"), ("pay", "stripe")]).await.is(200);
        assert_eq!(shop.gateway.n_begun(), 0);
    }

    async fn a_total_that_changed_is_shown_before_it_is_paid(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        let tampered = ines.submit(&review, "/checkout/review", &[("total", "1")]).await;
        tampered.is(409).says("Something changed while you were here").says("The total is now").says("Accept and pay");
        assert_eq!(shop.gateway.n_begun(), 0);
        let page = press_pay(&mut ines, &tampered).await;
        assert!(page.starts_with("https://pay.example/"));
    }

    async fn the_last_piece_is_sold_once(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 1).await;
        let mut bob = Browser::new(shop.router());
        put_in(&mut ann, &mug, "1").await;
        put_in(&mut bob, &mug, "1").await;
        let (first, second) = (to_review(&mut ann).await, to_review(&mut bob).await);
        press_pay(&mut ann, &first).await;
        let refused = bob.submit(&second, "/checkout/review", &[]).await;
        refused.is(409).says("Tarn mug is sold out");
        assert_eq!((shop.gateway.n_begun(), reserved(&shop, mug.variant).await), (1, (1, 1)));
    }

    async fn a_customer_sees_their_own_orders_and_nobody_elses(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        ines.register_and_sign_in("Ines Roth", "ines.roth@example.com").await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        let page = press_pay(&mut ines, &review).await;
        shop.gateway.pay(&page);
        let back = shop.return_path(&page);
        ines.get(&back).await.says("is confirmed");
        let number = shop.order_number(&page);
        ines.get("/account/orders").await.says(&number).says("We are packing it");
        ines.get("/account/orders?find=mug").await.says(&number);
        ines.get("/account/orders?find=vase").await.says("No order with").does_not_say(&number);
        let detail = format!("/account/orders/{number}");
        ines.get(&detail).await.is(200).says("Arrives").says("Tarn mug");
        ines.get("/account").await.says("Latest order");
        ines.post(&format!("{detail}/again"), &[]).await.says("Tarn mug");
        ines.get("/account/addresses").await.says("Ehrenstraße 12");

        let mut eve = Browser::new(shop.router());
        eve.get(&detail).await.says("New here?");
        eve.register_and_sign_in("Eve", "eve@example.com").await;
        eve.get(&detail).await.is(404);
        eve.post(&format!("{detail}/again"), &[]).await.is(404);
        eve.get("/account/orders").await.does_not_say(&number);
    }

    async fn a_cancelled_order_puts_the_goods_back(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "2").await;
        let review = to_review(&mut ines).await;
        let page = press_pay(&mut ines, &review).await;
        shop.gateway.pay(&page);
        let back = shop.return_path(&page);
        let done = ines.get(&back).await;
        let cancel = format!("{}/cancel", done.url);
        for page in [done.url.clone(), format!("{}/track", done.url)] {
            assert_eq!(ines.get(&page).await.link(&cancel), cancel, "it is asked before it is done");
        }
        let ask = ines.get(&cancel).await;
        ask.says("back the way you paid it");
        assert_eq!(reserved(&shop, mug.variant).await, (7, 0));
        ines.submit(&ask, &cancel, &[]).await.says("The order is cancelled");
        ines.submit(&ask, &cancel, &[]).await.says("The order is cancelled");
        assert_eq!(reserved(&shop, mug.variant).await, (9, 0));
    }

    async fn a_notice_is_believed_only_when_it_is_signed(data: TestDb) {
        let (shop, _) = shop(data).await;
        assert_eq!(shop.notice("wrong", "pay_1").await, 400);
        assert_eq!(shop.notice("right", "pay_1").await, 200);
        assert_eq!(shop.notice("right", "pay_1").await, 200);
    }
}
