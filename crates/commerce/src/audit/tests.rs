use serde_json::json;
use wares_db::testing::{START, TestDb, understands};
use wares_db::{DbError, both_engines, job};
use wares_kernel::{After, Id, OrderId};

use super::*;

fn ana() -> Actor {
    Actor::Staff {
        id: Id::new(uuid::Uuid::from_u128(1)),
        name: "Ana Berger".to_owned(),
        ip: "91.12.40.7".parse().ok(),
    }
}

fn order() -> Object {
    let id: OrderId = Id::new(uuid::Uuid::from_u128(77));
    Object::order(id, "1001-4F7K")
}

async fn note(db: &TestDb, actor: Actor, action: Action, object: Object) {
    let work = job(move |tx| {
        let (actor, object) = (actor.clone(), object.clone());
        Box::pin(async move { record(tx, &actor, action, object, json!({"price": [1, 2]})).await })
    });
    let done: Result<(), DbError> = db.db.write(work).await;
    done.unwrap();
}

/// The same, and then a second passes.
async fn later(db: &TestDb, actor: Actor, action: Action, object: Object) {
    note(db, actor, action, object).await;
    db.clock.advance(std::time::Duration::from_secs(1));
}

async fn found(db: &TestDb, show: Show) -> Vec<String> {
    let mut conn = db.db.read().await.unwrap();
    let page = list(&mut conn, show, Span::ALWAYS, After::NEWEST, 50).await.unwrap();
    page.items.into_iter().map(|entry| entry.action).collect()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn an_entry_is_read_back_as_it_was_written(db: TestDb) {
        note(&db, ana(), Action::Shipped, order()).await;
        let mut conn = db.db.read().await.unwrap();
        let page = list(&mut conn, Show::Everything, Span::ALWAYS, After::NEWEST, 10).await.unwrap();
        let entry = &page.items[0];
        assert_eq!((entry.at, entry.actor_kind.as_str(), entry.actor_name.as_str()), (START, "staff", "Ana Berger"));
        assert_eq!((entry.action.as_str(), entry.object_kind.as_str(), entry.object_name.as_str()), ("shipped", "order", "1001-4F7K"));
        assert_eq!(entry.details, json!({"price": [1, 2]}));
        assert_eq!(entry.ip.as_deref(), Some("91.12.40.7"));
        assert_eq!(page.next, None);
    }

    async fn the_log_can_be_looked_at_by_person_kind_action_and_object(db: TestDb) {
        let guest = Actor::Guest { name: "jo@example.org".to_owned(), ip: None };
        later(&db, ana(), Action::Shipped, order()).await;
        later(&db, ana(), Action::SignedIn, Object::named("staff", "Ana")).await;
        later(&db, guest, Action::SignInFailed, Object::named("staff", "jo@example.org")).await;
        later(&db, Actor::System, Action::Expired, order()).await;

        assert_eq!(found(&db, Show::Everything).await, ["expired", "sign_in_failed", "signed_in", "shipped"]);
        assert_eq!(found(&db, Show::Kind("guest")).await, ["sign_in_failed"]);
        assert_eq!(found(&db, Show::Person(uuid::Uuid::from_u128(1))).await, ["signed_in", "shipped"]);
        assert_eq!(found(&db, Show::Object(uuid::Uuid::from_u128(77))).await, ["expired", "shipped"]);
        assert_eq!(found(&db, Show::Action(Action::Shipped)).await, ["shipped"]);
        assert_eq!(found(&db, Show::SignIns).await, ["sign_in_failed", "signed_in"]);
        assert_eq!(found(&db, Show::Permissions).await, Vec::<String>::new());
    }

    async fn every_entry_is_on_exactly_one_page_even_when_they_share_an_instant(db: TestDb) {
        for n in 0..7 {
            note(&db, ana(), Action::Changed, Object::named("thing", n.to_string())).await;
        }
        let mut conn = db.db.read().await.unwrap();
        let (mut seen, mut after) = (Vec::new(), After::NEWEST);
        loop {
            let page = list(&mut conn, Show::Everything, Span::ALWAYS, after, 3).await.unwrap();
            seen.extend(page.items.into_iter().map(|entry| entry.object_name));
            let Some(next) = page.next else { break };
            after = next;
        }
        seen.sort();
        assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);
    }

    async fn a_span_leaves_out_what_is_before_and_after(db: TestDb) {
        note(&db, ana(), Action::Changed, order()).await;
        let mut conn = db.db.read().await.unwrap();
        let second = std::time::Duration::from_secs(1);
        for (span, n) in [
            (Span { from: START, to: START.plus(second) }, 1),
            (Span { from: START.minus(second), to: START }, 0),
            (Span { from: START.plus(second), to: START.plus(second * 2) }, 0),
        ] {
            let page = list(&mut conn, Show::Everything, span, After::NEWEST, 10).await.unwrap();
            assert_eq!(page.items.len(), n);
        }
    }

    async fn an_act_that_is_rolled_back_leaves_no_entry(db: TestDb) {
        let work = job(|tx| Box::pin(async move {
            record(tx, &ana(), Action::Changed, order(), json!({})).await?;
            Err::<(), _>(DbError::NotFound)
        }));
        assert!(db.db.write(work).await.is_err());
        assert!(found(&db, Show::Everything).await.is_empty());
    }
}
