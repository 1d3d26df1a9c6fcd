use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use wares_db::testing::{TestDb, understands};
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{Address, After, Clock, Country, CustomerId, EmailAddress, SystemRandom, Token};

use super::link::Purpose;
use super::session::{self, Owner};
use super::*;
use crate::audit::{self, Action, Actor, Show, Span};

const EVENTS: Sql = sql!("SELECT payload FROM jobs WHERE kind = 'event' ORDER BY created_at, id");
const MINUTE: Duration = Duration::from_secs(60);

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn passwords() -> Passwords {
    Passwords::new(Arc::new(SystemRandom), 2)
}

fn chosen(text: &str) -> Password {
    let rules = Rules {
        min: CUSTOMER_MIN,
        shop: "Fieldhouse",
        email: "nobody@example.org",
    };
    Password::choose(text, rules).unwrap()
}

async fn register(db: &TestDb, address: &str, password: &str) -> CustomerId {
    let request = SignUp {
        name: "Ines Roth".to_owned(),
        email: email(address),
        password: chosen(password),
        wants_marketing: false,
        ip: None,
        deed: None,
    };
    sign_up(&db.db, &passwords(), request).await.unwrap();
    let mut conn = db.db.read().await.unwrap();
    find_by_email(&mut conn, &email(address)).await.unwrap().unwrap().id
}

async fn enter(db: &TestDb, address: &str, password: &str) -> Result<SignedIn, SignInError> {
    let request = SignIn {
        email: email(address),
        password: password.to_owned(),
        device: "Firefox on Linux".to_owned(),
        ip: "192.0.2.7".parse().ok(),
        replaces: None,
    };
    sign_in(&db.db, &passwords(), db.clock.now(), request).await
}

async fn who(db: &TestDb, token: &Token) -> Option<CustomerId> {
    let mut conn = db.db.read().await.unwrap();
    let found = signed_in(&mut conn, token, db.clock.now()).await.unwrap();
    found.map(|(_, customer)| customer.id)
}

/// The link a mail would carry.
async fn send_link(db: &TestDb, purpose: Purpose, to: CustomerId, data: Value) -> Token {
    let work = job(move |tx| {
        let data = data.clone();
        Box::pin(async move { link::issue(tx, purpose, Some(to.uuid()), &data).await })
    });
    let issued: Result<Token, DbError> = db.db.write(work).await;
    issued.unwrap()
}

async fn reset(db: &TestDb, token: &Token, password: &str) -> Result<(), ResetError> {
    let request = ResetPassword {
        token: token.clone(),
        password: chosen(password),
        ip: None,
        deed: None,
    };
    reset_password(&db.db, &passwords(), db.clock.now(), request).await
}

async fn facts(db: &TestDb) -> Vec<String> {
    let mut conn = db.db.read().await.unwrap();
    let payloads: Vec<(Value,)> = conn.all(EVENTS, p![]).await.unwrap();
    payloads
        .into_iter()
        .map(|(fact,)| fact["event"].as_str().unwrap().to_owned())
        .collect()
}

async fn acts(db: &TestDb) -> Vec<String> {
    let mut conn = db.db.read().await.unwrap();
    let log = audit::list(&mut conn, Show::Everything, Span::ALWAYS, After::NEWEST, 100)
        .await
        .unwrap();
    let mut acts: Vec<String> = log.items.into_iter().map(|entry| entry.action).collect();
    acts.sort();
    acts
}

fn address(name: &str) -> Address {
    Address {
        name: name.to_owned(),
        company: String::new(),
        vat_id: String::new(),
        line1: "Ehrenstraße 12".to_owned(),
        line2: String::new(),
        postcode: "50672".to_owned(),
        city: "Köln".to_owned(),
        region: String::new(),
        country: Country::DE,
        phone: String::new(),
    }
}

fn entry(customer_id: CustomerId, name: &str) -> AddAddress {
    AddAddress {
        customer_id,
        address: address(name),
        for_delivery: false,
        for_bills: false,
    }
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        for statements in [
            store::STATEMENTS,
            session::store::STATEMENTS,
            link::store::STATEMENTS,
            throttle::store::STATEMENTS,
            address_book::store::STATEMENTS,
            vat_ids::store::STATEMENTS,
        ] {
            understands(&db, statements).await;
        }
    }

    async fn whoever_registers_can_sign_in_and_out(db: TestDb) {
        let id = register(&db, "Ines@Example.org", "kfq-7tzu").await;
        let entered = enter(&db, "ines@example.ORG", "kfq-7tzu").await.unwrap();
        assert_eq!(who(&db, &entered.session.token).await, Some(id));

        let actor = Actor::Customer { id, name: "Ines".to_owned(), ip: None };
        let owner = Owner::Customer(id);
        db.db.write(SignOut { actor, owner, session_id: entered.session.id }).await.unwrap();
        assert_eq!(who(&db, &entered.session.token).await, None);
        assert_eq!(facts(&db).await, ["customer_registered"]);
        assert_eq!(acts(&db).await, ["registered", "signed_in", "signed_out"]);
    }

    // SECURITY 35
    async fn registering_an_address_that_has_an_account_answers_the_same_and_changes_nothing(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        assert_eq!(register(&db, "INES@example.org", "another-9x").await, id);
        assert!(enter(&db, "ines@example.org", "kfq-7tzu").await.is_ok());
        assert!(matches!(enter(&db, "ines@example.org", "another-9x").await, Err(SignInError::Wrong)));
        let mut facts = facts(&db).await;
        facts.sort();
        assert_eq!(facts, ["customer_registered", "registered_again"]);
    }

    // SECURITY 35
    async fn a_wrong_password_an_unknown_address_and_a_locked_account_are_refused_alike(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let one = enter(&db, "ines@example.org", "wrong").await.unwrap_err().to_string();
        let two = enter(&db, "nobody@example.org", "wrong").await.unwrap_err().to_string();
        db.db.write(Disable { actor: Actor::System, customer_id: id }).await.unwrap();
        let three = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap_err().to_string();
        assert_eq!((one.as_str(), one == two, two == three), ("E-mail or password is wrong", true, true));
        let failed = acts(&db).await.into_iter().filter(|act| act == Action::SignInFailed.word()).count();
        assert_eq!(failed, 3);
    }

    // SECURITY 35
    async fn forgetting_a_password_does_the_same_for_every_address(db: TestDb) {
        register(&db, "ines@example.org", "kfq-7tzu").await;
        let before_acts = acts(&db).await.len();
        for address in ["ines@example.org", "nobody@example.org"] {
            let actor = Actor::Guest { name: String::new(), ip: None };
            db.db.write(ForgotPassword { email: email(address), actor }).await.unwrap();
        }
        let mut facts = facts(&db).await;
        facts.sort();
        assert_eq!(facts, ["customer_registered", "reset_asked", "reset_asked"]);
        assert_eq!(acts(&db).await.len(), before_acts + 2);
    }

    async fn a_password_hash_made_when_less_was_asked_for_is_replaced_at_the_next_sign_in(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let weak = argon2::Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            argon2::Params::new(8 * 1024, 1, 1, None).unwrap(),
        );
        let hash = argon2::PasswordHasher::hash_password_with_salt(&weak, b"kfq-7tzu", &[9; 16]).unwrap().to_string();
        let hash = PasswordHash::stored(hash);
        let work = job(move |tx| {
            let hash = hash.clone();
            Box::pin(async move { store::set_password(tx, id, &hash).await })
        });
        let set: Result<bool, DbError> = db.db.write(work).await;
        assert!(set.unwrap());

        enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let stored = store::credential(&mut conn, "ines@example.org").await.unwrap().unwrap().password_hash.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        drop(conn);
        enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap();
    }

    async fn after_ten_wrong_passwords_one_waits_whether_there_is_an_account_or_not(db: TestDb) {
        register(&db, "ines@example.org", "kfq-7tzu").await;
        for address in ["ines@example.org", "nobody@example.org"] {
            for _ in 0..10 {
                assert!(matches!(enter(&db, address, "wrong").await, Err(SignInError::Wrong)));
            }
            let Err(SignInError::TooMany { retry_after }) = enter(&db, address, "kfq-7tzu").await else {
                panic!("{address} must wait")
            };
            assert_eq!(retry_after, Duration::from_secs(1));
        }
        db.clock.advance(Duration::from_secs(1));
        enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap();
        assert!(matches!(enter(&db, "ines@example.org", "wrong").await, Err(SignInError::Wrong)), "all is forgiven");
    }

    // SECURITY 38
    async fn every_sign_in_has_a_new_session_and_the_browsers_old_one_is_dead(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let first = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap();
        let request = SignIn {
            email: email("ines@example.org"),
            password: "kfq-7tzu".to_owned(),
            device: String::new(),
            ip: None,
            replaces: Some(first.session.id),
        };
        let second = sign_in(&db.db, &passwords(), db.clock.now(), request).await.unwrap();
        assert_ne!(first.session.token, second.session.token);
        assert_eq!(who(&db, &first.session.token).await, None);
        assert_eq!(who(&db, &second.session.token).await, Some(id));
    }

    // SECURITY 39
    async fn a_customers_session_ends_after_two_weeks_unused_and_after_sixty_days_in_any_case(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let unused = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let used = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        for day in 1..=61 {
            db.clock.advance(Duration::from_secs(86_400));
            let expected = (day < 60).then_some(id);
            assert_eq!(who(&db, &used.token).await, expected, "day {day}");
            assert_eq!(who(&db, &unused.token).await, expected.filter(|_| day < 14), "day {day}");
            db.db.write(session::Touch { id: used.id }).await.unwrap();
        }
    }

    // SECURITY 40
    async fn a_changed_password_ends_all_other_sessions_and_is_told(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let here = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let there = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let request = ChangePassword {
            customer_id: id,
            session_id: here.id,
            current: "kfq-7tzu".to_owned(),
            new: chosen("new-quartz-9"),
            ip: None,
            deed: None,
        };
        let wrong = ChangePassword { current: "wrong".to_owned(), ..request.clone() };
        let refused = change_password(&db.db, &passwords(), db.clock.now(), wrong).await;
        assert!(matches!(refused, Err(ChangePasswordError::Wrong)));
        assert_eq!(who(&db, &there.token).await, Some(id), "nothing has changed");

        let token = change_password(&db.db, &passwords(), db.clock.now(), request).await.unwrap();
        assert_eq!(who(&db, &there.token).await, None);
        assert_eq!(who(&db, &here.token).await, None, "this session goes on under a new token");
        assert_eq!(who(&db, &token).await, Some(id));
        assert!(enter(&db, "ines@example.org", "kfq-7tzu").await.is_err());
        assert!(enter(&db, "ines@example.org", "new-quartz-9").await.is_ok());
        assert!(facts(&db).await.contains(&"password_changed".to_owned()));
    }

    // SECURITY 40
    async fn a_changed_address_ends_all_other_sessions_and_is_told_to_the_old_one(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let here = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let there = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let token = send_link(&db, Purpose::ChangeEmail, id, json!({"email": "new@example.org"})).await;
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(waiting_email(&mut conn, id, db.clock.now()).await.unwrap(), Some(email("new@example.org")));
        drop(conn);
        db.db.write(ConfirmEmailChange { token, keep: Some(here.id), ip: None }).await.unwrap();

        assert_eq!(who(&db, &there.token).await, None);
        assert_eq!(who(&db, &here.token).await, Some(id));
        assert!(enter(&db, "ines@example.org", "kfq-7tzu").await.is_err());
        assert!(enter(&db, "new@example.org", "kfq-7tzu").await.is_ok());
        let mut conn = db.db.read().await.unwrap();
        let payloads: Vec<(Value,)> = conn.all(EVENTS, p![]).await.unwrap();
        let told = payloads.iter().find(|(fact,)| fact["event"] == "email_changed").unwrap();
        assert_eq!(told.0["old_email"], "ines@example.org");
    }

    async fn an_address_that_got_an_account_in_the_meantime_is_not_taken_over(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let token = send_link(&db, Purpose::ChangeEmail, id, json!({"email": "ann@example.org"})).await;
        register(&db, "ann@example.org", "kfq-7tzu").await;
        let refused = db.db.write(ConfirmEmailChange { token, keep: None, ip: None }).await;
        assert!(matches!(refused, Err(EmailChangeError::Taken)), "{refused:?}");
        assert!(enter(&db, "ines@example.org", "kfq-7tzu").await.is_ok());
    }

    async fn moving_to_an_address_one_ordered_with_as_a_guest_takes_its_orders_over(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let guest = job(|tx| Box::pin(async move {
            let noted = NotedOrder {
                customer_id: None,
                email: &email("guest@example.org"),
                name: "Ines",
                n_orders: 2,
                spent_minor: 500,
            };
            note_order(tx, noted).await
        }));
        let done: Result<(), DbError> = db.db.write(guest).await;
        done.unwrap();
        let token = send_link(&db, Purpose::ChangeEmail, id, json!({"email": "guest@example.org"})).await;
        db.db.write(ConfirmEmailChange { token, keep: None, ip: None }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let customer = find(&mut conn, id).await.unwrap().unwrap();
        assert_eq!((customer.n_orders, customer.spent_minor), (2, 500));
        assert_eq!(list(&mut conn, Which::All, After::NEWEST, 10).await.unwrap().items.len(), 1);
    }

    // SECURITY 41
    async fn a_reset_link_works_once(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let old = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        reset(&db, &token, "new-quartz-9").await.unwrap();
        assert!(matches!(reset(&db, &token, "third-quartz-9").await, Err(ResetError::DeadLink)));
        assert!(enter(&db, "ines@example.org", "new-quartz-9").await.is_ok());
        assert_eq!(who(&db, &old.token).await, None, "all sessions have ended");
    }

    // SECURITY 41
    async fn of_two_who_use_a_reset_link_at_once_one_succeeds(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        let (one, two) = tokio::join!(reset(&db, &token, "one-quartz-9"), reset(&db, &token, "two-quartz-9"));
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    }

    // SECURITY 41
    async fn a_reset_link_works_for_half_an_hour(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        let mut conn = db.db.read().await.unwrap();
        assert!(find_reset(&mut conn, &token, db.clock.now().plus(MINUTE * 29)).await.unwrap().is_some());
        drop(conn);
        db.clock.advance(MINUTE * 30);
        assert!(matches!(reset(&db, &token, "new-quartz-9").await, Err(ResetError::DeadLink)));
    }

    // SECURITY 41
    async fn a_changed_password_or_address_kills_reset_links(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let here = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        let request = ChangePassword {
            customer_id: id,
            session_id: here.id,
            current: "kfq-7tzu".to_owned(),
            new: chosen("new-quartz-9"),
            ip: None,
            deed: None,
        };
        change_password(&db.db, &passwords(), db.clock.now(), request).await.unwrap();
        assert!(reset(&db, &token, "third-quartz-9").await.is_err());

        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        let moved = send_link(&db, Purpose::ChangeEmail, id, json!({"email": "new@example.org"})).await;
        db.db.write(ConfirmEmailChange { token: moved, keep: None, ip: None }).await.unwrap();
        assert!(reset(&db, &token, "third-quartz-9").await.is_err());
    }

    // SECURITY 41
    async fn only_the_hash_of_a_links_token_is_kept(db: TestDb) {
        const HASHES: Sql = sql!("SELECT token_hash FROM link_tokens");
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        let mut conn = db.db.read().await.unwrap();
        let hashes: Vec<(Vec<u8>,)> = conn.all(HASHES, p![]).await.unwrap();
        assert_eq!(hashes, [(token.hash().as_bytes().to_vec(),)]);
    }

    // SECURITY 28
    async fn a_mailbox_is_proved_only_by_somebody_who_also_has_the_password(db: TestDb) {
        // Somebody registers an address that is not theirs; its owner opens the link out of curiosity.
        let id = register(&db, "victim@example.org", "attacker-9x").await;
        let other = register(&db, "other@example.org", "kfq-7tzu").await;
        let data = json!({"email_key": "victim@example.org"});
        let token = send_link(&db, Purpose::VerifyEmail, id, data.clone()).await;
        let by_other = db.db.write(VerifyEmail { token, customer_id: other, ip: None }).await;
        assert!(matches!(by_other, Err(VerifyError::DeadLink)));

        let token = send_link(&db, Purpose::VerifyEmail, id, data).await;
        let attempt = |password: &str| Attempt { password: password.to_owned(), device: String::new(), ip: None, deed: None };
        let by_owner = verify_with_password(&db.db, &passwords(), db.clock.now(), token.clone(), attempt("guess-9x")).await;
        assert!(matches!(by_owner, Err(VerifyError::SignIn(SignInError::Wrong))));
        assert!(!facts(&db).await.contains(&"mailbox_proved".to_owned()));

        let by_both = verify_with_password(&db.db, &passwords(), db.clock.now(), token, attempt("attacker-9x")).await;
        assert!(by_both.is_ok());
        assert!(facts(&db).await.contains(&"mailbox_proved".to_owned()));
    }

    // SECURITY 28
    async fn whoever_resets_the_password_of_an_account_registered_by_somebody_else_locks_them_out(db: TestDb) {
        let id = register(&db, "victim@example.org", "attacker-9x").await;
        let attacker = enter(&db, "victim@example.org", "attacker-9x").await.unwrap().session;
        let token = send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        reset(&db, &token, "victims-own-9x").await.unwrap();
        assert_eq!(who(&db, &attacker.token).await, None);
        assert!(enter(&db, "victim@example.org", "attacker-9x").await.is_err());
        let mut conn = db.db.read().await.unwrap();
        assert!(find(&mut conn, id).await.unwrap().unwrap().verified_at.is_some());
    }

    async fn a_link_sent_before_the_address_changed_proves_nothing(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let token = send_link(&db, Purpose::VerifyEmail, id, json!({"email_key": "older@example.org"})).await;
        let refused = db.db.write(VerifyEmail { token, customer_id: id, ip: None }).await;
        assert!(matches!(refused, Err(VerifyError::DeadLink)));
    }

    async fn a_guest_who_sets_a_password_has_an_account_of_the_same_row(db: TestDb) {
        let work = job(|tx| Box::pin(async move {
            for (n_orders, spent_minor) in [(1, 0), (0, 4090), (0, -1000)] {
                let noted = NotedOrder {
                    customer_id: None,
                    email: &email("Guest@example.org"),
                    name: "Clara Nováková",
                    n_orders,
                    spent_minor,
                };
                note_order(tx, noted).await?;
            }
            Ok::<_, DbError>(())
        }));
        db.db.write(work).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let guest = find_by_email(&mut conn, &email("guest@example.org")).await.unwrap().unwrap();
        assert_eq!((guest.has_account, guest.n_orders, guest.spent_minor), (false, 1, 3090));
        drop(conn);
        assert_eq!(register(&db, "guest@example.org", "kfq-7tzu").await, guest.id);
        let mut conn = db.db.read().await.unwrap();
        let account = find(&mut conn, guest.id).await.unwrap().unwrap();
        assert_eq!((account.has_account, account.n_orders, account.verified_at), (true, 1, None));
    }

    async fn customers_are_found_by_the_beginning_of_name_surname_or_address(db: TestDb) {
        register(&db, "ines@example.org", "kfq-7tzu").await;
        let found = async |typed: &str| {
            let mut conn = db.db.read().await.unwrap();
            search(&mut conn, typed, 10).await.unwrap().len()
        };
        for typed in ["ines", "INES R", "roth", "ines@ex", "  ines   roth "] {
            assert_eq!(found(typed).await, 1, "{typed}");
        }
        for typed in ["nes", "example", "", "%", "_nes"] {
            assert_eq!(found(typed).await, 0, "{typed}");
        }
    }

    async fn lists_tell_accounts_from_guests(db: TestDb) {
        register(&db, "ines@example.org", "kfq-7tzu").await;
        let work = job(|tx| Box::pin(async move {
            store::note_guest(tx, &email("guest@example.org"), "Guest", 1, 0).await
        }));
        let done: Result<(), DbError> = db.db.write(work).await;
        done.unwrap();
        for (which, n) in [(Which::All, 2), (Which::Accounts, 1), (Which::Guests, 1)] {
            let mut conn = db.db.read().await.unwrap();
            assert_eq!(list(&mut conn, which, After::NEWEST, 10).await.unwrap().items.len(), n, "{which:?}");
        }
    }

    async fn a_profile_is_changed_and_what_changed_is_in_the_log(db: TestDb) {
        let customer_id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let change = ChangeProfile {
            customer_id,
            name: " Ines  Albrecht ".to_owned(),
            phone: "+49 341 5550".to_owned(),
            wants_marketing: true,
            ip: None,
        };
        db.db.write(change.clone()).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let customer = find(&mut conn, customer_id).await.unwrap().unwrap();
        assert_eq!((customer.name.as_str(), customer.first_name()), ("Ines Albrecht", "Ines"));
        assert!(customer.marketing_at.is_some());
        let log = audit::list(&mut conn, Show::Action(Action::Changed), Span::ALWAYS, After::NEWEST, 1).await.unwrap();
        assert_eq!(log.items[0].details["name"], json!(["Ines Roth", "Ines Albrecht"]));
        drop(conn);
        let nameless = ChangeProfile { name: " ".to_owned(), ..change };
        assert!(matches!(db.db.write(nameless).await, Err(ProfileError::Name)));
    }

    async fn the_first_address_is_the_default_and_there_is_never_a_second_default(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let first = db.db.write(entry(id, "First")).await.unwrap();
        let second = db.db.write(AddAddress { for_delivery: true, ..entry(id, "Second") }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let book = addresses(&mut conn, id).await.unwrap();
        let flags: Vec<_> = book.iter().map(|entry| (entry.id, entry.for_delivery, entry.for_bills)).collect();
        assert_eq!(flags, [(second, true, false), (first, false, true)]);
    }

    async fn an_address_book_holds_at_most_fifty_addresses_however_fast_they_are_added(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        for n in 0..48 {
            db.db.write(entry(id, &n.to_string())).await.unwrap();
        }
        let adding = (0..6).map(|n| db.db.write(entry(id, &format!("late {n}"))));
        let added = futures_util::future::join_all(adding).await;
        assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 2);
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(addresses(&mut conn, id).await.unwrap().len(), 50);
    }

    // SECURITY 25
    async fn somebody_elses_address_is_not_there(db: TestDb) {
        let ines = register(&db, "ines@example.org", "kfq-7tzu").await;
        let ann = register(&db, "ann@example.org", "kfq-7tzu").await;
        let id = db.db.write(entry(ines, "Ines")).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert!(find_address(&mut conn, ann, id).await.unwrap().is_none());
        drop(conn);
        let change = ChangeAddress { customer_id: ann, id, address: address("Ann"), for_delivery: true, for_bills: true };
        assert!(!db.db.write(change).await.unwrap());
        assert!(!db.db.write(RemoveAddress { customer_id: ann, id }).await.unwrap());
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(find_address(&mut conn, ines, id).await.unwrap().unwrap().address.name, "Ines");
    }

    async fn a_removed_address_can_be_put_back_for_a_day(db: TestDb) {
        let customer_id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let id = db.db.write(entry(customer_id, "Ines")).await.unwrap();
        assert!(db.db.write(RemoveAddress { customer_id, id }).await.unwrap());
        let mut conn = db.db.read().await.unwrap();
        assert!(addresses(&mut conn, customer_id).await.unwrap().is_empty());
        drop(conn);
        db.db.write(Prune).await.unwrap();
        assert!(db.db.write(RestoreAddress { customer_id, id }).await.unwrap());
        assert!(db.db.write(RemoveAddress { customer_id, id }).await.unwrap());
        db.clock.advance(Duration::from_secs(2 * 86_400));
        db.db.write(Prune).await.unwrap();
        assert!(!db.db.write(RestoreAddress { customer_id, id }).await.unwrap());
    }

    async fn sessions_are_listed_and_ended_by_their_owner_only(db: TestDb) {
        let ines = register(&db, "ines@example.org", "kfq-7tzu").await;
        let ann = register(&db, "ann@example.org", "kfq-7tzu").await;
        let session = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        let mut conn = db.db.read().await.unwrap();
        let sessions = session::list(&mut conn, Owner::Customer(ines), db.clock.now()).await.unwrap();
        assert_eq!((sessions.len(), sessions[0].device.as_str()), (1, "Firefox on Linux"));
        drop(conn);
        let end = |owner| session::End { owner: Owner::Customer(owner), id: session.id, actor: Actor::System };
        assert!(!db.db.write(end(ann)).await.unwrap());
        assert_eq!(who(&db, &session.token).await, Some(ines));
        assert!(db.db.write(end(ines)).await.unwrap());
        assert_eq!(who(&db, &session.token).await, None);
    }

    async fn what_has_run_out_is_forgotten(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap();
        assert!(enter(&db, "ines@example.org", "wrong").await.is_err());
        send_link(&db, Purpose::ResetPassword, id, json!({})).await;
        assert_eq!(db.db.write(Prune).await.unwrap(), 0);
        db.clock.advance(Duration::from_secs(61 * 86_400));
        assert_eq!(db.db.write(Prune).await.unwrap(), 3);
    }

    async fn a_password_typed_again_makes_the_session_fresh(db: TestDb) {
        let id = register(&db, "ines@example.org", "kfq-7tzu").await;
        let session = enter(&db, "ines@example.org", "kfq-7tzu").await.unwrap().session;
        db.clock.advance(MINUTE * 16);
        let is_fresh = async || {
            let mut conn = db.db.read().await.unwrap();
            let (session, _) = signed_in(&mut conn, &session.token, db.clock.now()).await.unwrap().unwrap();
            session.is_fresh(db.clock.now())
        };
        assert!(!is_fresh().await);
        let now = db.clock.now();
        assert!(confirm_password(&db.db, &passwords(), now, id, session.id, "wrong").await.is_err());
        assert!(!is_fresh().await);
        confirm_password(&db.db, &passwords(), now, id, session.id, "kfq-7tzu").await.unwrap();
        assert!(is_fresh().await);
    }
}
