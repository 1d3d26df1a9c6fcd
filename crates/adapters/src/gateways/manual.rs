//! Paying by hand: bank transfer and cash on delivery. There is no other side to ask; staff record the money.
//!
//! The reference holds everything a snapshot needs, so nothing is stored here. A snapshot never shows money: what was
//! received is in the shop's own books.

use async_trait::async_trait;
use wares_commerce::payment::gateway::{
    Attempt, Begun, Capture, Gateway, GatewayError, Instruction, NextStep, Notice, Reference, Refund, RefundState,
    Refunded, SessionState, Snapshot, SnapshotPage, Webhook, WebhookError,
};
use wares_kernel::{Instant, Money};

/// A bank transfer, with the account to pay into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTransfer {
    /// Whose account it is.
    pub account_holder: String,
    /// The account: an IBAN or whatever the country uses.
    pub account_number: String,
    /// The bank's code (BIC, sort code, routing number), where one is needed.
    pub bank_code: Option<String>,
    /// The bank's name.
    pub bank_name: Option<String>,
}

/// Cash when the parcel is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashOnDelivery;

#[async_trait]
impl Gateway for BankTransfer {
    fn name(&self) -> &'static str {
        "bank_transfer"
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        let line = |label: &str, value: &str| Instruction {
            label: label.to_owned(),
            value: value.to_owned(),
        };
        let mut lines = vec![
            line("Account holder", &self.account_holder),
            line("Account", &self.account_number),
        ];
        lines.extend(self.bank_code.as_deref().map(|code| line("Bank code", code)));
        lines.extend(self.bank_name.as_deref().map(|name| line("Bank", name)));
        let amount = format!("{} {}", attempt.amount.decimal(), attempt.amount.currency());
        lines.extend([
            line("Amount", &amount),
            line("Payment reference", &attempt.order_number),
        ]);
        Ok(Begun {
            reference: reference(attempt)?,
            next: NextStep::Instructions(lines),
        })
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        snapshot(reference, SessionState::Open)
    }

    async fn capture(&self, _capture: &Capture) -> Result<Snapshot, GatewayError> {
        Err(by_hand())
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        snapshot(reference, SessionState::Expired)
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        Ok(refund_by_hand(refund))
    }

    async fn list_since(&self, _since: Instant, _after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        Ok(nothing())
    }

    fn webhook(&self, _webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        Err(WebhookError::NotExpected)
    }
}

#[async_trait]
impl Gateway for CashOnDelivery {
    fn name(&self) -> &'static str {
        "cash_on_delivery"
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        Ok(Begun {
            reference: reference(attempt)?,
            next: NextStep::Done,
        })
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        snapshot(reference, SessionState::Open)
    }

    async fn capture(&self, _capture: &Capture) -> Result<Snapshot, GatewayError> {
        Err(by_hand())
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        snapshot(reference, SessionState::Expired)
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        Ok(refund_by_hand(refund))
    }

    async fn list_since(&self, _since: Instant, _after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        Ok(nothing())
    }

    fn webhook(&self, _webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        Err(WebhookError::NotExpected)
    }
}

fn by_hand() -> GatewayError {
    GatewayError::Invalid("staff record this payment by hand".to_owned())
}

/// Staff send the money and mark the refund as done.
fn refund_by_hand(refund: &Refund) -> Refunded {
    Refunded {
        reference: refund.id.to_string(),
        state: RefundState::Pending,
    }
}

fn nothing() -> SnapshotPage {
    SnapshotPage {
        snapshots: Vec::new(),
        next: None,
    }
}

/// `attempt.seconds.minor.currency`
fn reference(attempt: &Attempt) -> Result<Reference, GatewayError> {
    let amount = attempt.amount;
    if amount.minor() <= 0 {
        return Err(GatewayError::Invalid(
            "an amount of zero never reaches a gateway".to_owned(),
        ));
    }
    let (id, seconds) = (attempt.id, attempt.created_at.seconds());
    Ok(Reference::new(format!(
        "{id}.{seconds}.{}.{}",
        amount.minor(),
        amount.currency()
    )))
}

fn snapshot(reference: &Reference, session: SessionState) -> Result<Snapshot, GatewayError> {
    let unreadable = || GatewayError::Invalid(format!("{reference} is not a payment made by hand"));
    read(reference, session).ok_or_else(unreadable)
}

fn read(reference: &Reference, session: SessionState) -> Option<Snapshot> {
    let mut parts = reference.as_str().split('.');
    let attempt_id = parts.next()?.parse().ok()?;
    let created_at = Instant::from_seconds(parts.next()?.parse().ok()?);
    let minor = parts.next()?.parse().ok()?;
    let amount = Money::new(minor, parts.next()?.parse().ok()?);
    let none = amount.currency().zero();
    parts.next().is_none().then(|| Snapshot {
        reference: reference.clone(),
        attempt_id: Some(attempt_id),
        created_at,
        amount,
        authorised: none,
        captured: none,
        refunded: none,
        disputed: none,
        lost: none,
        authorised_until: None,
        session,
        decline: None,
    })
}
