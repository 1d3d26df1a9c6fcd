//! A parcel.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use wares_db::rows;
use wares_kernel::{FulfilmentId, Instant, OrderId, OrderLineId, Quantity};

rows! {
    /// A parcel as it is kept.
    pub struct Fulfilment {
        /// Its id.
        id: FulfilmentId,
        /// The order it belongs to.
        order_id: OrderId,
        /// Which parcel of the order it is, from 1.
        parcel: i64,
        /// Who carries it, or empty.
        carrier: String,
        /// The carrier's number for it, or empty.
        tracking_number: String,
        /// Where it can be followed (https), or empty.
        tracking_url: String,
        /// When it left.
        shipped_at: Instant,
        /// When it arrived.
        delivered_at: Option<Instant>,
    }

    /// What is in a parcel.
    pub struct FulfilmentLine {
        /// The parcel.
        fulfilment_id: FulfilmentId,
        /// Which line of the order.
        order_line_id: OrderLineId,
        /// How many of it.
        quantity: Quantity,
    }
}

/// How many days after the promised last day a delivery came, in the shop's time zone; zero when it kept the promise.
pub fn days_late(promised_to: Date, delivered_at: Instant, zone: &TimeZone) -> i32 {
    let day = zone.to_datetime(delivered_at.timestamp()).date();
    promised_to.until(day).map_or(0, |span| span.get_days()).max(0)
}

#[cfg(test)]
mod unit {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_parcel_that_comes_on_the_last_promised_day_is_on_time() {
        // 2026-03-13T22:30:00Z is half past eleven in the evening in Berlin.
        let evening: jiff::Timestamp = "2026-03-13T22:30:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(days_late(date(2026, 3, 13), evening.into(), &berlin), 0);
        assert_eq!(days_late(date(2026, 3, 12), evening.into(), &berlin), 1);
        assert_eq!(days_late(date(2026, 3, 20), evening.into(), &berlin), 0);
    }
}
