//! Objects as Stripe's API shows them.

use serde_json::{Map, Value, json};

use crate::model::{AUTHORISED_FOR_SECONDS, Dispute, Event, Intent, IntentStatus, Refund, Session, SessionStatus};

/// The API version events are written in.
pub(crate) const API_VERSION: &str = "2025-02-24.acacia";

/// Which ids are answered as whole objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Expand {
    pub(crate) intent: bool,
    pub(crate) charge: bool,
}

pub(crate) fn session(session: &Session, intent: Option<&Intent>, expand: Expand, public_url: &str) -> Value {
    let is_paid = intent.is_some_and(|intent| intent.received > 0);
    let is_open = session.status == SessionStatus::Open;
    json!({
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.amount,
        "amount_total": session.amount,
        "cancel_url": session.cancel_url,
        "client_reference_id": session.client_reference_id,
        "created": session.created,
        "currency": session.currency,
        "customer_email": session.customer_email,
        "expires_at": session.expires_at,
        "livemode": false,
        "metadata": session.metadata,
        "mode": "payment",
        "payment_intent": intent.map(|i| if expand.intent { self::intent(i, expand.charge) } else { json!(i.id) }),
        "payment_status": if is_paid { "paid" } else { "unpaid" },
        "status": session.status,
        "success_url": session.success_url,
        "url": is_open.then(|| format!("{public_url}/pay/{}", session.id)),
    })
}

pub(crate) fn intent(intent: &Intent, with_charge: bool) -> Value {
    let charge = intent
        .charge
        .as_ref()
        .map(|id| if with_charge { charge(intent, id) } else { json!(id) });
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": intent.capturable,
        "amount_received": intent.received,
        "capture_method": if intent.captures_by_hand { "manual" } else { "automatic" },
        "created": intent.created,
        "currency": intent.currency,
        "last_payment_error": last_error(intent),
        "latest_charge": charge,
        "livemode": false,
        "metadata": intent.metadata,
        "status": intent.status,
    })
}

fn last_error(intent: &Intent) -> Option<Value> {
    let decline = intent.last_decline?;
    let mut error = json!({ "type": "card_error", "code": decline.code(), "message": decline.message() });
    if let Some(code) = decline.decline_code() {
        error["decline_code"] = json!(code);
    }
    Some(error)
}

pub(crate) fn charge(intent: &Intent, id: &str) -> Value {
    // Stripe counts an authorisation that was let go as refunded.
    let is_over = matches!(intent.status, IntentStatus::Succeeded | IntentStatus::Canceled);
    let released = if is_over { intent.amount - intent.received } else { 0 };
    let is_settled = matches!(
        intent.status,
        IntentStatus::RequiresCapture | IntentStatus::Succeeded | IntentStatus::Canceled
    );
    let waits = intent.status == IntentStatus::RequiresCapture;
    let capture_before = waits.then_some(intent.created + AUTHORISED_FOR_SECONDS);
    json!({
        "id": id,
        "object": "charge",
        "amount": intent.amount,
        "amount_captured": intent.received,
        "amount_refunded": intent.refunded + released,
        "captured": intent.received > 0,
        "currency": intent.currency,
        "disputed": intent.dispute.is_some(),
        "livemode": false,
        "metadata": intent.metadata,
        "paid": is_settled,
        "payment_intent": intent.id,
        "payment_method_details": { "type": "card", "card": { "capture_before": capture_before } },
        "refunded": intent.received > 0 && intent.refunded == intent.received,
        "status": if is_settled { "succeeded" } else { "pending" },
    })
}

pub(crate) fn refund(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "reason": refund.reason,
        "status": "succeeded",
    })
}

pub(crate) fn dispute(dispute: &Dispute) -> Value {
    json!({
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "livemode": false,
        "payment_intent": dispute.intent,
        "reason": "fraudulent",
        "status": dispute.status,
    })
}

pub(crate) fn event(event: &Event) -> Value {
    json!({
        "id": event.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": event.created,
        "data": { "object": event.object },
        "livemode": false,
        "pending_webhooks": i32::from(event.delivery == crate::model::Delivery::Waiting),
        "type": event.kind,
    })
}

/// One page of a list.
pub(crate) fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    let mut list = Map::new();
    list.insert("object".into(), json!("list"));
    list.insert("data".into(), Value::Array(data));
    list.insert("has_more".into(), json!(has_more));
    list.insert("url".into(), json!(url));
    Value::Object(list)
}

/// An amount as people read it: `€172.26`, `¥1200`, `172.26 CHF`.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    let figure = match decimals(currency) {
        0 => amount.to_string(),
        3 => format!("{}.{:03}", amount / 1000, amount % 1000),
        _ => format!("{}.{:02}", amount / 100, amount % 100),
    };
    match currency {
        "eur" => format!("€{figure}"),
        "usd" => format!("${figure}"),
        "gbp" => format!("£{figure}"),
        "jpy" => format!("¥{figure}"),
        other => format!("{figure} {}", other.to_uppercase()),
    }
}

/// How many decimal places Stripe's amounts in this currency have.
fn decimals(currency: &str) -> u32 {
    match currency {
        "bif" | "clp" | "djf" | "gnf" | "jpy" | "kmf" | "krw" | "mga" | "pyg" | "rwf" | "vnd" | "vuv" | "xaf"
        | "xof" | "xpf" => 0,
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_with_the_places_of_their_currency() {
        assert_eq!(money(17_226, "eur"), "€172.26");
        assert_eq!(money(5, "usd"), "$0.05");
        assert_eq!(money(1_200, "jpy"), "¥1200");
        assert_eq!(money(1_250, "kwd"), "1.250 KWD");
    }
}
