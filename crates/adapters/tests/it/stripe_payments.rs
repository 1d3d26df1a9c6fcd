//! Stripe's adapter and a buyer who pays, does not, or is late.

use std::time::Duration;

use wares_commerce::payment::gateway::{
    Attempt, Capture, CaptureMode, DeclineReason, Gateway, GatewayError, NextStep, Reference, RefundState, SessionState,
};
use wares_kernel::{Currency, Money};

use crate::sandbox::{Bench, GOOD, euros};

#[tokio::test]
async fn a_paid_attempt_is_captured_in_full() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    let reference = bench.paid(&attempt).await;
    let snapshot = bench.fetch(&reference).await;
    assert_eq!((snapshot.authorised, snapshot.captured), (euros(1250), euros(1250)));
    assert_eq!(
        (snapshot.session, snapshot.attempt_id),
        (SessionState::Complete, Some(attempt.id))
    );
    assert!(!snapshot.is_closed());
    // Beginning again after the fact sends nobody to pay a second time by a new page.
    assert_eq!(bench.gateway.begin(&attempt).await.unwrap().reference, reference);
    assert_eq!(bench.n_sessions().await, 1);
}

#[tokio::test]
async fn the_buyer_comes_back_with_what_the_shop_needs_and_sees_the_order() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    let (reference, _) = bench.begun(&attempt).await;
    let session = bench.ask(&format!("checkout/sessions/{reference}")).await;
    assert_eq!(session["success_url"], attempt.return_url);
    assert_eq!(session["cancel_url"], attempt.cancel_url);
    assert_eq!(session["customer_email"], "ines@example.com");
    assert_eq!(session["metadata"]["order_number"], "1001-4F7K");
}

#[tokio::test]
async fn a_decline_keeps_the_page_open_and_says_why() {
    let bench = Bench::start().await;
    let (reference, url) = bench.begun(&bench.attempt()).await;
    for (card, reason) in [
        ("4000000000000002", DeclineReason::Declined),
        ("4000000000009995", DeclineReason::InsufficientFunds),
        ("4000000000000069", DeclineReason::ExpiredCard),
    ] {
        bench.buyer_pays(&url, card, "pay").await;
        let snapshot = bench.fetch(&reference).await;
        assert_eq!((snapshot.session, snapshot.decline), (SessionState::Open, Some(reason)));
        assert_eq!(snapshot.captured, euros(0));
    }
    bench.buyer_pays(&url, GOOD, "pay").await;
    let snapshot = bench.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.decline), (euros(1250), None));
}

#[tokio::test]
async fn closing_after_the_buyer_paid_says_that_it_is_too_late() {
    let bench = Bench::start().await;
    let reference = bench.paid(&bench.attempt()).await;
    let snapshot = bench.gateway.close(&reference).await.unwrap();
    assert_eq!((snapshot.captured, snapshot.is_closed()), (euros(1250), false));
}

#[tokio::test]
async fn closing_and_paying_at_the_same_time_has_one_winner_and_both_sides_agree() {
    for _ in 0..10 {
        let bench = Bench::start().await;
        let (reference, url) = bench.begun(&bench.attempt()).await;
        let (closed, paid) = tokio::join!(bench.gateway.close(&reference), bench.buyer_pays(&url, GOOD, "pay"));
        let closed = closed.unwrap();
        match paid {
            303 => assert_eq!((closed.captured, closed.is_closed()), (euros(1250), false)),
            410 => assert!(closed.is_closed()),
            other => panic!("{other}"),
        }
        assert_eq!(bench.fetch(&reference).await, closed);
    }
}

#[tokio::test]
async fn authorised_money_is_captured_later_and_the_rest_is_no_refund() {
    let bench = Bench::start().await;
    let attempt = Attempt {
        capture: CaptureMode::Manual,
        ..bench.attempt()
    };
    let reference = bench.paid(&attempt).await;
    let snapshot = bench.fetch(&reference).await;
    assert_eq!((snapshot.authorised, snapshot.captured), (euros(1250), euros(0)));
    assert_eq!(snapshot.session, SessionState::Complete);

    let capture = Capture {
        reference: reference.clone(),
        attempt_id: attempt.id,
        amount: euros(1000),
    };
    for _ in 0..2 {
        let snapshot = bench.gateway.capture(&capture).await.unwrap();
        assert_eq!((snapshot.authorised, snapshot.captured), (euros(1250), euros(1000)));
        assert_eq!(snapshot.refunded, euros(0));
    }
    let more = Capture {
        amount: euros(200),
        ..capture
    };
    assert!(matches!(
        bench.gateway.capture(&more).await,
        Err(GatewayError::Invalid(_))
    ));
}

#[tokio::test]
async fn closing_lets_an_authorisation_go() {
    let bench = Bench::start().await;
    let attempt = Attempt {
        capture: CaptureMode::Manual,
        ..bench.attempt()
    };
    let reference = bench.paid(&attempt).await;
    for _ in 0..2 {
        let snapshot = bench.gateway.close(&reference).await.unwrap();
        assert!(snapshot.is_closed());
        assert_eq!((snapshot.captured, snapshot.refunded), (euros(0), euros(0)));
    }
    let capture = Capture {
        reference,
        attempt_id: attempt.id,
        amount: euros(1250),
    };
    assert!(matches!(
        bench.gateway.capture(&capture).await,
        Err(GatewayError::Invalid(_))
    ));
}

#[tokio::test]
async fn nothing_is_captured_or_refunded_before_somebody_paid() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    let (reference, _) = bench.begun(&attempt).await;
    let refund = bench.refund(&reference, 1);
    assert!(matches!(
        bench.gateway.refund(&refund).await,
        Err(GatewayError::Invalid(_))
    ));
    let capture = Capture {
        reference,
        attempt_id: attempt.id,
        amount: euros(1),
    };
    assert!(matches!(
        bench.gateway.capture(&capture).await,
        Err(GatewayError::Invalid(_))
    ));
}

#[tokio::test]
async fn refunds_add_up_and_never_exceed_what_was_captured() {
    let bench = Bench::start().await;
    let reference = bench.paid(&bench.attempt()).await;
    let part = bench.refund(&reference, 500);
    let done = bench.gateway.refund(&part).await.unwrap();
    assert_eq!(done.state, RefundState::Succeeded);
    assert_eq!(bench.gateway.refund(&part).await.unwrap(), done);
    assert_eq!(bench.fetch(&reference).await.refunded, euros(500));

    let too_much = bench.refund(&reference, 751);
    assert!(matches!(
        bench.gateway.refund(&too_much).await,
        Err(GatewayError::Invalid(_))
    ));
    bench.gateway.refund(&bench.refund(&reference, 750)).await.unwrap();
    let snapshot = bench.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.refunded), (euros(1250), euros(1250)));
}

#[tokio::test]
async fn a_refund_asked_for_again_after_days_is_still_the_same_refund() {
    let bench = Bench::start().await;
    let reference = bench.paid(&bench.attempt()).await;
    let refund = bench.refund(&reference, 500);
    let done = bench.gateway.refund(&refund).await.unwrap();
    bench.clock.advance(Duration::from_hours(72));
    assert_eq!(bench.gateway.refund(&refund).await.unwrap(), done);
    assert_eq!(bench.fetch(&reference).await.refunded, euros(500));
}

#[tokio::test]
async fn a_dispute_shows_until_it_is_won() {
    let bench = Bench::start().await;
    let reference = bench.paid(&bench.attempt()).await;
    let payment = bench.payment(&reference).await;
    bench.dashboard("dispute", &payment).await;
    assert_eq!(bench.fetch(&reference).await.disputed, euros(1250));
    let dispute = bench.ask("disputes").await["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.dashboard("win", &dispute).await;
    assert_eq!(bench.fetch(&reference).await.disputed, euros(0));
}

#[tokio::test]
async fn a_dispute_that_is_lost_stays() {
    let bench = Bench::start().await;
    let reference = bench.paid(&bench.attempt()).await;
    bench.dashboard("dispute", &bench.payment(&reference).await).await;
    let dispute = bench.ask("disputes").await["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.dashboard("lose", &dispute).await;
    let snapshot = bench.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.disputed), (euros(1250), euros(1250)));
    assert_eq!(snapshot.lost, euros(1250));
}

#[tokio::test]
async fn a_card_that_is_disputed_at_once_is_paid_and_disputed() {
    let bench = Bench::start().await;
    let (reference, url) = bench.begun(&bench.attempt()).await;
    assert_eq!(bench.buyer_pays(&url, "4000000000000259", "pay").await, 303);
    let snapshot = bench.fetch(&reference).await;
    assert_eq!(
        (snapshot.captured, snapshot.disputed, snapshot.lost),
        (euros(1250), euros(1250), euros(0))
    );
}

#[tokio::test]
async fn an_authorisation_lasts_seven_days_and_is_closed_then() {
    let bench = Bench::start().await;
    let attempt = Attempt {
        capture: CaptureMode::Manual,
        ..bench.attempt()
    };
    let reference = bench.paid(&attempt).await;
    let week = Duration::from_hours(7 * 24);
    let snapshot = bench.fetch(&reference).await;
    assert_eq!(snapshot.authorised_until, Some(attempt.created_at.plus(week)));
    bench.clock.advance(week);
    let snapshot = bench.fetch(&reference).await;
    assert!(snapshot.is_closed(), "{snapshot:?}");
    let capture = Capture {
        reference,
        attempt_id: attempt.id,
        amount: euros(1250),
    };
    assert!(matches!(
        bench.gateway.capture(&capture).await,
        Err(GatewayError::Invalid(_))
    ));
}

#[tokio::test]
async fn a_slow_payment_is_neither_paid_nor_closed_until_it_arrives_or_fails() {
    let bench = Bench::start().await;
    let (arrives, arrives_url) = bench.begun(&bench.attempt()).await;
    let (fails, fails_url) = bench.begun(&bench.attempt()).await;
    for (reference, url) in [(&arrives, arrives_url), (&fails, fails_url)] {
        assert_eq!(bench.buyer_pays(&url, "", "later").await, 303);
        let snapshot = bench.gateway.close(reference).await.unwrap();
        assert_eq!(
            (snapshot.session, snapshot.captured),
            (SessionState::Complete, euros(0))
        );
        assert!(!snapshot.is_closed());
    }
    bench.dashboard("fail", &bench.payment(&fails).await).await;
    let failed = bench.fetch(&fails).await;
    assert_eq!(
        (failed.is_closed(), failed.decline),
        (true, Some(DeclineReason::NotArrived))
    );
    bench.clock.advance(Duration::from_secs(20));
    assert_eq!(bench.fetch(&arrives).await.captured, euros(1250));
}

#[tokio::test]
async fn a_payment_is_found_by_the_payments_own_id() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    let reference = bench.paid(&attempt).await;
    let payment = Reference::new(bench.payment(&reference).await);
    let snapshot = bench.fetch(&payment).await;
    assert_eq!((snapshot.reference, snapshot.attempt_id), (reference, Some(attempt.id)));
}

#[tokio::test]
async fn amounts_keep_their_currency_and_places() {
    let bench = Bench::start().await;
    for (minor, currency, stripe) in [
        (1250, "USD", 1250),
        (700, "JPY", 700),
        (7, "ISK", 700),
        (1_250, "KWD", 1250),
    ] {
        let currency: Currency = currency.parse().unwrap();
        let attempt = Attempt {
            amount: Money::new(minor, currency),
            ..bench.attempt()
        };
        let (reference, url) = bench.begun(&attempt).await;
        bench.buyer_pays(&url, GOOD, "pay").await;
        let snapshot = bench.fetch(&reference).await;
        assert_eq!((snapshot.amount, snapshot.captured), (attempt.amount, attempt.amount));
        assert_eq!(
            bench.ask(&format!("checkout/sessions/{reference}")).await["amount_total"],
            stripe
        );
    }
}

#[tokio::test]
async fn everything_begun_since_an_instant_is_listed_in_pages() {
    let bench = Bench::start().await;
    bench.begun(&bench.attempt()).await;
    bench.clock.advance(Duration::from_secs(60));
    let mut expected = Vec::new();
    for _ in 0..103 {
        expected.push(bench.gateway.begin(&bench.attempt()).await.unwrap().reference);
    }
    expected.reverse();
    let since = bench.attempt().created_at;
    let first = bench.gateway.list_since(since, None).await.unwrap();
    assert_eq!(first.snapshots.len(), 100);
    let second = bench.gateway.list_since(since, first.next.as_ref()).await.unwrap();
    assert_eq!(second.next, None);
    let listed: Vec<_> = first
        .snapshots
        .into_iter()
        .chain(second.snapshots)
        .map(|s| s.reference)
        .collect();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn an_attempt_whose_key_is_forgotten_is_found_instead_of_begun_again() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    let reference = bench.paid(&attempt).await;
    bench.clock.advance(Duration::from_hours(25));
    let begun = bench.gateway.begin(&attempt).await.unwrap();
    assert_eq!((begun.reference, begun.next), (reference, NextStep::Done));
    assert_eq!(bench.n_sessions().await, 1);
    // One that was never begun is begun, however old it is.
    let never_begun = bench.attempt();
    bench.clock.advance(Duration::from_hours(25));
    bench.begun(&never_begun).await;
    assert_eq!(bench.n_sessions().await, 2);
}
