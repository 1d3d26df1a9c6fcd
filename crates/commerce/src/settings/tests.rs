use serde_json::json;
use wares_db::testing::{TestDb, understands};
use wares_db::{DbError, both_engines, job};
use wares_kernel::{After, Country, Currency, Id, SystemRandom};

use super::*;
use crate::audit::{self, Actor, Show, Span};
use crate::changes;
use crate::seal::Vault;

fn ana() -> Actor {
    Actor::Staff {
        id: Id::new(uuid::Uuid::from_u128(1)),
        name: "Ana".to_owned(),
        ip: None,
    }
}

fn named(name: &str) -> Store {
    Store {
        name: name.to_owned(),
        ..Store::default()
    }
}

async fn change<S: Section>(db: &TestDb, version: i64, value: S) -> Result<i64, ChangeError> {
    let actor = ana();
    db.db.write(Change { actor, version, value }).await
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn a_section_nobody_changed_has_its_defaults(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        let saved = load::<Checkout>(&mut conn).await.unwrap();
        assert_eq!((saved.value, saved.version, saved.changed_at), (Checkout::default(), 0, None));
        assert_eq!(Settings::load(&mut conn).await.unwrap(), Settings::default());
    }

    async fn two_sections_are_read_at_once_with_defaults_for_what_nobody_changed(db: TestDb) {
        change(&db, 0, named("Fieldhouse")).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let (store, mail) = pair::<Store, Mail>(&mut conn).await.unwrap();
        assert_eq!((store.name.as_str(), mail), ("Fieldhouse", Mail::default()));
        let (papers, store) = pair::<Invoicing, Store>(&mut conn).await.unwrap();
        assert_eq!((store.name.as_str(), papers), ("Fieldhouse", Invoicing::default()));
    }

    async fn a_change_is_kept_audited_and_told_to_every_instance(db: TestDb) {
        assert_eq!(change(&db, 0, named("Fieldhouse")).await.unwrap(), 1);

        let mut conn = db.db.read().await.unwrap();
        let saved = load::<Store>(&mut conn).await.unwrap();
        assert_eq!((saved.value.name.as_str(), saved.version), ("Fieldhouse", 1));
        assert_eq!(saved.changed_by.map(Id::uuid), Some(uuid::Uuid::from_u128(1)));
        let log = audit::list(&mut conn, Show::Everything, Span::ALWAYS, After::NEWEST, 10).await.unwrap();
        assert_eq!(log.items[0].details, json!({"name": ["My shop", "Fieldhouse"]}));
        drop(conn);
        let seen = changes::testing::seen(&db.db, 0, 1).await;
        assert_eq!(seen.iter().map(|entry| entry.change).collect::<Vec<_>>(), [changes::Change::Settings]);
    }

    async fn two_people_cannot_overwrite_each_other_unawares(db: TestDb) {
        change(&db, 0, named("First")).await.unwrap();
        assert!(matches!(change(&db, 0, named("Second")).await, Err(ChangeError::Stale)));
        change(&db, 1, named("Third")).await.unwrap();
        assert!(matches!(change(&db, 1, named("Fourth")).await, Err(ChangeError::Stale)));
    }

    async fn saving_what_is_already_so_changes_nothing(db: TestDb) {
        change(&db, 0, named("Fieldhouse")).await.unwrap();
        assert_eq!(change(&db, 1, named("Fieldhouse")).await.unwrap(), 1);
    }

    async fn what_is_wrong_is_said_field_by_field(db: TestDb) {
        let wrong = Store {
            name: " ".to_owned(),
            time_zone: "Mars/Olympus".to_owned(),
            accent: "#FFEE00".parse().unwrap(),
            tagline: "x".repeat(121),
            ..Store::default()
        };
        let Err(ChangeError::Invalid(problems)) = change(&db, 0, wrong).await else { panic!("it must be refused") };
        let fields: Vec<_> = problems.0.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "tagline", "time_zone", "accent"]);
    }

    async fn a_sealed_password_is_nowhere_in_the_log(db: TestDb) {
        let vault = Vault::new([1; 32]);
        let password = vault.seal_text(&SystemRandom, Mail::PASSWORD_PLACE, "hunter2");
        change(&db, 0, Mail { host: "smtp.example.org".to_owned(), password: Some(password.clone()), ..Mail::default() }).await.unwrap();

        let mut conn = db.db.read().await.unwrap();
        let log = audit::list(&mut conn, Show::Everything, Span::ALWAYS, After::NEWEST, 10).await.unwrap();
        assert_eq!(log.items[0].details["password"], json!([null, "•••"]));
        let kept = load::<Mail>(&mut conn).await.unwrap().value.password.unwrap();
        assert_eq!(vault.open_text(Mail::PASSWORD_PLACE, &kept).unwrap(), "hunter2");
    }

    async fn a_section_stored_by_an_older_version_gets_the_new_fields_by_default(db: TestDb) {
        let older = job(|tx| Box::pin(async move {
            let value = json!({"hold_minutes": 30});
            store::replace(tx, Checkout::NAME, 0, &value, None).await
        }));
        let done: Result<bool, DbError> = db.db.write(older).await;
        assert!(done.unwrap());
        let mut conn = db.db.read().await.unwrap();
        let value = load::<Checkout>(&mut conn).await.unwrap().value;
        assert_eq!(value, Checkout { hold_minutes: 30, ..Checkout::default() });
    }

    async fn every_clone_of_the_cache_sees_a_refresh(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        let cache = Cache::start(&mut conn).await.unwrap();
        let other = cache.clone();
        change(&db, 0, named("Fieldhouse")).await.unwrap();
        assert_eq!(other.get().store.name, "My shop");
        cache.refresh(&mut conn).await.unwrap();
        assert_eq!(other.get().store.name, "Fieldhouse");
    }
}

#[test]
fn a_shop_in_a_country_starts_with_what_is_usual_there() {
    let shop = Store::in_country("Corner".to_owned(), "GB".parse::<Country>().expect("a country"));
    assert_eq!(
        (shop.currency, shop.time_zone.as_str()),
        (Currency::GBP, "Europe/London")
    );
}

#[test]
fn a_mail_server_elsewhere_must_be_spoken_to_in_private() {
    let check = |host: &str, encryption| {
        let mut problems = Problems::default();
        let host = host.to_owned();
        Mail {
            host,
            encryption,
            ..Mail::default()
        }
        .check(&mut problems);
        problems.0.len()
    };
    assert_eq!(check("smtp.example.org", Encryption::None), 1);
    assert_eq!(check("smtp.example.org", Encryption::Tls), 0);
    assert_eq!(check("127.0.0.1", Encryption::None), 0);
    assert_eq!(check("smtp example", Encryption::Tls), 1);
}

#[test]
fn a_shop_that_never_packs_is_refused() {
    let mut problems = Problems::default();
    let closed_weekdays = Weekday::ALL.to_vec();
    Delivery {
        closed_weekdays,
        ..Delivery::default()
    }
    .check(&mut problems);
    assert_eq!(problems.0[0].field, "closed_weekdays");
}
