use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use wares_db::testing::{TestDb, understands};
use wares_db::{DbError, both_engines, job};
use wares_jobs::Worker;
use wares_kernel::{After, Clock, EmailAddress, SystemRandom, Token};

use super::mailer::{Mail as Outgoing, MailError, Mailer};
use super::*;
use crate::accounts::{self, Passwords, Rules};
use crate::audit::Actor;
use crate::events::{self, Event, React};
use crate::inquiries;
use crate::orders;
use crate::purchases::{Purchase, vault};
use crate::reactions::Reaction;
use crate::reviews::{self, Via};
use crate::settings::{self, Encryption};

const BASE: &str = "https://fieldhouse.example";

/// A mail server that takes everything, unless it was told what to say next.
#[derive(Debug, Default)]
struct Server {
    taken: Mutex<Vec<Outgoing>>,
    says: Mutex<VecDeque<MailError>>,
}

#[async_trait]
impl Mailer for Server {
    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        if let Some(refusal) = self.says.lock().unwrap().pop_front() {
            return Err(refusal);
        }
        self.taken.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl Server {
    fn taken(&self) -> Vec<Outgoing> {
        self.taken.lock().unwrap().clone()
    }

    fn refuse(&self, error: MailError) {
        self.says.lock().unwrap().push_back(error);
    }
}

/// The post office of a shop, with the worker that runs it.
struct Post<'a> {
    db: &'a TestDb,
    office: PostOffice,
    worker: Worker,
    server: Arc<Server>,
}

impl<'a> Post<'a> {
    /// Without a mail server.
    fn new(db: &'a TestDb) -> Self {
        let server = Arc::new(Server::default());
        let way_out: Arc<dyn Mailer> = Arc::clone(&server) as _;
        let office = PostOffice {
            db: db.db.clone(),
            clock: Arc::clone(&db.clock) as _,
            random: Arc::new(SystemRandom),
            vault: vault(),
            renderer: Renderer::new(None),
            links: Links::new(BASE, Paths::sample()),
            connect: Arc::new(move |_, _| Ok(Arc::clone(&way_out))),
            connected: Connected::default(),
        };
        let reacting = db.db.clone();
        let worker = Worker::new(db.db.clone(), Arc::clone(&db.clock) as _).with(move |fact: React| {
            let db = reacting.clone();
            async move { Ok(db.write(Reaction(fact.0)).await?) }
        });
        let worker = register(worker, office.clone());
        Self {
            db,
            office,
            worker,
            server,
        }
    }

    /// With one.
    async fn open(db: &'a TestDb) -> Self {
        let value = settings::Mail {
            host: "127.0.0.1".to_owned(),
            encryption: Encryption::None,
            ..settings::Mail::default()
        };
        let change = settings::Change {
            actor: Actor::System,
            version: 0,
            value,
        };
        db.db.write(change).await.unwrap();
        Self::new(db)
    }

    async fn work(&self) {
        self.worker.drain().await.unwrap();
    }

    /// All mails, oldest first.
    async fn mails(&self) -> Vec<StoredMail> {
        let mut conn = self.db.db.read().await.unwrap();
        let rows = list(&mut conn, ShowMails::All, After::NEWEST, 100).await.unwrap();
        let mut mails = Vec::new();
        for row in rows.items.into_iter().rev() {
            mails.extend(find(&mut conn, row.id).await.unwrap());
        }
        mails.sort_by(|a, b| (a.created_at, &a.kind).cmp(&(b.created_at, &b.kind)));
        mails
    }

    async fn kinds(&self) -> Vec<String> {
        self.mails().await.into_iter().map(|mail| mail.kind).collect()
    }

    async fn only(&self, kind: &str) -> StoredMail {
        let mut of_kind: Vec<_> = self
            .mails()
            .await
            .into_iter()
            .filter(|mail| mail.kind == kind)
            .collect();
        assert_eq!(of_kind.len(), 1, "mails of kind {kind}");
        of_kind.remove(0)
    }

    async fn tell(&self, event: Event) {
        let work = job(move |tx| {
            let event = event.clone();
            Box::pin(async move { events::record(tx, event).await })
        });
        let told: Result<(), DbError> = self.db.db.write(work).await;
        told.unwrap();
    }
}

/// The token of the link to `place` in a mail.
fn token_in(text: &str, place: &str) -> Token {
    let start = format!("{BASE}{place}/");
    let at = text
        .find(&start)
        .unwrap_or_else(|| panic!("no link to {place} in {text}"))
        + start.len();
    text[at..at + 64].parse().unwrap()
}

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn passwords() -> Passwords {
    Passwords::new(Arc::new(SystemRandom), 2)
}

fn chosen(text: &str) -> accounts::Password {
    let rules = Rules {
        min: 8,
        shop: "Fieldhouse",
        email: "nobody@example.org",
    };
    accounts::Password::choose(text, rules).unwrap()
}

async fn sign_up(db: &TestDb, address: &str, password: &str) {
    let request = accounts::SignUp {
        name: "Ines Roth".to_owned(),
        email: email(address),
        password: chosen(password),
        wants_marketing: false,
        ip: None,
        deed: None,
    };
    accounts::sign_up(&db.db, &passwords(), request).await.unwrap();
}

async fn sign_in(db: &TestDb, address: &str, password: &str) -> Option<accounts::SignedIn> {
    let request = accounts::SignIn {
        email: email(address),
        password: password.to_owned(),
        device: String::new(),
        ip: None,
        replaces: None,
    };
    accounts::sign_in(&db.db, &passwords(), db.clock.now(), request)
        .await
        .ok()
}

async fn forget(db: &TestDb, address: &str) {
    let actor = Actor::Guest {
        name: String::new(),
        ip: None,
    };
    db.db
        .write(accounts::ForgotPassword {
            email: email(address),
            actor,
        })
        .await
        .unwrap();
}

async fn n_orders(db: &TestDb, customer_id: wares_kernel::CustomerId) -> usize {
    let mut conn = db.db.read().await.unwrap();
    orders::of_customer(&mut conn, customer_id, After::NEWEST, 10)
        .await
        .unwrap()
        .items
        .len()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn an_order_is_confirmed_by_one_mail_however_often_it_is_told(db: TestDb) {
        let post = Post::open(&db).await;
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        post.work().await;
        assert!(post.kinds().await.is_empty(), "the buyer is at the gateway");
        order.confirm(&db).await;
        for _ in 0..3 {
            post.tell(Event::OrderConfirmed { order_id: order.order_id }).await;
            post.work().await;
        }
        let mail = post.only("order_confirmation").await;
        assert_eq!(mail.subject, format!("Order {} confirmed – arrives Thu 12 – Fri 13 March", order.number));
        for part in ["confirmed and paid", "Tarn Mug", "Oat, × 2", "€36.00", "€4.90", "VAT 19 %, included", "€40.90", "Köln, Germany"] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
            assert!(mail.html.contains(part), "{part} in {}", mail.html);
        }
        assert_eq!(token_in(&mail.text, "/orders"), order.token);
        assert_eq!((mail.order_id, mail.state.as_str()), (Some(order.order_id), "sent"));
        assert_eq!(post.server.taken().len(), 1);
    }

    async fn a_parcel_on_its_way_and_one_that_arrived_are_told_and_the_link_lets_the_buyer_review(db: TestDb) {
        let post = Post::open(&db).await;
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        order.confirm(&db).await;
        let parcel = order.ship(&db, 1).await;
        post.work().await;
        let shipped = post.only("shipped").await;
        assert!(shipped.text.contains("VAN-7") && shipped.text.contains("Oat, × 1"), "{}", shipped.text);
        assert!(shipped.text.contains("The rest follows"), "{}", shipped.text);
        order.deliver(&db, parcel).await;
        post.work().await;
        let delivered = post.only("delivered").await;
        let via = Via::Link(token_in(&delivered.text, "/reviews"));
        let mut conn = db.db.read().await.unwrap();
        let (found, lines) = reviews::reviewable(&mut conn, &via, db.clock.now()).await.unwrap().unwrap();
        assert_eq!((found.id, lines.len()), (order.order_id, 1));
    }

    async fn an_order_by_bank_transfer_is_told_where_the_money_goes_and_one_that_expired_that_nothing_is_owed(db: TestDb) {
        let post = Post::open(&db).await;
        let value = settings::Payments {
            bank_transfer: settings::BankTransfer {
                is_enabled: true,
                holder: "Fieldhouse GmbH".to_owned(),
                iban: "DE00 1234".to_owned(),
                ..settings::BankTransfer::default()
            },
            ..settings::Payments::default()
        };
        db.db.write(settings::Change { actor: Actor::System, version: 0, value }).await.unwrap();
        let order = Purchase::place(&db, "ines@example.org", None, "bank_transfer").await;
        post.work().await;
        let mail = post.only("order_received").await;
        for part in ["IBAN: DE00 1234", "Amount: €40.90", "Tue 17 March", order.number.as_str()] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        let order_id = order.order_id;
        let work = job(move |tx| Box::pin(async move {
            let order = orders::lock(tx, order_id).await?.ok_or(DbError::NotFound)?;
            orders::expire(tx, &order).await
        }));
        db.db.write(work).await.unwrap();
        post.work().await;
        assert!(post.only("order_expired").await.subject.ends_with("nothing was charged"));
    }

    async fn without_a_mail_server_mails_are_kept_and_can_be_read(db: TestDb) {
        let post = Post::new(&db);
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        post.work().await;
        let mail = post.only("verify_email").await;
        assert_eq!(mail.state, "kept");
        assert!(mail.text.contains(&format!("{BASE}/verify/")));
        assert!(post.server.taken().is_empty());
    }

    async fn a_mail_that_cannot_be_handed_over_is_tried_again_as_the_same_mail(db: TestDb) {
        let post = Post::open(&db).await;
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        order.confirm(&db).await;
        post.server.refuse(MailError::Temporary("451 greylisted".to_owned()));
        post.work().await;
        let waiting = post.only("order_confirmation").await;
        assert_eq!((waiting.state.as_str(), waiting.attempts, waiting.last_error.as_str()), ("queued", 1, "451 greylisted"));
        db.clock.advance(Duration::from_secs(61));
        post.work().await;
        let sent = post.only("order_confirmation").await;
        assert_eq!((sent.state.as_str(), sent.attempts, sent.last_error.as_str()), ("sent", 2, ""));
        assert_eq!(post.server.taken()[0].message_id.as_str(), sent.message_id);

        let actor = Actor::System;
        db.db.write(Resend { actor, mail_id: sent.id }).await.unwrap();
        post.work().await;
        let taken = post.server.taken();
        assert_eq!(taken.len(), 2);
        assert_eq!((&taken[0].message_id, &taken[0].text), (&taken[1].message_id, &taken[1].text));
    }

    async fn after_three_days_or_a_refusal_for_good_a_mail_is_given_up_and_staff_can_send_it_again(db: TestDb) {
        let post = Post::open(&db).await;
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        order.confirm(&db).await;
        post.work().await;
        post.tell(Event::OrderCancelled { order_id: order.order_id }).await;
        post.server.refuse(MailError::Permanent("550 no such user".to_owned()));
        post.work().await;
        let failed = post.only("order_cancelled").await;
        assert_eq!((failed.state.as_str(), failed.last_error.as_str()), ("failed", "550 no such user"));

        db.db.write(Resend { actor: Actor::System, mail_id: failed.id }).await.unwrap();
        let mut tries = 0;
        while post.only("order_cancelled").await.state != "failed" {
            post.server.refuse(MailError::Temporary("no answer".to_owned()));
            post.work().await;
            db.clock.advance(Duration::from_secs(6 * 3600));
            tries += 1;
            assert!(tries < 40, "it must be given up at some time");
        }
        assert!(tries > 5);
        let mut conn = db.db.read().await.unwrap();
        let listed = list(&mut conn, ShowMails::Of(MailState::Failed), After::NEWEST, 10).await.unwrap();
        assert_eq!(listed.items.len(), 1);
    }

    async fn a_mail_whose_job_is_run_again_is_written_once(db: TestDb) {
        let post = Post::new(&db);
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        let message = Message::OrderConfirmation { order_id: order.order_id };
        let job = WriteMail { message, key: "order_confirmation".to_owned() };
        post.office.write(job.clone()).await.unwrap();
        post.office.write(job).await.unwrap();
        // `only` fails unless there is exactly one.
        assert_eq!(post.only("order_confirmation").await.to_email.as_str(), "ines@example.org");
    }

    async fn the_text_of_a_mail_with_a_secret_link_is_not_kept_once_it_has_left(db: TestDb) {
        let post = Post::open(&db).await;
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        forget(&db, "ines@example.org").await;
        post.work().await;
        let stored = post.only("reset_password").await;
        assert!(!stored.text.contains("/reset/") && !stored.html.contains("/reset/"), "{}", stored.text);
        let left = post.server.taken().into_iter().find(|mail| mail.text.contains("/reset/")).unwrap();
        token_in(&left.text, "/reset");
        let again = db.db.write(Resend { actor: Actor::System, mail_id: stored.id }).await;
        assert!(matches!(again, Err(ResendError::NotKept)));
    }

    // SECURITY 35
    async fn nobody_is_written_to_where_there_is_nobody(db: TestDb) {
        let post = Post::open(&db).await;
        forget(&db, "nobody@example.org").await;
        post.work().await;
        assert!(post.kinds().await.is_empty());
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        sign_up(&db, "ines@example.org", "another-9x").await;
        post.work().await;
        assert_eq!(post.kinds().await, ["account_exists", "verify_email"]);
    }

    // SECURITY 41
    async fn a_newer_reset_link_kills_the_older_one(db: TestDb) {
        let post = Post::new(&db);
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        for _ in 0..2 {
            forget(&db, "ines@example.org").await;
            post.work().await;
            db.clock.advance(Duration::from_secs(60));
        }
        let links: Vec<Token> = post.mails().await.iter().filter(|mail| mail.kind == "reset_password")
            .map(|mail| token_in(&mail.text, "/reset")).collect();
        let now = db.clock.now();
        let mut conn = db.db.read().await.unwrap();
        assert!(accounts::find_reset(&mut conn, &links[0], now).await.unwrap().is_none());
        assert!(accounts::find_reset(&mut conn, &links[1], now).await.unwrap().is_some());
    }

    async fn asking_twice_within_a_minute_sends_one_link(db: TestDb) {
        let post = Post::new(&db);
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        forget(&db, "ines@example.org").await;
        forget(&db, "INES@example.org").await;
        post.work().await;
        post.only("reset_password").await;
    }

    // SECURITY 28
    async fn guest_orders_are_shown_only_to_whoever_proved_the_mailbox_and_owns_the_password(db: TestDb) {
        let post = Post::new(&db);
        let order = Purchase::place(&db, "victim@example.org", None, "card").await;
        order.confirm(&db).await;
        sign_up(&db, "victim@example.org", "attacker-9x").await;
        post.work().await;
        let attacker = sign_in(&db, "victim@example.org", "attacker-9x").await.unwrap();
        let id = attacker.customer_id;
        assert_eq!(n_orders(&db, id).await, 0, "the password alone shows nothing");

        // The victim opens the link from the mail in their own browser, but does not know the attacker's password.
        let link = token_in(&post.only("verify_email").await.text, "/verify");
        let attempt = accounts::Attempt { password: "victims-own-9x".to_owned(), device: String::new(), ip: None, deed: None };
        let opened = accounts::verify_with_password(&db.db, &passwords(), db.clock.now(), link, attempt).await;
        assert!(opened.is_err());
        post.work().await;
        assert_eq!(n_orders(&db, id).await, 0, "the mailbox alone shows nothing");

        forget(&db, "victim@example.org").await;
        post.work().await;
        let link = token_in(&post.only("reset_password").await.text, "/reset");
        let request = accounts::ResetPassword { token: link, password: chosen("victims-own-9x"), ip: None, deed: None };
        accounts::reset_password(&db.db, &passwords(), db.clock.now(), request).await.unwrap();
        post.work().await;
        assert_eq!(n_orders(&db, id).await, 1);
        let mut conn = db.db.read().await.unwrap();
        assert!(accounts::signed_in(&mut conn, &attacker.session.token, db.clock.now()).await.unwrap().is_none());
        drop(conn);
        assert!(sign_in(&db, "victim@example.org", "attacker-9x").await.is_none());
        assert!(sign_in(&db, "victim@example.org", "victims-own-9x").await.is_some());
    }

    async fn whoever_confirms_their_address_finds_what_they_ordered_before(db: TestDb) {
        let post = Post::new(&db);
        Purchase::place(&db, "ines@example.org", None, "card").await.confirm(&db).await;
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        post.work().await;
        let token = token_in(&post.only("verify_email").await.text, "/verify");
        let customer_id = sign_in(&db, "ines@example.org", "kfq-7tzu").await.unwrap().customer_id;
        db.db.write(accounts::VerifyEmail { token, customer_id, ip: None }).await.unwrap();
        post.work().await;
        assert_eq!(n_orders(&db, customer_id).await, 1);
    }

    // SECURITY 26
    async fn a_guest_sees_an_order_by_its_token_or_by_number_and_address_together(db: TestDb) {
        let order = Purchase::place(&db, "ines@example.org", None, "card").await;
        let mut conn = db.db.read().await.unwrap();
        assert!(orders::by_token(&mut conn, order.token.hash()).await.unwrap().is_some());
        for _ in 0..100 {
            let guess = wares_kernel::Random::token(&SystemRandom);
            assert!(orders::by_token(&mut conn, guess.hash()).await.unwrap().is_none());
        }
        let (right, wrong) = (email("INES@example.org"), email("eve@example.org"));
        assert!(orders::for_guest(&mut conn, &order.number, &right).await.unwrap().is_some());
        assert!(orders::for_guest(&mut conn, &order.number, &wrong).await.unwrap().is_none());
        // Counting numbers up leads nowhere: each has a check character that is not worked out from it.
        let mut hits = 0;
        for n in 1000..11_000 {
            let typed = format!("{n}-0000").parse::<orders::OrderNumber>();
            if let Ok(number) = typed {
                hits += usize::from(orders::for_guest(&mut conn, &number, &wrong).await.unwrap().is_some());
            }
        }
        assert_eq!(hits, 0);
    }

    async fn an_inquiry_is_copied_answered_and_threaded(db: TestDb) {
        let post = Post::open(&db).await;
        let ask = inquiries::Ask {
            vault: vault(),
            actor: Actor::System,
            topic: inquiries::Topic::Other,
            name: "Ines Albrecht".to_owned(),
            email: email("ines@example.org"),
            body: "Where is it?\n<script>alert(1)</script>".to_owned(),
            order_number: String::new(),
            order_id: None,
            product_id: None,
            customer_id: None,
        };
        let asked = db.db.write(ask).await.unwrap();
        post.work().await;
        db.clock.advance(Duration::from_secs(60));
        let answer = inquiries::Answer {
            actor: Actor::System,
            inquiry_id: asked.id,
            body: "On its way.".to_owned(),
            then: inquiries::Then::Wait,
        };
        db.db.write(answer).await.unwrap();
        post.work().await;

        let taken = post.server.taken();
        let (copy, reply) = (&taken[0], &taken[1]);
        assert!(copy.subject.starts_with("Inquiry INQ-1001: Where is it?"), "{}", copy.subject);
        assert!(copy.html.contains("&lt;script&gt;") && !copy.html.contains("<script>"));
        assert_eq!(reply.subject, format!("Re: {}", copy.subject));
        assert_eq!(reply.in_reply_to.as_ref(), Some(&copy.message_id));
        assert_eq!(reply.references, std::slice::from_ref(&copy.message_id));
        assert_eq!(token_in(&reply.text, "/inquiries"), asked.token);
        assert!(reply.text.contains("On its way.") && reply.text.contains("> Where is it?"));
    }

    async fn news_are_sent_only_to_whoever_confirmed_that_they_want_them(db: TestDb) {
        let post = Post::new(&db);
        let ines = email("ines@example.org");
        db.db.write(Subscribe { email: ines.clone() }).await.unwrap();
        post.work().await;
        let wants = async || {
            let mut conn = db.db.read().await.unwrap();
            is_subscribed(&mut conn, &ines).await.unwrap()
        };
        assert!(!wants().await);
        let token = token_in(&post.only("confirm_news").await.text, "/news");
        assert_eq!(db.db.write(ConfirmSubscription { token: token.clone() }).await.unwrap(), Some(ines.clone()));
        assert!(wants().await);

        db.clock.advance(Duration::from_secs(61));
        db.db.write(Subscribe { email: ines.clone() }).await.unwrap();
        post.work().await;
        post.only("confirm_news").await;
        assert!(db.db.write(LeaveNews { token: token.clone() }).await.unwrap());
        assert!(!wants().await);
        assert!(!db.db.write(LeaveNews { token }).await.unwrap());
    }

    async fn a_choice_in_the_account_and_the_newsletters_list_are_one(db: TestDb) {
        let post = Post::new(&db);
        let ines = email("ines@example.org");
        sign_up(&db, "ines@example.org", "kfq-7tzu").await;
        let customer_id = {
            let mut conn = db.db.read().await.unwrap();
            accounts::find_by_email(&mut conn, &ines).await.unwrap().unwrap().id
        };
        let choose = async |wants_marketing| {
            db.clock.advance(Duration::from_secs(61));
            let (name, phone) = ("Ines Roth".to_owned(), String::new());
            let change = accounts::ChangeProfile { customer_id, name, phone, wants_marketing, ip: None };
            db.db.write(change).await.unwrap();
            post.work().await;
        };
        let listed = async || {
            let mut conn = db.db.read().await.unwrap();
            is_subscribed(&mut conn, &ines).await.unwrap()
        };
        let chosen = async || {
            let mut conn = db.db.read().await.unwrap();
            accounts::find(&mut conn, customer_id).await.unwrap().unwrap().marketing_at.is_some()
        };
        choose(true).await;
        assert!(!listed().await, "the mailbox is not proved yet");
        let token = token_in(&post.only("confirm_news").await.text, "/news");
        db.db.write(ConfirmSubscription { token: token.clone() }).await.unwrap();
        assert!(listed().await && chosen().await);
        choose(false).await;
        assert!(!listed().await);

        let proof = token_in(&post.only("verify_email").await.text, "/verify");
        db.db.write(accounts::VerifyEmail { token: proof, customer_id, ip: None }).await.unwrap();
        post.work().await;
        assert!(!listed().await, "nobody asked for it");
        choose(true).await;
        assert!(listed().await, "the mailbox is proved");
        post.only("confirm_news").await;
        assert!(db.db.write(LeaveNews { token }).await.unwrap());
        assert!(!listed().await && !chosen().await);
    }

    async fn the_list_is_read_by_the_alphabet_and_by_its_beginning(db: TestDb) {
        let post = Post::new(&db);
        for address in ["clara@example.org", "Ada@example.org", "adam@example.org", "waits@example.org"] {
            db.db.write(Subscribe { email: email(address) }).await.unwrap();
        }
        post.work().await;
        for mail in post.mails().await {
            if mail.to_email.as_str() != "waits@example.org" {
                db.db.write(ConfirmSubscription { token: token_in(&mail.text, "/news") }).await.unwrap();
            }
        }
        let mut conn = db.db.read().await.unwrap();
        let names = |page: &wares_kernel::Page<Subscriber, String>| -> Vec<String> {
            page.items.iter().map(|subscriber| subscriber.email.to_string()).collect()
        };
        let first = subscribers(&mut conn, Subscribers::Confirmed, "", "", 2).await.unwrap();
        assert_eq!(names(&first), ["Ada@example.org", "adam@example.org"]);
        let second = subscribers(&mut conn, Subscribers::Confirmed, "", &first.next.unwrap(), 2).await.unwrap();
        assert_eq!((names(&second), second.next), (vec!["clara@example.org".to_owned()], None));
        let found = subscribers(&mut conn, Subscribers::Confirmed, " ADA", "", 9).await.unwrap();
        assert_eq!(found.items.len(), 2);
        let waiting = subscribers(&mut conn, Subscribers::Unconfirmed, "", "", 9).await.unwrap();
        assert_eq!(names(&waiting), ["waits@example.org"]);
        assert_eq!(confirmed_subscribers(&mut conn).await.unwrap().len(), 3);
    }

    async fn mails_come_from_the_shop_and_are_found_by_their_recipient(db: TestDb) {
        let post = Post::open(&db).await;
        let value = settings::Store {
            name: "Fieldhouse".to_owned(),
            email: Some(email("hello@fieldhouse.example")),
            ..settings::Store::default()
        };
        db.db.write(settings::Change { actor: Actor::System, version: 0, value }).await.unwrap();
        sign_up(&db, "Ines@example.org", "kfq-7tzu").await;
        post.work().await;
        let taken = post.server.taken().remove(0);
        assert_eq!(taken.from.address, email("hello@fieldhouse.example"));
        assert_eq!(taken.from.name.as_deref(), Some("Fieldhouse"));
        let mut conn = db.db.read().await.unwrap();
        for (typed, n) in [("ines", 1), ("INES@EX", 1), ("example", 0), ("%", 0)] {
            assert_eq!(search(&mut conn, typed, 10).await.unwrap().len(), n, "{typed}");
        }
    }

    async fn a_test_mail_tells_what_the_server_says(db: TestDb) {
        let post = Post::open(&db).await;
        post.office.test(email("ana@example.org")).await.unwrap();
        assert_eq!(post.server.taken().len(), 1);
        let refusal = MailError::Permanent("535 wrong password".to_owned());
        post.server.refuse(refusal.clone());
        assert_eq!(post.office.test(email("ana@example.org")).await, Err(refusal));
    }
}
