//! The password, and where one is signed in.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use wares_commerce::accounts::{
    self, ChangePassword,
    session::{self, Session},
};
use wares_kernel::SessionId;

use super::{
    lately,
    pages::{SecurityPage, SessionRow, Side},
    profile::wrong_password,
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, FormView, Path, Query},
    routes::Routes,
    storefront::{
        identity::new_password,
        parts::{self, Notice},
        reply::{ask_again, see},
        visitor::{self, Customer},
    },
    templates::format::{date_of, day, moment},
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_customer(urls::account_security(), get(show))
        .own_customer(urls::account_password(), post(change))
        .own_customer(urls::account_sessions(), post(end_others))
        .own_customer("/account/sessions/{id}", post(end))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// `GET /account/security`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut page = page(&app, &customer, FormView::default()).await?;
    page.said = match asked.done.as_deref() {
        Some("password") => Some(Notice::ok("Your password is changed").with("Every other device is signed out.")),
        Some("ended") => Some(Notice::ok("Signed out there")),
        _ => None,
    };
    app.page(accepts, &page).await
}

/// `POST /account/password`
async fn change(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let current = check.secret("current", "Enter your current password");
    let new = new_password(&app, &mut check, &entered, Some(&customer.account.email));
    let errors = check.errors().clone();
    let outcome = match new.filter(|_| errors.is_empty()) {
        Some(new) => {
            let request = ChangePassword {
                customer_id: customer.id(),
                session_id: customer.session.id,
                current,
                new,
                ip: customer.ip,
                deed: entered.deed(),
            };
            accounts::change_password(&app.db, &app.passwords, app.now(), request)
                .await
                .map_err(|refusal| wrong_password("current", refusal))
        }
        None => Err(Ok(errors)),
    };
    match outcome {
        Ok(token) => {
            let mut response = see(&urls::with_query(urls::account_security(), [("done", "password")]));
            visitor::renew(&app, response.headers_mut(), &token);
            Ok(response)
        }
        Err(errors) => {
            let form = FormView::again(&entered, errors?, &["current", "password"]);
            ask_again(&app, accepts, &page(&app, &customer, form).await?).await
        }
    }
}

/// `POST /account/sessions/{id}`: ends one.
async fn end(
    State(app): State<App>,
    customer: Customer,
    Path(id): Path<SessionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let ending = session::End {
        owner: customer.owner(),
        id,
        actor: customer.actor(),
    };
    if app.db.write(entered.once(ending)).await? {
        Ok(see(&urls::with_query(urls::account_security(), [("done", "ended")])))
    } else {
        Err(Error::NotFound)
    }
}

/// `POST /account/sessions`: ends all others.
async fn end_others(State(app): State<App>, customer: Customer, entered: Entered) -> Result<Response, Error> {
    let ending = session::EndOthers {
        owner: customer.owner(),
        keep: Some(customer.session.id),
        actor: customer.actor(),
    };
    app.db.write(entered.once(ending)).await?;
    Ok(see(&urls::with_query(urls::account_security(), [("done", "ended")])))
}

async fn page(app: &App, customer: &Customer, form: FormView) -> Result<SecurityPage, Error> {
    let mut conn = app.db.read().await?;
    let sessions = session::list(&mut conn, customer.owner(), app.now()).await?;
    let events = lately::events(app, &mut conn, customer).await?;
    let mut rows: Vec<SessionRow> = sessions.iter().map(|session| row(app, customer, session)).collect();
    rows.sort_by_key(|row| !row.current);
    Ok(SecurityPage {
        head: parts::head(&app.shop_name(), "Security", &form),
        account: Side::at(urls::account_security()),
        said: None,
        form,
        email: customer.account.email.to_string(),
        password_age: password_age(app, customer).unwrap_or_default(),
        end_others_url: (rows.len() > 1).then(|| urls::account_sessions().to_owned()),
        sessions: rows,
        events,
    })
}

/// "Changed 3 May."
pub(super) fn password_age(app: &App, customer: &Customer) -> Option<String> {
    let zone = app.settings.get().store.zone();
    let changed = date_of(customer.account.password_changed_at?, &zone);
    Some(format!("Changed {}.", day(changed, date_of(app.now(), &zone)).text))
}

fn row(app: &App, customer: &Customer, session: &Session) -> SessionRow {
    let zone = app.settings.get().store.zone();
    let current = session.id == customer.session.id;
    SessionRow {
        device: session.device.clone(),
        current,
        seen: moment(session.seen_at, &zone, date_of(app.now(), &zone)),
        from: session.ip.clone(),
        end_url: (!current).then(|| urls::account_session(&session.id.to_string())),
    }
}
