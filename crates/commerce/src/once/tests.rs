use std::time::Duration;

use serde_json::json;
use wares_db::testing::TestDb;
use wares_db::{DbError, Sql, both_engines, job, p, sql};

use super::*;

const CHANGE: Sql = sql!("INSERT INTO change_log (kind, entity, at) VALUES ('settings', NULL, ?1)");
const N_CHANGES: Sql = sql!("SELECT count(*) FROM change_log");

/// Work that stores a row, and is refused after it when it is told so.
fn work(is_refused: bool) -> impl Write<Out = (), Error = DbError> {
    job(move |tx| {
        Box::pin(async move {
            let now = tx.now();
            tx.exec(CHANGE, p![now]).await?;
            if is_refused { Err(DbError::NotFound) } else { Ok(()) }
        })
    })
}

async fn n_stored(test: &TestDb) -> i64 {
    let (n,): (i64,) = test.db.read().await.unwrap().one(N_CHANGES, p![]).await.unwrap();
    n
}

async fn answered(test: &TestDb, deed: &Deed) -> Answer {
    answer(&mut test.db.read().await.unwrap(), deed).await.unwrap()
}

both_engines! {
    async fn what_was_sent_twice_at_once_is_stored_once(test: TestDb) {
        let sent = || {
            let (db, deed) = (test.db.clone(), Deed::new("a form"));
            async move { (db.write(Once::new(Some(deed.clone()), work(false))).await, deed) }
        };
        let all = futures_util::future::join_all((0..8).map(|_| sent())).await;
        let done: Vec<_> = all.iter().filter(|(result, _)| result.is_ok()).collect();
        assert_eq!((done.len(), n_stored(&test).await), (1, 1));
        assert!(done[0].1.is_done_here());
        let repeated = all.iter().filter(|(_, deed)| !deed.is_done_here());
        for (result, deed) in repeated {
            assert!(result.as_ref().unwrap_err().violates("idempotency_pkey"));
            assert_eq!(answered(&test, deed).await, Answer::Unknown);
        }
    }

    async fn a_repetition_finds_what_the_first_was_told(test: TestDb) {
        let first = Deed::new("a form");
        assert_eq!(answered(&test, &first).await, Answer::NotDone);
        test.db.write(Once::new(Some(first.clone()), work(false))).await.unwrap();
        keep_answer(&test.db, &first, json!({"see": "/there"})).await.unwrap();
        assert_eq!(answered(&test, &Deed::new("a form")).await, Answer::Said(json!({"see": "/there"})));
        assert_eq!(answered(&test, &Deed::new("another")).await, Answer::NotDone);
    }

    async fn what_was_refused_may_be_sent_again(test: TestDb) {
        let deed = Deed::new("a form");
        assert!(test.db.write(Once::new(Some(deed.clone()), work(true))).await.is_err());
        assert_eq!((answered(&test, &deed).await, deed.is_done_here()), (Answer::NotDone, false));
        test.db.write(Once::new(Some(deed), work(false))).await.unwrap();
        assert_eq!(n_stored(&test).await, 1);
    }

    async fn deeds_are_forgotten_after_a_week(test: TestDb) {
        let deed = Deed::new("a form");
        test.db.write(Once::new(Some(deed.clone()), work(false))).await.unwrap();
        assert_eq!(test.db.write(Prune).await.unwrap(), 0);
        test.clock.advance(Duration::from_hours(8 * 24));
        assert_eq!(test.db.write(Prune).await.unwrap(), 1);
        assert_eq!(answered(&test, &deed).await, Answer::NotDone);
    }
}
