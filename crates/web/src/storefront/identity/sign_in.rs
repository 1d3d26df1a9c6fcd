//! Signing in and out.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use wares_commerce::accounts::{self, SignIn, SignInError, SignOut, SignedIn};
use wares_kernel::EmailAddress;

use super::pages::SignInPage;
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Query},
    routes::Routes,
    storefront::{
        cart,
        parts::{self, Notice},
        reply::{ask_again, see},
        visitor::{self, Visitor},
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::sign_in(), get(show).post(submit))
        .public(urls::sign_out(), post(sign_out))
}

/// Where one came from, and why.
#[derive(Debug, Deserialize)]
struct Asked {
    next: Option<String>,
    done: Option<String>,
}

/// `GET /login`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let next = asked.next.filter(|next| urls::is_own_path(next));
    if visitor.customer.is_some() {
        return Ok(see(next.as_deref().unwrap_or(urls::account())));
    }
    let said = match asked.done.as_deref() {
        Some("password") => Some(Notice::ok("Your password is changed").with("Sign in with the new one.")),
        Some("out") => Some(Notice::ok("You are signed out")),
        Some("email") => Some(Notice::ok("Your e-mail address is changed").with("Sign in with the new one.")),
        _ => None,
    };
    let page = page(&app, FormView::default(), next, said);
    app.page(accepts, &page).await
}

/// `POST /login`
async fn submit(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let next = Some(entered.get("next").to_owned()).filter(|next| urls::is_own_path(next));
    app.limits
        .check(Flow::SignIn, visitor.address.network(), app.now_ms())?;
    let outcome = match read(&entered) {
        Ok((email, password)) => try_in(&app, &visitor, email, password).await?,
        Err(errors) => Err(errors),
    };
    match outcome {
        Ok(signed_in) => welcome(&app, &visitor, &signed_in, entered.has("keep"), next.as_deref()).await,
        Err(errors) => {
            let form = FormView::again(&entered, errors, &["password"]);
            ask_again(&app, accepts, &page(&app, form, next, None)).await
        }
    }
}

fn read(entered: &Entered) -> Result<(EmailAddress, String), FormErrors> {
    let mut check = Check::new(entered);
    let email = email(&mut check);
    let password = check.secret("password", "Enter your password");
    let errors = check.errors().clone();
    match (email, errors.is_empty()) {
        (Some(email), true) => Ok((email, password)),
        _ => Err(errors),
    }
}

/// The e-mail address of a form.
pub(crate) fn email(check: &mut Check<'_>) -> Option<EmailAddress> {
    let typed = check.text("email", EmailAddress::MAX, "Enter your e-mail address");
    check.parsed("email", &typed, str::parse::<EmailAddress>)
}

async fn try_in(
    app: &App,
    visitor: &Visitor,
    email: EmailAddress,
    password: String,
) -> Result<Result<SignedIn, FormErrors>, Error> {
    let request = SignIn {
        email,
        password,
        device: visitor.device.clone(),
        ip: visitor.ip(),
        replaces: visitor.customer.as_ref().map(|customer| customer.session.id),
    };
    match accounts::sign_in(&app.db, &app.passwords, app.now(), request).await {
        Ok(signed_in) => Ok(Ok(signed_in)),
        Err(refusal) => refused(app, visitor, refusal).map(Err),
    }
}

/// What the form says; both fields are marked by the one message, because which was wrong is not said.
pub(super) fn refused(app: &App, visitor: &Visitor, refusal: SignInError) -> Result<FormErrors, Error> {
    match refusal {
        SignInError::Wrong => {
            app.limits
                .count(Flow::SignIn, visitor.address.network(), app.now_ms())?;
            Ok(FormErrors::one("email", "E-mail or password is wrong"))
        }
        SignInError::TooMany { retry_after } => Err(Error::TooMany { retry_after }),
        SignInError::ResetNeeded => Ok(FormErrors::one("email", SignInError::ResetNeeded.to_string())),
        SignInError::Db(failure) => Err(failure.into()),
    }
}

/// Takes the visitor's cart along and leads back to where one came from.
pub(super) async fn welcome(
    app: &App,
    visitor: &Visitor,
    signed_in: &SignedIn,
    keep: bool,
    next: Option<&str>,
) -> Result<Response, Error> {
    let account = accounts::find(&mut *app.db.read().await?, signed_in.customer_id).await?;
    let name = account.map(|account| account.name).unwrap_or_default();
    let mut headers = HeaderMap::new();
    let is_notable = cart::take_along(app, visitor, signed_in.customer_id, &mut headers).await?;
    visitor::remember(app, &mut headers, &signed_in.session, &name, keep);
    let to = match next {
        Some(next) => next,
        None if is_notable => urls::cart(),
        None => urls::account(),
    };
    Ok((headers, Redirect::to(to)).into_response())
}

/// `POST /logout`
async fn sign_out(State(app): State<App>, visitor: Visitor) -> Result<Response, Error> {
    if let Some(customer) = &visitor.customer {
        let leaving = SignOut {
            actor: customer.actor(),
            owner: customer.owner(),
            session_id: customer.session.id,
        };
        app.db.write(leaving).await?;
    }
    let mut response = see(&urls::with_query(urls::sign_in(), [("done", "out")]));
    visitor::forget(&app, response.headers_mut());
    cart::forget(&app, response.headers_mut());
    Ok(response)
}

fn page(app: &App, form: FormView, next: Option<String>, said: Option<Notice>) -> SignInPage {
    let register_url = match &next {
        Some(next) => urls::with_query(urls::register(), [("next", next.as_str())]),
        None => urls::register().to_owned(),
    };
    SignInPage {
        head: parts::head(&app.shop_name(), "Sign in", &form),
        said,
        form,
        next,
        register_url,
    }
}
