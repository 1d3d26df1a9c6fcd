//! Getting in.

use axum::http::StatusCode;
use wares_commerce::staff::Role;
use wares_db::both_engines;

use super::support::{PASSWORD, follow, member, owner, set_up_form, set_up_key};
use crate::support::TestShop;

both_engines! {
    async fn the_shop_is_set_up_once(db: TestDb) {
        let shop = TestShop::on(db).await;
        let key = set_up_key(&shop).await.reveal();
        let ana = shop.visitor();
        let form = ana.get(&format!("/admin/setup?key={key}")).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(form.text().contains(&key), "the key is filled in");

        let done = ana.post("/admin/setup", &set_up_form(&key)).await;
        let checklist = follow(&ana, &done).await;
        assert_eq!(checklist.at("h1").as_deref(), Some("Before you open"));
        assert_eq!(checklist.at(".brand b").as_deref(), Some("Fieldhouse"));

        let late = shop.visitor();
        assert_eq!(late.get(&format!("/admin/setup?key={key}")).await.status, StatusCode::NOT_FOUND);
        let again = late.post("/admin/setup", &set_up_form(&key)).await;
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        assert_eq!(late.get("/admin").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_wrong_set_up_key_makes_nothing(db: TestDb) {
        let shop = TestShop::on(db).await;
        set_up_key(&shop).await;
        let visitor = shop.visitor();
        let other = wares_kernel::Token::from_bytes([7; 32]).reveal();
        assert_eq!(visitor.post("/admin/setup", &set_up_form(&other)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(visitor.post("/admin/setup", &set_up_form("nonsense")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(visitor.get("/admin").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_weak_password_is_refused_and_the_rest_is_kept(db: TestDb) {
        let shop = TestShop::on(db).await;
        let key = set_up_key(&shop).await.reveal();
        let mut form = set_up_form(&key);
        form[2].1 = "short";
        let answer = shop.visitor().post("/admin/setup", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        assert!(page.contains("Ana Berger") && page.contains(&key));
        assert!(!page.contains("short\""), "the password is not sent back");
        assert!(answer.at("title").is_some_and(|title| title.starts_with("Error: ")));
        assert_eq!(answer.all(".errsum a").len(), 1);
    }

    async fn staff_sign_in_and_out(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        assert_eq!(ana.get("/admin").await.status, StatusCode::OK);
        let out = ana.post("/admin/sign-out", &[]).await;
        let gate = follow(&ana, &out).await;
        assert!(gate.text().contains("You are signed out."));
        assert_eq!(ana.get("/admin").await.status, StatusCode::SEE_OTHER);

        let wrong = ana.post("/admin/sign-in", &[("email", "ana@fieldhouse.example"), ("password", "guess")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("E-mail or password is wrong"));
        assert!(wrong.text().contains("ana@fieldhouse.example"), "the address is kept");

        let fields = [("email", "ANA@fieldhouse.example"), ("password", PASSWORD), ("next", "/admin/products?view=draft")];
        let right = ana.post("/admin/sign-in", &fields).await;
        assert_eq!(right.location(), "/admin/products?view=draft");
        assert_eq!(ana.get("/admin").await.status, StatusCode::OK);
    }

    async fn signing_in_leads_nowhere_else(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        for next in ["https://evil.example", "//evil.example", "/admin\\evil", "/cart", "javascript:alert(1)"] {
            let visitor = shop.visitor();
            let fields = [("email", "ana@fieldhouse.example"), ("password", PASSWORD), ("next", next)];
            assert_eq!(visitor.post("/admin/sign-in", &fields).await.location(), "/admin", "{next}");
        }
    }

    async fn a_session_ends_after_an_idle_hour(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        shop.data.clock.advance(std::time::Duration::from_secs(59 * 60));
        assert_eq!(ana.get("/admin").await.status, StatusCode::OK);
        shop.data.clock.advance(std::time::Duration::from_secs(61 * 60));
        let gone = ana.get("/admin/orders?view=unpaid").await;
        assert_eq!(gone.location(), "/admin/sign-in?next=%2Fadmin%2Forders%3Fview%3Dunpaid");
    }

    async fn the_navigation_holds_what_one_may_open(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let all = ana.get("/admin").await.all(".nav li a");
        assert!(all.iter().any(|text| text.starts_with("Settings")), "{all:?}");
        let jo = member(&shop, Role::Catalogue).await;
        let some = jo.get("/admin").await.all(".nav li a");
        assert!(some.iter().any(|text| text.starts_with("Products")), "{some:?}");
        assert!(!some.iter().any(|text| text.starts_with("Orders") || text.starts_with("Settings")), "{some:?}");
    }
}
