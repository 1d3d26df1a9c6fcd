//! What to do before opening. Nothing here is stored: each step is done when the shop shows it.

use axum::{extract::State, response::Response};
use wares_commerce::{
    reports::{self, OrderFilter, OrderView, ProductView},
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::After;

use super::{
    dashboard::left,
    pages::{ChecklistPage, Step},
};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::Link,
        rights::ChangeSettings,
        staff::{Staff, ok},
        words,
    },
    http::Error,
    urls::{self, admin as links},
};

/// `GET /admin/checklist`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Home).await?;
    let steps = steps(&app, &mut conn).await?;
    let n_done = steps.iter().filter(|step| step.done).count();
    ok(&app, &ChecklistPage { panel, n_done, steps }).await
}

/// A line for the dashboard, while something is left.
pub(super) async fn reminder<R>(app: &App, staff: &Staff<R>, conn: &mut Conn) -> Result<Option<Link>, Error> {
    if !staff.may(Permission::ChangeSettings) {
        return Ok(None);
    }
    let steps = steps(app, conn).await?;
    let n_left = steps.iter().filter(|step| !step.done).count();
    let n_all = steps.len();
    Ok((n_left > 0).then(|| left(format!("{n_left} of {n_all} steps before opening are left."))))
}

#[expect(
    clippy::too_many_lines,
    reason = "one page or row, field by field; cutting it would only scatter them"
)]
async fn steps(app: &App, conn: &mut Conn) -> Result<Vec<Step>, Error> {
    let settings = app.settings.get();
    let (store, payments) = (&settings.store, &settings.payments);
    let zones = reports::zones(conn).await?;
    let n_places: usize = zones
        .iter()
        .filter(|zone| !zone.methods.is_empty())
        .map(|zone| zone.countries.len())
        .sum();
    let n_active = reports::count_products(conn, ProductView::Active)
        .await?
        .unwrap_or_default();
    let sold = reports::orders(conn, OrderView::Sold, &OrderFilter::default(), After::NEWEST, 1).await?;
    let has_online = payments.card.as_ref().is_some_and(|card| card.is_enabled);
    let has_company = !store.legal_name.is_empty() && !store.address.is_empty();
    let mut steps = vec![
        step(
            "Name, address and legal details",
            has_company,
            &store.name,
            links::settings_store(),
        ),
        step(
            "Where you ship and for how much",
            n_places > 0,
            &words::plural(i64::try_from(n_places).unwrap_or(i64::MAX), "country", "countries"),
            urls::shipping_returns(),
        ),
        step(
            "Take payments",
            has_online || payments.bank_transfer.is_enabled,
            if has_online {
                "Online payment is ready"
            } else {
                "Until then nobody can pay online"
            },
            links::settings_payments(),
        ),
        step(
            "Connect a mail server",
            settings.mail.is_on(),
            if settings.mail.is_on() {
                &settings.mail.host
            } else {
                "Until then mails are kept in Sent mail"
            },
            links::settings_email(),
        ),
        step(
            "First product",
            n_active > 0,
            &words::plural(n_active, "product in the shop", "products in the shop"),
            links::products(),
        ),
        step(
            "Test order",
            !sold.items.is_empty(),
            "Buy something yourself, then cancel it.",
            urls::home(),
        ),
    ];
    if let Some(first) = steps.iter_mut().find(|step| !step.done) {
        first.next = true;
    }
    Ok(steps)
}

fn step(title: &'static str, done: bool, note: &str, url: &str) -> Step {
    Step {
        title,
        note: note.to_owned(),
        done,
        next: false,
        url: url.to_owned(),
    }
}
