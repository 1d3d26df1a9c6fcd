//! Beginning an import that was checked.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::importing::{Start, StartError};
use wares_kernel::ImportId;

use crate::{
    App,
    admin::{rights::ChangeProducts, staff::Staff},
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// `POST /admin/import/{id}`
pub(in crate::admin) async fn start(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    entered: Entered,
) -> Result<Response, Error> {
    let work = Start {
        actor: staff.actor(),
        import_id: id,
    };
    match app.db.write(entered.once(work)).await {
        // Its page says how far it is, or that the check is not over yet.
        Ok(()) | Err(StartError::NotChecked) => Ok(Redirect::to(&urls::import(id)).into_response()),
        Err(StartError::NotFound) => Err(Error::NotFound),
        Err(StartError::Db(error)) => Err(error.into()),
    }
}
