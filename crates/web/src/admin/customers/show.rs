//! One customer: orders, what happened, addresses.

use axum::{extract::State, response::Response};
use wares_commerce::{accounts, audit, reports, staff::Permission};
use wares_kernel::{After, CustomerId};

use super::{
    list::{account, name},
    pages::{CustomerPage, OrderRow},
    vat_ids,
};
use crate::{
    App,
    admin::{
        activity, orders,
        panel::Spot,
        parts::{Fact, Link},
        rights::SeeCustomers,
        staff::{Staff, ok},
    },
    http::{Error, Path},
    urls::{admin as urls, with_query},
};

/// Orders shown on the page.
const ORDERS: usize = 20;

/// `GET /admin/customers/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeCustomers>,
    State(app): State<App>,
    Path(id): Path<CustomerId>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let customer = accounts::find(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let orders = reports::orders_of(&mut conn, &customer.email.key(), After::NEWEST, ORDERS).await?;
    let log = audit::list(
        &mut conn,
        audit::Show::Object(id.uuid()),
        audit::Span::ALWAYS,
        After::NEWEST,
        20,
    )
    .await?;
    let addresses = accounts::addresses(&mut conn, id).await?;
    let noted = accounts::vat_ids(&mut conn, id).await?;
    let panel = staff.panel(&mut conn, Spot::Customers).await?;
    let since = desk.heading(desk.date(customer.created_at));
    let page = CustomerPage {
        panel,
        back: Link::new("Customers", urls::customers()),
        name: name(&customer),
        email: customer.email.to_string(),
        phone: Some(customer.phone.clone()).filter(|phone| !phone.is_empty()),
        n_orders: customer.n_orders.to_string(),
        spent: desk.money(customer.spent_minor),
        since,
        account: account(&customer),
        orders_more: orders
            .next
            .map(|_| with_query(urls::orders(), [("q", customer.email.as_str())])),
        orders: orders
            .items
            .iter()
            .map(|order| orders::row(&desk, order))
            .map(|row| OrderRow {
                number: row.number,
                url: row.url,
                placed: row.placed,
                payment: row.payment,
                fulfilment: row.fulfilment,
                total: row.total,
            })
            .collect(),
        timeline: activity::timeline(&desk, &log.items),
        addresses: addresses.iter().map(|entry| orders::label(&entry.address)).collect(),
        vat_ids: noted.iter().map(|noted| vat_ids::row(&desk, noted)).collect(),
        check_vat_id: staff
            .may(Permission::ChangeCustomers)
            .then(|| urls::customer_vat_ids(id)),
        consents: vec![match customer.marketing_at {
            Some(at) => Fact::new("News by e-mail", format!("yes, since {}", desk.moment(at).text)),
            None => Fact::new("News by e-mail", "no"),
        }],
    };
    ok(&app, &page).await
}
