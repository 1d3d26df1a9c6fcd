//! Idempotency keys, as Stripe keeps them.

use wares_sandbox::Faults;

use crate::support::{Bench, session_fields};

const SESSIONS: &str = "/v1/checkout/sessions";

async fn n_sessions(bench: &Bench) -> usize {
    bench.get("/v1/checkout/sessions?limit=100").await.json()["data"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_does_it_once() {
    let bench = Bench::start().await;
    let first = bench.post_once("k", SESSIONS, &session_fields()).await;
    let again = bench.post_once("k", SESSIONS, &session_fields()).await;
    assert_eq!(first.text, again.text);
    assert_eq!((first.is_replayed, again.is_replayed), (false, true));
    let mut reordered = session_fields();
    reordered.reverse();
    assert_eq!(bench.post_once("k", SESSIONS, &reordered).await.text, first.text);
    assert_eq!(n_sessions(&bench).await, 1);
}

#[tokio::test]
async fn a_key_cannot_be_used_for_something_else() {
    let bench = Bench::start().await;
    bench.post_once("k", SESSIONS, &session_fields()).await;
    let mut other = session_fields();
    other[2].1 = "9900";
    let answer = bench.post_once("k", SESSIONS, &other).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["type"]),
        (400, &"idempotency_error".into())
    );
    let answer = bench.post_once("k", "/v1/refunds", &[("payment_intent", "pi_x")]).await;
    assert_eq!(answer.json()["error"]["type"], "idempotency_error");
    assert_eq!(n_sessions(&bench).await, 1);
}

#[tokio::test]
async fn refusals_are_kept_too_but_unreadable_requests_are_not() {
    let bench = Bench::start().await;
    let payment = bench.paid(&[]).await;
    let too_much = [("payment_intent", payment.as_str()), ("amount", "9999")];
    let refused = bench.post_once("r", "/v1/refunds", &too_much).await;
    let again = bench.post_once("r", "/v1/refunds", &too_much).await;
    assert_eq!((refused.status, again.status, again.is_replayed), (400, 400, true));
    assert_eq!(refused.text, again.text);

    let unreadable = bench
        .post_once("u", "/v1/refunds", &[("payment_intent", &payment), ("amount", "much")])
        .await;
    assert_eq!(unreadable.status, 400);
    let fixed = bench
        .post_once("u", "/v1/refunds", &[("payment_intent", &payment), ("amount", "50")])
        .await;
    assert_eq!((fixed.status, fixed.is_replayed), (200, false));
}

#[tokio::test]
async fn a_second_request_while_the_first_runs_is_told_to_wait() {
    let bench = Bench::start().await;
    bench.sandbox.set_faults(Faults {
        latency_ms: 300,
        ..Faults::default()
    });
    let fields = session_fields();
    let (one, two) = tokio::join!(
        bench.post_once("k", SESSIONS, &fields),
        bench.post_once("k", SESSIONS, &fields)
    );
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    assert!(bench.post_once("k", SESSIONS, &session_fields()).await.is_replayed);
    assert_eq!(n_sessions(&bench).await, 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_gives_its_key_back() {
    let bench = Bench::start().await;
    bench.sandbox.set_faults(Faults {
        latency_ms: 60_000,
        ..Faults::default()
    });
    let fields = session_fields();
    let impatient = bench.post_once("k", SESSIONS, &fields);
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(200), impatient).await;
    assert!(given_up.is_err());
    bench.sandbox.set_faults(Faults::default());
    // The server notices the closed connection on its own time.
    let mut answer = bench.post_once("k", SESSIONS, &session_fields()).await;
    for _ in 0..1000 {
        if answer.status != 409 {
            break;
        }
        tokio::task::yield_now().await;
        answer = bench.post_once("k", SESSIONS, &session_fields()).await;
    }
    assert_eq!((answer.status, answer.is_replayed), (200, false));
}

#[tokio::test]
async fn keys_are_forgotten_after_a_day() {
    let bench = Bench::start().await;
    bench.post_once("k", SESSIONS, &session_fields()).await;
    bench.advance(24 * 3600 - 1);
    assert!(bench.post_once("k", SESSIONS, &session_fields()).await.is_replayed);
    bench.advance(1);
    assert!(!bench.post_once("k", SESSIONS, &session_fields()).await.is_replayed);
    assert_eq!(n_sessions(&bench).await, 2);
}

#[tokio::test]
async fn a_failure_is_replayed_only_when_it_was_kept() {
    let bench = Bench::start().await;
    bench.sandbox.set_faults(Faults {
        fail_next: 1,
        fail_is_kept: true,
        ..Faults::default()
    });
    assert_eq!(bench.post_once("kept", SESSIONS, &session_fields()).await.status, 500);
    let again = bench.post_once("kept", SESSIONS, &session_fields()).await;
    assert_eq!((again.status, again.is_replayed), (500, true));

    bench.sandbox.set_faults(Faults {
        fail_next: 1,
        ..Faults::default()
    });
    assert_eq!(
        bench.post_once("passing", SESSIONS, &session_fields()).await.status,
        500
    );
    assert_eq!(
        bench.post_once("passing", SESSIONS, &session_fields()).await.status,
        200
    );
    assert_eq!(n_sessions(&bench).await, 1);
}

#[tokio::test]
async fn a_time_out_after_the_fact_is_found_by_asking_again() {
    let bench = Bench::start().await;
    let put = bench
        .request(reqwest::Method::PUT, "/sandbox/faults")
        .bearer_auth(crate::support::KEY);
    let set = put.body(r#"{"time_out_next":1}"#).send().await.unwrap();
    assert_eq!(set.status(), 204);

    let fields = session_fields();
    let unanswered = bench.post_once("k", SESSIONS, &fields);
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(300), unanswered)
            .await
            .is_err()
    );
    let again = bench.post_once("k", SESSIONS, &session_fields()).await;
    assert_eq!((again.status, again.is_replayed), (200, true));
    assert_eq!(n_sessions(&bench).await, 1);
}
