//! Ending a discount before its time.

use axum::{extract::State, response::Response};
use wares_commerce::pricing::discount::{StopError, StopPromotion};
use wares_kernel::PromotionId;

use super::edit::find;
use crate::{
    App,
    admin::{
        home::pages::ConfirmPage,
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeDiscounts,
        staff::{Staff, ok},
    },
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// `GET /admin/discounts/{id}/stop`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
) -> Result<Response, Error> {
    let name = find(&app, id).await?.terms.name;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Discounts).await?,
        heading: format!("Stop {name}"),
        back: Link::new(name, urls::discount(id)),
        effect: "It ends at once and for good. Orders that have it keep it; whoever is checking out with it is told."
            .into(),
        action: urls::stop_discount(id),
        hidden: Vec::new(),
        keep: "Let it go on".into(),
        verb: "Stop discount".into(),
    };
    ok(&app, &page).await
}

/// `POST /admin/discounts/{id}/stop`
pub(in crate::admin) async fn stop(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let name = find(&app, id).await?.terms.name;
    let stopping = StopPromotion {
        actor: staff.actor(),
        promotion_id: id,
    };
    match app.db.write(entered.once(stopping)).await {
        Ok(()) => Ok(done(&app, &urls::discount(id), format!("{name} was stopped."))),
        Err(StopError::NotFound) => Err(Error::NotFound),
        Err(StopError::Db(error)) => Err(error.into()),
    }
}
