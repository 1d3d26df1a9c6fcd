//! A gateway that times out, fails, repeats itself, comes in the wrong order, or is not the gateway at all.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::Value;
use wares_sandbox::{Faults, sign};

use crate::Args;
use crate::books::{Ask, Books};
use crate::buyer::{Buyer, GOOD_CARD, Placed};
use crate::gateway::SECRET;
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{close, let_holds_end, until_at_rest};
use crate::shop::Shop;

const PAID: Ask = Ask::both("SELECT count(*) FROM orders WHERE payment_status = 'paid'");
const LOOKS_ARE_DUE: Ask =
    Ask::both("UPDATE payment_attempts SET check_at = 1 WHERE check_at IS NOT NULL AND state <> 'review'");
const LAST_OPEN: Ask = Ask::each(
    "SELECT id, amount_minor FROM payment_attempts WHERE state = 'begun' ORDER BY created_at DESC LIMIT 1",
    "SELECT id::text, amount_minor FROM payment_attempts WHERE state = 'begun' ORDER BY created_at DESC LIMIT 1",
);

/// Runs every fault once for each of some buyers.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let n_each = args.buyers.unwrap_or(5);
    let shop = Shop::open(args, 1, 100_000).await?;
    let programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut report = Report::of(args);
    let mut world = World {
        shop: &shop,
        books: &books,
        n: 0,
        expected: 0,
        healed: BTreeMap::new(),
    };
    for _ in 0..n_each {
        for (what, faults) in faults() {
            world.faulty(what, faults).await?;
        }
        world.without_coming_back().await?;
        world.ten_times_in_parallel(&mut report).await?;
        world.forged(&mut report).await?;
        world.another_amount(&mut report).await?;
        world.nobody_knows_it(&mut report).await?;
    }
    let_holds_end(&books).await?;
    until_at_rest(&books, Duration::from_secs(600)).await?;
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    let paid = books.number(PAID).await?;
    report.note("paid", paid);
    report.must(
        paid == world.expected,
        format!("{paid} orders are paid, {} buyers have paid", world.expected),
    );
    report.note("longest_until_paid_ms", serde_json::to_value(&world.healed)?);
    close(&shop, &books, &mut report).await?;
    drop(programs);
    Ok(report)
}

/// What a gateway does wrong while somebody pays, by what it is called.
fn faults() -> [(&'static str, Faults); 5] {
    let none = Faults::default;
    [
        (
            "times out after it opened the page",
            Faults {
                time_out_next: 1,
                ..none()
            },
        ),
        ("answers 500 three times", Faults { fail_next: 3, ..none() }),
        (
            "asks to slow down",
            Faults {
                rate_limit_next: 2,
                ..none()
            },
        ),
        (
            "loses the notices",
            Faults {
                drop_webhooks_next: 4,
                ..none()
            },
        ),
        (
            "sends notices twice, in reverse",
            Faults {
                duplicate_webhooks: true,
                reverse_webhooks: true,
                ..none()
            },
        ),
    ]
}

struct World<'a> {
    shop: &'a Shop,
    books: &'a Books,
    n: usize,
    /// Orders that must be paid at the end.
    expected: i64,
    /// The longest time from the buyer's payment until the shop knew, for each fault.
    healed: BTreeMap<String, u64>,
}

impl World<'_> {
    async fn at_the_button(&mut self) -> anyhow::Result<(Buyer, Vec<(String, String)>)> {
        self.n += 1;
        let mut buyer = Buyer::new(self.shop, self.n * 100);
        buyer.put_in(&self.shop.variants[0], 1).await?;
        let review = buyer.go_to_review().await?.context("nothing to pay for")?;
        Ok((buyer, review))
    }

    /// Presses Pay until the gateway's page comes: the shop says that trying again is safe.
    async fn at_the_gateway(&mut self, faults: Faults) -> anyhow::Result<(Buyer, String)> {
        let (mut buyer, review) = self.at_the_button().await?;
        self.shop.gateway.faults(faults);
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            if let Placed::Page(page) = buyer.place(&review).await? {
                return Ok((buyer, page));
            }
            anyhow::ensure!(Instant::now() < deadline, "the gateway's page never comes");
            // More than ten presses a minute are too many.
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
    }

    /// Pays at a gateway that has this fault, comes back, and waits until the shop knows.
    async fn faulty(&mut self, what: &str, faults: Faults) -> anyhow::Result<()> {
        let (mut buyer, page) = self.at_the_gateway(faults.clone()).await?;
        let before = self.books.number(PAID).await?;
        let back = buyer.pay(&page, GOOD_CARD, "pay").await?.context("declined")?;
        let began = Instant::now();
        // Whether the page of the order comes at once or the buyer is told to wait is the same to the money.
        let came_back = buyer.come_back(&back).await;
        if let Err(error) = came_back {
            eprintln!("{what}: the buyer sees: {error}");
        }
        self.until_paid(what, before, began).await?;
        self.shop.gateway.faults(Faults::default());
        Ok(())
    }

    async fn until_paid(&mut self, what: &str, before: i64, began: Instant) -> anyhow::Result<()> {
        self.expected += 1;
        while self.books.number(PAID).await? <= before {
            anyhow::ensure!(
                began.elapsed() < Duration::from_secs(120),
                "{what}: the shop does not learn of it"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let took = u64::try_from(began.elapsed().as_millis())?;
        let longest = self.healed.entry(what.to_owned()).or_default();
        *longest = took.max(*longest);
        Ok(())
    }

    /// The buyer closes the window, and the notice is lost, too: the reconciler finds out.
    async fn without_coming_back(&mut self) -> anyhow::Result<()> {
        let (mut buyer, page) = self.at_the_gateway(Faults::default()).await?;
        self.shop.gateway.faults(Faults {
            drop_webhooks_next: 9,
            ..Faults::default()
        });
        let before = self.books.number(PAID).await?;
        buyer.pay(&page, GOOD_CARD, "stay").await?;
        let began = Instant::now();
        self.books.change(LOOKS_ARE_DUE).await?;
        self.until_paid("nobody comes back and no notice arrives", before, began)
            .await?;
        self.shop.gateway.faults(Faults::default());
        Ok(())
    }

    async fn notice(&self, body: &str, secret: &str) -> anyhow::Result<u16> {
        let now = i64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_secs())?;
        let signature = sign(body.as_bytes(), now, &[secret.to_owned()]);
        let request = self.shop.http.post(format!("{}/webhooks/stripe", self.shop.address(0)));
        let request = request
            .header("stripe-signature", signature)
            .header("content-type", "application/json");
        Ok(request.body(body.to_owned()).send().await?.status().as_u16())
    }

    /// The same notice ten times at once.
    async fn ten_times_in_parallel(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let (mut buyer, page) = self.at_the_gateway(Faults::default()).await?;
        self.shop.gateway.faults(Faults {
            drop_webhooks_next: 9,
            ..Faults::default()
        });
        let before = self.books.number(PAID).await?;
        buyer.pay(&page, GOOD_CARD, "stay").await?;
        self.shop.gateway.faults(Faults::default());
        let began = Instant::now();
        let session = page.rsplit('/').next().unwrap_or_default();
        let body = event(&format!("evt_proof_{}", self.n), "checkout.session.completed", session);
        let ten = (0..10).map(|_| self.notice(&body, SECRET));
        for status in futures_util::future::join_all(ten).await {
            report.must(status? == 200, "a notice that is repeated is taken");
        }
        self.until_paid("ten notices at once", before, began).await
    }

    /// A notice that is not the gateway's, and one that is too old.
    async fn forged(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let (_, page) = self.at_the_gateway(Faults::default()).await?;
        let session = page.rsplit('/').next().unwrap_or_default();
        let body = event(&format!("evt_forged_{}", self.n), "checkout.session.completed", session);
        let status = self.notice(&body, "whsec_of_somebody_else").await?;
        report.must(status == 400, format!("a forged notice is answered with {status}"));
        let old = sign(body.as_bytes(), 1_600_000_000, &[SECRET.to_owned()]);
        let request = self.shop.http.post(format!("{}/webhooks/stripe", self.shop.address(0)));
        let status = request
            .header("stripe-signature", old)
            .body(body)
            .send()
            .await?
            .status();
        report.must(
            status.as_u16() == 400,
            format!("an old notice is answered with {status}"),
        );
        Ok(())
    }

    /// Somebody pays one cent, or another currency, in the name of an order that waits.
    async fn another_amount(&mut self, report: &mut Report) -> anyhow::Result<()> {
        for (minor, currency) in [("1", "eur"), ("", "usd")] {
            let (mut buyer, _) = self.at_the_gateway(Faults::default()).await?;
            let rows = self.books.rows(LAST_OPEN).await?;
            let row = rows.first().context("an open attempt")?;
            let minor = if minor.is_empty() { row[1].as_str() } else { minor };
            let page = self.other_page(&row[0], minor, currency).await?;
            let before = self.books.number(PAID).await?;
            buyer.pay(&page, GOOD_CARD, "stay").await?;
            let session = page.rsplit('/').next().unwrap_or_default();
            let body = event(
                &format!("evt_other_{}_{currency}", self.n),
                "checkout.session.completed",
                session,
            );
            self.notice(&body, SECRET).await?;
            until_at_rest(self.books, Duration::from_secs(120)).await?;
            let after = self.books.number(PAID).await?;
            report.must(after == before, format!("{minor} {currency} paid for an order"));
        }
        Ok(())
    }

    /// A payment nobody has asked for.
    async fn nobody_knows_it(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let page = self
            .other_page("01890a5d-ac96-774b-bcce-b302099a8057", "2400", "eur")
            .await?;
        let session = page.rsplit('/').next().unwrap_or_default();
        let body = event(
            &format!("evt_unknown_{}", self.n),
            "checkout.session.completed",
            session,
        );
        let status = self.notice(&body, SECRET).await?;
        report.must(
            status == 200,
            format!("a notice of an unknown payment is answered with {status}"),
        );
        Ok(())
    }

    async fn other_page(&self, attempt: &str, minor: &str, currency: &str) -> anyhow::Result<String> {
        let fields = [
            ("mode", "payment"),
            ("client_reference_id", attempt),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", currency),
            ("line_items[0][price_data][unit_amount]", minor),
            ("line_items[0][price_data][product_data][name]", "Order"),
            ("success_url", "http://127.0.0.1/back"),
            ("cancel_url", "http://127.0.0.1/back"),
        ];
        let session: Value = self.shop.gateway.post("checkout/sessions", &fields).await?;
        let url = session["url"].as_str();
        Ok(url.with_context(|| format!("no page: {session}"))?.to_owned())
    }
}

fn event(id: &str, kind: &str, session: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"event","type":"{kind}","data":{{"object":{{"id":"{session}","object":"checkout.session"}}}}}}"#
    )
}
