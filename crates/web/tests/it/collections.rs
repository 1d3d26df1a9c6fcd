//! Collections: made in the admin panel, shown in the shop.

use std::time::Duration;

use axum::http::StatusCode;
use wares_db::both_engines;

use crate::{
    admin::{
        catalogue::picture,
        support::{follow, owner, upload},
    },
    support::{
        Answer, TestShop, Visitor,
        forms::selector,
        shelf::{option, product, variant},
    },
};

/// Four mugs: two makers, two prices, one tag.
async fn mugs(shop: &TestShop) {
    for (title, brand, price) in [
        ("Ash", "Tarn", 1200),
        ("Birch", "Tarn", 4800),
        ("Cedar", "Combe", 1200),
        ("Dune", "Combe", 2000),
    ] {
        let mut draft = product(title);
        draft.brand = brand.into();
        draft.tags = if title == "Dune" {
            vec!["Gift idea".into()]
        } else {
            Vec::new()
        };
        draft.options = vec![option("Colour", &["Chalk", "Moss"])];
        draft.variants = vec![variant(&["Chalk"], price, 5), variant(&["Moss"], price, 5)];
        for one in &mut draft.variants {
            one.sku = None;
        }
        shop.put_up(draft).await;
    }
    shop.catch_up().await;
}

async fn make(ana: &Visitor, fields: &[(&str, &str)]) -> String {
    let fields = [&[("visible", "1")], fields].concat();
    let answer = ana.post("/admin/collections", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let path = answer.location().to_owned();
    follow(ana, &answer).await;
    path
}

/// Sends a collection's form with what its page holds, what is typed into it, and the button of the picker that is pressed.
async fn press(ana: &Visitor, path: &str, page: &Answer, look: &str, typed: &[(&str, &str)]) -> Answer {
    let html = page.html();
    let chosen = selector("input[name=chosen], input[name=version], input[name=found]");
    let kept = html
        .select(&chosen)
        .filter_map(|input| Some((input.attr("name")?, input.attr("value")?)));
    let mut fields: Vec<(&str, &str)> = kept.collect();
    fields.extend([
        ("name", "For breakfast"),
        ("how", "hand"),
        ("visible", "1"),
        ("look", look),
    ]);
    fields.extend(typed);
    ana.post(path, &fields).await
}

/// The value of the picker's button that begins with `act` and stands beside `title`.
fn button(page: &Answer, act: &str, title: &str) -> String {
    let html = page.html();
    let rows = selector(".picked > li");
    let (name, buttons) = (selector(".what a"), selector("button[name=look]"));
    let mut of_title = html.select(&rows).filter(|row| {
        let link = row.select(&name).next();
        link.is_some_and(|link| link.text().collect::<String>() == title)
    });
    let found = of_title.find_map(|row| {
        let values = row.select(&buttons).filter_map(|button| button.attr("value"));
        values
            .into_iter()
            .find(|value| value.starts_with(act))
            .map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no button to {act} {title}"))
}

fn picked(page: &Answer) -> Vec<String> {
    page.all("[data-part=chosen] .what a")
}

async fn shown(shop: &TestShop, path: &str) -> Vec<String> {
    shop.visitor().get(path).await.all(".list .card h3")
}

both_engines! {
    async fn what_staff_choose_by_hand_is_shown_in_their_order_and_can_be_sorted_and_filtered(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        mugs(&shop).await;
        let chosen = [("name", "For breakfast"), ("how", "hand"), ("products", "dune\nash, birch\nash")];
        let path = make(&ana, &chosen).await;
        shop.catch_up().await;
        assert_eq!(shown(&shop, "/collections/for-breakfast").await, ["Dune", "Ash", "Birch"]);
        assert_eq!(shown(&shop, "/collections/for-breakfast?sort=price-down").await, ["Birch", "Dune", "Ash"]);
        assert_eq!(shown(&shop, "/collections/for-breakfast?brand=Tarn").await, ["Ash", "Birch"]);
        let page = shop.visitor().get("/collections/for-breakfast").await;
        assert_eq!(page.all(".crumbs li"), ["Home", "For breakfast"]);
        assert!(page.text().contains("rel=\"canonical\" href=\"https://shop.example/collections/for-breakfast\""));
        assert!(!page.text().contains("noindex"));
        let filtered = shop.visitor().get("/collections/for-breakfast?brand=Tarn").await;
        assert!(filtered.text().contains("noindex,follow"));
        assert_eq!(filtered.all("[aria-label='Applied filters'] a"), ["Remove filter Tarn", "Clear all"]);
        assert_eq!(page.at("[data-count-line]").as_deref(), Some("3 of 3 products"));
        assert_eq!(page.at("h1").as_deref(), Some("For breakfast"));
        assert!(page.all("nav[aria-label=Main] a").iter().all(|text| text != "For breakfast"));

        let form = ana.get(&path).await;
        assert_eq!(picked(&form), ["Dune", "Ash", "Birch"]);
        let wrong = ana.post(&path, &[("name", "x"), ("how", "hand"), ("products", "dune\nnothing"), ("version", "1")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("There is no product with the address or SKU “nothing”"));
    }

    async fn products_are_found_added_moved_and_removed_by_buttons_and_nothing_is_stored_before_it_is_saved(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        mugs(&shop).await;
        let path = make(&ana, &[("name", "For breakfast"), ("how", "hand"), ("products", "ash")]).await;
        let page = ana.get(&path).await;
        let page = press(&ana, &path, &page, "find", &[("find", "birch"), ("intro", "Early")]).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.at("[data-said]").as_deref(), Some("1 product found."));
        assert_eq!(page.at("textarea[name=intro]").as_deref(), Some("Early"), "what was typed is kept");
        assert!(page.at("[data-unsaved]").is_none());
        let page = press(&ana, &path, &page, &button(&page, "add-", "Birch"), &[("find", "birch")]).await;
        assert_eq!((picked(&page), page.at("[data-said]").as_deref()), (vec!["Ash".into(), "Birch".into()], Some("Birch was added.")));
        assert!(page.text().contains("The list has changed and is not saved yet."));
        assert_eq!(page.at("[aria-label=Found] .st").as_deref(), Some("Chosen"));
        let page = press(&ana, &path, &page, "typed", &[("products", "dune\nnothing")]).await;
        assert_eq!(picked(&page), ["Ash", "Birch", "Dune"]);
        assert_eq!(page.at("textarea[name=products]").as_deref(), Some("nothing"));
        assert!(page.text().contains("There is no product with the address or SKU “nothing”"));
        let page = press(&ana, &path, &page, &button(&page, "up-", "Dune"), &[]).await;
        assert_eq!((picked(&page), page.at("[data-said]").as_deref()), (vec!["Ash".into(), "Dune".into(), "Birch".into()], Some("Dune is at place 2 now.")));
        let page = press(&ana, &path, &page, &button(&page, "down-", "Ash"), &[]).await;
        let page = press(&ana, &path, &page, &button(&page, "remove-", "Birch"), &[]).await;
        assert_eq!(picked(&page), ["Dune", "Ash"]);
        shop.catch_up().await;
        assert_eq!(shown(&shop, "/collections/for-breakfast").await, ["Ash"], "nothing is saved yet");
        follow(&ana, &press(&ana, &path, &page, "enter", &[("find", "")]).await).await;
        shop.catch_up().await;
        assert_eq!(shown(&shop, "/collections/for-breakfast").await, ["Dune", "Ash"]);
    }

    async fn a_collections_picture_stands_on_its_page_and_on_the_first_one(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        mugs(&shop).await;
        let path = make(&ana, &[("name", "Mugs"), ("how", "rule"), ("min", "1"), ("home", "1")]).await;
        shop.catch_up().await;
        assert!(shop.visitor().get("/collections/mugs").await.at(".banner").is_none());
        let send = async |fields: &[(&str, &str)], file: &[u8]| {
            let files = [("files", "mugs.png", file)];
            upload(&ana, &format!("{path}/picture"), fields, &files[..usize::from(!file.is_empty())]).await
        };
        let refused = send(&[("alt", "A shelf"), ("do", "save")], b"no picture").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("mugs.png") && refused.text().contains("value=\"A shelf\""), "{}", refused.text());
        follow(&ana, &send(&[("alt", "A shelf of mugs"), ("do", "save")], &picture(90)).await).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        for address in ["/collections/mugs", "/"] {
            let page = visitor.get(address).await;
            let html = page.html();
            let image = html.select(&selector(".banner picture img")).next().unwrap_or_else(|| panic!("{address}: {}", page.text()));
            assert_eq!(image.attr("alt"), Some("A shelf of mugs"));
            assert!(html.select(&selector(".banner source[srcset]")).next().is_some());
        }
        assert!(visitor.get("/collections/mugs").await.text().contains("property=\"og:image:alt\" content=\"A shelf of mugs\""));
        let renamed = [("name", "Cups"), ("how", "rule"), ("min", "1"), ("home", "1"), ("visible", "1"), ("version", "2")];
        follow(&ana, &ana.post(&path, &renamed).await).await;
        assert!(ana.get(&path).await.at("form#picture img.strip").is_some(), "the other form leaves it alone");
        follow(&ana, &send(&[("do", "remove")], b"").await).await;
        shop.catch_up().await;
        assert!(visitor.get("/collections/mugs").await.at(".banner").is_none());
    }

    async fn a_long_collection_goes_on_over_pages_in_the_order_of_the_hand(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let mut words = Vec::new();
        for n in 1..=26 {
            words.push(shop.put_up(product(&format!("Mug {n}"))).await.slug.to_string());
        }
        words.reverse();
        let chosen = words.join("\n");
        make(&ana, &[("name", "Mugs"), ("how", "hand"), ("products", &chosen)]).await;
        shop.catch_up().await;
        let first = shown(&shop, "/collections/mugs").await;
        assert_eq!((first.len(), first[0].as_str(), first[23].as_str()), (24, "Mug 26", "Mug 3"));
        assert_eq!(shown(&shop, "/collections/mugs?page=2").await, ["Mug 2", "Mug 1"]);
        let beyond = shop.visitor().get("/collections/mugs?page=9").await;
        assert_eq!((beyond.status, beyond.location()), (StatusCode::SEE_OTHER, "/collections/mugs"));
        let too_many = vec!["mug-1"; 502].join("\n");
        let once = ana.post("/admin/collections", &[("name", "Once"), ("how", "hand"), ("products", &too_many)]).await;
        assert_eq!(once.status, StatusCode::SEE_OTHER, "the same product again and again is one");
    }

    async fn a_rule_finds_what_there_is_and_what_will_come(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        mugs(&shop).await;
        make(&ana, &[("name", "Small gifts"), ("how", "rule"), ("max", "15"), ("brand", "Tarn")]).await;
        make(&ana, &[("name", "Ideas"), ("how", "rule"), ("tag", "gift IDEA")]).await;
        make(&ana, &[("name", "New"), ("how", "rule"), ("days", "30"), ("min", "40,00")]).await;
        shop.catch_up().await;
        assert_eq!(shown(&shop, "/collections/small-gifts").await, ["Ash"]);
        assert_eq!(shown(&shop, "/collections/ideas").await, ["Dune"]);
        assert_eq!(shown(&shop, "/collections/new").await, ["Birch"]);
        let mut late = product("Elm");
        late.brand = "Tarn".into();
        shop.put_up(late).await;
        shop.catch_up().await;
        let mut found = shown(&shop, "/collections/small-gifts").await;
        found.sort();
        assert_eq!(found, ["Ash", "Elm"]);
        let empty = ana.post("/admin/collections", &[("name", "All"), ("how", "rule")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("Say at least one thing its products have in common"));
        shop.data.clock.advance(Duration::from_secs(31 * 86_400));
        let old = shop.visitor().get("/collections/new").await;
        assert!(old.text().contains("There is nothing here yet."), "nothing is new for ever");
    }

    async fn staff_put_collections_into_the_header_and_onto_the_first_page(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        mugs(&shop).await;
        let home = async || shop.visitor().get("/").await;
        assert!(home().await.at("#h-col-1").is_none());
        let fields = [("name", "Small gifts"), ("how", "rule"), ("max", "15"), ("header", "1"), ("home", "1")];
        let path = make(&ana, &fields).await;
        shop.catch_up().await;
        let page = home().await;
        assert_eq!(page.at("#h-col-1").as_deref(), Some("Small gifts"));
        assert!(page.all("nav[aria-label=Main] a").contains(&"Small gifts".to_owned()));
        assert!(page.all(".tree a").contains(&"Small gifts".to_owned()));
        assert!(shop.visitor().get("/sitemap/pages.xml").await.text().contains("/collections/small-gifts<"));
        let renamed = [("name", "Little things"), ("how", "rule"), ("max", "15"), ("home", "1"), ("visible", "1"), ("version", "1")];
        follow(&ana, &ana.post(&path, &renamed).await).await;
        shop.catch_up().await;
        let moved = shop.visitor().get("/collections/small-gifts").await;
        assert_eq!(moved.status, StatusCode::OK, "a name alone moves nothing");
        let elsewhere = [&renamed[..5], &[("version", "2"), ("slug", "little-things")]].concat();
        follow(&ana, &ana.post(&path, &elsewhere).await).await;
        shop.catch_up().await;
        let moved = shop.visitor().get("/collections/small-gifts").await;
        assert_eq!((moved.status, moved.location()), (StatusCode::MOVED_PERMANENTLY, "/collections/little-things"));
        let page = home().await;
        assert_eq!(page.at("#h-col-1").as_deref(), Some("Little things"));
        assert!(!page.all("nav[aria-label=Main] a").contains(&"Small gifts".to_owned()));
        let ask = ana.get(&format!("{path}/delete")).await;
        assert_eq!(ask.at("h1").as_deref(), Some("Delete Little things"));
        follow(&ana, &ana.post(&format!("{path}/delete"), &[]).await).await;
        shop.catch_up().await;
        assert!(home().await.at("#h-col-1").is_none());
        for address in ["/collections/small-gifts", "/collections/little-things", "/collections/never-was"] {
            assert_eq!(shop.visitor().get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        let activity = ana.get("/admin/activity").await.text();
        assert!(activity.contains("Created collection") && activity.contains("Changed collection") && activity.contains("Deleted collection"), "{activity}");
    }
}
