//! Name, telephone number, news; moving to another e-mail address.

use axum::{
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;
use wares_commerce::accounts::{
    self, AskEmailChange, ChangePasswordError, ChangeProfile, ConfirmEmailChange, EmailChangeError, ProfileError,
};
use wares_kernel::Token;

use super::pages::{ProfilePage, Side};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Path, Query},
    routes::Routes,
    storefront::{
        address_form,
        identity::email,
        parts::{self, Notice},
        reply::{ask_again, secretly, see, worn_out},
        said::SaidPage,
        visitor::{self, Customer, Visitor},
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .own_customer(urls::account_profile(), get(show).post(save))
        .own_customer(urls::account_email(), post(ask_for_email))
        .link("/account/email/{token}", get(show_link).post(confirm))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// `GET /account/profile`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut page = page(&app, &customer, prefilled(&customer)).await?;
    page.said = match asked.done.as_deref() {
        Some("saved") => Some(Notice::ok("Your profile is saved")),
        Some("asked") => Some(Notice::ok("Check your e-mail").with("Open the link we sent to the new address.")),
        _ => None,
    };
    app.page(accepts, &page).await
}

fn prefilled(customer: &Customer) -> FormView {
    let account = &customer.account;
    let mut values = vec![("name", account.name.clone()), ("phone", account.phone.clone())];
    if account.marketing_at.is_some() {
        values.push(("news", "1".to_owned()));
    }
    FormView::prefilled(values)
}

/// `POST /account/profile`
async fn save(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let change = ChangeProfile {
        customer_id: customer.id(),
        name: check.text("name", 120, "Enter your full name"),
        phone: address_form::phone(&mut check),
        wants_marketing: check.ticked("news"),
        ip: customer.ip,
    };
    let name = change.name.clone();
    let outcome = match check.done() {
        Ok(()) => saved(app.db.write(entered.once(change)).await)?,
        Err(errors) => Err(errors),
    };
    match outcome {
        Ok(()) => {
            let mut response = see(&urls::with_query(urls::account_profile(), [("done", "saved")]));
            visitor::greet(&app, response.headers_mut(), &name, None);
            Ok(response)
        }
        Err(errors) => {
            let form = FormView::again(&entered, errors, &[]);
            ask_again(&app, accepts, &page(&app, &customer, form).await?).await
        }
    }
}

fn saved(outcome: Result<(), ProfileError>) -> Result<Result<(), FormErrors>, Error> {
    match outcome {
        Ok(()) => Ok(Ok(())),
        Err(refusal @ ProfileError::Name) => Ok(Err(FormErrors::one("name", refusal.to_string()))),
        Err(refusal @ ProfileError::Phone) => Ok(Err(FormErrors::one("phone", refusal.to_string()))),
        Err(ProfileError::Db(failure)) => Err(failure.into()),
    }
}

/// `POST /account/email`
async fn ask_for_email(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let email = email(&mut check);
    let password = check.secret("password", "Enter your password");
    let outcome = match (email, check.done()) {
        (Some(email), Ok(())) => {
            app.limits.count(Flow::LinkMailAddress, email.key(), app.now_ms())?;
            let request = AskEmailChange {
                customer_id: customer.id(),
                password,
                email,
                ip: customer.ip,
                deed: entered.deed(),
            };
            accounts::ask_email_change(&app.db, &app.passwords, app.now(), request).await
        }
        (_, Err(errors)) => return email_again(&app, accepts, &customer, &entered, errors).await,
        (None, Ok(())) => return Err(Error::bad_request("no_email", "The form has no e-mail address.")),
    };
    match outcome {
        Ok(()) => Ok(see(&urls::with_query(urls::account_profile(), [("done", "asked")]))),
        Err(refusal) => {
            let errors = wrong_password("password", refusal)?;
            email_again(&app, accepts, &customer, &entered, errors).await
        }
    }
}

/// A password that was asked for again and is not the account's.
pub(super) fn wrong_password(field: &str, refusal: ChangePasswordError) -> Result<FormErrors, Error> {
    match refusal {
        ChangePasswordError::Wrong => Ok(FormErrors::one(field, "This is not your current password")),
        ChangePasswordError::TooMany { retry_after } => Err(Error::TooMany { retry_after }),
        ChangePasswordError::Db(failure) => Err(failure.into()),
    }
}

/// The page again with what stands in the profile, and what was entered for the new address.
async fn email_again(
    app: &App,
    accepts: Accepts,
    customer: &Customer,
    entered: &Entered,
    errors: FormErrors,
) -> Result<Response, Error> {
    let mut form = FormView::again(entered, errors, &["password"]);
    form.values.extend(prefilled(customer).values);
    ask_again(app, accepts, &page(app, customer, form).await?).await
}

/// `GET /account/email/{token}`: looking changes nothing.
async fn show_link(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "Change your e-mail address",
        "From then on you sign in with the address this link was sent to.",
    )
    .button("Change it", &urls::confirm_email(&token), &[]);
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /account/email/{token}`
async fn confirm(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let outcome = match token.parse::<Token>() {
        Ok(token) => {
            let keep = visitor.customer.as_ref().map(|customer| customer.session.id);
            let ip = visitor.ip();
            app.db.write(entered.once(ConfirmEmailChange { token, keep, ip })).await
        }
        Err(_) => Err(EmailChangeError::DeadLink),
    };
    match outcome {
        Ok(()) if visitor.customer.is_some() => {
            Ok(see(&urls::with_query(urls::account_profile(), [("done", "saved")])))
        }
        Ok(()) => Ok(see(&urls::with_query(urls::sign_in(), [("done", "email")]))),
        Err(EmailChangeError::Db(failure)) => Err(failure.into()),
        Err(refusal @ (EmailChangeError::DeadLink | EmailChangeError::Taken)) => {
            let page = SaidPage::new(
                &app.shop_name(),
                "Your e-mail address is as it was",
                format!("{refusal}."),
            )
            .link("Your profile", urls::account_profile());
            worn_out(&app, accepts, &page).await
        }
    }
}

async fn page(app: &App, customer: &Customer, form: FormView) -> Result<ProfilePage, Error> {
    let waiting = accounts::waiting_email(&mut *app.db.read().await?, customer.id(), app.now()).await?;
    Ok(ProfilePage {
        head: parts::head(&app.shop_name(), "Your profile", &form),
        account: Side::at(urls::account_profile()),
        said: None,
        form,
        current_email: customer.account.email.to_string(),
        waiting_email: waiting.map(|email| email.to_string()),
    })
}
