//! Joining the staff through the link in the invitation.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use wares_commerce::staff::{self, JoinError, Joining, Member};
use wares_kernel::Token;

use super::{
    VERSION, device, let_in, new_password,
    pages::{ClosedPage, InvitationPage},
};
use crate::{
    App,
    admin::{
        parts::Link,
        staff::{invalid, ok, show},
    },
    http::{Check, ClientAddress, Entered, Error, FormView, Path},
    urls::admin as links,
};

/// `GET /admin/invitation/{token}`
pub(in crate::admin) async fn show_invitation(
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    match invited(&app, &key).await? {
        Some(member) => ok(&app, &page(FormView::default(), &key, &member)).await,
        None => dead(&app).await,
    }
}

/// `POST /admin/invitation/{token}`
pub(in crate::admin) async fn join(
    State(app): State<App>,
    Path(key): Path<String>,
    client: ClientAddress,
    headers: HeaderMap,
    entered: Entered,
) -> Result<Response, Error> {
    let (Some(member), Ok(token)) = (invited(&app, &key).await?, key.parse::<Token>()) else {
        return dead(&app).await;
    };
    let shop = app.settings.get().store.name.clone();
    let mut check = Check::new(&entered);
    let password = new_password(&mut check, entered.get("password"), &shop, member.email.as_str());
    let errors = check.errors().clone();
    let Some(password) = password else {
        let form = FormView::again(&entered, errors, &["password"]);
        return invalid(&app, &page(form, &key, &member)).await;
    };
    let request = Joining {
        token,
        password,
        device: device(&headers),
        ip: Some(client.0),
        deed: entered.deed(),
    };
    match staff::join(&app.db, &app.passwords, app.now(), request).await {
        Ok(signed_in) => Ok(let_in(&app, &signed_in.session, links::home())),
        Err(JoinError::DeadLink) => dead(&app).await,
        Err(JoinError::Db(error)) => Err(error.into()),
    }
}

async fn invited(app: &App, key: &str) -> Result<Option<Member>, Error> {
    let Ok(token) = key.parse::<Token>() else {
        return Ok(None);
    };
    Ok(staff::find_invitation(&mut *app.db.read().await?, &token, app.now()).await?)
}

fn page(form: FormView, key: &str, member: &Member) -> InvitationPage {
    InvitationPage {
        form,
        action: links::invitation(key),
        name: member.name.clone(),
        email: member.email.to_string(),
        role: member.role.name().into(),
        version: VERSION,
    }
}

async fn dead(app: &App) -> Result<Response, Error> {
    let page = ClosedPage {
        heading: "This link does not work any more".into(),
        body: "It was used, is too old, or a newer one was sent. Ask for a new invitation.".into(),
        link: Link::new("Sign in", links::sign_in()),
        form: FormView::default(),
        version: VERSION,
    };
    show(app, StatusCode::NOT_FOUND, &page).await
}
