//! Many people use a code at once that only one of them may use: one in all, one for each mailbox, one for each account.
//!
//! In each race all of them stand before the last button with the discount in their total, and press it at the same time. Of those who get
//! it, some never pay: when their hold has ended, the code is free, and the others race for it again.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use reqwest::StatusCode;
use wares_commerce::pricing::discount::Limits;

use crate::Args;
use crate::books::{Ask, Books};
use crate::buyer::{BAD_CARD, Buyer, GOOD_CARD, Reply, fields, form_of, timed};
use crate::invariants::Checker;
use crate::report::Report;
use crate::runs::{all_are_there, close, let_holds_end, until_at_rest};
use crate::shop::Shop;

/// One use by everybody together.
const ONCE: &str = "ONCE";
/// One use by each mailbox and each account.
const EACH: &str = "EACH";
/// People who share a mailbox.
const SHARING: usize = 10;
/// People on their way to the last page at the same time.
const SIDE_BY_SIDE: usize = 32;
const PASSWORD: &str = "a long walk in the hills";
/// What is said to those who were slower.
const USED_UP: &str = "This code has been used up";
const USED_ALREADY: &str = "You have used this code already";

const PAID_WITH_ONCE: Ask = Ask::both(
    "SELECT count(*) FROM orders o JOIN promotion_uses u ON u.order_id = o.id JOIN promotions p ON p.id = u.promotion_id
     WHERE p.name = 'ONCE' AND o.payment_status = 'paid'",
);

/// Somebody before the last button.
struct Racer {
    buyer: Buyer,
    who: usize,
    review: Vec<(String, String)>,
}

impl Racer {
    /// Presses the button, and again a second later as long as the shop has too much to do: the sending is the same, so nothing is done twice.
    async fn press_until_answered(&mut self) -> anyhow::Result<Reply> {
        for _ in 0..8 {
            let reply = self.buyer.post("/checkout/review", &self.review).await?;
            if reply.status != StatusCode::SERVICE_UNAVAILABLE {
                return Ok(reply);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        anyhow::bail!("the shop has too much to do for too long")
    }
}

/// What a press of the button came to.
enum Pressed {
    /// The gateway's page.
    Won(Racer, String),
    /// Told that others were faster.
    Lost(Racer),
}

/// What all of them have seen.
#[derive(Default)]
struct Seen {
    orders: Vec<String>,
    told: Vec<Duration>,
    /// How often the shop had too much to do and said when to come back. Nobody was charged then.
    n_busy: usize,
    failures: Vec<String>,
}

impl Seen {
    fn add(&mut self, buyer: &mut Buyer) {
        let (busy, failed): (Vec<String>, Vec<String>) =
            buyer.failures.drain(..).partition(|failure| failure.starts_with("503"));
        self.n_busy += busy.len();
        self.failures.extend(failed);
    }
}

/// Runs it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let n_buyers = args.buyers.unwrap_or(500);
    let shop = Arc::new(Shop::open(args, 1, 1_000_000).await?);
    let one = NonZeroU32::new(1);
    shop.offer(
        ONCE,
        Limits {
            in_all: one,
            each: None,
        },
    )
    .await?;
    shop.offer(
        EACH,
        Limits {
            in_all: None,
            each: one,
        },
    )
    .await?;
    let programs = shop.start()?;
    let checker = Checker::start(&shop).await?;
    let books = shop.books().await?;
    let mut race = Race {
        shop: Arc::clone(&shop),
        books,
        report: Report::of(args),
        seen: Seen::default(),
        who: usize::try_from(args.seed)? * 7,
    };
    race.one_in_all(n_buyers).await?;
    race.one_for_each_mailbox((n_buyers / SHARING).max(2)).await?;
    race.one_for_each_account((n_buyers / 50).max(1)).await?;
    let Race {
        books,
        mut report,
        seen,
        ..
    } = race;
    let_holds_end(&books).await?;
    until_at_rest(&books, Duration::from_secs(600)).await?;
    let (n_checks, found) = checker.stop().await?;
    report.note_checks(n_checks, found);
    report.note("buyers", n_buyers);
    report.note("told_to_come_back", seen.n_busy);
    report.note("answers_5xx", seen.failures.len());
    report.must(
        seen.failures.is_empty(),
        format!("answers of 5xx: {:?}", seen.failures.first()),
    );
    report.note_times("losers_are_told", seen.told);
    all_are_there(&shop, &seen.orders, &mut report).await?;
    close(&shop, &books, &mut report).await?;
    drop(programs);
    Ok(report)
}

struct Race {
    shop: Arc<Shop>,
    books: Books,
    report: Report,
    seen: Seen,
    /// Nobody comes twice.
    who: usize,
}

impl Race {
    /// The winner of the first race goes away, that of the second one pays, and the third race has none.
    async fn one_in_all(&mut self, n_buyers: usize) -> anyhow::Result<()> {
        let people = (0..n_buyers).map(|_| self.somebody()).collect();
        let racers = self.line_up(people, ONCE).await?;
        let (mut winners, losers) = self.press(racers, USED_UP).await?;
        self.must_win("one code", winners.len(), 1);
        winners.clear();
        let took = self.let_holds_end().await?;
        self.report.note("code_free_again_ms", took);

        let racers = self.look_again(losers, USED_UP).await?;
        let (winners, losers) = self.press(racers, USED_UP).await?;
        self.must_win("the code that came back", winners.len(), 1);
        for (racer, page) in winners {
            self.pay(racer.buyer, &page).await?;
        }
        for racer in losers {
            let Racer { mut buyer, .. } = racer;
            let page = buyer.get("/checkout/review").await?;
            let says_why = page.body.contains(USED_UP);
            self.report.must(says_why, "a code that is used up says so on the page");
            self.seen.add(&mut buyer);
        }
        let paid = self.books.number(PAID_WITH_ONCE).await?;
        self.report.note("paid_with_the_code", paid);
        self.report
            .must(paid == 1, format!("{paid} paid orders carry the code"));
        Ok(())
    }

    /// Ten people share a mailbox, by plus signs and capitals. Of every second one the winner's card is declined.
    async fn one_for_each_mailbox(&mut self, n_boxes: usize) -> anyhow::Result<()> {
        let mut people = Vec::new();
        for n in 0..n_boxes {
            for m in 0..SHARING {
                let address = match m {
                    0 => format!("box{n}@proof.example"),
                    1 => format!("BOX{n}@Proof.example"),
                    _ => format!("box{n}+{m}@proof.example"),
                };
                people.push(self.somebody().with_email(address));
            }
        }
        let racers = self.line_up(people, EACH).await?;
        let (winners, losers) = self.press(racers, USED_ALREADY).await?;
        self.must_win("one for each mailbox", winners.len(), n_boxes);
        let mut n_declined = 0;
        for (n, (mut racer, page)) in winners.into_iter().enumerate() {
            if n % 2 == 0 {
                self.pay(racer.buyer, &page).await?;
            } else {
                n_declined += 1;
                let back = racer.buyer.pay(&page, BAD_CARD, "pay").await?;
                self.report
                    .must(back.is_none_or(|to| to.contains("/pay/")), "the card is declined");
            }
        }
        self.let_holds_end().await?;
        let racers = self.look_again(losers, USED_ALREADY).await?;
        let n_again = racers.len();
        self.report.must(
            n_again == n_declined * (SHARING - 1),
            format!("{n_again} people may use again what {n_declined} declined cards gave back"),
        );
        let (winners, _) = self.press(racers, USED_ALREADY).await?;
        self.report.note("mailboxes", n_boxes);
        self.report.note("declined_and_taken_by_another", winners.len());
        self.must_win("what declined cards gave back", winners.len(), n_declined);
        for (racer, page) in winners {
            self.pay(racer.buyer, &page).await?;
        }
        Ok(())
    }

    /// Somebody with an account presses in five windows, while guests with the same mailbox press, too. Afterwards the account tries under
    /// another address.
    async fn one_for_each_account(&mut self, n_accounts: usize) -> anyhow::Result<()> {
        let (mut n_again, mut n_told) = (0, 0);
        for n in 0..n_accounts {
            let address = format!("account{n}@proof.example");
            let owner = self.with_account(&address).await?;
            let guests = (0..5).map(|m| self.somebody().with_email(format!("account{n}+{m}@proof.example")));
            let people = guests.collect();
            let mut racers = self.line_up(people, EACH).await?;
            let at_home = self.line_up(vec![owner.clone()], EACH).await?;
            let window = at_home.first().context("the account cannot use the code")?;
            for desk in 0..5 {
                let mut buyer = window.buyer.at(&self.shop, desk);
                let page = buyer.get("/checkout/review").await?;
                let review = form_of(&page.body, "/checkout/review").context("no form")?;
                racers.push(Racer {
                    buyer,
                    who: window.who,
                    review,
                });
            }
            let (winners, _) = self.press(racers, USED_ALREADY).await?;
            // Five windows are one order and one page.
            let mut pages: Vec<&String> = winners.iter().map(|(_, page)| page).collect();
            pages.sort();
            pages.dedup();
            self.must_win("one for each account", pages.len(), 1);
            let of_account = winners.len() > 1;
            if let Some((racer, page)) = winners.into_iter().next() {
                self.pay(racer.buyer, &page).await?;
            }
            let again = self.enters_again(owner, n).await?;
            n_again += usize::from(of_account);
            n_told += usize::from(again.body.contains(USED_ALREADY));
        }
        self.report.note("accounts", n_accounts);
        self.report.note("accounts_refused_under_another_address", n_told);
        self.report.must(
            n_told >= n_again,
            format!("{n_again} accounts have used the code, {n_told} are told so under another address"),
        );
        Ok(())
    }

    fn somebody(&mut self) -> Buyer {
        self.who += 1;
        Buyer::new(&self.shop, self.who)
    }

    fn must_win(&mut self, what: &str, n: usize, expected: usize) {
        let says = format!("{what}: {n} have won, not {expected}");
        self.report.must(n == expected, says);
    }

    async fn let_holds_end(&self) -> anyhow::Result<u64> {
        Ok(u64::try_from(let_holds_end(&self.books).await?.as_millis())?)
    }

    /// Somebody who is signed in to a new account.
    async fn with_account(&mut self, address: &str) -> anyhow::Result<Buyer> {
        let mut buyer = self.somebody().with_email(address.to_owned());
        let form = fields(&[("name", "Ines Roth"), ("email", address), ("password", PASSWORD)]);
        buyer.post("/register", &form).await?;
        for _ in 0..300 {
            if let Some(link) = self.shop.postbox.proof_of(address) {
                let reply = buyer.post(&link, &fields(&[("password", PASSWORD)])).await?;
                anyhow::ensure!(reply.status.is_redirection(), "the link of the mail does not work");
                return Ok(buyer);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("no mail with a link came to {address}")
    }

    /// A new cart and a code, by an account under another address; what the shop says to it.
    async fn enters_again(&self, mut owner: Buyer, n: usize) -> anyhow::Result<Reply> {
        owner = owner.with_email(format!("elsewhere{n}@proof.example"));
        owner.put_in(&self.shop.variants[0], 2).await?;
        owner.post("/cart/code", &fields(&[("code", EACH)])).await
    }

    /// Everybody with a cart and the code, before the last button. Getting there is no race.
    async fn line_up(&self, people: Vec<Buyer>, code: &'static str) -> anyhow::Result<Vec<Racer>> {
        let first = self.who;
        let on_their_way = people.into_iter().enumerate().map(|(n, mut buyer)| async move {
            buyer.put_in(&self.shop.variants[0], 1).await?;
            let entered = buyer.post("/cart/code", &fields(&[("code", code)])).await?;
            anyhow::ensure!(
                entered.location.contains("done=coded"),
                "the code is not taken: {} {}",
                entered.status,
                entered.location
            );
            let mut review = buyer.go_to_review().await?.context("nothing to pay for")?;
            let note = format!("For window {}", first + n);
            review.retain(|(name, _)| name != "note");
            review.push(("note".to_owned(), note));
            let who = first + n;
            Ok(Racer { buyer, who, review })
        });
        stream::iter(on_their_way).buffered(SIDE_BY_SIDE).try_collect().await
    }

    /// All press at the same time. Whoever is too late is told why, and keeps everything they typed.
    async fn press(&mut self, racers: Vec<Racer>, why: &str) -> anyhow::Result<(Vec<(Racer, String)>, Vec<Racer>)> {
        let tasks = racers.into_iter().map(|mut racer| {
            tokio::spawn(async move {
                let (reply, took) = timed(racer.press_until_answered()).await;
                Ok::<_, anyhow::Error>((racer, reply?, took))
            })
        });
        let (mut winners, mut losers) = (Vec::new(), Vec::new());
        for done in futures_util::future::join_all(tasks).await {
            let (mut racer, reply, took) = done??;
            self.seen.add(&mut racer.buyer);
            match self.outcome(racer, &reply, why) {
                Pressed::Won(racer, page) => winners.push((racer, page)),
                Pressed::Lost(racer) => {
                    self.seen.told.push(took);
                    losers.push(racer);
                }
            }
        }
        Ok((winners, losers))
    }

    fn outcome(&mut self, racer: Racer, reply: &Reply, why: &str) -> Pressed {
        if reply.location.starts_with("http") && reply.location.contains("/pay/") {
            return Pressed::Won(racer, reply.location.clone());
        }
        // A second window of a cart whose order is being paid elsewhere is led to that order.
        let is_told = reply.status == StatusCode::CONFLICT && reply.body.contains(why);
        let says = format!(
            "whoever was too late is told why: {} {:?}",
            reply.status, reply.location
        );
        self.report.must(is_told, says);
        let note = racer.review.iter().find(|(name, _)| name == "note");
        let is_kept = note.is_none_or(|(_, note)| reply.body.contains(note.as_str()));
        self.report.must(is_kept, "whoever was too late finds what they typed");
        Pressed::Lost(racer)
    }

    /// The page as it is now, for those who come back to it and find the discount on it: all whom it does not tell why not.
    async fn look_again(&mut self, racers: Vec<Racer>, why_not: &'static str) -> anyhow::Result<Vec<Racer>> {
        let tasks = racers.into_iter().map(|mut racer| {
            tokio::spawn(async move {
                let page = racer.buyer.get("/checkout/review").await?;
                racer.review = form_of(&page.body, "/checkout/review").context("no form")?;
                racer
                    .review
                    .push(("note".to_owned(), format!("For window {}", racer.who)));
                Ok::<_, anyhow::Error>((!page.body.contains(why_not)).then_some(racer))
            })
        });
        let mut again = Vec::new();
        for racer in futures_util::future::join_all(tasks).await {
            again.extend(racer??);
        }
        Ok(again)
    }

    async fn pay(&mut self, mut buyer: Buyer, page: &str) -> anyhow::Result<()> {
        let back = buyer.pay(page, GOOD_CARD, "pay").await?.context("declined")?;
        self.seen.orders.push(buyer.come_back(&back).await?);
        self.seen.add(&mut buyer);
        Ok(())
    }
}
