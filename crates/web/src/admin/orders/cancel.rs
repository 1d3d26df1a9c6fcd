//! Calling an order off: the money goes back, the goods are on the shelf again.

use axum::{extract::State, response::Response};
use wares_commerce::{
    orders::{Order, OrderState},
    payment::{self, CancelOrder, CancelOrderError},
};
use wares_kernel::Money;

use super::{
    pages::{Amount, CancelPage},
    show::find,
};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::{Choice, Link},
        rights::Refund,
        staff::{Staff, invalid, ok},
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
    let errors = match reason(&entered) {
        Ok(reason) => match app
            .db
            .write(entered.once(CancelOrder {
                order_id: order.id,
                actor: staff.actor(),
                reason,
            }))
            .await
        {
            Ok(()) => {
                return Ok(done(
                    &app,
                    &urls::order(&number),
                    "The order was cancelled. The customer gets a mail.",
                ));
            }
            Err(CancelOrderError::NoOrder) => return Err(Error::NotFound),
            Err(CancelOrderError::Db(error)) => return Err(error.into()),
            Err(CancelOrderError::Reason(wrong)) => FormErrors::one("note", wrong.to_string()),
            Err(refusal @ CancelOrderError::Disputed) => FormErrors::one("", refusal.to_string()),
            Err(CancelOrderError::Refused(refusal)) => FormErrors::one("", refusal.to_string()),
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, &order, form).await?).await
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
    let back: i64 = attempts.iter().map(|attempt| attempt.totals.left()).sum();
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
        form,
    })
}
