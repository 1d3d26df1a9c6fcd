//! A method: how parcels go into a zone, and what that costs.

use axum::{extract::State, response::Response};
use wares_commerce::pricing::{
    carriers,
    edit::{DeleteMethod, FoundMethod, MethodDraft, MethodError, NAME_MAX, Place, SaveMethod, find_method},
    shipping::{RateKind, RateStep},
};
use wares_kernel::{CarrierId, Currency, Money, ShippingMethodId, ShippingZoneId};

use super::{Deleting, at, pages::MethodPage, renewed, version_of, zone};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::{Choice, Link},
        rights::ChangeSettings,
        settings::pages::sections,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

const KINDS: [(&str, RateKind); 4] = [
    ("One price", RateKind::Flat),
    ("By weight", RateKind::Weight),
    ("By value of the goods", RateKind::Price),
    ("Pick-up, nothing is sent", RateKind::PickUp),
];

/// `GET /admin/settings/shipping/zones/{id}/methods/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(zone): Path<ShippingZoneId>,
) -> Result<Response, Error> {
    let form = FormView::prefilled([
        ("transit_min", "1".to_owned()),
        ("transit_max", "3".to_owned()),
        ("active", "1".to_owned()),
    ]);
    ok(&app, &page(&app, &staff, (zone, Place::In(zone)), form).await?).await
}

/// `POST /admin/settings/shipping/zones/{id}/methods/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(zone): Path<ShippingZoneId>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, (zone, Place::In(zone)), Place::In(zone), &entered).await
}

/// `GET /admin/settings/shipping/methods/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingMethodId>,
) -> Result<Response, Error> {
    let found = find(&app, id).await?;
    let form = filled(&found.draft, app.settings.get().store.currency);
    let place = (found.zone_id, Place::Of(id, found.version));
    ok(&app, &page(&app, &staff, place, form).await?).await
}

/// `POST /admin/settings/shipping/methods/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingMethodId>,
    entered: Entered,
) -> Result<Response, Error> {
    let found = find(&app, id).await?;
    let here = (found.zone_id, Place::Of(id, found.version));
    put(&app, &staff, here, Place::Of(id, version_of(&entered)), &entered).await
}

/// Saves what was entered for `place`, or shows it again where the method stands by now.
async fn put(
    app: &App,
    staff: &Staff<ChangeSettings>,
    here: (ShippingZoneId, Place),
    place: Place,
    entered: &Entered,
) -> Result<Response, Error> {
    let errors = match read(entered, app.settings.get().store.currency) {
        Ok(draft) => {
            let text = format!("{} was saved.", draft.name);
            let actor = staff.actor();
            match app.db.write(entered.once(SaveMethod { actor, place, draft })).await {
                Ok(_) => return renewed(app, urls::settings_shipping(), text).await,
                Err(MethodError::Db(error)) => return Err(error.into()),
                Err(MethodError::NotFound) => return Err(Error::NotFound),
                Err(refusal) => at(field_of(&refusal), &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, here, form).await?).await
}

fn field_of(refusal: &MethodError) -> &'static str {
    match refusal {
        MethodError::Name => "name",
        MethodError::Price => "price",
        MethodError::Steps => "steps",
        MethodError::FreeFrom => "free_from",
        MethodError::Weight => "max_weight",
        MethodError::Transit => "transit_max",
        MethodError::Carrier => "carrier",
        MethodError::NotFound | MethodError::Changed | MethodError::Db(_) => "",
    }
}

fn read(entered: &Entered, currency: Currency) -> Result<MethodDraft, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", NAME_MAX, "Enter a name");
    let kind = KINDS.iter().find(|(_, kind)| kind.as_str() == entered.get("kind"));
    let kind = kind.map_or(RateKind::Flat, |(_, kind)| *kind);
    let price = check.text("price", 16, "Enter a price, or 0");
    let price = check.parsed("price", &price, |text| Money::parse(text, currency));
    let steps = steps(&mut check, kind, currency);
    let free_from = check.optional_text("free_from", 16);
    let free_from = check.parsed("free_from", &free_from, |text| Money::parse(text, currency));
    let weight_max_g = whole(&mut check, "max_weight");
    let transit_min_days = whole(&mut check, "transit_min").unwrap_or(0);
    let transit_max_days = whole(&mut check, "transit_max").unwrap_or(transit_min_days);
    let carrier_id = check.parsed("carrier", entered.get("carrier"), |text| {
        text.parse::<CarrierId>().map_err(|_| "Choose a carrier from the list")
    });
    let is_active = check.ticked("active");
    check.done()?;
    let first = RateStep {
        from: 0,
        price_minor: price.map_or(0, Money::minor),
    };
    Ok(MethodDraft {
        name,
        kind,
        rates: [first].into_iter().chain(steps).collect(),
        free_from_minor: free_from.map(Money::minor),
        weight_max_g,
        transit_min_days,
        transit_max_days,
        carrier_id,
        is_active,
    })
}

fn whole(check: &mut Check<'_>, field: &str) -> Option<i64> {
    let text = check.optional_text(field, 9);
    check.parsed(field, &text, |text| {
        text.parse::<i64>().map_err(|_| "Enter a whole number")
    })
}

/// The steps above the first, one a line: where it begins, and its price.
fn steps(check: &mut Check<'_>, kind: RateKind, currency: Currency) -> Vec<RateStep> {
    let typed = check.optional_long_text("steps", 2_000);
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut steps = Vec::new();
    for line in lines {
        let step = check.parsed("steps", line, |line| match kind {
            RateKind::Weight => step(line, |from| from.parse().ok(), currency),
            RateKind::Price => step(line, |from| minor(from, currency), currency),
            RateKind::Flat | RateKind::PickUp => Err("Only a price by weight or by value has steps".to_owned()),
        });
        steps.extend(step);
    }
    steps
}

fn step(line: &str, from: impl Fn(&str) -> Option<i64>, currency: Currency) -> Result<RateStep, String> {
    let parts = line.split_once([' ', ':', ';', '\t']);
    let read = parts.and_then(|(first, price)| {
        let price_minor = minor(price.trim(), currency)?;
        from(first.trim()).map(|from| RateStep { from, price_minor })
    });
    read.ok_or_else(|| format!("“{line}” is no step: write where it begins and its price, such as 5000 9.90"))
}

fn minor(text: &str, currency: Currency) -> Option<i64> {
    Money::parse(text, currency).ok().map(Money::minor)
}

fn filled(draft: &MethodDraft, currency: Currency) -> FormView {
    let amount = |minor: i64| Money::new(minor, currency).decimal();
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let price = draft
        .rates
        .first()
        .map_or_else(String::new, |step| amount(step.price_minor));
    let steps: Vec<String> = draft
        .rates
        .iter()
        .skip(1)
        .map(|step| {
            let from = if draft.kind == RateKind::Price {
                amount(step.from)
            } else {
                step.from.to_string()
            };
            format!("{from} {}", amount(step.price_minor))
        })
        .collect();
    let mut form = FormView::prefilled([
        ("name", draft.name.clone()),
        ("kind", draft.kind.as_str().to_owned()),
        ("price", price),
        ("steps", steps.join("\n")),
        ("free_from", draft.free_from_minor.map_or_else(String::new, amount)),
        ("max_weight", number(draft.weight_max_g)),
        ("transit_min", draft.transit_min_days.to_string()),
        ("transit_max", draft.transit_max_days.to_string()),
        (
            "carrier",
            draft.carrier_id.map_or_else(String::new, |id| id.to_string()),
        ),
    ]);
    if draft.is_active {
        form.values.insert("active".into(), "1".into());
    }
    form
}

/// `GET /admin/settings/shipping/methods/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingMethodId>,
) -> Result<Response, Error> {
    let deleting = Deleting {
        name: find(&app, id).await?.draft.name,
        url: urls::method(id),
        action: urls::delete_method(id),
        effect: "Nobody can choose it any more. Orders keep it, and whoever is checking out with it chooses again.",
        verb: "Delete method",
    };
    deleting.ask(&app, &staff).await
}

/// `POST /admin/settings/shipping/methods/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<ShippingMethodId>,
    entered: Entered,
) -> Result<Response, Error> {
    let draft = find(&app, id).await?.draft;
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteMethod { actor, method: id })).await {
        Ok(()) => renewed(&app, urls::settings_shipping(), format!("{} was deleted.", draft.name)).await,
        Err(MethodError::Db(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

async fn find(app: &App, id: ShippingMethodId) -> Result<FoundMethod, Error> {
    find_method(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    (zone_id, place): (ShippingZoneId, Place),
    form: FormView,
) -> Result<MethodPage, Error> {
    let zone = zone::find(app, zone_id).await?;
    let mut conn = app.db.read().await?;
    let known = carriers::carriers(&mut conn).await?;
    let carriers = known
        .iter()
        .map(|carrier| Choice::new(carrier.id.to_string(), carrier.name.clone()));
    let (heading, action, verb, delete) = match place {
        Place::In(id) => ("New method".to_owned(), urls::add_method(id), "Add method", None),
        Place::Of(id, _) => {
            let method = zone
                .methods
                .iter()
                .find(|method| method.id == id)
                .ok_or(Error::NotFound)?;
            (
                method.name.clone(),
                urls::method(id),
                "Save method",
                Some(urls::delete_method(id)),
            )
        }
    };
    Ok(MethodPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_shipping()),
        back: Link::new("Shipping", urls::settings_shipping()),
        heading: format!("{heading}, {}", zone.name),
        action,
        currency: app.settings.get().store.currency.symbol().to_owned(),
        kinds: KINDS.map(|(text, kind)| Choice::new(kind.as_str(), text)).into(),
        carriers: [Choice::new("", "None")].into_iter().chain(carriers).collect(),
        verb,
        version: match place {
            Place::In(_) => "0".into(),
            Place::Of(_, version) => version.to_string(),
        },
        delete,
        form,
    })
}
