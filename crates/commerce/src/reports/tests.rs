use std::time::Duration;

use wares_db::testing::{TestDb, understands};
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{After, CategoryId, ProductId};

use super::products::{ProductRow, ProductView};
use super::{arrived, dashboard, delivery, discounts, heavy, order_export, orders, products, stock, together};
use crate::audit::Actor;
use crate::catalog::{CategoryDraft, SaveCategory};
use crate::testing::Goods;

const LIST: Sql = sql!("INSERT INTO product_categories (product_id, category_id) VALUES (?1, ?2)");

/// Seven mugs in a category, made one after the other, every third of them sold out; and one elsewhere.
async fn seven_mugs(db: &TestDb) -> CategoryId {
    let draft = CategoryDraft {
        slug: None,
        name: "Mugs".to_owned(),
        description: String::new(),
        parent: None,
        image: None,
        is_visible: true,
    };
    let save = SaveCategory {
        actor: Actor::System,
        category: None,
        draft,
    };
    let category = db.db.write(save).await.unwrap();
    for n in 0..7 {
        db.clock.advance(Duration::from_secs(60));
        let (product, _) = Goods::mug(if n % 3 == 0 { 0 } else { 4 }).create(db).await;
        let list = job(move |tx| Box::pin(async move { tx.exec(LIST, p![product, category]).await }));
        let listed: Result<u64, DbError> = db.db.write(list).await;
        listed.unwrap();
    }
    Goods::mug(0).create(db).await;
    category
}

fn ids(rows: &[ProductRow]) -> Vec<ProductId> {
    rows.iter().map(|row| row.id).collect()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        for statements in [arrived::STATEMENTS, dashboard::STATEMENTS,
            delivery::STATEMENTS, discounts::STATEMENTS, heavy::STATEMENTS, order_export::STATEMENTS, orders::STATEMENTS, products::STATEMENTS, stock::STATEMENTS, together::STATEMENTS] {
            understands(&db, statements).await;
        }
    }

    async fn a_category_reads_the_same_whether_it_is_large_or_small(db: TestDb) {
        let category = seven_mugs(&db).await;
        let mut conn = db.db.read().await.unwrap();
        for (view, n) in [(ProductView::All, 7), (ProductView::Active, 7), (ProductView::Draft, 0), (ProductView::SoldOut, 3)] {
            let small = products::of_small_category(&mut conn, category, view, After::NEWEST, 100).await.unwrap();
            let large = products::of_large_category(&mut conn, category, view, After::NEWEST, 100).await.unwrap();
            assert_eq!((small.len(), ids(&small)), (n, ids(&large)), "{view:?}");
            let Some(second) = small.get(1) else { continue };
            let after = After { at: second.updated_at, id: second.id.uuid() };
            let rest = products::of_large_category(&mut conn, category, view, after, 100).await.unwrap();
            assert_eq!(ids(&rest), ids(&small[2..]), "{view:?}");
        }
    }
}
