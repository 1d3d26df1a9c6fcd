//! The public pages of the catalogue.

use axum::http::StatusCode;
use scraper::Selector;
use wares_commerce::{
    audit::Actor,
    catalog::{self, ProductDraft, SetStatus, Status},
    pricing,
    reviews::{AddSamples, Sample},
};
use wares_db::{Sql, both_engines, job, p, sql};
use wares_kernel::{Country, Currency};

use crate::support::{
    TestShop,
    browser::Browser,
    shelf::{attribute, option, product, variant},
};

/// Zones, methods, tax rates and holidays as a new shop has them.
async fn with_delivery(shop: &TestShop) {
    let seed = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
    shop.app.db.write(seed).await.expect("the seed is in order");
    shop.catch_up().await;
}

/// A cup in two colours and two sizes; the large moss one is sold out.
async fn cup(shop: &TestShop) -> catalog::Saved {
    let mut draft = product("Tarn cup");
    draft.options = vec![
        option("Colour", &["Chalk", "Moss"]),
        option("Size", &["Small", "Large"]),
    ];
    draft.variants = vec![
        variant(&["Chalk", "Small"], 2200, 30),
        variant(&["Chalk", "Large"], 2800, 3),
        variant(&["Moss", "Small"], 2200, 30),
        variant(&["Moss", "Large"], 2800, 0),
    ];
    draft.attributes = vec![attribute("Material", "Stoneware")];
    shop.put_up(draft).await
}

both_engines! {
    async fn an_empty_shop_opens_soon(db: TestDb) {
        let shop = TestShop::on(db).await;
        let home = shop.visitor().get("/").await;
        assert_eq!(home.status, StatusCode::OK);
        assert_eq!(home.at("h1").as_deref(), Some("Opening soon"));
    }

    async fn the_first_page_shows_products_and_categories(db: TestDb) {
        let shop = TestShop::on(db).await;
        with_delivery(&shop).await;
        let tableware = shop.category("Tableware", None).await;
        let cups = shop.category("Cups", Some(tableware)).await;
        shop.category("Nothing yet", None).await;
        let mut draft = product("Tarn mug");
        draft.categories = vec![cups];
        shop.put_up(draft).await;
        shop.catch_up().await;

        let home = shop.visitor().get("/").await;
        assert!(home.all(".card h3").contains(&"Tarn mug".to_owned()));
        assert_eq!(home.all(".index li").len(), 1, "a category without products is not shown");
        assert!(home.all(".tree a").contains(&"Cups".to_owned()));
        let facts = home.all(".facts div");
        assert!(facts.iter().any(|fact| fact.starts_with("Delivery") && fact.contains('€')), "{facts:?}");
    }

    async fn a_product_shows_what_one_needs_to_decide(db: TestDb) {
        let shop = TestShop::on(db).await;
        with_delivery(&shop).await;
        cup(&shop).await;
        let page = shop.visitor().get("/p/tarn-cup").await;
        assert_eq!(page.at("h1").as_deref(), Some("Tarn cup"));
        assert_eq!(page.at("[data-v=price]").as_deref(), Some("€22.00"));
        assert_eq!(page.at("[data-v=stock]").as_deref(), Some("In stock"));
        assert_eq!(page.at("[data-v=sku]").as_deref(), Some("CHALK-SMALL"));
        assert_eq!(page.all("fieldset legend"), ["Colour: Chalk", "Size: Small"]);
        let rows = page.all("dl.rows div").join(" ");
        assert!(rows.contains("MaterialStoneware") && rows.contains("March") && rows.contains("to Germany"), "{rows}");
        let text = page.text();
        assert!(text.contains("application/ld+json") && text.contains("ProductGroup"));
        assert!(!text.contains("€7.00") && !text.contains("cost_"), "what the shop pays is nobody's business");
    }

    async fn a_product_shows_what_is_bought_with_it_and_what_is_like_it_each_once(db: TestDb) {
        const TOGETHER: Sql = sql!("INSERT INTO bought_together (product_id, other_id, n_buyers) VALUES (?1, ?2, 2)");
        let shop = TestShop::on(db).await;
        let cups = shop.category("Cups", None).await;
        let mut made = Vec::new();
        for title in ["Mug", "Saucer", "Cup", "Beaker"] {
            let mut draft = product(title);
            draft.categories = vec![cups];
            if title == "Beaker" {
                draft.variants[0].opening_stock = 0;
            }
            made.push(shop.put_up(draft).await.id);
        }
        let (mug, saucer) = (made[0], made[1]);
        let pair = job(move |tx| Box::pin(async move { tx.exec(TOGETHER, p![mug, saucer]).await }));
        shop.app.db.write(pair).await.unwrap();
        let page = shop.visitor().get("/p/mug").await;
        let rows = page.all("section:has(.grid):not([data-recent]) h2");
        assert_eq!(rows, ["Often bought together", "More like it"]);
        assert_eq!(page.all(".card h3"), ["Saucer", "Cup"], "the saucer once, the beaker is sold out");
        let html = page.html();
        let seen = html.select(&Selector::parse("[data-seen]").unwrap()).next().and_then(|info| info.attr("data-seen"));
        let seen: serde_json::Value = serde_json::from_str(seen.unwrap()).unwrap();
        assert_eq!(seen["url"], "/p/mug");
        assert!(seen.get("price").is_none(), "what is remembered for weeks has no price");
        let waiting = html.select(&Selector::parse("[data-recent][hidden]").unwrap()).count();
        assert_eq!(waiting, 1, "without the script there is nothing to see");
    }

    async fn each_variant_has_its_address(db: TestDb) {
        let shop = TestShop::on(db).await;
        cup(&shop).await;
        let visitor = shop.visitor();
        let large = visitor.get("/p/tarn-cup?v=CHALK-LARGE").await;
        assert_eq!(large.at("[data-v=price]").as_deref(), Some("€28.00"));
        assert_eq!(large.at("[data-v=stock]").as_deref(), Some("Only 3 left"));
        assert_eq!(large.all(".tile.out").len(), 1, "moss is not to be had in large");
        let sold_out = visitor.get("/p/tarn-cup?v=MOSS-LARGE").await;
        assert_eq!(sold_out.at("[data-v=stock]").as_deref(), Some("Sold out"));
        let unknown = visitor.get("/p/tarn-cup?v=NONE").await;
        assert_eq!((unknown.status, unknown.location()), (StatusCode::SEE_OTHER, "/p/tarn-cup"));
    }

    async fn a_choice_without_scripts_leads_to_the_variant(db: TestDb) {
        let shop = TestShop::on(db).await;
        cup(&shop).await;
        let visitor = shop.visitor();
        let chosen = visitor.get("/p/tarn-cup?product=tarn-cup&o1=Moss&o2=Small&qty=1").await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER);
        let page = visitor.get(chosen.location()).await;
        assert_eq!(page.at("[data-v=sku]").as_deref(), Some("MOSS-SMALL"));
        let never_made = visitor.get("/p/tarn-cup?o1=Ink&o2=Small").await;
        assert_eq!(never_made.location(), "/p/tarn-cup");
    }

    async fn reviews_are_counted_filtered_and_read_on(db: TestDb) {
        let shop = TestShop::on(db).await;
        let mug = shop.put_up(product("Mug")).await;
        shop.catch_up().await;
        assert!(shop.visitor().get("/p/mug").await.text().contains("No reviews yet"));
        let samples = (0..12)
            .map(|n| Sample {
                rating: if n == 0 { 2 } else { 5 },
                title: format!("Review {n}"),
                body: "Holds tea.\n\n<b>Really</b>.".into(),
                author: "Ines R.".into(),
                at: wares_db::testing::START,
            })
            .collect();
        shop.app.db.write(AddSamples { product_id: mug.id, samples }).await.unwrap();
        shop.catch_up().await;

        let visitor = shop.visitor();
        let page = visitor.get("/p/mug").await;
        assert_eq!(page.at(".score").as_deref(), Some("4.8"));
        assert_eq!(page.all(".rev").len(), 10);
        assert!(page.text().contains("Sample review") && !page.text().contains("Verified buyer") && !page.text().contains("all from buyers"));
        assert!(page.text().contains("&lt;b&gt;Really"));
        assert_eq!(visitor.get("/p/mug?rshow=20").await.all(".rev").len(), 12);
        assert_eq!(visitor.get("/p/mug?stars=2").await.all(".rev h3"), ["Review 0"]);
        assert_eq!(visitor.get("/p/mug?rsort=lowest").await.all(".rev h3")[0], "Review 0");
        let fragment = visitor.fragment("/p/mug?stars=2").await;
        assert!(fragment.at("[data-region=reviews]").is_some() && fragment.at("footer").is_none());
    }

    async fn everybody_says_once_that_a_review_helped(db: TestDb) {
        let shop = TestShop::on(db).await;
        let mug = shop.put_up(product("Mug")).await;
        let sample = |title: &str, rating: u8| Sample {
            rating,
            title: title.into(),
            body: "Holds tea.".into(),
            author: "Ines R.".into(),
            at: wares_db::testing::START.plus(std::time::Duration::from_secs(60 * u64::from(rating))),
        };
        let samples = vec![sample("Good", 4), sample("Fine", 3), sample("Great", 5)];
        shop.app.db.write(AddSamples { product_id: mug.id, samples }).await.unwrap();
        shop.catch_up().await;
        let path = "/p/mug?rsort=lowest";
        let mut ann = Browser::new(shop.router());
        let page = ann.get(path).await;
        page.says("Was it helpful to you?").does_not_say("Helped");
        let fields = page.form("/reviews/helpful");
        let fields: Vec<(&str, &str)> = fields[..2].iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let voted = ann.post("/reviews/helpful", &fields).await;
        voted.is(200).says("your vote is counted");
        assert_eq!(voted.link("/p/mug"), "/p/mug?rsort=lowest#reviews");
        ann.post("/reviews/helpful", &fields).await.is(200).says("was counted before");

        let mut ines = Browser::new(shop.router()).with_script();
        ines.register_and_sign_in("Ines Roth", "ines.roth@example.com").await;
        // The first account of a network is taken for the guest who voted there.
        ines.post("/reviews/helpful", &fields).await.is(200).says("was counted before");
        let mut jan = Browser::new(shop.router()).with_script();
        jan.register_and_sign_in("Jan Vos", "jan.vos@example.com").await;
        let swapped = jan.post("/reviews/helpful", &fields).await;
        swapped.is(200).says("your vote is counted");
        assert!(swapped.body.contains(&format!("data-region=\"helped-{}\"", fields[0].1)), "{}", swapped.body);
        shop.catch_up().await;
        ann.get("/p/mug").await.says("Helped 2 people.");
        assert_eq!(shop.visitor().get("/p/mug").await.all(".rev h3"), ["Fine", "Great", "Good"]);
        assert_eq!(shop.visitor().get("/p/mug?rsort=highest").await.all(".rev h3"), ["Great", "Good", "Fine"]);
        assert_eq!(shop.visitor().get("/p/mug?rsort=highest&stars=4").await.all(".rev h3"), ["Good"]);

        let elsewhere = ann.post("/reviews/helpful", &[fields[0], ("back", "//evil.example")]).await;
        assert!(!elsewhere.body.contains("evil.example"));
        ann.post("/reviews/helpful", &[("review", "nonsense")]).await.is(404);
    }

    async fn a_public_page_is_the_same_bytes_for_everybody(db: TestDb) {
        let shop = TestShop::on(db).await;
        cup(&shop).await;
        let (ann, bob) = (shop.visitor(), shop.visitor());
        ann.give_cookie("__Host-sid", "0123456789abcdef");
        ann.give_cookie("who", "Ann");
        ann.give_cookie("cart_n", "3");
        for path in ["/", "/p/tarn-cup", "/p/tarn-cup?v=MOSS-SMALL", "/pages/about"] {
            let (hers, his) = (ann.get(path).await, bob.get(path).await);
            assert_eq!(hers.bytes, his.bytes, "{path}");
            assert!(!hers.text().contains("Ann"), "{path}");
            assert_eq!(hers.header("set-cookie"), "", "{path}");
            assert!(hers.header("cache-control").starts_with("public"), "{path}");
        }
    }

    async fn a_page_is_kept_and_made_once(db: TestDb) {
        let shop = TestShop::on(db).await;
        cup(&shop).await;
        let first = shop.visitor().get("/p/tarn-cup?utm_source=letter").await;
        for same in ["/p/tarn-cup", "/p/tarn-cup?fbclid=1", "/p/tarn-cup?v="] {
            assert_eq!(shop.visitor().get(same).await.bytes, first.bytes);
        }
        assert_eq!(shop.app.pages.size().0, 1);
    }

    async fn a_price_is_never_stale_on_any_instance(db: TestDb) {
        let shop = TestShop::on(db).await;
        let (elsewhere, mut follower) = shop.second_instance().await;
        let saved = shop.put_up(product("Mug")).await;
        shop.catch_up().await;
        crate::support::catch_up(&shop.data.db, &mut follower).await;
        for visitor in [&shop.visitor(), &elsewhere] {
            assert!(visitor.get("/p/mug").await.text().contains("€12.00"));
            assert!(visitor.get("/").await.text().contains("€12.00"));
        }

        let mut dearer = product("Mug");
        dearer.variants = vec![variant(&[], 1500, 30)];
        shop.change(saved.id, 1, dearer).await;
        shop.catch_up().await;
        crate::support::catch_up(&shop.data.db, &mut follower).await;
        for visitor in [&shop.visitor(), &elsewhere] {
            for path in ["/p/mug", "/"] {
                let page = visitor.get(path).await.text();
                assert!(page.contains("€15.00") && !page.contains("€12.00"), "{path}");
            }
        }
    }

    async fn an_old_address_leads_to_the_new_one(db: TestDb) {
        let shop = TestShop::on(db).await;
        let saved = shop.put_up(product("Mug")).await;
        let mut renamed = product("Mug");
        renamed.slug = Some("better-mug".parse().unwrap());
        shop.change(saved.id, 1, renamed).await;
        let old = shop.visitor().get("/p/mug").await;
        assert_eq!((old.status, old.location()), (StatusCode::MOVED_PERMANENTLY, "/p/better-mug"));
        assert_eq!(shop.visitor().get("/p/better-mug").await.status, StatusCode::OK);
    }

    async fn what_is_not_shown_is_not_found(db: TestDb) {
        let shop = TestShop::on(db).await;
        let mut draft = product("Secret");
        draft.status = Status::Draft;
        shop.put_up(draft).await;
        let shown = shop.put_up(product("Shown")).await;
        assert_eq!(shop.visitor().get("/p/secret").await.status, StatusCode::NOT_FOUND);
        assert_eq!(shop.visitor().get("/p/shown").await.status, StatusCode::OK);
        let archive = SetStatus { actor: Actor::System, product: shown.id, status: Status::Archived };
        shop.app.db.write(archive).await.unwrap();
        shop.catch_up().await;
        assert_eq!(shop.visitor().get("/p/shown").await.status, StatusCode::GONE);
    }

    async fn an_archived_product_is_gone_with_ways_on(db: TestDb) {
        let shop = TestShop::on(db).await;
        let cups = shop.category("Cups", None).await;
        let in_cups = |title: &str| ProductDraft { categories: vec![cups], ..product(title) };
        let old = shop.put_up(in_cups("Old cup")).await;
        shop.put_up(in_cups("New cup")).await;
        let mut renamed = in_cups("Old cup");
        renamed.slug = Some("very-old-cup".parse().unwrap());
        shop.change(old.id, 1, renamed).await;
        let set = |status| SetStatus { actor: Actor::System, product: old.id, status };
        shop.app.db.write(set(Status::Archived)).await.unwrap();
        shop.catch_up().await;

        let gone = shop.visitor().get("/p/very-old-cup").await;
        assert_eq!(gone.status, StatusCode::GONE);
        assert_eq!(gone.at("h1").as_deref(), Some("Old cup is no longer for sale"));
        assert_eq!(gone.all(".card h3"), ["New cup"]);
        assert!(gone.all("main a").contains(&"More in Cups".to_owned()));
        assert!(gone.at("main form[role=search]").is_some());
        assert!(gone.text().contains("noindex"));
        assert_eq!(gone.header("cache-control"), "no-store");
        let renamed = shop.visitor().get("/p/old-cup").await;
        assert_eq!((renamed.status, renamed.location()), (StatusCode::MOVED_PERMANENTLY, "/p/very-old-cup"));
        let map = shop.visitor().get(&format!("/sitemap/{}.xml", uuid::Uuid::nil())).await.text();
        assert!(map.contains("new-cup") && !map.contains("old-cup"), "{map}");
        let found = shop.visitor().get("/search?q=cup").await;
        assert!(!found.text().contains("Old cup"), "{:?}", found.all(".card"));

        shop.app.db.write(set(Status::Active)).await.unwrap();
        shop.catch_up().await;
        assert_eq!(shop.visitor().get("/p/very-old-cup").await.status, StatusCode::OK);
    }

    async fn what_is_written_into_a_product_stays_text(db: TestDb) {
        let shop = TestShop::on(db).await;
        let hostile = "</script><script>alert(1)</script>\"'<img src=x onerror=alert(1)>";
        let mut draft = product(hostile);
        draft.slug = Some("hostile".parse().unwrap());
        draft.brand = hostile.into();
        draft.attributes = vec![attribute("<b>Material", hostile)];
        draft.options = vec![option("Colour<i>", &[hostile])];
        draft.variants = vec![variant(&[hostile], 1200, 3)];
        draft.variants[0].sku = None;
        draft.description = catalog::Description::from_html(&format!("<p onclick=alert(1)>{hostile}</p><iframe src=x>")).0;
        shop.put_up(draft).await;
        shop.catch_up().await;
        for path in ["/p/hostile", "/"] {
            let page = shop.visitor().get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.all("script:not([src])").iter().all(|data| serde_json::from_str::<serde_json::Value>(data).is_ok()), "{path}");
            assert!(page.all("iframe, [onclick], [onerror], main script:not([type])").is_empty(), "{path}");
            assert!(page.html().errors.is_empty(), "{path}: {:?}", page.html().errors);
        }
    }

    async fn a_promise_of_delivery_is_made_anew_each_hour(db: TestDb) {
        let shop = TestShop::on(db).await;
        with_delivery(&shop).await;
        cup(&shop).await;
        let promise = async || shop.visitor().get("/p/tarn-cup").await.at("dl.rows strong").expect("a promise");
        let today = promise().await;
        shop.data.clock.advance(std::time::Duration::from_secs(24 * 3600));
        assert_ne!(promise().await, today);
    }
}
