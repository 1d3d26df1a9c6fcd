//! An order with its money: what the pages that take it and give it back work on.

use wares_commerce::{
    orders::{self, Order, OrderLine},
    payment::{self, PaymentAttempt, Rest},
};

use super::show::find;
use crate::{App, http::Error};

/// An order, its payments, and what of it can still be taken or go back.
pub(super) struct WithMoney {
    pub(super) order: Order,
    pub(super) lines: Vec<OrderLine>,
    pub(super) attempts: Vec<PaymentAttempt>,
    pub(super) rest: Rest,
}

impl WithMoney {
    /// The order of this number; a page that says so where there is none.
    pub(super) async fn of(app: &App, number: &str) -> Result<Self, Error> {
        let order = find(app, number).await?;
        let mut conn = app.db.read().await?;
        let lines = orders::lines(&mut conn, order.id).await?;
        Ok(Self {
            attempts: payment::attempts(&mut conn, order.id).await?,
            rest: payment::rest(&mut conn, &order, &lines).await?,
            lines,
            order,
        })
    }
}
