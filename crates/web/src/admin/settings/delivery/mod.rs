//! Settings: where parcels go and what that costs, carriers, days off, tax rates.

mod carrier;
mod companies;
mod day_off;
mod method;
mod overview;
pub(crate) mod pages;
mod taxes;
mod zone;

pub(in crate::admin) use carrier::{
    add as add_carrier, ask_delete as ask_delete_carrier, delete as delete_carrier, save as save_carrier,
    show as show_carrier, show_new as show_new_carrier,
};
pub(in crate::admin) use companies::save as save_companies;
pub(in crate::admin) use day_off::{add as add_day_off, remove as remove_day_off};
pub(in crate::admin) use method::{
    add as add_method, ask_delete as ask_delete_method, delete as delete_method, save as save_method,
    show as show_method, show_new as show_new_method,
};
pub(in crate::admin) use overview::{save as save_delivery, show as show_delivery};
pub(in crate::admin) use taxes::{
    ask_delete as ask_delete_rate, delete as delete_rate, save as save_rate, show as show_taxes,
};
pub(in crate::admin) use zone::{
    add as add_zone, ask_delete as ask_delete_zone, delete as delete_zone, save as save_zone, show as show_zone,
    show_new as show_new_zone,
};

use axum::{http::StatusCode, response::Response};

use wares_kernel::text;

use crate::{
    App,
    admin::{
        home::pages::{ConfirmPage, MessagePage},
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeSettings,
        staff::{Staff, ok, show},
    },
    http::{Entered, Error, FormErrors},
};

/// Something that can be deleted, as the pages that ask and refuse say it.
struct Deleting {
    /// "Germany".
    name: String,
    /// Its page.
    url: String,
    /// Where the answer goes.
    action: String,
    /// What it means.
    effect: &'static str,
    /// "Delete zone".
    verb: &'static str,
}

impl Deleting {
    async fn ask(self, app: &App, staff: &Staff<ChangeSettings>) -> Result<Response, Error> {
        let page = ConfirmPage {
            panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
            heading: format!("Delete {}", self.name),
            back: Link::new(self.name, self.url),
            effect: self.effect.into(),
            action: self.action,
            hidden: Vec::new(),
            keep: "Keep it".into(),
            verb: self.verb.into(),
        };
        ok(app, &page).await
    }
}

/// Back to the list, with what was done. This instance reckons by it from now on, others once they have seen it in the change log.
async fn renewed(app: &App, there: &str, text: String) -> Result<Response, Error> {
    app.settings.refresh(&mut *app.db.read().await?).await?;
    Ok(done(app, there, text))
}

/// Something was not deleted because it is in use.
async fn not_deleted(
    app: &App,
    staff: &Staff<ChangeSettings>,
    (name, url): (&str, String),
    refusal: &impl std::fmt::Display,
) -> Result<Response, Error> {
    let page = MessagePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
        heading: format!("{name} was not deleted"),
        body: text::capital(&refusal.to_string()) + ".",
        link: Link::new(format!("Back to {name}"), url),
    };
    show(app, StatusCode::CONFLICT, &page).await
}

/// The version of what was changed, as the form carries it.
fn version_of(entered: &Entered) -> i64 {
    entered.get("version").parse().unwrap_or_default()
}

/// A refusal at its field.
fn at(field: &str, refusal: &impl std::fmt::Display) -> FormErrors {
    FormErrors::one(field, text::capital(&refusal.to_string()))
}
