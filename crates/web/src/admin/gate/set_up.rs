//! The first run: whoever has the key from the terminal makes the shop, once.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;
use wares_commerce::staff::{self, SetUp, SetUpError};
use wares_kernel::{Country, EmailAddress, Token};

use super::{
    VERSION, device, let_in, new_password,
    pages::{ClosedPage, SetUpPage},
};
use crate::{
    App,
    admin::{
        choices,
        parts::Link,
        staff::{invalid, ok, show},
    },
    http::{Check, ClientAddress, Entered, Error, Flow, FormErrors, FormView, Query},
    urls::admin as links,
};

/// The key, in the link from the terminal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    key: String,
}

/// `GET /admin/setup?key=…`
///
/// Once the shop is made, the page is as good as absent: it only says where to sign in.
pub(in crate::admin) async fn show_set_up(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let is_open = match wanted.key.parse::<Token>() {
        Ok(token) => staff::set_up_is_open(&mut *app.db.read().await?, &token, app.now()).await?,
        Err(_) => wanted.key.is_empty(),
    };
    if !is_open {
        return closed(&app).await;
    }
    let form = FormView::prefilled([("key", wanted.key), ("country", Country::DE.code().to_owned())]);
    ok(&app, &page(form)).await
}

/// `POST /admin/setup`
pub(in crate::admin) async fn make_shop(
    State(app): State<App>,
    client: ClientAddress,
    headers: HeaderMap,
    entered: Entered,
) -> Result<Response, Error> {
    app.limits.count(Flow::StaffSignIn, client.network(), app.now_ms())?;
    let request = match read(&entered, &client, &headers) {
        Ok(request) => request,
        Err(errors) => return invalid(&app, &page(again(&entered, errors))).await,
    };
    match staff::set_up(&app.db, &app.passwords, app.now(), request).await {
        Ok(signed_in) => {
            app.settings.refresh(&mut *app.db.read().await?).await?;
            app.renew_frame().await?;
            Ok(let_in(&app, &signed_in.session, links::checklist()))
        }
        Err(SetUpError::DeadLink) => closed(&app).await,
        Err(SetUpError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let field = if matches!(refusal, SetUpError::Name) {
                "name"
            } else {
                "shop"
            };
            let errors = FormErrors::one(field, refusal.to_string());
            invalid(&app, &page(again(&entered, errors))).await
        }
    }
}

fn read(entered: &Entered, client: &ClientAddress, headers: &HeaderMap) -> Result<SetUp, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", 120, "Enter your full name");
    let email_text = check.text("email", EmailAddress::MAX, "Enter your e-mail address");
    let email = check.parsed("email", &email_text, str::parse::<EmailAddress>);
    let shop_name = check.text("shop", 60, "Enter the shop's name");
    let password = new_password(&mut check, entered.get("password"), &shop_name, &email_text);
    let country = check.parsed("country", entered.get("country"), str::parse::<Country>);
    let key = check.text("key", 200, "Enter the key from the terminal");
    let token = check.parsed("key", &key, str::parse::<Token>);
    check.done()?;
    let (Some(email), Some(password), Some(country), Some(token)) = (email, password, country, token) else {
        return Err(FormErrors::one("country", "Choose a country"));
    };
    Ok(SetUp {
        token,
        name,
        email,
        password,
        shop_name,
        country,
        device: device(headers),
        ip: Some(client.0),
        deed: entered.deed(),
    })
}

fn again(entered: &Entered, errors: FormErrors) -> FormView {
    FormView::again(entered, errors, &["password"])
}

fn page(form: FormView) -> SetUpPage {
    SetUpPage {
        form,
        action: links::set_up(),
        countries: choices::countries(),
        version: VERSION,
    }
}

async fn closed(app: &App) -> Result<Response, Error> {
    let page = ClosedPage {
        heading: "This link does not work any more".into(),
        body:
            "A set-up link works once and for an hour. If the shop is set up, sign in with the password chosen then; \
               otherwise start the program again to get a new link."
                .into(),
        link: Link::new("Sign in", links::sign_in()),
        form: FormView::default(),
        version: VERSION,
    };
    show(app, StatusCode::NOT_FOUND, &page).await
}
