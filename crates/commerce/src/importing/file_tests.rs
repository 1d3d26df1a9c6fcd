use std::sync::Mutex;
use std::time::Duration;

use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::{Clock, Currency, ImportId, Instant};

use super::*;
use crate::audit::Actor;
use crate::media::tests::MemoryBlobs;

fn rows(n: u32) -> String {
    let rows = (0..n).map(|n| format!("Product {n},{n}.50\n"));
    std::iter::once("Title,Price\n".to_owned()).chain(rows).collect()
}

async fn kept(db: &TestDb, text: &str) -> ImportId {
    let mut incoming = Incoming::new().unwrap();
    incoming.push(text.as_bytes()).await.unwrap();
    keep(
        &db.db,
        incoming,
        Actor::System,
        "products.csv".to_owned(),
        Currency::EUR,
        None,
    )
    .await
    .unwrap()
}

async fn row(db: &TestDb, id: ImportId) -> Option<ImportRow> {
    import(&mut db.db.read().await.unwrap(), id).await.unwrap()
}

async fn is_kept(db: &TestDb, id: ImportId) -> bool {
    store::piece(&mut db.db.read().await.unwrap(), id, 0)
        .await
        .unwrap()
        .is_some()
}

async fn begun(db: &TestDb, text: &str) -> ImportId {
    let import_id = kept(db, text).await;
    check_file(&db.db, &MemoryBlobs::default(), &CheckFile { import_id })
        .await
        .unwrap();
    let actor = Actor::System;
    db.db.write(Start { actor, import_id }).await.unwrap();
    import_id
}

/// Every look at it takes a minute.
struct Slow(Mutex<Instant>);

impl Clock for Slow {
    fn now(&self) -> Instant {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(Duration::from_mins(1));
        *now
    }
}

both_engines! {
    async fn a_long_import_is_done_in_portions(db: TestDb) {
        let import_id = begun(&db, &rows(480)).await;
        let slow = Slow(Mutex::new(Instant::from_seconds(0)));
        let (blobs, task) = (MemoryBlobs::default(), ImportFile { import_id });
        import_file(&db.db, &blobs, &slow, &task).await.unwrap();
        let half = row(&db, import_id).await.unwrap();
        assert_eq!((half.state.as_str(), half.n_done, half.n_all), ("running", 200, 480));
        for _ in 0..2 {
            import_file(&db.db, &blobs, &slow, &task).await.unwrap();
        }
        let whole = row(&db, import_id).await.unwrap();
        assert_eq!((whole.state.as_str(), whole.n_done), ("finished", 480));
        assert_eq!(whole.report().unwrap().created, 480);
        assert!(!is_kept(&db, import_id).await, "what is imported is not kept");
        import_file(&db.db, &blobs, &slow, &task).await.unwrap();
        assert_eq!(row(&db, import_id).await.unwrap().finished_at, whole.finished_at);
    }

    async fn what_nobody_imports_is_forgotten(db: TestDb) {
        let unused = kept(&db, &rows(1)).await;
        let running = begun(&db, &rows(2)).await;
        db.clock.advance(Duration::from_hours(23));
        db.db.write(Prune).await.unwrap();
        assert!(is_kept(&db, unused).await);
        db.clock.advance(Duration::from_hours(2));
        db.db.write(Prune).await.unwrap();
        assert!(row(&db, unused).await.is_none() && !is_kept(&db, unused).await);
        assert!(is_kept(&db, running).await);
        db.clock.advance(Duration::from_hours(7 * 24));
        db.db.write(Prune).await.unwrap();
        let broken = row(&db, running).await.unwrap();
        assert_eq!((broken.state.as_str(), is_kept(&db, running).await), ("failed", false));
        let late = db.db.write(Start { actor: Actor::System, import_id: unused }).await;
        assert!(matches!(late, Err(StartError::NotFound)));
    }

    async fn an_import_begins_only_after_its_check(db: TestDb) {
        let import_id = kept(&db, &rows(1)).await;
        let early = db.db.write(Start { actor: Actor::System, import_id }).await;
        assert!(matches!(early, Err(StartError::NotChecked)));
    }

    async fn the_command_line_does_not_take_over_what_the_panel_imports(db: TestDb) {
        let import_id = begun(&db, &rows(3)).await;
        let unfinished = row(&db, import_id).await.unwrap();
        let fingerprint = {
            use sha2::Digest as _;
            wares_kernel::token::hex(&sha2::Sha256::digest(rows(3)))
        };
        let found = store::unfinished(&mut db.db.read().await.unwrap(), &fingerprint).await.unwrap();
        assert_eq!((unfinished.state.as_str(), found.map(|(id, ..)| id)), ("running", None));
    }
}
