use std::time::Duration;

use serde_json::json;
use wares_commerce::accounts::link::{self, Purpose};
use wares_commerce::settings::Cache;
use wares_db::testing::TestDb;
use wares_db::{DbError, Sql, both_engines, job, p, sql};

use super::TidyUp;

const N_LINKS: Sql = sql!("SELECT count(*) FROM link_tokens");

async fn n_links(test: &TestDb) -> i64 {
    let mut conn = test.db.read().await.expect("a connection");
    let (n,): (i64,) = conn.one(N_LINKS, p![]).await.expect("links can be counted");
    n
}

both_engines! {
    async fn what_has_run_out_is_forgotten_within_the_hour(test: TestDb) {
        let issue = job(|tx| Box::pin(async move { link::issue(tx, Purpose::SetUp, None, &json!({})).await.map(drop) }));
        let issued: Result<(), DbError> = test.db.write(issue).await;
        issued.expect("a link is issued");
        let settings = Cache::start(&mut test.db.read().await.expect("a connection")).await.expect("settings can be read");
        let upkeep = TidyUp { db: test.db.clone(), settings };
        upkeep.once().await.expect("tidying up works");
        assert_eq!(n_links(&test).await, 1, "what still counts is kept");
        test.clock.advance(Duration::from_hours(24 * 60));
        upkeep.once().await.expect("tidying up works");
        assert_eq!(n_links(&test).await, 0);
    }
}
