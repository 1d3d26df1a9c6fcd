//! Settings: whether companies in other member states buy without tax, and whose VAT ids count.

use axum::{extract::State, response::Response};
use wares_commerce::settings::Taxes;
use wares_kernel::vat_id;

use super::{
    pages::Companies,
    taxes::{fresh, page},
};
use crate::{
    App,
    admin::{
        desk::Desk,
        rights::ChangeSettings,
        settings::section::{self, Outcome},
        staff::{Staff, show as show_page},
    },
    http::{Entered, Error, FormView},
    urls::admin as urls,
};

/// `POST /admin/settings/taxes/companies`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let taxes = Taxes {
        reverse_charge: entered.has("reverse_charge"),
        only_checked_ids: entered.get("ids") != "form",
    };
    let (status, errors) = match section::save(&app, &staff, &entered, taxes, urls::settings_taxes()).await? {
        Outcome::Saved(response) => return Ok(response),
        Outcome::Refused(status, errors) => (status, errors),
    };
    let mut page = page(&app, &staff, fresh(&staff.desk(&app))).await?;
    page.companies.form = FormView::again(&entered, errors.clone(), &[]);
    page.form.errors = errors.0;
    show_page(&app, status, &page).await
}

/// The form as it is stored.
pub(super) async fn companies(app: &App, desk: &Desk) -> Result<Companies, Error> {
    let saved = section::load::<Taxes>(app).await?;
    let mut conn = app.db.read().await?;
    let store = &desk.settings.store;
    let missing = if !vat_id::is_in_eu(store.country) {
        "Only a shop in the EU can sell like this: the country under Store is not in it."
    } else if store.vat_id.is_empty() {
        "An invoice without tax needs the shop’s own VAT id. Enter it under Store."
    } else {
        ""
    };
    let ids = if saved.value.only_checked_ids {
        "checked"
    } else {
        "form"
    };
    let offered = if saved.value.reverse_charge { "1" } else { "" };
    Ok(Companies {
        action: urls::settings_companies(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, desk, &saved).await?,
        missing: missing.into(),
        form: FormView::prefilled([("reverse_charge", offered.to_owned()), ("ids", ids.to_owned())]),
    })
}
