//! Telling the shop: signed, again until it is taken, by whoever is free.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::Sandbox;
use crate::model::Delivery;
use crate::outbox::Batch;
use crate::render;

/// Batches sent at the same time.
const SENDERS: usize = 16;

/// How often the clock is looked at for what became due.
const TICK: Duration = Duration::from_millis(250);

/// The value of a `Stripe-Signature` header: `t=…,v1=…`, one `v1` for each secret.
#[expect(clippy::missing_panics_doc, reason = "the one expectation cannot fail")]
pub fn sign(body: &[u8], now_seconds: i64, secrets: &[String]) -> String {
    let mut header = format!("t={now_seconds}");
    for secret in secrets {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("an HMAC key has any length");
        let mac = mac
            .chain_update(now_seconds.to_string())
            .chain_update(".")
            .chain_update(body);
        header.push_str(",v1=");
        header.extend(
            mac.finalize()
                .into_bytes()
                .iter()
                .flat_map(|byte| [byte >> 4, byte & 15])
                .map(hex_digit),
        );
    }
    header
}

fn hex_digit(half: u8) -> char {
    char::from_digit(half.into(), 16).unwrap_or('0')
}

/// Sends what is due until the gateway closes. What is not sent by then is sent after the next start.
pub(crate) async fn run(sandbox: &Sandbox) {
    let mut sending = JoinSet::new();
    loop {
        while sending.len() < SENDERS
            && let Some(batch) = sandbox.take_due()
        {
            sending.spawn(send(sandbox.clone(), batch));
        }
        tokio::select! {
            Some(sent) = sending.join_next() => {
                if let Err(error) = sent {
                    tracing::error!(error = %error, "A webhook sender of the sandbox broke");
                }
            }
            () = sandbox.woken() => {}
            () = tokio::time::sleep(TICK) => {}
            () = sandbox.closed() => return,
        }
    }
}

/// Sends everything that is due now and returns how many batches that were.
pub(crate) async fn send_due(sandbox: &Sandbox) -> usize {
    let mut n_batches = 0;
    while let Some(batch) = sandbox.take_due() {
        send(sandbox.clone(), batch).await;
        n_batches += 1;
    }
    n_batches
}

/// Sends events at once, before whoever asked goes on.
pub(crate) async fn send_now(sandbox: &Sandbox, events: Vec<String>) {
    send(sandbox.clone(), Batch { events, tries: 0 }).await;
}

/// Sends a batch in its order.
async fn send(sandbox: Sandbox, batch: Batch) {
    for event in batch.events {
        let is_taken = post(&sandbox, &event).await;
        sandbox.note_delivery(&event, is_taken, batch.tries);
    }
}

async fn post(sandbox: &Sandbox, event: &str) -> bool {
    let body = sandbox.with_book(|book| book.events.get(event).map(|event| render::event(event).to_string()));
    let (Some(body), Some(url)) = (body, &sandbox.config().webhook_url) else {
        return false;
    };
    let signature = sign(
        body.as_bytes(),
        sandbox.now_seconds(),
        &sandbox.config().webhook_secrets,
    );
    let request = sandbox
        .http()
        .post(url)
        .header("content-type", "application/json; charset=utf-8");
    match request.header("stripe-signature", signature).body(body).send().await {
        Ok(answer) if answer.status().is_success() => true,
        Ok(answer) => {
            tracing::warn!(
                event.id = event,
                status = answer.status().as_u16(),
                "The shop refused a webhook"
            );
            false
        }
        Err(error) => {
            tracing::warn!(event.id = event, error = %error, "A webhook did not reach the shop");
            false
        }
    }
}

impl Sandbox {
    /// Writes down how a delivery went, and queues it again when it must be.
    fn note_delivery(&self, id: &str, is_taken: bool, tries: usize) {
        let now_ms = self.now_ms();
        let written = self.with_book(|book| {
            // A duplicate or a resent event may already be through.
            let is_waiting = book
                .events
                .get(id)
                .is_some_and(|event| event.delivery == Delivery::Waiting);
            let state = match is_taken {
                _ if !is_waiting => return Ok(()),
                true => Delivery::Delivered,
                false if book.outbox.retry(id.to_owned(), tries, now_ms) => return Ok(()),
                false => Delivery::GivenUp,
            };
            book.commit_deliveries(vec![(id.to_owned(), state)])
        });
        if let Err(error) = written {
            tracing::error!(error = %error, event.id = id, "The sandbox's journal could not be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_an_hmac_over_the_instant_and_the_body() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac whsec_a
        let signed = sign(b"{}", 1_700_000_000, &["whsec_a".into()]);
        assert_eq!(
            signed,
            "t=1700000000,v1=04339dc4f01d6541e8d3b7e4bd93cd2d4f680ccb28592270900b08e49cc09e57"
        );
    }

    #[test]
    fn every_secret_signs_while_one_replaces_the_other() {
        let signed = sign(b"{}", 1, &["whsec_old".into(), "whsec_new".into()]);
        assert_eq!(signed.matches(",v1=").count(), 2);
    }
}
