//! Taking a product out of the shop.

use axum::{extract::State, response::Response};
use wares_commerce::catalog::{SaveError, SetStatus, Status};
use wares_kernel::{ProductId, text};

use super::edit::stored;
use crate::{
    App,
    admin::{
        home::pages::ConfirmPage,
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeProducts,
        staff::{Staff, ok},
    },
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// `GET /admin/products/{id}/archive`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ProductId>,
) -> Result<Response, Error> {
    let title = stored(&app, id).await?.draft.title;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Products).await?,
        back: Link::new(title.clone(), urls::product(id)),
        heading: format!("Archive {title}"),
        effect: "It leaves the shop at once. Its orders and reviews are kept, and you can make it active again.".into(),
        action: urls::archive(id),
        hidden: Vec::new(),
        keep: "Keep it".into(),
        verb: "Archive product".into(),
    };
    ok(&app, &page).await
}

/// `POST /admin/products/{id}/archive`
pub(in crate::admin) async fn archive(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ProductId>,
    entered: Entered,
) -> Result<Response, Error> {
    let work = SetStatus {
        actor: staff.actor(),
        product: id,
        status: Status::Archived,
    };
    match app.db.write(entered.once(work)).await {
        Ok(()) => Ok(done(&app, &urls::product(id), "The product was archived.")),
        Err(SaveError::NotFound) => Err(Error::NotFound),
        Err(SaveError::Db(error)) => Err(error.into()),
        Err(refusal) => Err(Error::conflict(
            "not_archived",
            text::capital(&refusal.to_string()) + ".",
        )),
    }
}
