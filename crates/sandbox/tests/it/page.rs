//! The hosted page, as a buyer without JavaScript uses it.

use reqwest::Method;
use serde_json::Value;

use crate::support::{Bench, START};

const GOOD: &str = "4242 4242 4242 4242";
const BANK: &str = "4000 0025 0000 3155";

fn back(session: &str) -> String {
    format!("http://shop.example/return?order=1&s={session}")
}

#[tokio::test]
async fn the_page_says_what_is_paid_to_whom_and_that_it_is_a_test() {
    let bench = Bench::start().await;
    let session = bench
        .session_with(&[("custom_text[submit][message]", "Held until 14:52.")])
        .await;
    let page = bench.browse(&format!("/pay/{session}")).await;
    assert_eq!(page.status, 200);
    for words in [
        "TEST MODE",
        "Pay €12.50 to Fieldhouse",
        "Order 1001. Held until 14:52.",
        "http://shop.example/cancel",
    ] {
        assert!(page.text.contains(words), "{words} is missing in {}", page.text);
    }
    assert!(!page.text.contains("<script"));
}

#[tokio::test]
async fn a_good_card_pays_and_leads_back_to_the_shop() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    let answer = bench.pay(&session, GOOD).await;
    assert_eq!((answer.status, answer.location), (303, Some(back(&session))));
    let whole = bench.whole(&session).await;
    assert_eq!(
        (&whole["status"], &whole["payment_status"]),
        (&"complete".into(), &"paid".into())
    );
    assert_eq!(whole["payment_intent"]["amount_received"], 1250);
    assert_eq!(whole["url"], Value::Null);
}

#[tokio::test]
async fn a_declined_card_leaves_the_buyer_on_the_page_to_try_again() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    for (number, words, code) in [
        ("4000000000000002", "Your card was declined.", "card_declined"),
        ("4000000000009995", "insufficient funds", "card_declined"),
        ("4000000000000069", "has expired", "expired_card"),
    ] {
        let answer = bench.pay(&session, number).await;
        assert_eq!(answer.status, 402);
        assert!(
            answer.text.contains(words) && answer.text.contains("Nothing was charged"),
            "{}",
            answer.text
        );
        let whole = bench.whole(&session).await;
        assert_eq!(whole["status"], "open");
        assert_eq!(whole["payment_intent"]["last_payment_error"]["code"], code);
    }
    assert_eq!(bench.pay(&session, GOOD).await.location, Some(back(&session)));
    let whole = bench.whole(&session).await;
    assert_eq!(whole["payment_intent"]["last_payment_error"], Value::Null);
    // Four tries, one payment.
    assert_eq!(
        bench.get("/v1/payment_intents").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn paying_twice_charges_once() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    let (one, two) = tokio::join!(bench.pay(&session, GOOD), bench.pay(&session, GOOD));
    assert_eq!(
        (one.location, two.location),
        (Some(back(&session)), Some(back(&session)))
    );
    assert_eq!(
        bench.browse(&format!("/pay/{session}")).await.location,
        Some(back(&session))
    );
    let payments = bench.get("/v1/payment_intents").await.json();
    assert_eq!(payments["data"].as_array().unwrap().len(), 1);
    assert_eq!(payments["data"][0]["amount_received"], 1250);
}

#[tokio::test]
async fn only_test_cards_are_accepted_and_none_is_shown_again() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    for number in [
        "4111 1111 1111 1111",
        "5555555555554444",
        "",
        "<script>alert(1)</script>",
    ] {
        let answer = bench.pay(&session, number).await;
        assert_eq!(answer.status, 422, "{number}");
        assert!(answer.text.contains("Only the test numbers below are accepted"));
        assert!(
            number.is_empty() || !answer.text.contains(number),
            "{number} is shown again"
        );
    }
    assert_eq!(bench.whole(&session).await["payment_intent"], Value::Null);
}

#[tokio::test]
async fn a_wrong_date_or_code_is_told_at_its_field() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    let fields = [("number", GOOD), ("exp", "10 / 26"), ("cvc", "12"), ("how", "pay")];
    let answer = bench.submit(&format!("/pay/{session}"), &fields).await;
    assert_eq!(answer.status, 422);
    for id in ["e-problem", "c-problem"] {
        assert!(
            answer.text.contains(&format!("id=\"{id}\""))
                && answer.text.contains(&format!("aria-describedby=\"{id}\""))
        );
    }
    assert!(!answer.text.contains("n-problem"));
}

#[tokio::test]
async fn the_bank_is_asked_and_may_say_no() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    let bank = format!("/pay/{session}/bank");

    assert_eq!(bench.browse(&bank).await.location, Some(format!("/pay/{session}")));
    let asked = bench.pay(&session, BANK).await;
    assert_eq!((asked.status, asked.location), (303, Some(format!("{bank}?how=pay"))));
    assert!(
        bench
            .browse(&format!("{bank}?how=pay"))
            .await
            .text
            .contains("Approve the payment")
    );
    assert_eq!(
        bench.whole(&session).await["payment_intent"]["status"],
        "requires_action"
    );

    let refused = bench.submit(&bank, &[("answer", "fail"), ("how", "pay")]).await;
    assert_eq!(refused.status, 402);
    assert!(refused.text.contains("could not confirm that it was you"));
    // The page is now shown at the bank's address, and its form must not go to the bank.
    assert!(refused.text.contains(&format!("action=\"/pay/{session}\"")));
    let error = &bench.whole(&session).await["payment_intent"]["last_payment_error"];
    assert_eq!(error["code"], "payment_intent_authentication_failure");

    bench.pay(&session, BANK).await;
    let approved = bench.submit(&bank, &[("answer", "approve"), ("how", "pay")]).await;
    assert_eq!((approved.status, approved.location), (303, Some(back(&session))));
    assert_eq!(bench.whole(&session).await["payment_intent"]["amount_received"], 1250);
}

#[tokio::test]
async fn a_payment_that_is_put_off_arrives_later() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    assert_eq!(
        bench.pay_how(&session, "", "later").await.location,
        Some(back(&session))
    );
    let whole = bench.whole(&session).await;
    assert_eq!(
        (&whole["status"], &whole["payment_status"]),
        (&"complete".into(), &"unpaid".into())
    );
    assert_eq!(whole["payment_intent"]["status"], "processing");
    bench.advance(19);
    assert_eq!(bench.whole(&session).await["payment_intent"]["status"], "processing");
    bench.advance(1);
    assert_eq!(bench.whole(&session).await["payment_intent"]["amount_received"], 1250);
}

#[tokio::test]
async fn a_payment_that_is_put_off_can_fail() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    bench.pay_how(&session, "", "later").await;
    let payment = bench.whole(&session).await["payment_intent"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        bench
            .submit("/dashboard", &[("action", "fail"), ("id", &payment)])
            .await
            .status,
        303
    );
    bench.advance(60);
    let whole = bench.whole(&session).await;
    assert_eq!(whole["payment_intent"]["status"], "requires_payment_method");
    assert_eq!(
        (&whole["status"], &whole["payment_status"]),
        (&"complete".into(), &"unpaid".into())
    );
}

#[tokio::test]
async fn an_expired_page_takes_no_money() {
    let bench = Bench::start().await;
    let (closed, ran_out) = (bench.session().await, bench.session().await);
    assert_eq!(
        bench
            .post(&format!("/v1/checkout/sessions/{closed}/expire"), &[])
            .await
            .json()["status"],
        "expired"
    );
    assert_eq!(
        bench
            .post(&format!("/v1/checkout/sessions/{closed}/expire"), &[])
            .await
            .status,
        400
    );
    let expires_at = (START + 1800).to_string();
    let early = bench.session_with(&[("expires_at", &expires_at)]).await;
    bench.advance(1800);
    assert_eq!(bench.whole(&early).await["status"], "expired");
    bench.advance(24 * 3600);
    for session in [closed, ran_out] {
        let page = bench.pay(&session, GOOD).await;
        assert_eq!(page.status, 410);
        assert!(page.text.contains("This payment page is closed") && page.text.contains("http://shop.example/cancel"));
        assert_eq!(bench.whole(&session).await["payment_status"], "unpaid");
    }
    assert_eq!(
        bench.get("/v1/payment_intents").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn expiring_and_paying_at_the_same_time_has_one_winner() {
    for _ in 0..20 {
        let bench = Bench::start().await;
        let session = bench.session().await;
        let path = format!("/v1/checkout/sessions/{session}/expire");
        let (paid, expired) = tokio::join!(bench.pay(&session, GOOD), bench.post(&path, &[]));
        let whole = bench.whole(&session).await;
        match (paid.status, expired.status) {
            (303, 400) => assert_eq!(whole["payment_status"], "paid"),
            (410, 200) => assert_eq!(
                (&whole["status"], &whole["payment_status"]),
                (&"expired".into(), &"unpaid".into())
            ),
            other => panic!("two winners or none: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_buyer_may_pay_and_not_come_back() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    let answer = bench.pay_how(&session, GOOD, "stay").await;
    assert_eq!((answer.status, answer.location), (200, None));
    assert_eq!(bench.whole(&session).await["payment_status"], "paid");
}

#[tokio::test]
async fn a_buyer_may_make_the_shops_next_change_time_out() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    assert_eq!(
        bench.pay_how(&session, GOOD, "time-out").await.location,
        Some(back(&session))
    );
    assert_eq!(bench.sandbox.faults().time_out_next, 1);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    for path in [
        format!("/pay/{session}"),
        format!("/pay/{session}/bank"),
        "/dashboard".to_owned(),
    ] {
        let request = bench
            .request(Method::POST, &path)
            .header("sec-fetch-site", "cross-site");
        assert_eq!(
            request.form(&[("number", GOOD)]).send().await.unwrap().status(),
            403,
            "{path}"
        );
    }
    assert_eq!(bench.whole(&session).await["payment_intent"], Value::Null);
}

#[tokio::test]
async fn every_page_is_locked_down() {
    let bench = Bench::start().await;
    let session = bench.session().await;
    for path in [
        "/".to_owned(),
        format!("/pay/{session}"),
        "/nothing".to_owned(),
        "/pay/cs_x".to_owned(),
    ] {
        let answer = bench.request(Method::GET, &path).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'"),
            "{path}: {policy}"
        );
        assert_eq!(
            policy.contains("http://shop.example"),
            path.contains(&session),
            "{path}: {policy}"
        );
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn text_of_the_shop_is_never_markup() {
    let bench = Bench::start().await;
    let attack = "<img src=x onerror=alert(1)>\"'";
    let session = bench
        .session_with(&[
            ("line_items[1][price_data][currency]", "eur"),
            ("line_items[1][price_data][unit_amount]", "1"),
            ("line_items[1][quantity]", "1"),
            ("line_items[1][price_data][product_data][name]", attack),
            ("custom_text[submit][message]", attack),
        ])
        .await;
    for path in [format!("/pay/{session}"), "/".to_owned()] {
        let page = bench.browse(&path).await;
        assert!(page.text.contains("&lt;img") && !page.text.contains("<img"), "{path}");
    }
}

#[tokio::test]
async fn the_dashboard_shows_what_happened_and_sets_faults() {
    let bench = Bench::start().await;
    assert!(bench.browse("/").await.text.contains("Nothing yet."));
    let payment = bench.paid(&[]).await;
    let page = bench.browse("/").await.text;
    for words in [payment.as_str(), "checkout.session.completed", "€12.50", "Dispute"] {
        assert!(page.contains(words), "{words}");
    }
    let faults = [
        ("action", "faults"),
        ("latency_ms", "20"),
        ("fail_next", "2"),
        ("duplicate_webhooks", "yes"),
    ];
    assert_eq!(bench.submit("/dashboard", &faults).await.status, 303);
    let set = bench.sandbox.faults();
    assert_eq!((set.latency_ms, set.fail_next, set.duplicate_webhooks), (20, 2, true));
    for (action, id) in [
        ("faults", ""),
        ("resend", "evt_x"),
        ("dispute", "pi_x"),
        ("explode", ""),
        ("", ""),
    ] {
        let answer = bench
            .submit("/dashboard", &[("action", action), ("id", id), ("latency_ms", "soon")])
            .await;
        assert!((400..500).contains(&answer.status), "{action}: {}", answer.status);
    }
}
