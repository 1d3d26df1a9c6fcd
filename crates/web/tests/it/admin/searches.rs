//! What shoppers searched for, as staff see it and answer it.

use axum::http::{Method, StatusCode, header};
use wares_db::both_engines;

use super::support::{follow, owner};
use crate::support::{Answer, TestShop, Visitor, request, shelf::product};

/// Writes down what was searched for, as the program does every few seconds.
async fn write_down(shop: &TestShop) -> usize {
    let app = &shop.app;
    app.searches.write_down(&app.db).await.expect("the database works")
}

/// The lines of the report: words, how often, what they find now.
fn lines(page: &Answer) -> Vec<[String; 3]> {
    let cell = |selector: &str| page.all(&format!("table.tbl tbody {selector}"));
    let (words, n, finds) = (cell("th"), cell("td:nth-of-type(1)"), cell("td:nth-of-type(2)"));
    words
        .into_iter()
        .zip(n)
        .zip(finds)
        .map(|((words, n), finds)| [words, n, finds])
        .collect()
}

fn line(words: &str, n: &str, finds: &str) -> [String; 3] {
    [words.to_owned(), n.to_owned(), finds.to_owned()]
}

/// The link in the line of these words.
fn act(page: &Answer, text: &str) -> String {
    let selector = scraper::Selector::parse("table.tbl a.btn").expect("a selector");
    let html = page.html();
    let mut links = html.select(&selector);
    let link = links.find(|link| link.text().collect::<String>() == text);
    let link = link.unwrap_or_else(|| panic!("no link {text}: {}", page.text()));
    link.attr("href").expect("a link leads somewhere").to_owned()
}

fn value(page: &Answer, field: &str) -> String {
    let selector = scraper::Selector::parse(&format!("#f-{field}")).expect("a selector");
    let html = page.html();
    let found = html.select(&selector).next().and_then(|field| field.attr("value"));
    found.unwrap_or_default().to_owned()
}

async fn n_shown(visitor: &Visitor, path: &str) -> usize {
    visitor.get(path).await.all(".list .card").len()
}

both_engines! {
    async fn what_is_not_found_gets_a_synonym_with_one_click(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        shop.put_up(product("Copper kettle")).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        for path in ["/search?q=kettle", "/search?q=Samovar", "/search?q=samovar%3F"] {
            assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert!(ana.get("/admin/searches").await.text().contains("Nobody has searched yet"));
        write_down(&shop).await;
        assert_eq!(lines(&ana.get("/admin/searches?days=7").await), [line("samovar", "2", "0"), line("kettle", "1", "1")]);
        let page = ana.get("/admin/searches?view=none").await;
        assert_eq!(lines(&page), [line("samovar", "2", "0")]);
        assert!(page.text().contains("3 searches; 2 of them (66.6 %)"), "{}", page.text());

        let add = act(&page, "Add synonym for samovar");
        let form = ana.get(&add).await;
        assert_eq!(value(&form, "words"), "samovar");
        let wrong = ana.post("/admin/searches/synonyms/new", &[("words", "samovar"), ("finds", "")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.at("#f-words-e").is_some_and(|text| text.contains("at least two words")), "{}", wrong.text());
        let saved = ana.post("/admin/searches/synonyms/new", &[("words", "samovar"), ("finds", "kettle")]).await;
        let list = follow(&ana, &saved).await;
        assert!(list.text().contains("“samovar” was saved."));
        shop.catch_up().await;
        assert_eq!(n_shown(&visitor, "/search?q=samovar").await, 1);
        assert_eq!(lines(&ana.get("/admin/searches?view=none").await), [line("samovar", "2", "1")]);
        assert!(ana.get("/admin/activity").await.text().contains("Created the synonym samovar"));
    }

    async fn a_synonym_is_changed_and_deleted(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        shop.put_up(product("Linen sofa")).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        assert_eq!(n_shown(&visitor, "/search?q=couch").await, 1, "a new shop knows some");
        let list = ana.get("/admin/searches/synonyms?q=Couch").await;
        assert_eq!(list.all("table.tbl th.a1"), ["sofa, couch, settee"]);
        let rule = list.html().select(&scraper::Selector::parse("table.tbl a.go").unwrap()).next().unwrap().attr("href").unwrap().to_owned();
        let form = ana.get(&rule).await;
        assert_eq!((value(&form, "words").as_str(), value(&form, "finds").as_str()), ("sofa, couch, settee", ""));
        follow(&ana, &ana.post(&rule, &[("words", "settee, sofa"), ("finds", "")]).await).await;
        shop.catch_up().await;
        assert_eq!((n_shown(&visitor, "/search?q=couch").await, n_shown(&visitor, "/search?q=settee").await), (0, 1));

        let ask = ana.get(&format!("{rule}/delete")).await;
        assert!(ask.text().contains("Delete “settee, sofa”"));
        follow(&ana, &ana.post(&format!("{rule}/delete"), &[]).await).await;
        shop.catch_up().await;
        assert_eq!(n_shown(&visitor, "/search?q=settee").await, 0);
        assert_eq!(ana.get(&rule).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_search_leads_to_the_page_staff_choose(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        shop.category("Teapots", None).await;
        shop.put_up(product("Teapot returns")).await;
        shop.catch_up().await;
        let new = "/admin/searches/redirects/new";
        for (page, said) in [
            ("/c/no-such-category", "There is no such page"),
            ("https://elsewhere.example/c/teapots", "There is no such page"),
            ("/search?q=teapots", "There is no such page"),
            ("", "Enter the address of the page"),
        ] {
            let wrong = ana.post(new, &[("words", "returns"), ("page", page)]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
            assert!(wrong.at("#f-page-e").is_some_and(|text| text.contains(said)), "{page}: {}", wrong.text());
            assert_eq!(value(&wrong, "page"), page);
        }
        follow(&ana, &ana.post(new, &[("words", "Returns"), ("page", "https://shop.example/c/teapots?sort=newest")]).await).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        let sent = visitor.get("/search?q=RETURNS").await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/c/teapots?sort=newest"));
        assert_eq!(n_shown(&visitor, "/search?q=returns&exact=1").await, 1, "the results are still there for who asks");
        let again = ana.post(new, &[("words", "returns"), ("page", "/c/teapots")]).await;
        assert!(again.at("#f-words-e").is_some_and(|text| text.contains("lead to /c/teapots?sort=newest already")));

        write_down(&shop).await;
        let report = ana.get("/admin/searches").await;
        assert_eq!(lines(&report), [line("returns", "1", "Leads to /c/teapots?sort=newest")]);
    }

    async fn only_searches_somebody_makes_are_counted(db: TestDb) {
        let shop = TestShop::on(db).await;
        shop.put_up(product("Copper kettle")).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        for path in [
            "/search", "/search?q=", "/search?q=kettle&page=2", "/search?q=kettle&sort=newest", "/search?q=kettle&stock=in",
            "/search?q=ketle&exact=1", "/search/suggest?q=kettle", "/search?q=ines%40example.com",
        ] {
            visitor.get(path).await;
        }
        visitor.fragment("/search?q=kettle").await;
        let mut ahead = request(Method::GET, "/search?q=kettle");
        ahead.headers_mut().insert("sec-purpose", "prefetch".parse().unwrap());
        visitor.send(ahead).await;
        assert_eq!(write_down(&shop).await, 0);

        visitor.get("/search?q=kettle").await;
        let kept = visitor.get("/search?q=kettle").await;
        let mut known = request(Method::GET, "/search?q=kettle");
        known.headers_mut().insert(header::IF_NONE_MATCH, kept.header("etag").parse().unwrap());
        assert_eq!(visitor.send(known).await.status, StatusCode::NOT_MODIFIED);
        let ana = owner(&shop).await;
        assert_eq!(write_down(&shop).await, 1);
        let counted = lines(&ana.get("/admin/searches").await);
        assert_eq!(counted, [line("kettle", "3", "1")], "also from the shop's memory, also when the browser knows the page");
    }
}
