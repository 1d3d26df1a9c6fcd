//! The program is killed without warning while somebody buys. Whatever it was doing, after the next start there is one order, paid
//! once, told of once.
//!
//! Where it dies is decided by the gateway, which falls silent at one request of the shop: at that moment the shop has written
//! everything that comes before the request, and nothing that comes after it.

use std::time::Duration;

use tokio::time::Instant;
use wares_db::testing::TestDb;
use wares_db::{Sql, both_engines, sql};

use crate::support::buying::{pay, press_pay, to_review};
use crate::support::gateway::{Silence, TestGateway};
use crate::support::postbox::Postbox;
use crate::support::program::Program;
use crate::support::shop::{OPEN_JOBS, Shop};
use crate::support::shopper::{Page, Shopper};

const ORDERS: Sql = sql!("SELECT count(*) FROM orders");
const PAID: Sql = sql!("SELECT count(*) FROM orders WHERE state = 'placed' AND payment_status = 'paid'");
const SOLD: Sql = sql!("SELECT on_hand * 100 + reserved FROM stock");
const LEASES_RUN_OUT: Sql = sql!("UPDATE jobs SET leased_until = 1");
const LOOKS_ARE_DUE: Sql = sql!("UPDATE payment_attempts SET check_at = 1 WHERE check_at IS NOT NULL");

/// How long the shop may take on a busy machine until all is well.
const PATIENCE: Duration = Duration::from_secs(90);

/// A shop, its gateway and its mail server, which all outlive the program.
struct World {
    shop: Shop,
    gateway: TestGateway,
    postbox: Postbox,
}

impl World {
    async fn on(data: TestDb) -> Self {
        let (shop, postbox) = (Shop::on(data).await, Postbox::start().await);
        let gateway = TestGateway::start(shop.listen).await;
        shop.take_cards_at(&gateway).await;
        shop.send_mail_through(&postbox).await;
        Self { shop, gateway, postbox }
    }

    /// Runs something that never gets its answer up to the moment when the gateway is silent, and kills the program there.
    async fn kill_during(&mut self, program: Program, doomed: impl Future) {
        tokio::select! {
            () = self.gateway.until_silent() => {}
            _ = doomed => panic!("it was answered although the gateway was silent"),
        }
        drop(program);
        // What a dead program has leased is free after some minutes, and what it did not look at is due; nobody waits here for that.
        self.shop.edit_if_any(LEASES_RUN_OUT).await;
        self.shop.edit(LOOKS_ARE_DUE).await;
    }

    /// Whether the buyer has paid and the worker has nothing left to do.
    async fn is_at_rest(&self) -> bool {
        self.shop.figure(PAID).await == 1 && self.shop.figure(OPEN_JOBS).await == 0
    }

    /// Waits until the order is paid and every job is done; then there must be one of everything.
    async fn all_is_well(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_at_rest().await {
            let (paid, jobs) = (self.shop.figure(PAID).await, self.shop.figure(OPEN_JOBS).await);
            assert!(
                Instant::now() < deadline,
                "{paid} orders are paid, {jobs} jobs are open"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(self.shop.figure(ORDERS).await, 1, "one order");
        let money = self.gateway.sessions_and_charges().await;
        assert_eq!(money, (1, 1), "one payment page, one charge");
        assert_eq!(self.shop.figure(SOLD).await, 800, "one mug is gone, none is held");
        let letters = self.postbox.of("ines.roth@example.com");
        assert_eq!(letters.len(), 1, "one mail: {letters:#?}");
    }
}

/// Kills the program between placing the order and having its payment page; the buyer presses Pay again.
async fn killed_while_beginning(data: TestDb, silence: Silence) {
    let mut world = World::on(data).await;
    let program = world.shop.start();
    let mut ines = Shopper::new();
    let review = to_review(&mut ines, &world.shop, &program).await;
    world.gateway.fall_silent(silence);
    world.kill_during(program, press_pay(&mut ines, &review)).await;
    let placed = world.shop.figure(ORDERS).await;
    assert_eq!(placed, 1, "the order is placed before the gateway is asked");

    let _program = world.shop.start();
    let page = press_pay(&mut ines, &review).await.expect("the gateway's page");
    let back = pay(&mut ines, &page, "pay").await;
    ines.get(&back).await.says("is confirmed");
    world.all_is_well().await;
}

/// A buyer who has the gateway's page in front of them; from now on the gateway does not say what became of a payment.
async fn at_the_gateway(world: &World, program: &Program) -> (Shopper, Page) {
    let mut ines = Shopper::new();
    let review = to_review(&mut ines, &world.shop, program).await;
    let page = press_pay(&mut ines, &review).await.expect("the gateway's page");
    world.gateway.fall_silent(Silence::OnFetch);
    (ines, page)
}

both_engines! {
    async fn killed_when_the_order_was_placed_and_the_gateway_does_not_know(data: TestDb) {
        killed_while_beginning(data, Silence::BeforeBegin).await;
    }

    async fn killed_when_the_gateway_knows_and_its_answer_is_lost(data: TestDb) {
        killed_while_beginning(data, Silence::AfterBegin).await;
    }

    async fn killed_between_the_charge_and_settling_it(data: TestDb) {
        let mut world = World::on(data).await;
        let program = world.shop.start();
        let (mut ines, page) = at_the_gateway(&world, &program).await;
        let back = pay(&mut ines, &page, "lose-webhook").await;
        world.kill_during(program, ines.get(&back)).await;
        assert_eq!(world.gateway.sessions_and_charges().await, (1, 1), "charged");
        assert_eq!(world.shop.figure(PAID).await, 0, "not settled");

        let _program = world.shop.start();
        ines.get(&back).await.says("is confirmed");
        world.all_is_well().await;
        ines.get(&back).await.says("is confirmed");
    }

    async fn killed_while_a_webhook_is_handled_and_the_buyer_stays_away(data: TestDb) {
        let mut world = World::on(data).await;
        let program = world.shop.start();
        let (mut ines, page) = at_the_gateway(&world, &program).await;
        pay(&mut ines, &page, "stay").await;
        world.kill_during(program, std::future::pending::<()>()).await;
        assert_eq!(world.shop.figure(PAID).await, 0, "the notice was taken, the money was not settled");

        let _program = world.shop.start();
        world.all_is_well().await;
    }
}
