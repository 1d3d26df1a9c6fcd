//! Everything a page shows of one order, read at once.

use std::collections::HashMap;

use wares_commerce::{
    catalog::{self, Photo},
    fulfilment::{self, Fulfilment, FulfilmentLine},
    invoicing::{self, Document},
    orders::{self, Order, OrderLine, TimelineEntry},
    payment::{self, PaymentAttempt, Refund, RefundLine, RefundProgress, Release},
};
use wares_db::{Conn, DbError};
use wares_kernel::{ImageId, OrderId};

/// An order with what hangs on it.
pub(crate) struct Found {
    pub(crate) order: Order,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) parcels: Vec<Fulfilment>,
    pub(crate) contents: Vec<FulfilmentLine>,
    pub(crate) attempts: Vec<PaymentAttempt>,
    /// What went back of it, or is on its way.
    pub(crate) refunds: Vec<Refund>,
    pub(crate) refunded: Vec<RefundLine>,
    /// What was authorised and never charged.
    pub(crate) release: Option<Release>,
    /// Its invoice and credit notes.
    pub(crate) documents: Vec<Document>,
    pub(crate) timeline: Vec<TimelineEntry>,
    pub(crate) photos: HashMap<ImageId, Photo>,
}

impl Found {
    /// Reads what belongs to an order.
    pub(crate) async fn of(conn: &mut Conn, order: Order) -> Result<Self, DbError> {
        let id: OrderId = order.id;
        let lines = orders::lines(conn, id).await?;
        let mut photos = HashMap::new();
        for image in lines.iter().filter_map(|line| line.image_id) {
            if let Some(photo) = catalog::photo(conn, image).await? {
                photos.insert(image, photo);
            }
        }
        let mut refunds = payment::refunds(conn, id).await?;
        let refunded = match refunds.as_slice() {
            [] => Vec::new(),
            _ => payment::refund_lines(conn, id).await?,
        };
        let parcels = fulfilment::of_order(conn, id).await?;
        let contents = match parcels.as_slice() {
            [] => Vec::new(),
            _ => fulfilment::lines(conn, id).await?,
        };
        refunds.retain(|refund| refund.is_credit && refund.state != RefundProgress::Failed);
        Ok(Self {
            refunds,
            release: payment::release(conn, &order).await?,
            refunded,
            lines,
            parcels,
            contents,
            attempts: payment::attempts(conn, id).await?,
            documents: invoicing::of_order(conn, id).await?,
            timeline: orders::timeline(conn, id).await?,
            photos,
            order,
        })
    }

    /// The attempt through which money came, or may still come; the latest where there are several.
    pub(crate) fn attempt(&self) -> Option<&PaymentAttempt> {
        let newest = |wanted: fn(&PaymentAttempt) -> bool| {
            self.attempts
                .iter()
                .filter(|attempt| wanted(attempt))
                .max_by_key(|attempt| attempt.created_at)
        };
        newest(|attempt| attempt.totals.captured > 0).or_else(|| newest(|attempt| attempt.state.is_live()))
    }

    /// When something happened first, from the timeline.
    pub(crate) fn at(&self, kind: &str) -> Option<wares_kernel::Instant> {
        self.timeline
            .iter()
            .rev()
            .find(|entry| entry.kind == kind)
            .map(|entry| entry.at)
    }
}
