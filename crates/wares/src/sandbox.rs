//! The test gateway beside a demo shop, on a port of its own.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wares_commerce::audit::Actor;
use wares_commerce::settings::{self, CardGateway, CardGatewayKind, Payments};
use wares_kernel::{Random, SystemRandom};
use wares_sandbox::{Sandbox, random_ids, system_clock};
use wares_web::config::BaseUrl;

use crate::shutdown;
use crate::wiring::Shop;

/// A test gateway that has its port and knows the shop.
pub(crate) struct TestGateway {
    sandbox: Sandbox,
    listener: TcpListener,
    /// Where it is reached.
    pub(crate) address: String,
}

impl TestGateway {
    /// Makes the gateway, and the shop's settings that go with it. Its keys are made at the first start and kept sealed.
    ///
    /// Refuses to stand in for a gateway that takes real money.
    pub(crate) async fn start(
        shop: &Shop,
        base_url: &BaseUrl,
        folder: &Path,
        beside: SocketAddr,
    ) -> anyhow::Result<Self> {
        let port = if beside.port() == 0 { 0 } else { beside.port() + 1 };
        let listen = SocketAddr::new(beside.ip(), port);
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("the test gateway cannot listen on {listen}"))?;
        let address = format!("http://{}", listener.local_addr()?);
        let keys = connect(shop, &address).await?;
        wares_sandbox::refuse_live_keys([keys.secret_key.as_str()])?;
        let sandbox = Sandbox::new(wares_sandbox::Config {
            secret_key: keys.secret_key,
            webhook_secrets: vec![keys.webhook_secret],
            webhook_url: Some(base_url.join("/webhooks/stripe")),
            public_url: address.clone(),
            shop_name: shop.settings.get().store.name.clone(),
            journal: Some(folder.join("sandbox.jsonl")),
            clock: system_clock(),
            ids: random_ids(),
        })?;
        Ok(Self {
            sandbox,
            listener,
            address,
        })
    }

    /// Serves until `stop`.
    pub(crate) async fn until(self, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        self.sandbox
            .serve(self.listener, shutdown::asked(stop))
            .await
            .context("the test gateway failed")
    }
}

struct Keys {
    secret_key: String,
    webhook_secret: String,
}

/// Tells the shop's settings where the gateway is today; makes keys at the first time.
async fn connect(shop: &Shop, address: &str) -> anyhow::Result<Keys> {
    let vault = &shop.till.vault;
    let saved = settings::load::<Payments>(&mut *shop.db.read().await?).await?;
    let mut payments = saved.value;
    let keys = match &payments.card {
        Some(card) if card.kind != CardGatewayKind::Sandbox => {
            anyhow::bail!(
                "this shop takes real cards; the demo does not start beside that. Use another folder: --data DIR"
            )
        }
        Some(card) => Keys {
            secret_key: vault.open_text(CardGateway::KEY_PLACE, &card.secret_key)?,
            webhook_secret: vault.open_text(CardGateway::WEBHOOK_PLACE, &card.webhook_secret)?,
        },
        None => {
            let secret = |prefix: &str| format!("{prefix}{}", SystemRandom.token().reveal());
            Keys {
                secret_key: secret("sk_test_"),
                webhook_secret: secret("whsec_"),
            }
        }
    };
    let hint = keys
        .secret_key
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    payments.card = Some(CardGateway {
        kind: CardGatewayKind::Sandbox,
        is_enabled: true,
        base_url: address.to_owned(),
        secret_key: vault.seal_text(&SystemRandom, CardGateway::KEY_PLACE, &keys.secret_key),
        key_hint: hint,
        webhook_secret: vault.seal_text(&SystemRandom, CardGateway::WEBHOOK_PLACE, &keys.webhook_secret),
        old_webhook_secret: None,
    });
    shop.db
        .write(settings::Change {
            actor: Actor::System,
            version: saved.version,
            value: payments,
        })
        .await?;
    shop.settings.refresh(&mut *shop.db.read().await?).await?;
    Ok(keys)
}
