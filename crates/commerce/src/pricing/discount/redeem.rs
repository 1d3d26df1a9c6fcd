//! Using promotions under their limits, and giving the uses back.
//!
//! Each limit is one conditional statement: no row changed means that it is reached. Rows are taken in one order everywhere: promotions by
//! id, of each first itself, then its code, then its buyers by name; and after everything else an order takes, because a promotion with a
//! limit is a row that all its buyers wait for.

use wares_db::{DbError, Sql, Tx, p};
use wares_kernel::{CustomerId, EmailAddress, OrderId, PromotionId};

use super::apply::Discount;
use super::refusal::Refusal;
use super::store::{self, Use};
use crate::guards::{Guard, holds};
use crate::pricing::Quote;

/// What an order is given, to be taken under the limits.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The order.
    order_id: OrderId,
    /// Its discounts.
    discounts: &'a [Discount],
    /// Who orders, if they are signed in.
    customer_id: Option<CustomerId>,
    /// Where mails about it go.
    email: &'a EmailAddress,
}

impl<'a> Redemption<'a> {
    /// What an order uses of what its quote was given.
    pub fn of(order_id: OrderId, quote: &'a Quote, customer_id: Option<CustomerId>, email: &'a EmailAddress) -> Self {
        Self {
            order_id,
            discounts: &quote.discounts,
            customer_id,
            email,
        }
    }
}

/// A promotion that cannot be used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotRedeemed {
    /// What buyers know it by.
    pub name: String,
    /// Why not.
    pub why: Refusal,
}

/// Why promotions were not used.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// One of them cannot be used any more. Nothing was used at all.
    #[error("{}: {}", .0.name, .0.why)]
    Refused(NotRedeemed),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Who a use is counted for: the account and the e-mail address. Of an address only what is before a `+` counts, because everything after
/// it reaches the same mailbox.
#[derive(Debug, Clone)]
pub(super) struct Buyers {
    customer: String,
    email: String,
}

impl Buyers {
    pub(super) fn of(customer_id: Option<CustomerId>, email: Option<&EmailAddress>) -> Self {
        Self::known(customer_id, email.map(mailbox).as_deref())
    }

    fn known(customer_id: Option<CustomerId>, mailbox: Option<&str>) -> Self {
        Self {
            customer: customer_id.map(|id| format!("customer:{id}")).unwrap_or_default(),
            email: mailbox.map(|mailbox| format!("email:{mailbox}")).unwrap_or_default(),
        }
    }

    /// Their names in the order in which their rows are taken; empty ones are nobody.
    pub(super) fn names(&self) -> [&str; 2] {
        [&self.customer, &self.email]
    }
}

/// An address as far as it tells one mailbox from another.
fn mailbox(email: &EmailAddress) -> String {
    let key = email.key();
    match key.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => key,
    }
}

/// One row that says how often something was used.
enum Limit {
    InAll(PromotionId),
    OfCode(String),
    OfBuyer(PromotionId, String),
}

impl Limit {
    /// The limits of one use, in the order in which they are taken.
    fn all(id: PromotionId, code_key: Option<&str>, buyers: &Buyers) -> Vec<Self> {
        let code = code_key.map(|key| Self::OfCode(key.to_owned()));
        let names = buyers.names().into_iter().filter(|name| !name.is_empty());
        let buyers = names.map(|name| Self::OfBuyer(id, name.to_owned()));
        [Self::InAll(id)].into_iter().chain(code).chain(buyers).collect()
    }

    /// Counts one more use unless that is one too many.
    async fn take(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let is_counted = self
            .exec(tx, [store::COUNT_USE, store::COUNT_CODE, store::COUNT_BUYER])
            .await?
            == 1;
        Ok(is_counted
            || match self {
                Self::InAll(id) => store::share_unlimited(tx, *id).await?,
                Self::OfCode(key) => store::is_unlimited_code(tx, key).await?,
                Self::OfBuyer(..) => false,
            })
    }

    /// Counts one use less.
    async fn give_back(&self, tx: &mut Tx) -> Result<(), DbError> {
        let statements = [store::UNCOUNT_USE, store::UNCOUNT_CODE, store::UNCOUNT_BUYER];
        self.exec(tx, statements).await.map(drop)
    }

    async fn exec(&self, tx: &mut Tx, [in_all, of_code, of_buyer]: [Sql; 3]) -> Result<u64, DbError> {
        match self {
            Self::InAll(id) => tx.exec(in_all, p![id]).await,
            Self::OfCode(key) => tx.exec(of_code, p![key]).await,
            Self::OfBuyer(id, buyer) => tx.exec(of_buyer, p![id, buyer]).await,
        }
    }

    const fn refusal(&self) -> Refusal {
        match self {
            Self::InAll(_) | Self::OfCode(_) => Refusal::UsedUp,
            Self::OfBuyer(..) => Refusal::UsedAlready,
        }
    }
}

/// Uses what an order is given: all of it or nothing. Used again after [`release`], it is the same use.
pub async fn redeem(tx: &mut Tx, redemption: &Redemption<'_>) -> Result<(), RedeemError> {
    let buyers = Buyers::of(redemption.customer_id, Some(redemption.email));
    let mut discounts: Vec<&Discount> = redemption.discounts.iter().collect();
    discounts.sort_by_key(|discount| discount.promotion_id);
    let mut taken: Vec<Limit> = Vec::new();
    for discount in discounts {
        let code_key = discount.code.as_ref().map(super::Code::key);
        for limit in Limit::all(discount.promotion_id, code_key.as_deref(), &buyers) {
            if limit.take(tx).await? {
                taken.push(limit);
            } else if holds(Guard::CodeLimit) {
                let not = NotRedeemed {
                    name: discount.name.clone(),
                    why: limit.refusal(),
                };
                undo(tx, redemption.order_id, &taken).await?;
                return Err(RedeemError::Refused(not));
            }
        }
        store::keep_use(
            tx,
            &used(redemption, discount, code_key.as_deref(), &mailbox(redemption.email)),
        )
        .await?;
    }
    Ok(())
}

fn used<'a>(
    redemption: &Redemption<'_>,
    discount: &Discount,
    code_key: Option<&'a str>,
    email_key: &'a str,
) -> Use<'a> {
    Use {
        order_id: redemption.order_id,
        promotion_id: discount.promotion_id,
        code_key,
        email_key,
        customer_id: redemption.customer_id,
        goods_minor: discount.goods.minor(),
        delivery_minor: discount.delivery.minor(),
    }
}

/// Leaves everything as it was before, so that whoever asked may go on.
async fn undo(tx: &mut Tx, order_id: OrderId, taken: &[Limit]) -> Result<(), DbError> {
    store::release_uses(tx, order_id).await?;
    for limit in taken {
        limit.give_back(tx).await?;
    }
    Ok(())
}

/// What an order held may be used by others, and by its buyer once more. Does nothing when it holds nothing.
///
/// Called when an order expires or is cancelled, paid or not: only what was not sent can be cancelled, all its money goes back, and so the
/// buyer has had nothing of the discount.
pub async fn release(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    if !holds(Guard::CodeBack) {
        return Ok(());
    }
    for used in store::release_uses(tx, order_id).await? {
        let buyers = Buyers::known(used.customer_id, Some(&used.email_key));
        for limit in Limit::all(used.promotion_id, used.code_key.as_deref(), &buyers) {
            limit.give_back(tx).await?;
        }
    }
    Ok(())
}
