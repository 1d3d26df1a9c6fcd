//! A carrier: its name and its tracking pages.

use axum::{extract::State, response::Response};
use wares_commerce::pricing::{
    carriers::{self, Carrier},
    edit::{CarrierDraft, CarrierError, DeleteCarrier, NAME_MAX, SaveCarrier},
};
use wares_kernel::CarrierId;

use super::{Deleting, at, not_deleted, pages::CarrierPage, renewed, version_of};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::Link,
        rights::ChangeSettings,
        settings::pages::sections,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

/// `GET /admin/settings/shipping/carriers/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
) -> Result<Response, Error> {
    let form = FormView::prefilled([("active", "1".to_owned())]);
    ok(&app, &page(&app, &staff, None, form).await?).await
}

/// `POST /admin/settings/shipping/carriers/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `GET /admin/settings/shipping/carriers/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<CarrierId>,
) -> Result<Response, Error> {
    let carrier = find(&app, id).await?;
    let mut form = FormView::prefilled([
        ("name", carrier.name.clone()),
        ("tracking_url", carrier.tracking_url.clone()),
    ]);
    if carrier.is_active {
        form.values.insert("active".into(), "1".into());
    }
    ok(&app, &page(&app, &staff, Some(&carrier), form).await?).await
}

/// `POST /admin/settings/shipping/carriers/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<CarrierId>,
    entered: Entered,
) -> Result<Response, Error> {
    let carrier = find(&app, id).await?;
    put(&app, &staff, Some(&carrier), &entered).await
}

async fn put(
    app: &App,
    staff: &Staff<ChangeSettings>,
    carrier: Option<&Carrier>,
    entered: &Entered,
) -> Result<Response, Error> {
    let errors = match read(entered) {
        Ok(draft) => {
            let text = format!("{} was saved.", draft.name);
            let work = SaveCarrier {
                actor: staff.actor(),
                carrier: carrier.map(|carrier| (carrier.id, version_of(entered))),
                draft,
            };
            match app.db.write(entered.once(work)).await {
                Ok(_) => return renewed(app, urls::settings_shipping(), text).await,
                Err(CarrierError::Db(error)) => return Err(error.into()),
                Err(CarrierError::NotFound) => return Err(Error::NotFound),
                Err(refusal @ (CarrierError::Template(_) | CarrierError::TooLong)) => at("tracking_url", &refusal),
                Err(refusal @ CarrierError::Changed) => at("", &refusal),
                Err(refusal) => at("name", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, carrier, form).await?).await
}

fn read(entered: &Entered) -> Result<CarrierDraft, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", NAME_MAX, "Enter a name");
    let tracking_url = check.optional_text("tracking_url", 300);
    let is_active = check.ticked("active");
    check.done()?;
    Ok(CarrierDraft {
        name,
        tracking_url,
        is_active,
    })
}

/// `GET /admin/settings/shipping/carriers/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<CarrierId>,
) -> Result<Response, Error> {
    let deleting = Deleting {
        name: find(&app, id).await?.name,
        url: urls::carrier(id),
        action: urls::delete_carrier(id),
        effect: "Parcels can no longer be sent with it; those on their way keep their tracking links.",
        verb: "Delete carrier",
    };
    deleting.ask(&app, &staff).await
}

/// `POST /admin/settings/shipping/carriers/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<CarrierId>,
    entered: Entered,
) -> Result<Response, Error> {
    let name = find(&app, id).await?.name;
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteCarrier { actor, carrier: id })).await {
        Ok(()) => renewed(&app, urls::settings_shipping(), format!("{name} was deleted.")).await,
        Err(CarrierError::Db(error)) => Err(error.into()),
        Err(CarrierError::NotFound) => Err(Error::NotFound),
        Err(refusal) => not_deleted(&app, &staff, (&name, urls::carrier(id)), &refusal).await,
    }
}

async fn find(app: &App, id: CarrierId) -> Result<Carrier, Error> {
    let known = carriers::carriers(&mut *app.db.read().await?).await?;
    known
        .into_iter()
        .find(|carrier| carrier.id == id)
        .ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    carrier: Option<&Carrier>,
    form: FormView,
) -> Result<CarrierPage, Error> {
    Ok(CarrierPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Settings).await?,
        sections: sections(urls::settings_shipping()),
        back: Link::new("Shipping", urls::settings_shipping()),
        heading: carrier.map_or_else(|| "New carrier".into(), |carrier| carrier.name.clone()),
        action: carrier.map_or_else(|| urls::add_carrier().into(), |carrier| urls::carrier(carrier.id)),
        verb: if carrier.is_some() {
            "Save carrier"
        } else {
            "Add carrier"
        },
        version: carrier.map_or(0, |carrier| carrier.version).to_string(),
        delete: carrier.map(|carrier| urls::delete_carrier(carrier.id)),
        form,
    })
}
