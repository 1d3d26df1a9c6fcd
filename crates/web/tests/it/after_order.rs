//! What a guest can do once the order is placed: make an account of it, find it again.

use wares_db::{both_engines, testing::TestDb};

use crate::support::{TestShop, browser::Browser, buying::EMAIL};

const PASSWORD: &str = "moss and clay 12";

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

both_engines! {
    async fn a_guest_makes_an_account_of_the_order_and_has_it_once_the_mailbox_is_proved(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = shop.order(&mut ines, &mug).await;
        let keep = format!("{}/account", order.url);
        let page = ines.get(&order.url).await;
        page.says("Keep your orders in one place");

        let weak = ines.submit(&page, &keep, &[("password", "password1")]).await;
        weak.is(422).says("There is a problem").says("is confirmed");
        assert!(!weak.body.contains("password1"), "a password is given back");
        let empty = ines.submit(&page, &keep, &[]).await;
        empty.is(422).says("Choose a password");

        let done = ines.submit(&page, &keep, &[("password", PASSWORD)]).await;
        done.is(200).says("We have written to i•••@example.com").says("is confirmed");
        done.does_not_say("Keep your orders in one place");

        let mut phone = Browser::new(shop.router());
        phone.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await.says("Hello, Ines");
        shop.work().await;
        phone.get("/account/orders").await.does_not_say(&order.number);
        let mail = shop.mails_to(EMAIL).await.into_iter().find(|mail| mail.kind == "verify_email");
        let link = TestShop::link_in(&mail.expect("a mail to prove the address"), "/verify/");
        let ask = phone.get(&link).await;
        phone.submit(&ask, &link, &[]).await.says("Hello, Ines");
        shop.work().await;
        phone.get("/account/orders").await.says(&order.number);
        phone.get(&order.url).await.does_not_say("Keep your orders in one place");
    }

    async fn whose_address_has_an_account_is_not_told(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        Browser::new(shop.router()).register_and_sign_in("Ines Roth", EMAIL).await;
        let order = shop.order(&mut ines, &mug).await;
        let page = ines.get(&order.url).await;
        let done = ines.submit(&page, &format!("{}/account", order.url), &[("password", "another one 55")]).await;
        done.is(200).says("We have written to i•••@example.com");
        let mut eve = Browser::new(shop.router());
        eve.post("/login", &[("email", EMAIL), ("password", "another one 55")]).await.is(422);
        let kinds: Vec<String> = shop.mails_to(EMAIL).await.into_iter().map(|mail| mail.kind).collect();
        assert!(kinds.contains(&"account_exists".to_owned()), "{kinds:?}");
    }

    async fn nobody_who_is_signed_in_is_offered_another_account(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = shop.order(&mut ines, &mug).await;
        let mut eve = Browser::new(shop.router());
        eve.register_and_sign_in("Eve", "eve@example.com").await;
        eve.get(&order.url).await.does_not_say("Keep your orders in one place");
        let answer = eve.post_only(&format!("{}/account", order.url), &[("password", PASSWORD)]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, order.url.clone()));
        ines.post("/login", &[("email", EMAIL), ("password", PASSWORD)]).await.is(422);
        ines.post(&format!("/orders/{}/account", "0".repeat(64)), &[("password", PASSWORD)]).await.is(404);
    }

    async fn the_link_to_an_order_is_mailed_to_its_own_address_alone(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = shop.order(&mut ines, &mug).await;
        let mut other = Browser::new(shop.router());
        let typed = format!(" {} ", order.number.to_lowercase());
        let hit = other.post("/track", &[("number", &typed), ("email", "INES.roth@example.com")]).await;
        hit.is(200).says("Check your e-mail").does_not_say("Ehrenstraße").does_not_say("Tarn mug");
        let miss = other.post("/track", &[("number", &order.number), ("email", "eve@example.com")]).await;
        assert_eq!(miss.status, hit.status);
        assert_eq!(miss.body.replace("eve@example.com", ""), hit.body.replace("INES.roth@example.com", ""));

        let found: Vec<_> = shop.mails_to(EMAIL).await.into_iter().filter(|mail| mail.kind == "order_link").collect();
        assert_eq!(found.len(), 1);
        let link = TestShop::link_in(&found[0], "/orders/");
        assert_eq!(link, order.url);
        Browser::new(shop.router()).get(&link).await.is(200).says("Ehrenstraße 12");
        assert!(shop.mails_to("eve@example.com").await.is_empty(), "somebody else is written to");
    }

    async fn looking_for_orders_is_throttled_and_never_floods_a_mailbox(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = shop.order(&mut ines, &mug).await;
        let mut eve = Browser::new(shop.router());
        let form = [("number", order.number.as_str()), ("email", EMAIL)];
        for _ in 0..10 {
            eve.post("/track", &form).await.is(200);
            shop.data.clock.advance(std::time::Duration::from_secs(61));
        }
        let sent = shop.mails_to(EMAIL).await.into_iter().filter(|mail| mail.kind == "order_link").count();
        assert!((1..=4).contains(&sent), "{sent} mails to one mailbox in ten minutes");
        for _ in 0..11 {
            eve.post("/track", &form).await;
        }
        eve.post("/track", &form).await.is(429);
    }

    async fn a_look_up_says_what_is_wrong_with_it(data: TestDb) {
        let (_shop, mut other) = shop(data).await;
        let wrong = other.post("/track", &[("number", "'\";--"), ("email", "x")]).await;
        wrong.is(422).says("Check the order number: it looks like 1001-4F7K");
        assert_eq!(wrong.value_of("number").as_deref(), Some("'\";--"));
        other.get("/orders/nonsense").await.is(404);
        other.get(&format!("/orders/{}", "0".repeat(64))).await.is(404);
    }
}
