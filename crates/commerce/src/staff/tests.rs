use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use wares_db::testing::{TestDb, understands};
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{Clock, Country, Currency, EmailAddress, SystemRandom, Token};

use super::*;
use crate::accounts::link::{self, Purpose};
use crate::accounts::session::{self, STAFF_IDLE, STAFF_LIFE};
use crate::accounts::{Password, Passwords, Rules};
use crate::audit::Actor;
use crate::pricing;
use crate::settings::{self, Store};

const EVENTS: Sql = sql!("SELECT payload FROM jobs WHERE kind = 'event' ORDER BY created_at, id");

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn passwords() -> Passwords {
    Passwords::new(Arc::new(SystemRandom), 2)
}

fn chosen(text: &str) -> Password {
    let rules = Rules {
        min: password_min(false),
        shop: "Fieldhouse",
        email: "nobody@example.org",
    };
    Password::choose(text, rules).unwrap()
}

fn request(token: Token) -> SetUp {
    SetUp {
        token,
        name: "Ana Berger".to_owned(),
        email: email("ana@example.org"),
        password: chosen("a long sentence, mine"),
        shop_name: "Fieldhouse".to_owned(),
        country: "CH".parse::<Country>().unwrap(),
        device: "Firefox on Linux".to_owned(),
        ip: None,
        deed: None,
    }
}

async fn prepared(db: &TestDb) -> Token {
    db.db.write(PrepareSetUp).await.unwrap().expect("nobody is there yet")
}

/// A shop that is set up, and its owner.
async fn shop(db: &TestDb) -> SignedIn {
    let token = prepared(db).await;
    set_up(&db.db, &passwords(), db.clock.now(), request(token))
        .await
        .unwrap()
}

async fn actor(db: &TestDb, id: wares_kernel::StaffId) -> Actor {
    let mut conn = db.db.read().await.unwrap();
    let name = find(&mut conn, id).await.unwrap().unwrap().name;
    Actor::Staff { id, name, ip: None }
}

async fn enter(db: &TestDb, address: &str, password: &str) -> Result<SignedIn, SignInError> {
    let request = SignIn {
        email: email(address),
        password: password.to_owned(),
        device: String::new(),
        ip: None,
        replaces: None,
    };
    sign_in(&db.db, &passwords(), db.clock.now(), request).await
}

async fn who(db: &TestDb, token: &Token) -> Option<Member> {
    let mut conn = db.db.read().await.unwrap();
    let found = signed_in(&mut conn, token, db.clock.now()).await.unwrap();
    found.map(|(_, member)| member)
}

async fn send_link(db: &TestDb, purpose: Purpose, to: wares_kernel::StaffId) -> Token {
    let work = job(move |tx| Box::pin(async move { link::issue(tx, purpose, Some(to.uuid()), &json!({})).await }));
    let issued: Result<Token, DbError> = db.db.write(work).await;
    issued.unwrap()
}

/// Somebody who was invited and has joined.
async fn joined(db: &TestDb, by: &SignedIn, address: &str, role: Role) -> SignedIn {
    let invite = Invite {
        actor: actor(db, by.staff_id).await,
        name: "Jo Marchetti".to_owned(),
        email: email(address),
        role,
    };
    let id = db.db.write(invite).await.unwrap();
    let token = send_link(db, Purpose::JoinStaff, id).await;
    let request = Joining {
        token,
        password: chosen("another long sentence"),
        device: String::new(),
        ip: None,
        deed: None,
    };
    join(&db.db, &passwords(), db.clock.now(), request).await.unwrap()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    // SECURITY 37
    async fn the_first_owner_comes_in_through_a_link_that_dies_when_it_is_used(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        assert!(list(&mut conn).await.unwrap().is_empty(), "there is no default account");
        drop(conn);
        let token = prepared(&db).await;
        let owner = set_up(&db.db, &passwords(), db.clock.now(), request(token.clone())).await.unwrap();
        let member = who(&db, &owner.session.token).await.unwrap();
        assert_eq!((member.name.as_str(), member.role), ("Ana Berger", Role::Owner));

        let again = set_up(&db.db, &passwords(), db.clock.now(), request(token.clone())).await;
        assert!(matches!(again, Err(SetUpError::DeadLink)));
        let mut conn = db.db.read().await.unwrap();
        assert!(!set_up_is_open(&mut conn, &token, db.clock.now()).await.unwrap());
        drop(conn);
        assert_eq!(db.db.write(PrepareSetUp).await.unwrap(), None, "no second link is made");
    }

    // SECURITY 37
    async fn of_two_who_set_up_the_shop_at_once_one_becomes_its_owner(db: TestDb) {
        let token = prepared(&db).await;
        let (passwords, now) = (passwords(), db.clock.now());
        let (one, two) = tokio::join!(
            set_up(&db.db, &passwords, now, request(token.clone())),
            set_up(&db.db, &passwords, now, SetUp { email: email("eve@example.org"), ..request(token.clone()) }),
        );
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(list(&mut conn).await.unwrap().len(), 1);
    }

    // SECURITY 37
    async fn a_link_for_setting_up_works_for_an_hour_and_only_the_newest_does(db: TestDb) {
        let older = prepared(&db).await;
        let newer = prepared(&db).await;
        let mut conn = db.db.read().await.unwrap();
        let now = db.clock.now();
        assert!(!set_up_is_open(&mut conn, &older, now).await.unwrap());
        assert!(set_up_is_open(&mut conn, &newer, now).await.unwrap());
        assert!(!set_up_is_open(&mut conn, &newer, now.plus(Duration::from_secs(3600))).await.unwrap());
    }

    async fn setting_up_names_the_shop_and_takes_what_is_usual_in_its_country(db: TestDb) {
        shop(&db).await;
        let mut conn = db.db.read().await.unwrap();
        let store = settings::load::<Store>(&mut conn).await.unwrap().value;
        assert_eq!((store.name.as_str(), store.currency), ("Fieldhouse", "CHF".parse::<Currency>().unwrap()));
        assert_eq!(store.email, Some(email("ana@example.org")));
    }

    async fn a_new_shop_delivers_in_its_country(db: TestDb) {
        shop(&db).await;
        let mut conn = db.db.read().await.unwrap();
        let switzerland: Country = "CH".parse().unwrap();
        assert!(pricing::Tariff::load(&mut conn).await.unwrap().countries().contains(&switzerland));
    }

    async fn an_owner_made_at_the_command_line_closes_the_link(db: TestDb) {
        let token = prepared(&db).await;
        let made = create_owner(
            &db.db,
            &passwords(),
            "Ana".to_owned(),
            email("ana@example.org"),
            &chosen("a long sentence, mine"),
        ).await;
        assert!(made.is_ok());
        let mut conn = db.db.read().await.unwrap();
        assert!(!set_up_is_open(&mut conn, &token, db.clock.now()).await.unwrap());
        assert!(!pricing::Tariff::load(&mut conn).await.unwrap().countries().is_empty(), "the shop can deliver");
        drop(conn);
        assert!(enter(&db, "ana@example.org", "a long sentence, mine").await.is_ok());
    }

    async fn somebody_invited_joins_by_a_link_once(db: TestDb) {
        let owner = shop(&db).await;
        let jo = joined(&db, &owner, "jo@example.org", Role::Fulfilment).await;
        let member = who(&db, &jo.session.token).await.unwrap();
        assert!(member.may(Permission::SendParcels) && !member.may(Permission::Refund));
        let mut conn = db.db.read().await.unwrap();
        let payloads: Vec<(Value,)> = conn.all(EVENTS, p![]).await.unwrap();
        assert_eq!(payloads[0].0["event"], "staff_invited");
        drop(conn);
        let again = InviteAgain { actor: Actor::System, staff_id: jo.staff_id };
        assert!(matches!(db.db.write(again).await, Err(InviteError::Joined)));
        let twice = Invite {
            actor: Actor::System,
            name: "Jo".to_owned(),
            email: email("JO@example.org"),
            role: Role::Support,
        };
        assert!(matches!(db.db.write(twice).await, Err(InviteError::Taken)));
    }

    // SECURITY 29
    async fn another_role_holds_from_the_next_request_on(db: TestDb) {
        let owner = shop(&db).await;
        let jo = joined(&db, &owner, "jo@example.org", Role::Fulfilment).await;
        let change = ChangeRole { actor: actor(&db, owner.staff_id).await, staff_id: jo.staff_id, role: Role::ReadOnly };
        db.db.write(change).await.unwrap();
        let member = who(&db, &jo.session.token).await.unwrap();
        assert!(!member.may(Permission::SendParcels));
    }

    // SECURITY 29
    async fn whoever_is_locked_out_is_out_with_the_next_request(db: TestDb) {
        let owner = shop(&db).await;
        let jo = joined(&db, &owner, "jo@example.org", Role::Fulfilment).await;
        let actor = actor(&db, owner.staff_id).await;
        db.db.write(Disable { actor: actor.clone(), staff_id: jo.staff_id }).await.unwrap();
        assert!(who(&db, &jo.session.token).await.is_none());
        assert!(matches!(enter(&db, "jo@example.org", "another long sentence").await, Err(SignInError::Wrong)));
        db.db.write(Enable { actor, staff_id: jo.staff_id }).await.unwrap();
        assert!(who(&db, &jo.session.token).await.is_none(), "the old session stays dead");
        assert!(enter(&db, "jo@example.org", "another long sentence").await.is_ok());
    }

    async fn the_shop_always_has_an_owner(db: TestDb) {
        let owner = shop(&db).await;
        let second = joined(&db, &owner, "jo@example.org", Role::Owner).await;
        let by_first = actor(&db, owner.staff_id).await;
        let by_second = actor(&db, second.staff_id).await;
        let own = ChangeRole { actor: by_first.clone(), staff_id: owner.staff_id, role: Role::Support };
        assert!(matches!(db.db.write(own).await, Err(ChangeRoleError::Yourself)));

        // Both take the other's role at once: one of them stays.
        let (one, two) = tokio::join!(
            db.db.write(ChangeRole { actor: by_first, staff_id: second.staff_id, role: Role::Support }),
            db.db.write(ChangeRole { actor: by_second, staff_id: owner.staff_id, role: Role::Support }),
        );
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
        let mut conn = db.db.read().await.unwrap();
        let left = list(&mut conn).await.unwrap().into_iter().find(|member| member.role == Role::Owner).unwrap();
        drop(conn);
        let out = Disable { actor: Actor::System, staff_id: left.id };
        assert!(matches!(db.db.write(out).await, Err(DisableError::LastOwner)));
    }

    // SECURITY 39
    async fn a_session_of_staff_ends_after_an_hour_unused_and_after_twelve_in_any_case(db: TestDb) {
        let owner = shop(&db).await;
        let unused = enter(&db, "ana@example.org", "a long sentence, mine").await.unwrap().session;
        let step = Duration::from_secs(30 * 60);
        for n in 1..=25_u32 {
            db.clock.advance(step);
            assert_eq!(who(&db, &owner.session.token).await.is_some(), step * n < STAFF_LIFE, "{n}");
            assert_eq!(who(&db, &unused.token).await.is_some(), step * n < STAFF_IDLE, "{n}");
            db.db.write(session::Touch { id: owner.session.id }).await.unwrap();
        }
    }

    // SECURITY 35
    async fn a_wrong_password_and_an_unknown_address_of_staff_are_refused_alike(db: TestDb) {
        shop(&db).await;
        for address in ["ana@example.org", "nobody@example.org"] {
            for _ in 0..5 {
                assert!(matches!(enter(&db, address, "wrong").await, Err(SignInError::Wrong)));
            }
            assert!(matches!(enter(&db, address, "wrong").await, Err(SignInError::TooMany { .. })));
        }
    }

    // SECURITY 41
    async fn a_reset_link_of_staff_works_once_and_ends_all_sessions(db: TestDb) {
        let owner = shop(&db).await;
        let token = send_link(&db, Purpose::ResetStaffPassword, owner.staff_id).await;
        let new = chosen("yet another sentence");
        let now = db.clock.now();
        reset_password(&db.db, &passwords(), now, token.clone(), &new, None).await.unwrap();
        assert!(reset_password(&db.db, &passwords(), now, token, &new, None).await.is_err());
        assert!(who(&db, &owner.session.token).await.is_none());
        assert!(enter(&db, "ana@example.org", "yet another sentence").await.is_ok());
    }

    // SECURITY 40
    async fn a_changed_password_of_staff_ends_all_other_sessions(db: TestDb) {
        let owner = shop(&db).await;
        let other = enter(&db, "ana@example.org", "a long sentence, mine").await.unwrap();
        let change = ChangePassword {
            staff_id: owner.staff_id,
            session_id: owner.session.id,
            current: "a long sentence, mine".to_owned(),
            new: chosen("yet another sentence"),
            ip: None,
        };
        let token = change_password(&db.db, &passwords(), db.clock.now(), change).await.unwrap();
        assert!(who(&db, &other.session.token).await.is_none());
        assert!(who(&db, &owner.session.token).await.is_none());
        assert!(who(&db, &token).await.is_some());
    }

    // SECURITY 27
    async fn a_customers_session_opens_nothing_in_the_admin_panel(db: TestDb) {
        use crate::accounts::{SignUp, sign_up};
        let request = SignUp {
            name: "Eve".to_owned(),
            email: email("eve@example.org"),
            password: chosen("a long sentence, hers"),
            wants_marketing: false,
            ip: None,
            deed: None,
        };
        sign_up(&db.db, &passwords(), request).await.unwrap();
        let enter = crate::accounts::SignIn {
            email: email("eve@example.org"),
            password: "a long sentence, hers".to_owned(),
            device: String::new(),
            ip: None,
            replaces: None,
        };
        let eve = crate::accounts::sign_in(&db.db, &passwords(), db.clock.now(), enter).await.unwrap();
        assert!(who(&db, &eve.session.token).await.is_none());
    }
}

// SECURITY 32
#[test]
fn a_password_of_staff_has_fifteen_characters_or_twelve_with_a_second_factor() {
    let choose = |typed: &str, min| {
        let rules = Rules {
            min,
            shop: "Fieldhouse",
            email: "ana@example.org",
        };
        Password::choose(typed, rules).is_ok()
    };
    assert!(!choose("kfq-7tzu-91xqa", password_min(false)));
    assert!(choose("kfq-7tzu-91xqab", password_min(false)));
    assert!(choose("kfq-7tzu-91x", password_min(true)));
    assert!(!choose("kfq-7tzu-91", password_min(true)));
}
