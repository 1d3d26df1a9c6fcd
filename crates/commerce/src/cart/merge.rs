//! Two carts become one when somebody signs in.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{CustomerId, TokenHash};

use super::cart::{CartOwner, LINES_MAX};
use super::codes;
use super::notice::Notice;
use super::store::{self, Wish};

/// Joins the browser's cart with the customer's. Of what is in both, the larger quantity stays: adding them up would surprise whoever
/// put the same thing into both on purpose.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The browser.
    pub visitor: TokenHash,
    /// Who signed in.
    pub customer_id: CustomerId,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Products that joined the customer's cart.
    pub n_joined: usize,
    /// Products that found no room any more.
    pub n_left_out: usize,
}

impl Write for Merge {
    type Out = Merged;
    type Error = DbError;

    /// The browser's cart is the one that stays: the checkout somebody is in the middle of hangs on it.
    async fn run(&self, tx: &mut Tx) -> Result<Merged, DbError> {
        let nothing = Merged {
            n_joined: 0,
            n_left_out: 0,
        };
        let Some(here) = store::lock_current(tx, &CartOwner::Visitor(self.visitor)).await? else {
            return Ok(nothing);
        };
        let customers = store::lock_current(tx, &CartOwner::Customer(self.customer_id)).await?;
        let brought = store::wishes(tx, here).await?;
        let kept = match customers {
            Some(cart_id) => store::wishes(tx, cart_id).await?,
            None => Vec::new(),
        };
        if brought.is_empty() && customers.is_some() {
            return Ok(nothing);
        }
        let plan = plan(&kept, &brought);
        for wish in kept.iter().chain(&plan.put) {
            store::put(tx, here, wish).await?;
        }
        for wish in &plan.left_out {
            store::delete_line(tx, here, wish.variant_id).await?;
        }
        if let Some(cart_id) = customers {
            codes::take_over(tx, cart_id, here).await?;
            store::delete(tx, cart_id).await?;
        }
        store::hand_over(tx, here, self.customer_id).await?;
        // Only who had something here before is surprised to find more.
        if plan.n_joined > 0 && !kept.is_empty() {
            let n_products = u32::try_from(plan.n_joined).unwrap_or(u32::MAX);
            store::set_notices(tx, here, &[Notice::Merged { n_products }]).await?;
        }
        Ok(Merged {
            n_joined: plan.n_joined,
            n_left_out: plan.left_out.len(),
        })
    }
}

struct Plan {
    put: Vec<Wish>,
    n_joined: usize,
    left_out: Vec<Wish>,
}

fn plan(there: &[Wish], brought: &[Wish]) -> Plan {
    let mut plan = Plan {
        put: Vec::new(),
        n_joined: 0,
        left_out: Vec::new(),
    };
    for wish in brought {
        match there.iter().find(|own| own.variant_id == wish.variant_id) {
            Some(own) => plan.put.push(Wish {
                quantity: own.quantity.max(wish.quantity),
                ..own.clone()
            }),
            None if there.len() + plan.n_joined < LINES_MAX => {
                plan.put.push(wish.clone());
                plan.n_joined += 1;
            }
            None => plan.left_out.push(wish.clone()),
        }
    }
    plan
}
