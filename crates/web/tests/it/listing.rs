//! Categories, filters, search and suggestions.

use axum::http::StatusCode;
use wares_db::both_engines;
use wares_kernel::CategoryId;

use crate::support::{
    TestShop,
    shelf::{attribute, option, product, variant},
};

/// Thirty mugs, two of them of glass, one for €90, one sold out.
async fn mugs(shop: &TestShop) -> CategoryId {
    let tableware = shop.category("Tableware", None).await;
    let category = shop.category("Mugs", Some(tableware)).await;
    for n in 1..=30 {
        let mut draft = product(&format!("Mug number {n}"));
        draft.categories = vec![category];
        draft.attributes = vec![attribute("Material", if n <= 2 { "Glass" } else { "Stoneware" })];
        draft.variants = vec![variant(
            &[],
            if n == 7 { 9000 } else { 1000 + n },
            if n == 8 { 0 } else { 20 },
        )];
        shop.put_up(draft).await;
    }
    shop.catch_up().await;
    category
}

both_engines! {
    async fn a_category_lists_what_is_in_it_and_below(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        shop.put_up(product("A chair elsewhere")).await;
        shop.catch_up().await;
        for path in ["/c/mugs", "/c/tableware"] {
            let page = shop.visitor().get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert_eq!(page.at("[data-count-line]").as_deref(), Some("24 of 30 products"), "{path}");
            assert_eq!(page.all(".list .card").len(), 24, "{path}");
            assert!(!page.text().contains("chair"), "{path}");
        }
        let page = shop.visitor().get("/c/mugs").await;
        assert_eq!(page.all(".crumbs li"), ["Home", "Tableware", "Mugs"]);
        assert!(page.text().contains("rel=\"canonical\" href=\"https://shop.example/c/mugs\""));
    }

    async fn the_second_page_has_the_rest(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let visitor = shop.visitor();
        let (first, second) = (visitor.get("/c/mugs").await, visitor.get("/c/mugs?page=2").await);
        assert_eq!(second.all(".list .card").len(), 6);
        assert_eq!(second.at("title").as_deref(), Some("Mugs – page 2 of 2 – My shop"));
        let mut all = [first.all(".list .card h3"), second.all(".list .card h3")].concat();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 30, "nothing twice, nothing left out");
        let beyond = visitor.get("/c/mugs?page=9").await;
        assert_eq!((beyond.status, beyond.location()), (StatusCode::SEE_OTHER, "/c/mugs"));
    }

    async fn filters_narrow_and_each_can_be_dropped(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let visitor = shop.visitor();
        let glass = visitor.get("/c/mugs?f.Material=Glass").await;
        assert_eq!(glass.at("[data-count-line]").as_deref(), Some("2 of 2 products"));
        assert!(glass.text().contains("noindex,follow"));
        assert_eq!(glass.all(".chips[aria-label='Applied filters'] .chip").len(), 2);
        let both = visitor.get("/c/mugs?f.Material=Glass&f.Material=Stoneware").await;
        assert_eq!(both.at("[data-count-line]").as_deref(), Some("24 of 30 products"), "values of one facet are alternatives");
        let dear = visitor.get("/c/mugs?f.Material=Stoneware&min=50").await;
        assert_eq!(dear.all(".list .card h3"), ["Mug number 7"], "different facets must all hold");
        let none = visitor.get("/c/mugs?f.Material=Glass&min=50").await;
        assert!(none.text().contains("No products match all 2 filters."));
        assert_eq!(none.status, StatusCode::OK);
        let in_stock = visitor.get("/c/mugs?stock=in").await;
        assert_eq!(in_stock.at("[data-count-line]").as_deref(), Some("24 of 29 products"));
    }

    async fn the_sort_form_keeps_the_filters(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let visitor = shop.visitor();
        let page = visitor.get("/c/mugs?f.Material=Stoneware&sort=price-down").await;
        assert_eq!(page.all(".list .card h3")[0], "Mug number 7");
        let kept = page.text().contains(r#"<input type="hidden" name="f.Material" value="Stoneware">"#);
        assert!(kept && page.text().contains(r#"<option value="price-down" selected>"#));
        let cheapest = visitor.get("/c/mugs?sort=price-up").await;
        assert_eq!(cheapest.all(".list .card h3")[0], "Mug number 1");
    }

    async fn a_list_answers_a_script_with_its_regions(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let fragment = shop.visitor().fragment("/c/mugs?f.Material=Glass").await;
        assert!(fragment.at("[data-region=results]").is_some() && fragment.at("[data-region=facets]").is_some());
        assert!(fragment.at("header").is_none() && fragment.at("h1").is_none());
    }

    async fn a_new_product_is_on_its_lists_at_once(db: TestDb) {
        let shop = TestShop::on(db).await;
        let category = mugs(&shop).await;
        assert!(!shop.visitor().get("/c/mugs?sort=price-up").await.text().contains("The cheap one"));
        let mut draft = product("The cheap one");
        draft.categories = vec![category];
        draft.variants = vec![variant(&[], 100, 3)];
        shop.put_up(draft).await;
        shop.catch_up().await;
        assert_eq!(shop.visitor().get("/c/mugs?sort=price-up").await.all(".list .card h3")[0], "The cheap one");
        assert!(shop.visitor().get("/search?q=cheap").await.text().contains("The cheap one"));
    }

    async fn searching_forgives(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let mut teapot = product("Combe teapot");
        teapot.variants[0].sku = Some("CMB-TEA-1".parse().unwrap());
        shop.put_up(teapot).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        for words in ["teapot", "teapots", "TEAPOT", "tepot"] {
            let page = visitor.get(&format!("/search?q={words}")).await;
            assert_eq!(page.status, StatusCode::OK, "{words}");
            assert!(page.all(".card h3").contains(&"Combe teapot".to_owned()), "{words}");
        }
        let corrected = visitor.get("/search?q=tepot").await;
        assert!(corrected.text().contains("Search instead for tepot"));
    }

    async fn an_article_number_leads_straight_to_the_article_and_back(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let mut teapot = product("Combe teapot");
        teapot.variants[0].sku = Some("CMB-TEA-1".parse().unwrap());
        shop.put_up(teapot).await;
        let mut bowl = product("Combe bowl");
        bowl.options = vec![option("Size", &["Small", "Large"])];
        bowl.variants = vec![variant(&["Small"], 900, 3), variant(&["Large"], 1500, 3)];
        bowl.variants[1].barcode = "4006381333931".into();
        shop.put_up(bowl).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        let sku = visitor.get("/search?q=cmb-tea-1").await;
        assert_eq!((sku.status, sku.location()), (StatusCode::SEE_OTHER, "/p/combe-teapot?q=cmb-tea-1"));
        let page = visitor.get(sku.location()).await;
        assert!(page.text().contains("rel=\"canonical\" href=\"https://shop.example/p/combe-teapot\""));
        let back = page.html().select(&scraper::Selector::parse("main a[href^='/search']").unwrap()).next().and_then(|link| link.attr("href")).map(ToOwned::to_owned);
        assert_eq!(back.as_deref(), Some("/search?q=cmb-tea-1&exact=1"));
        let results = visitor.get(&back.unwrap()).await;
        assert_eq!((results.status, results.all(".list .card h3")), (StatusCode::OK, vec!["Combe teapot".to_owned()]));

        let barcode = visitor.get("/search?q=4006381333931").await;
        assert!(barcode.location().starts_with("/p/combe-bowl?v="), "{}", barcode.location());
        assert!(visitor.get(barcode.location()).await.text().contains("€15.00"), "the variant with the barcode");
        assert!(visitor.get("/p/combe-teapot").await.at("main a[href^='/search']").is_none());
    }

    async fn a_search_without_a_result_names_what_was_meant_and_where_to_look(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        shop.put_up(product("Combe teapot")).await;
        shop.catch_up().await;
        let visitor = shop.visitor();
        let page = visitor.get("/search?q=tepot&exact=1").await;
        assert_eq!(page.at("h1").as_deref(), Some("Nothing found for “tepot”"));
        assert_eq!(page.at("main a[href='/search?q=teapot']").as_deref(), Some("teapot"), "{}", page.text());
        assert_eq!(page.at("main a[href='/c/tableware']").as_deref(), Some("Tableware"));
        assert!(page.at("main a[href^='/contact']").is_some());
        let partly = visitor.get("/search?q=teapot+qqqqzzzz").await;
        assert_eq!(partly.at("h1").as_deref(), Some("Results for “teapot qqqqzzzz” (1)"));
        assert!(partly.text().contains("left out: <strong>qqqqzzzz</strong>"), "{}", partly.text());
    }

    async fn suggestions_are_ten_at_most(db: TestDb) {
        let shop = TestShop::on(db).await;
        for name in ["Mugs", "Mug trees", "Mug racks", "Mug rests"] {
            let category = shop.category(name, None).await;
            for kind in ["oval", "tall", "small", "plain", "blue", "round"] {
                let mut draft = product(&format!("Mug {kind} of {name}"));
                draft.categories = vec![category];
                shop.put_up(draft).await;
            }
        }
        shop.catch_up().await;
        let options = shop.visitor().fragment("/search/suggest?q=mug").await;
        assert_eq!(options.all("[role=option]").len(), 10, "{}", options.text());
        for url in options.html().select(&scraper::Selector::parse("[role=group][aria-label=Suggestions] [role=option]").unwrap()) {
            let url = url.attr("data-href").expect("an option leads somewhere");
            assert!(!shop.visitor().get(url).await.all(".list .card").is_empty(), "{url}");
        }
    }

    async fn a_search_for_nothing_leads_on(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let page = shop.visitor().get("/search?q=qqqqzzzz").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.at("h1").as_deref(), Some("Nothing found for “qqqqzzzz”"));
        assert!(!page.all(".card").is_empty(), "what others buy");
        assert!(page.text().contains("noindex"));
    }

    async fn hostile_searches_are_only_searches(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        for query in ["%27%22%3B--", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%22mug%22+AND+%28", "*", "%2B-%7C%7C", "%F0%9F%8D%B5", "%E2%80%AE"] {
            let page = shop.visitor().get(&format!("/search?q={query}")).await;
            assert!(page.status.is_success() || page.status.is_redirection(), "{query}: {}", page.status);
            assert!(page.all("main script:not([type])").is_empty(), "{query}");
        }
        assert_eq!(shop.visitor().get("/search?q=%00").await.status, StatusCode::BAD_REQUEST);
    }

    async fn suggestions_come_while_typing(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let visitor = shop.visitor();
        let options = visitor.fragment("/search/suggest?q=mu").await;
        assert_eq!(options.status, StatusCode::OK);
        assert!(options.all("[role=group]").iter().any(|group| group.starts_with("Products")), "{}", options.text());
        assert!(options.text().contains("data-href=\"/p/mug-number-"));
        for short in ["", "m"] {
            assert!(visitor.fragment(&format!("/search/suggest?q={short}")).await.at("[role=listbox]").is_none());
        }
    }

    async fn nobody_searches_for_ever(db: TestDb) {
        let shop = TestShop::on(db).await;
        let visitor = shop.visitor();
        for _ in 0..60 {
            assert_eq!(visitor.get("/search?q=tea").await.status, StatusCode::OK);
        }
        let refused = visitor.get("/search?q=tea").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!refused.header("retry-after").is_empty());
    }

    async fn all_categories_can_be_reached_without_a_script(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        let page = shop.visitor().get("/categories").await;
        assert_eq!(page.all("main a[href^='/c/']").len(), 3, "the top one twice, and what is in it");
    }

    async fn a_category_that_is_not_there_is_not_found(db: TestDb) {
        let shop = TestShop::on(db).await;
        mugs(&shop).await;
        assert_eq!(shop.visitor().get("/c/nothing").await.status, StatusCode::NOT_FOUND);
        assert_eq!(shop.visitor().get("/c/Bad%20Slug").await.status, StatusCode::NOT_FOUND);
    }
}
