//! What the checkout does with a cart.

use wares_db::{DbError, Tx};
use wares_kernel::{CartId, Quantity, VariantId};

use super::codes;
use super::notice::Notice;
use super::store::{self, owner_of};

/// The cart has become an order. Answers whether it was open: `false` means somebody was faster.
pub async fn close(tx: &mut Tx, cart_id: CartId) -> Result<bool, DbError> {
    store::close(tx, cart_id).await
}

/// The order of this cart was not paid: its owner has it back with everything typed at checkout. What they have put together
/// since stays, and what was lost joins it.
pub async fn reopen(tx: &mut Tx, cart_id: CartId) -> Result<(), DbError> {
    if store::reopen(tx, cart_id).await? {
        return store::set_notices(tx, cart_id, &[Notice::Reopened]).await;
    }
    let Some(owner) = owner_of(tx, cart_id).await? else {
        return Ok(());
    };
    let open = store::open(tx, &owner).await?;
    codes::take_over(tx, cart_id, open).await?;
    for wish in store::wishes(tx, cart_id).await? {
        if store::wish(tx, open, wish.variant_id).await?.is_none() {
            store::put(tx, open, &wish).await?;
        }
    }
    Ok(())
}

/// The order of this cart, which its owner has back, was paid after all: what still lies there as it was ordered is taken out, and they are
/// told. What they have changed since is a new wish, and stays.
pub async fn take_out(tx: &mut Tx, cart_id: CartId, bought: &[(VariantId, Quantity)]) -> Result<(), DbError> {
    let Some(owner) = owner_of(tx, cart_id).await? else {
        return Ok(());
    };
    let Some(open) = store::lock_current(tx, &owner).await? else {
        return Ok(());
    };
    let mut is_changed = false;
    for (variant_id, quantity) in bought {
        let wish = store::wish(tx, open, *variant_id).await?;
        if wish.is_some_and(|wish| wish.quantity == *quantity) {
            is_changed |= store::delete_line(tx, open, *variant_id).await?;
        }
    }
    if is_changed {
        store::set_notices(tx, open, &[Notice::Bought]).await?;
    }
    Ok(())
}
