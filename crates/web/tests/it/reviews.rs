//! Reviews from the account.

use wares_commerce::{
    audit::Actor,
    fulfilment::{Deliver, Ship, ShipLine},
    orders,
};
use wares_db::{both_engines, testing::TestDb};

use crate::support::{
    TestShop,
    browser::Browser,
    buying::{EMAIL, Ordered},
};

const TEXT: &str = "The glaze has a depth you cannot see on the screen.";

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
    let mut browser = Browser::new(shop.router());
    browser.register_and_sign_in("Ines Roth", EMAIL).await;
    (shop, browser)
}

/// The parcel leaves and, if asked, arrives.
async fn send(shop: &TestShop, order: &Ordered, arrives: bool) {
    let number = order.number.parse().expect("an order number");
    let (order_id, lines) = {
        let mut conn = shop.data.db.read().await.expect("a connection");
        let order = orders::by_number(&mut conn, &number)
            .await
            .expect("a read")
            .expect("the order");
        (order.id, orders::lines(&mut conn, order.id).await.expect("a read"))
    };
    let ship = Ship {
        actor: Actor::System,
        order_id,
        lines: lines
            .iter()
            .map(|line| ShipLine {
                order_line_id: line.id,
                quantity: line.quantity,
            })
            .collect(),
        carrier: "Own van".into(),
        despite_dispute: false,
        tracking_number: "VAN-7".into(),
    };
    let fulfilment_id = shop.data.db.write(ship).await.expect("a parcel can be sent");
    if arrives {
        let actor = Actor::System;
        let deliver = Deliver { actor, fulfilment_id };
        shop.data.db.write(deliver).await.expect("a parcel can arrive");
    }
}

both_engines! {
    async fn what_has_arrived_is_reviewed_from_the_account(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let (mug, bowl) = (shop.goods("Tarn mug", 2400, 9).await, shop.goods("Combe bowl", 5400, 9).await);
        ines.get("/account/reviews").await.is(200).says("Once something you ordered has arrived");
        let order = shop.order(&mut ines, &mug).await;
        let other = shop.order(&mut ines, &bowl).await;
        send(&shop, &other, false).await;
        ines.get("/account/reviews").await.does_not_say("Combe bowl");
        send(&shop, &order, true).await;
        let list = ines.get("/account/reviews").await;
        list.says("Waiting for your review").says("Tarn mug").does_not_say("Combe bowl");
        ines.get("/account/orders").await.says("Review");
        ines.get(&format!("/account/orders/{}", order.number)).await.says("Write a review");

        let write = list.link("/account/orders/");
        let form = ines.get(&write).await;
        form.is(200).says("Review the Tarn mug");
        assert_eq!(form.value_of("show").as_deref(), Some("Ines R."));
        let short = ines.submit(&form, &write, &[("text", "Nice")]).await;
        short.is(422).says("Choose how good it is").says("Write at least 20 characters; this has 4");
        assert_eq!(short.value_of("text").as_deref(), Some("Nice"));
        let fill = [("rating", "5"), ("title", "Heavy"), ("text", TEXT), ("ok", "1")];
        let sent = ines.submit(&form, &write, &fill).await;
        sent.is(200).says("Thank you for your review").says("Being checked").says(TEXT);
        sent.does_not_say("Waiting for your review");

        let again = ines.get(&write).await;
        assert_eq!(again.value_of("text").as_deref(), Some(TEXT), "what was written can be changed");
        ines.submit(&again, &write, &[("rating", "4"), ("title", "Heavier"), ("ok", "1")]).await.says("Heavier");
    }

    async fn nobody_reviews_what_somebody_else_bought(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let order = shop.order(&mut ines, &mug).await;
        send(&shop, &order, true).await;
        let write = ines.get("/account/reviews").await.link("/account/orders/");
        let mut eve = Browser::new(shop.router());
        eve.get(&write).await.says("New here?");
        eve.register_and_sign_in("Eve", "eve@example.com").await;
        eve.get(&write).await.is(404);
        let fill = [("rating", "1"), ("title", "Bad"), ("text", TEXT), ("show", "Eve"), ("ok", "1")];
        eve.post(&write, &fill).await.is(404);
        eve.get("/account/reviews").await.does_not_say("Tarn mug");
        ines.get("/account/reviews").await.says("Waiting for your review");
    }
}
