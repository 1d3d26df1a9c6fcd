//! What happened to an account lately, in words.

use wares_commerce::{
    accounts,
    audit::{Action, Entry},
};
use wares_db::Conn;

use super::pages::SecurityEvent;
use crate::{
    App,
    http::Error,
    storefront::visitor::Customer,
    templates::format::{date_of, moment},
};

/// How many lines there are.
const SHOWN: usize = 12;

/// The latest first.
pub(super) async fn events(app: &App, conn: &mut Conn, customer: &Customer) -> Result<Vec<SecurityEvent>, Error> {
    let zone = app.settings.get().store.zone();
    let today = date_of(app.now(), &zone);
    let entries = accounts::history(conn, customer.id(), SHOWN).await?;
    let event = |entry: &Entry| SecurityEvent {
        at: moment(entry.at, &zone, today),
        text: sentence(entry),
    };
    Ok(entries.iter().map(event).collect())
}

/// "Signed in with Firefox on Linux, from 192.0.2.7".
fn sentence(entry: &Entry) -> String {
    let mut words = what(entry).to_owned();
    if let Some(device) = entry.details["device"].as_str() {
        words.push_str(" with ");
        words.push_str(device);
    }
    if entry.actor_kind == "staff" {
        words.push_str(" by the shop");
    } else if let Some(ip) = &entry.ip {
        words.push_str(", from ");
        words.push_str(ip);
    }
    words
}

fn what(entry: &Entry) -> &'static str {
    let by_link = entry.details["by"] == "link";
    match Action::from_word(&entry.action) {
        Some(Action::Registered) => "Account opened",
        Some(Action::EmailVerified) => "E-mail address confirmed",
        Some(Action::SignedIn) => "Signed in",
        Some(Action::SignedOut) => "Signed out",
        Some(Action::SessionEnded) => "Signed out on another device",
        Some(Action::PasswordChanged) if by_link => "Password changed by the link in an e-mail",
        Some(Action::PasswordChanged) => "Password changed",
        Some(Action::EmailChangeAsked) => "Change of the e-mail address asked for",
        Some(Action::EmailChanged) => "E-mail address changed",
        Some(Action::Disabled) => "Account locked",
        Some(Action::Enabled) => "Account unlocked",
        _ => "Account changed",
    }
}
