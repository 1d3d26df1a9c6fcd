//! A forgotten password: a link by mail, then a new one.

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::accounts::{self, ForgotPassword, ResetError, ResetPassword};
use wares_commerce::once;
use wares_kernel::Token;

use super::{
    pages::{ForgotPage, ResetPage},
    register::new_password,
    sign_in::email,
};
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormView, Path},
    routes::Routes,
    storefront::{
        parts,
        reply::{ask_again, secretly, see, worn_out},
        said::SaidPage,
        visitor::{self, Visitor},
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::forgot(), get(show).post(submit))
        .link("/reset/{token}", get(choose).post(reset))
}

/// `GET /forgot`
async fn show(State(app): State<App>, accepts: Accepts) -> Result<Response, Error> {
    app.page(accepts, &page(&app, FormView::default())).await
}

/// `POST /forgot`: says the same whether there is an account or not, and also when too many links were asked for.
async fn submit(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    entered: Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(&entered);
    let Some(email) = email(&mut check) else {
        let form = FormView::again(&entered, check.errors().clone(), &[]);
        return ask_again(&app, accepts, &page(&app, form)).await;
    };
    let now = app.now_ms();
    let network = app.limits.count(Flow::LinkMail, visitor.address.network(), now);
    let address = app.limits.count(Flow::LinkMailAddress, email.key(), now);
    let words = format!("If there is an account for {email}, we have sent a link. It works for 30 minutes.");
    if network.is_ok() && address.is_ok() {
        let actor = visitor.actor(email.as_str());
        once::done_before_is_done(app.db.write(entered.once(ForgotPassword { email, actor })).await)?;
    }
    let page = SaidPage::new(&app.shop_name(), "Check your e-mail", words)
        .link("Back to sign in", urls::sign_in())
        .link("Send it again", urls::forgot());
    app.page(accepts, &page).await
}

/// `GET /reset/{token}`
async fn choose(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let Some(secret) = works(&app, &token).await? else {
        return dead_link(&app, accepts).await;
    };
    let page = reset_page(&app, &secret.0, FormView::default());
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /reset/{token}`
async fn reset(
    State(app): State<App>,
    accepts: Accepts,
    visitor: Visitor,
    Path(token): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let Some((secret, owner)) = works(&app, &token).await? else {
        return dead_link(&app, accepts).await;
    };
    let mut check = Check::new(&entered);
    let Some(password) = new_password(&app, &mut check, &entered, Some(&owner.email)) else {
        let form = FormView::again(&entered, check.errors().clone(), &["password"]);
        return ask_again(&app, accepts, &reset_page(&app, &secret, form))
            .await
            .map(secretly);
    };
    let request = ResetPassword {
        token: secret,
        password,
        ip: visitor.ip(),
        deed: entered.deed(),
    };
    match accounts::reset_password(&app.db, &app.passwords, app.now(), request).await {
        Ok(()) => {
            let mut response = see(&urls::with_query(urls::sign_in(), [("done", "password")]));
            visitor::forget(&app, response.headers_mut());
            Ok(response)
        }
        Err(ResetError::DeadLink) => dead_link(&app, accepts).await,
        Err(ResetError::Db(failure)) => Err(failure.into()),
    }
}

async fn works(app: &App, token: &str) -> Result<Option<(Token, accounts::Customer)>, Error> {
    let Ok(secret) = token.parse::<Token>() else {
        return Ok(None);
    };
    let found = accounts::find_reset(&mut *app.db.read().await?, &secret, app.now()).await?;
    Ok(found.map(|link| (secret, link.customer)))
}

async fn dead_link(app: &App, accepts: Accepts) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "This link does not work any more",
        "It was used already, it is older than 30 minutes, or a newer one was sent.",
    )
    .link("Send a new link", urls::forgot());
    worn_out(app, accepts, &page).await
}

fn page(app: &App, form: FormView) -> ForgotPage {
    ForgotPage {
        head: parts::head(&app.shop_name(), "Forgot your password", &form),
        form,
    }
}

fn reset_page(app: &App, token: &Token, form: FormView) -> ResetPage {
    ResetPage {
        head: parts::head(&app.shop_name(), "Choose a new password", &form),
        form,
        action: urls::reset_with(&token.reveal()),
    }
}
