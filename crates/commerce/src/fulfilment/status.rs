//! The fulfilment axis of an order, computed from its lines and parcels.

use super::fulfilment::Fulfilment;
use crate::orders::{FulfilmentStatus, OrderLine};

/// What an order's lines and parcels come to.
///
/// | pieces sent                                | status             |
/// |--------------------------------------------|--------------------|
/// | none                                       | `Unfulfilled`      |
/// | some                                       | `PartiallyShipped` |
/// | all, a parcel is still on its way          | `Shipped`          |
/// | all, and every parcel has arrived          | `Delivered`        |
/// | all of them came back, or none is left to send | `Returned`     |
///
/// Pieces that were taken off the order are not waited for.
pub fn fulfilment_status(lines: &[OrderLine], parcels: &[Fulfilment]) -> FulfilmentStatus {
    let (wanted, sent, back) = lines.iter().fold((0, 0, 0), |(wanted, sent, back), line| {
        (
            wanted + line.quantity.as_i64() - line.n_dropped,
            sent + line.n_shipped,
            back + line.n_returned,
        )
    });
    if back >= wanted {
        FulfilmentStatus::Returned
    } else if sent == 0 {
        FulfilmentStatus::Unfulfilled
    } else if sent < wanted {
        FulfilmentStatus::PartiallyShipped
    } else if parcels.iter().all(|parcel| parcel.delivered_at.is_some()) {
        FulfilmentStatus::Delivered
    } else {
        FulfilmentStatus::Shipped
    }
}
