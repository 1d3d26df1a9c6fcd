//! The sandbox gateway as somebody else's service, which lives on when the shop dies, and whose own books are looked at.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context;
use reqwest::Client;
use serde_json::Value;
use tokio::net::TcpListener;
use wares_sandbox::{Config, Faults, Sandbox, random_ids, system_clock};

/// The key the shop presents.
pub(crate) const KEY: &str = "sk_test_for_the_proof";
/// What webhooks are signed with.
pub(crate) const SECRET: &str = "whsec_for_the_proof";

/// Money of one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Charged {
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
}

/// A gateway that runs until the end.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    pub(crate) address: String,
    sandbox: Sandbox,
    http: Client,
}

impl Gateway {
    /// Starts one that tells the shop at this address of payments.
    pub(crate) async fn start(shop: SocketAddr, http: Client) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let sandbox = Sandbox::new(Config {
            secret_key: KEY.into(),
            webhook_secrets: vec![SECRET.into()],
            webhook_url: Some(format!("http://{shop}/webhooks/stripe")),
            public_url: address.clone(),
            shop_name: "Proof".into(),
            journal: None,
            clock: system_clock(),
            ids: random_ids(),
        })?;
        let server = sandbox.clone();
        tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
        Ok(Self { address, sandbox, http })
    }

    /// What goes wrong from now on.
    pub(crate) fn faults(&self, faults: Faults) {
        self.sandbox.set_faults(faults);
    }

    /// Every payment there is: the shop's own id of the attempt, and its money. Payments of the same attempt count one by one.
    pub(crate) async fn charges(&self) -> anyhow::Result<BTreeMap<String, Vec<Charged>>> {
        let mut back: BTreeMap<String, i64> = BTreeMap::new();
        for refund in self.list("refunds").await? {
            let payment = refund["payment_intent"].as_str().unwrap_or_default().to_owned();
            *back.entry(payment).or_default() += refund["amount"].as_i64().unwrap_or(0);
        }
        let mut charges: BTreeMap<String, Vec<Charged>> = BTreeMap::new();
        for intent in self.list("payment_intents").await? {
            let captured = intent["amount_received"].as_i64().unwrap_or(0);
            if captured == 0 {
                continue;
            }
            let refunded = back
                .get(intent["id"].as_str().unwrap_or_default())
                .copied()
                .unwrap_or(0);
            let attempt = intent["metadata"]["attempt_id"].as_str().unwrap_or_default().to_owned();
            charges.entry(attempt).or_default().push(Charged { captured, refunded });
        }
        Ok(charges)
    }

    /// All rows of a list of the API.
    pub(crate) async fn list(&self, what: &str) -> anyhow::Result<Vec<Value>> {
        let (mut rows, mut after) = (Vec::new(), String::new());
        loop {
            let url = format!("{}/v1/{what}?limit=100{after}", self.address);
            let answer: Value = self.http.get(url).bearer_auth(KEY).send().await?.json().await?;
            let page = answer["data"]
                .as_array()
                .with_context(|| format!("no list: {answer}"))?;
            rows.extend(page.iter().cloned());
            let last = page.last().and_then(|row| row["id"].as_str()).unwrap_or_default();
            if answer["has_more"] != true || last.is_empty() {
                return Ok(rows);
            }
            after = format!("&starting_after={last}");
        }
    }

    /// Calls the API as the shop would.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}/v1/{path}", self.address)).bearer_auth(KEY);
        Ok(request.form(fields).send().await?.json().await?)
    }
}
