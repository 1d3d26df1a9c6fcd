//! The API's manners: keys, errors, lists, unknown fields.

use reqwest::Method;

use crate::support::{Bench, KEY, START, session_fields};

#[tokio::test]
async fn only_our_key_opens_the_api() {
    let bench = Bench::start().await;
    for (key, status) in [(Some("sk_test_2"), 401), (Some(""), 401), (None, 401), (Some(KEY), 200)] {
        let request = bench.request(Method::GET, "/v1/events");
        let request = if let Some(key) = key {
            request.bearer_auth(key)
        } else {
            request
        };
        assert_eq!(request.send().await.unwrap().status(), status, "{key:?}");
    }
    assert_eq!(
        bench
            .request(Method::GET, "/sandbox/faults")
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn a_session_is_opened_as_stripe_opens_it() {
    let bench = Bench::start().await;
    let session = bench.post("/v1/checkout/sessions", &session_fields()).await.json();
    let id = session["id"].as_str().unwrap();

    assert!(id.starts_with("cs_test_"));
    assert_eq!(session["object"], "checkout.session");
    assert_eq!(session["url"], format!("{}/pay/{id}", bench.base));
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&"open".into(), &"unpaid".into())
    );
    assert_eq!(
        (&session["amount_total"], &session["currency"]),
        (&1250.into(), &"eur".into())
    );
    assert_eq!(session["client_reference_id"], "attempt-1");
    assert_eq!(session["payment_intent"], serde_json::Value::Null);
    assert_eq!(session["created"], START);
    assert_eq!(session["expires_at"], START + 24 * 3600);
}

#[tokio::test]
async fn a_wrong_session_is_refused_with_the_field_that_is_wrong() {
    let bench = Bench::start().await;
    let cases = [
        ("mode", "subscription", "mode"),
        ("line_items[0][price_data][unit_amount]", "0", "line_items"),
        (
            "line_items[0][price_data][unit_amount]",
            "-5",
            "line_items[0][price_data][unit_amount]",
        ),
        ("line_items[0][price_data][unit_amount]", "999999999", "line_items"),
        ("line_items[0][price_data][currency]", "euro", "currency"),
        (
            "line_items[0][quantity]",
            "99999999999999999999",
            "line_items[0][quantity]",
        ),
        ("success_url", "javascript:alert(1)", "success_url"),
        ("success_url", "", "success_url"),
        ("expires_at", "1795700060", "expires_at"),
        ("sucess_url", "http://x", "sucess_url"),
        (
            "payment_intent_data[capture_method]",
            "sometimes",
            "payment_intent_data[capture_method]",
        ),
    ];
    for (field, value, param) in cases {
        let mut fields = session_fields().to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let answer = bench.post("/v1/checkout/sessions", &fields).await;
        assert_eq!(answer.status, 400, "{field}={value}");
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
        assert_eq!(answer.json()["error"]["param"], param, "{field}={value}");
    }
    assert_eq!(
        bench.get("/v1/checkout/sessions").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn amounts_follow_stripes_rules_for_their_currency() {
    let bench = Bench::start().await;
    for (currency, amount, status) in [
        ("kwd", "1250", 200),
        ("kwd", "1255", 400),
        ("isk", "500", 200),
        ("isk", "550", 400),
        ("jpy", "7", 200),
    ] {
        let mut fields = session_fields();
        fields[1].1 = currency;
        fields[2].1 = amount;
        assert_eq!(
            bench.post("/v1/checkout/sessions", &fields).await.status,
            status,
            "{amount} {currency}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_404_in_stripes_shape() {
    let bench = Bench::start().await;
    for path in [
        "/v1/checkout/sessions/cs_x",
        "/v1/payment_intents/pi_x",
        "/v1/events/evt_x",
        "/v1/refunds/re_x",
    ] {
        let answer = bench.get(path).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (404, &"resource_missing".into()),
            "{path}"
        );
    }
    let answer = bench.get("/v1/customers").await;
    assert_eq!(
        (answer.status, answer.error().contains("Unrecognized request URL")),
        (404, true)
    );
}

#[tokio::test]
async fn lists_go_back_in_time_page_by_page() {
    let bench = Bench::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(bench.session().await);
        bench.advance(10);
    }
    made.reverse();
    let ids = |answer: &serde_json::Value| -> Vec<String> {
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["id"].as_str().unwrap().to_owned())
            .collect()
    };

    let first = bench.get("/v1/checkout/sessions?limit=2").await.json();
    assert_eq!((ids(&first), &first["has_more"]), (made[..2].to_vec(), &true.into()));
    let rest = bench
        .get(&format!("/v1/checkout/sessions?limit=3&starting_after={}", made[1]))
        .await
        .json();
    assert_eq!((ids(&rest), &rest["has_more"]), (made[2..].to_vec(), &false.into()));
    let since = START + 20;
    let young = bench
        .get(&format!("/v1/checkout/sessions?created[gte]={since}"))
        .await
        .json();
    assert_eq!(ids(&young), made[..3]);

    for wrong in [
        "limit=0",
        "limit=101",
        "limit=x",
        "starting_after=cs_x",
        "created[lt]=5",
    ] {
        assert!(
            bench.get(&format!("/v1/checkout/sessions?{wrong}")).await.status >= 400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_payment() {
    let bench = Bench::start().await;
    let payment = bench.paid(&[]).await;
    bench.session().await;
    let found = bench
        .get(&format!("/v1/checkout/sessions?payment_intent={payment}"))
        .await
        .json();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(found["data"][0]["payment_intent"], payment);
    let none = bench.get("/v1/checkout/sessions?payment_intent=pi_x").await.json();
    assert_eq!(none["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn hostile_requests_are_refused_and_never_break_it() {
    let bench = Bench::start().await;
    let huge = "x".repeat(100_000);
    let cases = [
        bench.post("/v1/checkout/sessions", &[("mode", huge.as_str())]).await,
        bench.post("/v1/checkout/sessions", &[("mode", "pay\0ment")]).await,
        bench.post("/v1/checkout/sessions", &[]).await,
        bench
            .post("/v1/refunds", &[("payment_intent[]", "x"), ("amount", "5")])
            .await,
        bench.get("/v1/checkout/sessions/..%2f..%2fetc%2fpasswd").await,
        bench.get("/v1//").await,
        bench.post("/v1/payment_intents//capture", &[]).await,
    ];
    for answer in cases {
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}
