//! What is answered when something is not here, is refused, or breaks: the status, the words, and the way on.

use std::time::Duration;

use axum::http::StatusCode;
use wares_commerce::audit::Actor;
use wares_commerce::catalog::{SetStatus, Status};
use wares_db::testing::TestDb;
use wares_db::{Sql, both_engines, job, p, sql};

use crate::support::{Answer, TestShop, shelf::product};

/// A way to look for something, and one to somebody.
fn leads_on(answer: &Answer) {
    assert!(answer.at("main form[role=search] input[name=q]").is_some());
    assert!(answer.all("main a").contains(&"Contact us".to_owned()));
    assert_eq!(answer.all("h1").len(), 1);
    assert!(answer.text().contains("noindex"));
}

both_engines! {
    async fn a_page_that_is_not_here_offers_a_search_and_the_categories(db: TestDb) {
        let shop = TestShop::on(db).await;
        let cups = shop.category("Cups", None).await;
        let mut mug = product("Tarn mug");
        mug.categories = vec![cups];
        shop.put_up(mug).await;
        shop.catch_up().await;
        for path in ["/nowhere", "/p/nothing", "/c/nothing"] {
            let answer = shop.visitor().get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.at("h1").as_deref(), Some("Page not found"));
            leads_on(&answer);
            assert_eq!(answer.all("main .chips a"), ["Cups"]);
        }
    }

    async fn a_product_that_is_gone_says_so_for_good_and_shows_what_is_like_it(db: TestDb) {
        let shop = TestShop::on(db).await;
        let cups = shop.category("Cups", None).await;
        let mut made = Vec::new();
        for title in ["Tarn mug", "Tarn cup"] {
            let mut draft = product(title);
            draft.categories = vec![cups];
            made.push(shop.put_up(draft).await.id);
        }
        let archive = SetStatus { actor: Actor::System, product: made[0], status: Status::Archived };
        shop.app.db.write(archive).await.unwrap();
        shop.catch_up().await;
        let answer = shop.visitor().get("/p/tarn-mug").await;
        assert_eq!(answer.status, StatusCode::GONE);
        leads_on(&answer);
        assert_eq!(answer.all(".card h3"), ["Tarn cup"]);
    }

    async fn too_many_tries_say_when_to_try_again_in_words_and_for_programs(db: TestDb) {
        let shop = TestShop::on(db).await;
        let visitor = shop.visitor();
        let mut answer = visitor.get("/search?q=mug").await;
        for _ in 0..60 {
            answer = visitor.get("/search?q=mug").await;
        }
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.at("h1").as_deref(), Some("Too many tries"));
        assert_eq!(answer.header("retry-after"), "1");
        assert!(answer.text().contains("Try again in 1 second."));
    }

    async fn what_breaks_has_a_reference_and_needs_nothing_of_the_shop(db: TestDb) {
        const BREAK: Sql = sql!("DROP TABLE product_attributes");
        let shop = TestShop::on(db).await;
        shop.put_up(product("Tarn mug")).await;
        let damage = job(|tx| Box::pin(async move { tx.exec(BREAK, p![]).await }));
        shop.app.db.write(damage).await.unwrap();
        let answer = shop.visitor().get("/p/tarn-mug").await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.at("h1").as_deref(), Some("Sorry, there is a problem with the service"));
        assert_eq!(answer.at("dd").as_deref(), Some(answer.header("x-request-id")), "the reference");
        let text = answer.text();
        assert!(text.contains("Your cart is saved") && !text.contains("product_attributes"), "never the cause");
        assert!(!text.contains("<link rel=\"stylesheet\"") && !text.contains("<script"), "it needs nothing");
        assert_eq!((answer.header("retry-after"), text.contains("http-equiv")), ("", false), "trying again helps nothing");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_database_is_away_pages_come_from_memory_and_the_others_say_when_to_come_back() {
    let shop = TestShop::on(TestDb::postgres().await).await;
    shop.put_up(product("Tarn mug")).await;
    shop.put_up(product("Tarn cup")).await;
    let visitor = shop.visitor();
    assert_eq!(visitor.get("/p/tarn-mug").await.status, StatusCode::OK);

    shop.data.shut_out().await;
    // Its promise of delivery is out of date by now, which is better than no page.
    shop.data.clock.advance(Duration::from_secs(2 * 3600));
    let kept = visitor.get("/p/tarn-mug").await;
    assert_eq!(
        (kept.status, kept.at("h1").as_deref()),
        (StatusCode::OK, Some("Tarn mug"))
    );
    for path in ["/p/tarn-cup", "/", "/healthz"] {
        let away = visitor.get(path).await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(away.header("retry-after"), "10", "{path}");
        assert_eq!(away.at("h1").as_deref(), Some("The shop is closed for a moment"));
        assert!(away.text().contains("Your cart is saved"));
        assert!(away.all("main a").contains(&"Try again".to_owned()), "{path}");
    }
    let sent = visitor
        .post("/cart/lines", &[("product", "tarn-cup"), ("qty", "1")])
        .await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
    let ways_on = sent.all("main a");
    assert!(
        !ways_on.contains(&"Try again".to_owned()),
        "what a form asked for is not asked for by a link"
    );
    assert_eq!(visitor.get("/nowhere").await.status, StatusCode::NOT_FOUND);

    shop.data.let_in().await;
    assert_eq!(visitor.get("/p/tarn-cup").await.status, StatusCode::OK);
}
