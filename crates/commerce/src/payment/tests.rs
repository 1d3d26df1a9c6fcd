use std::time::Duration;

use wares_db::{DbError, both_engines};
use wares_kernel::{Currency, Money, OrderId, PaymentAttemptId};

use super::gateway::{DeclineReason, NextStep, Reference, Webhook};
use super::testing::{Counter, settle};
use super::*;
use crate::audit::Actor;
use crate::cart;
use crate::checkout::PlaceError;
use crate::orders::{OrderState, PaymentStatus};
use crate::testing::Goods;

async fn state(shop: &Counter, id: OrderId) -> (OrderState, PaymentStatus) {
    let order = shop.find(id).await;
    (order.state, order.payment_status)
}

async fn attempt_of(shop: &Counter, id: PaymentAttemptId) -> PaymentAttempt {
    attempt(&mut shop.test.db.read().await.unwrap(), id)
        .await
        .unwrap()
        .unwrap()
}

/// Time passes and the reconciler looks until nothing is due.
async fn pass(shop: &Counter, time: Duration) {
    shop.test.clock.advance(time);
    while reconcile(&shop.till).await.unwrap() > 0 {}
}

/// Carries out what refunds were asked for, as the worker would.
async fn carry_out_refunds(shop: &Counter, id: OrderId) {
    let all = refunds(&mut shop.test.db.read().await.unwrap(), id).await.unwrap();
    for refund in all {
        carry_out(&shop.till, CarryOutRefund { refund_id: refund.id })
            .await
            .unwrap();
    }
}

async fn notice(shop: &Counter, event: &str, reference: &Reference) {
    let body = format!("{event} {reference}");
    let webhook = Webhook {
        headers: &[("Signature", "authentic")],
        body: body.as_bytes(),
        received_at: shop.till.clock.now(),
    };
    receive(&shop.test.db, &shop.gateway, &webhook).await.unwrap();
    let task = HandleNotice {
        gateway: CARD.to_owned(),
        event_id: event.to_owned(),
    };
    handle_notice(&shop.till, task).await.unwrap();
}

const HOUR: Duration = Duration::from_hours(1);

both_engines! {
    async fn the_last_ten_pieces_are_sold_to_exactly_ten_of_fifty_buyers_before_anybody_is_charged(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let mut buyers = Vec::new();
        for n in 0..50 {
            buyers.push(shop.ready(n, mug, 1).await);
        }
        let results = futures_util::future::join_all(buyers.iter().map(|ready| shop.place(ready))).await;
        let placed = results.iter().filter(|result| result.is_ok()).count();
        let sold_out = results.iter().filter(|result| matches!(result, Err(PlaceError::SoldOut(_)))).count();
        assert_eq!((placed, sold_out), (10, 40));
        assert_eq!(shop.stock(mug).await, (10, 10));
        assert_eq!(shop.gateway.n_payments(), 0, "nobody was at the gateway yet");
    }

    async fn a_double_click_and_a_second_window_give_one_order_and_one_charge(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let ready = shop.ready(1, mug, 2).await;
        let clicks = futures_util::future::join_all((0..8).map(|_| shop.place(&ready))).await;
        let ids: Vec<_> = clicks.into_iter().map(|click| { let placed = click.unwrap(); (placed.order_id, placed.attempt_id.unwrap()) }).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
        let (order_id, attempt_id) = ids[0];
        let begun = futures_util::future::join_all((0..8).map(|_| begin(&shop.till, attempt_id))).await;
        assert!(begun.iter().all(|next| matches!(next, Ok(NextStep::Redirect(_)))));
        assert_eq!(shop.gateway.n_payments(), 1);
        assert!(shop.gateway.pay(attempt_id));
        let settled = futures_util::future::join_all((0..8).map(|_| settle(&shop.till, attempt_id))).await;
        assert!(settled.iter().all(|settled| matches!(settled, Ok(Settled::Paid))));
        assert_eq!(state(&shop, order_id).await, (OrderState::Placed, PaymentStatus::Paid));
        assert_eq!(shop.n_events("order_confirmed").await, 1);
        assert_eq!(shop.stock(mug).await, (8, 0));
    }

    async fn the_notice_may_come_before_the_buyer_and_twice(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.pay(attempt_id);
        let reference = attempt_of(&shop, attempt_id).await.reference.unwrap();
        notice(&shop, "evt-1", &reference).await;
        notice(&shop, "evt-1", &reference).await;
        assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Paid);
        assert_eq!(state(&shop, order_id).await, (OrderState::Placed, PaymentStatus::Paid));
        assert_eq!(shop.n_events("order_confirmed").await, 1);
    }

    async fn a_lost_notice_and_a_buyer_who_never_returns_are_made_up_for_by_the_reconciler(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.pay(attempt_id);
        pass(&shop, Duration::from_secs(31)).await;
        assert_eq!(state(&shop, order_id).await, (OrderState::Placed, PaymentStatus::Paid));
        assert_eq!(shop.stock(mug).await, (4, 0));
    }

    async fn a_program_that_died_between_placing_and_paying_is_made_up_for(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let placed = shop.place(&shop.ready(1, mug, 1).await).await.unwrap();
        let attempt_id = placed.attempt_id.unwrap();
        // The gateway was asked, and the program ended before it heard the answer.
        shop.gateway.lose_answers(2);
        assert!(matches!(begin(&shop.till, attempt_id).await, Err(BeginError::Gateway(_))));
        shop.gateway.pay(attempt_id);
        pass(&shop, Duration::from_secs(31)).await;
        assert_eq!(shop.gateway.n_payments(), 1);
        assert_eq!(state(&shop, placed.order_id).await, (OrderState::Placed, PaymentStatus::Paid));
    }

    async fn an_answer_that_was_lost_is_asked_for_again_with_the_same_key(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let placed = shop.place(&shop.ready(1, mug, 1).await).await.unwrap();
        shop.gateway.lose_answers(1);
        assert!(begin(&shop.till, placed.attempt_id.unwrap()).await.is_ok());
        assert_eq!(shop.gateway.n_payments(), 1);
    }

    async fn a_refused_card_leaves_everything_as_it_was_and_the_buyer_tries_again(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.decline(attempt_id, DeclineReason::InsufficientFunds);
        assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Waiting);
        assert!(attempt_of(&shop, attempt_id).await.decline.contains("not enough money"));
        assert_eq!(state(&shop, order_id).await.0, OrderState::AwaitingPayment);
        assert_eq!(shop.stock(mug).await, (5, 1));

        let (same, _) = again(&shop.till, order_id, CARD).await.unwrap();
        assert_eq!(same, attempt_id, "the page is still open, so it goes on");
        shop.gateway.pay(attempt_id);
        assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Paid);
    }

    async fn when_time_is_up_the_page_is_closed_first_and_only_then_the_stock_is_free(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 2).await;
        shop.gateway.be_away(50);
        shop.test.clock.advance(HOUR);
        assert_eq!(reconcile(&shop.till).await.unwrap(), 1);
        assert_eq!(state(&shop, order_id).await.0, OrderState::AwaitingPayment, "a gateway that does not answer frees nothing");
        assert_eq!(shop.stock(mug).await, (5, 2));

        shop.gateway.be_away(0);
        pass(&shop, Duration::from_mins(2)).await;
        assert_eq!(state(&shop, order_id).await, (OrderState::Expired, PaymentStatus::Failed));
        assert_eq!(shop.stock(mug).await, (5, 0));
        assert!(!shop.gateway.pay(attempt_id), "nobody can pay any more");
    }

    async fn a_buyer_who_is_faster_than_the_closing_of_the_page_is_served(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 2).await;
        shop.test.clock.advance(HOUR);
        shop.gateway.pay(attempt_id);
        pass(&shop, Duration::ZERO).await;
        assert_eq!(state(&shop, order_id).await, (OrderState::Placed, PaymentStatus::Paid));
    }

    async fn an_amount_that_does_not_fit_is_never_paid(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        let owed = attempt_of(&shop, attempt_id).await.amount;
        for wrong in [Money::new(1, Currency::EUR), Money::new(owed.minor(), Currency::USD)] {
            shop.gateway.change_amount(attempt_id, wrong);
            shop.gateway.pay(attempt_id);
            assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Review);
        }
        assert_eq!(state(&shop, order_id).await.0, OrderState::AwaitingPayment);
        assert_eq!(shop.n_events("order_confirmed").await, 0);
    }

    async fn a_part_of_the_money_is_not_the_money(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.pay_amount(attempt_id, Some(100));
        assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Review);
        assert_eq!(state(&shop, order_id).await.0, OrderState::AwaitingPayment);
    }

    async fn an_order_paid_twice_keeps_one_payment_and_gives_the_other_back(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, first) = shop.order(1, mug, 1).await;
        // A second attempt, as after a first one that seemed lost.
        let amount = attempt_of(&shop, first).await.amount;
        let second = shop.test.db.write(wares_db::job(move |tx| Box::pin(async move {
            open(tx, &NewAttempt { order_id, gateway: CARD.to_owned(), amount, capture: CaptureWhen::AtOnce }).await
        }))).await.unwrap_or_else(|error: DbError| panic!("{error}"));
        begin(&shop.till, second).await.unwrap();
        shop.gateway.pay(first);
        shop.gateway.pay(second);
        assert_eq!(settle(&shop.till, first).await.unwrap(), Settled::Paid);
        assert_eq!(settle(&shop.till, second).await.unwrap(), Settled::Returned);
        carry_out_refunds(&shop, order_id).await;
        assert_eq!(shop.gateway.kept(), amount.minor());
        assert_eq!(shop.n_events("order_confirmed").await, 1);
        assert_eq!(shop.n_events("payment_returned").await, 1);
    }

    async fn refunds_side_by_side_never_give_back_more_than_was_taken(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.pay(attempt_id);
        settle(&shop.till, attempt_id).await.unwrap();
        let total = attempt_of(&shop, attempt_id).await.amount;
        let third = Money::new(total.minor() / 3, Currency::EUR);
        let asks = (0..50).map(|_| shop.test.db.write(RequestRefund {
            actor: Actor::System, order_id, wanted: Wanted { amount: Some(third), ..Wanted::default() },
            reason: "race".to_owned(), note: String::new(), confirmed: None,
        }));
        let results = futures_util::future::join_all(asks).await;
        let granted = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(granted, 3);
        assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(RefundError::TooMuch { .. }))));
        carry_out_refunds(&shop, order_id).await;
        carry_out_refunds(&shop, order_id).await;
        assert_eq!(shop.gateway.kept(), total.minor() - 3 * third.minor());
    }

    async fn a_refund_whose_answer_was_lost_is_carried_out_once(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, attempt_id) = shop.order(1, mug, 1).await;
        shop.gateway.pay(attempt_id);
        settle(&shop.till, attempt_id).await.unwrap();
        let total = attempt_of(&shop, attempt_id).await.amount;
        let wanted = Wanted { amount: Some(total), ..Wanted::default() };
        let ask = RequestRefund {
            actor: Actor::System, order_id, wanted, reason: "cancelled".to_owned(), note: String::new(), confirmed: None,
        };
        let refund_id = shop.test.db.write(ask).await.unwrap();
        shop.gateway.lose_answers(1);
        assert!(carry_out(&shop.till, CarryOutRefund { refund_id }).await.is_err());
        carry_out(&shop.till, CarryOutRefund { refund_id }).await.unwrap();
        assert_eq!(shop.gateway.kept(), 0);
        assert_eq!(state(&shop, order_id).await.1, PaymentStatus::Refunded);
        assert_eq!(shop.n_events("refund_succeeded").await, 1);
    }

    async fn a_forged_notice_changes_nothing(test: TestDb) {
        let shop = Counter::open(test).await;
        let webhook = Webhook { headers: &[("Signature", "mine")], body: b"evt pay-1", received_at: shop.till.clock.now() };
        assert!(receive(&shop.test.db, &shop.gateway, &webhook).await.is_err());
    }

    async fn an_order_on_delivery_counts_at_once_and_staff_record_the_cash(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let ready = shop.ready_to_pay(1, mug, 1, CASH_ON_DELIVERY).await;
        let placed = shop.place(&ready).await.unwrap();
        assert_eq!(state(&shop, placed.order_id).await, (OrderState::Placed, PaymentStatus::Unpaid));
        assert_eq!(shop.stock(mug).await, (4, 0));
        let seen = MarkPaid { actor: Actor::System, order_id: placed.order_id };
        shop.test.db.write(seen.clone()).await.unwrap();
        assert_eq!(state(&shop, placed.order_id).await, (OrderState::Placed, PaymentStatus::Paid));
        assert!(matches!(shop.test.db.write(seen).await, Err(MarkPaidError::NotWaiting)));
    }

    async fn the_cart_of_an_order_nobody_paid_comes_back(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let ready = shop.ready(1, mug, 2).await;
        let placed = shop.place(&ready).await.unwrap();
        begin(&shop.till, placed.attempt_id.unwrap()).await.unwrap();
        pass(&shop, HOUR).await;
        assert_eq!(state(&shop, placed.order_id).await.0, OrderState::Expired);
        let cart = cart::view(&mut shop.test.db.read().await.unwrap(), &ready.owner, Currency::EUR).await.unwrap().expect("a cart");
        assert_eq!(cart.n_pieces, 2);
    }
    async fn money_that_comes_after_all_takes_what_it_bought_out_of_the_cart_again(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (_, jug) = Goods::mug(7).create(&shop.test).await;
        let ready = shop.ready(1, mug, 2).await;
        let placed = shop.place(&ready).await.unwrap();
        let attempt_id = placed.attempt_id.unwrap();
        begin(&shop.till, attempt_id).await.unwrap();
        pass(&shop, HOUR).await;
        let add = cart::Add { owner: ready.owner, variant_id: jug, quantity: wares_kernel::Quantity::ONE };
        shop.test.db.write(add).await.unwrap();
        assert!(shop.gateway.pay_although_closed(attempt_id));
        assert_eq!(settle(&shop.till, attempt_id).await.unwrap(), Settled::Paid);
        assert_eq!(state(&shop, placed.order_id).await.0, OrderState::Placed);
        let cart = cart::view(&mut shop.test.db.read().await.unwrap(), &ready.owner, Currency::EUR).await.unwrap().expect("a cart");
        let left: Vec<_> = cart.lines.iter().map(|line| line.terms.variant_id).collect();
        assert_eq!((left, cart.notices), (vec![jug], vec![cart::Notice::Bought]), "what was put in since stays");
    }
}
