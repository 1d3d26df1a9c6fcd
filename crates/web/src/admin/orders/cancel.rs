//! Calling an order off: the money goes back, the goods are on the shelf again.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    orders::{Order, OrderState},
    payment::{self, CancelOrder, CancelOrderError, PaymentAttempt},
};
use wares_kernel::Money;

use super::{
    money_pages::CancelPage,
    pages::Amount,
    password::{self, Refused},
    show::find,
};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::{Choice, Link},
        rights::Refund,
        staff::{Staff, ok, show},
        words,
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    templates::format,
    urls::admin as urls,
};

const REASONS: [&str; 4] = ["Customer asked", "Out of stock", "Suspected fraud", "Other"];

/// `GET /admin/orders/{number}/cancel`
pub(in crate::admin) async fn ask(
    staff: Staff<Refund>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    ok(&app, &page(&app, &staff, &order, FormView::default()).await?).await
}

/// `POST /admin/orders/{number}/cancel`
pub(in crate::admin) async fn cancel(
    staff: Staff<Refund>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let Err((status, errors)) = call_off(&app, &staff, &entered, &order).await? else {
        let said = "The order was cancelled. The customer gets a mail.";
        return Ok(done(&app, &urls::order(&number), said));
    };
    let form = FormView::again(&entered, errors, &[password::FIELD]);
    show(&app, status, &page(&app, &staff, &order, form).await?).await
}

/// Calls it off, or says what is wrong and with which status.
async fn call_off(
    app: &App,
    staff: &Staff<Refund>,
    entered: &Entered,
    order: &Order,
) -> Result<Result<(), Refused>, Error> {
    let reason = match reason(entered) {
        Ok(reason) => reason,
        Err(errors) => return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, errors))),
    };
    let attempts = payment::attempts(&mut *app.db.read().await?, order.id).await?;
    let confirmed = match password::proof(app, staff, entered, order, left(&attempts, order)).await? {
        Ok(confirmed) => confirmed,
        Err(refused) => return Ok(Err(refused)),
    };
    let cancel = CancelOrder {
        order_id: order.id,
        actor: staff.actor(),
        reason,
        confirmed,
    };
    match app.db.write(entered.once(cancel)).await {
        Ok(()) => Ok(Ok(())),
        Err(refusal) => Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, refused(refusal)?))),
    }
}

/// A refusal at its field; what is no refusal travels on.
fn refused(refusal: CancelOrderError) -> Result<FormErrors, Error> {
    let field = match refusal {
        CancelOrderError::NoOrder => return Err(Error::NotFound),
        CancelOrderError::Db(error) => return Err(error.into()),
        CancelOrderError::Reason(_) => "note",
        CancelOrderError::Password(_) => password::FIELD,
        CancelOrderError::Disputed | CancelOrderError::Refused(_) => "",
    };
    Ok(FormErrors::one(field, refusal.to_string()))
}

/// What of the order's money is here and goes back.
fn left(attempts: &[PaymentAttempt], order: &Order) -> Money {
    Money::new(
        attempts.iter().map(|attempt| attempt.totals.left()).sum(),
        order.currency,
    )
}

fn reason(entered: &Entered) -> Result<String, FormErrors> {
    let mut check = Check::new(entered);
    let reason = entered.get("reason");
    if !REASONS.contains(&reason) {
        check.wrong("reason", "Choose a reason");
    }
    let note = check.optional_text("note", 500);
    check.done()?;
    Ok(if note.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason}: {note}")
    })
}

async fn page(app: &App, staff: &Staff<Refund>, order: &Order, form: FormView) -> Result<CancelPage, Error> {
    let mut conn = app.db.read().await?;
    let number = order.number.as_str();
    let attempts = payment::attempts(&mut conn, order.id).await?;
    let money = |minor| format::money(Money::new(minor, order.currency));
    let captured: i64 = attempts.iter().map(|attempt| attempt.totals.captured).sum();
    let goes_back = left(&attempts, order);
    let back = goes_back.minor();
    let items = words::plural(order.n_pieces, "item", "items");
    let goods = match order.state {
        OrderState::Placed => format!("{items} are put back to stock"),
        _ => format!("the stock held for {items} is free again"),
    };
    Ok(CancelPage {
        panel: staff.panel(&mut conn, Spot::Orders).await?,
        back: Link::new(format!("Order {number}"), urls::order(number)),
        number: number.to_owned(),
        action: urls::cancel_order(number),
        effect: if back > 0 {
            format!(
                "{} goes back the way it came, and {goods}. The customer gets a mail.",
                money(back)
            )
        } else {
            format!("Nothing was paid. The order ends, and {goods}.")
        },
        ledger: vec![
            Amount::new("Captured", money(captured)),
            Amount::total("Goes back", money(back)),
        ],
        reasons: REASONS.map(|reason| Choice::new(reason, reason)).into(),
        verb: if back > 0 {
            format!("Cancel order, refund {}", money(back))
        } else {
            "Cancel order".into()
        },
        password: password::hint(&mut conn, staff, order, goes_back).await?,
        form,
    })
}
