//! Signing in and out.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use wares_commerce::{
    accounts::session::{End, Owner},
    staff::{self, SignIn, SignInError},
};
use wares_kernel::EmailAddress;

use super::{VERSION, device, let_in, pages::SignInPage};
use crate::{
    App,
    admin::{
        rights::Anybody,
        staff::{SESSION, Staff, invalid, ok, show},
    },
    http::{Check, ClientAddress, Entered, Error, Flow, FormErrors, FormView, NewCookie, Query},
    urls::{self, admin as links},
};

/// Where one wanted to go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    next: String,
    out: String,
}

/// `GET /admin/sign-in`
pub(in crate::admin) async fn show_sign_in(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let notice = (!wanted.out.is_empty()).then(|| "You are signed out.".to_owned());
    ok(&app, &page(FormView::default(), &wanted.next, notice)).await
}

/// `POST /admin/sign-in`
pub(in crate::admin) async fn enter(
    State(app): State<App>,
    client: ClientAddress,
    headers: HeaderMap,
    entered: Entered,
) -> Result<Response, Error> {
    app.limits.check(Flow::StaffSignIn, client.network(), app.now_ms())?;
    let next = entered.get("next").to_owned();
    let request = match read(&entered, &client, &headers) {
        Ok(request) => request,
        Err(errors) => return invalid(&app, &page(again(&entered, errors), &next, None)).await,
    };
    match staff::sign_in(&app.db, &app.passwords, app.now(), request).await {
        Ok(signed_in) => Ok(let_in(&app, &signed_in.session, way_on(&next))),
        Err(SignInError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let status = match refusal {
                SignInError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            app.limits.count(Flow::StaffSignIn, client.network(), app.now_ms())?;
            let errors = FormErrors::one("", refusal.to_string());
            show(&app, status, &page(again(&entered, errors), &next, None)).await
        }
    }
}

/// `POST /admin/sign-out`
pub(in crate::admin) async fn sign_out(staff: Staff<Anybody>, State(app): State<App>) -> Result<Response, Error> {
    let owner = Owner::Staff(staff.member.id);
    app.db
        .write(End {
            owner,
            id: staff.session.id,
            actor: staff.actor(),
        })
        .await?;
    let there = urls::with_query(links::sign_in(), [("out", "1")]);
    let mut response = Redirect::to(&there).into_response();
    NewCookie::forget_secret(&app.config, SESSION).set(response.headers_mut());
    Ok(response)
}

fn read(entered: &Entered, client: &ClientAddress, headers: &HeaderMap) -> Result<SignIn, FormErrors> {
    let mut check = Check::new(entered);
    let text = check.text("email", EmailAddress::MAX, "Enter your e-mail address");
    let email = check.parsed("email", &text, str::parse::<EmailAddress>);
    let password = check.secret("password", "Enter your password");
    check.done()?;
    let email = email.ok_or_else(|| FormErrors::one("email", "Enter your e-mail address"))?;
    Ok(SignIn {
        email,
        password,
        device: device(headers),
        ip: Some(client.0),
        replaces: None,
    })
}

fn again(entered: &Entered, errors: FormErrors) -> FormView {
    FormView::again(entered, errors, &["password"])
}

fn page(form: FormView, next: &str, notice: Option<String>) -> SignInPage {
    SignInPage {
        form,
        action: links::sign_in(),
        next: next.to_owned(),
        notice,
        version: VERSION,
    }
}

/// Back to where one wanted to go, if that is a page of the panel.
fn way_on(next: &str) -> &str {
    if urls::is_own_path(next) && next.starts_with(links::home()) {
        next
    } else {
        links::home()
    }
}
