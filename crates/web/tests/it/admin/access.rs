//! Everybody else is refused, on every route. The list of routes comes from the panel's own table.

use axum::http::StatusCode;
use wares_commerce::staff::Role;
use wares_db::both_engines;
use wares_web::admin::{Needs, Route, listed_routes};

use super::support::{member, owner};
use crate::support::{Answer, TestShop, Visitor};

/// An address the route answers to: ids of nothing in particular.
fn address(route: &Route) -> String {
    route
        .path
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                "01890a5d-ac96-774b-bcce-b302099a8057"
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn knock(visitor: &Visitor, route: &Route) -> Answer {
    match route.method {
        "GET" => visitor.get(&address(route)).await,
        _ => visitor.post(&address(route), &[]).await,
    }
}

fn is_sent_to_the_gate(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/admin/sign-in")
}

#[test]
fn only_what_lets_people_in_is_open() {
    let open: Vec<&str> = listed_routes()
        .iter()
        .filter(|route| route.needs == Needs::Nothing)
        .map(|route| route.path)
        .collect();
    assert_eq!(
        open,
        [
            "/admin/setup",
            "/admin/setup",
            "/admin/sign-in",
            "/admin/sign-in",
            "/admin/invitation/{token}",
            "/admin/invitation/{token}"
        ]
    );
    assert!(listed_routes().len() > 40, "the table has its routes");
}

both_engines! {
    async fn whoever_is_not_signed_in_is_sent_to_the_gate(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        let visitor = shop.visitor();
        for route in listed_routes().iter().filter(|route| route.needs != Needs::Nothing) {
            assert!(is_sent_to_the_gate(&knock(&visitor, route).await), "{route:?}");
        }
    }

    async fn a_customers_session_opens_nothing_here(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        let token = customer_session(&shop).await;
        for route in listed_routes().iter().filter(|route| route.needs != Needs::Nothing) {
            let mut request = crate::support::request(route.method.parse().expect("GET or POST"), &address(route));
            let headers = request.headers_mut();
            headers.insert("sec-fetch-site", "same-origin".parse().expect("plain text"));
            headers.insert("cookie", format!("__Host-staff={token}; __Host-sid={token}").parse().expect("plain text"));
            assert!(is_sent_to_the_gate(&shop.visitor().send(request).await), "{route:?}");
        }
    }

    async fn every_role_may_do_what_it_may_and_nothing_else(db: TestDb) {
        let shop = TestShop::on(db).await;
        owner(&shop).await;
        for role in [Role::Catalogue, Role::Fulfilment, Role::Support, Role::ReadOnly] {
            let jo = member(&shop, role).await;
            for route in &listed_routes() {
                let Needs::Permission(permission) = route.needs else { continue };
                let answer = knock(&jo, route).await;
                let refused = answer.status == StatusCode::FORBIDDEN;
                assert_eq!(refused, !role.may(permission), "{role:?} {route:?}: {}", answer.status);
                assert!(!answer.status.is_server_error(), "{role:?} {route:?}: {}", answer.text());
            }
        }
    }
}

/// A session as customers have it, as its token.
async fn customer_session(shop: &TestShop) -> String {
    use wares_commerce::accounts::session::{Owner, start};
    let sign_up = wares_db::job(|tx| {
        Box::pin(async move {
            let id = tx.new_id::<wares_kernel::kind::Customer>();
            let now = tx.now();
            tx.exec(INSERT, wares_db::p![id, now]).await?;
            let started = start(tx, Owner::Customer(id), "", None).await?;
            Ok(started.token.reveal())
        })
    });
    let token: Result<String, wares_db::DbError> = shop.data.db.write(sign_up).await;
    token.expect("the database works")
}

const INSERT: wares_db::Sql = wares_db::sql!(
    "INSERT INTO customers (id, email, email_key, name, name_key, surname_key, created_at)
     VALUES (?1, 'i@x.example', 'i@x.example', 'Ines', 'ines', 'ines', ?2)"
);
