//! The shipping settings at a glance: zones with their methods, carriers, when parcels leave, days off.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    pricing::{
        carriers::{self, Carrier},
        edit::{self, DayOff},
    },
    reports::{self, MethodRow, Zone},
    settings::{Delivery, Saved, Weekday},
};
use wares_kernel::Country;

use super::pages::{CarrierRow, DayOffRow, Method, ShippingPage, ZoneRow};
use crate::{
    App,
    admin::{
        desk::Desk,
        panel::Spot,
        parts::{Choice, State as Mark},
        rights::ChangeSettings,
        settings::{
            pages::sections,
            section::{self, Outcome},
        },
        staff::{Staff, ok, show as show_page},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// How many countries of a zone are named before the rest is counted.
const NAMED: usize = 6;

const WEEK: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// `GET /admin/settings/shipping`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Delivery>(&app).await?;
    let form = filled(&saved.value);
    let closed = saved.value.closed_weekdays.clone();
    ok(&app, &page(&app, &staff, &saved, closed, form).await?).await
}

/// `POST /admin/settings/shipping`: when parcels leave.
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Delivery>(&app).await?;
    let closed = closed(&entered);
    let (status, errors) = match read(&entered, closed.clone()) {
        Ok(delivery) => match section::save(&app, &staff, &entered, delivery, urls::settings_shipping()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let form = FormView::again(&entered, errors, &[]);
    show_page(&app, status, &page(&app, &staff, &saved, closed, form).await?).await
}

/// The page with what is wrong in its form of days off; the other form is as it is saved.
pub(super) async fn page_again(
    app: &App,
    staff: &Staff<ChangeSettings>,
    entered: &Entered,
    errors: FormErrors,
) -> Result<ShippingPage, Error> {
    let saved = section::load::<Delivery>(app).await?;
    let mut form = FormView::again(entered, errors, &[]);
    form.values.extend(filled(&saved.value).values);
    let closed = saved.value.closed_weekdays.clone();
    page(app, staff, &saved, closed, form).await
}

fn read(entered: &Entered, closed_weekdays: Vec<Weekday>) -> Result<Delivery, FormErrors> {
    let mut check = Check::new(entered);
    let mut number = |field: &str| {
        let text = check.text(field, 3, "Enter a whole number");
        check.parsed(field, &text, |text| {
            text.parse::<u32>().map_err(|_| "Enter a whole number")
        })
    };
    let (processing_days, cut_off_hour) = (number("processing_days"), number("cut_off_hour"));
    check.done()?;
    Ok(Delivery {
        processing_days: processing_days.unwrap_or_default(),
        cut_off_hour: cut_off_hour.unwrap_or_default(),
        closed_weekdays,
    })
}

fn closed(entered: &Entered) -> Vec<Weekday> {
    let ticked = |name: &str| entered.all("closed").any(|value| value == name);
    WEEK.into_iter()
        .filter(|(name, _)| ticked(name))
        .map(|(_, day)| day)
        .collect()
}

fn filled(delivery: &Delivery) -> FormView {
    FormView::prefilled([
        ("processing_days", delivery.processing_days.to_string()),
        ("cut_off_hour", delivery.cut_off_hour.to_string()),
    ])
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    saved: &Saved<Delivery>,
    closed: Vec<Weekday>,
    form: FormView,
) -> Result<ShippingPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let zones = reports::zones(&mut conn).await?;
    let known = carriers::carriers(&mut conn).await?;
    let days = edit::days_off(&mut conn, desk.settings.store.country, desk.today).await?;
    Ok(ShippingPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_shipping()),
        zones: zones.iter().map(|zone| zone_row(&desk, zone)).collect(),
        add_zone: urls::add_zone(),
        carriers: known.iter().map(carrier_row).collect(),
        add_carrier: urls::add_carrier(),
        action: urls::settings_shipping(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, &desk, saved).await?,
        weekdays: WEEK
            .map(|(name, day)| Choice::new(name, name).selected_if(closed.contains(&day)))
            .into(),
        days_off: days.iter().map(day_row).collect(),
        add_day: urls::days_off(),
        remove_day: urls::remove_day_off(),
        form,
    })
}

fn zone_row(desk: &Desk, zone: &Zone) -> ZoneRow {
    let mut names: Vec<&str> = zone.countries.iter().map(Country::name).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let mut countries = names.join(", ");
    if more > 0 {
        countries = format!("{countries} and {more} more");
    }
    ZoneRow {
        name: zone.name.clone(),
        countries,
        edit: urls::zone(zone.id),
        add_method: urls::add_method(zone.id),
        methods: zone.methods.iter().map(|method| method_row(desk, method)).collect(),
    }
}

fn method_row(desk: &Desk, method: &MethodRow) -> Method {
    let steps = method.rates.as_array().map_or(&[][..], Vec::as_slice);
    let price = |step: &serde_json::Value| desk.money(step["price_minor"].as_i64().unwrap_or_default());
    let price = match steps {
        [only] => price(only),
        [first, ..] => format!("from {}", price(first)),
        [] => "no price".into(),
    };
    let (least, most) = (method.transit_min_days, method.transit_max_days);
    Method {
        name: method.name.clone(),
        url: urls::method(method.id),
        by: match method.kind.as_str() {
            "weight" => "by weight",
            "price" => "by value",
            "pick_up" => "pick-up",
            _ => "one price",
        },
        transit: if least == most {
            words::plural(most, "day", "days")
        } else {
            format!("{least}–{most} days")
        },
        free_from: method
            .free_from_minor
            .map_or_else(|| "–".into(), |from| desk.money(from)),
        price,
        state: if method.is_active {
            Mark::live("Offered")
        } else {
            Mark::draft("Off")
        },
    }
}

fn carrier_row(carrier: &Carrier) -> CarrierRow {
    CarrierRow {
        name: carrier.name.clone(),
        url: urls::carrier(carrier.id),
        tracking: carrier.tracking_url.clone(),
        state: if carrier.is_active {
            Mark::live("In use")
        } else {
            Mark::draft("Off")
        },
    }
}

fn day_row(off: &DayOff) -> DayOffRow {
    DayOffRow {
        text: off.day.strftime("%a %-d %b %Y").to_string(),
        name: off.name.clone(),
        whose: off
            .country
            .map_or_else(|| "The shop’s own".into(), |country| country.name().to_owned()),
        country: off.country.map(|country| country.code().to_owned()).unwrap_or_default(),
        day: off.day.to_string(),
    }
}
