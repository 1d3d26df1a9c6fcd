//! The password, typed again before much money of an order goes back.

use axum::http::StatusCode;
use wares_commerce::{
    audit::Object,
    orders::Order,
    payment,
    staff::{Asked, Confirmed, PasswordError, confirm_password},
};
use wares_db::Conn;
use wares_kernel::Money;

use crate::{
    App,
    admin::{rights::Refund, staff::Staff},
    http::{ClientAddress, Entered, Error, Flow, FormErrors},
    templates::format,
};

/// The name of the field.
pub(super) const FIELD: &str = "password";

/// The status and the messages of a form that asks again.
pub(super) type Refused = (StatusCode, FormErrors);

/// What stands at the field where giving back `most` would take the password; nothing where there is no field.
pub(super) async fn hint(
    conn: &mut Conn,
    staff: &Staff<Refund>,
    order: &Order,
    most: Money,
) -> Result<Option<String>, Error> {
    let limit = payment::password_limit(conn, &staff.actor(), order, most).await?;
    Ok(limit.map(|limit| {
        format!(
            "Asked for when you give back more than {} of this order, with what you gave back of it before.",
            format::money(limit)
        )
    }))
}

/// The proof that giving back `amount` takes, from what was typed; none where it takes none.
pub(super) async fn proof(
    app: &App,
    staff: &Staff<Refund>,
    entered: &Entered,
    order: &Order,
    amount: Money,
) -> Result<Result<Option<Confirmed>, Refused>, Error> {
    let wanted = payment::password_limit(&mut *app.db.read().await?, &staff.actor(), order, amount).await?;
    let Some(limit) = wanted else {
        return Ok(Ok(None));
    };
    let typed = entered.get(FIELD);
    if typed.is_empty() {
        let needed = payment::PasswordNeeded { limit };
        return Ok(Err(refused(StatusCode::UNPROCESSABLE_ENTITY, needed.to_string())));
    }
    let network = ClientAddress(staff.ip).network();
    if app.limits.check(Flow::StaffSignIn, network, app.now_ms()).is_err() {
        return Ok(Err(refused(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many tries. Wait a little and try again",
        )));
    }
    let asked = Asked {
        actor: staff.actor(),
        object: Object::order(order.id, order.number.to_string()),
    };
    match confirm_password(&app.db, &app.passwords, app.now(), asked, typed).await {
        Ok(proof) => Ok(Ok(Some(proof))),
        Err(PasswordError::Db(error)) => Err(error.into()),
        Err(refusal @ PasswordError::TooMany { .. }) => {
            Ok(Err(refused(StatusCode::TOO_MANY_REQUESTS, refusal.to_string())))
        }
        Err(refusal @ (PasswordError::Wrong | PasswordError::ResetNeeded)) => {
            app.limits.count(Flow::StaffSignIn, network, app.now_ms())?;
            Ok(Err(refused(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string())))
        }
    }
}

fn refused(status: StatusCode, message: impl Into<String>) -> Refused {
    (status, FormErrors::one(FIELD, message))
}
