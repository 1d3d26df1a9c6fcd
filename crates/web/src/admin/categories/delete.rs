//! Deleting a category that nothing stands in.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::catalog::{DeleteCategory, DeleteCategoryError};
use wares_kernel::{CategoryId, text};

use super::edit::find;
use crate::{
    App,
    admin::{
        home::pages::{ConfirmPage, MessagePage},
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeProducts,
        staff::{Staff, ok, show},
    },
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// `GET /admin/categories/{id}/delete`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CategoryId>,
) -> Result<Response, Error> {
    let category = find(&app, id).await?;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Categories).await?,
        back: Link::new(category.name.clone(), urls::category(id)),
        heading: format!("Delete {}", category.name),
        effect: "Its page disappears. This works only while no product and no other category stands in it.".into(),
        action: urls::delete_category(id),
        hidden: Vec::new(),
        keep: "Keep it".into(),
        verb: "Delete category".into(),
    };
    ok(&app, &page).await
}

/// `POST /admin/categories/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CategoryId>,
    entered: Entered,
) -> Result<Response, Error> {
    let name = find(&app, id).await?.name;
    let work = DeleteCategory {
        actor: staff.actor(),
        category: id,
        products_to: None,
    };
    match app.db.write(entered.once(work)).await {
        Ok(()) => Ok(done(&app, urls::categories(), format!("{name} was deleted."))),
        Err(DeleteCategoryError::Db(error)) => Err(error.into()),
        Err(DeleteCategoryError::NotFound) => Err(Error::NotFound),
        Err(refusal) => {
            let page = MessagePage {
                panel: staff.panel(&mut *app.db.read().await?, Spot::Categories).await?,
                heading: format!("{name} was not deleted"),
                body: text::capital(&refusal.to_string()) + ".",
                link: Link::new(format!("Back to {name}"), urls::category(id)),
            };
            show(&app, StatusCode::CONFLICT, &page).await
        }
    }
}
