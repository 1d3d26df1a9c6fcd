//! A parcel has arrived.

use serde_json::json;
use wares_db::{DbError, Tx, Write};
use wares_kernel::FulfilmentId;

use super::ship::follow;
use super::store;
use crate::audit::{self, Action, Actor, Object};
use crate::events::{self, Event};
use crate::orders;

/// Marks a parcel as delivered. The buyer is asked for a review. Doing it twice does it once.
#[derive(Debug, Clone)]
pub struct Deliver {
    /// Who says so.
    pub actor: Actor,
    /// The parcel.
    pub fulfilment_id: FulfilmentId,
}

/// Why a parcel was not marked as delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// There is no such parcel.
    #[error("There is no such parcel")]
    NoParcel,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Write for Deliver {
    type Out = ();
    type Error = DeliverError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DeliverError> {
        let parcel = store::find(tx, self.fulfilment_id)
            .await?
            .ok_or(DeliverError::NoParcel)?;
        let order = orders::lock(tx, parcel.order_id).await?.ok_or(DeliverError::NoParcel)?;
        if !store::delivered(tx, parcel.id).await? {
            return Ok(());
        }
        follow(tx, order.id).await?;
        let data = json!({ "fulfilment_id": parcel.id, "parcel": parcel.parcel });
        orders::note(tx, order.id, "delivered", &self.actor, data.clone()).await?;
        audit::record(
            tx,
            &self.actor,
            Action::Delivered,
            Object::order(order.id, order.number.to_string()),
            data,
        )
        .await?;
        events::record(
            tx,
            Event::FulfilmentDelivered {
                fulfilment_id: parcel.id,
            },
        )
        .await?;
        Ok(())
    }
}
