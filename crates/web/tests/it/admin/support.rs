//! A shop that is set up, and people who work in it.

use axum::http::{Method, StatusCode, header};
use wares_commerce::{
    accounts::{Password, Rules},
    audit::Actor,
    staff::{self, Invite, PrepareSetUp, Role},
};
use wares_kernel::Token;

use crate::support::{Answer, TestShop, Visitor, request};

pub(crate) const PASSWORD: &str = "a long walk in the hills";

/// The key the program prints at its first start.
pub(crate) async fn set_up_key(shop: &TestShop) -> Token {
    let key = shop.data.db.write(PrepareSetUp).await.expect("the database works");
    key.expect("nobody works here yet")
}

/// The owner, signed in, of a shop that was set up through its own page.
pub(crate) async fn owner(shop: &TestShop) -> Visitor {
    let key = set_up_key(shop).await.reveal();
    let owner = shop.visitor();
    let done = owner.post("/admin/setup", &set_up_form(&key)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    owner
}

pub(crate) fn set_up_form(key: &str) -> Vec<(&str, &str)> {
    vec![
        ("name", "Ana Berger"),
        ("email", "ana@fieldhouse.example"),
        ("password", PASSWORD),
        ("shop", "Fieldhouse"),
        ("country", "DE"),
        ("key", key),
    ]
}

/// Somebody of the staff in this role, signed in.
pub(crate) async fn member(shop: &TestShop, role: Role) -> Visitor {
    let email = format!("{}@fieldhouse.example", role.word().replace('_', "-"));
    let invite = Invite {
        actor: Actor::System,
        name: "Jo Marchetti".into(),
        email: email.parse().expect("an address"),
        role,
    };
    let staff_id = shop.data.db.write(invite).await.expect("nobody has this address");
    let issue = wares_db::job(move |tx| {
        Box::pin(async move {
            let purpose = wares_commerce::accounts::link::Purpose::JoinStaff;
            wares_commerce::accounts::link::issue(tx, purpose, Some(staff_id.uuid()), &serde_json::json!({})).await
        })
    });
    let token: Result<Token, wares_db::DbError> = shop.data.db.write(issue).await;
    let rules = Rules {
        min: 15,
        shop: "Fieldhouse",
        email: &email,
    };
    let password = Password::choose(PASSWORD, rules).expect("a good password");
    let token = token.expect("the database works");
    let request = staff::Joining {
        token,
        password,
        device: String::new(),
        ip: None,
        deed: None,
    };
    staff::join(&shop.data.db, &shop.app.passwords, shop.app.now(), request)
        .await
        .expect("the invitation works");
    let visitor = shop.visitor();
    let entered = visitor
        .post("/admin/sign-in", &[("email", &email), ("password", PASSWORD)])
        .await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    visitor
}

/// Sends a form with files.
pub(crate) async fn upload(
    visitor: &Visitor,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Answer {
    const BOUNDARY: &str = "fieldhouse";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    let mut request = request(Method::POST, path);
    *request.body_mut() = body.into();
    let headers = request.headers_mut();
    headers.insert("sec-fetch-site", "same-origin".parse().expect("plain text"));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    headers.insert(header::CONTENT_TYPE, kind.parse().expect("plain text"));
    visitor.send(request).await
}

/// Follows the redirection after a form and asserts that the page it leads to is there.
pub(crate) async fn follow(visitor: &Visitor, answer: &Answer) -> Answer {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = visitor.get(answer.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", answer.location());
    page
}
