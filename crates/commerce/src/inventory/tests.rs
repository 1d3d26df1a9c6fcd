use wares_db::{Db, DbError, Sql, both_engines, job, p, sql};
use wares_kernel::page::After;
use wares_kernel::{Id, OrderId, Quantity, VariantId};

use super::*;
use crate::audit::Actor;
use crate::testing::Goods;

const SUM: Sql = sql!("SELECT cast(coalesce(sum(delta), 0) AS bigint) FROM stock_movements WHERE variant_id = ?1");
const PRODUCT: Sql =
    sql!("SELECT p.available, p.in_stock FROM products p JOIN variants v ON v.product_id = p.id WHERE v.id = ?1");

fn order(n: u128) -> OrderId {
    Id::new(uuid::Uuid::from_u128(n))
}

fn pieces(n: u32) -> Quantity {
    Quantity::try_from(n).unwrap()
}

async fn take(db: &Db, n: u128, wants: Vec<(VariantId, Quantity)>) -> Result<(), ReserveError> {
    db.write(job(move |tx| {
        let wants = wants.clone();
        Box::pin(async move { reserve(tx, order(n), &wants).await })
    }))
    .await
}

#[derive(Clone, Copy)]
enum Then {
    Claim,
    Release,
}

async fn then(db: &Db, n: u128, what: Then) {
    db.write(job(move |tx| {
        Box::pin(async move {
            match what {
                Then::Claim => claim(tx, order(n)).await,
                Then::Release => release(tx, order(n)).await,
            }
        })
    }))
    .await
    .unwrap();
}

async fn stock(db: &Db, variant_id: VariantId) -> (i64, i64) {
    let level = level(&mut db.read().await.unwrap(), variant_id).await.unwrap().unwrap();
    (level.on_hand, level.reserved)
}

/// On hand is the sum of the ledger, and the product says what its variant has.
async fn adds_up(db: &Db, variant_id: VariantId) {
    let mut conn = db.read().await.unwrap();
    let level = level(&mut conn, variant_id).await.unwrap().unwrap();
    let (sum,): (i64,) = conn.one(SUM, p![variant_id]).await.unwrap();
    assert_eq!(sum, level.on_hand);
    let (available, in_stock): (i64, bool) = conn.one(PRODUCT, p![variant_id]).await.unwrap();
    assert_eq!(available, level.available().max(0));
    assert_eq!(in_stock, level.available() > 0 || level.may_backorder);
}

/// Counted in the table: followers on `PostgreSQL` wait for every running transaction, those of other tests too.
async fn n_changes(db: &Db) -> i64 {
    const COUNT: Sql = sql!("SELECT count(*) FROM change_log");
    let (n,): (i64,) = db.read().await.unwrap().one(COUNT, p![]).await.unwrap();
    n
}

both_engines! {
    async fn the_last_pieces_are_taken_once(db: TestDb) {
        let (_, mug) = Goods::mug(10).create(&db).await;
        let takers = (0..50).map(|n| {
            let db = db.db.clone();
            tokio::spawn(async move { take(&db, n, vec![(mug, pieces(1))]).await.is_ok() })
        });
        let mut taken = 0;
        for taker in takers.collect::<Vec<_>>() {
            taken += usize::from(taker.await.unwrap());
        }
        assert_eq!(taken, 10);
        assert_eq!(stock(&db.db, mug).await, (10, 10));
        adds_up(&db.db, mug).await;
    }

    async fn orders_for_the_same_things_in_any_order_do_not_lock_one_another_out(db: TestDb) {
        let mut goods = Vec::new();
        for _ in 0..4 {
            goods.push(Goods::mug(1000).create(&db).await.1);
        }
        let takers = (0..40_u32).map(|n| {
            let (db, mut wants) = (db.db.clone(), goods.clone());
            wants.rotate_left(usize::try_from(n % 4).unwrap());
            let wants = wants.into_iter().map(|variant| (variant, pieces(1))).collect();
            tokio::spawn(async move { take(&db, u128::from(n), wants).await })
        });
        for taker in takers.collect::<Vec<_>>() {
            taker.await.unwrap().unwrap();
        }
        for variant in goods {
            assert_eq!(stock(&db.db, variant).await, (1000, 40));
        }
    }

    async fn sold_out_says_what_and_how_many_are_left_and_takes_nothing(db: TestDb) {
        let (_, plenty) = Goods::mug(10).create(&db).await;
        let (_, few) = Goods::mug(2).create(&db).await;
        let wants = vec![(few, pieces(3)), (plenty, pieces(1))];
        let refused = db.db.write(job(move |tx| {
            let wants = wants.clone();
            Box::pin(async move {
                // Whoever asks may go on: nothing is left taken in the same unit of work either.
                let ReserveError::SoldOut(short) = reserve(tx, order(1), &wants).await.unwrap_err() else {
                    panic!("nothing but sold out was to be expected");
                };
                Ok::<_, DbError>(short)
            })
        })).await.unwrap();
        assert_eq!(refused, [Shortage { variant_id: few, wanted: pieces(3), left: 2 }]);
        assert_eq!(stock(&db.db, few).await, (2, 0));
        assert_eq!(stock(&db.db, plenty).await, (10, 0));
        adds_up(&db.db, plenty).await;
    }

    async fn what_is_paid_leaves_and_what_is_not_is_free_again(db: TestDb) {
        let (_, mug) = Goods::mug(10).create(&db).await;
        take(&db.db, 1, vec![(mug, pieces(2))]).await.unwrap();
        take(&db.db, 2, vec![(mug, pieces(3))]).await.unwrap();
        assert_eq!(stock(&db.db, mug).await, (10, 5));
        then(&db.db, 1, Then::Claim).await;
        then(&db.db, 2, Then::Release).await;
        assert_eq!(stock(&db.db, mug).await, (8, 0));
        // Neither can happen again.
        then(&db.db, 1, Then::Release).await;
        then(&db.db, 2, Then::Claim).await;
        assert_eq!(stock(&db.db, mug).await, (8, 0));
        adds_up(&db.db, mug).await;
    }

    async fn a_released_order_can_take_again(db: TestDb) {
        let (_, mug) = Goods::mug(1).create(&db).await;
        take(&db.db, 1, vec![(mug, pieces(1))]).await.unwrap();
        then(&db.db, 1, Then::Release).await;
        take(&db.db, 1, vec![(mug, pieces(1))]).await.unwrap();
        then(&db.db, 1, Then::Claim).await;
        assert_eq!(stock(&db.db, mug).await, (0, 0));
    }

    async fn what_may_be_ordered_ahead_never_sells_out(db: TestDb) {
        let mut goods = Goods::mug(0);
        goods.stock.may_backorder = true;
        let (_, print) = goods.create(&db).await;
        take(&db.db, 1, vec![(print, pieces(5))]).await.unwrap();
        then(&db.db, 1, Then::Claim).await;
        assert_eq!(stock(&db.db, print).await, (-5, 0));
        adds_up(&db.db, print).await;
    }

    async fn pages_hear_of_stock_only_when_they_show_something_else(db: TestDb) {
        let (_, mug) = Goods::mug(10).create(&db).await;
        let before = n_changes(&db.db).await;
        take(&db.db, 1, vec![(mug, pieces(4))]).await.unwrap();
        assert_eq!(n_changes(&db.db).await - before, 0);
        take(&db.db, 2, vec![(mug, pieces(1))]).await.unwrap();
        assert_eq!(n_changes(&db.db).await - before, 1);
        then(&db.db, 1, Then::Claim).await;
        assert_eq!(n_changes(&db.db).await - before, 1);
        then(&db.db, 2, Then::Release).await;
        assert_eq!(n_changes(&db.db).await - before, 2);
    }

    async fn staff_cannot_take_out_what_is_kept_for_orders(db: TestDb) {
        let (_, mug) = Goods::mug(5).create(&db).await;
        take(&db.db, 1, vec![(mug, pieces(4))]).await.unwrap();
        let adjust = |delta| Adjust {
            actor: Actor::System,
            variant_id: mug,
            delta,
            reason: Reason::Damaged,
            note: "  dropped ".to_owned(),
        };
        let refused = db.db.write(adjust(-2)).await.unwrap_err();
        assert_eq!(refused.to_string(), "4 of 5 pieces are kept for orders, so at most 1 can be taken out");
        assert_eq!(db.db.write(adjust(-1)).await.unwrap().on_hand, 4);
        assert!(matches!(db.db.write(adjust(0)).await, Err(AdjustError::NotAChange)));
        let ledger = movements(&mut db.db.read().await.unwrap(), mug, After::NEWEST, 10).await.unwrap();
        let told: Vec<(i64, i64, &str)> = ledger.items.iter().map(|m| (m.delta, m.on_hand_after, m.note.as_str())).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&(-1, 4, "dropped")));
        adds_up(&db.db, mug).await;
    }

    async fn a_count_that_was_overtaken_by_a_sale_is_refused(db: TestDb) {
        let (_, mug) = Goods::mug(5).create(&db).await;
        let count = |expected, counted| Count { actor: Actor::System, variant_id: mug, expected, counted };
        assert_eq!(db.db.write(count(5, 7)).await.unwrap().on_hand, 7);
        assert!(matches!(db.db.write(count(5, 4)).await, Err(CountError::Moved { on_hand: 7 })));
        adds_up(&db.db, mug).await;
    }

    async fn returned_pieces_are_for_sale_again(db: TestDb) {
        let (_, mug) = Goods::mug(1).create(&db).await;
        take(&db.db, 1, vec![(mug, pieces(1))]).await.unwrap();
        then(&db.db, 1, Then::Claim).await;
        let before = n_changes(&db.db).await;
        db.db.write(job(move |tx| Box::pin(async move {
            put_back(tx, order(1), &[(mug, pieces(1))], Reason::Returned, None).await
        }))).await.unwrap();
        assert_eq!(stock(&db.db, mug).await, (1, 0));
        assert_eq!(n_changes(&db.db).await - before, 1);
        adds_up(&db.db, mug).await;
    }

    async fn every_statement_is_understood(db: TestDb) {
        wares_db::testing::understands(&db, store::ALL).await;
    }
}
