//! Taking money that is authorised.

use axum::{extract::State, response::Response};
use wares_commerce::{
    orders::Order,
    payment::{self, AttemptState, CaptureError, PaymentAttempt, RequestCapture},
};
use wares_kernel::Money;

use super::{money_pages::CapturePage, show::find};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeOrders,
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    templates::format,
    urls::admin as urls,
};

/// `GET /admin/orders/{number}/capture`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let form = FormView::prefilled([("amount", order.total.decimal())]);
    ok(&app, &page(&app, &staff, &order, form).await?).await
}

/// `POST /admin/orders/{number}/capture`
pub(in crate::admin) async fn take(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let mut check = Check::new(&entered);
    let text = check.text("amount", 16, "Enter how much to take");
    let amount = check.parsed("amount", &text, |text| {
        Money::parse(text, order.currency).map_err(|_| "Enter an amount, such as 12.50")
    });
    let errors = match check.done() {
        Ok(()) => match app.db.write(entered.once(request(&staff, &order, amount))).await {
            Ok(()) => {
                let said = "The money is being taken. The timeline says when it is here.";
                return Ok(done(&app, &urls::order(&number), said));
            }
            Err(CaptureError::NoOrder) => return Err(Error::NotFound),
            Err(CaptureError::Db(error)) => return Err(error.into()),
            Err(refusal @ CaptureError::Amount { .. }) => FormErrors::one("amount", refusal.to_string()),
            Err(refusal) => FormErrors::one("", refusal.to_string()),
        },
        Err(errors) => errors,
    };
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page(&app, &staff, &order, form).await?).await
}

fn request(staff: &Staff<ChangeOrders>, order: &Order, amount: Option<Money>) -> RequestCapture {
    RequestCapture {
        actor: staff.actor(),
        order_id: order.id,
        amount,
    }
}

/// The attempt whose money waits to be taken, if nobody has asked for it.
pub(super) fn waiting(attempts: &[PaymentAttempt]) -> Option<&PaymentAttempt> {
    attempts
        .iter()
        .find(|attempt| attempt.state == AttemptState::Authorised && attempt.capture_asked.is_none())
}

async fn page(app: &App, staff: &Staff<ChangeOrders>, order: &Order, form: FormView) -> Result<CapturePage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let number = order.number.as_str();
    let attempts = payment::attempts(&mut conn, order.id).await?;
    let until = waiting(&attempts).and_then(|attempt| attempt.authorised_until);
    Ok(CapturePage {
        panel: staff.panel(&mut conn, Spot::Orders).await?,
        back: Link::new(format!("Order {number}"), urls::order(number)),
        number: number.to_owned(),
        action: urls::capture(number),
        effect: format!(
            "{} is authorised. It can be taken once; what you do not take now is let go.",
            format::money(order.total)
        ),
        until: until.map(|until| desk.moment(until)),
        symbol: order.currency.symbol().to_owned(),
        form,
    })
}
