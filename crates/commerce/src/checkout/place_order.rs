//! A cart becomes an order: one unit of work, all of it or nothing.

use std::sync::Arc;

use wares_db::fault::Point;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{CartId, Instant, Money, OrderId, PaymentAttemptId, Quantity, Token, VariantId};

use super::changes::{Changed, changes};
use super::checkout::Step;
use super::methods::{FREE, PayLater, offered, when_paid};
use super::save_review::{NotChosen, Signed};
use super::store;
use super::view::{Begun, CheckoutView};
use crate::audit::Actor;
use crate::cart::{self, CartOwner, Line};
use crate::events::{self, Event};
use crate::guards::{Guard, holds};
use crate::inventory::{self, ReserveError, Shortage};
use crate::orders::{self, NewLine, NewOrder, Order, OrderNumber, PaymentStatus, TOKEN_PLACE, token_of};
use crate::payment::{self, NewAttempt};
use crate::pricing::discount::{self, NotRedeemed, RedeemError, Redemption};
use crate::pricing::{Quote, QuoteError, QuoteLine};
use crate::seal::Vault;
use crate::settings::Settings;

/// Places the order of a cart.
///
/// Prices, delivery, tax and stock are those of now, worked out here; of the buyer nothing is taken but ids and the total they agreed to.
/// A cart that was placed before answers with its order, so a second click and a second window change nothing.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// Who places it, for the timeline.
    pub actor: Actor,
    /// Whose cart.
    pub owner: CartOwner,
    /// Which cart: the one the page was about.
    pub cart_id: CartId,
    /// The total on the button that was pressed, in minor units of the shop's currency.
    pub shown_total_minor: i64,
    /// The page whose button was pressed; nothing where what it says was kept before.
    pub signed: Option<Signed>,
    /// The shop's settings.
    pub settings: Arc<Settings>,
    /// Seals the token of the order's link.
    pub vault: Vault,
}

/// An order that was placed, now or before.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The order.
    pub order_id: OrderId,
    /// What people call it.
    pub number: OrderNumber,
    /// The token of its link.
    pub token: Token,
    /// The attempt to be begun at its gateway; nothing when there is nothing to pay there.
    pub attempt_id: Option<PaymentAttemptId>,
    /// What is owed.
    pub total: Money,
}

/// There is less of something than is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The variant.
    pub variant_id: VariantId,
    /// What it is called.
    pub title: String,
    /// How many are wanted.
    pub wanted: u32,
    /// How many there are, zero or more.
    pub left: i64,
}

/// Why no order was placed. Nothing was charged, nothing is held, everything typed is kept.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// This cart is not theirs, or there is nothing in it.
    #[error("Your cart is empty")]
    NoCart,
    /// A step is not done yet.
    #[error("Something is still missing")]
    Incomplete(Step),
    /// No way to pay was chosen, or not one that is offered.
    #[error("Choose how to pay")]
    NoPaymentMethod,
    /// What the last page says cannot stand.
    #[error(transparent)]
    NotChosen(#[from] NotChosen),
    /// There is not enough of something.
    #[error("Some of it has been sold out in the meantime")]
    SoldOut(Vec<Short>),
    /// The total is not the one that was agreed to.
    #[error("The total has changed")]
    TotalChanged(Vec<Changed>),
    /// Somebody else was faster to use a discount that has a limit.
    #[error("{}: {}", .0.name, .0.why)]
    DiscountGone(NotRedeemed),
    /// More than an order may come to.
    #[error("This order is too large to be placed online. Please write to us.")]
    TooLarge,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for PlaceOrder {
    type Out = Placed;
    type Error = PlaceError;

    async fn run(&self, tx: &mut Tx) -> Result<Placed, PlaceError> {
        let cart = cart::lock(tx, self.cart_id, &self.owner)
            .await?
            .ok_or(PlaceError::NoCart)?;
        if cart.ordered_at.is_some() && holds(Guard::OneOrder) {
            return self.placed_before(tx).await;
        }
        let now = tx.now();
        let mut begun = Begun::of(tx, &self.owner, cart).await?;
        if let Some(signed) = &self.signed {
            signed.keep_in(&mut begun.checkout, &self.settings)?;
        }
        let view = begun.view(tx, &self.settings, now).await?;
        let quote = self.agreed(&view)?;
        let method = self.payment_method(&view, &quote)?;
        let order_id: OrderId = tx.new_id();
        let token = tx.new_token();
        let order = self.new_order(tx, order_id, &token, &view, quote, method)?;
        let number = orders::create(tx, &order, &self.actor).await?;
        tx.reach(Point::OrderWritten).await?;
        cart::close(tx, self.cart_id).await?;
        if self.signed.is_some() {
            store::save(tx, &view.checkout).await?;
        }
        if view.checkout.wants_marketing {
            let email = order.email.clone();
            events::record(tx, Event::NewsAsked { email }).await?;
        }
        // As late as can be: from here on whoever wants the same things waits until this order is written.
        reserve(tx, order_id, &view).await?;
        tx.reach(Point::StockTaken).await?;
        let attempt_id = self.open_payment(tx, &order).await?;
        tx.reach(Point::AttemptOpened).await?;
        redeem(tx, &order).await?;
        tx.reach(Point::OrderPlaced).await?;
        Ok(Placed {
            order_id,
            number,
            token,
            attempt_id,
            total: order.quote.total,
        })
    }
}

impl PlaceOrder {
    /// The order this cart became before.
    async fn placed_before(&self, tx: &mut Tx) -> Result<Placed, PlaceError> {
        let order = orders::by_cart(tx, self.cart_id).await?.ok_or(PlaceError::NoCart)?;
        let attempts = payment::attempts(tx, order.id).await?;
        let live = attempts.iter().rfind(|attempt| attempt.state.is_live());
        let token = token_of(&self.vault, &order).map_err(|error| DbError::Damaged(error.to_string()))?;
        Ok(Placed {
            order_id: order.id,
            number: order.number,
            token,
            attempt_id: live.map(|attempt| attempt.id),
            total: order.total,
        })
    }

    /// The figures, if everything is there and they are those the buyer agreed to.
    fn agreed(&self, view: &CheckoutView) -> Result<Quote, PlaceError> {
        if view.cart.lines.is_empty() {
            return Err(PlaceError::NoCart);
        }
        if view.step < Step::Review {
            return Err(PlaceError::Incomplete(view.step));
        }
        let short: Vec<Short> = view.blocked().map(short).collect();
        if !short.is_empty() {
            return Err(PlaceError::SoldOut(short));
        }
        let quote = view.quote.clone().map_err(|refused| match refused {
            QuoteError::TooLarge => PlaceError::TooLarge,
            damaged => DbError::Damaged(damaged.to_string()).into(),
        })?;
        let shown = Money::new(self.shown_total_minor, quote.currency);
        if quote.total != shown {
            return Err(PlaceError::TotalChanged(changes(
                view.checkout.shown.as_ref(),
                shown,
                &quote,
            )));
        }
        if quote.total.minor() > self.settings.checkout.total_max_minor {
            return Err(PlaceError::TooLarge);
        }
        Ok(quote)
    }

    fn payment_method(&self, view: &CheckoutView, quote: &Quote) -> Result<String, PlaceError> {
        if quote.total.is_zero() {
            return Ok(FREE.to_owned());
        }
        let chosen = view.checkout.payment_method.clone();
        let is_offered = |method: &String| offered(&self.settings).contains(&method.as_str());
        chosen.filter(is_offered).ok_or(PlaceError::NoPaymentMethod)
    }

    /// The copy of everything the order keeps.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is another thing, and there is one caller"
    )]
    fn new_order(
        &self,
        tx: &Tx,
        id: OrderId,
        token: &Token,
        view: &CheckoutView,
        quote: Quote,
        payment_method: String,
    ) -> Result<NewOrder, PlaceError> {
        let checkout = &view.checkout;
        let (Some(email), Some(address)) = (&checkout.email, &checkout.shipping_address) else {
            return Err(PlaceError::Incomplete(Step::Details));
        };
        let lines = view.cart.lines.iter().zip(&quote.lines).zip(1..);
        Ok(NewOrder {
            id,
            cart_id: self.cart_id,
            customer_id: self.owner.customer_id(),
            email: email.clone(),
            token_hash: token.hash(),
            token_sealed: self.vault.seal_token(tx.random(), TOKEN_PLACE, token),
            lines: lines
                .map(|((line, quoted), position)| new_line(line, quoted, position))
                .collect(),
            shipping_address: address.clone(),
            billing_address: checkout.billing_address.clone(),
            hold_until: self.hold_until(&payment_method, tx.now()),
            payment_method,
            promise: view.chosen.as_ref().map(|choice| choice.promise),
            gift_note: checkout.gift_note.clone(),
            quote,
        })
    }

    fn hold_until(&self, payment_method: &str, now: Instant) -> Option<Instant> {
        match when_paid(payment_method, &self.settings) {
            PayLater::Within(time) if payment_method != FREE => Some(now.plus(time)),
            PayLater::Within(_) | PayLater::OnDelivery => None,
        }
    }

    /// Opens the attempt, or settles what needs none: an order that costs nothing is paid, one on delivery counts at once.
    async fn open_payment(&self, tx: &mut Tx, new: &NewOrder) -> Result<Option<PaymentAttemptId>, PlaceError> {
        if new.payment_method == FREE {
            let order = just_placed(tx, new.id).await?;
            orders::confirm(tx, &order, order.total, &self.actor).await?;
            orders::set_payment_status(tx, new.id, PaymentStatus::Paid).await?;
            return Ok(None);
        }
        let attempt = NewAttempt {
            order_id: new.id,
            gateway: new.payment_method.clone(),
            amount: new.quote.total,
            capture: self.settings.payments.capture_of(&new.payment_method),
        };
        let attempt_id = payment::open(tx, &attempt).await?;
        if when_paid(&new.payment_method, &self.settings) == PayLater::OnDelivery {
            let order = just_placed(tx, new.id).await?;
            orders::confirm_unpaid(tx, &order, &self.actor).await?;
            return Ok(None);
        }
        // By card the buyer goes on to the gateway, and hears of the order when it is paid.
        if new.payment_method == payment::BANK_TRANSFER {
            events::record(tx, Event::OrderPlaced { order_id: new.id }).await?;
        }
        Ok(Some(attempt_id))
    }
}

/// Uses the order's discounts under their limits. Last of all, so that those who want the same one wait for each other as briefly as can be.
async fn redeem(tx: &mut Tx, new: &NewOrder) -> Result<(), PlaceError> {
    let redemption = Redemption::of(new.id, &new.quote, new.customer_id, &new.email);
    match discount::redeem(tx, &redemption).await {
        Ok(()) => Ok(()),
        Err(RedeemError::Refused(gone)) => Err(PlaceError::DiscountGone(gone)),
        Err(RedeemError::Db(error)) => Err(error.into()),
    }
}

async fn just_placed(tx: &mut Tx, id: OrderId) -> Result<Order, DbError> {
    orders::find(tx, id).await?.ok_or(DbError::NotFound)
}

/// Takes the stock of every line, or says what there is too little of.
async fn reserve(tx: &mut Tx, order_id: OrderId, view: &CheckoutView) -> Result<(), PlaceError> {
    let lines = &view.cart.lines;
    let wants: Vec<(VariantId, Quantity)> = lines
        .iter()
        .map(|line| (line.terms.variant_id, line.quantity))
        .collect();
    match inventory::reserve(tx, order_id, &wants).await {
        Ok(()) => Ok(()),
        Err(ReserveError::SoldOut(short)) => Err(PlaceError::SoldOut(named(short, lines))),
        Err(ReserveError::Db(error)) => Err(error.into()),
    }
}

fn named(short: Vec<Shortage>, lines: &[Line]) -> Vec<Short> {
    let title = |id: VariantId| {
        lines
            .iter()
            .find(|line| line.terms.variant_id == id)
            .map(|line| line.terms.title.clone())
    };
    short
        .into_iter()
        .map(|shortage| Short {
            variant_id: shortage.variant_id,
            title: title(shortage.variant_id).unwrap_or_default(),
            wanted: shortage.wanted.get(),
            left: shortage.left,
        })
        .collect()
}

fn short(line: &Line) -> Short {
    let left = match line.state {
        cart::LineState::Available => line.quantity.as_i64(),
        cart::LineState::Short { left } => left,
        cart::LineState::SoldOut | cart::LineState::Gone => 0,
    };
    Short {
        variant_id: line.terms.variant_id,
        title: line.terms.title.clone(),
        wanted: line.quantity.get(),
        left,
    }
}

fn new_line(line: &Line, quoted: &QuoteLine, position: i64) -> NewLine {
    let terms = &line.terms;
    NewLine {
        position,
        product_id: terms.product_id,
        variant_id: terms.variant_id,
        title: terms.title.clone(),
        variant_title: terms.variant_title.clone(),
        sku: terms.sku.as_ref().map(ToString::to_string).unwrap_or_default(),
        image_id: terms.image,
        needs_shipping: terms.needs_shipping,
        quoted: quoted.clone(),
    }
}
