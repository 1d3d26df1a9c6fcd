//! Opening an account, and proving that the mailbox is one's own.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::accounts::{self, Attempt, Password, PasswordError, Rules, SignUp, VerifyEmail, VerifyError};
use wares_kernel::{EmailAddress, Token};

use super::{
    pages::{ProvePage, RegisterPage},
    sign_in::{self, email},
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormErrors, FormView, Path, Query},
    routes::Routes,
    storefront::{
        parts,
        reply::{ask_again, secretly, see, worn_out},
        said::SaidPage,
        visitor::Visitor,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::register(), get(show).post(submit))
        .link("/verify/{token}", get(show_proof).post(prove))
}

#[derive(Debug, Deserialize)]
struct Asked {
    next: Option<String>,
}

/// `GET /register`
async fn show(State(app): State<App>, accepts: Accepts, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let next = asked.next.filter(|next| urls::is_own_path(next));
    app.page(accepts, &page(&app, FormView::default(), next)).await
}

/// `POST /register`
async fn submit(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let next = Some(entered.get("next").to_owned()).filter(|next| urls::is_own_path(next));
    match read(&app, &visitor, &entered) {
        Ok(request) => {
            app.limits
                .count(Flow::Register, visitor.address.network(), app.now_ms())?;
            let email = request.email.to_string();
            accounts::sign_up(&app.db, &app.passwords, request).await?;
            app.page(accepts, &sent(&app, &email)).await
        }
        Err(errors) => {
            let form = FormView::again(&entered, errors, &["password"]);
            ask_again(&app, accepts, &page(&app, form, next)).await
        }
    }
}

fn read(app: &App, visitor: &Visitor, entered: &Entered) -> Result<SignUp, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", 120, "Enter your full name");
    let email = email(&mut check);
    let password = new_password(app, &mut check, entered, email.as_ref());
    let errors = check.errors().clone();
    match (email, password) {
        (Some(email), Some(password)) if errors.is_empty() => Ok(SignUp {
            name,
            email,
            password,
            wants_marketing: entered.has("news"),
            ip: visitor.ip(),
            deed: entered.deed(),
        }),
        _ => Err(errors),
    }
}

/// A password that is being chosen.
pub(crate) fn new_password(
    app: &App,
    check: &mut Check<'_>,
    entered: &Entered,
    email: Option<&EmailAddress>,
) -> Option<Password> {
    let rules = Rules {
        min: accounts::CUSTOMER_MIN,
        shop: &app.shop_name(),
        email: email.map_or("", EmailAddress::as_str),
    };
    match Password::choose(entered.get("password"), rules) {
        Ok(password) => Some(password),
        Err(refusal) => {
            let words = match refusal {
                PasswordError::Empty => "Choose a password".to_owned(),
                other => other.to_string(),
            };
            check.wrong("password", words);
            None
        }
    }
}

/// The same words whether there is an account for the address already or not.
fn sent(app: &App, email: &str) -> SaidPage {
    SaidPage::new(
        &app.shop_name(),
        "Check your e-mail",
        format!("We have written to {email}. Open the link in it and your account is ready."),
    )
    .link("Sign in", urls::sign_in())
    .link("Back to the shop", urls::home())
}

/// `GET /verify/{token}`: looking changes nothing, because mail programs look at links, too.
async fn show_proof(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let page = proof_page(&app, &visitor, &token, FormView::default()).await?;
    match page {
        Some(page) => app.page(accepts, &page).await.map(secretly),
        None => dead_link(&app, accepts).await,
    }
}

/// `POST /verify/{token}`
async fn prove(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let Ok(secret) = token.parse::<Token>() else {
        return dead_link(&app, accepts).await;
    };
    if let Some(customer) = &visitor.customer {
        let proof = VerifyEmail {
            token: secret.clone(),
            customer_id: customer.id(),
            ip: visitor.ip(),
        };
        match app.db.write(entered.once(proof)).await {
            Ok(()) => return Ok(see(&urls::with_query(urls::account(), [("done", "verified")]))),
            Err(VerifyError::DeadLink) => return dead_link(&app, accepts).await,
            Err(VerifyError::SignIn(_)) => {}
            Err(VerifyError::Db(failure)) => return Err(failure.into()),
        }
    }
    prove_with_password(&app, accepts, &visitor, secret, &entered).await
}

async fn prove_with_password(
    app: &App,
    accepts: Accepts,
    visitor: &Visitor,
    token: Token,
    entered: &Entered,
) -> Result<Response, Error> {
    app.limits
        .check(Flow::SignIn, visitor.address.network(), app.now_ms())?;
    let attempt = Attempt {
        password: entered.get("password").to_owned(),
        device: visitor.device.clone(),
        ip: visitor.ip(),
        deed: entered.deed(),
    };
    let revealed = token.reveal();
    match accounts::verify_with_password(&app.db, &app.passwords, app.now(), token, attempt).await {
        Ok(signed_in) => sign_in::welcome(app, visitor, &signed_in, false, None).await,
        Err(VerifyError::DeadLink) => dead_link(app, accepts).await,
        Err(VerifyError::SignIn(refusal)) => {
            sign_in::refused(app, visitor, refusal)?;
            let errors = FormErrors::one("password", "This is not the password you chose");
            let form = FormView::again(entered, errors, &["password"]);
            match proof_page(app, visitor, &revealed, form).await? {
                Some(page) => ask_again(app, accepts, &page).await.map(secretly),
                None => dead_link(app, accepts).await,
            }
        }
        Err(VerifyError::Db(failure)) => Err(failure.into()),
    }
}

async fn proof_page(app: &App, visitor: &Visitor, token: &str, form: FormView) -> Result<Option<ProvePage>, Error> {
    let Ok(secret) = token.parse::<Token>() else {
        return Ok(None);
    };
    let found = accounts::find_verification(&mut *app.db.read().await?, &secret, app.now()).await?;
    Ok(found.map(|customer| ProvePage {
        head: parts::head(&app.shop_name(), "Confirm your e-mail address", &form),
        action: urls::verify_email(token),
        email: customer.email.to_string(),
        needs_password: visitor.customer_id() != Some(customer.id),
        form,
    }))
}

async fn dead_link(app: &App, accepts: Accepts) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "This link does not work any more",
        "It was used already, or it is too old. Sign in and ask for a new one on your account’s page.",
    )
    .link("Sign in", urls::sign_in());
    worn_out(app, accepts, &page).await
}

fn page(app: &App, form: FormView, next: Option<String>) -> RegisterPage {
    let login_url = match &next {
        Some(next) => urls::with_query(urls::sign_in(), [("next", next.as_str())]),
        None => urls::sign_in().to_owned(),
    };
    RegisterPage {
        head: parts::head(&app.shop_name(), "Create an account", &form),
        form,
        next,
        login_url,
    }
}
