//! Getting in: the one-time set-up, signing in and out, joining the staff.

pub(crate) mod pages;

mod invitation;
mod set_up;
mod sign_in;

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::{
    accounts::{Password, Rules, device_name, session::Started},
    staff::password_min,
};

pub(super) use invitation::{join, show_invitation};
pub(super) use set_up::{make_shop, show_set_up};
pub(super) use sign_in::{enter, show_sign_in, sign_out};

use super::staff::SESSION;
use crate::{
    App,
    http::{Check, NewCookie},
};

/// The program's version, as the gate's pages show it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// To `next`, signed in. The session lasts no longer than the browser.
fn let_in(app: &App, session: &Started, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    NewCookie::secret(&app.config, SESSION, &session.token.reveal(), None).set(response.headers_mut());
    response
}

/// Browser and system of a request.
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    device_name(agent.unwrap_or_default())
}

/// A new password of staff, or what is wrong with it.
fn new_password(check: &mut Check<'_>, typed: &str, shop: &str, email: &str) -> Option<Password> {
    let rules = Rules {
        min: password_min(false),
        shop,
        email,
    };
    match Password::choose(typed, rules) {
        Ok(password) => Some(password),
        Err(refusal) => {
            check.wrong("password", refusal.to_string());
            None
        }
    }
}
