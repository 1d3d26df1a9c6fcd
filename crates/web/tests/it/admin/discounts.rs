//! What the shopkeeper gives.

use axum::http::StatusCode;
use wares_commerce::staff::Role;
use wares_db::both_engines;

use super::support::{follow, member, owner};
use crate::support::{Answer, TestShop, browser::Browser, buying::put_in};

/// A code for ten per cent, as the form begins, with some fields filled in.
fn form<'a>(fill: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("kind", "percent"),
        ("value", "10"),
        ("buy", "2"),
        ("get", "1"),
        ("given", "code"),
        ("code", "AUTUMN10"),
        ("from", "2026-01-01T00:00"),
    ];
    for (name, value) in fill {
        fields.retain(|(known, _)| known != name);
        fields.push((*name, *value));
    }
    fields
}

fn value(page: &Answer, selector: &str) -> String {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    let html = page.html();
    let found = html.select(&selector).next().and_then(|field| field.attr("value"));
    found.unwrap_or_default().to_owned()
}

both_engines! {
    async fn a_discount_is_made_changed_used_and_stopped(db: TestDb) {
        let shop = TestShop::on(db).await.delivering().await.taking_cards().await;
        let ana = owner(&shop).await;
        assert!(ana.get("/admin/discounts").await.text().contains("No discounts yet"));
        let made = ana.post("/admin/discounts/new", &form(&[("each", "1")])).await;
        let page = follow(&ana, &made).await;
        let text = page.text();
        assert!(text.contains("AUTUMN10 was added."), "{text}");
        assert!(text.contains("10 % off, from 1 January 2026, 00:00 with no end, once for each customer, not together with others. Code AUTUMN10."), "{text}");
        assert!(text.contains("It has no end and no limit in all."), "{text}");
        let url = made.location().to_owned();

        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut ines = Browser::new(shop.router());
        put_in(&mut ines, &mug, "1").await;
        ines.post("/cart/code", &[("code", "autumn 10")]).await.is(200).says("−€2.40");
        shop.order(&mut ines, &mug).await;
        let text = ana.get(&url).await.text();
        assert!(text.contains("ines.roth@example.com") && text.contains("−€2.40"), "{text}");
        let list = ana.get("/admin/discounts?view=active").await.text();
        assert!(list.contains("AUTUMN10") && list.contains("€2.40"), "{list}");
        assert!(!ana.get("/admin/discounts?view=ended").await.text().contains("AUTUMN10"));
        assert!(ana.get("/admin/discounts?q=autumn-10").await.text().contains("AUTUMN10"));

        let version = value(&page, "input[name=version]");
        let stale = ana.post(&url, &form(&[("version", "99"), ("name", "AUTUMN10")])).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let saved = ana.post(&url, &form(&[("version", version.as_str()), ("name", "Autumn"), ("value", "12.5"), ("limit", "100")])).await;
        let text = follow(&ana, &saved).await.text();
        assert!(text.contains("Autumn was saved.") && text.contains("12.5 % off") && text.contains("1 of 100"), "{text}");

        let asked = ana.get(&format!("{url}/stop")).await;
        assert!(asked.text().contains("It ends at once and for good"));
        let stopped = follow(&ana, &ana.post(&format!("{url}/stop"), &[]).await).await.text();
        assert!(stopped.contains("Autumn was stopped.") && stopped.contains("Ended"), "{stopped}");
        put_in(&mut ines, &mug, "1").await;
        ines.post("/cart/code", &[("code", "AUTUMN10")]).await.is(422).says("This code has expired");
        let activity = ana.get("/admin/activity").await.text();
        assert!(activity.contains("Stopped the discount") && activity.contains("Changed the discount"), "{activity}");
    }

    async fn what_is_wrong_is_said_at_its_field_and_everything_is_kept(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        for (fill, message) in [
            (vec![("code", "")], "Enter a code"),
            (vec![("value", "0")], "Enter a percentage above 0 and up to 100"),
            (vec![("value", "101")], "Enter a percentage above 0 and up to 100"),
            (vec![("kind", "amount"), ("value", "0")], "Enter an amount above zero"),
            (vec![("kind", "amount"), ("value", "")], "Enter an amount above zero"),
            (vec![("kind", "buy_get"), ("get", "x")], "Enter a number between 1 and 999"),
            (vec![("kind", "everything")], "Choose what it takes off"),
            (vec![("from", "soon")], "Enter a date and a time"),
            (vec![("until", "2025-01-01T00:00")], "Enter an end after the beginning"),
            (vec![("limit", "-1")], "Enter a whole number above zero"),
            (vec![("products", "no-such-thing")], "no-such-thing"),
            (vec![("given", "automatic"), ("name", "")], "Enter a name"),
        ] {
            let refused = ana.post("/admin/discounts/new", &form(&fill)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fill:?}");
            let text = refused.text();
            assert!(text.contains("There is a problem") && text.contains(message), "{fill:?}: {text}");
        }
        let kept = ana.post("/admin/discounts/new", &form(&[("code", ""), ("name", "Autumn"), ("limit", "7")])).await;
        assert_eq!((value(&kept, "#f-name"), value(&kept, "#f-limit")), ("Autumn".into(), "7".into()));
        follow(&ana, &ana.post("/admin/discounts/new", &form(&[])).await).await;
        let twice = ana.post("/admin/discounts/new", &form(&[("code", "autumn-10")])).await;
        assert!(twice.text().contains("Another discount has this code"), "{}", twice.text());
    }

    async fn what_a_discount_is_for_is_chosen_from_a_search(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        shop.goods("Tarn mug", 2400, 9).await;
        shop.catch_up().await;
        let found = ana.post("/admin/discounts/new", &form(&[("find", "tarn"), ("look", "find"), ("code", "")])).await;
        assert_eq!(found.status, StatusCode::OK, "a search is no mistake, whatever else is missing");
        let add = value(&found, "[aria-label=Found] button");
        assert!(found.text().contains("Add<span class=\"vh\"> Tarn mug"), "{}", found.text());
        let added = ana.post("/admin/discounts/new", &form(&[("look", &add)])).await;
        let id = value(&added, "input[name=chosen]");
        let saved = ana.post("/admin/discounts/new", &form(&[("chosen", &id)])).await;
        let page = follow(&ana, &saved).await;
        assert!(page.text().contains("10 % off on Tarn mug"), "{}", page.text());
        assert_eq!(value(&page, "input[name=chosen]"), id);
        assert!(page.at("[data-part=chosen] button[value^=up]").is_none(), "their order says nothing");
    }

    async fn what_one_gets_can_be_something_else(db: TestDb) {
        let shop = TestShop::on(db).await.delivering().await.taking_cards().await;
        let ana = owner(&shop).await;
        let (mug, cap) = (shop.goods("Tarn mug", 2400, 9).await, shop.goods("Tarn cap", 900, 9).await);
        shop.catch_up().await;
        let send = async |goods: &[(&str, &str)]| {
            let terms = [
                ("kind", "buy_get"), ("value", "100"), ("given", "automatic"), ("name", "A cap for two mugs"), ("code", ""),
            ];
            ana.post("/admin/discounts/new", &form(&[&terms, goods].concat())).await
        };
        let refused = send(&[("products", "tarn-mug"), ("gets_products", "no-cap")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("no product with the address or SKU “no-cap”"), "{}", refused.text());
        assert_eq!(refused.all("#f-gets_products"), ["no-cap"], "it is still typed");
        let bought = value(&refused, "input[name=chosen]");
        assert!(refused.all("#f-products").concat().is_empty(), "what was found is chosen instead");

        let found = send(&[("chosen", &bought), ("gets_find", "cap"), ("look", "gets_find")]).await;
        assert!(found.all("#f-chosen [aria-label=Found] li").is_empty(), "only the picker that was asked has found something");
        let add = value(&found, "#f-gets_chosen [aria-label=Found] button");
        let added = send(&[("chosen", &bought), ("look", &add)]).await;
        let got = value(&added, "input[name=gets_chosen]");
        assert_eq!((value(&added, "input[name=chosen]"), added.all(".picked .what a").len()), (bought.clone(), 2));
        let made = send(&[("chosen", &bought), ("gets_chosen", &got)]).await;
        let page = follow(&ana, &made).await;
        assert!(page.text().contains("Buy 2, get 1 free (buy Tarn mug; get Tarn cap)"), "{}", page.text());
        assert_eq!(page.all("#f-gets_chosen .picked .what a"), ["Tarn cap"]);
        let mut ines = Browser::new(shop.router());
        put_in(&mut ines, &mug, "2").await;
        ines.get("/cart").await.does_not_say("A cap for two mugs");
        put_in(&mut ines, &cap, "1").await;
        ines.get("/cart").await.says("A cap for two mugs").says("−€9.00");
    }

    async fn single_use_codes_are_made_in_bulk_and_exported(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let made = ana.post("/admin/discounts/new", &form(&[("given", "codes"), ("name", "Thanks")])).await;
        let url = made.location().to_owned();
        let bulk = ana.post(&format!("{url}/codes"), &[("n", "2500"), ("prefix", "thx")]).await;
        assert!(follow(&ana, &bulk).await.text().contains("2500 codes"));
        let refused = ana.post(&format!("{url}/codes"), &[("n", "10001"), ("prefix", "")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Enter a number between 1 and 10000"), "{}", refused.text());
        let refused = ana.post(&format!("{url}/codes"), &[("n", "70"), ("prefix", "thank you!")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Use at most 20 letters and digits"), "{}", refused.text());
        assert_eq!((value(&refused, "#f-n"), value(&refused, "#f-prefix")), ("70".into(), "thank you!".into()));
        let described = refused.html().select(&scraper::Selector::parse("#f-prefix[aria-invalid=true]").expect("a selector")).count();
        assert_eq!(described, 1, "the message is at its field");
        let file = ana.get(&format!("{url}/codes.csv")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let csv = String::from_utf8(file.bytes).expect("text");
        let mut codes: Vec<&str> = csv.lines().skip(1).collect();
        assert!(codes.iter().all(|line| line.starts_with("THX-") && line.ends_with(",no")), "{}", codes[0]);
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 2500);
    }

    async fn discounts_need_a_right_of_their_own(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        for (role, may) in [(Role::Manager, true), (Role::Catalogue, false), (Role::Support, false)] {
            let jo = member(&shop, role).await;
            let status = jo.get("/admin/discounts").await.status;
            assert_eq!(status == StatusCode::OK, may, "{role:?}: {status}");
            let has_link = jo.get("/admin").await.all("nav a").iter().any(|text| text.contains("Discounts"));
            assert_eq!(has_link, may, "{role:?}");
        }
    }
}
