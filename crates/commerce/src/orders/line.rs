//! A line of an order: a copy of what was sold.

use wares_db::{DbError, FromRow, Row};
use wares_kernel::{Currency, ImageId, Money, OrderId, OrderLineId, ProductId, Quantity, Rate, VariantId};

/// What was sold of one variant. It stays as it was, whatever becomes of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its id.
    pub id: OrderLineId,
    /// The order it belongs to.
    pub order_id: OrderId,
    /// Its place in the order, from 1.
    pub position: i64,
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// The product's title then.
    pub title: String,
    /// The variant's values then, or empty.
    pub variant_title: String,
    /// The SKU then, or empty.
    pub sku: String,
    /// The picture that showed it.
    pub image_id: Option<ImageId>,
    /// Whether a parcel is sent for it.
    pub needs_shipping: bool,
    /// How many.
    pub quantity: Quantity,
    /// The price of one, with tax or without as the order's prices are.
    pub unit: Money,
    /// What was taken off, as a positive amount.
    pub discount: Money,
    /// What the line costs.
    pub total: Money,
    /// The tax on it.
    pub tax: Money,
    /// Its tax class.
    pub tax_class: String,
    /// Its tax rate.
    pub tax_rate: Rate,
    /// How many have been sent.
    pub n_shipped: i64,
    /// How many came back.
    pub n_returned: i64,
    /// How many were taken off the order before they were sent.
    pub n_dropped: i64,
}

impl OrderLine {
    /// Title and values in one.
    pub fn name(&self) -> String {
        if self.variant_title.is_empty() {
            self.title.clone()
        } else {
            format!("{}, {}", self.title, self.variant_title)
        }
    }

    /// How many are still to be sent.
    pub fn n_to_ship(&self) -> i64 {
        self.quantity.as_i64() - self.n_dropped - self.n_shipped
    }
}

impl FromRow for OrderLine {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let currency: Currency = row.get(20)?;
        let money = |i: usize| row.get::<i64>(i).map(|minor| Money::new(minor, currency));
        Ok(Self {
            id: row.get(0)?,
            order_id: row.get(1)?,
            position: row.get(2)?,
            product_id: row.get(3)?,
            variant_id: row.get(4)?,
            title: row.get(5)?,
            variant_title: row.get(6)?,
            sku: row.get(7)?,
            image_id: row.get(8)?,
            needs_shipping: row.get(9)?,
            quantity: row.get(10)?,
            unit: money(11)?,
            discount: money(12)?,
            total: money(13)?,
            tax: money(14)?,
            tax_class: row.get(15)?,
            tax_rate: row.get(16)?,
            n_shipped: row.get(17)?,
            n_returned: row.get(18)?,
            n_dropped: row.get(19)?,
        })
    }
}
