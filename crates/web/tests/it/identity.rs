//! Registering, signing in and out, a forgotten password.

use serde_json::json;
use wares_commerce::accounts::{
    self,
    link::{self, Purpose},
};
use wares_db::{DbError, both_engines, job, testing::TestDb};
use wares_kernel::EmailAddress;

use crate::support::{TestShop, browser::Browser};

const EMAIL: &str = "ines.roth@example.com";
const PASSWORD: &str = "moss and clay 12";

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

async fn register(browser: &mut Browser) {
    let form = [("name", "Ines Roth"), ("email", EMAIL), ("password", PASSWORD)];
    browser.post("/register", &form).await.is(200).says("Check your e-mail");
}

async fn sign_in(browser: &mut Browser) -> crate::support::browser::Answer {
    browser
        .post("/login", &[("email", EMAIL), ("password", PASSWORD)])
        .await
}

/// The link a mail would carry.
async fn link_for(shop: &TestShop, purpose: Purpose) -> String {
    let email: EmailAddress = EMAIL.parse().expect("an address");
    let mut conn = shop.data.db.read().await.expect("a connection");
    let customer = accounts::find_by_email(&mut conn, &email)
        .await
        .expect("a read")
        .expect("a customer");
    drop(conn);
    let work = job(move |tx| {
        let email_key = email.key();
        Box::pin(async move {
            let data = json!({"email_key": email_key});
            link::issue(tx, purpose, Some(customer.id.uuid()), &data).await
        })
    });
    let issued: Result<_, DbError> = shop.data.db.write(work).await;
    issued.expect("a link can be made").reveal()
}

both_engines! {
    async fn an_account_is_opened_used_and_left(data: TestDb) {
        let (_shop, mut ines) = shop(data).await;
        ines.get("/account").await.is(200).says("Sign in");
        register(&mut ines).await;
        sign_in(&mut ines).await.is(200).says("Hello, Ines");
        assert_eq!(ines.cookie("who"), Some("Ines"));
        ines.get("/login").await.says("Hello, Ines");
        ines.post("/logout", &[]).await.says("You are signed out");
        assert_eq!((ines.cookie("who"), ines.cookie("__Host-sid")), (None, None));
        ines.get("/account").await.says("New here?");
    }

    async fn a_wrong_password_says_nothing_about_the_account(data: TestDb) {
        let (_shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        let known = ines.post("/login", &[("email", EMAIL), ("password", "wrong wrong")]).await;
        let unknown = ines.post("/login", &[("email", "nobody@example.com"), ("password", "wrong wrong")]).await;
        known.is(422).says("E-mail or password is wrong");
        assert_eq!(known.body.replace(EMAIL, ""), unknown.body.replace("nobody@example.com", ""));
        assert_eq!(known.value_of("email").as_deref(), Some(EMAIL));
        assert!(!known.body.contains("wrong wrong"), "a password is given back");
        let again = ines.post("/register", &[("name", "X"), ("email", EMAIL), ("password", "another one 55")]).await;
        let fresh = ines.post("/register", &[("name", "X"), ("email", "new@example.com"), ("password", "another one 55")]).await;
        assert_eq!(again.body.replace(EMAIL, ""), fresh.body.replace("new@example.com", ""));
    }

    async fn signing_in_leads_back_and_never_elsewhere(data: TestDb) {
        let (_shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        let page = ines.get("/account/addresses").await;
        let form = page.form("/login");
        assert!(form.contains(&("next".into(), "/account/addresses".into())), "{form:?}");
        ines.submit(&page, "/login", &[("email", EMAIL), ("password", PASSWORD)]).await.says("Addresses");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "\t//evil.example"] {
            ines.post("/logout", &[]).await;
            let answer = ines.post_only("/login", &[("email", EMAIL), ("password", PASSWORD), ("next", foreign)]).await;
            assert_eq!(answer.location(), "/account", "{foreign}");
        }
    }

    async fn the_cart_comes_along_at_sign_in(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let (mug, bowl) = (shop.goods("Tarn mug", 2400, 9).await, shop.goods("Combe bowl", 5400, 9).await);
        register(&mut ines).await;
        sign_in(&mut ines).await;
        ines.post("/cart/lines", &[("variant", &mug.variant.to_string()), ("qty", "2")]).await.says("Tarn mug");
        ines.post("/logout", &[]).await;
        ines.get("/cart").await.says("Your cart is empty");

        let mut phone = Browser::new(shop.router());
        phone.post("/cart/lines", &[("variant", &bowl.variant.to_string())]).await.says("Combe bowl");
        phone.post("/cart/lines", &[("variant", &mug.variant.to_string())]).await;
        let cart = sign_in(&mut phone).await;
        cart.says("joined the cart you had saved").says("Combe bowl").says("€48.00");
        assert_eq!(phone.cookie("cart_n"), Some("3"));
        assert_eq!(phone.cookie("__Host-cart"), None);
    }

    async fn a_forgotten_password_is_replaced_through_a_link_that_works_once(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        sign_in(&mut ines).await;
        let mut other = Browser::new(shop.router());
        let known = other.post("/forgot", &[("email", EMAIL)]).await;
        let unknown = other.post("/forgot", &[("email", "nobody@example.com")]).await;
        assert_eq!(known.body.replace(EMAIL, ""), unknown.body.replace("nobody@example.com", ""));

        let url = format!("/reset/{}", link_for(&shop, Purpose::ResetPassword).await);
        let page = other.get(&url).await;
        page.is(200).says("Choose a new password");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        other.submit(&page, &url, &[("password", "password")]).await.is(422).says("Choose a password that fewer people use");
        other.submit(&page, &url, &[("password", "short")]).await.is(422).says("Use at least 8 characters");
        other.submit(&page, &url, &[("password", "new and long 77")]).await.says("Your password is changed");
        other.submit(&page, &url, &[("password", "again and long 77")]).await.says("does not work any more");
        ines.get("/account").await.says("New here?");
        sign_in(&mut ines).await.is(422);
        ines.post("/login", &[("email", EMAIL), ("password", "new and long 77")]).await.says("Hello, Ines");
        other.get("/reset/nonsense").await.says("does not work any more");
    }

    async fn a_mailbox_is_proved_by_its_owner_only(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        let url = format!("/verify/{}", link_for(&shop, Purpose::VerifyEmail).await);
        let page = ines.get(&url).await;
        page.says("Enter the password you chose");
        ines.submit(&page, &url, &[("password", "guessed wrong")]).await.is(422).says("This is not the password you chose");
        ines.submit(&page, &url, &[("password", PASSWORD)]).await.says("Hello, Ines");
        ines.get(&url).await.says("does not work any more");
    }

    async fn forms_of_nothing_or_nonsense_are_told_what_to_do(data: TestDb) {
        let (_shop, mut ann) = shop(data).await;
        let long = "a".repeat(300);
        let huge = format!("{}@example.com", "x".repeat(10_000));
        for url in ["/register", "/login", "/forgot"] {
            for email in ["", "x", "a@b", "x\r\nBcc: v@e.org", &huge, "'\"><script>alert(1)</script>@x.org"] {
                let page = ann.post(url, &[("email", email), ("name", &long), ("password", "")]).await;
                page.is(422).says("There is a problem");
                assert!(page.body.contains("<title>Error: "), "{url}");
                assert!(!page.body.contains("<script>alert"), "{url}");
            }
        }
    }

    async fn a_password_and_a_device_are_changed_in_the_account(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        sign_in(&mut ines).await;
        let mut phone = Browser::new(shop.router());
        sign_in(&mut phone).await;
        let page = ines.get("/account/security").await;
        page.says("This device").says("Sign out everywhere else");
        ines.submit(&page, "/account/password", &[("current", "wrong wrong"), ("password", "new and long 77")])
            .await.is(422).says("This is not your current password");
        ines.submit(&page, "/account/password", &[("current", PASSWORD), ("password", "new and long 77")])
            .await.says("Your password is changed");
        phone.get("/account").await.says("New here?");
        ines.get("/account").await.says("Hello, Ines");
    }

    async fn the_address_book_is_ones_own(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        sign_in(&mut ines).await;
        let page = ines.get("/account/addresses/new").await;
        let wrong = ines.submit(&page, "/account/addresses/new", &[("postcode", "5066"), ("line1", " Ehrenstraße 12 ")]).await;
        wrong.is(422).says("Postcode must be 5 digits").says("Enter your city");
        assert_eq!(wrong.value_of("line1").as_deref(), Some(" Ehrenstraße 12 "));
        let good = [("line1", "Ehrenstraße 12"), ("postcode", "50672"), ("city", "Köln")];
        let list = ines.submit(&page, "/account/addresses/new", &good).await;
        list.says("The address is saved").says("Ehrenstraße 12");
        let twice = ines.submit(&page, "/account/addresses/new", &good).await;
        assert_eq!(twice.text().matches("Deliver here by default").count(), 0, "the same address is stored once");

        let own = list.link("/account/addresses/0");
        let mut eve = Browser::new(shop.router());
        eve.post("/register", &[("name", "Eve"), ("email", "eve@example.com"), ("password", "listening in 9")]).await;
        eve.post("/login", &[("email", "eve@example.com"), ("password", "listening in 9")]).await.says("Hello, Eve");
        eve.get(&own).await.is(404);
        for action in ["", "/default", "/remove", "/restore"] {
            eve.post(&format!("{own}{action}"), &good).await.is(404);
        }
        let removed = ines.post(&format!("{own}/remove"), &[]).await;
        removed.says("Removed the address of Ines Roth.").says("No address kept yet");
        ines.post(&format!("{own}/restore"), &[]).await.says("Ehrenstraße 12");
    }

    async fn the_security_page_tells_what_happened_lately(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        register(&mut ines).await;
        shop.data.clock.advance(std::time::Duration::from_secs(60));
        sign_in(&mut ines).await;
        let mut eve = Browser::new(shop.router());
        eve.register_and_sign_in("Eve", "eve@example.com").await;
        shop.data.clock.advance(std::time::Duration::from_secs(60));
        let page = ines.get("/account/security").await;
        page.says("What happened lately").says("Account opened").says("Signed in with Unknown device");
        page.does_not_say("Password changed");
        shop.data.clock.advance(std::time::Duration::from_secs(60));
        ines.submit(&page, "/account/password", &[("current", PASSWORD), ("password", "new and long 77")]).await;
        let text = ines.get("/account/security").await.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words:?} is missing:\n{text}"));
        let lately = at("What happened lately");
        let order = [lately, at("Password changed"), at("Signed in with"), at("Account opened")];
        assert!(order.is_sorted(), "the newest comes first: {text}");
        assert_eq!(text.matches("Account opened").count(), 1, "somebody else's history is shown");
    }
}
