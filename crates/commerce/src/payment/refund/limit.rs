//! Refunds that take the password again: those that bring what one person gave back of an order above the shop's limit.
//!
//! What somebody gave back of the same order before counts, so that a large refund cannot be made of small ones.

use wares_db::{Conn, DbError};
use wares_kernel::Money;

use super::store;
use crate::audit::Actor;
use crate::orders::Order;
use crate::settings::{self, Payments};
use crate::staff::Confirmed;

/// The shop's limit, where somebody who gives back so much more of an order goes beyond it; nothing where no password is asked for.
/// Only staff are asked.
pub async fn password_limit(
    conn: &mut Conn,
    actor: &Actor,
    order: &Order,
    amount: Money,
) -> Result<Option<Money>, DbError> {
    let Some(staff_id) = actor.staff_id().filter(|_| amount.minor() > 0) else {
        return Ok(None);
    };
    let Some(limit) = settings::load::<Payments>(conn).await?.value.password_above_minor else {
        return Ok(None);
    };
    let before = store::given_back_by(conn, order.id, staff_id).await?;
    let is_beyond = before.saturating_add(amount.minor()) > limit;
    Ok(is_beyond.then(|| Money::new(limit, order.currency)))
}

/// Refuses what takes the password where that was not typed.
pub(in crate::payment) async fn check(
    conn: &mut Conn,
    actor: &Actor,
    order: &Order,
    amount: Money,
    confirmed: Option<Confirmed>,
) -> Result<Result<(), PasswordNeeded>, DbError> {
    let is_typed = |id| confirmed.is_some_and(|proof| proof.is_of(id));
    if actor.staff_id().is_some_and(is_typed) {
        return Ok(Ok(()));
    }
    let limit = password_limit(conn, actor, order, amount).await?;
    Ok(limit.map_or(Ok(()), |limit| Err(PasswordNeeded { limit })))
}

/// So much goes back that the password has to be typed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter your password. It takes one to refund more than {limit} of an order", limit = .limit.decimal())]
pub struct PasswordNeeded {
    /// The shop's limit for one person and order.
    pub limit: Money,
}
