//! What the shopkeeper decides.

use axum::http::StatusCode;
use wares_commerce::{pricing, staff::Role};
use wares_db::{DbError, both_engines, job};
use wares_kernel::{Country, Currency};

use super::support::{follow, member, owner};
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

/// The tables a new shop in Germany begins with.
async fn fill(shop: &TestShop) {
    let work = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
    let filled: Result<(), DbError> = shop.data.db.write(work).await;
    filled.expect("the tables can be filled");
    shop.catch_up().await;
}

/// Where the link with this text leads.
fn link(page: &Answer, text: &str) -> String {
    let selector = scraper::Selector::parse("main a").expect("a selector");
    let html = page.html();
    let said = |link: &scraper::ElementRef<'_>| {
        let words: String = link.text().collect();
        words.split_whitespace().collect::<Vec<_>>().join(" ") == text
    };
    let found = html.select(&selector).find(said).and_then(|link| link.attr("href"));
    found
        .unwrap_or_else(|| panic!("no link {text}: {}", page.text()))
        .to_owned()
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

    async fn delivery_is_the_shopkeepers(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        fill(&shop).await;
        let page = ana.get("/admin/settings/shipping").await;
        assert_eq!(page.all("h2").first().map(String::as_str), Some("Germany"));

        let taken = ana.post("/admin/settings/shipping/zones/new", &[("name", "Alps"), ("countries", "CH, de XX")]).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(taken.at("#f-countries-e").as_deref(), Some("Error: There is no country XX"));
        assert_eq!(taken.at("textarea[name=countries]").as_deref(), Some("CH, de XX"), "what was typed is kept");
        let taken = ana.post("/admin/settings/shipping/zones/new", &[("name", "Alps"), ("countries", "de")]).await;
        assert_eq!(taken.at("#f-countries-e").as_deref(), Some("Error: Germany stands in the zone Germany already"));
        follow(&ana, &ana.post("/admin/settings/shipping/zones/new", &[("name", "Far"), ("countries", "br, cl")]).await).await;

        let page = ana.get("/admin/settings/shipping").await;
        let add = link(&page, "Add method for Far");
        let mut form = vec![
            ("name", "Air mail"), ("kind", "weight"), ("price", "21,70"), ("steps", "2000 29.90\nfive 3"), ("free_from", ""),
            ("max_weight", "20000"), ("transit_min", "5"), ("transit_max", "9"), ("carrier", ""), ("active", "1"),
        ];
        let wrong = ana.post(&add, &form).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.at("#f-steps-e").is_some_and(|text| text.contains("“five 3” is no step")), "{}", wrong.text());
        form[3].1 = "2000 29.90";
        let page = follow(&ana, &ana.post(&add, &form).await).await;
        assert!(page.text().contains("from €21.70"), "{}", page.text());
        let method = link(&page, "Air mail");
        let shown = ana.get(&method).await;
        assert_eq!(shown.at("textarea[name=steps]").as_deref(), Some("2000 29.90"));
        form[1].1 = "flat";
        let wrong = ana.post(&method, &form).await;
        assert!(wrong.at("#f-steps-e").is_some());
        form[3].1 = "";
        let stale = ana.post(&method, &form).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(stale.at(".errsum p").as_deref(), Some("Somebody else has changed this method meanwhile"));
        let version = value(&stale, "input[name=version]");
        form.push(("version", &version));
        let page = follow(&ana, &ana.post(&method, &form).await).await;
        assert!(page.text().contains("€21.70") && !page.text().contains("from €21.70"));

        let zone = link(&page, "Change zone Far");
        let refused = ana.post(&format!("{zone}/delete"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text().contains("It still has methods"), "{}", refused.text());
        follow(&ana, &ana.post(&format!("{method}/delete"), &[]).await).await;
        let page = follow(&ana, &ana.post(&format!("{zone}/delete"), &[]).await).await;
        assert!(page.text().contains("Far was deleted."));
        let activity = ana.get("/admin/activity").await.text();
        assert!(activity.contains("the shipping zone") && activity.contains("the shipping method"), "{activity}");
    }

    async fn carriers_and_days_off_are_the_shopkeepers(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let carrier = [("name", "Bike"), ("tracking_url", "http://bike.example/"), ("active", "1")];
        let wrong = ana.post("/admin/settings/shipping/carriers/new", &carrier).await;
        assert_eq!(wrong.at("#f-tracking_url-e").as_deref(), Some("Error: A tracking address begins with https://"));
        assert_eq!(value(&wrong, "#f-tracking_url"), "http://bike.example/");
        let carrier = [("name", "Bike"), ("tracking_url", "https://bike.example/{tracking}"), ("active", "1")];
        let page = follow(&ana, &ana.post("/admin/settings/shipping/carriers/new", &carrier).await).await;
        let bike = link(&page, "Bike");
        let again = ana.post("/admin/settings/shipping/carriers/new", &carrier).await;
        assert_eq!(again.at("#f-name-e").as_deref(), Some("Error: Another carrier has this name"));
        let first = [("name", "Cargo bike"), ("tracking_url", ""), ("active", "1"), ("version", "1")];
        follow(&ana, &ana.post(&bike, &first).await).await;
        let second = [("name", "Bicycle"), ("tracking_url", ""), ("active", "1"), ("version", "1")];
        let stale = ana.post(&bike, &second).await;
        assert_eq!(stale.at(".errsum p").as_deref(), Some("Somebody else has changed this carrier meanwhile"));
        assert_eq!((value(&stale, "#f-name").as_str(), value(&stale, "input[name=version]").as_str()), ("Bicycle", "2"));
        follow(&ana, &ana.post(&format!("{bike}/delete"), &[]).await).await;
        assert_eq!(ana.get(&bike).await.status, StatusCode::NOT_FOUND);

        let wrong = ana.post("/admin/settings/shipping/days-off", &[("day", "soon"), ("day_name", "Stock-taking")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((value(&wrong, "#f-day").as_str(), value(&wrong, "#f-processing_days").as_str()), ("soon", "1"));
        let day = [("day", "2026-12-28"), ("day_name", "Stock-taking")];
        let page = follow(&ana, &ana.post("/admin/settings/shipping/days-off", &day).await).await;
        assert!(page.text().contains("Stock-taking"));
        let again = ana.post("/admin/settings/shipping/days-off", &day).await;
        assert_eq!(again.at("#f-day-e").as_deref(), Some("Error: The shop is closed on this day already"));
        let page = follow(&ana, &ana.post("/admin/settings/shipping/days-off/remove", &[("country", ""), ("day", "2026-12-28")]).await).await;
        assert!(!page.text().contains("Stock-taking"));

        let version = value(&page, "input[name=version]");
        let form = [("version", version.as_str()), ("processing_days", "2"), ("cut_off_hour", "25"), ("closed", "Sunday")];
        let wrong = ana.post("/admin/settings/shipping", &form).await;
        assert_eq!(wrong.at("#f-cut_off_hour-e").as_deref(), Some("Error: Enter an hour between 0 and 24"));
        let form = [("version", version.as_str()), ("processing_days", "2"), ("cut_off_hour", "12"), ("closed", "Sunday")];
        let page = follow(&ana, &ana.post("/admin/settings/shipping", &form).await).await;
        assert_eq!((value(&page, "#f-processing_days").as_str(), page.all("input[name=closed][checked]").len()), ("2", 1));
    }

    async fn tax_rates_are_the_shopkeepers(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        fill(&shop).await;
        assert_eq!(ana.get("/admin/settings/taxes").await.all("tbody th").first().map(String::as_str), Some("Germany"));
        let form = |rate, from| [("country", "DE"), ("class", "standard"), ("rate", rate), ("name", ""), ("valid_from", from)];
        for (rate, from, field) in [("", "2027-01-01", "rate"), ("-3", "2027-01-01", "rate"), ("101", "2027-01-01", "rate"), ("21", "2027", "valid_from")] {
            let wrong = ana.post("/admin/settings/taxes", &form(rate, from)).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(wrong.at(&format!("#f-{field}-e")).is_some(), "{rate} {from}");
            assert_eq!(value(&wrong, "#f-rate"), rate);
        }
        let page = follow(&ana, &ana.post("/admin/settings/taxes", &form("21", "2027-01-01")).await).await;
        assert!(page.text().contains("VAT 21 %") && page.text().contains("to 31 Dec 2026"), "{}", page.text());
        let delete = link(&page, "Delete… VAT 21 %, Germany");
        assert_eq!(ana.get(&delete).await.status, StatusCode::OK);
        let page = follow(&ana, &ana.post(&delete, &[]).await).await;
        assert!(!page.text().contains("31 Dec 2026"));
    }

    async fn only_who_may_change_settings_sees_them(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        let jo = member(&shop, Role::Catalogue).await;
        for path in ["/admin/settings/shipping", "/admin/settings/taxes"] {
            assert_eq!(jo.get(path).await.status, StatusCode::FORBIDDEN);
            assert_eq!(jo.post(path, &[]).await.status, StatusCode::FORBIDDEN);
        }
    }
}
