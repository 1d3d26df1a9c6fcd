//! What every gateway owes the shop, whoever runs it. A new adapter adds one test at the end.

use std::sync::Arc;
use std::time::Duration;

use wares_adapters::gateways::manual::{BankTransfer, CashOnDelivery};
use wares_adapters::gateways::stripe::{Config, LIVE_URL, Stripe};
use wares_commerce::payment::gateway::{
    Attempt, Gateway, GatewayError, NextStep, Reference, SessionState, Webhook, WebhookError,
};
use wares_kernel::{Clock as _, Instant, SeededRandom, SystemClock, SystemRandom};

use crate::sandbox::{Bench, attempt, euros};

const SAME_CLOCK: Duration = Duration::ZERO;

/// The part of the contract that needs no buyer. The gateway's clock may be off by `clocks_apart`.
async fn keeps_the_contract(gateway: &dyn Gateway, attempt: &Attempt, clocks_apart: Duration) {
    begins_once(gateway, attempt).await;
    tells_what_it_is_for(gateway, attempt, clocks_apart).await;
    refuses_nonsense(gateway, attempt).await;
    closes_for_good(gateway, attempt).await;
}

async fn begins_once(gateway: &dyn Gateway, attempt: &Attempt) {
    let first = gateway.begin(attempt).await.unwrap();
    assert_eq!(gateway.begin(attempt).await.unwrap(), first);
}

async fn tells_what_it_is_for(gateway: &dyn Gateway, attempt: &Attempt, clocks_apart: Duration) {
    let reference = gateway.begin(attempt).await.unwrap().reference;
    let snapshot = gateway.fetch(&reference).await.unwrap();
    assert_eq!(
        (&snapshot.reference, snapshot.attempt_id),
        (&reference, Some(attempt.id))
    );
    assert_eq!(snapshot.amount, attempt.amount);
    let apart = snapshot.created_at.seconds().abs_diff(attempt.created_at.seconds());
    assert!(apart <= clocks_apart.as_secs(), "{apart} seconds");
    assert_eq!(snapshot.session, SessionState::Open);
    let nothing = attempt.amount.currency().zero();
    let totals = [
        snapshot.authorised,
        snapshot.captured,
        snapshot.refunded,
        snapshot.disputed,
        snapshot.lost,
    ];
    assert_eq!(totals, [nothing; 5]);
    assert!(!snapshot.is_closed() && snapshot.decline.is_none());
}

async fn refuses_nonsense(gateway: &dyn Gateway, attempt: &Attempt) {
    for minor in [0, -1] {
        let nothing = Attempt {
            amount: euros(minor),
            ..attempt.clone()
        };
        assert!(
            matches!(gateway.begin(&nothing).await, Err(GatewayError::Invalid(_))),
            "{minor}"
        );
    }
    for nobody in ["cs_nobody", "pi_nobody", "", "../refunds", "cs_1?expand[]=x", "a.b.c.d"] {
        let fetched = gateway.fetch(&Reference::new(nobody)).await;
        assert!(
            matches!(fetched, Err(GatewayError::Invalid(_))),
            "{nobody}: {fetched:?}"
        );
    }
    let forged = Webhook {
        headers: &[],
        body: b"{}",
        received_at: attempt.created_at,
    };
    let verdict = gateway.webhook(&forged).unwrap_err();
    assert!(matches!(verdict, WebhookError::Forged | WebhookError::NotExpected));
}

async fn closes_for_good(gateway: &dyn Gateway, attempt: &Attempt) {
    let reference = gateway.begin(attempt).await.unwrap().reference;
    for _ in 0..2 {
        let snapshot = gateway.close(&reference).await.unwrap();
        assert!(snapshot.is_closed(), "{snapshot:?}");
    }
}

#[tokio::test]
async fn stripe_keeps_the_contract() {
    let bench = Bench::start().await;
    keeps_the_contract(&bench.gateway, &bench.attempt(), SAME_CLOCK).await;
}

/// The same against Stripe itself, with a secret key of its test mode in `WARES_STRIPE_TEST_KEY`. Nobody can pay on its hosted page without a
/// browser, so what needs a buyer is shown against the sandbox alone.
#[tokio::test]
async fn stripes_own_test_mode_keeps_the_contract_where_a_key_is_given() {
    let Ok(secret_key) = std::env::var("WARES_STRIPE_TEST_KEY") else {
        eprintln!(
            "NOT RUN: Stripe's own test mode was not asked. Give a key of it (sk_test_…) in WARES_STRIPE_TEST_KEY."
        );
        return;
    };
    assert!(
        secret_key.starts_with("sk_test_"),
        "only a key of the test mode, never a live one"
    );
    let config = Config {
        secret_key,
        webhook_secrets: vec!["whsec_test".to_owned()],
        base_url: LIVE_URL.to_owned(),
        time_out: Duration::from_secs(30),
    };
    let gateway = Stripe::new(config.clone(), Arc::new(SystemClock)).unwrap();
    let attempt = attempt(&SystemRandom, SystemClock.now());
    keeps_the_contract(&gateway, &attempt, Duration::from_secs(60)).await;
    let since = attempt.created_at.minus(Duration::from_secs(60));
    let page = gateway.list_since(since, None).await.unwrap();
    assert!(
        page.snapshots
            .iter()
            .any(|snapshot| snapshot.attempt_id == Some(attempt.id))
    );
    let stranger = Config {
        secret_key: "sk_test_nobody".to_owned(),
        ..config
    };
    let stranger = Stripe::new(stranger, Arc::new(SystemClock)).unwrap();
    let refused = stranger.begin(&attempt).await;
    assert!(matches!(refused, Err(GatewayError::Auth(_))), "{refused:?}");
}

#[tokio::test]
async fn bank_transfer_keeps_the_contract_and_says_where_to_pay() {
    let gateway = BankTransfer {
        account_holder: "Fieldhouse GmbH".to_owned(),
        account_number: "DE02 1203 0000 0000 2020 51".to_owned(),
        bank_code: Some("BYLADEM1001".to_owned()),
        bank_name: None,
    };
    let attempt = attempt(&SeededRandom::new(3), Instant::from_seconds(1_795_700_000));
    keeps_the_contract(&gateway, &attempt, SAME_CLOCK).await;
    let NextStep::Instructions(lines) = gateway.begin(&attempt).await.unwrap().next else {
        panic!("a bank transfer comes with instructions");
    };
    let shown: Vec<String> = lines
        .into_iter()
        .map(|line| format!("{}: {}", line.label, line.value))
        .collect();
    assert_eq!(
        shown,
        [
            "Account holder: Fieldhouse GmbH",
            "Account: DE02 1203 0000 0000 2020 51",
            "Bank code: BYLADEM1001",
            "Amount: 12.50 EUR",
            "Payment reference: 1001-4F7K",
        ]
    );
}

#[tokio::test]
async fn cash_on_delivery_keeps_the_contract_and_asks_nothing_of_the_buyer() {
    let attempt = attempt(&SeededRandom::new(3), Instant::from_seconds(1_795_700_000));
    keeps_the_contract(&CashOnDelivery, &attempt, SAME_CLOCK).await;
    assert_eq!(CashOnDelivery.begin(&attempt).await.unwrap().next, NextStep::Done);
}
