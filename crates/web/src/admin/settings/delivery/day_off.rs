//! Closing days: adding one, removing one.

use axum::{extract::State, response::Response};
use jiff::civil::Date;
use wares_commerce::pricing::edit::{AddDayOff, DayOffError, NAME_MAX, RemoveDayOff};
use wares_kernel::Country;

use super::{at, overview, renewed};
use crate::{
    App,
    admin::{
        rights::ChangeSettings,
        staff::{Staff, invalid},
    },
    http::{Check, Entered, Error, FormErrors},
    urls::admin as urls,
};

/// `POST /admin/settings/shipping/days-off`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let errors = match read(&staff, &entered) {
        Ok(work) => {
            let text = format!("The shop is closed on {}.", work.day.strftime("%-d %B %Y"));
            match app.db.write(entered.once(work)).await {
                Ok(()) => return renewed(&app, urls::settings_shipping(), text).await,
                Err(DayOffError::Db(error)) => return Err(error.into()),
                Err(refusal @ DayOffError::Name) => at("day_name", &refusal),
                Err(refusal) => at("day", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let page = overview::page_again(&app, &staff, &entered, errors).await?;
    invalid(&app, &page).await
}

fn read(staff: &Staff<ChangeSettings>, entered: &Entered) -> Result<AddDayOff, FormErrors> {
    let mut check = Check::new(entered);
    let day = check.text("day", 10, "Choose a day");
    let day = check.parsed("day", &day, |text| {
        text.parse::<Date>().map_err(|_| "Enter a day such as 2026-12-28")
    });
    let name = check.text("day_name", NAME_MAX, "Enter what the day is, such as stock-taking");
    check.done()?;
    let actor = staff.actor();
    day.map(|day| AddDayOff { actor, day, name })
        .ok_or_else(|| FormErrors::one("day", "Choose a day"))
}

/// `POST /admin/settings/shipping/days-off/remove`
pub(in crate::admin) async fn remove(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let country = match entered.get("country") {
        "" => None,
        code => Some(code.parse::<Country>().map_err(|_| Error::NotFound)?),
    };
    let day: Date = entered.get("day").parse().map_err(|_| Error::NotFound)?;
    let actor = staff.actor();
    match app.db.write(entered.once(RemoveDayOff { actor, country, day })).await {
        // Somebody else has removed it: that is what was wanted.
        Ok(()) | Err(DayOffError::NotFound) => {
            let text = format!("{} is a working day again.", day.strftime("%-d %B %Y"));
            renewed(&app, urls::settings_shipping(), text).await
        }
        Err(DayOffError::Db(error)) => Err(error.into()),
        Err(refusal) => Err(Error::conflict("not_removed", refusal.to_string())),
    }
}
