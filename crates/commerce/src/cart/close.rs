//! What the checkout does with a cart.

use wares_db::{DbError, Tx};
use wares_kernel::CartId;

use super::notice::Notice;
use super::store::{self, current, owner_of};

/// The cart has become an order. Answers whether it was open: `false` means somebody was faster.
pub async fn close(tx: &mut Tx, cart_id: CartId) -> Result<bool, DbError> {
    store::close(tx, cart_id).await
}

/// The order of this cart was not paid: its wishes go back into the owner's open cart, beside what is there by now.
pub async fn reopen(tx: &mut Tx, cart_id: CartId) -> Result<(), DbError> {
    let Some(owner) = owner_of(tx, cart_id).await? else {
        return Ok(());
    };
    let lost = store::wishes(tx, cart_id).await?;
    let had_one = current(tx, &owner).await?.is_some();
    let open = store::open(tx, &owner).await?;
    for wish in lost {
        if store::wish(tx, open, wish.variant_id).await?.is_none() {
            store::put(tx, open, &wish).await?;
        }
    }
    if had_one {
        return Ok(());
    }
    store::set_notices(tx, open, &[Notice::Reopened]).await
}
