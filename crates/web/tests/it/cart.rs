//! The cart, as a visitor uses it.

use wares_db::{both_engines, testing::TestDb};

use crate::support::{TestShop, browser::Browser};

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

both_engines! {
    async fn a_visitor_fills_changes_and_empties_a_cart(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let variant = mug.variant.to_string();
        ann.get("/cart").await.is(200).says("Your cart is empty");

        let cart = ann.post("/cart/lines", &[("variant", &variant), ("qty", "2")]).await;
        cart.is(200).says("Tarn mug is in your cart").says("€24.00 each").says("€48.00");
        assert_eq!(ann.cookie("cart_n"), Some("2"));
        assert_eq!(cart.headers["cache-control"], "no-store");

        let line = format!("/cart/lines/{variant}");
        ann.submit(&cart, &line, &[("qty", "3"), ("update", "1")]).await.says("€72.00");
        let removed = ann.post(&line, &[("line", &variant), ("set", "0")]).await;
        removed.says("Removed Tarn mug.").says("Your cart is empty");
        assert_eq!(ann.cookie("cart_n"), Some("0"));
        ann.submit(&removed, "/cart/undo", &[]).await.says("€72.00");
        assert_eq!(ann.cookie("cart_n"), Some("3"));
    }

    async fn a_double_click_adds_once_and_a_second_thought_adds_again(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let variant = mug.variant.to_string();
        let form = [("variant", variant.as_str()), ("qty", "2")];
        // The first request of a browser that has no cart yet brings it its cookie.
        ann.post("/cart/lines", &[("variant", &variant), ("qty", "1")]).await.says("€24.00");
        let mut second_click = ann.tab();
        let (first, second) = tokio::join!(ann.post("/cart/lines", &form), second_click.post("/cart/lines", &form));
        first.says("€72.00");
        second.says("€72.00");
        shop.data.clock.advance(std::time::Duration::from_secs(2));
        ann.post("/cart/lines", &form).await.says("€120.00");
    }

    async fn a_quantity_that_is_none_can_be_mended_where_it_is_refused(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let cup = shop.goods_in_colours("Combe cup", ["Oat", "Moss"]).await;
        let refused = ann.post("/cart/lines", &[("product", &cup.slug), ("o1", "Moss"), ("qty", "1.5")]).await;
        refused.is(422).says("Enter a quantity between 1 and 999");
        assert_eq!(refused.value_of("qty").as_deref(), Some("1.5"));
        ann.submit(&refused, "/cart/lines", &[("qty", "2")]).await.is(200).says("Moss").says("€48.00");
    }

    async fn a_script_gets_the_strip_and_the_region_only(data: TestDb) {
        let (shop, ann) = shop(data).await;
        let mut ann = ann.with_script();
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let variant = mug.variant.to_string();
        let added = ann.post("/cart/lines", &[("variant", &variant)]).await;
        added.is(200).says("Added to cart").says("Subtotal, 1 item: €24.00");
        assert!(added.body.contains("data-region=\"added\"") && !added.body.contains("<footer"));
        let line = format!("/cart/lines/{variant}");
        let region = ann.post(&line, &[("line", &variant), ("set", "4")]).await;
        assert!(region.body.contains("data-announce=\"Cart changed, total"), "{}", region.body);
    }

    async fn a_choice_names_its_variant_without_a_script(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let cup = shop.goods_in_colours("Tarn cup", ["Moss", "Oat"]).await;
        ann.post("/cart/lines", &[("product", &cup.slug), ("o1", "Oat"), ("qty", "1")]).await.is(200).says("Oat");
        ann.post("/cart/lines", &[("product", &cup.slug), ("qty", "1")]).await.is(422).says("Choose one of each option");
    }

    async fn hostile_quantities_are_refused_and_stay_in_the_field(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let variant = mug.variant.to_string();
        for wrong in ["-1", "0", "1e9", "2147483648", "1000", "٣", "1.5", "'\";--", ""] {
            ann.post("/cart/lines", &[("variant", &variant), ("qty", wrong)]).await.is(422).says("Enter a quantity between 1 and 999");
        }
        ann.post("/cart/lines", &[("variant", "nonsense"), ("qty", "1")]).await.is(422);
        ann.post("/cart/lines", &[("variant", &variant), ("qty", "2"), ("price", "1"), ("qty", "9")]).await.says("€48.00");
        let line = format!("/cart/lines/{variant}");
        for wrong in ["-3", "abc", "99999", ""] {
            let page = ann.post(&line, &[("line", &variant), ("qty", wrong)]).await;
            page.is(422).says("There is a problem").says("€48.00");
            assert_eq!(page.value_of("qty").as_deref(), Some(wrong));
            assert!(page.body.contains("<title>Error: Cart"), "{}", page.body);
        }
        ann.post("/cart/lines/00000000-0000-7000-8000-000000000000", &[("qty", "1")]).await.is(200);
        ann.post("/cart/lines/nonsense", &[("qty", "1")]).await.is(404);
    }

    async fn no_more_goes_in_than_there_is(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 3).await;
        let variant = mug.variant.to_string();
        ann.post("/cart/lines", &[("variant", &variant), ("qty", "5")]).await.says("Only 3 available; quantity set to 3");
        shop.set_stock(mug.variant, 1).await;
        ann.get("/cart").await.says("only 1 left, and you have 3 here.").says("Change what is marked to go on.");
        shop.set_stock(mug.variant, 0).await;
        ann.get("/cart").await.says("Sold out");
        let mut bob = Browser::new(shop.router());
        bob.post("/cart/lines", &[("variant", &variant), ("qty", "1")]).await.is(422).says("This product is sold out");
    }

    async fn carts_of_two_visitors_are_apart(data: TestDb) {
        let (shop, mut ann) = shop(data).await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        ann.post("/cart/lines", &[("variant", &mug.variant.to_string())]).await.says("Tarn mug");
        let mut bob = Browser::new(shop.router());
        bob.get("/cart").await.says("Your cart is empty").does_not_say("Tarn mug");
        let mut tab = ann.tab();
        tab.get("/cart").await.says("Tarn mug");
    }

    async fn an_empty_cart_shows_where_to_go_on(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let mugs = shop.category("Mugs", None).await;
        let mut draft = crate::support::shelf::product("Tarn mug");
        draft.categories = vec![mugs];
        shop.put_up(draft).await;
        let cart = ines.get("/cart").await;
        cart.says("Your cart is empty");
        let page = scraper::Html::parse_document(&cart.body);
        let links = scraper::Selector::parse("main a[href='/c/mugs']").expect("a selector");
        assert_eq!(page.select(&links).count(), 1, "{}", cart.body);
    }
}
