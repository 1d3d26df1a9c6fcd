//! Mails about orders.

use anyhow::anyhow;
use wares_db::Conn;
use wares_jobs::JobError;
use wares_kernel::{FulfilmentId, OrderId, RefundId};

use super::{Composed, Desk};

type Result = std::result::Result<Option<Composed>, JobError>;

fn not_yet() -> JobError {
    JobError::Retry(anyhow!("orders cannot be read yet"))
}

macro_rules! later {
    ($($name:ident($id:ty);)*) => {$(
        pub(super) async fn $name(_: &Desk<'_>, _: &mut Conn, _: $id) -> Result { Err(not_yet()) }
    )*};
}

later! {
    received(OrderId);
    confirmation(OrderId);
    expired(OrderId);
    cancelled(OrderId);
    payment_returned(OrderId);
    refunded(RefundId);
    shipped(FulfilmentId);
    delivered(FulfilmentId);
}
