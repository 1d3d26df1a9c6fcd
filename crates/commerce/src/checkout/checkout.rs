//! What is known about an order to be.

use serde_json::Value;
use wares_kernel::{Address, CartId, EmailAddress, ShippingMethodId};

use crate::pricing::Quote;

/// What a buyer has told so far. Everything in it is valid by itself; whether it is enough, [`super::CheckoutView::step`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkout {
    /// The cart it is for.
    pub cart_id: CartId,
    /// Where mails go.
    pub email: Option<EmailAddress>,
    /// Where the goods go.
    pub shipping_address: Option<Address>,
    /// Where the invoice goes, if elsewhere.
    pub billing_address: Option<Address>,
    /// The chosen way of sending.
    pub shipping_method_id: Option<ShippingMethodId>,
    /// The chosen way to pay: the name of a gateway.
    pub payment_method: Option<String>,
    /// Whether letters are wanted.
    pub wants_marketing: bool,
    /// What is to be written on a card, or empty.
    pub gift_note: String,
    /// What was typed on each page (`details`, `review`), also what was not right; for filling the form again.
    pub typed: Value,
    /// The figures as they were when the buyer was last shown them.
    pub shown: Option<Quote>,
}

impl Checkout {
    /// Nothing is known yet.
    pub fn empty(cart_id: CartId) -> Self {
        Self {
            cart_id,
            email: None,
            shipping_address: None,
            billing_address: None,
            shipping_method_id: None,
            payment_method: None,
            wants_marketing: false,
            gift_note: String::new(),
            typed: Value::Object(serde_json::Map::new()),
            shown: None,
        }
    }

    /// Keeps what was typed on a page.
    pub(super) fn keep_typed(&mut self, page: &str, typed: &Value) {
        if let Value::Object(pages) = &mut self.typed {
            pages.insert(page.to_owned(), typed.clone());
        }
    }
}

/// The pages of checkout in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Who, and where to.
    Details,
    /// How it comes.
    Delivery,
    /// Look once more and pay.
    Review,
}
