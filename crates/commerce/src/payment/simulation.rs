//! The payment protocol under chance, on the real code: buyers, notices and the reconciler take turns in an order a seed decides, and any of
//! them may die between two steps; notices get lost, come twice or late; answers of the gateway get lost after it acted; buyers
//! pay after their time is up, or call the order off. When everything has come to rest, these must hold:
//!
//! - every order that counts is paid exactly once, of every other nothing is kept;
//! - no order is left waiting, no piece is sold twice or held for nobody;
//! - every buyer whose order counts was told so exactly once;
//! - a discount that can be used once was used once at most, and is free again when its order was not paid;
//! - the books are clean, whatever came of it: [`crate::ledger`].
//!
//! That this can see anything is shown by switching off the protocol's guards one at a time ([`crate::guards`]): each is missed.
//!
//! `WARES_TEST_SIMULATION_SEEDS` says how many seeds are tried; a failure names its seed.

use std::num::NonZeroU32;
use std::time::Duration;

use wares_db::testing::TestDb;
use wares_kernel::{Money, OrderId, PaymentAttemptId, ProductId, SeededRandom, VariantId};

use super::gateway::{DeclineReason, Webhook};
use super::testing::{Counter, Ready, settle};
use super::*;
use crate::audit::Actor;
use crate::checkout::{Changed, PlaceError};
use crate::guards::{Guard, PLANTED};
use crate::inventory::{Adjust, Reason};
use crate::ledger;
use crate::orders::OrderState;
use crate::pricing::discount::{Given, Limits, Promotion, Scope};
use crate::testing::{Goods, give, n_events, ten_percent};

/// How many seeds are tried unless the environment says otherwise.
const SEEDS: u64 = 150;
/// Seeds that share a database: buyers have numbers up to 255, at most four for each seed.
const BLOCK: u64 = 60;
/// Turns taken before everything comes to rest.
const TURNS: u32 = 90;

struct Dice(SeededRandom);

impl Dice {
    fn below(&self, n: u64) -> u64 {
        self.0.below(n)
    }

    fn falls(&self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Somebody who has something to do.
enum Task {
    Buyer(Buyer),
    Notice { event: String, reference: String },
    Reconciler,
}

struct Buyer {
    ready: Ready,
    stage: Stage,
    order: Option<(OrderId, PaymentAttemptId)>,
}

enum Stage {
    Place,
    Begin,
    Dither(u64),
    Pay,
    Return,
    CallOff,
}

struct World<'a> {
    shop: &'a Counter,
    dice: Dice,
    orders: Vec<(OrderId, PaymentAttemptId)>,
    n_events: u32,
    seed: u64,
}

impl World<'_> {
    /// The gateway may be away, or its answer may get lost.
    fn trouble(&self) {
        self.shop.gateway.be_away(u32::from(self.dice.falls(8)));
        self.shop.gateway.lose_answers(u32::from(self.dice.falls(12)));
    }

    fn calm(&self) {
        self.shop.gateway.be_away(0);
        self.shop.gateway.lose_answers(0);
    }

    /// One step of somebody; answers whether they have more to do, and who comes along.
    async fn step(&mut self, task: &mut Task) -> (bool, Vec<Task>) {
        self.trouble();
        let answer = match task {
            Task::Buyer(buyer) => self.buyer(buyer).await,
            Task::Notice { event, reference } => (self.notice(event, reference).await, Vec::new()),
            Task::Reconciler => {
                reconcile(&self.shop.till).await.expect("the database works");
                (false, Vec::new())
            }
        };
        self.calm();
        answer
    }

    async fn buyer(&mut self, buyer: &mut Buyer) -> (bool, Vec<Task>) {
        let Some((order_id, attempt_id)) = buyer.order else {
            return (self.place(buyer).await, Vec::new());
        };
        match buyer.stage {
            Stage::Place | Stage::Begin => {
                let begun = begin(&self.shop.till, attempt_id).await;
                buyer.stage = Stage::Dither(self.dice.below(12));
                // Who sees an error tries again or goes away.
                (begun.is_ok() || self.dice.falls(50), Vec::new())
            }
            Stage::Dither(0) => {
                buyer.stage = if self.dice.falls(8) { Stage::CallOff } else { Stage::Pay };
                (true, Vec::new())
            }
            Stage::Dither(n) => {
                if self.dice.falls(10) {
                    self.shop.gateway.decline(attempt_id, DeclineReason::Declined);
                }
                buyer.stage = Stage::Dither(n - 1);
                (true, Vec::new())
            }
            Stage::Pay => {
                let paid = self.dice.falls(85) && self.pay(attempt_id).await;
                buyer.stage = Stage::Return;
                let notices = if paid {
                    self.notices(attempt_id).await
                } else {
                    Vec::new()
                };
                (self.dice.falls(60), notices)
            }
            Stage::Return => {
                let settled = settle(&self.shop.till, attempt_id).await;
                let thinks_again = settled.is_ok() && self.dice.falls(10);
                if thinks_again {
                    buyer.stage = Stage::CallOff;
                }
                (thinks_again || (settled.is_err() && self.dice.falls(50)), Vec::new())
            }
            Stage::CallOff => {
                let cancel = CancelOrder {
                    order_id,
                    actor: Actor::System,
                    reason: String::new(),
                    confirmed: None,
                };
                let called_off = self.shop.test.db.write(cancel).await;
                assert!(
                    !matches!(called_off, Err(CancelOrderError::Db(_))),
                    "seed {}",
                    self.seed
                );
                buyer.stage = Stage::Pay;
                (self.dice.falls(30), Vec::new())
            }
        }
    }

    /// Pays what is asked for; now and then less, or the gateway is confused and asks for more.
    async fn pay(&self, attempt_id: PaymentAttemptId) -> bool {
        let gateway = &self.shop.gateway;
        match self.dice.below(25) {
            0 => gateway.pay_amount(attempt_id, Some(1)),
            1 => {
                let mut reader = self.shop.test.db.read().await.expect("a reader");
                let known = attempt(&mut reader, attempt_id)
                    .await
                    .expect("a read")
                    .expect("an attempt");
                let more = Money::new(known.amount.minor() + 1, known.amount.currency());
                gateway.change_amount(attempt_id, more);
                gateway.pay(attempt_id)
            }
            _ => gateway.pay(attempt_id),
        }
    }

    async fn place(&mut self, buyer: &mut Buyer) -> bool {
        let placed = match self.shop.place(&buyer.ready).await {
            Ok(placed) => placed,
            Err(PlaceError::Db(error)) => panic!("seed {}: {error}", self.seed),
            // Somebody else had the discount; who still wants the mug agrees to the new total.
            Err(PlaceError::TotalChanged(changes)) => {
                if let Some(Changed::Total { new, .. }) = changes.last() {
                    buyer.ready.total_minor = new.minor();
                }
                return self.dice.falls(80);
            }
            Err(_) => return false,
        };
        if self.dice.falls(15) {
            let again = self.shop.place(&buyer.ready).await.ok();
            let again = again.map(|again| again.order_id);
            assert_eq!(
                again,
                Some(placed.order_id),
                "seed {}: pressed twice, ordered once",
                self.seed
            );
        }
        let attempt_id = placed.attempt_id.expect("a card needs an attempt");
        self.orders.push((placed.order_id, attempt_id));
        buyer.order = Some((placed.order_id, attempt_id));
        buyer.stage = Stage::Begin;
        true
    }

    /// The gateway tells of a payment: never, once, or twice.
    async fn notices(&mut self, attempt_id: PaymentAttemptId) -> Vec<Task> {
        let mut reader = self.shop.test.db.read().await.expect("a reader");
        let known = attempt(&mut reader, attempt_id)
            .await
            .expect("a read")
            .expect("an attempt");
        let Some(reference) = known.reference else {
            return Vec::new();
        };
        self.n_events += 1;
        let event = format!("event-{}-{}", self.seed, self.n_events);
        let n = [0, 1, 1, 2][usize::try_from(self.dice.below(4)).unwrap_or(0)];
        let notice = || Task::Notice {
            event: event.clone(),
            reference: reference.to_string(),
        };
        (0..n).map(|_| notice()).collect()
    }

    /// Receives and handles a notice; answers whether it has to be tried again.
    async fn notice(&self, event: &str, reference: &str) -> bool {
        let (db, body) = (&self.shop.test.db, format!("{event} {reference}"));
        let webhook = Webhook {
            headers: &[("Signature", "authentic")],
            body: body.as_bytes(),
            received_at: self.shop.till.clock.now(),
        };
        receive(db, &self.shop.gateway, &webhook)
            .await
            .expect("it is authentic");
        let task = HandleNotice {
            gateway: CARD.to_owned(),
            event_id: event.to_owned(),
        };
        handle_notice(&self.shop.till, task).await.is_err()
    }

    /// Turns are taken until time is up.
    async fn turns(&mut self, mut tasks: Vec<Task>) {
        for _ in 0..TURNS {
            self.shop.test.clock.advance(Duration::from_secs(self.dice.below(60)));
            if self.dice.falls(12) {
                tasks.push(Task::Reconciler);
            }
            if tasks.is_empty() {
                continue;
            }
            let at = usize::try_from(self.dice.below(u64::try_from(tasks.len()).unwrap_or(1))).unwrap_or(0);
            let mut task = tasks.swap_remove(at);
            let (goes_on, others) = self.step(&mut task).await;
            tasks.extend(others);
            // Whoever served this request may have died just now, or the whole program.
            if goes_on && !self.dice.falls(3) {
                tasks.push(task);
            }
            if self.dice.falls(1) {
                tasks.clear();
            }
        }
    }

    /// Only what runs by itself still runs, and latecomers pay whatever is still open, or what the gateway should not have let them pay.
    ///
    /// Now and then everything that is free breaks meanwhile, so that late money finds nothing; answers how many pieces did.
    async fn rest(&self, mug: VariantId) -> i64 {
        let mut n_broken = 0;
        for round in 0..8 {
            if self.dice.falls(8) {
                n_broken += self.break_what_is_free(mug).await;
            }
            self.shop.test.clock.advance(Duration::from_mins(20));
            while reconcile(&self.shop.till).await.expect("the database works") > 0 {}
            self.carry_out_refunds().await;
            for (_, attempt_id) in &self.orders {
                if round < 6 && self.dice.falls(20) {
                    self.shop.gateway.pay(*attempt_id);
                }
                if round < 6 && self.dice.falls(25) && self.shop.gateway.pay_although_closed(*attempt_id) {
                    // The gateway tells of it until it is heard.
                    settle(&self.shop.till, *attempt_id)
                        .await
                        .expect("the gateway is there");
                }
            }
        }
        n_broken
    }

    async fn break_what_is_free(&self, mug: VariantId) -> i64 {
        let (on_hand, reserved) = self.shop.stock(mug).await;
        let n = on_hand - reserved;
        if n > 0 {
            let adjust = Adjust {
                actor: Actor::System,
                variant_id: mug,
                delta: -n,
                reason: Reason::Damaged,
                note: String::new(),
            };
            self.shop.test.db.write(adjust).await.expect("nobody wants these");
        }
        n
    }

    async fn carry_out_refunds(&self) {
        for (order_id, _) in &self.orders {
            let mut reader = self.shop.test.db.read().await.expect("a reader");
            let asked = refunds(&mut reader, *order_id).await.expect("a read");
            drop(reader);
            for refund in asked {
                let task = CarryOutRefund { refund_id: refund.id };
                carry_out(&self.shop.till, task).await.expect("the gateway is there");
            }
        }
    }

    async fn check(&self, mug: VariantId, initial: i64, told_before: i64) {
        let seed = self.seed;
        let (mut sold, mut told, mut held) = (0, 0, 0);
        for (order_id, _) in &self.orders {
            let order = self.shop.find(*order_id).await;
            let mut reader = self.shop.test.db.read().await.expect("a reader");
            let of_order = attempts(&mut reader, *order_id).await.expect("a read");
            let kept: i64 = of_order
                .iter()
                .map(|attempt| self.shop.gateway.kept_of(attempt.id))
                .sum();
            told += i64::from(order.placed_at.is_some());
            let is_looked_at = of_order.iter().any(|attempt| attempt.state == AttemptState::Review);
            match order.state {
                // What does not fit is left to staff; less than was owed keeps the goods until they have decided.
                OrderState::AwaitingPayment if is_looked_at => held += order.n_pieces,
                OrderState::Expired | OrderState::Cancelled if is_looked_at => {}
                OrderState::Placed => {
                    assert_eq!(
                        kept,
                        order.total.minor(),
                        "seed {seed}: an order that counts is paid once"
                    );
                    sold += order.n_pieces;
                }
                OrderState::Expired | OrderState::Cancelled => {
                    assert_eq!(kept, 0, "seed {seed}: nothing is kept of an order that does not count");
                }
                OrderState::AwaitingPayment | OrderState::Completed => {
                    panic!("seed {seed}: order {} is left {:?}", order.number, order.state)
                }
            }
        }
        assert_eq!(
            self.shop.stock(mug).await,
            (initial - sold, held),
            "seed {seed}: stock adds up"
        );
        let mut reader = self.shop.test.db.read().await.expect("a reader");
        let books = ledger::violations(&mut reader, self.shop.till.clock.now())
            .await
            .expect("a read");
        drop(reader);
        let broken: Vec<String> = books.iter().map(|row| format!("{} {row}", row.invariant.id)).collect();
        assert!(broken.is_empty(), "seed {seed}: {broken:#?}");
        let n = n_events(&self.shop.test, "order_confirmed").await - told_before;
        assert_eq!(n, told, "seed {seed}: everybody is told once");
    }
}

/// Ten per cent off a mug, for whoever is first.
fn for_one_buyer(mug: ProductId) -> Promotion {
    Promotion {
        scope: Scope {
            products: vec![mug],
            categories: Vec::new(),
        },
        gets: None,
        limits: Limits {
            in_all: NonZeroU32::new(1),
            each: None,
        },
        ..ten_percent(Given::Automatically)
    }
}

async fn run(shop: &Counter, seed: u64, first_buyer: u64) -> usize {
    let dice = Dice(SeededRandom::new(seed));
    let initial = i64::try_from(1 + dice.below(3)).unwrap_or(1);
    let (product, mug) = Goods::mug(initial).create(&shop.test).await;
    if dice.falls(70) {
        give(&shop.test, for_one_buyer(product)).await;
    }
    let told_before = n_events(&shop.test, "order_confirmed").await;
    let mut tasks = Vec::new();
    for n in 0..=dice.below(4) {
        let n = u8::try_from(first_buyer + n).expect("at most four for each seed");
        tasks.push(Task::Buyer(Buyer {
            ready: shop.ready(n, mug, 1).await,
            stage: Stage::Place,
            order: None,
        }));
    }
    let mut world = World {
        shop,
        dice,
        orders: Vec::new(),
        n_events: 0,
        seed,
    };
    world.turns(tasks).await;
    let n_broken = world.rest(mug).await;
    world.check(mug, initial - n_broken, told_before).await;
    world.orders.len()
}

/// Every `n`th block of games, from one of them on; answers how many orders there were.
async fn blocks(first: u64, every: u64, seeds: u64) -> usize {
    let mut n_orders = 0;
    for block in (first..seeds.div_ceil(BLOCK)).step_by(usize::try_from(every).unwrap_or(1)) {
        let shop = Counter::open(TestDb::sqlite().await).await;
        for seed in block * BLOCK..seeds.min((block + 1) * BLOCK) {
            n_orders += run(&shop, seed, (seed % BLOCK) * 4).await;
        }
    }
    n_orders
}

#[test]
fn no_interleaving_sells_charges_or_tells_anything_twice() {
    let seeds = std::env::var("WARES_TEST_SIMULATION_SEEDS").ok();
    let seeds: u64 = seeds.and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    // Two at a time: each game is one of its own, and so is the database of each block.
    let play = |first| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(blocks(first, 2, seeds))
    };
    let n_orders: usize = std::thread::scope(|scope| {
        let games = [0, 1].map(|first| scope.spawn(move || play(first)));
        games
            .into_iter()
            .map(|game| game.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .sum()
    });
    assert!(
        n_orders > usize::try_from(seeds).unwrap_or(0),
        "enough was going on: {n_orders} orders"
    );
}

/// Runs the simulation in a process of its own in which one guard is switched off; answers whether it failed, and how.
fn without(guard: Guard) -> (bool, String) {
    let mut child = std::process::Command::new(std::env::current_exe().expect("this program"));
    child.args([
        "--exact",
        "payment::simulation::no_interleaving_sells_charges_or_tells_anything_twice",
    ]);
    child.env(PLANTED, format!("{guard:?}"));
    // Few games show what is missed; how many are played where nothing is planted is another question.
    child.env("WARES_TEST_SIMULATION_SEEDS", SEEDS.to_string());
    let output = child.output().expect("this program runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (!output.status.success() && said.contains("1 failed"), said)
}

/// Each guard is missed: the simulation fails without it.
fn all_are_missed(guards: &[Guard]) {
    for guard in guards {
        let (is_missed, said) = without(*guard);
        assert!(is_missed, "nobody notices that {guard:?} is gone:\n{said}");
    }
}

#[test]
fn the_guards_of_placing_are_missed() {
    use Guard::{FindOut, FirstLook, KeepReference, ListedStock, LookAgain, OneOrder, SoldOut};
    all_are_missed(&[
        SoldOut,
        OneOrder,
        ListedStock,
        FirstLook,
        LookAgain,
        FindOut,
        KeepReference,
    ]);
}

#[test]
fn the_guards_of_settling_are_missed() {
    use Guard::{CapturedOnce, Fits, LateStock, MoneyBack, Movement, PaymentStatus, SoldMark, WholeAmount};
    all_are_missed(&[
        Fits,
        WholeAmount,
        CapturedOnce,
        LateStock,
        MoneyBack,
        SoldMark,
        Movement,
        PaymentStatus,
    ]);
}

#[test]
fn the_guards_of_discounts_are_missed() {
    use Guard::{CodeBack, CodeLimit, LateCode};
    all_are_missed(&[CodeLimit, CodeBack, LateCode]);
}

#[test]
fn the_guards_of_ending_are_missed() {
    use Guard::{Cancelled, Close, Expire, RefundOnCancel, Release, StockBack};
    all_are_missed(&[Close, Expire, Release, Cancelled, RefundOnCancel, StockBack]);
}
