//! Settings: who the shop is.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    reports::{self, OrderFilter, OrderView},
    settings::{Saved, Store},
};
use wares_kernel::{After, Country, EmailAddress};

use super::{
    pages::{StorePage, sections},
    section::{self, Outcome},
};
use crate::{
    App,
    admin::{
        choices,
        panel::Spot,
        parts::Choice,
        rights::ChangeSettings,
        staff::{Staff, show as show_page},
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// Time zones offered; the shop's own is always among them.
const TIME_ZONES: [&str; 16] = [
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/Amsterdam",
    "Europe/Paris",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Toronto",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// `GET /admin/settings/store`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Store>(&app).await?;
    let form = filled(&saved.value);
    show_page(&app, StatusCode::OK, &page(&app, &staff, &saved, form).await?).await
}

/// `POST /admin/settings/store`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Store>(&app).await?;
    let (status, errors) = match read(&entered, saved.value.clone()) {
        Ok(store) => match section::save(&app, &staff, &entered, store, urls::settings_store()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let form = FormView::again(&entered, errors, &[]);
    show_page(&app, status, &page(&app, &staff, &saved, form).await?).await
}

fn read(entered: &Entered, store: Store) -> Result<Store, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", 60, "Enter the shop's name");
    let tagline = check.optional_text("tagline", 120);
    let announcement = check.optional_text("announcement", 160);
    let email = check.optional_text("email", EmailAddress::MAX);
    let email = check.parsed("email", &email, str::parse::<EmailAddress>);
    let phone = check.optional_text("phone", 32);
    let opening_hours = check.optional_text("opening_hours", 120);
    let legal_name = check.optional_text("legal_name", 120);
    let address = check.optional_long_text("address", 500);
    let vat_id = check.optional_text("vat_id", 32);
    let country = check.parsed("country", entered.get("country"), str::parse::<Country>);
    let time_zone = check.text("time_zone", 60, "Choose a time zone");
    check.done()?;
    Ok(Store {
        name,
        tagline,
        announcement,
        email,
        phone,
        opening_hours,
        legal_name,
        address,
        vat_id,
        country: country.unwrap_or(store.country),
        time_zone,
        ..store
    })
}

fn filled(store: &Store) -> FormView {
    FormView::prefilled([
        ("name", store.name.clone()),
        ("tagline", store.tagline.clone()),
        ("announcement", store.announcement.clone()),
        (
            "email",
            store.email.as_ref().map_or_else(String::new, ToString::to_string),
        ),
        ("phone", store.phone.clone()),
        ("opening_hours", store.opening_hours.clone()),
        ("legal_name", store.legal_name.clone()),
        ("address", store.address.clone()),
        ("vat_id", store.vat_id.clone()),
        ("country", store.country.code().to_owned()),
        ("time_zone", store.time_zone.clone()),
    ])
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    saved: &Saved<Store>,
    form: FormView,
) -> Result<StorePage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let orders = reports::orders(&mut conn, OrderView::All, &OrderFilter::default(), After::NEWEST, 1).await?;
    let zone = saved.value.time_zone.as_str();
    let known = TIME_ZONES.contains(&zone);
    Ok(StorePage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_store()),
        action: urls::settings_store(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, &desk, saved).await?,
        currency: saved.value.currency.code().to_owned(),
        currency_hint: if orders.items.is_empty() {
            "Follows the country chosen at set-up.".into()
        } else {
            "Fixed, because there are orders.".into()
        },
        time_zones: TIME_ZONES
            .into_iter()
            .chain((!known).then_some(zone))
            .map(|zone| Choice::new(zone, zone.replace('_', " ")))
            .collect(),
        countries: choices::countries(),
        form,
    })
}
