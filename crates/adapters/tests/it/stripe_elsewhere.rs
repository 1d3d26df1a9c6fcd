//! The adapter against somebody else's idea of Stripe: what the sandbox, which is ours, might believe as wrongly as the adapter does.

use wares_commerce::payment::gateway::{
    Attempt, Capture, CaptureMode, DeclineReason, Gateway, GatewayError, RefundState, SessionState, Webhook,
    WebhookError,
};
use wares_kernel::{Clock as _, SystemClock};

use crate::localstripe::{BAD, GOOD, LocalStripe};
use crate::sandbox::{SECRET, euros};
use crate::stripe_webhooks::{next, webhook_address};

#[tokio::test]
async fn a_paid_attempt_is_captured_in_full() {
    let stripe = LocalStripe::start().await;
    let attempt = stripe.attempt();
    let reference = stripe.begun(&attempt).await;
    let before = stripe.fetch(&reference).await;
    assert_eq!((before.session, before.captured), (SessionState::Open, euros(0)));
    assert_eq!(stripe.buyer_pays(&reference, GOOD).await, 200);
    let snapshot = stripe.fetch(&reference).await;
    assert_eq!((snapshot.authorised, snapshot.captured), (euros(1250), euros(1250)));
    assert_eq!(
        (snapshot.session, snapshot.attempt_id),
        (SessionState::Complete, Some(attempt.id))
    );
    assert_eq!(stripe.gateway.begin(&attempt).await.unwrap().reference, reference);
}

#[tokio::test]
async fn a_declined_card_leaves_the_page_open_for_another() {
    let stripe = LocalStripe::start().await;
    let reference = stripe.begun(&stripe.attempt()).await;
    assert_eq!(stripe.buyer_pays(&reference, BAD).await, 402);
    let snapshot = stripe.fetch(&reference).await;
    assert_eq!(
        (snapshot.session, snapshot.decline),
        (SessionState::Open, Some(DeclineReason::Declined))
    );
    assert_eq!((snapshot.authorised, snapshot.captured), (euros(0), euros(0)));
    assert_eq!(stripe.buyer_pays(&reference, GOOD).await, 200);
    let snapshot = stripe.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.decline), (euros(1250), None));
}

fn by_hand(stripe: &LocalStripe) -> Attempt {
    Attempt {
        capture: CaptureMode::Manual,
        ..stripe.attempt()
    }
}

#[tokio::test]
async fn authorised_money_is_captured_whole_or_in_part_and_never_twice() {
    for minor in [1250, 1000] {
        let stripe = LocalStripe::start().await;
        let attempt = by_hand(&stripe);
        let reference = stripe.paid(&attempt).await;
        let held = stripe.fetch(&reference).await;
        assert_eq!((held.authorised, held.captured), (euros(1250), euros(0)));
        assert_eq!((held.session, held.refunded), (SessionState::Complete, euros(0)));

        let capture = |minor| Capture {
            reference: reference.clone(),
            attempt_id: attempt.id,
            amount: euros(minor),
        };
        let too_much = stripe.gateway.capture(&capture(1300)).await;
        assert!(matches!(too_much, Err(GatewayError::Invalid(_))), "{too_much:?}");
        let taken = stripe.gateway.capture(&capture(minor)).await.unwrap();
        assert_eq!((taken.authorised, taken.captured), (euros(1250), euros(minor)));
        assert_eq!(taken.refunded, euros(0), "what was not taken is no refund");
        let again = stripe.gateway.capture(&capture(minor)).await;
        assert!(matches!(again, Err(GatewayError::Invalid(_))), "{again:?}");
        assert_eq!(stripe.fetch(&reference).await, taken);
    }
}

#[tokio::test]
async fn closing_ends_a_page_lets_an_authorisation_go_and_leaves_what_is_paid() {
    let stripe = LocalStripe::start().await;
    let open = stripe.begun(&stripe.attempt()).await;
    let closed = stripe.gateway.close(&open).await.unwrap();
    assert_eq!((closed.session, closed.is_closed()), (SessionState::Expired, true));

    let held = stripe.paid(&by_hand(&stripe)).await;
    let closed = stripe.gateway.close(&held).await.unwrap();
    assert_eq!((closed.captured, closed.is_closed()), (euros(0), true));

    let paid = stripe.paid(&stripe.attempt()).await;
    let late = stripe.gateway.close(&paid).await.unwrap();
    assert_eq!((late.captured, late.is_closed()), (euros(1250), false));
}

#[tokio::test]
async fn money_goes_back_in_parts_and_each_refund_once() {
    let stripe = LocalStripe::start().await;
    let reference = stripe.paid(&stripe.attempt()).await;
    let part = stripe.refund(&reference, 500);
    let first = stripe.gateway.refund(&part).await.unwrap();
    assert_eq!(first.state, RefundState::Succeeded);
    // localstripe knows no idempotency keys: only the adapter's look at what was made before keeps this from being a second one.
    assert_eq!(stripe.gateway.refund(&part).await.unwrap(), first);
    assert_eq!(stripe.n_refunds().await, 1);
    assert_eq!(stripe.fetch(&reference).await.refunded, euros(500));
    stripe.gateway.refund(&stripe.refund(&reference, 750)).await.unwrap();
    let snapshot = stripe.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.refunded), (euros(1250), euros(1250)));
}

#[tokio::test]
async fn of_money_that_was_taken_in_part_only_what_was_taken_goes_back() {
    let stripe = LocalStripe::start().await;
    let attempt = by_hand(&stripe);
    let reference = stripe.paid(&attempt).await;
    let capture = Capture {
        reference: reference.clone(),
        attempt_id: attempt.id,
        amount: euros(1000),
    };
    stripe.gateway.capture(&capture).await.unwrap();
    stripe.gateway.refund(&stripe.refund(&reference, 200)).await.unwrap();
    let snapshot = stripe.fetch(&reference).await;
    assert_eq!((snapshot.captured, snapshot.refunded), (euros(1000), euros(200)));
}

#[tokio::test]
async fn a_key_that_is_none_is_told_from_a_request_that_is_wrong() {
    let stripe = LocalStripe::start().await;
    let reference = stripe.paid(&stripe.attempt()).await;
    let refused = stripe.with_key("nothing").refund(&stripe.refund(&reference, 100)).await;
    assert!(matches!(refused, Err(GatewayError::Auth(_))), "{refused:?}");
    let too_late = Capture {
        reference: reference.clone(),
        attempt_id: stripe.attempt().id,
        amount: euros(100),
    };
    let refused = stripe.gateway.capture(&too_late).await;
    assert!(matches!(refused, Err(GatewayError::Invalid(_))), "{refused:?}");
    assert_eq!(stripe.fetch(&reference).await.captured, euros(1250));
}

#[tokio::test]
async fn its_notices_are_believed_and_changed_ones_are_not() {
    let (url, mut receiver) = webhook_address().await;
    let stripe = LocalStripe::start().await;
    stripe.tell(&url, SECRET).await;
    stripe.paid(&stripe.attempt()).await;
    let mut received = next(&mut receiver).await;
    let check = |headers: &[(String, String)], body: &[u8]| {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        stripe.gateway.webhook(&Webhook {
            headers: &headers,
            body,
            received_at: SystemClock.now(),
        })
    };
    // It tells of the payment, of which the page's own notice says everything; so it is believed, and leads to nothing.
    assert_eq!(check(&received.headers, &received.body), Ok(None));
    let at = received.body.iter().position(u8::is_ascii_digit).unwrap();
    received.body[at] ^= 1;
    let changed = check(&received.headers, &received.body);
    assert_eq!(changed, Err(WebhookError::Forged));

    stripe.tell(&url, "whsec_of_somebody_else").await;
    stripe.paid(&stripe.attempt()).await;
    let received = next(&mut receiver).await;
    assert_eq!(check(&received.headers, &received.body), Err(WebhookError::Forged));
}
