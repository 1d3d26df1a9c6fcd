//! Money that is authorised first, and money that is disputed.

use std::time::Duration;

use wares_db::{DbError, both_engines, job, p};
use wares_kernel::{Currency, Money, OrderId, PaymentAttemptId, Quantity, VariantId};

use super::testing::{AUTHORISED_FOR, Counter, Dispute, FALSIFY_RELEASES, settle};
use super::*;
use crate::audit::Actor;
use crate::events::Event;
use crate::fulfilment::{Ship, ShipError, ShipLine};
use crate::invoicing::{self, Series};
use crate::ledger;
use crate::orders::{self, OrderState, PaymentStatus};
use crate::reactions::Reaction;
use crate::testing::Goods;

/// An order of two mugs whose buyer has agreed.
struct Sale {
    shop: Counter,
    mug: VariantId,
    order_id: OrderId,
    attempt_id: PaymentAttemptId,
}

impl Sale {
    async fn of(test: wares_db::testing::TestDb, when: CaptureWhen) -> Self {
        let mut shop = Counter::open(test).await;
        shop.capture_later(when);
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 2).await;
        shop.gateway.pay(attempt_id);
        settle(&shop.till, attempt_id).await.unwrap();
        Self {
            shop,
            mug,
            order_id,
            attempt_id,
        }
    }

    async fn stands(&self) -> (OrderState, PaymentStatus) {
        let order = self.shop.find(self.order_id).await;
        (order.state, order.payment_status)
    }

    async fn attempt(&self) -> PaymentAttempt {
        attempt(&mut self.shop.test.db.read().await.unwrap(), self.attempt_id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn ask(&self, minor: Option<i64>) -> Result<(), CaptureError> {
        let amount = minor.map(|minor| Money::new(minor, Currency::EUR));
        self.ask_for(None, amount).await
    }

    /// Asks for the money of so many mugs, with that of delivery or without.
    async fn ask_for_mugs(&self, n: u32, shipping: bool) -> Result<(), CaptureError> {
        let lines = self.lines().await;
        let n = Quantity::try_from(n).unwrap();
        let pieces = vec![(lines[0].id, n)];
        self.ask_for(Some(Portion { pieces, shipping }), None).await
    }

    async fn ask_for(&self, portion: Option<Portion>, amount: Option<Money>) -> Result<(), CaptureError> {
        let ask = RequestCapture {
            actor: Actor::System,
            order_id: self.order_id,
            portion,
            amount,
        };
        self.shop.test.db.write(ask).await
    }

    async fn lines(&self) -> Vec<orders::OrderLine> {
        orders::lines(&mut self.shop.test.db.read().await.unwrap(), self.order_id)
            .await
            .unwrap()
    }

    /// Follows up that the money has come, as the worker does.
    async fn follow_up(&self) {
        let order_id = self.order_id;
        for event in [Event::OrderPaid { order_id }, Event::PartReleased { order_id }] {
            self.shop.test.db.write(Reaction(event)).await.unwrap();
        }
    }

    /// Series, total and number of lines of the order's documents.
    async fn documents(&self) -> Vec<(Series, i64, usize)> {
        let mut conn = self.shop.test.db.read().await.unwrap();
        let mut found = Vec::new();
        for document in invoicing::of_order(&mut conn, self.order_id).await.unwrap() {
            let n_lines = invoicing::lines(&mut conn, document.id).await.unwrap().len();
            found.push((document.series, document.total.minor(), n_lines));
        }
        found
    }

    async fn give_back(&self, wanted: Wanted) -> Result<(), RefundError> {
        let ask = RequestRefund {
            actor: Actor::System,
            order_id: self.order_id,
            wanted,
            reason: "Damaged".to_owned(),
            note: String::new(),
            confirmed: None,
        };
        let refund_id = self.shop.test.db.write(ask).await?;
        carry_out(&self.shop.till, CarryOutRefund { refund_id }).await.unwrap();
        self.shop
            .test
            .db
            .write(Reaction(Event::RefundSucceeded { refund_id }))
            .await
            .unwrap();
        Ok(())
    }

    async fn take(&self) -> Result<(), wares_jobs::JobError> {
        carry_out_capture(
            &self.shop.till,
            CarryOutCapture {
                attempt_id: self.attempt_id,
            },
        )
        .await
    }

    async fn ship(&self, despite_dispute: bool) -> Result<(), ShipError> {
        let lines = orders::lines(&mut self.shop.test.db.read().await.unwrap(), self.order_id)
            .await
            .unwrap();
        let packed = ShipLine {
            order_line_id: lines[0].id,
            quantity: Quantity::try_from(1_u32).unwrap(),
        };
        let ship = Ship {
            actor: Actor::System,
            order_id: self.order_id,
            lines: vec![packed],
            carrier: String::new(),
            tracking_number: String::new(),
            despite_dispute,
        };
        let fulfilment_id = self.shop.test.db.write(ship).await?;
        let reaction = Reaction(Event::FulfilmentShipped { fulfilment_id });
        self.shop.test.db.write(reaction).await.unwrap();
        Ok(())
    }

    async fn dispute(&self, is: Dispute) {
        self.shop.gateway.dispute(self.attempt_id, is);
        settle(&self.shop.till, self.attempt_id).await.unwrap();
    }

    async fn pass(&self, time: Duration) {
        self.shop.test.clock.advance(time);
        while reconcile(&self.shop.till).await.unwrap() > 0 {}
    }

    async fn kinds(&self) -> Vec<String> {
        let timeline = orders::timeline(&mut self.shop.test.db.read().await.unwrap(), self.order_id)
            .await
            .unwrap();
        timeline.into_iter().map(|entry| entry.kind).collect()
    }

    async fn books_are_clean(&self) {
        let mut reader = self.shop.test.db.read().await.unwrap();
        let found = ledger::violations(&mut reader, self.shop.till.clock.now())
            .await
            .unwrap();
        // Nobody writes mails here.
        let found: Vec<String> = found
            .iter()
            .filter(|row| row.invariant.id != "I10")
            .map(|row| format!("{} {row}", row.invariant.id))
            .collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

both_engines! {
    async fn an_authorised_order_counts_and_its_money_is_taken_when_staff_say_so(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Authorised));
        assert_eq!(sale.shop.stock(sale.mug).await, (3, 0));
        assert_eq!(sale.shop.n_events("order_confirmed").await, 1);
        assert_eq!(sale.shop.gateway.kept(), 0);
        sale.books_are_clean().await;
        sale.ask(None).await.unwrap();
        assert!(matches!(sale.ask(None).await, Err(CaptureError::Asked)));
        sale.take().await.unwrap();
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Paid));
        assert_eq!(sale.shop.gateway.kept(), sale.attempt().await.amount.minor());
        assert_eq!(sale.shop.n_events("order_confirmed").await, 1);
        assert!(matches!(sale.ask(None).await, Err(CaptureError::NotAuthorised)));
        sale.books_are_clean().await;
    }

    async fn a_capture_whose_answer_was_lost_is_made_once(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ask(None).await.unwrap();
        sale.shop.gateway.lose_answers(1);
        assert!(sale.take().await.is_err());
        sale.take().await.unwrap();
        assert_eq!(sale.shop.gateway.kept(), sale.attempt().await.amount.minor());
        sale.books_are_clean().await;
    }

    async fn a_part_can_be_taken_and_is_what_can_go_back(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        let total = sale.attempt().await.amount.minor();
        assert!(matches!(sale.ask(Some(total + 1)).await, Err(CaptureError::Amount { .. })));
        assert!(matches!(sale.ask(Some(0)).await, Err(CaptureError::Amount { .. })));
        sale.ask(Some(1000)).await.unwrap();
        sale.take().await.unwrap();
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Paid));
        let wanted = Wanted { amount: Some(Money::new(1001, Currency::EUR)), ..Wanted::default() };
        let ask = RequestRefund {
            actor: Actor::System, order_id: sale.order_id, wanted, reason: String::new(), note: String::new(), confirmed: None,
        };
        assert!(matches!(sale.shop.test.db.write(ask).await, Err(RefundError::TooMuch { left }) if left.minor() == 1000));
        let cancel = CancelOrder { actor: Actor::System, order_id: sale.order_id, reason: String::new(), confirmed: None };
        sale.shop.test.db.write(cancel).await.unwrap();
        let refund = refunds(&mut sale.shop.test.db.read().await.unwrap(), sale.order_id).await.unwrap().remove(0);
        assert_eq!(refund.amount.minor(), 1000);
        carry_out(&sale.shop.till, CarryOutRefund { refund_id: refund.id }).await.unwrap();
        assert_eq!(sale.shop.gateway.kept(), 0);
        sale.books_are_clean().await;
    }

    async fn the_money_of_some_pieces_is_taken_and_the_others_are_not_sent(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        let total = sale.attempt().await.amount.minor();
        assert!(matches!(sale.ask_for_mugs(3, true).await, Err(CaptureError::TooMany { left: 2, .. })));
        let nothing = Portion { pieces: Vec::new(), shipping: true };
        assert!(matches!(sale.ask_for(Some(nothing), None).await, Err(CaptureError::Nothing)));
        sale.ask_for_mugs(1, true).await.unwrap();
        assert_eq!(sale.attempt().await.capture_asked, Some(Money::new(total - 1800, Currency::EUR)));
        assert_eq!(sale.shop.stock(sale.mug).await, (3, 0), "nothing is let go before the money has come");
        sale.take().await.unwrap();
        sale.follow_up().await;
        assert_eq!(sale.shop.stock(sale.mug).await, (4, 0));
        assert_eq!(sale.lines().await[0].n_to_ship(), 1);
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Paid));
        assert_eq!(sale.documents().await, [(Series::Invoice, total - 1800, 2)]);
        sale.books_are_clean().await;
    }

    async fn the_books_notice_a_part_that_does_not_come_to_the_order(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ask_for_mugs(1, true).await.unwrap();
        sale.take().await.unwrap();
        sale.follow_up().await;
        let damage: Result<u64, DbError> = sale.shop.test.db.write(job(|tx| Box::pin(async move { tx.exec(FALSIFY_RELEASES, p![]).await }))).await;
        assert_eq!(damage.unwrap(), 1);
        let mut reader = sale.shop.test.db.read().await.unwrap();
        let found = ledger::violations(&mut reader, sale.shop.till.clock.now()).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|row| row.invariant.id).collect();
        assert!(ids.contains(&"I9") && ids.contains(&"I13"), "{ids:?}");
    }

    async fn delivery_that_is_not_taken_is_not_invoiced(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ask_for_mugs(2, false).await.unwrap();
        sale.take().await.unwrap();
        sale.follow_up().await;
        assert_eq!(sale.documents().await, [(Series::Invoice, 3600, 1)]);
        sale.books_are_clean().await;
    }

    async fn what_was_not_taken_cannot_go_back_and_the_rest_goes_back_to_the_cent(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        let total = sale.attempt().await.amount.minor();
        sale.ask_for_mugs(1, true).await.unwrap();
        sale.take().await.unwrap();
        sale.follow_up().await;
        let line_id = sale.lines().await[0].id;
        let mugs = |n: u32| WantedLine {
            line_id,
            quantity: Quantity::try_from(n).unwrap(),
            restock: true,
        };
        let two = Wanted { lines: vec![mugs(2)], ..Wanted::default() };
        assert!(matches!(sale.give_back(two).await, Err(RefundError::TooMany { left: 1, .. })));
        let one = Wanted { lines: vec![mugs(1)], shipping: true, amount: None };
        sale.give_back(one).await.unwrap();
        assert_eq!(sale.shop.stock(sale.mug).await, (5, 0));
        assert_eq!(sale.stands().await.1, PaymentStatus::Refunded);
        assert_eq!(sale.shop.gateway.kept(), 0);
        assert_eq!(sale.documents().await, [(Series::Invoice, total - 1800, 2), (Series::CreditNote, total - 1800, 2)]);
        sale.books_are_clean().await;
    }

    async fn what_was_invoiced_with_a_parcel_and_then_not_taken_is_credited(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        let total = sale.attempt().await.amount.minor();
        sale.ship(false).await.unwrap();
        assert_eq!(sale.documents().await, [(Series::Invoice, total, 2)]);
        sale.ask_for_mugs(1, true).await.unwrap();
        sale.take().await.unwrap();
        sale.follow_up().await;
        sale.follow_up().await;
        assert_eq!(sale.documents().await, [(Series::Invoice, total, 2), (Series::CreditNote, 1800, 1)]);
        sale.books_are_clean().await;
        let cancel = Wanted { amount: Some(Money::new(total - 1800, Currency::EUR)), ..Wanted::default() };
        sale.give_back(cancel).await.unwrap();
        let credited: i64 = sale.documents().await[1..].iter().map(|(_, minor, _)| minor).sum();
        assert_eq!(credited, total);
        sale.books_are_clean().await;
    }

    async fn pieces_that_were_sent_are_paid_for(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ship(false).await.unwrap();
        sale.ship(false).await.unwrap();
        assert!(matches!(sale.ask_for_mugs(1, true).await, Err(CaptureError::Sent { sent: 2, .. })));
        sale.ask_for_mugs(2, false).await.unwrap();
    }

    async fn a_capture_that_failed_lets_nothing_go(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ask_for_mugs(1, false).await.unwrap();
        sale.shop.gateway.lapse(sale.attempt_id);
        sale.take().await.unwrap();
        assert_eq!(sale.stands().await.0, OrderState::Cancelled);
        assert_eq!(sale.shop.stock(sale.mug).await, (5, 0));
        sale.books_are_clean().await;
    }

    async fn less_than_the_pieces_come_to_lowers_their_price_on_the_invoice(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ask(Some(1000)).await.unwrap();
        sale.take().await.unwrap();
        sale.follow_up().await;
        assert_eq!(sale.lines().await[0].n_to_ship(), 2);
        assert_eq!(sale.documents().await, [(Series::Invoice, 1000, 2)]);
        sale.books_are_clean().await;
    }

    async fn the_first_parcel_takes_the_money_where_the_shop_wants_it_so(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::OnShipping).await;
        sale.ship(false).await.unwrap();
        assert!(sale.attempt().await.capture_asked.is_some());
        sale.take().await.unwrap();
        sale.ship(false).await.unwrap();
        assert_eq!(sale.stands().await.1, PaymentStatus::Paid);
        assert_eq!(sale.kinds().await.iter().filter(|kind| *kind == "capture_requested").count(), 1);
        sale.books_are_clean().await;
    }

    async fn shipping_takes_nothing_where_staff_take_the_money(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ship(false).await.unwrap();
        assert_eq!(sale.attempt().await.capture_asked, None);
    }

    async fn a_cancelled_order_lets_its_authorisation_go(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        let cancel = CancelOrder { actor: Actor::System, order_id: sale.order_id, reason: String::new(), confirmed: None };
        sale.shop.test.db.write(cancel).await.unwrap();
        sale.pass(Duration::from_secs(1)).await;
        assert_eq!(sale.attempt().await.state, AttemptState::Closed);
        assert_eq!(sale.stands().await, (OrderState::Cancelled, PaymentStatus::Failed));
        assert_eq!(sale.shop.stock(sale.mug).await, (5, 0));
        assert!(matches!(sale.ask(None).await, Err(CaptureError::NotAuthorised)));
        sale.books_are_clean().await;
    }

    async fn an_authorisation_that_ends_calls_off_what_was_not_sent_and_tells_staff(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.shop.gateway.lapse(sale.attempt_id);
        sale.pass(AUTHORISED_FOR).await;
        assert_eq!(sale.stands().await, (OrderState::Cancelled, PaymentStatus::Failed));
        assert_eq!(sale.shop.stock(sale.mug).await, (5, 0));
        assert_eq!(sale.shop.n_events("money_needs_staff").await, 1);
        sale.books_are_clean().await;
    }

    async fn an_authorisation_that_ends_after_a_parcel_has_left_leaves_the_order_to_staff(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::ByHand).await;
        sale.ship(false).await.unwrap();
        sale.shop.gateway.lapse(sale.attempt_id);
        sale.ask(None).await.unwrap();
        sale.take().await.unwrap();
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Failed));
        assert!(sale.kinds().await.contains(&"authorisation_lapsed".to_owned()));
        assert!(sale.kinds().await.contains(&"capture_failed".to_owned()));
        sale.books_are_clean().await;
    }

    async fn a_disputed_order_is_frozen_until_the_bank_has_decided(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::AtOnce).await;
        sale.dispute(Dispute::Opened).await;
        assert_eq!(sale.stands().await, (OrderState::Placed, PaymentStatus::Disputed));
        assert!(matches!(sale.ship(false).await, Err(ShipError::Disputed)));
        let wanted = Wanted { amount: Some(Money::new(100, Currency::EUR)), ..Wanted::default() };
        let ask = RequestRefund {
            actor: Actor::System, order_id: sale.order_id, wanted, reason: String::new(), note: String::new(), confirmed: None,
        };
        assert!(matches!(sale.shop.test.db.write(ask.clone()).await, Err(RefundError::Disputed)));
        let cancel = CancelOrder { actor: Actor::System, order_id: sale.order_id, reason: String::new(), confirmed: None };
        assert!(matches!(sale.shop.test.db.write(cancel).await, Err(CancelOrderError::Disputed)));
        sale.ship(true).await.unwrap();
        sale.books_are_clean().await;
        sale.dispute(Dispute::Won).await;
        assert_eq!(sale.stands().await.1, PaymentStatus::Paid);
        sale.shop.test.db.write(ask).await.unwrap();
        assert_eq!(sale.shop.n_events("money_needs_staff").await, 2);
        sale.books_are_clean().await;
    }

    async fn what_a_bank_keeps_counts_as_gone(test: TestDb) {
        let sale = Sale::of(test, CaptureWhen::AtOnce).await;
        sale.dispute(Dispute::Opened).await;
        sale.dispute(Dispute::Opened).await;
        sale.dispute(Dispute::Lost).await;
        assert_eq!(sale.stands().await.1, PaymentStatus::Refunded);
        let kinds = sale.kinds().await;
        assert_eq!(kinds.iter().filter(|kind| kind.starts_with("dispute")).count(), 2, "{kinds:?}");
        let cancel = CancelOrder { actor: Actor::System, order_id: sale.order_id, reason: String::new(), confirmed: None };
        sale.shop.test.db.write(cancel).await.unwrap();
        assert!(refunds(&mut sale.shop.test.db.read().await.unwrap(), sale.order_id).await.unwrap().is_empty());
        sale.books_are_clean().await;
    }
}
