//! The journeys a shop dies without, in a real browser, on the real program.

use serde_json::json;

use crate::support::browser::{Browser, Look};
use crate::support::program::Program;

/// Fills the checkout's first page as somebody in Berlin would.
async fn enter_details(browser: &Browser) {
    for (name, text) in [
        ("email", "ann@example.org"),
        ("name", "Ann Example"),
        ("line1", "Hauptstraße 1"),
        ("postcode", "10115"),
        ("city", "Berlin"),
    ] {
        browser.fill(name, text).await;
    }
}

/// Puts a mug into the cart and goes through the three pages, up to the gateway's.
async fn go_to_the_gateway(browser: &Browser, shop: &Program) {
    browser.go(&shop.url("/p/tarn-mug")).await;
    browser.check_page("product").await;
    browser.picture("product").await;
    browser.press("Add to cart").await;
    browser.wait_for_text("Tarn Mug").await;
    browser.go(&shop.url("/cart")).await;
    browser.wait_for_text("€26.00").await;
    browser.check_page("cart").await;
    browser.picture("cart").await;
    browser.press("Checkout").await;
    browser.wait_for_text("Your details").await;
    browser.check_page("checkout: details").await;
    enter_details(browser).await;
    browser.picture("checkout-details").await;
    browser.press("Continue to delivery").await;
    browser.check_page("checkout: delivery").await;
    browser.picture("checkout-delivery").await;
    browser.press("Continue to review").await;
    browser.check_page("checkout: review").await;
    browser.picture("checkout-review").await;
    browser.press("Pay €30.90").await;
    browser.wait_for_text("TEST").await;
    browser.check_page("gateway").await;
    browser.picture("gateway").await;
}

/// Pays on the gateway's page with a test card.
async fn pay_with(browser: &Browser, card: &str) {
    browser.fill("number", card).await;
    browser.fill("exp", "12/30").await;
    browser.fill("cvc", "123").await;
    browser.click("button[name='how'][value='pay']").await;
}

/// The order's number, as the confirmation says it.
async fn order_number(browser: &Browser) -> String {
    browser.wait_for_text("Thank you, order").await;
    let text = browser.text().await;
    let after = text.split("Thank you, order").nth(1).expect("a confirmation");
    after.split_whitespace().next().expect("a number").to_owned()
}

/// Sets the admin panel up through its one-time link.
async fn set_up(browser: &Browser, shop: &Program) {
    browser.go(&shop.setup_link()).await;
    browser.check_page("set-up").await;
    browser.fill("name", "Olga Owner").await;
    browser.fill("email", "olga@example.org").await;
    browser.fill("password", "a long sentence as a password").await;
    browser.fill("shop", "Fieldhouse").await;
    browser.picture("admin-setup").await;
    browser.press("Make the shop").await;
    browser.wait_for_text("Before you open").await;
}

/// Opens the mail whose subject contains `part` and answers the first link in it that leads to `path`.
async fn link_in_mail(browser: &Browser, shop: &Program, part: &str, path: &str) -> String {
    for _ in 0..60 {
        browser.go(&shop.url("/admin/mail")).await;
        if browser.text().await.contains(part) {
            browser.press(part).await;
            browser.picture("admin-mail").await;
            browser.press("Plain").await;
            browser.wait_for_text(path).await;
            let source = browser.page.source().await.expect("a page");
            let at = source
                .find(path)
                .unwrap_or_else(|| panic!("no {path} in the mail:\n{source}"));
            let end = source[at..].find(['"', '<', '\n', ' ', '&']).expect("an end");
            return shop.url(&source[at..at + end]);
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    panic!("no mail about {part:?}:\n{}", browser.text().await);
}

#[tokio::test]
async fn browser_a_guest_buys_and_reviews_what_the_shopkeeper_ships() {
    let shop = Program::demo();
    let buyer = Browser::open(Look::PHONE).await;
    for (path, name) in [
        ("/", "home"),
        ("/categories", "categories"),
        ("/c/ceramics", "category"),
        ("/search?q=mug", "search"),
    ] {
        buyer.go(&shop.url(path)).await;
        buyer.check_page(name).await;
        buyer.picture(name).await;
    }
    go_to_the_gateway(&buyer, &shop).await;
    pay_with(&buyer, "4000 0000 0000 0002").await;
    buyer.wait_for_text("declined").await;
    pay_with(&buyer, "4242 4242 4242 4242").await;
    let number = order_number(&buyer).await;
    buyer.check_page("confirmation").await;
    buyer.picture("confirmation").await;

    let keeper = Browser::open(Look::LAPTOP).await;
    set_up(&keeper, &shop).await;
    keeper.go(&shop.url(&format!("/admin/orders/{number}"))).await;
    keeper.check_page("admin: order").await;
    keeper.picture("admin-order").await;
    keeper.go(&shop.url(&format!("/admin/orders/{number}/ship"))).await;
    keeper.check_page("admin: ship").await;
    keeper.fill("tracking", "00340434161094042557").await;
    keeper.click("[data-ship-btn]").await;
    keeper.wait_for_text("00340434161094042557").await;
    keeper.click("form[action$='/delivered'] button").await;
    keeper.wait_for_text("Delivered").await;

    let review = link_in_mail(&keeper, &shop, "how do you like it", "/reviews/").await;
    buyer.go(&review).await;
    buyer.check_page("review").await;
    buyer.picture("review").await;
    buyer.click("input[name='rating'][value='5']").await;
    buyer.fill("title", "The one everybody picks").await;
    buyer
        .fill("text", "It is always the one in the sink, which says everything.")
        .await;
    buyer.fill("show", "Ann E.").await;
    buyer.click("input[name='ok']").await;
    buyer.press("Send review").await;
    buyer.wait_for_text("Thank").await;

    keeper.go(&shop.url("/admin/reviews")).await;
    keeper.check_page("admin: reviews").await;
    keeper.picture("admin-reviews").await;
    keeper.click("button[value='publish']").await;
    for _ in 0..40 {
        buyer.go(&shop.url("/p/tarn-mug")).await;
        if buyer.text().await.contains("The one everybody picks") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    buyer.wait_for_text("which says everything").await;
    buyer.wait_for_text("Verified buyer").await;
    buyer.picture("product-reviewed").await;
    buyer.close().await;
    keeper.close().await;
}

#[tokio::test]
async fn browser_a_guest_buys_without_any_script() {
    let shop = Program::demo();
    let buyer = Browser::open(Look::LAPTOP.without_scripts()).await;
    buyer.go(&shop.url("/")).await;
    buyer.picture("home").await;
    go_to_the_gateway(&buyer, &shop).await;
    pay_with(&buyer, "4242 4242 4242 4242").await;
    order_number(&buyer).await;
    buyer.picture("confirmation").await;
    buyer.close().await;
}

#[tokio::test]
async fn browser_every_page_stands_in_the_dark_and_on_narrow_and_wide_screens() {
    let shop = Program::demo();
    let visitor = Browser::open(Look::LAPTOP.dark()).await;
    let pages = [
        ("/", "home"),
        ("/c/ceramics", "category"),
        ("/search?q=mug", "search"),
        ("/search?q=xyzzyq", "search-none"),
        ("/p/tarn-mug", "product"),
        ("/cart", "cart-empty"),
        ("/login", "login"),
        ("/register", "register"),
        ("/contact", "contact"),
        ("/track", "track"),
        ("/pages/shipping-returns", "shipping"),
        ("/nowhere", "not-found"),
        ("/admin/sign-in", "admin-sign-in"),
    ];
    for (path, name) in pages {
        visitor.go(&shop.url(path)).await;
        visitor.check_page(name).await;
        visitor.picture(name).await;
        let too_wide = visitor.too_wide(&[320, 390, 768, 2560]).await;
        assert!(too_wide.is_empty(), "{name}: {too_wide:?}");
        visitor.resize(1280).await;
    }
    visitor.close().await;
}

/// Every browser here is told that its user wants nothing to move.
#[tokio::test]
async fn browser_nothing_moves_between_pages_for_whoever_wants_it_so() {
    let shop = Program::demo();
    let visitor = Browser::open(Look::PHONE).await;
    let note = "addEventListener('pagereveal', e => document.documentElement.dataset.moves = String(Boolean(e.viewTransition)))";
    let source = json!({ "source": note });
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
    visitor.go(&shop.url("/search?q=mug")).await;
    visitor.press("Tarn Mug").await;
    visitor.wait_for_text("Add to cart").await;
    let page = visitor.find("html").await;
    assert_eq!(page.attr("data-moves").await.expect("a page").as_deref(), Some("false"));
}
