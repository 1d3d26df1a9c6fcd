//! Codes that work once each: made in bulk, and taken out as a file.

use axum::{extract::State, response::Response};
use wares_commerce::pricing::discount::{CODES_MAX, MakeCodes, MakeCodesError, codes_after};
use wares_kernel::{PromotionId, text};

use super::edit::{find, page_with_codes};
use crate::{
    App,
    admin::{
        csv,
        notice::done,
        rights::ChangeDiscounts,
        staff::{Staff, invalid},
    },
    http::{Entered, Error, FormErrors, FormView, Path},
    urls::admin as urls,
};

/// Codes read at once for a file.
const PORTION: i64 = 2_000;

/// `POST /admin/discounts/{id}/codes`
pub(in crate::admin) async fn make(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let kept = find(&app, id).await?;
    let n = entered.get("n").trim().parse().unwrap_or(CODES_MAX + 1);
    let making = MakeCodes {
        actor: staff.actor(),
        promotion_id: id,
        prefix: entered.get("prefix").to_owned(),
        n,
    };
    let (field, refusal) = match app.db.write(entered.once(making)).await {
        Ok(()) => return Ok(done(&app, &urls::discount(id), format!("{n} codes were made."))),
        Err(MakeCodesError::Db(error)) => return Err(error.into()),
        Err(MakeCodesError::NotFound) => return Err(Error::NotFound),
        Err(refusal @ MakeCodesError::HowMany) => ("n", refusal),
        Err(refusal @ MakeCodesError::Prefix) => ("prefix", refusal),
    };
    let errors = FormErrors::one(field, text::capital(&refusal.to_string()));
    let form = FormView::again(&entered, errors, &[]);
    invalid(&app, &page_with_codes(&app, &staff, &kept, form).await?).await
}

/// `GET /admin/discounts/{id}/codes.csv`
pub(in crate::admin) async fn export(
    _: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
) -> Result<Response, Error> {
    find(&app, id).await?;
    let mut file = String::from("code,used\r\n");
    let mut after = String::new();
    loop {
        let codes = codes_after(&mut *app.db.read().await?, id, &after, PORTION).await?;
        for row in &codes {
            // Letters, digits and dashes only, a letter or digit first: nothing a spreadsheet takes for a formula.
            let used = if row.n_uses > 0 { ",yes\r\n" } else { ",no\r\n" };
            file.push_str(&row.code);
            file.push_str(used);
        }
        match codes.last() {
            Some(last) => after.clone_from(&last.key),
            None => break,
        }
    }
    Ok(csv::file("codes.csv", file))
}
