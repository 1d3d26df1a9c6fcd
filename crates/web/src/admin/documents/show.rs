//! One document, as its buyer sees it.

use axum::{extract::State, response::Response};
use wares_commerce::invoicing;
use wares_kernel::DocumentId;

use crate::{
    App,
    admin::{
        rights::SeeOrders,
        staff::{Staff, ok},
    },
    http::{Error, Path},
    storefront::document_page,
    templates::Link,
    urls::admin as urls,
};

/// `GET /admin/invoices/{id}`
pub(in crate::admin) async fn show(
    _: Staff<SeeOrders>,
    State(app): State<App>,
    Path(id): Path<DocumentId>,
) -> Result<Response, Error> {
    let found = invoicing::document(&mut *app.db.read().await?, id).await?;
    let issued = found.ok_or(Error::NotFound)?;
    let number = &issued.sheet.order_number;
    let back = Link::new(format!("Back to order {number}"), urls::order(number));
    ok(&app, &document_page(&app, &issued, back).await?).await
}
