//! Settings: how invoices and credit notes are numbered, and what stands below them.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    invoicing::{Series, next_serial},
    settings::{Invoicing, Saved},
};

use super::{
    pages::{InvoicesPage, sections},
    section::{self, Outcome},
};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::{Fact, Link},
        rights::ChangeSettings,
        staff::{Staff, show as show_page},
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// `GET /admin/settings/invoices`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Invoicing>(&app).await?;
    let form = filled(&saved.value);
    show_page(&app, StatusCode::OK, &page(&app, &staff, &saved, form).await?).await
}

/// `POST /admin/settings/invoices`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Invoicing>(&app).await?;
    let (status, errors) = match read(&entered) {
        Ok(invoicing) => match section::save(&app, &staff, &entered, invoicing, urls::settings_invoices()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let form = FormView::again(&entered, errors, &[]);
    show_page(&app, status, &page(&app, &staff, &saved, form).await?).await
}

fn read(entered: &Entered) -> Result<Invoicing, FormErrors> {
    let mut check = Check::new(entered);
    let invoice_prefix = check.optional_text("invoice_prefix", 12).to_uppercase();
    let credit_prefix = check.optional_text("credit_prefix", 12).to_uppercase();
    let footer = check.optional_long_text("footer", 600);
    check.done()?;
    Ok(Invoicing {
        invoice_prefix,
        credit_prefix,
        footer,
    })
}

fn filled(invoicing: &Invoicing) -> FormView {
    FormView::prefilled([
        ("invoice_prefix", invoicing.invoice_prefix.clone()),
        ("credit_prefix", invoicing.credit_prefix.clone()),
        ("footer", invoicing.footer.clone()),
    ])
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    saved: &Saved<Invoicing>,
    form: FormView,
) -> Result<InvoicesPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let settings = app.settings.get();
    let store = &settings.store;
    let is_complete = ![&store.legal_name, &store.address, &store.vat_id]
        .iter()
        .any(|text| text.is_empty());
    let (invoice, credit) = (
        next_serial(&mut conn, Series::Invoice).await?,
        next_serial(&mut conn, Series::CreditNote).await?,
    );
    Ok(InvoicesPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_invoices()),
        action: urls::settings_invoices(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, &desk, saved).await?,
        seller: store.seller(),
        missing: if is_complete {
            String::new()
        } else {
            "In the EU an invoice needs the seller's full name, address and VAT number. Enter what is missing under Store."
                .into()
        },
        store: Link::new("Change it under Store", urls::settings_store()),
        next: vec![
            Fact::code("Next invoice", Series::number(&saved.value.invoice_prefix, invoice)),
            Fact::code("Next credit note", Series::number(&saved.value.credit_prefix, credit)),
        ],
        form,
    })
}
