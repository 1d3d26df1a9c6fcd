//! What the shop is told, and how often.

use wares_sandbox::{Faults, sign};

use crate::support::{Bench, SECRET, START};

const GOOD: &str = "4242 4242 4242 4242";
const PAID: [&str; 2] = ["payment_intent.succeeded", "checkout.session.completed"];

#[tokio::test]
async fn the_shop_is_told_with_a_signature_over_the_raw_body() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.pay(&session, GOOD).await;
    assert!(bench.shop.kinds().is_empty());
    bench.sandbox.deliver_due().await;

    assert_eq!(bench.shop.kinds(), PAID);
    let received = bench.shop.received.lock().unwrap()[1].clone();
    assert_eq!(
        received.signature,
        sign(received.body.as_bytes(), START, &[SECRET.to_owned()])
    );
    let event = received.event();
    assert_eq!(
        (&event["data"]["object"]["id"], &event["livemode"]),
        (&session.into(), &false.into())
    );
    assert_eq!(bench.sandbox.deliver_due().await, 0);
    let event = bench
        .get(&format!("/v1/events/{}", event["id"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(event["pending_webhooks"], 0);
}

#[tokio::test]
async fn a_refused_webhook_is_sent_again_later_and_later() {
    let bench = Bench::start().await;
    bench.paid(&[]).await;
    bench.shop.answer(500);
    bench.sandbox.deliver_due().await;
    assert_eq!(bench.shop.kinds().len(), 2);
    assert_eq!(bench.sandbox.deliver_due().await, 0);
    bench.advance(1);
    assert_eq!(bench.sandbox.deliver_due().await, 2);
    bench.advance(4);
    assert_eq!(bench.sandbox.deliver_due().await, 0);
    bench.shop.answer(200);
    bench.advance(1);
    assert_eq!(bench.sandbox.deliver_due().await, 2);
    bench.advance(24 * 3600);
    assert_eq!(bench.sandbox.deliver_due().await, 0);

    let received = bench.shop.received.lock().unwrap().clone();
    let ids: std::collections::HashSet<_> = received.iter().map(|r| r.event()["id"].to_string()).collect();
    assert_eq!((received.len(), ids.len()), (6, 2));
}

#[tokio::test]
async fn a_webhook_that_is_refused_for_good_can_be_resent_by_hand() {
    let bench = Bench::start().await;
    bench.paid(&[]).await;
    bench.shop.answer(500);
    for _ in 0..8 {
        bench.sandbox.deliver_due().await;
        bench.advance(6 * 3600);
    }
    assert_eq!(bench.sandbox.deliver_due().await, 0);
    assert_eq!(bench.shop.kinds().len(), 16);
    assert!(bench.browse("/").await.text.contains("given up"));

    bench.shop.answer(200);
    let events = bench.get("/v1/events?type=checkout.session.completed").await.json();
    let id = events["data"][0]["id"].as_str().unwrap();
    assert_eq!(
        bench
            .submit("/dashboard", &[("action", "resend"), ("id", id)])
            .await
            .status,
        303
    );
    assert_eq!(bench.sandbox.deliver_due().await, 1);
    assert_eq!(bench.shop.received.lock().unwrap().last().unwrap().event()["id"], id);
    assert_eq!(
        bench.get(&format!("/v1/events/{id}")).await.json()["pending_webhooks"],
        0
    );
}

#[tokio::test]
async fn a_lost_webhook_never_comes_but_its_event_is_listed() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.pay_how(&session, GOOD, "lose-webhook").await;
    bench.advance(24 * 3600 - 60);
    bench.sandbox.deliver_due().await;
    assert!(bench.shop.kinds().is_empty());
    assert_eq!(
        bench.get("/v1/events").await.json()["data"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test]
async fn the_webhook_can_come_before_the_buyer() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.pay_how(&session, GOOD, "webhook-first").await;
    assert_eq!(bench.shop.kinds(), PAID);
    assert_eq!(bench.sandbox.deliver_due().await, 0);
}

#[tokio::test]
async fn a_webhook_before_the_buyer_that_is_refused_is_sent_again() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.shop.answer(503);
    assert_eq!(bench.pay_how(&session, GOOD, "webhook-first").await.status, 303);
    bench.shop.answer(200);
    bench.advance(1);
    assert_eq!(bench.sandbox.deliver_due().await, 2);
}

#[tokio::test]
async fn webhooks_can_come_twice_and_in_reverse() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.pay_how(&session, GOOD, "twice").await;
    bench.sandbox.deliver_due().await;
    assert_eq!(bench.shop.kinds(), [PAID[1], PAID[0], PAID[1], PAID[0]]);
}

#[tokio::test]
async fn faults_lose_double_and_reverse_webhooks() {
    let bench = Bench::start().await;
    bench.sandbox.set_faults(Faults {
        drop_webhooks_next: 1,
        duplicate_webhooks: true,
        ..Faults::default()
    });
    bench.paid(&[]).await;
    bench.sandbox.deliver_due().await;
    assert_eq!(bench.shop.kinds(), [PAID[1], PAID[1]]);
    assert_eq!(bench.sandbox.faults().drop_webhooks_next, 0);
}

#[tokio::test]
async fn every_step_has_its_event() {
    let bench = Bench::start().await;
    let (declined, expired, later) = (bench.session().await, bench.session().await, bench.session().await);
    bench.pay(&declined, "4000000000000002").await;
    bench
        .post(&format!("/v1/checkout/sessions/{expired}/expire"), &[])
        .await;
    bench.pay_how(&later, "", "later").await;
    bench.advance(20);
    let by_hand = bench.paid(&[("payment_intent_data[capture_method]", "manual")]).await;
    bench.post(&format!("/v1/payment_intents/{by_hand}/capture"), &[]).await;
    bench
        .post("/v1/refunds", &[("payment_intent", &by_hand), ("amount", "50")])
        .await;
    bench
        .submit("/dashboard", &[("action", "dispute"), ("id", &by_hand)])
        .await;
    while bench.sandbox.deliver_due().await > 0 {}

    let kinds = bench.shop.kinds();
    for kind in [
        "payment_intent.payment_failed",
        "checkout.session.expired",
        "payment_intent.processing",
        "checkout.session.async_payment_succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "charge.refunded",
        "refund.updated",
        "charge.dispute.created",
    ] {
        assert!(kinds.iter().any(|k| k == kind), "{kind} is missing in {kinds:?}");
    }
    let listed = bench.get("/v1/events?limit=100").await.json();
    assert_eq!(listed["data"].as_array().unwrap().len(), kinds.len());
}

#[tokio::test]
async fn a_served_sandbox_tells_the_shop_by_itself_and_stops_when_asked() {
    let bench = Bench::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let sandbox = bench.sandbox.clone();
    let serving = tokio::spawn(async move { sandbox.serve(listener, async { drop(stopped.await) }).await });
    bench.paid(&[]).await;
    let both_came = async {
        while bench.shop.kinds().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), both_came)
        .await
        .unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(20), serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
