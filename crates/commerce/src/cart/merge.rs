//! Two carts become one when somebody signs in.

use wares_db::{DbError, Tx, Write};
use wares_kernel::{CustomerId, TokenHash};

use super::cart::{CartOwner, LINES_MAX};
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

    async fn run(&self, tx: &mut Tx) -> Result<Merged, DbError> {
        let nothing = Merged {
            n_joined: 0,
            n_left_out: 0,
        };
        let Some(from) = store::current(tx, &CartOwner::Visitor(self.visitor)).await? else {
            return Ok(nothing);
        };
        let brought = store::wishes(tx, from).await?;
        if brought.is_empty() {
            return Ok(nothing);
        }
        let to = store::open(tx, &CartOwner::Customer(self.customer_id)).await?;
        let there = store::wishes(tx, to).await?;
        let plan = plan(&there, &brought);
        for wish in &plan.put {
            store::put(tx, to, wish).await?;
        }
        store::delete(tx, from).await?;
        // Only who had something here before is surprised to find more.
        if plan.n_joined > 0 && !there.is_empty() {
            let n_products = u32::try_from(plan.n_joined).unwrap_or(u32::MAX);
            store::set_notices(tx, to, &[Notice::Merged { n_products }]).await?;
        }
        Ok(Merged {
            n_joined: plan.n_joined,
            n_left_out: plan.n_left_out,
        })
    }
}

struct Plan {
    put: Vec<Wish>,
    n_joined: usize,
    n_left_out: usize,
}

fn plan(there: &[Wish], brought: &[Wish]) -> Plan {
    let mut plan = Plan {
        put: Vec::new(),
        n_joined: 0,
        n_left_out: 0,
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
            None => plan.n_left_out += 1,
        }
    }
    plan
}
