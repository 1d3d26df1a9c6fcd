//! Who is signed in, and whether they may: the first argument of every handler of the panel.

use std::{marker::PhantomData, net::IpAddr};

use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::{
    accounts::session::{Session, Touch},
    audit::Actor,
    reports,
    staff::{self, Member, Permission},
};
use wares_db::Conn;
use wares_kernel::Token;

use super::{
    desk::Desk,
    home::pages::MessagePage,
    notice,
    panel::{Me, Panel, Spot},
    parts::{Link, Notice},
    rights::Right,
    words,
};
use crate::{
    App,
    http::{Accepts, ClientAddress, Cookies, Error},
    templates::Page,
    urls::{self, admin as links},
};

/// The cookie of a staff session. Customers have another, so that one browser can be both.
pub(super) const SESSION: &str = "staff";

/// A member of staff who is signed in and may do what `R` says, as of this request.
pub(crate) struct Staff<R> {
    pub(crate) member: Member,
    pub(crate) session: Session,
    pub(crate) ip: IpAddr,
    notice: Option<Notice>,
    right: PhantomData<fn() -> R>,
}

impl<R> Staff<R> {
    /// As whom changes are recorded.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Staff {
            id: self.member.id,
            name: self.member.name.clone(),
            ip: Some(self.ip),
        }
    }

    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.member.may(permission)
    }

    /// What surrounds a page at `spot`: the places this person may go, and how much waits there.
    pub(crate) async fn panel(&self, conn: &mut Conn, spot: Spot) -> Result<Panel, Error> {
        let me = Me {
            initials: words::initials(&self.member.name),
            name: self.member.name.clone(),
            role: self.member.role.name().into(),
        };
        let mut panel = Panel::new(me, spot);
        panel.keep(|permission| self.may(permission));
        let waiting = reports::badges(conn).await?;
        panel.count(links::orders(), waiting.n_unsent, true);
        panel.count(links::inquiries(), waiting.n_inquiries, true);
        panel.count(links::reviews(), waiting.n_reviews, false);
        panel.notice = self.notice.clone();
        Ok(panel)
    }
}

impl<R: Right> FromRequestParts<App> for Staff<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let (member, session) = match signed_in(parts, app).await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(to_sign_in(parts)),
            Err(error) => return Err(error.into_response()),
        };
        let Ok(ClientAddress(ip)) = ClientAddress::from_request_parts(parts, app).await else {
            return Err(Error::Forbidden.into_response());
        };
        let notice = notice::said(app, &Cookies::of(&parts.headers), parts.uri.path());
        let staff = Self {
            member,
            session,
            ip,
            notice,
            right: PhantomData,
        };
        match R::PERMISSION {
            Some(permission) if !staff.may(permission) => Err(staff.denied(app, permission).await),
            _ => Ok(staff),
        }
    }
}

/// The member of staff a request comes from, if the session of its cookie is good.
pub(super) async fn signed_in(parts: &Parts, app: &App) -> Result<Option<(Member, Session)>, Error> {
    let cookies = Cookies::of(&parts.headers);
    let Some(token) = cookies
        .secret(&app.config, SESSION)
        .and_then(|text| text.parse::<Token>().ok())
    else {
        return Ok(None);
    };
    let now = app.now();
    let found = staff::signed_in(&mut *app.db.read().await?, &token, now).await?;
    if let Some((session, _)) = &found
        && session.needs_touch(now)
    {
        app.db.write(Touch { id: session.id }).await?;
    }
    Ok(found.map(|(session, member)| (member, session)))
}

/// To the sign-in page, and back here afterwards when this was only a look.
fn to_sign_in(parts: &Parts) -> Response {
    let wanted = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let is_look = parts.method == Method::GET || parts.method == Method::HEAD;
    let there = if is_look && wanted != links::home() && urls::is_own_path(wanted) {
        urls::with_query(links::sign_in(), [("next", wanted)])
    } else {
        links::sign_in().to_owned()
    };
    Redirect::to(&there).into_response()
}

impl<R> Staff<R> {
    async fn denied(&self, app: &App, permission: Permission) -> Response {
        let page = async {
            let panel = self.panel(&mut *app.db.read().await?, Spot::Home).await?;
            let page = MessagePage {
                panel,
                heading: "Your role cannot do this".into(),
                body: format!(
                    "It takes the right “{}”; your role is {}. Nothing has been changed. The owner can give you another role.",
                    permission.words(),
                    self.member.role.name()
                ),
                link: Link::new("Go to Home", links::home()),
            };
            show(app, StatusCode::FORBIDDEN, &page).await
        };
        page.await.unwrap_or_else(IntoResponse::into_response)
    }

    /// The desk this person sits at.
    pub(crate) fn desk(&self, app: &App) -> Desk {
        Desk::new(app)
    }
}

/// A page of the panel with a status.
pub(crate) async fn show<P: Page>(app: &App, status: StatusCode, page: &P) -> Result<Response, Error> {
    let mut response = app.page(Accepts::Page, page).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// A page of the panel.
pub(crate) async fn ok<P: Page>(app: &App, page: &P) -> Result<Response, Error> {
    show(app, StatusCode::OK, page).await
}

/// A form that has to be corrected.
pub(crate) async fn invalid<P: Page>(app: &App, page: &P) -> Result<Response, Error> {
    show(app, StatusCode::UNPROCESSABLE_ENTITY, page).await
}
