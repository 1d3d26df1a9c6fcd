//! What staff do with the money of an order.

use wares_commerce::settings::{CardGateway, Payments};
use wares_db::{both_engines, testing::TestDb};

use super::support::{PASSWORD, owner};
use crate::support::{
    TestShop,
    browser::{Answer, BASE, Browser},
    buying::{EMAIL, Ordered, press_pay, put_in, to_review},
    gateway::TestGateway,
};

/// Three mugs at 24.00, bought and paid, and the owner at a browser.
pub(super) async fn three_mugs(data: TestDb) -> (TestShop, Browser, Ordered) {
    let (shop, ana) = open(data).await;
    let order = buy_three(&shop, TestGateway::pay).await;
    (shop, ana, order)
}

/// The same, agreed to by the buyer and not taken yet.
pub(super) async fn three_authorised_mugs(data: TestDb) -> (TestShop, Browser, Ordered) {
    let (shop, mut ana) = open(data).await;
    let path = "/admin/settings/payments";
    let page = ana.get(path).await;
    ana.submit(&page, path, &[("capture", "by_hand")]).await.is(200);
    let order = buy_three(&shop, TestGateway::authorise).await;
    shop.work().await;
    (shop, ana, order)
}

/// A shop that takes cards, and its owner at a browser.
async fn open(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await;
    owner(&shop).await;
    let shop = shop.delivering().await.taking_cards().await;
    let mut ana = Browser::new(shop.router());
    let gate = ana.get("/admin/sign-in").await;
    let entered = [("email", "ana@fieldhouse.example"), ("password", PASSWORD)];
    ana.submit(&gate, "/admin/sign-in", &entered).await.is(200);
    (shop, ana)
}

async fn buy_three(shop: &TestShop, agree: fn(&TestGateway, &str)) -> Ordered {
    let mug = shop.goods("Tarn mug", 2400, 9).await;
    let mut ines = Browser::new(shop.router());
    put_in(&mut ines, &mug, "3").await;
    let review = to_review(&mut ines).await;
    let page = press_pay(&mut ines, &review).await;
    agree(&shop.gateway, &page);
    let done = ines.get(&shop.return_path(&page)).await;
    done.is(200).says("is confirmed");
    Ordered {
        url: done.url,
        number: shop.order_number(&page),
    }
}

/// The name of the field for the pieces of the first line.
pub(crate) fn pieces(page: &Answer, action: &str) -> String {
    let mut fields = page.form(action).into_iter();
    let found = fields.find(|(name, _)| name.starts_with("q-"));
    found.expect("a line that can be refunded").0
}

/// From now on the password is asked for above so much.
async fn limit(ana: &mut Browser, amount: &str) {
    let path = "/admin/settings/payments";
    let page = ana.get(path).await;
    ana.submit(&page, path, &[("password_above", amount)])
        .await
        .is(200)
        .says("The settings were saved");
}

both_engines! {
    async fn the_address_for_notices_that_the_settings_name_is_one_that_answers(data: TestDb) {
        let (shop, mut ana, _) = three_mugs(data).await;
        let page = ana.get("/admin/settings/payments").await;
        let text = page.is(200).says("Sandbox").says("Test mode").text();
        let address = text.split_whitespace().find(|word| word.contains("/webhooks/")).expect("an address");
        let path = address.strip_prefix(BASE).expect("an address of the shop");
        assert_eq!(shop.notice_at(path, "forged", "{}").await, 400);
        assert_eq!(shop.notice_at("/webhooks/nobody", "forged", "{}").await, 404);
    }

    async fn staff_give_back_a_piece_and_everybody_sees_it(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        let path = format!("/admin/orders/{}/refund", order.number);
        let page = ana.get(&path).await;
        page.is(200).says("€24.00 each").says("3 pieces not sent yet");
        let q = pieces(&page, &path);
        let look = ana.submit(&page, &path, &[(&q, "1"), ("reason", "Damaged"), ("look", "1")]).await;
        look.is(200).says("Refund €24.00");
        let fill = [(q.as_str(), "1"), ("reason", "Damaged"), ("note", "Sorry about the rim.")];
        ana.submit(&page, &path, &fill).await.says("€24.00 is on its way back");
        ana.submit(&page, &path, &fill).await.is(200);
        shop.work().await;
        let seen = ana.get(&format!("/admin/orders/{}", order.number)).await;
        seen.says("Partly refunded").says("Damaged: 1 × Tarn mug").says("To send, 2 items");
        seen.does_not_say("Refund 2");
        let mails = shop.mails_to(EMAIL).await;
        let mail = mails.iter().find(|mail| mail.kind == "refunded").expect("a mail about the refund");
        assert!(mail.text.contains("€24.00") && mail.text.contains("Sorry about the rim."), "{}", mail.text);
        let mut ines = Browser::new(shop.router());
        ines.get(&order.url).await.is(200).says("−€24.00").says("Refunded €24.00");
    }

    async fn an_order_whose_money_has_all_gone_back_says_so(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        let here = format!("/admin/orders/{}", order.number);
        let page = ana.get(&format!("{here}/cancel")).await;
        ana.submit(&page, &format!("{here}/cancel"), &[]).await.is(200);
        shop.work().await;
        let page = ana.get(&format!("{here}/refund")).await;
        page.is(200).says("Nothing to refund").says("has gone back");
        assert!(!page.body.contains("name=\"amount\""));
    }

    async fn keys_of_the_gateway_are_entered_in_the_settings_and_kept_sealed(data: TestDb) {
        let (shop, mut ana, _) = three_mugs(data).await;
        let path = "/admin/settings/payments";
        let page = ana.get(path).await;
        let wrong = ana.submit(&page, path, &[("stripe_key", "pk_test_public")]).await;
        wrong.is(422).says("it starts with sk_ or rk_").says("it starts with whsec_");
        assert!(!wrong.body.contains("pk_test_public"), "a key is given back");
        let keys = [("stripe_key", "sk_test_4eC39HqLyjWD"), ("stripe_webhook", "whsec_7f3a9c"), ("capture", "by_hand")];
        ana.submit(&page, path, &keys).await.is(200).says("Set, ends in yjWD");
        let mut conn = shop.data.db.read().await.expect("a connection");
        let saved = wares_commerce::settings::load::<Payments>(&mut conn).await.expect("settings");
        let kept = serde_json::to_string(&saved.value).expect("a document");
        assert!(!kept.contains("4eC39HqLyjWD") && !kept.contains("7f3a9c"), "{kept}");
        let card = saved.value.card.expect("a gateway");
        assert_eq!(shop.app.vault.open_text(CardGateway::KEY_PLACE, &card.secret_key).as_deref(), Ok(keys[0].1));
        assert_eq!(saved.value.capture, wares_commerce::payment::CaptureWhen::ByHand);
        let page = ana.get(path).await;
        ana.submit(&page, path, &[("stripe_webhook", "whsec_next")]).await.is(200);
        let saved = wares_commerce::settings::load::<Payments>(&mut conn).await.expect("settings").value.card;
        let card = saved.expect("a gateway");
        let before = card.old_webhook_secret.expect("the one before is believed for a while");
        assert_eq!(shop.app.vault.open_text(CardGateway::WEBHOOK_PLACE, &before).as_deref(), Ok("whsec_7f3a9c"));
    }

    async fn what_cannot_go_back_is_said_at_the_field_and_nothing_typed_is_lost(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        let path = format!("/admin/orders/{}/refund", order.number);
        let page = ana.get(&path).await;
        let q = pieces(&page, &path);
        for (changes, said) in [
            (vec![(q.as_str(), "4")], "Enter a whole number from 0 to 3"),
            (vec![(q.as_str(), "-1")], "Enter a whole number from 0 to 3"),
            (vec![("amount", "9999")], "can still be refunded"),
            (vec![("amount", "a lot")], "Enter an amount above zero"),
            (vec![("amount", "0")], "Enter an amount above zero"),
            (vec![("reason", "Because")], "Choose a reason"),
            (vec![], "Choose what is refunded, or enter an amount"),
        ] {
            let mut fill = vec![("reason", "Damaged"), ("note", "Keep this note")];
            fill.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
            fill.extend(changes);
            ana.submit(&page, &path, &fill).await.is(422).says(said).says("Keep this note");
        }
    }

    async fn a_large_refund_takes_the_password_again(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        limit(&mut ana, "30").await;
        let path = format!("/admin/orders/{}/refund", order.number);
        let page = ana.get(&path).await;
        page.says("Your password").says("more than €30.00 of this order");
        let q = pieces(&page, &path);
        let mut fill = vec![(q.as_str(), "2"), ("reason", "Damaged"), ("note", "Keep this note")];
        ana.submit(&page, &path, &fill).await.is(422).says("Enter your password").says("Keep this note");
        fill.push(("password", "not this one"));
        let wrong = ana.submit(&page, &path, &fill).await;
        wrong.is(422).says("This is not your current password").says("Keep this note");
        assert!(!wrong.body.contains("not this one"), "a password is given back");
        fill.retain(|(name, _)| *name != "password");
        fill.push(("password", PASSWORD));
        ana.submit(&wrong, &path, &fill).await.is(200).says("€48.00 is on its way back");
        let activity = ana.get("/admin/activity").await;
        activity.says("Typed a wrong password on order").says("typed again");
    }

    async fn a_small_refund_takes_no_password_until_the_small_ones_are_a_large_one(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        limit(&mut ana, "30").await;
        let path = format!("/admin/orders/{}/refund", order.number);
        for said in ["€24.00 is on its way back", "Enter your password"] {
            let page = ana.get(&path).await;
            let q = pieces(&page, &path);
            ana.submit(&page, &path, &[(&q, "1"), ("reason", "Damaged")]).await.says(said);
        }
        limit(&mut ana, "").await;
        let page = ana.get(&path).await;
        page.does_not_say("Your password");
        let q = pieces(&page, &path);
        ana.submit(&page, &path, &[(&q, "2"), ("reason", "Damaged")]).await.says("€48.00 is on its way back");
    }

    async fn passwords_cannot_be_guessed_at_a_refund(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        limit(&mut ana, "30").await;
        let path = format!("/admin/orders/{}/refund", order.number);
        let page = ana.get(&path).await;
        let q = pieces(&page, &path);
        for guess in ["one", "two", "three", "four", "five"] {
            let fill = [(q.as_str(), "2"), ("reason", "Damaged"), ("password", guess)];
            ana.submit(&page, &path, &fill).await.is(422);
        }
        let fill = [(q.as_str(), "2"), ("reason", "Damaged"), ("note", "Keep this note"), ("password", PASSWORD)];
        ana.submit(&page, &path, &fill).await.is(429).says("Too many tries").says("Keep this note");
    }

    async fn calling_off_an_order_that_much_was_paid_for_takes_the_password(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        limit(&mut ana, "30").await;
        let path = format!("/admin/orders/{}/cancel", order.number);
        let page = ana.get(&path).await;
        let fill = [("reason", "Other"), ("note", "Keep this note")];
        ana.submit(&page, &path, &fill).await.is(422).says("Enter your password").says("Keep this note");
        let fill = [("reason", "Other"), ("password", PASSWORD)];
        ana.submit(&page, &path, &fill).await.is(200).says("The order was cancelled");
    }
}
