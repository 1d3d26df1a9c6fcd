//! Writing a new order, as a step of placing it.

use serde_json::json;
use wares_db::{DbError, Tx};
use wares_kernel::{
    Address, CartId, CustomerId, EmailAddress, ImageId, Instant, OrderId, ProductId, TokenHash, VariantId,
};

use super::number::OrderNumber;
use super::store;
use super::timeline::note;
use crate::accounts::{NotedOrder, note_order, note_ordered_vat_id};
use crate::audit::{self, Action, Actor, Object};
use crate::pricing::{Promise, Quote, QuoteLine};

/// Everything an order copies.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Its id, made before: the stock is kept under it.
    pub id: OrderId,
    /// The cart it is.
    pub cart_id: CartId,
    /// Who orders, if they are signed in.
    pub customer_id: Option<CustomerId>,
    /// Where mails about it go.
    pub email: EmailAddress,
    /// The hash of the token of its link.
    pub token_hash: TokenHash,
    /// That token, sealed.
    pub token_sealed: Vec<u8>,
    /// All figures.
    pub quote: Quote,
    /// The lines, in the order of the quote's.
    pub lines: Vec<NewLine>,
    /// Where it goes.
    pub shipping_address: Address,
    /// Where the invoice goes, if elsewhere.
    pub billing_address: Option<Address>,
    /// The name of the gateway, or `free`.
    pub payment_method: String,
    /// When it should arrive; nothing when nothing is sent.
    pub promise: Option<Promise>,
    /// What the buyer wants to be written on a card, or empty.
    pub gift_note: String,
    /// Until when its stock is held.
    pub hold_until: Option<Instant>,
}

/// A line of a new order.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// Its place, from 1.
    pub position: i64,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// The product's title.
    pub title: String,
    /// The variant's values, or empty.
    pub variant_title: String,
    /// The SKU, or empty.
    pub sku: String,
    /// The picture that shows it.
    pub image_id: Option<ImageId>,
    /// Whether a parcel is sent for it.
    pub needs_shipping: bool,
    /// Quantity and figures.
    pub quoted: QuoteLine,
}

impl NewOrder {
    /// Pieces in it.
    pub(super) fn n_pieces(&self) -> i64 {
        self.lines.iter().map(|line| line.quoted.quantity.as_i64()).sum()
    }
}

/// Writes an order that waits for its payment; answers its number.
///
/// A second order for the same cart violates `orders_cart_id_key`.
pub async fn create(tx: &mut Tx, new: &NewOrder, actor: &Actor) -> Result<OrderNumber, DbError> {
    let number = store::next_number(tx).await?;
    store::insert(tx, new, &number).await?;
    let data =
        json!({ "total_minor": new.quote.total.minor(), "n_pieces": new.n_pieces(), "hold_until": new.hold_until });
    note(tx, new.id, "received", actor, data).await?;
    let noted = NotedOrder {
        customer_id: new.customer_id,
        email: &new.email,
        name: &new.shipping_address.name,
        n_orders: 1,
        spent_minor: 0,
    };
    note_order(tx, noted).await?;
    if let Some(business) = &new.quote.business {
        note_ordered_vat_id(tx, new.customer_id, &new.email, business.vat_id.as_str()).await?;
    }
    let object = Object::order(new.id, number.to_string());
    audit::record(
        tx,
        actor,
        Action::Placed,
        object,
        json!({ "total_minor": new.quote.total.minor() }),
    )
    .await?;
    Ok(number)
}
