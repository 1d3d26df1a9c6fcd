//! News by mail: asking for them, confirming it, leaving.

use axum::{extract::State, response::Response, routing::get};
use wares_commerce::notifications::{ConfirmSubscription, LeaveNews, Subscribe};
use wares_commerce::once;
use wares_kernel::Token;

use super::pages::NewsPage;
use crate::{
    App,
    http::{Accepts, Check, Entered, Error, Flow, FormView, Path},
    routes::Routes,
    storefront::{
        identity::email,
        parts,
        reply::{ask_again, secretly},
        said::SaidPage,
        visitor::Visitor,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::news(), get(show).post(subscribe))
        .link("/news/{token}", get(ask).post(confirm))
        .link("/news/{token}/leave", get(ask_to_leave).post(leave))
}

/// `GET /news`
async fn show(State(app): State<App>, accepts: Accepts) -> Result<Response, Error> {
    app.page(accepts, &page(&app, FormView::default())).await
}

fn page(app: &App, form: FormView) -> NewsPage {
    NewsPage {
        head: parts::head(&app.shop_name(), "News by e-mail", &form),
        form,
    }
}

/// `POST /news`: the same words for every address.
async fn subscribe(
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
    app.limits.count(Flow::Write, visitor.address.network(), app.now_ms())?;
    let said = SaidPage::new(
        &app.shop_name(),
        "Check your e-mail",
        format!("We have written to {email}. Open the link in it and you hear from us."),
    )
    .link("Back to the shop", urls::home());
    if app
        .limits
        .count(Flow::LinkMailAddress, email.key(), app.now_ms())
        .is_ok()
    {
        once::done_before_is_done(app.db.write(entered.once(Subscribe { email })).await)?;
    }
    app.page(accepts, &said).await
}

/// `GET /news/{token}`: looking changes nothing, because mail programs look at links, too.
async fn ask(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "News by e-mail",
        "One press and you hear from us, about once a month.",
    )
    .button("Yes, write to me", &urls::confirm_news(&token), &[]);
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /news/{token}`
async fn confirm(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let confirmed = match token.parse::<Token>() {
        Ok(token) => app.db.write(ConfirmSubscription { token }).await?,
        Err(_) => None,
    };
    let page = match confirmed {
        Some(email) => SaidPage::new(
            &app.shop_name(),
            "Thank you",
            format!("We write to {email} when there is news."),
        ),
        None => dead_link(&app),
    };
    app.page(accepts, &page.link("Back to the shop", urls::home()))
        .await
        .map(secretly)
}

/// `GET /news/{token}/leave`
async fn ask_to_leave(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let page = SaidPage::new(
        &app.shop_name(),
        "Stop the news",
        "You will not hear from us any more, except about your orders.",
    )
    .button("Stop the news", &urls::leave_news(&token), &[]);
    app.page(accepts, &page).await.map(secretly)
}

/// `POST /news/{token}/leave`
async fn leave(State(app): State<App>, accepts: Accepts, Path(token): Path<String>) -> Result<Response, Error> {
    let left = match token.parse::<Token>() {
        Ok(token) => app.db.write(LeaveNews { token }).await?,
        Err(_) => false,
    };
    let page = if left {
        SaidPage::new(
            &app.shop_name(),
            "The news are stopped",
            "You can come back at any time.",
        )
    } else {
        dead_link(&app)
    };
    app.page(accepts, &page.link("Back to the shop", urls::home()))
        .await
        .map(secretly)
}

fn dead_link(app: &App) -> SaidPage {
    SaidPage::new(
        &app.shop_name(),
        "This link does not work any more",
        "It was used already, or it is too old.",
    )
}
