//! Settings: ways to pay.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::payment::{CARD, CaptureWhen};
use wares_commerce::seal::Sealed;
use wares_commerce::settings::{BankTransfer, CardGateway, CardGatewayKind, CashOnDelivery, Payments, Saved};
use wares_kernel::{Currency, Money};

use super::{
    pages::{PaymentMethod, PaymentsPage, sections},
    section::{self, Outcome},
};
use crate::{
    App,
    admin::{
        panel::Spot,
        parts::{Fact, State as Mark},
        rights::ChangeSettings,
        staff::{Staff, show as show_page},
    },
    http::{Check, Entered, Error, FormErrors, FormView},
    urls::admin as urls,
};

/// `GET /admin/settings/payments`
pub(in crate::admin) async fn show(staff: Staff<ChangeSettings>, State(app): State<App>) -> Result<Response, Error> {
    let saved = section::load::<Payments>(&app).await?;
    let form = filled(&saved.value, app.settings.get().store.currency);
    show_page(&app, StatusCode::OK, &page(&app, &staff, &saved, form).await?).await
}

/// `POST /admin/settings/payments`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeSettings>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let saved = section::load::<Payments>(&app).await?;
    let (status, errors) = match read(&app, &entered, saved.value.clone()) {
        Ok(payments) => match section::save(&app, &staff, &entered, payments, urls::settings_payments()).await? {
            Outcome::Saved(response) => return Ok(response),
            Outcome::Refused(status, errors) => (status, errors),
        },
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let form = FormView::again(&entered, errors, &[KEY, WEBHOOK]);
    show_page(&app, status, &page(&app, &staff, &saved, form).await?).await
}

/// The fields of what is never sent back to a browser.
const KEY: &str = "stripe_key";
const WEBHOOK: &str = "stripe_webhook";

/// The card gateway with the keys that were typed; an empty field leaves what there is.
fn keys(app: &App, check: &mut Check<'_>, entered: &Entered, card: Option<CardGateway>) -> Option<CardGateway> {
    let (key, webhook) = (entered.get(KEY).trim(), entered.get(WEBHOOK).trim());
    let is_stripe = card.as_ref().is_some_and(|card| card.kind == CardGatewayKind::Stripe);
    if key.is_empty() && webhook.is_empty() {
        return card;
    }
    let is_fine = |text: &str, starts: &[&str]| {
        let is_kept = text.is_empty() && is_stripe;
        is_kept || (text.len() <= 255 && text.is_ascii() && starts.iter().any(|start| text.starts_with(start)))
    };
    if !is_fine(key, &["sk_live_", "sk_test_", "rk_live_", "rk_test_"]) {
        check.wrong(
            KEY,
            "Enter the secret key from Stripe's dashboard; it starts with sk_ or rk_",
        );
    }
    if !is_fine(webhook, &["whsec_"]) {
        check.wrong(
            WEBHOOK,
            "Enter the signing secret of the webhook; it starts with whsec_",
        );
    }
    if check.is_wrong(KEY) || check.is_wrong(WEBHOOK) {
        return card;
    }
    let seal = |place, text: &str| app.vault.seal_text(app.random.as_ref(), place, text);
    let known = card.filter(|_| is_stripe);
    // What was signed before the change is still on its way, and is still believed.
    let before = known
        .as_ref()
        .map(|card| card.webhook_secret.clone())
        .filter(|_| !webhook.is_empty());
    let kept = |typed: &str, place, kept: Option<&Sealed>| match kept {
        Some(kept) if typed.is_empty() => kept.clone(),
        _ => seal(place, typed),
    };
    Some(CardGateway {
        kind: CardGatewayKind::Stripe,
        is_enabled: true,
        base_url: CardGateway::STRIPE_URL.to_owned(),
        secret_key: kept(key, CardGateway::KEY_PLACE, known.as_ref().map(|card| &card.secret_key)),
        key_hint: match &known {
            Some(card) if key.is_empty() => card.key_hint.clone(),
            _ => key.get(key.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
        },
        webhook_secret: kept(
            webhook,
            CardGateway::WEBHOOK_PLACE,
            known.as_ref().map(|card| &card.webhook_secret),
        ),
        old_webhook_secret: before.or(known.and_then(|card| card.old_webhook_secret)),
    })
}

fn read(app: &App, entered: &Entered, payments: Payments) -> Result<Payments, FormErrors> {
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
    let currency = app.settings.get().store.currency;
    let text = check.optional_text("password_above", 16);
    let password_above = check.parsed("password_above", &text, |text| {
        Money::parse(text, currency)
            .ok()
            .filter(|limit| limit.minor() >= 0)
            .ok_or("Enter an amount, such as 200.00, or nothing")
    });
    let had_card = payments.card.is_some();
    let mut card = keys(app, &mut check, entered, payments.card);
    if let Some(card) = card.as_mut().filter(|_| had_card) {
        card.is_enabled = check.ticked("card");
    }
    // Without cards there is no such question on the page.
    let capture = match entered.get("capture") {
        "" => payments.capture,
        word => CaptureWhen::from_word(word).unwrap_or_else(|| {
            check.wrong("capture", "Choose when the money is taken");
            payments.capture
        }),
    };
    check.done()?;
    Ok(Payments {
        card,
        bank_transfer,
        cash_on_delivery,
        capture,
        password_above_minor: password_above.map(Money::minor),
    })
}

fn filled(payments: &Payments, currency: Currency) -> FormView {
    let tick = |on: bool| if on { "1".to_owned() } else { String::new() };
    FormView::prefilled([
        ("card", tick(payments.card.as_ref().is_some_and(|card| card.is_enabled))),
        ("capture", payments.capture.word().to_owned()),
        ("transfer", tick(payments.bank_transfer.is_enabled)),
        ("holder", payments.bank_transfer.holder.clone()),
        ("iban", payments.bank_transfer.iban.clone()),
        ("bic", payments.bank_transfer.bic.clone()),
        ("bank", payments.bank_transfer.bank.clone()),
        ("cash", tick(payments.cash_on_delivery.is_enabled)),
        (
            "password_above",
            payments
                .password_above_minor
                .map_or_else(String::new, |limit| Money::new(limit, currency).decimal()),
        ),
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
        symbol: app.settings.get().store.currency.symbol().to_owned(),
        test_mode: is_sandbox.then(|| "Cards go to the sandbox gateway; no money moves.".into()),
        methods: methods(app, &saved.value),
        has_card: saved.value.card.is_some(),
        key: card
            .filter(|card| card.kind == CardGatewayKind::Stripe)
            .map(|card| format!("Set, ends in {}", card.key_hint)),
        form,
    })
}

/// The ways to pay that are offered.
fn methods(app: &App, payments: &Payments) -> Vec<PaymentMethod> {
    let card = payments.card.as_ref().filter(|card| card.is_enabled);
    let transfer = payments.bank_transfer.is_enabled;
    let transfer = transfer.then(|| by_hand("Bank transfer", "Transfers to your account; you mark the order as paid"));
    let cash = payments.cash_on_delivery.is_enabled;
    let cash = cash.then(|| by_hand("Cash on delivery", "Cash at the door; you mark the order as paid"));
    let card = card.map(|card| on_its_own_page(app, card.kind));
    [card, transfer, cash].into_iter().flatten().collect()
}

/// Paid on a gateway's page, which tells the shop what came.
fn on_its_own_page(app: &App, kind: CardGatewayKind) -> PaymentMethod {
    let (name, state) = match kind {
        CardGatewayKind::Sandbox => ("Sandbox", Mark::draft("Test mode")),
        CardGatewayKind::Stripe => ("Stripe", Mark::live("Connected")),
    };
    let notices = app.config.base_url.join(&format!("/webhooks/{CARD}"));
    PaymentMethod {
        name: name.to_owned(),
        state,
        facts: vec![
            Fact::new(
                "Takes",
                "Whatever its own page offers; card data never reaches the shop",
            ),
            Fact::code("Notices go to", notices),
        ],
    }
}

/// Paid past any gateway.
fn by_hand(name: &str, takes: &str) -> PaymentMethod {
    PaymentMethod {
        name: name.to_owned(),
        state: Mark::live("Offered"),
        facts: vec![Fact::new("Takes", takes)],
    }
}
