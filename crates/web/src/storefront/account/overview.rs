//! The account's first page.

use axum::{extract::State, response::Response, routing::get};
use serde::Deserialize;
use wares_commerce::accounts::{self, session};

use super::{
    orders,
    pages::{OverviewPage, Side},
    security::password_age,
};
use crate::{
    App,
    http::{Accepts, Error, FormView, Query},
    routes::Routes,
    storefront::{
        address_form,
        parts::{self, Notice},
        visitor::Customer,
    },
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default().own_customer(urls::account(), get(show))
}

#[derive(Debug, Deserialize)]
struct Asked {
    done: Option<String>,
}

/// `GET /account`
async fn show(
    State(app): State<App>,
    accepts: Accepts,
    customer: Customer,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (book, devices) = {
        let mut conn = app.db.read().await?;
        let book = accounts::addresses(&mut conn, customer.id()).await?;
        (book, session::list(&mut conn, customer.owner(), app.now()).await?.len())
    };
    let latest = orders::latest(&app, customer.id()).await?;
    let account = &customer.account;
    let home = book.iter().find(|entry| entry.for_delivery).or(book.first());
    let mut security: Vec<String> = password_age(&app, &customer)
        .into_iter()
        .map(|age| format!("Password: {age}"))
        .collect();
    security.push(format!(
        "Signed in on {devices} {}.",
        if devices == 1 { "device" } else { "devices" }
    ));
    let page = OverviewPage {
        head: parts::head(&app.shop_name(), "Your account", &FormView::default()),
        account: Side::at(urls::account()),
        said: (asked.done.as_deref() == Some("verified")).then(|| Notice::ok("Your e-mail address is confirmed")),
        first_name: account.first_name().to_owned(),
        name: account.name.clone(),
        email: account.email.to_string(),
        latest: latest.as_ref().map(|found| orders::entry(&app, found)),
        all_orders: "All orders".into(),
        address: home
            .map(|entry| address_form::lines(&entry.address))
            .unwrap_or_default(),
        security,
    };
    app.page(accepts, &page).await
}
