//! Everybody else is refused, on every route outside the admin panel. The list of routes comes from the program's own table; a route
//! cannot be registered without a rule.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use wares_commerce::accounts::link::{self, Purpose};
use wares_commerce::orders;
use wares_db::{DbError, both_engines, job, testing::TestDb};
use wares_kernel::Token;
use wares_web::{
    listed_routes,
    routes::{Route, Rule},
};

use crate::support::{
    Answer, TestShop, Visitor,
    browser::Browser,
    buying::{EMAIL, put_in},
};

const PASSWORD: &str = "moss and clay 12";
const NOBODYS_ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const WORN_OUT: &str = "does not work any more";

fn forged() -> String {
    "0123456789abcdef".repeat(4)
}

/// Ines, who has an account, an address, an order, something in her cart, and is signed in twice.
struct Ines {
    shop: TestShop,
    browser: Browser,
    order_url: String,
    number: String,
    address: String,
    session: String,
    line: String,
}

impl Ines {
    async fn in_a_shop(data: TestDb) -> Self {
        let shop = TestShop::on(data).await.delivering().await.taking_cards().await;
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        let mut browser = Browser::new(shop.router());
        browser.register_and_sign_in("Ines Roth", EMAIL).await;
        let ordered = shop.order(&mut browser, &mug).await;
        put_in(&mut browser, &mug, "1").await;
        let login = [("email", EMAIL), ("password", PASSWORD)];
        Browser::new(shop.router()).post("/login", &login).await.is(200);
        Self {
            address: id_after("/account/addresses/", &browser.get("/account/addresses").await.body),
            session: id_after("/account/sessions/", &browser.get("/account/security").await.body),
            line: id_after("/cart/lines/", &browser.get("/cart").await.body),
            order_url: ordered.url,
            number: ordered.number,
            shop,
            browser,
        }
    }

    /// The path of a route about what is hers, with this token where there is one.
    fn path(&self, route: &Route, token: &str) -> String {
        let parts = route.path.split('/').map(|part| match part {
            "{token}" => token,
            "{number}" => &self.number,
            "{id}" if route.path.starts_with("/account/sessions") => &self.session,
            "{id}" => &self.address,
            "{line}" if route.path.starts_with("/cart") => &self.line,
            "{gateway}" => "stripe",
            name if name.starts_with('{') => NOBODYS_ID,
            fixed => fixed,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What she sees of what is hers. Nobody else may change it.
    async fn view(&mut self) -> Vec<String> {
        let mut seen = Vec::new();
        for path in [
            "/account/addresses",
            "/account/orders",
            "/account/security",
            "/cart",
            &self.order_url,
        ] {
            let page = self.browser.get(path).await;
            page.is(200);
            seen.push(page.text());
        }
        seen
    }

    /// Fails when an answer to somebody else tells anything about her.
    #[track_caller]
    fn stays_private(&self, route: &Route, answer: &Answer) {
        let told = format!("{} {}", answer.location(), String::from_utf8_lossy(&answer.bytes));
        for secret in ["Ines", "Ehrenstraße", EMAIL, self.number.as_str()] {
            assert!(!told.contains(secret), "{route:?} tells {secret}: {told}");
        }
        assert!(!answer.status.is_server_error(), "{route:?}: {told}");
    }

    /// A link that is really hers, for each purpose the shop has.
    async fn link(&self, purpose: Purpose) -> Token {
        let number = self.number.parse().expect("an order's number");
        let mut conn = self.shop.data.db.read().await.expect("the database works");
        let order = orders::by_number(&mut conn, &number)
            .await
            .expect("a read")
            .expect("her order");
        drop(conn);
        let customer = order.customer_id.expect("her account").uuid();
        let subject = if purpose == Purpose::Review {
            order.id.uuid()
        } else {
            customer
        };
        let data = json!({ "email": "ines@elsewhere.example" });
        let issue = job(move |tx| {
            let data = data.clone();
            Box::pin(async move { link::issue(tx, purpose, Some(subject), &data).await })
        });
        let token: Result<Token, DbError> = self.shop.data.db.write(issue).await;
        token.expect("the database works")
    }
}

fn id_after(path: &str, body: &str) -> String {
    let ids = body
        .split(path)
        .skip(1)
        .map(|after| after.chars().take(36).collect::<String>());
    ids.into_iter()
        .find(|id| id.len() == 36 && id.bytes().filter(|byte| *byte == b'-').count() == 4)
        .unwrap_or_else(|| panic!("no {path}… in {body}"))
}

/// Both methods of a route; one of them may not be there.
async fn knock(visitor: &Visitor, path: &str) -> [Answer; 2] {
    [visitor.get(path).await, visitor.post(path, &[]).await]
}

/// Whether this is a page that asks before anything is done, the same whatever stands in the link: mail programs look at links, too.
fn is_only_asked(path: &str, answer: &Answer) -> bool {
    let asks_first = ["/account/email/", "/news/"]
        .iter()
        .any(|begins| path.starts_with(begins));
    asks_first && answer.status == StatusCode::OK && !answer.all("main form button").is_empty()
}

fn is_not_there(answer: &Answer) -> bool {
    answer.status == StatusCode::METHOD_NOT_ALLOWED
}

async fn eve(shop: &TestShop) -> Visitor {
    let eve = shop.visitor();
    let form = [("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)];
    eve.post("/register", &form).await;
    let entered = eve.post("/login", &form[1..]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    eve
}

fn routes_of(rule: Rule) -> Vec<Route> {
    let routes: Vec<Route> = listed_routes().into_iter().filter(|route| route.rule == rule).collect();
    assert!(!routes.is_empty(), "{rule:?} is the rule of some route");
    routes
}

/// The rule that a path of this form must have.
fn rule_of(path: &str) -> Rule {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        _ if path.contains("{token}") => Rule::Link,
        "account" => Rule::OwnCustomer,
        "cart" | "checkout" => Rule::OwnCart,
        "webhooks" => Rule::SignedBody,
        _ => Rule::Public,
    }
}

#[test]
fn every_route_has_the_rule_that_its_path_promises() {
    for route in listed_routes() {
        assert_eq!(route.rule, rule_of(route.path), "{}", route.path);
    }
    let public: Vec<&str> = routes_of(Rule::Public).iter().map(|route| route.path).collect();
    let mut public: Vec<&str> = public.into_iter().filter(|path| !path.contains('{')).collect();
    public.sort_unstable();
    // Whoever adds a page for everybody says so here, too.
    assert_eq!(
        public,
        [
            "/",
            "/categories",
            "/contact",
            "/forgot",
            "/healthz",
            "/llms.txt",
            "/login",
            "/logout",
            "/news",
            "/register",
            "/reviews/helpful",
            "/robots.txt",
            "/search",
            "/search/suggest",
            "/sitemap.xml",
            "/track"
        ]
    );
}

both_engines! {
    async fn whoever_is_not_signed_in_is_asked_to_sign_in(db: TestDb) {
        let mut ines = Ines::in_a_shop(db).await;
        let before = ines.view().await;
        let stranger = ines.shop.visitor();
        for route in routes_of(Rule::OwnCustomer) {
            for answer in knock(&stranger, &ines.path(&route, "")).await {
                let leads = answer.location().split('?').next().unwrap_or_default().to_owned();
                assert!(is_not_there(&answer) || leads == "/login", "{route:?}: {} {leads}", answer.status);
                if leads != "/login" {
                    ines.stays_private(&route, &answer);
                }
            }
        }
        assert_eq!(ines.view().await, before);
    }

    async fn another_customer_finds_nothing_of_hers(db: TestDb) {
        let mut ines = Ines::in_a_shop(db).await;
        let before = ines.view().await;
        let eve = eve(&ines.shop).await;
        for route in routes_of(Rule::OwnCustomer).into_iter().filter(|route| route.path.contains('{')) {
            for answer in knock(&eve, &ines.path(&route, "")).await {
                assert!(is_not_there(&answer) || answer.status == StatusCode::NOT_FOUND, "{route:?}: {}", answer.status);
            }
        }
        for route in routes_of(Rule::OwnCustomer).into_iter().filter(|route| !route.path.contains('{')) {
            for answer in knock(&eve, &ines.path(&route, "")).await {
                ines.stays_private(&route, &answer);
            }
        }
        assert_eq!(ines.view().await, before);
    }

    async fn a_cart_and_a_checkout_belong_to_whoever_began_them(db: TestDb) {
        let mut ines = Ines::in_a_shop(db).await;
        let before = ines.view().await;
        for other in [ines.shop.visitor(), eve(&ines.shop).await] {
            for route in routes_of(Rule::OwnCart) {
                for answer in knock(&other, &ines.path(&route, "")).await {
                    ines.stays_private(&route, &answer);
                    assert!(!answer.text().contains("Tarn mug"), "{route:?}");
                }
            }
        }
        assert_eq!(ines.view().await, before);
    }

    async fn a_forged_link_opens_nothing(db: TestDb) {
        let mut ines = Ines::in_a_shop(db).await;
        let before = ines.view().await;
        let real = ines.order_url.rsplit('/').next().expect("a token").to_owned();
        let flipped = format!("{}{}", &real[..63], if real.ends_with('0') { '1' } else { '0' });
        let others = [ines.shop.visitor(), eve(&ines.shop).await];
        for route in routes_of(Rule::Link) {
            for token in [forged(), flipped.clone(), "nonsense".into()] {
                for other in &others {
                    for answer in knock(other, &ines.path(&route, &token)).await {
                        ines.stays_private(&route, &answer);
                        let is_refused = answer.status.is_client_error()
                            || answer.text().contains(WORN_OUT)
                            || answer.location().starts_with("/login")
                            || is_only_asked(route.path, &answer);
                        assert!(is_refused, "{route:?} {token}: {} {}", answer.status, answer.text());
                    }
                }
            }
        }
        assert_eq!(ines.view().await, before);
    }

    async fn a_link_that_is_too_old_opens_nothing(db: TestDb) {
        let ines = Ines::in_a_shop(db).await;
        let stranger = ines.shop.visitor();
        let mut old = Vec::new();
        for (purpose, path) in [
            (Purpose::ResetPassword, "/reset/"),
            (Purpose::VerifyEmail, "/verify/"),
            (Purpose::ChangeEmail, "/account/email/"),
            (Purpose::Review, "/reviews/"),
        ] {
            let path = format!("{path}{}", ines.link(purpose).await.reveal());
            let works = stranger.get(&path).await;
            assert!(!works.text().contains(WORN_OUT), "{path} works at first");
            old.push(path);
        }
        ines.shop.data.clock.advance(Duration::from_secs(181 * 24 * 3600));
        for path in old {
            for answer in knock(&stranger, &path).await {
                let is_refused = answer.text().contains(WORN_OUT) || is_not_there(&answer) || is_only_asked(&path, &answer);
                assert!(is_refused, "{path}: {} {}", answer.status, answer.text());
                assert!(!answer.text().contains("Ines"), "{path}");
            }
        }
    }

    async fn what_is_not_signed_is_not_taken(db: TestDb) {
        let ines = Ines::in_a_shop(db).await;
        for route in routes_of(Rule::SignedBody) {
            for answer in knock(&ines.shop.visitor(), &ines.path(&route, "")).await {
                assert!(is_not_there(&answer) || answer.status == StatusCode::BAD_REQUEST, "{route:?}: {}", answer.status);
            }
        }
    }

    async fn what_is_for_everybody_asks_nobody_to_sign_in(db: TestDb) {
        let ines = Ines::in_a_shop(db).await;
        let stranger = ines.shop.visitor();
        for route in routes_of(Rule::Public) {
            let answer = stranger.get(&ines.path(&route, "").replace('*', "")).await;
            ines.stays_private(&route, &answer);
            assert!(!answer.location().starts_with("/login"), "{route:?}");
            let is_open = answer.status == StatusCode::OK || answer.status == StatusCode::NOT_FOUND || is_not_there(&answer);
            assert!(is_open, "{route:?}: {}", answer.status);
        }
    }
}
