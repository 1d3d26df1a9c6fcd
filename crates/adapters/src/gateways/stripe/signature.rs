//! Whether a webhook comes from Stripe: `Stripe-Signature: t=…,v1=…`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wares_commerce::payment::gateway::{Webhook, WebhookError};

/// How far a signature's instant may be from ours, in seconds.
const WINDOW_SECONDS: u64 = 300;

/// Signatures looked at in one header; while a secret is replaced there are two.
const SIGNATURES_MAX: usize = 8;

/// Checks the signature over the raw body, in constant time, before anything in it is read.
pub(super) fn check(webhook: &Webhook<'_>, secrets: &[String]) -> Result<(), WebhookError> {
    let header = webhook.header("stripe-signature").ok_or(WebhookError::Forged)?;
    let part = |name: &'static str| {
        header
            .split(',')
            .filter_map(move |part| part.trim().split_once('='))
            .filter(move |(n, _)| *n == name)
    };
    let signed_at = part("t").next().map(|(_, value)| value).ok_or(WebhookError::Forged)?;
    let seconds: i64 = signed_at.parse().map_err(|_| WebhookError::Forged)?;
    let is_ours = |signature: &[u8]| {
        secrets
            .iter()
            .any(|secret| fits(secret, signed_at, webhook.body, signature))
    };
    let is_signed = part("v1")
        .take(SIGNATURES_MAX)
        .filter_map(|(_, hex)| unhex(hex))
        .any(|s| is_ours(&s));
    if !is_signed {
        return Err(WebhookError::Forged);
    }
    if webhook.received_at.seconds().abs_diff(seconds) > WINDOW_SECONDS {
        return Err(WebhookError::Stale);
    }
    Ok(())
}

/// An empty secret never fits: it would let everybody sign.
fn fits(secret: &str, signed_at: &str, body: &[u8], signature: &[u8]) -> bool {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return false;
    };
    let mac = mac.chain_update(signed_at).chain_update(".").chain_update(body);
    !secret.is_empty() && mac.verify_slice(signature).is_ok()
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wares_kernel::Instant;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    /// The signature of `1700000000.` and [`BODY`] under `whsec_a`, made with `openssl dgst -sha256 -hmac`.
    const BY_A: &str = "97ea69f91fd566038386bacf87292eb0d73a8207414ee62ed313d49996fe0639";

    fn verdict(header: &str, body: &[u8], secrets: &[&str], now: i64) -> Result<(), WebhookError> {
        let headers = [("Stripe-Signature", header)];
        let webhook = Webhook {
            headers: &headers,
            body,
            received_at: Instant::from_seconds(now),
        };
        check(&webhook, &secrets.iter().map(|&s| s.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_signature_under_any_of_our_secrets_is_believed() {
        let header = format!("t=1700000000,v1={BY_A}");
        assert_eq!(verdict(&header, BODY, &["whsec_a"], 1_700_000_000), Ok(()));
        assert_eq!(verdict(&header, BODY, &["whsec_b", "whsec_a"], 1_700_000_299), Ok(()));
        let two = format!("t=1700000000,v1={},v0=x,v1={BY_A}", "0".repeat(64));
        assert_eq!(verdict(&two, BODY, &["whsec_a"], 1_700_000_000), Ok(()));
    }

    #[test]
    fn anything_else_is_forged() {
        let good = format!("t=1700000000,v1={BY_A}");
        let other_instant = format!("t=1700000001,v1={BY_A}");
        for (header, body, secrets) in [
            (good.as_str(), &b"{}"[..], &["whsec_a"][..]),
            (&good, BODY, &["whsec_b"]),
            (&good, BODY, &[]),
            (&good, BODY, &[""]),
            (&other_instant, BODY, &["whsec_a"]),
            ("t=1700000000", BODY, &["whsec_a"]),
            ("t=1700000000,v1=", BODY, &["whsec_a"]),
            ("t=,v1=x", BODY, &["whsec_a"]),
            ("", BODY, &["whsec_a"]),
            (&good.replace("v1", "v0"), BODY, &["whsec_a"]),
            (&good[..good.len() - 2], BODY, &["whsec_a"]),
        ] {
            assert_eq!(
                verdict(header, body, secrets, 1_700_000_000),
                Err(WebhookError::Forged),
                "{header}"
            );
        }
    }

    #[test]
    fn a_signature_is_believed_for_five_minutes() {
        let header = format!("t=1700000000,v1={BY_A}");
        assert_eq!(
            verdict(&header, BODY, &["whsec_a"], 1_700_000_301),
            Err(WebhookError::Stale)
        );
        assert_eq!(
            verdict(&header, BODY, &["whsec_a"], 1_699_999_699),
            Err(WebhookError::Stale)
        );
        assert_eq!(verdict(&header, BODY, &["whsec_a"], 1_699_999_700), Ok(()));
    }
}
