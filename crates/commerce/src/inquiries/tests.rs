use std::time::Duration;

use serde_json::Value;
use wares_db::testing::{TestDb, understands};
use wares_db::{Sql, both_engines, p, sql};
use wares_kernel::{Id, Random as _, StaffId, SystemRandom};

use super::*;
use crate::audit::Actor;
use crate::purchases::vault;

const EVENTS: Sql = sql!("SELECT payload FROM jobs WHERE kind = 'event' ORDER BY created_at, id");

fn guest() -> Actor {
    Actor::Guest {
        name: "Ines".to_owned(),
        ip: None,
    }
}

fn ana() -> Actor {
    Actor::Staff {
        id: Id::new(uuid::Uuid::from_u128(1)),
        name: "Ana".to_owned(),
        ip: None,
    }
}

fn question(body: &str) -> Ask {
    Ask {
        vault: vault(),
        actor: guest(),
        topic: Topic::Order,
        name: "Ines Albrecht".to_owned(),
        email: "ines@example.org".parse().unwrap(),
        body: body.to_owned(),
        order_number: "1001-4F7K".to_owned(),
        order_id: None,
        product_id: None,
        customer_id: None,
    }
}

fn answer(inquiry_id: wares_kernel::InquiryId, then: Then) -> Answer {
    Answer {
        actor: ana(),
        inquiry_id,
        body: "Hello Ines,\nit is on its way.".to_owned(),
        then,
    }
}

async fn ask(db: &TestDb, body: &str) -> Asked {
    db.db.write(question(body)).await.unwrap()
}

async fn state(db: &TestDb, asked: &Asked) -> (State, bool) {
    let mut conn = db.db.read().await.unwrap();
    let inquiry = find(&mut conn, asked.id).await.unwrap().unwrap();
    (inquiry.state, inquiry.is_unread)
}

async fn facts(db: &TestDb) -> Vec<String> {
    let mut conn = db.db.read().await.unwrap();
    let payloads: Vec<(Value,)> = conn.all(EVENTS, p![]).await.unwrap();
    payloads
        .into_iter()
        .map(|(fact,)| fact["event"].as_str().unwrap().to_owned())
        .collect()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn a_question_gets_a_reference_and_a_link_that_leads_to_it(db: TestDb) {
        let asked = ask(&db, "Hello,\n\ntwo of the four tumblers are chipped.").await;
        assert_eq!(asked.reference, "INQ-1001");
        let mut conn = db.db.read().await.unwrap();
        let inquiry = find_by_token(&mut conn, &asked.token).await.unwrap().unwrap();
        assert_eq!((inquiry.id, inquiry.subject.as_str()), (asked.id, "two of the four tumblers are chipped."));
        assert_eq!((inquiry.state, inquiry.is_unread, inquiry.n_messages), (State::Open, true, 1));
        assert_eq!(link_token(&vault(), &inquiry).unwrap(), asked.token);
        assert!(find_by_token(&mut conn, &SystemRandom.token()).await.unwrap().is_none());
        drop(conn);
        assert_eq!(facts(&db).await, ["inquiry_received"]);
    }

    async fn what_is_wrong_is_said(db: TestDb) {
        let check = async |form: Ask| db.db.write(form).await.unwrap_err().to_string();
        assert_eq!(check(question("short")).await, "Write at least 10 characters");
        assert_eq!(check(question(&"x".repeat(5001))).await, "Write at most 5000 characters");
        let nameless = Ask { name: " ".to_owned(), ..question("long enough, this one") };
        assert_eq!(check(nameless).await, "Enter your name, up to 120 characters");
        assert!(db.db.write(question(&"x".repeat(5000))).await.is_ok());
    }

    // SECURITY 24
    async fn one_address_begins_at_most_three_threads_an_hour(db: TestDb) {
        for _ in 0..3 {
            ask(&db, "Where is the second parcel?").await;
        }
        assert!(matches!(db.db.write(question("And the third one?")).await, Err(AskError::TooMany)));
        db.clock.advance(Duration::from_secs(3601));
        ask(&db, "Where is the second parcel now?").await;
    }

    async fn an_answer_goes_out_and_the_shop_waits(db: TestDb) {
        let asked = ask(&db, "Where is the second parcel?").await;
        db.clock.advance(Duration::from_secs(60));
        db.db.write(answer(asked.id, Then::Wait)).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Waiting, false));
        assert_eq!(facts(&db).await, ["inquiry_received", "inquiry_answered"]);
    }

    async fn whatever_a_customer_writes_opens_the_thread_again(db: TestDb) {
        let asked = ask(&db, "Where is the second parcel?").await;
        db.db.write(answer(asked.id, Then::Close)).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Closed, false));
        let more = FollowUp {
            token: asked.token.clone(),
            actor: guest(),
            body: "It has not come yet.".to_owned(),
        };
        db.db.write(more).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Open, true));
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(messages(&mut conn, asked.id).await.unwrap().len(), 3);
    }

    async fn a_note_is_for_staff_only_and_goes_nowhere(db: TestDb) {
        let asked = ask(&db, "Where is the second parcel?").await;
        let note = Note { actor: ana(), inquiry_id: asked.id, body: "Lost by the carrier".to_owned() };
        db.db.write(note).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(messages(&mut conn, asked.id).await.unwrap().len(), 2);
        let seen = conversation(&mut conn, asked.id).await.unwrap();
        assert!(seen.iter().all(|message| message.author != Author::Note) && seen.len() == 1);
        let inbox = list(&mut conn, Which::Open, Which::Open.start(), 10).await.unwrap();
        assert_eq!(inbox.items[0].start.as_deref(), Some("Where is the second parcel?"));
        drop(conn);
        assert_eq!(facts(&db).await, ["inquiry_received"]);
        assert_eq!(state(&db, &asked).await, (State::Open, true));
    }

    async fn whoever_waits_longest_comes_first(db: TestDb) {
        let mut asked = Vec::new();
        for (n, address) in ["a@example.org", "b@example.org", "c@example.org"].into_iter().enumerate() {
            let form = Ask { email: address.parse().unwrap(), ..question(&format!("Question number {n}")) };
            asked.push(db.db.write(form).await.unwrap());
            db.clock.advance(Duration::from_secs(60));
        }
        let mut conn = db.db.read().await.unwrap();
        let first = list(&mut conn, Which::Open, Which::Open.start(), 2).await.unwrap();
        let second = list(&mut conn, Which::Open, first.next.unwrap(), 2).await.unwrap();
        let order: Vec<_> = first.items.iter().chain(&second.items).map(|row| row.id).collect();
        assert_eq!(order, asked.iter().map(|one| one.id).collect::<Vec<_>>());
        let counts = counts(&mut conn).await.unwrap();
        assert_eq!((counts.open, counts.unread, counts.waiting), (3, 3, 0));
        assert_eq!(counts.oldest_open, Some(wares_db::testing::START));
    }

    async fn threads_are_given_to_somebody_closed_and_opened(db: TestDb) {
        let asked = ask(&db, "Where is the second parcel?").await;
        let staff_id: StaffId = Id::new(uuid::Uuid::from_u128(9));
        let to = Some(staff_id);
        db.db.write(Assign { actor: ana(), inquiry_id: asked.id, assignee_id: to }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(list(&mut conn, Which::Mine(staff_id), Which::Open.start(), 10).await.unwrap().items.len(), 1);
        drop(conn);
        db.db.write(MarkRead { inquiry_id: asked.id }).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Open, false));
        db.db.write(Close { actor: ana(), inquiry_id: asked.id }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(list(&mut conn, Which::Closed, Which::Closed.start(), 10).await.unwrap().items.len(), 1);
        drop(conn);
        db.db.write(Reopen { actor: ana(), inquiry_id: asked.id }).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Open, false));
        db.db.write(MarkUnread { inquiry_id: asked.id }).await.unwrap();
        assert_eq!(state(&db, &asked).await, (State::Open, true));
    }

    async fn a_reference_finds_its_thread_however_it_is_typed(db: TestDb) {
        let asked = ask(&db, "Where is the second parcel?").await;
        let mut conn = db.db.read().await.unwrap();
        for typed in ["INQ-1001", " inq-1001 "] {
            assert_eq!(find_by_reference(&mut conn, typed).await.unwrap().unwrap().id, asked.id);
        }
        assert!(find_by_reference(&mut conn, "INQ-9").await.unwrap().is_none());
        let of_ines = of_email(&mut conn, &"INES@example.org".parse().unwrap(), 10).await.unwrap();
        assert_eq!(of_ines.len(), 1);
    }
}
