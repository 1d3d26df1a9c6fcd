//! A customer's VAT ids: staff say which they have looked up.

use axum::{extract::State, response::Response};
use wares_commerce::accounts::{CheckVatId, NotedVatId};
use wares_kernel::{CustomerId, VatId};

use super::pages::VatRow;
use crate::{
    App,
    admin::{desk::Desk, notice::done, rights::ChangeCustomers, staff::Staff},
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// `POST /admin/customers/{id}/vat-ids`
pub(in crate::admin) async fn check(
    staff: Staff<ChangeCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    entered: Entered,
) -> Result<Response, Error> {
    let is_checked = entered.has("checked");
    let vat_id: VatId = entered.get("vat_id").parse().map_err(|_| Error::NotFound)?;
    let check = CheckVatId {
        actor: staff.actor(),
        customer_id: id,
        vat_id: vat_id.to_string(),
        is_checked,
    };
    if !app.db.write(entered.once(check)).await? {
        return Err(Error::NotFound);
    }
    let said = if is_checked {
        format!("VAT id {vat_id} is marked as checked.")
    } else {
        format!("VAT id {vat_id} is not marked as checked any more.")
    };
    Ok(done(&app, &urls::customer(id), said))
}

/// What is known of an id.
pub(super) fn row(desk: &Desk, noted: &NotedVatId) -> VatRow {
    VatRow {
        id: noted.vat_id.clone(),
        state: state(desk, noted),
        is_checked: noted.checked_at.is_some(),
    }
}

/// "checked by Ana Duarte, Yesterday", or that nobody has.
pub(in crate::admin) fn state(desk: &Desk, noted: &NotedVatId) -> String {
    match noted.checked_at {
        Some(at) => format!("checked by {}, {}", noted.checked_by, desk.moment(at).text),
        None => "its form is right, not checked".into(),
    }
}
