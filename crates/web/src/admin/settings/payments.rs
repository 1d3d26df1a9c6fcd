//! Settings: ways to pay.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::settings::{BankTransfer, CardGatewayKind, CashOnDelivery, Payments, Saved};

use super::{
    pages::{PaymentMethod, PaymentsPage, sections},
    section::{self, Outcome},
};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::{Fact, State as Mark},
        products::sentence,
        rights::ChangeSettings,
        staff::{Staff, show as show_page},
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// `GET /admin/settings/payments`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Payments>(&app).await?;
    let form = filled(&saved.value);
    show_page(&app, StatusCode::OK, &page(&app, &staff, &saved, form).await?).await
}

/// `POST /admin/settings/payments`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Payments>(&app).await?;
    let (status, errors) = match read(&entered, saved.value.clone()) {
        Ok(payments) => match section::save(&app, &staff, &entered, payments, urls::settings_payments()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let form = FormView::again(&entered, errors, &[]);
    show_page(&app, status, &page(&app, &staff, &saved, form).await?).await
}

fn read(entered: &Entered, payments: Payments) -> Result<Payments, FormErrors> {
    let mut check = Check::new(entered);
    let bank_transfer = BankTransfer {
        is_enabled: check.ticked("transfer"),
        holder: check.optional_text("holder", 120),
        iban: check.optional_text("iban", 64),
        bic: check.optional_text("bic", 32),
        bank: check.optional_text("bank", 120),
    };
    let cash_on_delivery = CashOnDelivery {
        is_enabled: check.ticked("cash"),
    };
    let mut card = payments.card;
    if let Some(card) = &mut card {
        card.is_enabled = check.ticked("card");
    }
    check.done()?;
    Ok(Payments {
        card,
        bank_transfer,
        cash_on_delivery,
    })
}

fn filled(payments: &Payments) -> FormView {
    let tick = |on: bool| if on { "1".to_owned() } else { String::new() };
    FormView::prefilled([
        ("card", tick(payments.card.as_ref().is_some_and(|card| card.is_enabled))),
        ("transfer", tick(payments.bank_transfer.is_enabled)),
        ("holder", payments.bank_transfer.holder.clone()),
        ("iban", payments.bank_transfer.iban.clone()),
        ("bic", payments.bank_transfer.bic.clone()),
        ("bank", payments.bank_transfer.bank.clone()),
        ("cash", tick(payments.cash_on_delivery.is_enabled)),
    ])
}

async fn page(
    app: &App,
    staff: &Staff<ChangeSettings>,
    saved: &Saved<Payments>,
    form: FormView,
) -> Result<PaymentsPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let card = saved.value.card.as_ref();
    let is_sandbox = card.is_some_and(|card| card.kind == CardGatewayKind::Sandbox);
    Ok(PaymentsPage {
        panel: staff.panel(&mut conn, Spot::Settings).await?,
        sections: sections(urls::settings_payments()),
        action: urls::settings_payments(),
        version: saved.version.to_string(),
        last: section::last_change(&mut conn, &desk, saved).await?,
        test_mode: is_sandbox.then(|| "Cards go to the sandbox gateway; no money moves.".into()),
        methods: methods(&saved.value)
            .into_iter()
            .map(|name| connected(app, name))
            .collect(),
        has_card: saved.value.card.is_some(),
        form,
    })
}

/// The ways to pay that are offered, by name.
fn methods(payments: &Payments) -> Vec<&'static str> {
    let card = payments
        .card
        .as_ref()
        .filter(|card| card.is_enabled)
        .map(|card| match card.kind {
            CardGatewayKind::Sandbox => "sandbox",
            CardGatewayKind::Stripe => "stripe",
        });
    let transfer = payments.bank_transfer.is_enabled.then_some("bank_transfer");
    let cash = payments.cash_on_delivery.is_enabled.then_some("cash_on_delivery");
    [card, transfer, cash].into_iter().flatten().collect()
}

/// A way to pay.
fn connected(app: &App, name: &str) -> PaymentMethod {
    let is_test = name == "sandbox";
    PaymentMethod {
        name: sentence(name),
        state: if is_test {
            Mark::draft("Test mode")
        } else {
            Mark::live("Connected")
        },
        facts: vec![
            Fact::new(
                "Takes",
                "Whatever its own page offers; card data never reaches the shop",
            ),
            Fact::code("Notices go to", app.config.base_url.join(&format!("/webhooks/{name}"))),
        ],
    }
}
