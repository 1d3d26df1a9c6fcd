use wares_db::testing::TestDb;
use wares_db::{Sql, both_engines, p, sql};
use wares_kernel::{ProductId, VariantId};

use super::*;
use crate::audit::Actor;
use crate::catalog::{SetStatus, Status};
use crate::events::Event;
use crate::purchases::Purchase;
use crate::reactions::Reaction;
use crate::testing::Goods;

type Made = (ProductId, VariantId);

/// Somebody buys these together, and what follows from that is written.
async fn buy(db: &TestDb, email: &str, goods: &[Made]) -> Purchase {
    let purchase = Purchase::place_of(db, email, None, "card", goods.to_vec()).await;
    purchase.confirm(db).await;
    let fact = Event::OrderConfirmed {
        order_id: purchase.order_id,
    };
    db.db.write(Reaction(fact)).await.unwrap();
    purchase
}

async fn pair_now(db: &TestDb, product_id: ProductId) {
    pair(&db.db, &PairProduct { product_id }).await.unwrap();
}

async fn shown(db: &TestDb, product: ProductId) -> Vec<ProductId> {
    let cards = cards(&mut db.db.read().await.unwrap(), product, 4).await.unwrap();
    cards.into_iter().map(|card| card.id).collect()
}

async fn n_asked(db: &TestDb) -> i64 {
    const ASKED: Sql = sql!("SELECT count(*) FROM jobs WHERE kind = 'pair_product'");
    let (n,): (i64,) = db.db.read().await.unwrap().one(ASKED, p![]).await.unwrap();
    n
}

async fn n_changes(db: &TestDb, product: ProductId) -> i64 {
    const CHANGES: Sql = sql!("SELECT count(*) FROM change_log WHERE entity = ?1");
    let (n,): (i64,) = db.db.read().await.unwrap().one(CHANGES, p![product]).await.unwrap();
    n
}

both_engines! {
    async fn what_several_people_bought_together_is_shown_what_most_bought_first(db: TestDb) {
        let (mug, cup, bowl) = (Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await);
        buy(&db, "ann@example.org", &[mug, cup]).await;
        buy(&db, "ben@example.org", &[mug, bowl]).await;
        buy(&db, "cid@example.org", &[mug, bowl, cup]).await;
        buy(&db, "dan@example.org", &[mug, bowl]).await;
        pair_now(&db, mug.0).await;
        assert_eq!(shown(&db, mug.0).await, [bowl.0, cup.0]);
        pair_now(&db, cup.0).await;
        assert_eq!(shown(&db, cup.0).await, [mug.0], "only one bought cup and bowl");
    }

    async fn what_one_buyer_puts_together_again_and_again_is_theirs(db: TestDb) {
        let (mug, cup) = (Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await);
        for _ in 0..3 {
            buy(&db, "ann@example.org", &[mug, cup]).await;
        }
        pair_now(&db, mug.0).await;
        assert!(shown(&db, mug.0).await.is_empty());
    }

    async fn an_order_that_does_not_count_pairs_nothing(db: TestDb) {
        let (mug, cup) = (Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await);
        buy(&db, "ann@example.org", &[mug, cup]).await;
        Purchase::place_of(&db, "ben@example.org", None, "card", vec![mug, cup]).await;
        pair_now(&db, mug.0).await;
        assert!(shown(&db, mug.0).await.is_empty(), "the second was never paid");
    }

    async fn only_what_can_be_bought_is_shown(db: TestDb) {
        let (mug, cup, bowl) = (Goods::mug(50).create(&db).await, Goods::mug(4).create(&db).await, Goods::mug(50).create(&db).await);
        for email in ["ann@example.org", "ben@example.org"] {
            buy(&db, email, &[mug, cup, bowl]).await;
        }
        pair_now(&db, mug.0).await;
        assert_eq!(shown(&db, mug.0).await, [bowl.0], "all four cups are sold");
        let away = SetStatus { actor: Actor::System, product: bowl.0, status: Status::Archived };
        db.db.write(away).await.unwrap();
        assert!(shown(&db, mug.0).await.is_empty());
    }

    async fn a_product_is_asked_for_once_an_hour_however_many_buy_it(db: TestDb) {
        let (mug, cup, bowl) = (Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await);
        buy(&db, "ann@example.org", &[bowl]).await;
        assert_eq!(n_asked(&db).await, 0, "nothing was bought with it");
        for email in ["ann@example.org", "ben@example.org", "cid@example.org"] {
            buy(&db, email, &[mug, cup]).await;
        }
        assert_eq!(n_asked(&db).await, 2);
        db.clock.advance(std::time::Duration::from_secs(3600));
        buy(&db, "dan@example.org", &[mug, cup]).await;
        assert_eq!(n_asked(&db).await, 4);
    }

    async fn a_page_is_dropped_only_when_it_looks_different(db: TestDb) {
        let (mug, cup) = (Goods::mug(50).create(&db).await, Goods::mug(50).create(&db).await);
        for email in ["ann@example.org", "ben@example.org"] {
            buy(&db, email, &[mug, cup]).await;
        }
        let before = n_changes(&db, mug.0).await;
        pair_now(&db, mug.0).await;
        assert_eq!(n_changes(&db, mug.0).await, before + 1);
        pair_now(&db, mug.0).await;
        assert_eq!(n_changes(&db, mug.0).await, before + 1, "found as it was");
        buy(&db, "cid@example.org", &[mug, cup]).await;
        let before = n_changes(&db, mug.0).await;
        pair_now(&db, mug.0).await;
        assert_eq!(n_changes(&db, mug.0).await, before, "one more buyer, the same row");
    }
}
