//! What is wrong in a file, as a table to keep.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use wares_commerce::importing;
use wares_kernel::ImportId;

use crate::{
    App,
    admin::{rights::ChangeProducts, staff::Staff},
    http::{Error, Path},
};

/// `GET /admin/import/{id}/errors.csv`
pub(in crate::admin) async fn errors(
    _staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Error> {
    let row = importing::import(&mut *app.db.read().await?, id).await?;
    let report = row.ok_or(Error::NotFound)?.report()?;
    let table = report
        .problems_as_csv()
        .map_err(|error| Error::Internal(error.into()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"import-errors.csv\"",
        ),
    ];
    Ok((headers, table).into_response())
}
