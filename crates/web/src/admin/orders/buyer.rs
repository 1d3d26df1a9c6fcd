//! Who placed an order, and what was decided about their VAT id.

use serde::Serialize;
use wares_commerce::{
    accounts::{self, NotedVatId},
    orders::Order,
    pricing::tax::{Business, Treatment},
};
use wares_db::Conn;

use crate::{
    admin::{customers::vat_id_state, desk::Desk, words},
    http::Error,
    urls::admin as urls,
};

/// Who bought.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Buyer {
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) since: String,
    pub(crate) n_orders: String,
    pub(crate) spent: String,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    /// The VAT id that came with the order, and what was decided about it.
    pub(crate) vat: Option<Vat>,
    pub(crate) url: Option<String>,
}

/// A buyer's VAT id.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Vat {
    pub(crate) id: String,
    /// What it did to the tax when the order was placed.
    pub(crate) decided: String,
    /// Who has looked it up until now, or that nobody has.
    pub(crate) state: String,
}

/// Who placed an order, as far as the shop knows them.
pub(super) async fn buyer(conn: &mut Conn, desk: &Desk, order: &Order, may_see: bool) -> Result<Buyer, Error> {
    let known = match order.customer_id {
        Some(id) => accounts::find(conn, id).await?,
        None => accounts::find_by_email(conn, &order.email).await?,
    };
    let noted = match &known {
        Some(customer) => accounts::vat_ids(conn, customer.id).await?,
        None => Vec::new(),
    };
    let name = order.shipping_address.name.clone();
    Ok(Buyer {
        vat: order
            .quote
            .business
            .as_ref()
            .map(|business| vat(desk, business, &noted)),
        initials: words::initials(&name),
        name,
        since: known.as_ref().map_or_else(
            || "guest".into(),
            |customer| {
                let kind = if customer.has_account { "customer" } else { "guest" };
                format!(
                    "{kind} since {}",
                    desk.heading(desk.date(customer.created_at)).to_lowercase()
                )
            },
        ),
        n_orders: known.as_ref().map_or(1, |customer| customer.n_orders).to_string(),
        spent: known
            .as_ref()
            .map_or_else(|| desk.money(0), |customer| desk.money(customer.spent_minor)),
        email: order.email.to_string(),
        phone: Some(order.shipping_address.phone.clone()).filter(|phone| !phone.is_empty()),
        url: known.filter(|_| may_see).map(|customer| urls::customer(customer.id)),
    })
}

/// What was decided about the buyer's VAT id when the order was placed, and who has looked it up since.
fn vat(desk: &Desk, business: &Business, noted: &[NotedVatId]) -> Vat {
    let id = business.vat_id.as_str();
    let noted = noted.iter().find(|noted| noted.vat_id == id);
    Vat {
        id: id.to_owned(),
        decided: match business.treatment {
            Treatment::ReverseCharge => "Ordered without VAT: reverse charge",
            Treatment::NotOffered => "Ordered with tax: the shop did not offer reverse charge",
            Treatment::SameCountry => "Ordered with tax: sent within the country",
            Treatment::OutsideEu => "The id does not count outside the EU",
            Treatment::OtherCountry => "Ordered with tax: the id is of another country than the address",
            Treatment::NotChecked => "Ordered with tax: nobody had checked the id",
        }
        .into(),
        state: noted.map_or_else(|| "not checked".into(), |noted| vat_id_state(desk, noted)),
    }
}
