use RefundError::Password;
use serde_json::{Value, json};
use uuid::Uuid;
use wares_db::{Sql, both_engines, p, sql};
use wares_kernel::{Currency, Quantity, StaffId, VariantId};

use super::*;
use crate::accounts;
use crate::audit::Actor;
use crate::fulfilment::{Ship, ShipError, ShipLine};
use crate::ledger;
use crate::orders::{FulfilmentStatus, OrderLine, OrderState, PaymentStatus};
use crate::payment::testing::Counter;
use crate::payment::testing::settle;
use crate::payment::{CASH_ON_DELIVERY, CancelOrder, CancelOrderError, MarkPaid};
use crate::settings::{self, Payments};
use crate::staff::Confirmed;
use crate::testing::Goods;

/// A paid order of so many mugs at 18.00, with delivery at what the shop takes for it.
struct Sale {
    shop: Counter,
    mug: VariantId,
    order_id: OrderId,
    line: OrderLine,
}

impl Sale {
    async fn of(test: wares_db::testing::TestDb, quantity: u32) -> Self {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, quantity).await;
        shop.gateway.pay(attempt_id);
        settle(&shop.till, attempt_id).await.unwrap();
        let line = orders::lines(&mut shop.test.db.read().await.unwrap(), order_id)
            .await
            .unwrap()
            .remove(0);
        Self {
            shop,
            mug,
            order_id,
            line,
        }
    }

    fn pieces(&self, n: u32, restock: bool) -> Wanted {
        let quantity = Quantity::try_from(n).unwrap();
        let line = WantedLine {
            line_id: self.line.id,
            quantity,
            restock,
        };
        Wanted {
            lines: vec![line],
            ..Wanted::default()
        }
    }

    fn ask(&self, wanted: Wanted) -> RequestRefund {
        RequestRefund {
            actor: Actor::System,
            order_id: self.order_id,
            wanted,
            reason: "Damaged".to_owned(),
            note: String::new(),
            confirmed: None,
        }
    }

    /// The same, asked for by a member of staff.
    fn by(&self, staff_id: StaffId, wanted: Wanted) -> RequestRefund {
        let name = "Ann".to_owned();
        let actor = Actor::Staff {
            id: staff_id,
            name,
            ip: None,
        };
        RequestRefund {
            actor,
            ..self.ask(wanted)
        }
    }

    /// From now on the password is asked for above so much.
    async fn asks_above(&self, limit: Option<i64>) {
        let value = Payments {
            password_above_minor: limit,
            ..Payments::default()
        };
        let change = settings::Change {
            actor: Actor::System,
            version: 0,
            value,
        };
        self.shop.test.db.write(change).await.unwrap();
    }

    /// What the audit log says about actions of this kind.
    async fn audited(&self, action: &str) -> Vec<Value> {
        let mut conn = self.shop.test.db.read().await.unwrap();
        let rows: Vec<(Value,)> = conn.all(AUDITED, p![action]).await.unwrap();
        rows.into_iter().map(|(details,)| details).collect()
    }

    async fn refund(&self, wanted: Wanted) -> Refund {
        let id = self.shop.test.db.write(self.ask(wanted)).await.unwrap();
        carry_out(&self.shop.till, CarryOutRefund { refund_id: id })
            .await
            .unwrap();
        refund(&mut self.shop.test.db.read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn ship(&self, n: u32) -> Result<(), ShipError> {
        let line = ShipLine {
            order_line_id: self.line.id,
            quantity: Quantity::try_from(n).unwrap(),
        };
        let ship = Ship {
            actor: Actor::System,
            order_id: self.order_id,
            lines: vec![line],
            carrier: String::new(),
            despite_dispute: false,
            tracking_number: String::new(),
        };
        self.shop.test.db.write(ship).await.map(drop)
    }

    async fn order(&self) -> Order {
        self.shop.find(self.order_id).await
    }

    /// The books are in order, except that nobody sends mails here.
    async fn books_are_clean(&self) {
        let mut reader = self.shop.test.db.read().await.unwrap();
        let found = ledger::violations(&mut reader, self.shop.till.clock.now())
            .await
            .unwrap();
        let found: Vec<String> = found.iter().map(|row| format!("{} {row}", row.invariant.id)).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

const AUDITED: Sql = sql!("SELECT details FROM audit WHERE action = ?1 ORDER BY id");

fn staff(n: u128) -> StaffId {
    StaffId::new(Uuid::from_u128(n))
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn amount(minor: i64) -> Wanted {
    Wanted {
        amount: Some(euro(minor)),
        ..Wanted::default()
    }
}

both_engines! {
    async fn pieces_go_back_with_their_part_of_the_tax_and_are_not_sent_any_more(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        let made = sale.refund(sale.pieces(1, true)).await;
        assert_eq!((made.amount, made.state), (euro(1800), RefundProgress::Succeeded));
        assert_eq!(made.tax.minor(), 287);
        assert_eq!(sale.order().await.payment_status, PaymentStatus::PartiallyRefunded);
        assert_eq!(sale.shop.stock(sale.mug).await, (8, 0));
        assert!(matches!(sale.ship(3).await, Err(ShipError::TooMuch { left: 2, .. })));
        sale.ship(2).await.unwrap();
        assert_eq!(sale.order().await.fulfilment_status, FulfilmentStatus::Shipped);
        sale.books_are_clean().await;
    }

    async fn everything_in_several_steps_is_exactly_what_was_paid(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        let order = sale.order().await;
        let mut parts = vec![sale.refund(amount(700)).await];
        parts.push(sale.refund(sale.pieces(1, true)).await);
        parts.push(sale.refund(Wanted { shipping: true, ..sale.pieces(1, false) }).await);
        parts.push(sale.refund(sale.pieces(1, true)).await);
        let sum: i64 = parts.iter().map(|refund| refund.amount.minor()).sum();
        let tax: i64 = parts.iter().map(|refund| refund.tax.minor()).sum();
        assert_eq!((sum, tax), (order.total.minor(), order.tax.minor()));
        let order = sale.order().await;
        assert_eq!(order.payment_status, PaymentStatus::Refunded);
        assert_eq!((order.state, order.fulfilment_status), (OrderState::Completed, FulfilmentStatus::Returned));
        assert_eq!(sale.shop.stock(sale.mug).await, (9, 0));
        assert_eq!(sale.shop.gateway.kept(), 0);
        sale.books_are_clean().await;
    }

    async fn more_than_is_left_is_refused_with_what_is_left(test: TestDb) {
        let sale = Sale::of(test, 2).await;
        sale.refund(sale.pieces(1, true)).await;
        let refused = sale.shop.test.db.write(sale.ask(sale.pieces(2, true))).await;
        assert!(matches!(refused, Err(RefundError::TooMany { left: 1, .. })), "{refused:?}");
        let total = sale.order().await.total.minor();
        let refused = sale.shop.test.db.write(sale.ask(amount(total))).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("Only {} can still be refunded", euro(total - 1800).decimal()));
        let nothing = sale.shop.test.db.write(sale.ask(Wanted::default())).await;
        assert!(matches!(nothing, Err(RefundError::Nothing)));
        sale.books_are_clean().await;
    }

    async fn what_was_sent_comes_back_to_the_shelf_only_if_it_can_be_sold_again(test: TestDb) {
        let sale = Sale::of(test, 2).await;
        sale.ship(2).await.unwrap();
        sale.refund(sale.pieces(1, false)).await;
        assert_eq!(sale.shop.stock(sale.mug).await, (8, 0));
        sale.refund(sale.pieces(1, true)).await;
        assert_eq!(sale.shop.stock(sale.mug).await, (9, 0));
        assert_eq!(sale.order().await.fulfilment_status, FulfilmentStatus::Shipped);
        sale.books_are_clean().await;
    }

    async fn more_than_the_limit_goes_back_only_with_the_password(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.asks_above(Some(3600)).await;
        let ann = staff(1);
        let three = sale.by(ann, sale.pieces(3, true));
        assert!(matches!(sale.shop.test.db.write(three.clone()).await, Err(Password(PasswordNeeded { .. }))));
        assert_eq!(sale.shop.stock(sale.mug).await, (7, 0));
        let others = Some(Confirmed::pretended(staff(2)));
        let stolen = RequestRefund { confirmed: others, ..three.clone() };
        assert!(matches!(sale.shop.test.db.write(stolen).await, Err(Password(PasswordNeeded { .. }))));
        let typed = RequestRefund { confirmed: Some(Confirmed::pretended(ann)), ..three };
        sale.shop.test.db.write(typed).await.unwrap();
        assert_eq!(sale.audited("refunded").await, [json!({"amount_minor": 5400, "password": "typed again", "reason": "Damaged"})]);
    }

    async fn a_large_refund_cannot_be_made_of_small_ones(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.asks_above(Some(3600)).await;
        let (ann, bob) = (staff(1), staff(2));
        sale.shop.test.db.write(sale.by(ann, sale.pieces(1, true))).await.unwrap();
        let steps = futures_util::future::join_all((0..2).map(|_| sale.shop.test.db.write(sale.by(ann, sale.pieces(1, true))))).await;
        let done = steps.iter().filter(|step| step.is_ok()).count();
        assert_eq!((done, steps.iter().any(|step| matches!(step, Err(Password(PasswordNeeded { .. }))))), (1, true));
        sale.shop.test.db.write(sale.by(bob, sale.pieces(1, true))).await.expect("somebody else has given back nothing yet");
    }

    async fn what_failed_does_not_count_towards_the_limit(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.asks_above(Some(3600)).await;
        sale.shop.gateway.refuse_refunds(1);
        let refund_id = sale.shop.test.db.write(sale.by(staff(1), sale.pieces(2, true))).await.unwrap();
        carry_out(&sale.shop.till, CarryOutRefund { refund_id }).await.unwrap();
        sale.shop.test.db.write(sale.by(staff(1), sale.pieces(2, true))).await.unwrap();
    }

    async fn without_a_limit_nobody_is_asked(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.asks_above(None).await;
        sale.shop.test.db.write(sale.by(staff(1), sale.pieces(3, true))).await.unwrap();
    }

    async fn calling_an_order_off_is_giving_its_money_back(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.asks_above(Some(3600)).await;
        let RequestRefund { actor, order_id, .. } = sale.by(staff(1), amount(1));
        let cancel = CancelOrder { actor, order_id, reason: String::new(), confirmed: None };
        let refused = sale.shop.test.db.write(cancel.clone()).await;
        assert!(matches!(refused, Err(CancelOrderError::Password(_))), "{refused:?}");
        let typed = CancelOrder { confirmed: Some(Confirmed::pretended(staff(1))), ..cancel.clone() };
        sale.shop.test.db.write(typed).await.unwrap();
        assert_eq!(sale.order().await.state, OrderState::Cancelled);
        let other = Sale { order_id: sale.shop.order(2, sale.mug, 3).await.0, ..sale };
        let unpaid = CancelOrder { order_id: other.order_id, ..cancel };
        other.shop.test.db.write(unpaid).await.expect("nothing was paid, so nothing goes back");
    }

    async fn a_refund_that_failed_can_be_made_again_and_moves_the_goods_once(test: TestDb) {
        let sale = Sale::of(test, 2).await;
        sale.shop.gateway.refuse_refunds(1);
        let failed = sale.refund(sale.pieces(1, true)).await;
        assert_eq!(failed.state, RefundProgress::Failed);
        assert_eq!(sale.order().await.payment_status, PaymentStatus::Paid);
        assert_eq!(sale.shop.stock(sale.mug).await, (9, 0));
        sale.books_are_clean().await;
        let made = sale.refund(sale.pieces(1, true)).await;
        assert_eq!((made.state, made.amount), (RefundProgress::Succeeded, euro(1800)));
        assert_eq!(sale.shop.stock(sale.mug).await, (9, 0));
        assert!(matches!(sale.ship(2).await, Err(ShipError::TooMuch { left: 1, .. })));
        sale.books_are_clean().await;
    }

    async fn an_order_that_is_cancelled_after_a_refund_gives_back_the_rest(test: TestDb) {
        let sale = Sale::of(test, 3).await;
        sale.refund(sale.pieces(1, true)).await;
        let cancel = CancelOrder { actor: Actor::System, order_id: sale.order_id, reason: String::new(), confirmed: None };
        sale.shop.test.db.write(cancel).await.unwrap();
        for refund in refunds(&mut sale.shop.test.db.read().await.unwrap(), sale.order_id).await.unwrap() {
            carry_out(&sale.shop.till, CarryOutRefund { refund_id: refund.id }).await.unwrap();
        }
        assert_eq!(sale.shop.gateway.kept(), 0);
        assert_eq!(sale.shop.stock(sale.mug).await, (10, 0));
        assert_eq!(sale.order().await.payment_status, PaymentStatus::Refunded);
        sale.books_are_clean().await;
    }

    async fn what_a_customer_has_spent_goes_down_by_what_went_back(test: TestDb) {
        let sale = Sale::of(test, 2).await;
        let order = sale.order().await;
        sale.refund(amount(500)).await;
        let mut reader = sale.shop.test.db.read().await.unwrap();
        let customer = accounts::find_by_email(&mut reader, &order.email).await.unwrap().unwrap();
        assert_eq!(customer.spent_minor, order.total.minor() - 500);
    }

    async fn parallel_refunds_of_three_times_the_money_give_back_exactly_the_money(test: TestDb) {
        let sale = Sale::of(test, 5).await;
        let total = sale.order().await.total.minor();
        let part = total * 3 / 50;
        let asks = (0..50).map(|n| sale.shop.test.db.write(sale.ask(amount(if n == 0 { total % part + part } else { part }))));
        let results = futures_util::future::join_all(asks).await;
        let refused = |result: &Result<RefundId, RefundError>| matches!(result, Err(RefundError::TooMuch { .. }));
        assert!(results.iter().all(|result| result.is_ok() || refused(result)), "{results:?}");
        for refund in refunds(&mut sale.shop.test.db.read().await.unwrap(), sale.order_id).await.unwrap() {
            carry_out(&sale.shop.till, CarryOutRefund { refund_id: refund.id }).await.unwrap();
        }
        assert!(sale.shop.gateway.kept() >= 0 && sale.shop.gateway.kept() < 2 * part, "{}", sale.shop.gateway.kept());
        sale.books_are_clean().await;
    }

    async fn cash_goes_back_by_hand_and_counts_once_staff_have_sent_it(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let ready = shop.ready_to_pay(1, mug, 1, CASH_ON_DELIVERY).await;
        let order_id = shop.place(&ready).await.unwrap().order_id;
        shop.test.db.write(MarkPaid { actor: Actor::System, order_id }).await.unwrap();
        let line = orders::lines(&mut shop.test.db.read().await.unwrap(), order_id).await.unwrap().remove(0);
        let sale = Sale { shop, mug, order_id, line };
        let made = sale.refund(amount(500)).await;
        assert_eq!(made.state, RefundProgress::Pending);
        let sent = SettleByHand { actor: Actor::System, order_id, refund_id: made.id };
        sale.shop.test.db.write(sent.clone()).await.unwrap();
        assert!(matches!(sale.shop.test.db.write(sent).await, Err(SettleByHandError::NotWaiting)));
        assert_eq!(sale.shop.n_events("refund_succeeded").await, 1);
        let other = SettleByHand { actor: Actor::System, order_id: OrderId::new(Uuid::nil()), refund_id: made.id };
        assert!(matches!(sale.shop.test.db.write(other).await, Err(SettleByHandError::NoRefund)));
        sale.books_are_clean().await;
    }
}
