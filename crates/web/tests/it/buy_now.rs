//! "Buy now" on a product's page: one thing goes to checkout, the cart stays as it is.

use wares_db::{both_engines, testing::TestDb};

use crate::support::{
    TestShop,
    browser::{Answer, Browser},
    buying::{EMAIL, press_pay, put_in},
    goods::Goods,
};

const NOW: &str = "/checkout/now";

async fn shop(data: TestDb) -> (TestShop, Browser, Goods, Goods) {
    let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
    let (mug, bowl) = (
        shop.goods("Tarn mug", 2400, 9).await,
        shop.goods("Scar bowl", 3000, 9).await,
    );
    let mut ines = Browser::new(shop.router());
    put_in(&mut ines, &mug, "2").await;
    (shop, ines, mug, bowl)
}

async fn buy(browser: &mut Browser, goods: &Goods, quantity: &str) -> Answer {
    browser
        .post(NOW, &[("variant", &goods.variant.to_string()), ("qty", quantity)])
        .await
}

const ADDRESS: [(&str, &str); 6] = [
    ("email", EMAIL),
    ("name", "Ines Roth"),
    ("country", "DE"),
    ("line1", "Ehrenstraße 12"),
    ("postcode", "50672"),
    ("city", "Köln"),
];

async fn on_to_review(browser: &mut Browser, details: &Answer) -> Answer {
    let delivery = browser.submit(details, "/checkout/details", &ADDRESS).await;
    browser.submit(&delivery, "/checkout/delivery", &[]).await
}

both_engines! {
    async fn one_thing_is_bought_and_the_cart_stays_as_it_is(data: TestDb) {
        let (shop, mut ines, _, bowl) = shop(data).await;
        let page = ines.get("/p/scar-bowl").await;
        page.says("Buy now");
        assert!(page.body.contains("formaction=\"/checkout/now\""), "{}", page.body);
        let details = buy(&mut ines, &bowl, "3").await;
        details.is(200).says("Your details").says("Scar bowl").says("Bought by itself: your cart stays as it is").does_not_say("Tarn mug");
        ines.get("/cart").await.says("Tarn mug").does_not_say("Scar bowl");
        let review = on_to_review(&mut ines, &details).await;
        review.says("Scar bowl").does_not_say("Tarn mug").says("Pay €90.00");
        let pay = press_pay(&mut ines, &review).await;
        assert_eq!(press_pay(&mut ines, &review).await, pay, "pressed twice");
        assert_eq!(ines.cookie("cart_n"), Some("2"));
        shop.gateway.pay(&pay);
        ines.get(&shop.return_path(&pay)).await.says("is confirmed").says("Scar bowl");
        ines.get("/cart").await.says("Tarn mug").does_not_say("Scar bowl");
        // Checkout is the cart's again.
        ines.get("/checkout/details").await.says("Tarn mug").says("Back to cart");
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    async fn going_back_leaves_everything_and_checkout_from_the_cart_is_the_carts(data: TestDb) {
        let (_shop, mut ines, _, bowl) = shop(data).await;
        buy(&mut ines, &bowl, "1").await.says("Scar bowl");
        ines.get("/checkout/details").await.says("Scar bowl");
        ines.get("/cart").await.says("Tarn mug").does_not_say("Scar bowl");
        ines.get("/checkout").await.says("Tarn mug").does_not_say("Scar bowl");
        ines.get("/checkout/details").await.says("Tarn mug").does_not_say("Scar bowl");
    }

    async fn a_double_click_is_one_purchase(data: TestDb) {
        let (_shop, mut ines, mug, bowl) = shop(data).await;
        buy(&mut ines, &mug, "1").await;
        let mut tab = ines.tab();
        tokio::join!(buy(&mut ines, &bowl, "2"), buy(&mut tab, &bowl, "2"));
        let details = ines.get("/checkout/details").await;
        details.says("Scar bowl").says("× 2").says("€60.00").does_not_say("Tarn mug");
    }

    async fn two_windows_do_not_mix_the_two_up(data: TestDb) {
        let (_shop, mut ines, _, bowl) = shop(data).await;
        let of_cart = ines.get("/checkout").await;
        let cart_review = on_to_review(&mut ines, &of_cart).await;
        cart_review.says("Tarn mug");
        let details = buy(&mut ines, &bowl, "1").await;
        // The cart's own page is still about the cart.
        let fields = cart_review.form("/checkout/review");
        let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.retain(|(name, _)| *name != "pay");
        ines.post("/checkout/review", &fields).await.is(422).says("Choose how to pay").says("Tarn mug").does_not_say("Scar bowl");
        on_to_review(&mut ines, &details).await.says("Scar bowl").does_not_say("Tarn mug");
    }

    async fn what_cannot_be_bought_is_said_as_for_the_cart(data: TestDb) {
        let (shop, mut ines, mug, bowl) = shop(data).await;
        shop.set_stock(bowl.variant, 0).await;
        buy(&mut ines, &bowl, "1").await.is(422).says("This product is sold out");
        let mistyped = buy(&mut ines, &mug, "1.5").await;
        mistyped.is(422).says("Enter a quantity between 1 and 999");
        assert_eq!(mistyped.value_of("qty").as_deref(), Some("1.5"));
        ines.submit(&mistyped, NOW, &[("qty", "1")]).await.is(200).says("Your details");
        ines.post(NOW, &[("product", "scar-bowl"), ("o1", "Blue")]).await.is(422).says("Choose one of each option");
        let cut = buy(&mut ines, &mug, "50").await;
        cut.is(200).says("Only 9 available; quantity set to 9");
        ines.get("/cart").await.says("Tarn mug");
    }

    async fn signing_in_on_the_way_keeps_both_apart(data: TestDb) {
        let (shop, mut ines, _, bowl) = shop(data).await;
        ines.register_and_sign_in("Ines Roth", EMAIL).await;
        let mut later = Browser::new(shop.router());
        let details = buy(&mut later, &bowl, "1").await;
        let gate = later.get(&details.link("/login")).await;
        let entered = [("email", EMAIL), ("password", "moss and clay 12")];
        let back = later.submit(&gate, "/login", &entered).await;
        back.is(200).says("Scar bowl").says("You are signed in as").does_not_say("Tarn mug");
        later.get("/cart").await.says("Tarn mug").does_not_say("Scar bowl");
        let review = on_to_review(&mut later, &back).await;
        let pay = press_pay(&mut later, &review).await;
        shop.gateway.pay(&pay);
        later.get(&shop.return_path(&pay)).await.says("is confirmed");
        later.get("/account/orders").await.says(&shop.order_number(&pay));
        later.get("/cart").await.says("Tarn mug");
    }
}
