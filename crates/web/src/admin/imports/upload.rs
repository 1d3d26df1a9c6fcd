//! Bringing a file.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use wares_commerce::importing::{self, ImportRow, KeepError};
use wares_kernel::text;

use super::{
    file::FileForm,
    pages::{Run, UploadPage},
    show::state,
};
use crate::{
    App,
    admin::{
        desk::Desk,
        panel::Spot,
        parts::Link,
        rights::ChangeProducts,
        staff::{Staff, invalid, ok},
    },
    http::{Error, FormErrors, FormView},
    templates::format,
    urls::admin as urls,
};

/// How many earlier imports are listed.
const EARLIER: i64 = 20;

/// `GET /admin/import`
pub(in crate::admin) async fn show(staff: Staff<ChangeProducts>, State(app): State<App>) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, FormView::default()).await?).await
}

/// `POST /admin/import`
pub(in crate::admin) async fn receive(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    FileForm {
        name,
        incoming,
        entered,
    }: FileForm,
) -> Result<Response, Error> {
    let currency = app.settings.get().store.currency;
    if incoming.is_empty() {
        return refused(&app, &staff, "Choose a file that has something in it".into()).await;
    }
    let deed = entered.deed();
    match importing::keep(&app.db, incoming, staff.actor(), name, currency, deed).await {
        Ok(id) => Ok(Redirect::to(&urls::import(id)).into_response()),
        Err(KeepError::Db(error)) => Err(error.into()),
        Err(KeepError::Io(error)) => Err(Error::Internal(error.into())),
        Err(refusal) => refused(&app, &staff, text::capital(&refusal.to_string())).await,
    }
}

async fn refused(app: &App, staff: &Staff<ChangeProducts>, message: String) -> Result<Response, Error> {
    let form = FormView {
        errors: FormErrors::one("file", message.clone()).0,
        error: [("file".to_owned(), message)].into(),
        ..FormView::default()
    };
    invalid(app, &page(app, staff, form).await?).await
}

async fn page(app: &App, staff: &Staff<ChangeProducts>, form: FormView) -> Result<UploadPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Import).await?;
    let earlier = importing::imports(&mut conn, EARLIER).await?;
    Ok(UploadPage {
        panel,
        back: Link::new("Products", urls::products()),
        action: urls::imports(),
        runs: earlier.iter().map(|row| run(&desk, row)).collect::<Result<_, _>>()?,
        form,
    })
}

fn run(desk: &Desk, row: &ImportRow) -> Result<Run, Error> {
    Ok(Run {
        url: urls::import(row.id),
        file: row.file_name.clone(),
        at: desk.moment(row.started_at),
        state: state(&row.state),
        n_products: format::count(row.report()?.products),
    })
}
