//! One step up or down among its siblings.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use wares_commerce::catalog::{self, CategoryError, MoveCategory};
use wares_kernel::{CategoryId, text};

use super::edit::find;
use crate::{
    App,
    admin::{rights::ChangeProducts, staff::Staff},
    http::{Entered, Error, Path},
    urls::admin as urls,
};

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::admin) enum Way {
    Up,
    Down,
}

/// The form of the two buttons.
#[derive(Debug, Deserialize)]
pub(in crate::admin) struct Step {
    way: Way,
}

/// `POST /admin/categories/{id}/move`
pub(in crate::admin) async fn step(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CategoryId>,
    entered: Entered,
) -> Result<Response, Error> {
    let Step { way } = entered.typed()?;
    let category = find(&app, id).await?;
    let tree = catalog::tree(&mut *app.db.read().await?).await?;
    let siblings = tree.iter().filter(|node| node.category.parent == category.parent);
    let at = siblings.take_while(|node| node.category.id != id).count();
    let place = match way {
        Way::Up => at.saturating_sub(1),
        Way::Down => at + 1,
    };
    let work = MoveCategory {
        actor: staff.actor(),
        category: id,
        parent: category.parent,
        place,
    };
    match app.db.write(entered.once(work)).await {
        Ok(()) => Ok(Redirect::to(&urls::category(id)).into_response()),
        Err(CategoryError::Db(error)) => Err(error.into()),
        Err(CategoryError::NotFound) => Err(Error::NotFound),
        Err(refusal) => Err(Error::conflict("not_moved", text::capital(&refusal.to_string()) + ".")),
    }
}
