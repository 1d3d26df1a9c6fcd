//! Bank transfer to the account that the settings name.

use std::sync::Arc;

use async_trait::async_trait;
use wares_adapters::gateways::manual::BankTransfer;
use wares_commerce::payment::gateway::{
    Attempt, Begun, Capture, Gateway, GatewayError, Notice, Reference, Refund, Refunded, Snapshot, SnapshotPage,
    Webhook, WebhookError,
};
use wares_commerce::settings::{self, Cache};
use wares_kernel::Instant;

use super::Current;

/// Bank transfer, with the account of the moment.
#[derive(Debug, Default)]
pub(crate) struct Transfer {
    settings: Cache,
    current: Current<settings::BankTransfer, BankTransfer>,
}

impl Transfer {
    pub(crate) fn new(settings: Cache) -> Self {
        Self {
            settings,
            current: Current::default(),
        }
    }

    fn bank(&self) -> Result<Arc<BankTransfer>, GatewayError> {
        self.current
            .get(&self.settings.get().payments.bank_transfer, |account| {
                let given = |text: &String| if text.is_empty() { None } else { Some(text.clone()) };
                Ok(BankTransfer {
                    account_holder: account.holder.clone(),
                    account_number: account.iban.clone(),
                    bank_code: given(&account.bic),
                    bank_name: given(&account.bank),
                })
            })
    }
}

#[async_trait]
impl Gateway for Transfer {
    fn name(&self) -> &'static str {
        "bank_transfer"
    }

    async fn begin(&self, attempt: &Attempt) -> Result<Begun, GatewayError> {
        self.bank()?.begin(attempt).await
    }

    async fn fetch(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.bank()?.fetch(reference).await
    }

    async fn capture(&self, capture: &Capture) -> Result<Snapshot, GatewayError> {
        self.bank()?.capture(capture).await
    }

    async fn close(&self, reference: &Reference) -> Result<Snapshot, GatewayError> {
        self.bank()?.close(reference).await
    }

    async fn refund(&self, refund: &Refund) -> Result<Refunded, GatewayError> {
        self.bank()?.refund(refund).await
    }

    async fn list_since(&self, since: Instant, after: Option<&Reference>) -> Result<SnapshotPage, GatewayError> {
        self.bank()?.list_since(since, after).await
    }

    fn webhook(&self, webhook: &Webhook<'_>) -> Result<Option<Notice>, WebhookError> {
        match self.bank() {
            Ok(bank) => bank.webhook(webhook),
            Err(_) => Err(WebhookError::NotExpected),
        }
    }
}
