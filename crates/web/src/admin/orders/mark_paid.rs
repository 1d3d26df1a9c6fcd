//! Money that staff have seen: a bank transfer, cash from the carrier.

use axum::{extract::State, response::Response};
use wares_commerce::payment::{MarkPaid, MarkPaidError};

use super::{money_pages::MarkPaidPage, show::find};
use crate::{
    App,
    admin::{
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeOrders,
        staff::{Staff, ok},
        words,
    },
    http::{Entered, Error, FormView, Path},
    templates::format,
    urls::admin as urls,
};

/// `GET /admin/orders/{number}/paid`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    let amount = format::money(order.total);
    let page = MarkPaidPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Orders).await?,
        back: Link::new(format!("Order {number}"), urls::order(&number)),
        number: number.clone(),
        action: urls::mark_paid(&number),
        effect: format!(
            "{amount} by {} is recorded as received. If the order waited for it, the customer gets the confirmation.",
            words::gateway(&order.payment_method).to_lowercase()
        ),
        verb: format!("Record {amount}"),
        form: FormView::default(),
    };
    ok(&app, &page).await
}

/// `POST /admin/orders/{number}/paid`
pub(in crate::admin) async fn record(
    staff: Staff<ChangeOrders>,
    State(app): State<App>,
    Path(number): Path<String>,
    entered: Entered,
) -> Result<Response, Error> {
    let order = find(&app, &number).await?;
    match app
        .db
        .write(entered.once(MarkPaid {
            actor: staff.actor(),
            order_id: order.id,
        }))
        .await
    {
        Ok(()) => Ok(done(&app, &urls::order(&number), "The money was recorded.")),
        Err(MarkPaidError::NoOrder) => Err(Error::NotFound),
        Err(MarkPaidError::Db(error)) => Err(error.into()),
        Err(refusal @ MarkPaidError::NotWaiting) => Err(Error::conflict("not_waiting", format!("{refusal}."))),
    }
}
