//! What every gateway owes the shop, whoever runs it. A new adapter adds one test at the end.

use wares_adapters::gateways::manual::{BankTransfer, CashOnDelivery};
use wares_commerce::payment::gateway::{
    Attempt, Gateway, GatewayError, NextStep, Reference, SessionState, Webhook, WebhookError,
};
use wares_kernel::{Instant, SeededRandom};

use crate::sandbox::{Bench, attempt, euros};

/// The part of the contract that needs no buyer.
async fn keeps_the_contract(gateway: &dyn Gateway, attempt: &Attempt) {
    begins_once(gateway, attempt).await;
    tells_what_it_is_for(gateway, attempt).await;
    refuses_nonsense(gateway, attempt).await;
    closes_for_good(gateway, attempt).await;
}

async fn begins_once(gateway: &dyn Gateway, attempt: &Attempt) {
    let first = gateway.begin(attempt).await.unwrap();
    assert_eq!(gateway.begin(attempt).await.unwrap(), first);
}

async fn tells_what_it_is_for(gateway: &dyn Gateway, attempt: &Attempt) {
    let reference = gateway.begin(attempt).await.unwrap().reference;
    let snapshot = gateway.fetch(&reference).await.unwrap();
    assert_eq!(
        (&snapshot.reference, snapshot.attempt_id),
        (&reference, Some(attempt.id))
    );
    assert_eq!(snapshot.amount, attempt.amount);
    assert_eq!(snapshot.created_at.seconds(), attempt.created_at.seconds());
    assert_eq!(snapshot.session, SessionState::Open);
    let nothing = attempt.amount.currency().zero();
    let totals = [
        snapshot.authorised,
        snapshot.captured,
        snapshot.refunded,
        snapshot.disputed,
    ];
    assert_eq!(totals, [nothing; 4]);
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
    keeps_the_contract(&bench.gateway, &bench.attempt()).await;
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
    keeps_the_contract(&gateway, &attempt).await;
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
    keeps_the_contract(&CashOnDelivery, &attempt).await;
    assert_eq!(CashOnDelivery.begin(&attempt).await.unwrap().next, NextStep::Done);
}
