//! Codes that work once each: made in bulk, and taken out as a file.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::pricing::discount::{CODES_MAX, MakeCodes, MakeCodesError, codes_after};
use wares_kernel::{PromotionId, text};

use super::edit::find;
use crate::{
    App,
    admin::{
        csv,
        home::pages::MessagePage,
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeDiscounts,
        staff::{Staff, show},
    },
    http::{Entered, Error, Path},
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
    let n = entered.get("n").trim().parse().unwrap_or(CODES_MAX + 1);
    let making = MakeCodes {
        actor: staff.actor(),
        promotion_id: id,
        prefix: entered.get("prefix").to_owned(),
        n,
    };
    match app.db.write(entered.once(making)).await {
        Ok(()) => Ok(done(&app, &urls::discount(id), format!("{n} codes were made."))),
        Err(MakeCodesError::Db(error)) => Err(error.into()),
        Err(MakeCodesError::NotFound) => Err(Error::NotFound),
        Err(refusal) => refused(&app, &staff, id, &refusal).await,
    }
}

async fn refused(
    app: &App,
    staff: &Staff<ChangeDiscounts>,
    id: PromotionId,
    refusal: &MakeCodesError,
) -> Result<Response, Error> {
    let field = match refusal {
        MakeCodesError::Prefix => "Beginning of each code",
        _ => "Number of codes",
    };
    let page = MessagePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Discounts).await?,
        heading: "No codes were made".into(),
        body: format!("{field}: {}.", text::capital(&refusal.to_string())),
        link: Link::new("Back to the discount", urls::discount(id)),
    };
    show(app, StatusCode::UNPROCESSABLE_ENTITY, &page).await
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
