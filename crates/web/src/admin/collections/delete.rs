//! Deleting a collection.

use axum::{extract::State, response::Response};
use wares_commerce::catalog::DeleteCollection;
use wares_kernel::CollectionId;

use super::edit::find;
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

/// `GET /admin/collections/{id}/delete`
pub(in crate::admin) async fn ask(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CollectionId>,
) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let collection = find(&mut conn, id).await?;
    let name = collection.row.name;
    let page = ConfirmPage {
        panel: staff.panel(&mut conn, Spot::Collections).await?,
        back: Link::new(name.clone(), urls::collection(id)),
        heading: format!("Delete {name}"),
        effect: "Its page and all links to it disappear. The products stay where they are.".into(),
        action: urls::delete_collection(id),
        hidden: Vec::new(),
        keep: "Keep it".into(),
        verb: "Delete collection".into(),
    };
    drop(conn);
    ok(&app, &page).await
}

/// `POST /admin/collections/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CollectionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let work = DeleteCollection {
        actor: staff.actor(),
        collection: id,
    };
    if !app.db.write(entered.once(work)).await? {
        return Err(Error::NotFound);
    }
    Ok(done(&app, urls::collections(), "The collection was deleted."))
}
