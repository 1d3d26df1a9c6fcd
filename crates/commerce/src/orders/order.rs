//! An order as it is kept.

use jiff::civil::Date;
use wares_db::{DbError, FromRow, Row};
use wares_kernel::{
    Address, CartId, Country, Currency, CustomerId, EmailAddress, Instant, Money, OrderId, ShippingMethodId, Token,
};

use super::number::OrderNumber;
use super::status::{FulfilmentStatus, OrderState, PaymentStatus};
use crate::pricing::{Promise, Quote};
use crate::seal::{SealError, Vault};

/// The place the token of an order's link is sealed for.
pub const TOKEN_PLACE: &str = "orders.token";

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// The cart it was; nothing when the cart was given back.
    pub cart_id: Option<CartId>,
    /// Who ordered, if they were signed in.
    pub customer_id: Option<CustomerId>,
    /// Where mails about it go.
    pub email: EmailAddress,
    /// The token of its link, sealed.
    pub token_sealed: Vec<u8>,
    /// Where the agreement stands.
    pub state: OrderState,
    /// What has happened to the money.
    pub payment_status: PaymentStatus,
    /// What has happened to the goods.
    pub fulfilment_status: FulfilmentStatus,
    /// The currency of every amount in it.
    pub currency: Currency,
    /// All lines before discounts.
    pub subtotal: Money,
    /// What was taken off, as a positive amount.
    pub discount: Money,
    /// What delivery costs.
    pub shipping: Money,
    /// All tax, in the total or on top of lines and delivery.
    pub tax: Money,
    /// What is owed.
    pub total: Money,
    /// Whether lines and delivery have the tax in them.
    pub prices_include_tax: bool,
    /// How every figure came to be.
    pub quote: Quote,
    /// Where it goes.
    pub shipping_address: Address,
    /// Where the invoice goes, if elsewhere.
    pub billing_address: Option<Address>,
    /// The country it goes to.
    pub country: Country,
    /// The way of sending; nothing when nothing is sent.
    pub shipping_method_id: Option<ShippingMethodId>,
    /// What that was called, or empty.
    pub shipping_method: String,
    /// The name of the gateway the buyer chose, or `free`.
    pub payment_method: String,
    /// When it should arrive; nothing when nothing is sent.
    pub promise: Option<Promise>,
    /// What the buyer wants to be written on a card, or empty.
    pub gift_note: String,
    /// Pieces in it.
    pub n_pieces: i64,
    /// Until when its stock is held while it waits for money.
    pub hold_until: Option<Instant>,
    /// When the buyer sent it off.
    pub created_at: Instant,
    /// When it was settled.
    pub placed_at: Option<Instant>,
    /// When the money came.
    pub paid_at: Option<Instant>,
    /// When everything had arrived.
    pub delivered_at: Option<Instant>,
    /// When it was called off.
    pub cancelled_at: Option<Instant>,
    /// How often it has changed.
    pub version: i64,
}

/// Opens the token of an order's link, for mails and for the way back from a gateway.
pub fn token_of(vault: &Vault, order: &Order) -> Result<Token, SealError> {
    vault.open_token(TOKEN_PLACE, &order.token_sealed)
}

impl FromRow for Order {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let currency: Currency = row.get(9)?;
        let money = |i: usize| row.get::<i64>(i).map(|minor| Money::new(minor, currency));
        Ok(Self {
            id: row.get(0)?,
            number: OrderNumber::stored(row.get(1)?),
            cart_id: row.get(2)?,
            customer_id: row.get(3)?,
            email: row.get(4)?,
            token_sealed: row.get(5)?,
            state: word(row, 6, OrderState::from_word)?,
            payment_status: word(row, 7, PaymentStatus::from_word)?,
            fulfilment_status: word(row, 8, FulfilmentStatus::from_word)?,
            currency,
            subtotal: money(10)?,
            discount: money(11)?,
            shipping: money(12)?,
            tax: money(13)?,
            total: money(14)?,
            prices_include_tax: row.get(15)?,
            quote: row.json(16)?,
            shipping_address: row.json(17)?,
            billing_address: row.json_opt(18)?,
            country: row.get(19)?,
            shipping_method_id: row.get(20)?,
            shipping_method: row.get(21)?,
            payment_method: row.get(22)?,
            promise: promise(row)?,
            gift_note: row.get(26)?,
            n_pieces: row.get(27)?,
            hold_until: row.get(28)?,
            created_at: row.get(29)?,
            placed_at: row.get(30)?,
            paid_at: row.get(31)?,
            delivered_at: row.get(32)?,
            cancelled_at: row.get(33)?,
            version: row.get(34)?,
        })
    }
}

fn word<T>(row: &Row<'_>, i: usize, from_word: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
    let word: String = row.get(i)?;
    from_word(&word).ok_or_else(|| DbError::Damaged(format!("no such state of an order: {word}")))
}

fn promise(row: &Row<'_>) -> Result<Option<Promise>, DbError> {
    let day = |i: usize| -> Result<Option<Date>, DbError> {
        let text: Option<String> = row.get(i)?;
        text.map(|text| {
            text.parse()
                .map_err(|error| DbError::Damaged(format!("{text}: {error}")))
        })
        .transpose()
    };
    let (Some(leaves), Some(from), Some(to)) = (day(23)?, day(24)?, day(25)?) else {
        return Ok(None);
    };
    Ok(Some(Promise { leaves, from, to }))
}
