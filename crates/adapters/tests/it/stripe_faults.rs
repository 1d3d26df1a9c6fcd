//! Stripe's adapter when the other side is slow, broken, or does it and does not say so.

use std::time::Duration;

use wares_adapters::gateways::stripe::{Config, Stripe};
use wares_commerce::payment::gateway::{Attempt, Capture, CaptureMode, Gateway, GatewayError};
use wares_sandbox::Faults;

use crate::sandbox::{Bench, config, euros};

fn impatient(bench: &Bench) -> Stripe {
    let config = Config {
        time_out: Duration::from_millis(300),
        ..config(&bench.base)
    };
    Stripe::new(config, bench.clock.clone()).unwrap()
}

fn is_unknown<T>(result: &Result<T, GatewayError>) -> bool {
    matches!(result, Err(GatewayError::Unknown(_)))
}

#[tokio::test]
async fn a_beginning_that_timed_out_after_the_fact_is_the_same_payment_when_asked_again() {
    let bench = Bench::start().await;
    let (gateway, attempt) = (impatient(&bench), bench.attempt());
    bench.sandbox.set_faults(Faults {
        time_out_next: 1,
        ..Faults::default()
    });
    assert!(is_unknown(&gateway.begin(&attempt).await));
    let begun = gateway.begin(&attempt).await.unwrap();
    assert_eq!(bench.n_sessions().await, 1);
    let listed = gateway.list_since(attempt.created_at, None).await.unwrap();
    assert_eq!(listed.snapshots[0].attempt_id, Some(attempt.id));
    assert_eq!(listed.snapshots[0].reference, begun.reference);
}

#[tokio::test]
async fn a_refund_that_timed_out_after_the_fact_is_made_once() {
    let bench = Bench::start().await;
    let gateway = impatient(&bench);
    let reference = bench.paid(&bench.attempt()).await;
    let refund = bench.refund(&reference, 500);
    bench.sandbox.set_faults(Faults {
        time_out_next: 1,
        ..Faults::default()
    });
    assert!(is_unknown(&gateway.refund(&refund).await));
    assert_eq!(bench.fetch(&reference).await.refunded, euros(500));
    gateway.refund(&refund).await.unwrap();
    assert_eq!(bench.fetch(&reference).await.refunded, euros(500));
}

#[tokio::test]
async fn a_capture_that_timed_out_after_the_fact_is_made_once() {
    let bench = Bench::start().await;
    let gateway = impatient(&bench);
    let attempt = Attempt {
        capture: CaptureMode::Manual,
        ..bench.attempt()
    };
    let reference = bench.paid(&attempt).await;
    let capture = Capture {
        reference: reference.clone(),
        attempt_id: attempt.id,
        amount: euros(1250),
    };
    bench.sandbox.set_faults(Faults {
        time_out_next: 1,
        ..Faults::default()
    });
    assert!(is_unknown(&gateway.capture(&capture).await));
    assert_eq!(bench.fetch(&reference).await.captured, euros(1250));
    assert_eq!(gateway.capture(&capture).await.unwrap().captured, euros(1250));
}

#[tokio::test]
async fn a_close_that_timed_out_after_the_fact_has_closed() {
    let bench = Bench::start().await;
    let gateway = impatient(&bench);
    let (reference, _) = bench.begun(&bench.attempt()).await;
    bench.sandbox.set_faults(Faults {
        time_out_next: 1,
        ..Faults::default()
    });
    assert!(is_unknown(&gateway.close(&reference).await));
    assert!(bench.fetch(&reference).await.is_closed());
    assert!(gateway.close(&reference).await.unwrap().is_closed());
}

#[tokio::test]
async fn slowness_and_breakage_are_unknown_and_pass() {
    let bench = Bench::start().await;
    let (gateway, attempt) = (impatient(&bench), bench.attempt());
    bench.sandbox.set_faults(Faults {
        latency_ms: 5_000,
        ..Faults::default()
    });
    assert!(is_unknown(&gateway.begin(&attempt).await));
    bench.sandbox.set_faults(Faults {
        fail_next: 2,
        ..Faults::default()
    });
    assert!(is_unknown(&bench.gateway.begin(&attempt).await));
    assert!(is_unknown(&bench.gateway.begin(&attempt).await));
    bench.begun(&attempt).await;
    assert_eq!(bench.n_sessions().await, 1);
}

#[tokio::test]
async fn being_told_to_slow_down_is_not_a_refusal() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    bench.sandbox.set_faults(Faults {
        rate_limit_next: 1,
        ..Faults::default()
    });
    assert_eq!(
        bench.gateway.begin(&attempt).await,
        Err(GatewayError::RateLimited { retry_after: None })
    );
    bench.begun(&attempt).await;
}

#[tokio::test]
async fn a_failure_the_gateway_remembers_is_outlived() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    bench.sandbox.set_faults(Faults {
        fail_next: 1,
        fail_is_kept: true,
        ..Faults::default()
    });
    for _ in 0..2 {
        assert!(is_unknown(&bench.gateway.begin(&attempt).await));
    }
    bench.clock.advance(Duration::from_hours(25));
    bench.begun(&attempt).await;
    assert_eq!(bench.n_sessions().await, 1);
}

#[tokio::test]
async fn two_beginnings_at_once_are_one_payment() {
    let bench = Bench::start().await;
    let attempt = bench.attempt();
    bench.sandbox.set_faults(Faults {
        latency_ms: 100,
        ..Faults::default()
    });
    let (one, two) = tokio::join!(bench.gateway.begin(&attempt), bench.gateway.begin(&attempt));
    assert_eq!([&one, &two].into_iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!([&one, &two].into_iter().filter(|result| is_unknown(result)).count(), 1);
    bench.begun(&attempt).await;
    assert_eq!(bench.n_sessions().await, 1);
}

#[tokio::test]
async fn a_wrong_key_is_said_to_be_one() {
    let bench = Bench::start().await;
    let wrong = Config {
        secret_key: "sk_test_2".to_owned(),
        ..config(&bench.base)
    };
    let gateway = Stripe::new(wrong, bench.clock.clone()).unwrap();
    assert!(matches!(
        gateway.begin(&bench.attempt()).await,
        Err(GatewayError::Auth(_))
    ));
}

#[tokio::test]
async fn nobody_there_is_unknown() {
    let bench = Bench::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let gateway = Stripe::new(config(&nobody), bench.clock.clone()).unwrap();
    assert!(is_unknown(&gateway.begin(&bench.attempt()).await));
}
