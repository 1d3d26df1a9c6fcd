//! Captures, refunds, disputes: never more than there is.

use std::sync::Arc;

use serde_json::Value;

use crate::support::Bench;

const BY_HAND: [(&str, &str); 1] = [("payment_intent_data[capture_method]", "manual")];

async fn capture(bench: &Bench, payment: &str, fields: &[(&str, &str)]) -> (u16, Value) {
    let answer = bench
        .post(&format!("/v1/payment_intents/{payment}/capture"), fields)
        .await;
    (answer.status, answer.json())
}

async fn refund(bench: &Bench, payment: &str, amount: &str) -> (u16, Value) {
    let answer = bench
        .post("/v1/refunds", &[("payment_intent", payment), ("amount", amount)])
        .await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_refund_never_exceeds_what_was_captured() {
    let bench = Bench::start().await;
    let payment = bench.paid(&[]).await;
    assert_eq!(refund(&bench, &payment, "500").await.0, 200);
    let (status, error) = refund(&bench, &payment, "751").await;
    assert_eq!(status, 400);
    let message = "Refund amount (€7.51) is greater than unrefunded amount on charge (€7.50)";
    assert_eq!(error["error"]["message"], message);
    assert_eq!(refund(&bench, &payment, "750").await.0, 200);
    assert_eq!(
        refund(&bench, &payment, "1").await.1["error"]["code"],
        "charge_already_refunded"
    );

    let intent = bench.intent(&payment).await;
    assert_eq!(intent["latest_charge"]["amount_refunded"], 1250);
    assert_eq!(intent["latest_charge"]["refunded"], true);
    let list = bench.get(&format!("/v1/refunds?payment_intent={payment}")).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    let one = list["data"][0]["id"].as_str().unwrap();
    assert_eq!(bench.get(&format!("/v1/refunds/{one}")).await.json()["amount"], 750);
}

#[tokio::test]
async fn refunds_at_the_same_time_share_what_there_is() {
    let bench = Arc::new(Bench::start().await);
    let payment = bench.paid(&[]).await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (bench, payment) = (bench.clone(), payment.clone());
        tries.spawn(async move { refund(&bench, &payment, "400").await.0 });
    }
    let done = tries
        .join_all()
        .await
        .into_iter()
        .filter(|status| *status == 200)
        .count();
    assert_eq!(done, 3);
    assert_eq!(bench.intent(&payment).await["latest_charge"]["amount_refunded"], 1200);
}

#[tokio::test]
async fn nothing_is_refunded_before_it_was_captured() {
    let bench = Bench::start().await;
    let payment = bench.paid(&BY_HAND).await;
    assert_eq!(
        refund(&bench, &payment, "1").await.1["error"]["code"],
        "payment_intent_unexpected_state"
    );
}

#[tokio::test]
async fn authorised_money_is_captured_in_parts_until_the_last() {
    let bench = Bench::start().await;
    let payment = bench.paid(&BY_HAND).await;
    let intent = bench.intent(&payment).await;
    assert_eq!(
        (&intent["status"], &intent["amount_capturable"]),
        (&"requires_capture".into(), &1250.into())
    );

    assert_eq!(capture(&bench, &payment, &[("amount_to_capture", "1251")]).await.0, 400);
    assert_eq!(capture(&bench, &payment, &[("amount_to_capture", "0")]).await.0, 400);
    let (_, part) = capture(
        &bench,
        &payment,
        &[("amount_to_capture", "500"), ("final_capture", "false")],
    )
    .await;
    assert_eq!(
        (&part["status"], &part["amount_received"]),
        (&"requires_capture".into(), &500.into())
    );
    assert_eq!(refund(&bench, &payment, "501").await.0, 400);
    let (_, last) = capture(&bench, &payment, &[("amount_to_capture", "600")]).await;
    assert_eq!(
        (&last["status"], &last["amount_received"]),
        (&"succeeded".into(), &1100.into())
    );
    assert_eq!(
        capture(&bench, &payment, &[]).await.1["error"]["code"],
        "payment_intent_unexpected_state"
    );
    // What was let go counts as refunded, as it does at Stripe.
    assert_eq!(bench.intent(&payment).await["latest_charge"]["amount_refunded"], 150);
    assert_eq!(refund(&bench, &payment, "1101").await.0, 400);
    assert_eq!(refund(&bench, &payment, "1100").await.0, 200);
}

#[tokio::test]
async fn an_authorisation_that_was_let_go_cannot_be_captured() {
    let bench = Bench::start().await;
    let payment = bench.paid(&BY_HAND).await;
    let cancelled = bench
        .post(&format!("/v1/payment_intents/{payment}/cancel"), &[])
        .await
        .json();
    assert_eq!(
        (&cancelled["status"], &cancelled["amount_capturable"]),
        (&"canceled".into(), &0.into())
    );
    assert_eq!(capture(&bench, &payment, &[]).await.0, 400);
    assert_eq!(
        bench
            .post(&format!("/v1/payment_intents/{payment}/cancel"), &[])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn money_that_was_taken_is_not_cancelled_but_refunded() {
    let bench = Bench::start().await;
    let payment = bench.paid(&[]).await;
    let refused = bench.post(&format!("/v1/payment_intents/{payment}/cancel"), &[]).await;
    assert_eq!(refused.json()["error"]["code"], "payment_intent_unexpected_state");
}

#[tokio::test]
async fn a_dispute_takes_what_is_left_until_it_is_decided() {
    let bench = Bench::start().await;
    let payment = bench.paid(&[]).await;
    refund(&bench, &payment, "250").await;
    let act = |action: &'static str, id: String| {
        let bench = &bench;
        async move {
            bench
                .submit("/dashboard", &[("action", action), ("id", &id)])
                .await
                .status
        }
    };
    assert_eq!(act("dispute", payment.clone()).await, 303);
    assert_eq!(act("dispute", payment.clone()).await, 400);

    let disputes = bench
        .get(&format!("/v1/disputes?payment_intent={payment}"))
        .await
        .json();
    let dispute = &disputes["data"][0];
    assert_eq!(
        (&dispute["amount"], &dispute["status"]),
        (&1000.into(), &"needs_response".into())
    );
    assert_eq!(bench.intent(&payment).await["latest_charge"]["disputed"], true);
    assert_eq!(
        refund(&bench, &payment, "1").await.1["error"]["code"],
        "charge_disputed"
    );

    let id = dispute["id"].as_str().unwrap().to_owned();
    assert_eq!(act("win", id.clone()).await, 303);
    assert_eq!(act("lose", id.clone()).await, 400);
    assert_eq!(bench.get(&format!("/v1/disputes/{id}")).await.json()["status"], "won");
    assert_eq!(refund(&bench, &payment, "1").await.0, 200);
}
