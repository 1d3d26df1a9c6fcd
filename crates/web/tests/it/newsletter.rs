//! News by mail: from the first page to the file staff take with them.

use wares_commerce::staff::Role;
use wares_db::{both_engines, testing::TestDb};

use crate::{
    admin::support::{member, owner},
    support::{TestShop, browser::Browser, buying::EMAIL},
};

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await.delivering().await;
    shop.category("Mugs", None).await;
    shop.goods("Tarn mug", 2400, 9).await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

/// Opens the link of the newest mail of a kind, and presses its button.
async fn press(shop: &TestShop, browser: &mut Browser, email: &str, kind: &str, begins: &str) {
    let mail = shop.mails_to(email).await.into_iter().find(|mail| mail.kind == kind);
    let link = TestShop::link_in(&mail.expect("the mail was written"), begins);
    let page = browser.get(&link).await;
    browser.submit(&page, &link, &[]).await.is(200);
    shop.work().await;
}

both_engines! {
    async fn an_address_from_the_first_page_is_listed_once_confirmed(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let ana = owner(&shop).await;
        shop.catch_up().await;
        let home = ines.get("/").await;
        ines.submit(&home, "/news", &[("email", "ines@")]).await.is(422).says("There is a problem");
        ines.submit(&home, "/news", &[("email", EMAIL)]).await.is(200).says("Check your e-mail");
        let text = ana.get("/admin/newsletter").await.text();
        assert!(!text.contains(EMAIL), "nobody is listed who has not confirmed");
        press(&shop, &mut ines, EMAIL, "confirm_news", "/news/").await;
        for path in ["/admin/newsletter", "/admin/newsletter?q=INES"] {
            assert!(ana.get(path).await.text().contains(EMAIL), "{path}");
        }
        for path in ["/admin/newsletter?q=roth", "/admin/newsletter?view=left", "/admin/newsletter?view=waiting"] {
            assert!(!ana.get(path).await.text().contains(EMAIL), "{path}");
        }

        let file = ana.post("/admin/newsletter/export", &[]).await;
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(file.header("content-disposition").starts_with("attachment"));
        let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].starts_with(&format!("{EMAIL},20")), "{lines:?}");
        assert!(ana.get("/admin/activity").await.text().contains("Exported newsletter"));
    }

    async fn a_tick_at_registration_counts_once_the_mailbox_is_proved(data: TestDb) {
        let (shop, mut ines) = shop(data).await;
        let ana = owner(&shop).await;
        let password = "moss and clay 12";
        let form = [("name", "Ines Roth"), ("email", EMAIL), ("password", password), ("news", "1")];
        ines.post("/register", &form).await.is(200);
        ines.post("/login", &[("email", EMAIL), ("password", password)]).await.says("Hello, Ines");
        shop.work().await;
        assert!(!ana.get("/admin/newsletter").await.text().contains(EMAIL));
        press(&shop, &mut ines, EMAIL, "verify_email", "/verify/").await;
        assert!(ana.get("/admin/newsletter").await.text().contains(EMAIL));
        let page = ines.get("/account/profile").await;
        let fields = page.form("/account/profile");
        assert!(fields.contains(&("news".to_owned(), "1".to_owned())), "{fields:?}");
        ines.post("/account/profile", &[("name", "Ines Roth")]).await.says("Your profile is saved");
        shop.work().await;
        assert!(!ana.get("/admin/newsletter").await.text().contains(EMAIL));
        assert!(ana.get("/admin/newsletter?view=left").await.text().contains(EMAIL));
    }

    async fn only_who_may_see_customers_sees_the_list(data: TestDb) {
        let (shop, _) = shop(data).await;
        owner(&shop).await;
        let merchant = member(&shop, Role::Catalogue).await;
        assert_eq!(merchant.get("/admin/newsletter").await.status, 403);
        let reader = member(&shop, Role::ReadOnly).await;
        assert_eq!(reader.get("/admin/newsletter").await.status, 200);
        for visitor in [&merchant, &reader] {
            assert_eq!(visitor.post("/admin/newsletter/export", &[]).await.status, 403);
        }
    }
}
