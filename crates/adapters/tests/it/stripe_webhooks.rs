//! Webhooks as the sandbox really sends them, and as others would like to.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use wares_commerce::payment::gateway::{Gateway, Notice, Reference, Webhook, WebhookError};
use wares_kernel::Clock as _;

use crate::sandbox::{Bench, GOOD, SECRET, euros};

/// A request as it arrived.
pub(crate) struct Received {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A shop's webhook address: takes everything.
pub(crate) async fn webhook_address() -> (String, mpsc::UnboundedReceiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::unbounded_channel();
    let sender = Arc::new(sender);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sender = Arc::clone(&sender);
            tokio::spawn(async move { sender.send(take(stream).await) });
        }
    });
    (url, receiver)
}

async fn take(mut stream: TcpStream) -> Received {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        stream.read_buf(&mut bytes).await.unwrap();
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            break (head, end + 4 + length.unwrap_or(0));
        }
    };
    while bytes.len() < length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Received {
        headers,
        body: bytes[head.len() + 4..].to_vec(),
    }
}

fn check(bench: &Bench, received: &Received) -> Result<Option<Notice>, WebhookError> {
    let headers: Vec<_> = received.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    bench.gateway.webhook(&Webhook {
        headers: &headers,
        body: &received.body,
        received_at: bench.clock.now(),
    })
}

pub(crate) async fn next(receiver: &mut mpsc::UnboundedReceiver<Received>) -> Received {
    tokio::time::timeout(Duration::from_secs(20), receiver.recv())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn a_webhook_names_what_to_fetch_and_nothing_more() {
    let (url, mut receiver) = webhook_address().await;
    let bench = Bench::start_with(Some(url)).await;
    let attempt = bench.attempt();
    let reference = bench.paid(&attempt).await;
    let (one, two) = (next(&mut receiver).await, next(&mut receiver).await);
    // The payment's own event repeats what the session's says, so only one leads to work.
    assert_eq!(check(&bench, &one), Ok(None));
    let notice = check(&bench, &two).unwrap().unwrap();
    assert_eq!(notice.reference, reference);
    assert_eq!(bench.fetch(&notice.reference).await.attempt_id, Some(attempt.id));
}

#[tokio::test]
async fn a_webhook_that_comes_twice_names_the_same_event() {
    let (url, mut receiver) = webhook_address().await;
    let bench = Bench::start_with(Some(url)).await;
    let (reference, page) = bench.begun(&bench.attempt()).await;
    bench.buyer_pays(&page, GOOD, "twice").await;
    let mut notices = Vec::new();
    for _ in 0..4 {
        notices.extend(check(&bench, &next(&mut receiver).await).unwrap());
    }
    assert_eq!(notices.len(), 2);
    assert_eq!(notices[0], notices[1]);
    assert_eq!(notices[0].reference, reference);
}

#[tokio::test]
async fn a_webhook_about_a_refund_or_a_dispute_leads_to_its_attempt() {
    let (url, mut receiver) = webhook_address().await;
    let bench = Bench::start_with(Some(url)).await;
    let attempt = bench.attempt();
    let reference = bench.paid(&attempt).await;
    bench.gateway.refund(&bench.refund(&reference, 250)).await.unwrap();
    bench.dashboard("dispute", &bench.payment(&reference).await).await;
    let mut references: Vec<Reference> = Vec::new();
    for _ in 0..6 {
        references.extend(
            check(&bench, &next(&mut receiver).await)
                .unwrap()
                .map(|notice| notice.reference),
        );
    }
    // The session, the refund's two events, the dispute.
    assert_eq!(references.len(), 4);
    for reference in references {
        let snapshot = bench.fetch(&reference).await;
        assert_eq!(
            (snapshot.attempt_id, snapshot.refunded, snapshot.disputed),
            (Some(attempt.id), euros(250), euros(1000))
        );
    }
}

#[tokio::test]
async fn forged_changed_and_old_webhooks_are_refused() {
    let (url, mut receiver) = webhook_address().await;
    let bench = Bench::start_with(Some(url)).await;
    bench.paid(&bench.attempt()).await;
    next(&mut receiver).await;
    let genuine = next(&mut receiver).await;
    assert!(check(&bench, &genuine).unwrap().is_some());

    let mut changed = Received {
        headers: genuine.headers.clone(),
        body: genuine.body.clone(),
    };
    changed.body.push(b' ');
    assert_eq!(check(&bench, &changed), Err(WebhookError::Forged));
    let unsigned = Received {
        headers: Vec::new(),
        body: genuine.body.clone(),
    };
    assert_eq!(check(&bench, &unsigned), Err(WebhookError::Forged));
    let now = bench.clock.now().seconds();
    let by_others = wares_sandbox::sign(&genuine.body, now, &["whsec_others".to_owned()]);
    let forged = Received {
        headers: vec![("stripe-signature".to_owned(), by_others)],
        body: genuine.body.clone(),
    };
    assert_eq!(check(&bench, &forged), Err(WebhookError::Forged));
    let garbage = b"not json".to_vec();
    let signature = wares_sandbox::sign(&garbage, now, &[SECRET.to_owned()]);
    let unreadable = Received {
        headers: vec![("STRIPE-SIGNATURE".to_owned(), signature)],
        body: garbage,
    };
    assert_eq!(check(&bench, &unreadable), Err(WebhookError::Unreadable));

    bench.clock.advance(Duration::from_secs(301));
    assert_eq!(check(&bench, &genuine), Err(WebhookError::Stale));
}
