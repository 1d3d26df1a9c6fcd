//! Tax rates by country, class and day.

use axum::{extract::State, response::Response};
use jiff::civil::Date;
use wares_commerce::{
    pricing::{
        TaxClass,
        edit::{DeleteTaxRate, DeleteTaxRateError, NAME_MAX, SaveTaxRate, TaxRateError},
    },
    reports::{self, TaxRateRow},
};
use wares_kernel::{Rate, TaxRateId};

use super::{
    Deleting, at,
    companies::companies,
    not_deleted,
    pages::{RateRow, TaxesPage},
    renewed,
};
use crate::{
    App,
    admin::{
        choices,
        desk::Desk,
        panel::Spot,
        rights::ChangeSettings,
        settings::pages::sections,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

/// `GET /admin/settings/taxes`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    ok(&app, &page(&app, &staff, fresh(&desk)).await?).await
}

/// The form for a rate as it is before anything is typed.
pub(super) fn fresh(desk: &Desk) -> FormView {
    FormView::prefilled([
        ("country", desk.settings.store.country.code().to_owned()),
        ("class", "standard".to_owned()),
        ("valid_from", desk.today.to_string()),
    ])
}

/// `POST /admin/settings/taxes`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let errors = match read(&staff, &entered) {
        Ok(work) => {
            let text = format!(
                "{} takes {} from {} on.",
                work.country.name(),
                work.rate.percent(),
                said(work.from)
            );
            match app.db.write(entered.once(work)).await {
                Ok(()) => return renewed(&app, urls::settings_taxes(), text).await,
                Err(TaxRateError::Db(error)) => return Err(error.into()),
                Err(refusal @ TaxRateError::Rate) => at("rate", &refusal),
                Err(refusal @ TaxRateError::Name) => at("name", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, form).await?).await
}

fn read(staff: &Staff<ChangeSettings>, entered: &Entered) -> Result<SaveTaxRate, FormErrors> {
    let mut check = Check::new(entered);
    let country = check.text("country", 2, "Choose a country");
    let country = check.parsed("country", &country, |text| {
        choices::country(text).ok_or("Choose a country from the list")
    });
    let class = check.text("class", 40, "Choose a class");
    let class = check.parsed("class", &class, str::parse::<TaxClass>);
    let rate = check.text("rate", 8, "Enter a rate from 0 to 100");
    let rate = check.parsed("rate", &rate, |text| {
        percent(text).ok_or("Enter a rate such as 19 or 8.875")
    });
    let name = check.optional_text("name", NAME_MAX);
    let from = check.text("valid_from", 10, "Choose the first day");
    let from = check.parsed("valid_from", &from, |text| {
        text.parse::<Date>().map_err(|_| "Enter a day such as 2027-01-01")
    });
    check.done()?;
    let (Some(country), Some(class), Some(rate), Some(from)) = (country, class, rate, from) else {
        return Err(FormErrors::one("rate", "Enter a rate from 0 to 100"));
    };
    Ok(SaveTaxRate {
        actor: staff.actor(),
        country,
        class,
        name,
        rate,
        from,
    })
}

/// "19", "8.875" or "8,875" as a rate; no sign, at most four decimals.
fn percent(text: &str) -> Option<Rate> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 4 || !is_number(whole) || !is_number(part) {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok().map(Rate::from_ppm)
}

/// `GET /admin/settings/taxes/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<TaxRateId>,
) -> Result<Response, Error> {
    let deleting = Deleting {
        name: name_of(&find(&app, id).await?),
        url: urls::settings_taxes().to_owned(),
        action: urls::delete_tax_rate(id),
        effect: "The rate before it goes on. This works only before its first day.",
        verb: "Delete rate",
    };
    deleting.ask(&app, &staff).await
}

/// `POST /admin/settings/taxes/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    Path(id): Path<TaxRateId>,
    entered: Entered,
) -> Result<Response, Error> {
    let name = name_of(&find(&app, id).await?);
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteTaxRate { actor, rate: id })).await {
        Ok(()) => renewed(&app, urls::settings_taxes(), format!("{name} was deleted.")).await,
        Err(DeleteTaxRateError::Db(error)) => Err(error.into()),
        Err(DeleteTaxRateError::NotFound) => Err(Error::NotFound),
        Err(refusal @ DeleteTaxRateError::InForce) => {
            not_deleted(&app, &staff, (&name, urls::settings_taxes().to_owned()), &refusal).await
        }
    }
}

async fn find(app: &App, id: TaxRateId) -> Result<TaxRateRow, Error> {
    let rates = reports::tax_rates(&mut *app.db.read().await?).await?;
    rates.into_iter().find(|rate| rate.id == id).ok_or(Error::NotFound)
}

fn name_of(rate: &TaxRateRow) -> String {
    format!("{} for {}", rate.name, rate.country.name())
}

pub(super) async fn page(app: &App, staff: &Staff<ChangeSettings>, form: FormView) -> Result<TaxesPage, Error> {
    let desk = staff.desk(app);
    let companies = companies(app, &desk).await?;
    let mut conn = app.db.read().await?;
    let mut rates = reports::tax_rates(&mut conn).await?;
    let home = desk.settings.store.country;
    rates.sort_by_cached_key(|rate| (rate.country != home, rate.country.name().to_owned()));
    let included = desk.settings.store.prices_include_tax;
    let (rule, note) = if included {
        (
            "Prices include tax.",
            "What is shown is paid; the tax in it follows the country.",
        )
    } else {
        ("Tax is added at checkout.", "Prices are shown without it.")
    };
    Ok(TaxesPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_taxes()),
        action: urls::settings_taxes(),
        prices_rule: rule.into(),
        prices_note: note.into(),
        companies,
        rates: rates.iter().map(|rate| row(&desk, rate)).collect(),
        countries: choices::countries(),
        classes: choices::tax_classes(),
        form,
    })
}

fn row(desk: &Desk, rate: &TaxRateRow) -> RateRow {
    let day = |text: &str| text.parse::<Date>().map_or_else(|_| text.to_owned(), said);
    let from = day(&rate.valid_from);
    let classes = choices::tax_classes();
    let class = classes.iter().find(|class| class.value == rate.class);
    let is_to_come = rate.valid_from > desk.today.to_string();
    RateRow {
        country: rate.country.name().to_owned(),
        class: class.map_or_else(|| rate.class.clone(), |class| class.text.clone()),
        name: rate.name.clone(),
        valid: match &rate.valid_to {
            Some(to) => format!("{from} to {}", day(to)),
            None if is_to_come => format!("from {from}"),
            None => format!("since {from}"),
        },
        rate: rate.rate.percent(),
        delete: is_to_come.then(|| urls::delete_tax_rate(rate.id)),
    }
}

fn said(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_without_loss() {
        for (text, ppm) in [
            ("19", Some(190_000)),
            ("8.875", Some(88_750)),
            ("8,1", Some(81_000)),
            ("0", Some(0)),
            ("100", Some(1_000_000)),
        ] {
            assert_eq!(percent(text).map(Rate::ppm), ppm, "{text}");
        }
        for text in ["", "-1", "1e2", ".5", "19 %", "1.00001", "1000", "٣"] {
            assert_eq!(percent(text), None, "{text}");
        }
    }
}
