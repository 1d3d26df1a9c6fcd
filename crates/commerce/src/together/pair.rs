//! Counting what is bought with a product, some time after it was bought.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wares_db::{Db, DbError, Tx, Write};
use wares_jobs::{Due, JobError, Task};
use wares_kernel::{Instant, OrderId, ProductId};

use super::store::{self, Pair};
use crate::changes::{self, Change};
use crate::{orders, reports};

/// How many others are kept for each product: more than a page shows, because some may be sold out.
pub const KEPT: i64 = 12;
/// How often a product is paired at most, in seconds.
const SLOT_SECONDS: i64 = 3600;

/// Finds out what is bought together with a product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PairProduct {
    /// The product.
    pub product_id: ProductId,
}

impl Task for PairProduct {
    const KIND: &'static str = "pair_product";
}

/// The products of an order that counts are paired anew at the full hour, each once however many orders there are until then.
pub async fn ask(tx: &mut Tx, order_id: OrderId) -> Result<(), DbError> {
    let lines = orders::lines(tx, order_id).await?;
    let products: BTreeSet<ProductId> = lines.iter().map(|line| line.product_id).collect();
    if products.len() < 2 {
        return Ok(());
    }
    let slot = tx.now().seconds() / SLOT_SECONDS + 1;
    let due = Due::at(Instant::from_seconds(slot * SLOT_SECONDS));
    for product_id in products {
        let once = due.clone().once(format!("pair:{product_id}:{slot}"));
        wares_jobs::enqueue(tx, &PairProduct { product_id }, once).await?;
    }
    Ok(())
}

/// Runs [`PairProduct`].
pub async fn pair(db: &Db, task: &PairProduct) -> Result<(), JobError> {
    let product_id = task.product_id;
    let mut conn = db.read().await?;
    let pairs = reports::bought_with(&mut conn, product_id, KEPT).await?;
    let known = store::pairs(&mut conn, product_id).await?;
    drop(conn);
    if pairs != known {
        let looks_different = !pairs.iter().map(|pair| pair.0).eq(known.iter().map(|pair| pair.0));
        db.write(Keep {
            product_id,
            pairs,
            looks_different,
        })
        .await?;
    }
    Ok(())
}

/// Writes the pairs of a product in the place of those there were.
#[derive(Debug)]
struct Keep {
    product_id: ProductId,
    pairs: Vec<Pair>,
    looks_different: bool,
}

impl Write for Keep {
    type Out = ();
    type Error = DbError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        store::replace(tx, self.product_id, &self.pairs).await?;
        if self.looks_different {
            changes::record(tx, Change::Product(self.product_id)).await?;
        }
        Ok(())
    }
}
