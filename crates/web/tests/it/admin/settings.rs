//! What the shopkeeper decides.

use axum::http::StatusCode;
use wares_db::both_engines;

use super::support::{follow, owner};
use crate::support::{Answer, TestShop, Visitor};

async fn save_server(ana: &Visitor, host: &str) {
    let page = ana.get("/admin/settings/email").await;
    let version = value(&page, "input[name=version]");
    let form = [
        ("version", version.as_str()),
        ("host", host),
        ("port", "465"),
        ("encryption", "tls"),
        ("user", "shop"),
    ];
    follow(ana, &ana.post("/admin/settings/email", &form).await).await;
}

fn value(page: &Answer, selector: &str) -> String {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    let html = page.html();
    let found = html.select(&selector).next().and_then(|field| field.attr("value"));
    found.unwrap_or_default().to_owned()
}

both_engines! {
    async fn a_test_mail_tells_what_the_server_answers(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let page = ana.get("/admin/settings/email").await;
        assert!(!page.text().contains("Send a test mail"), "there is nothing to be tested");
        let early = ana.post("/admin/settings/email/test", &[("test_to", "ana@fieldhouse.example")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);

        save_server(&ana, "takes.example").await;
        let page = ana.get("/admin/settings/email").await;
        assert_eq!(value(&page, "#f-test_to"), "ana@fieldhouse.example");
        let page = follow(&ana, &ana.post("/admin/settings/email/test", &[("test_to", "jo@example.org")]).await).await;
        assert!(page.text().contains("The server has taken a test mail for jo@example.org."), "{}", page.text());

        save_server(&ana, "refuses.example").await;
        for (to, said) in [
            ("jo@example.org", "The server refused the mail: 550 no such mailbox"),
            ("jo", "Enter an e-mail address such as name@example.org"),
            ("", "Enter an e-mail address"),
        ] {
            let page = ana.post("/admin/settings/email/test", &[("test_to", to)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.at("#f-test_to-e").is_some_and(|text| text.contains(said)), "{said}: {:?}", page.at("#f-test_to-e"));
            assert_eq!((value(&page, "#f-test_to").as_str(), value(&page, "#f-host").as_str()), (to, "refuses.example"));
        }
    }
}
