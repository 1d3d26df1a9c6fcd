use wares_db::both_engines;
use wares_db::testing::understands;

use super::{arrived, dashboard, delivery, discounts, orders, products, stock};

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        for statements in [arrived::STATEMENTS, dashboard::STATEMENTS,
            delivery::STATEMENTS, discounts::STATEMENTS, orders::STATEMENTS, products::STATEMENTS, stock::STATEMENTS] {
            understands(&db, statements).await;
        }
    }
}
