//! A zone: its name and its countries.

use axum::{extract::State, response::Response};
use wares_commerce::{
    pricing::edit::{DeleteZone, DeleteZoneError, NAME_MAX, SaveZone, ZoneError},
    reports::{self, Zone},
};
use wares_kernel::{Country, ShippingZoneId};

use super::{Deleting, at, not_deleted, pages::ZonePage, renewed, version_of};
use crate::{
    App,
    admin::{
        choices,
        panel::Spot,
        parts::Link,
        rights::ChangeSettings,
        settings::pages::sections,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

/// `GET /admin/settings/shipping/zones/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, None, FormView::default()).await?).await
}

/// `POST /admin/settings/shipping/zones/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `GET /admin/settings/shipping/zones/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingZoneId>,
) -> Result<Response, Error> {
    let zone = find(&app, id).await?;
    let codes: Vec<&str> = zone.countries.iter().map(Country::code).collect();
    let form = FormView::prefilled([("name", zone.name.clone()), ("countries", codes.join(", "))]);
    ok(&app, &page(&app, &staff, Some(&zone), form).await?).await
}

/// `POST /admin/settings/shipping/zones/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingZoneId>,
    entered: Entered,
) -> Result<Response, Error> {
    let zone = find(&app, id).await?;
    put(&app, &staff, Some(&zone), &entered).await
}

async fn put(
    app: &App,
    staff: &Staff<ChangeSettings>,
    zone: Option<&Zone>,
    entered: &Entered,
) -> Result<Response, Error> {
    let errors = match read(staff, zone, entered) {
        Ok(work) => {
            let text = format!("The zone {} was saved.", work.name);
            match app.db.write(entered.once(work)).await {
                Ok(_) => return renewed(app, urls::settings_shipping(), text).await,
                Err(ZoneError::Db(error)) => return Err(error.into()),
                Err(ZoneError::NotFound) => return Err(Error::NotFound),
                Err(refusal @ ZoneError::Changed) => at("", &refusal),
                Err(refusal @ ZoneError::Name) => at("name", &refusal),
                Err(refusal) => at("countries", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, zone, form).await?).await
}

fn read(staff: &Staff<ChangeSettings>, zone: Option<&Zone>, entered: &Entered) -> Result<SaveZone, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", NAME_MAX, "Enter a name");
    let typed = check.long_text("countries", 1_000, "Enter at least one country");
    let mut countries = Vec::new();
    for code in typed.split(|c: char| c == ',' || c == ';' || c.is_whitespace()) {
        let code = code.to_uppercase();
        let country = check.parsed("countries", &code, |text| {
            choices::country(text).ok_or_else(|| format!("There is no country {text}"))
        });
        countries.extend(country);
    }
    check.done()?;
    Ok(SaveZone {
        actor: staff.actor(),
        zone: zone.map(|zone| (zone.id, version_of(entered))),
        name,
        countries,
    })
}

/// `GET /admin/settings/shipping/zones/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingZoneId>,
) -> Result<Response, Error> {
    let deleting = Deleting {
        name: find(&app, id).await?.name,
        url: urls::zone(id),
        action: urls::delete_zone(id),
        effect: "Nothing can be sent to its countries any more. This works only while it has no method.",
        verb: "Delete zone",
    };
    deleting.ask(&app, &staff).await
}

/// `POST /admin/settings/shipping/zones/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingZoneId>,
    entered: Entered,
) -> Result<Response, Error> {
    let name = find(&app, id).await?.name;
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteZone { actor, zone: id })).await {
        Ok(()) => renewed(&app, urls::settings_shipping(), format!("{name} was deleted.")).await,
        Err(DeleteZoneError::Db(error)) => Err(error.into()),
        Err(DeleteZoneError::NotFound) => Err(Error::NotFound),
        Err(refusal @ DeleteZoneError::InUse) => not_deleted(&app, &staff, (&name, urls::zone(id)), &refusal).await,
    }
}

/// The zone of an id.
pub(super) async fn find(app: &App, id: ShippingZoneId) -> Result<Zone, Error> {
    let zones = reports::zones(&mut *app.db.read().await?).await?;
    zones.into_iter().find(|zone| zone.id == id).ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    zone: Option<&Zone>,
    form: FormView,
) -> Result<ZonePage, Error> {
    Ok(ZonePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
        sections: sections(urls::settings_shipping()),
        back: Link::new("Shipping", urls::settings_shipping()),
        heading: zone.map_or_else(|| "New zone".into(), |zone| format!("Zone {}", zone.name)),
        action: zone.map_or_else(|| urls::add_zone().into(), |zone| urls::zone(zone.id)),
        verb: if zone.is_some() { "Save zone" } else { "Add zone" },
        version: zone.map_or(0, |zone| zone.version).to_string(),
        delete: zone.map(|zone| urls::delete_zone(zone.id)),
        form,
    })
}
