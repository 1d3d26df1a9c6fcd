//! Sending a parcel.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::{FulfilmentId, OrderId, OrderLineId, Quantity, text};

use super::status::fulfilment_status;
use super::store::{self, NewParcel};
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::orders::{self, Order, OrderLine, OrderState, PaymentStatus};
use crate::pricing::carriers;

/// The longest tracking number, in characters.
const TRACKING_MAX: usize = 60;
/// The longest name of a carrier.
const CARRIER_MAX: usize = 60;

/// One line of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShipLine {
    /// Which line of the order.
    pub order_line_id: OrderLineId,
    /// How many of it.
    pub quantity: Quantity,
}

/// Sends a parcel. The buyer is told by mail, with the link to follow it.
#[derive(Debug, Clone)]
pub struct Ship {
    /// Who sends it.
    pub actor: Actor,
    /// The order.
    pub order_id: OrderId,
    /// What is in it; lines with nothing are left out.
    pub lines: Vec<ShipLine>,
    /// Who carries it; empty when nobody in particular.
    pub carrier: String,
    /// The carrier's number, as typed; may be empty.
    pub tracking_number: String,
    /// Whether it is sent although the buyer's bank disputes the payment.
    pub despite_dispute: bool,
}

/// Why a parcel was not sent.
#[derive(Debug, thiserror::Error)]
pub enum ShipError {
    /// There is no such order.
    #[error("There is no such order")]
    NoOrder,
    /// It is not paid yet, or over.
    #[error("This order cannot be shipped: it is {0}")]
    NotReady(&'static str),
    /// The buyer's bank holds the money back.
    #[error("The payment of this order is disputed. Tick the box below to send it all the same.")]
    Disputed,
    /// Nothing was chosen.
    #[error("Choose what is in the parcel")]
    Empty,
    /// More than is left of a line.
    #[error("Only {left} of {title} are left to ship")]
    TooMuch {
        /// The product.
        title: String,
        /// How many are left.
        left: i64,
    },
    /// A text is too long or has no sense.
    #[error("Use at most {TRACKING_MAX} characters for the tracking number")]
    TrackingTooLong,
    /// The carrier's name is too long.
    #[error("Use at most {CARRIER_MAX} characters for the carrier")]
    CarrierTooLong,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Ship {
    type Out = FulfilmentId;
    type Error = ShipError;

    async fn run(&self, tx: &mut Tx) -> Result<FulfilmentId, ShipError> {
        let number = text::line(&self.tracking_number, TRACKING_MAX).map_err(|_| ShipError::TrackingTooLong)?;
        let carrier = text::line(&self.carrier, CARRIER_MAX).map_err(|_| ShipError::CarrierTooLong)?;
        let order = orders::lock(tx, self.order_id).await?.ok_or(ShipError::NoOrder)?;
        ready(&order)?;
        if order.payment_status == PaymentStatus::Disputed && !self.despite_dispute {
            return Err(ShipError::Disputed);
        }
        let lines = orders::lines(tx, order.id).await?;
        let packed = pack(&lines, &self.lines)?;
        let url = tracking_url(tx, &order, &carrier, &number).await?;
        let parcel = NewParcel {
            order_id: order.id,
            carrier: &carrier,
            tracking_number: &number,
            tracking_url: &url,
            staff_id: self.actor.staff_id(),
            lines: &packed,
        };
        let id = store::insert(tx, &parcel).await?;
        for (line_id, quantity) in &packed {
            orders::count_shipped(tx, *line_id, *quantity).await?;
        }
        follow(tx, order.id).await?;
        let data = json!({ "fulfilment_id": id, "carrier": carrier, "tracking_number": number, "tracking_url": url });
        orders::note(tx, order.id, "shipped", &self.actor, data.clone()).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Shipped,
            Object::order(order.id, order.number.to_string()),
            data,
        )
        .await?;
        events::record(tx, Event::FulfilmentShipped { fulfilment_id: id }).await?;
        Ok(id)
    }
}

fn ready(order: &Order) -> Result<(), ShipError> {
    match order.state {
        OrderState::Placed => Ok(()),
        OrderState::AwaitingPayment => Err(ShipError::NotReady("not paid yet")),
        OrderState::Completed => Err(ShipError::NotReady("complete")),
        OrderState::Expired => Err(ShipError::NotReady("expired")),
        OrderState::Cancelled => Err(ShipError::NotReady("cancelled")),
    }
}

/// The lines of the parcel, each within what is left of it.
fn pack(lines: &[OrderLine], wanted: &[ShipLine]) -> Result<Vec<(OrderLineId, Quantity)>, ShipError> {
    let mut packed: Vec<(OrderLineId, Quantity)> = Vec::new();
    for want in wanted {
        // A line of another order is as good as none.
        let Some(line) = lines.iter().find(|line| line.id == want.order_line_id) else {
            continue;
        };
        let left = line.n_to_ship();
        let twice = packed.iter().any(|(id, _)| *id == line.id);
        if twice || want.quantity.as_i64() > left {
            return Err(ShipError::TooMuch {
                title: line.title.clone(),
                left,
            });
        }
        packed.push((line.id, want.quantity));
    }
    if packed.is_empty() {
        Err(ShipError::Empty)
    } else {
        Ok(packed)
    }
}

/// Where the parcel can be followed, from the carrier's own pattern; empty when either is not known.
async fn tracking_url(tx: &mut Tx, order: &Order, carrier: &str, number: &str) -> Result<String, DbError> {
    if number.is_empty() {
        return Ok(String::new());
    }
    let Some(known) = carriers::carrier_named(tx, carrier).await? else {
        return Ok(String::new());
    };
    let to = &order.shipping_address;
    Ok(carriers::tracking_url(
        &known.tracking_url,
        number,
        &to.postcode,
        to.country.code(),
    ))
}

/// Brings the order's fulfilment axis in line with its lines and parcels. The order is locked.
pub async fn follow(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let lines = orders::lines(tx, order_id).await?;
    let parcels = store::of_order(tx, order_id).await?;
    let status = fulfilment_status(&lines, &parcels);
    let delivered_at = parcels.iter().filter_map(|parcel| parcel.delivered_at).max();
    orders::set_fulfilment_status(tx, order_id, status, delivered_at).await
}
