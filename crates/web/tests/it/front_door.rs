//! What holds for every request and every response.

use axum::http::{Method, StatusCode, header};
use wares_commerce::settings::Store;
use wares_db::both_engines;

use crate::support::{TestShop, catch_up, request};

/// What every response carries, whatever it is.
fn carries_everything(answer: &crate::support::Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe-"), "{what}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert!(!answer.header("referrer-policy").is_empty(), "{what}");
    assert!(
        answer.header("strict-transport-security").contains("includeSubDomains"),
        "{what}"
    );
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(!answer.header("permissions-policy").is_empty(), "{what}");
    assert!(!answer.header("cache-control").is_empty(), "{what}");
    assert_eq!(answer.header("x-request-id").len(), 9, "{what}");
}

both_engines! {
    async fn every_answer_carries_the_security_headers(db: TestDb) {
        let shop = TestShop::on(db).await;
        let visitor = shop.visitor();
        for path in ["/pages/about", "/pages/shipping-returns", "/robots.txt", "/healthz", "/nowhere", "/img/ph/arch-0-A.svg",
            "/accent/AA0000.css", "/img/ph/x.svg", "/pages/%00"] {
            carries_everything(&visitor.get(path).await, path);
        }
        let page = visitor.get("/pages/about").await;
        assert!(page.header("content-security-policy").contains("form-action 'self' https://pay.example"));
    }

    async fn nobody_is_answered_for_another_host(db: TestDb) {
        let shop = TestShop::on(db).await;
        for (name, value) in [("host", "evil.example"), ("x-forwarded-host", "evil.example")] {
            let mut asked = request(Method::GET, "/pages/about");
            asked.headers_mut().insert(name, value.parse().unwrap());
            let answer = shop.visitor().send(asked).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{name}");
            assert!(!answer.text().contains("evil.example"));
            assert!(answer.text().contains("The address of this shop is http"), "{name}");
            carries_everything(&answer, name);
        }
    }

    async fn another_site_cannot_send_forms_here(db: TestDb) {
        let shop = TestShop::on(db).await;
        for path in ["/pages/about", "/nowhere", "/cart/lines"] {
            let mut asked = request(Method::POST, path);
            asked.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            let answer = shop.visitor().send(asked).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(answer.text().contains("sent from another site"), "{path}");
        }
    }

    async fn what_is_not_here_says_so_in_a_page_of_the_shop(db: TestDb) {
        let shop = TestShop::on(db).await;
        for path in ["/nowhere", "/pages/nothing", "/pages/No%20Slug", "/account/x.css"] {
            let answer = shop.visitor().get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.at("h1").as_deref(), Some("Page not found"), "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }

    async fn a_wrong_method_is_refused_with_the_right_ones_named(db: TestDb) {
        let shop = TestShop::on(db).await;
        let answer = shop.visitor().post("/pages/about", &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "GET,HEAD");
        assert_eq!(answer.at("h1").as_deref(), Some("This did not work"));
    }

    async fn too_long_an_address_and_a_compressed_form_are_refused(db: TestDb) {
        let shop = TestShop::on(db).await;
        let long = shop.visitor().get(&format!("/search?q={}", "x".repeat(9000))).await;
        assert_eq!(long.status, StatusCode::URI_TOO_LONG);
        let mut packed = request(Method::POST, "/cart/lines");
        packed.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        packed.headers_mut().insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        assert_eq!(shop.visitor().send(packed).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    async fn one_network_cannot_ask_for_ever(db: TestDb) {
        let shop = TestShop::on(db).await;
        let visitor = shop.visitor();
        for _ in 0..1200 {
            assert_eq!(visitor.get("/img/ph/arch-0-A.svg").await.status, StatusCode::OK);
        }
        let refused = visitor.get("/img/ph/arch-0-A.svg").await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.header("retry-after"), "1");
        assert!(refused.text().contains("Try again in 1 second."));
        shop.data.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(visitor.get("/img/ph/arch-0-A.svg").await.status, StatusCode::OK);
    }

    async fn pages_come_compressed_as_the_browser_likes(db: TestDb) {
        let shop = TestShop::on(db).await;
        let plain = shop.visitor().get("/pages/about").await.bytes;
        // A public page that is asked for again is worth compressing well.
        let asked = [("gzip", "/pages/about", "gzip"), ("br, gzip", "/pages/about", "br"), ("br, gzip", "/nowhere", "gzip"), ("br", "/nowhere", "br")];
        for (accepted, path, named) in asked {
            let mut asked = request(Method::GET, path);
            asked.headers_mut().insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            let answer = shop.visitor().send(asked).await;
            assert_eq!(answer.header("content-encoding"), named, "{path}");
            assert!(answer.header("vary").contains("accept-encoding"), "{path}");
            assert!(answer.bytes.len() < plain.len() / 2, "{path}");
        }
    }

    async fn what_the_browser_has_is_not_sent_again(db: TestDb) {
        let shop = TestShop::on(db).await;
        let first = shop.visitor().get("/pages/about").await;
        let mut again = request(Method::GET, "/pages/about");
        again.headers_mut().insert(header::IF_NONE_MATCH, first.headers[header::ETAG].clone());
        let answer = shop.visitor().send(again).await;
        assert_eq!((answer.status, answer.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        carries_everything(&answer, "304");
        let mut other = request(Method::GET, "/pages/about");
        other.headers_mut().insert(header::IF_NONE_MATCH, "\"old\"".parse().unwrap());
        assert_eq!(shop.visitor().send(other).await.status, StatusCode::OK);
    }

    async fn a_fragment_is_the_same_page_without_its_frame(db: TestDb) {
        let shop = TestShop::on(db).await;
        let page = shop.visitor().get("/pages/about").await;
        let fragment = shop.visitor().fragment("/pages/about").await;
        assert_eq!(page.at("h1"), fragment.at("h1"));
        assert!(page.at("footer").is_some() && fragment.at("footer").is_none());
        assert_ne!(page.headers[header::ETAG], fragment.headers[header::ETAG]);
        assert!(page.header("vary").contains("accept"));
    }

    async fn assets_are_named_by_their_content_and_kept_for_ever(db: TestDb) {
        let shop = TestShop::on(db).await;
        let url = shop.app.assets.url("storefront/base.css").unwrap();
        let answer = shop.visitor().get(&url).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.header("cache-control").contains("immutable"));
        let old = shop.visitor().get("/assets/older/storefront/base.css").await;
        assert_eq!((old.status, old.header("cache-control")), (StatusCode::OK, "no-store"));
        for path in ["/assets/older/storefront/../../../Cargo.toml", "/assets/x/nothing.css"] {
            assert_eq!(shop.visitor().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn the_shops_own_colour_is_a_stylesheet(db: TestDb) {
        let shop = TestShop::on(db).await;
        let plain = shop.visitor().get("/pages/about").await;
        assert!(!plain.text().contains("/accent/"));
        change(&shop, Store { accent: "#7A1F3D".parse().unwrap(), ..Store::default() }).await;
        shop.catch_up().await;
        let page = shop.visitor().get("/pages/about").await;
        assert!(page.text().contains("/accent/7A1F3D.css"));
        let css = shop.visitor().get("/accent/7A1F3D.css").await;
        assert!(css.text().contains("--accent:light-dark(#7A1F3D,"));
        assert_eq!(shop.visitor().get("/accent/evil.css").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_changed_setting_shows_on_every_instance_and_page(db: TestDb) {
        let shop = TestShop::on(db).await;
        let (elsewhere, mut follower) = shop.second_instance().await;
        for visitor in [&shop.visitor(), &elsewhere] {
            assert!(visitor.get("/pages/about").await.text().contains("My shop"));
        }
        change(&shop, Store { name: "Fieldhouse".into(), ..Store::default() }).await;
        shop.catch_up().await;
        catch_up(&shop.data.db, &mut follower).await;
        for visitor in [&shop.visitor(), &elsewhere] {
            let page = visitor.get("/pages/about").await;
            assert_eq!(page.at("title").as_deref(), Some("About us – Fieldhouse"));
            assert!(!page.text().contains("My shop"));
        }
    }

    async fn delivery_costs_are_shown_from_what_checkout_uses(db: TestDb) {
        let shop = TestShop::on(db).await;
        assert!(shop.visitor().get("/pages/shipping-returns").await.text().contains("does not deliver anywhere yet"));
        shop.app.db.write(wares_db::job(|tx| Box::pin(async move {
            wares_commerce::pricing::seed(tx, wares_kernel::Country::DE, wares_kernel::Currency::EUR).await
        }))).await.unwrap();
        shop.catch_up().await;
        let page = shop.visitor().get("/pages/shipping-returns").await;
        let rows = page.all("tbody tr");
        assert!(rows[0].contains("Germany") && rows[0].contains('€'), "the shop's own country comes first: {rows:?}");
        assert!(rows.iter().any(|row| row.contains("Slovenia, Spain, Sweden")), "{rows:?}");
    }
}

async fn change(shop: &TestShop, store: Store) {
    let change = wares_commerce::settings::Change {
        actor: wares_commerce::audit::Actor::System,
        version: 0,
        value: store,
    };
    shop.app.db.write(change).await.expect("these settings are fine");
}
