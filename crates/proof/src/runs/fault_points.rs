//! At every point of the program where that can be planted it crashes, fails and hangs once, while people buy.
//!
//! One shop lives through all of it: for each fault its first program is started with it, people buy (and staff do what leads to the point)
//! until it has happened, a dead program is started again, and everything must come right by itself. Then the books are looked at, and the
//! gateway's beside them.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use wares_db::fault::Point;

use crate::Args;
use crate::books::{Ask, Books};
use crate::buyer::{Buyer, Placed, fields, form_of};
use crate::dice::Dice;
use crate::invariants::Checker;
use crate::program::Program;
use crate::report::Report;
use crate::runs::{
    LEASES_END, SERVED, TRY_AT_ONCE, all_are_there, close, keep_buying, let_holds_end, n_unknown, owner, until_at_rest,
};
use crate::shop::Shop;

const N_BUYERS: usize = 3;
/// How long people go on buying after a fault; four times as long while something hangs.
const SOME_MORE: Duration = Duration::from_millis(500);
/// How long people do what leads to a point before it counts as never reached.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a payment may stand at the gateway before the shop knows of it.
const RESOLVED_WITHIN: Duration = Duration::from_secs(120);

const PAID: Ask = Ask::both(
    "SELECT number FROM orders WHERE state = 'placed' AND payment_status = 'paid' ORDER BY created_at DESC LIMIT 1",
);
const AUTHORISED: Ask = Ask::both(
    "SELECT number FROM orders WHERE state = 'placed' AND payment_status = 'authorised' ORDER BY created_at DESC LIMIT 1",
);
const PRODUCT: Ask = Ask::each("SELECT id FROM products", "SELECT id::text FROM products");
/// Whoever has left does not come back, and nobody waits for their quarter of an hour.
const LEAVERS_ARE_DUE: Ask = Ask::both(
    "UPDATE orders SET hold_until = 1 WHERE state = 'awaiting_payment' AND email LIKE 'leaver%';
     UPDATE payment_attempts SET check_at = 1 WHERE check_at IS NOT NULL
         AND order_id IN (SELECT id FROM orders WHERE state = 'awaiting_payment' AND email LIKE 'leaver%')",
);
/// Orders that count, and whose buyer was told so.
const CONFIRMED: Ask = Ask::both("SELECT number FROM orders WHERE state IN ('placed', 'completed')");

/// What leads to a point, beside buying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Nothing,
    Refund,
    Cancel,
    Capture,
    Leave,
    AddPicture,
}

impl Deed {
    const fn to(point: Point) -> Self {
        match point {
            Point::RefundWritten | Point::RefundAsked | Point::RefundAnswered => Self::Refund,
            Point::OrderCancelled => Self::Cancel,
            Point::CaptureAsked | Point::CaptureAnswered => Self::Capture,
            Point::AttemptsClaimed | Point::AttemptFetched | Point::PageClosed | Point::StockFreed => Self::Leave,
            Point::PictureKept | Point::SizeKept => Self::AddPicture,
            _ => Self::Nothing,
        }
    }
}

/// Whether a point is only there when money is authorised first and taken later.
const fn is_of_later(point: Point) -> bool {
    matches!(
        point,
        Point::AuthorisationNoted | Point::CaptureAsked | Point::CaptureAnswered
    )
}

/// Runs it.
pub(crate) async fn run(args: &Args) -> anyhow::Result<Report> {
    let shop = Arc::new(Shop::open(args, 1, 1_000_000).await?);
    let programs = shop.start()?;
    let owner = owner(&shop, &programs).await?;
    drop(programs);
    let checker = Checker::start(&shop).await?;
    let mut walk = Walk {
        books: shop.books().await?,
        shop,
        owner,
        report: Report::of(args),
        dice: Dice::new(args.seed, 0),
        ready: Vec::new(),
        resolved: Vec::new(),
        n_cases: 0,
        n_orders: 0,
    };
    let wanted = |point: &Point| args.points.is_empty() || args.points.contains(&format!("{point:?}"));
    let points = Point::ALL.iter().copied().filter(wanted);
    let (later, at_once): (Vec<Point>, Vec<Point>) = points.partition(|point| is_of_later(*point));
    for point in at_once {
        walk.point(args, point).await?;
    }
    if !later.is_empty() {
        walk.shop.take_money_by_hand().await?;
    }
    for point in later {
        walk.point(args, point).await?;
    }
    let (n_checks, found) = checker.stop().await?;
    walk.report.note_checks(n_checks, found);
    walk.end().await
}

/// The way through all faults.
struct Walk {
    shop: Arc<Shop>,
    books: Books,
    owner: Buyer,
    report: Report,
    dice: Dice,
    /// How long each crashed program took until it served again.
    ready: Vec<Duration>,
    /// How long after each fault the shop knew of every payment.
    resolved: Vec<Duration>,
    n_cases: usize,
    n_orders: usize,
}

impl Walk {
    async fn point(&mut self, args: &Args, point: Point) -> anyhow::Result<()> {
        for what in ["crash".to_owned(), "fail".to_owned(), format!("hang={}", args.hang)] {
            self.n_cases += 1;
            let nth = self.nth(point);
            let fault = format!("{point:?}@{nth}:{what}");
            let mut found = Report::of(args);
            let hang = Duration::from_secs(if what.starts_with("hang") { args.hang } else { 0 });
            let came = self.case(point, &fault, hang, &mut found).await;
            if let Err(error) = &came {
                found.must(false, format!("{error:#}"));
            }
            self.report.blame(&fault, found);
        }
        Ok(())
    }

    /// At which of the times it is passed the point strikes: commits are many, and not all of them matter; what staff do is rare.
    fn nth(&mut self, point: Point) -> usize {
        match point {
            Point::CommitBegins | Point::CommitDone => 20 + self.dice.below(60),
            Point::StartMigrated => 1,
            _ if Deed::to(point) == Deed::Nothing => 1 + self.dice.below(4),
            _ => 1,
        }
    }

    async fn case(&mut self, point: Point, fault: &str, hang: Duration, found: &mut Report) -> anyhow::Result<()> {
        let log = std::fs::metadata(self.shop.log(0)).map_or(0, |log| log.len());
        let (first, is_struck) = match self.shop.start_with(0, Some(fault)) {
            Ok(program) => (program, false),
            // A program that does not come up is started again, as whatever looks after it would.
            Err(_) => (self.start_again()?, true),
        };
        let mut programs = vec![first];
        for n in 1..self.shop.n_programs() {
            programs.push(self.shop.start_one(n)?);
        }
        let stop = Arc::new(AtomicBool::new(false));
        let buyers: Vec<_> = (0..N_BUYERS)
            .map(|who| {
                let first = self.n_cases * 50_000 + who;
                tokio::spawn(keep_buying(Arc::clone(&self.shop), first, Arc::clone(&stop)))
            })
            .collect();
        let struck = if is_struck {
            Ok(())
        } else {
            self.until_struck(point, log, &mut programs).await
        };
        let began = Instant::now();
        tokio::time::sleep(hang.clamp(SOME_MORE, 4 * SOME_MORE)).await;
        stop.store(true, Ordering::Relaxed);
        if struck.is_ok() {
            let took = self.until_resolved(began, found).await?;
            self.resolved.push(took);
        }
        let mut orders = Vec::new();
        for buyer in buyers {
            orders.extend(buyer.await?);
        }
        struck?;
        self.until_resolved(Instant::now(), found).await?;
        // What hangs wakes up in a shop that has gone on without it.
        tokio::time::sleep(hang.saturating_sub(began.elapsed())).await;
        self.come_to_rest().await?;
        all_are_there(&self.shop, &orders, found).await?;
        close(&self.shop, &self.books, found).await?;
        eprintln!(
            "{fault}: {} orders, all known after {:?}",
            orders.len(),
            self.resolved.last()
        );
        self.n_orders += orders.len();
        Ok(())
    }

    /// Does what leads to the point until the fault has happened; starts the program again where it is dead.
    async fn until_struck(&mut self, point: Point, log: u64, programs: &mut [Program]) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut is_struck = false;
        while !is_struck {
            anyhow::ensure!(began.elapsed() < PATIENCE, "the point is never reached");
            // What is struck by the fault may end in any way.
            let doing = self.do_what_leads_to(point);
            tokio::time::timeout(Duration::from_secs(20), doing).await.ok();
            tokio::time::sleep(Duration::from_millis(50)).await;
            is_struck = says_so(&self.shop, log)?;
            if programs[0].has_ended() {
                programs[0] = self.start_again()?;
                is_struck = true;
            }
        }
        // A crash follows right after it was written down.
        tokio::time::sleep(Duration::from_millis(200)).await;
        if programs[0].has_ended() {
            programs[0] = self.start_again()?;
        }
        Ok(())
    }

    fn start_again(&mut self) -> anyhow::Result<Program> {
        let program = self.shop.start_one(0)?;
        self.ready.push(program.ready_after);
        Ok(program)
    }

    /// Every payment the gateway has taken becomes known to the shop, by itself and soon; answers how long that took.
    async fn until_resolved(&self, began: Instant, found: &mut Report) -> anyhow::Result<Duration> {
        while n_unknown(&self.shop, &self.books).await? > 0 {
            if began.elapsed() > RESOLVED_WITHIN {
                found.must(false, "a payment is stuck");
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(began.elapsed())
    }

    /// Ends the holds of those who do not pay, the leases of what a dead program had taken, and the pauses before what failed is tried again.
    async fn come_to_rest(&self) -> anyhow::Result<()> {
        let_holds_end(&self.books).await?;
        for _ in 0..20 {
            if until_at_rest(&self.books, Duration::from_secs(2)).await.is_ok() {
                return Ok(());
            }
            self.books.change(LEASES_END).await?;
            self.books.change(TRY_AT_ONCE).await?;
        }
        until_at_rest(&self.books, Duration::from_secs(30)).await.map(drop)
    }

    async fn do_what_leads_to(&mut self, point: Point) -> anyhow::Result<()> {
        match Deed::to(point) {
            Deed::Nothing => Ok(()),
            Deed::Refund => {
                self.staff_send(PAID, "refund", &[("amount", "1.00"), ("reason", "Goodwill")])
                    .await
            }
            Deed::Cancel => self.staff_send(PAID, "cancel", &[("reason", "Customer asked")]).await,
            Deed::Capture => self.staff_send(AUTHORISED, "capture", &[]).await,
            Deed::Leave => self.leave().await,
            Deed::AddPicture => self.add_picture().await,
        }
    }

    /// Sends one of the forms of the newest order of a kind.
    async fn staff_send(&mut self, which: Ask, form: &str, typed: &[(&str, &str)]) -> anyhow::Result<()> {
        let rows = self.books.rows(which).await?;
        let number = &rows.first().context("no such order yet")?[0];
        let path = format!("/admin/orders/{number}/{form}");
        let page = self.owner.get(&path).await?;
        let mut filled = form_of(&page.body, &path).context("no form")?;
        filled.retain(|(name, _)| name != "look" && typed.iter().all(|(typed, _)| typed != name));
        filled.extend(fields(typed));
        self.owner.post(&path, &filled).await.map(drop)
    }

    /// Somebody sees the gateway's page and goes away.
    async fn leave(&mut self) -> anyhow::Result<()> {
        let who = self.n_cases * 50_000 + 40_000 + self.dice.below(9_000);
        let mut leaver = Buyer::new(&self.shop, who).with_email(format!("leaver{who}@proof.example"));
        leaver.put_in(&self.shop.variants[0], 1).await?;
        let review = leaver.go_to_review().await?.context("nothing to pay for")?;
        let placed = leaver.place(&review).await;
        self.books.change(LEAVERS_ARE_DUE).await?;
        anyhow::ensure!(matches!(placed?, Placed::Page(_)), "no page to leave");
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(())
    }

    async fn add_picture(&mut self) -> anyhow::Result<()> {
        let rows = self.books.rows(PRODUCT).await?;
        let path = format!("/admin/products/{}/pictures", rows.first().context("no product")?[0]);
        let shade = u8::try_from(self.n_cases % 251)?;
        self.owner
            .post_file(&path, "files", &picture(shade, self.dice.below(256)))
            .await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    }

    /// The figures of all of it, and whether everybody was told.
    async fn end(mut self) -> anyhow::Result<Report> {
        let report = &mut self.report;
        let told = self.shop.postbox.of("confirmed");
        for row in self.books.rows(CONFIRMED).await? {
            let is_told = told.iter().any(|(subject, _)| subject.contains(&row[0]));
            report.must(is_told, format!("I10 nobody was told of order {}", row[0]));
        }
        let repeated = told.iter().filter(|(_, times)| *times > 1).count();
        report.note("mails_delivered_twice", repeated);
        report.note("faults", self.n_cases);
        report.note("acknowledged", self.n_orders);
        report.note("served", self.books.number(SERVED).await?);
        report.note_times("ready_again", self.ready);
        report.note_times("payments_known", self.resolved);
        Ok(self.report)
    }
}

/// Whether the first program has written since then that the fault has happened.
fn says_so(shop: &Shop, since: u64) -> anyhow::Result<bool> {
    let mut log = std::fs::File::open(shop.log(0))?;
    log.seek(SeekFrom::Start(since))?;
    let mut text = Vec::new();
    log.read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).contains("A fault was planted at"))
}

/// A grey PNG of 8 × 8 pixels; its packed bytes are stored as they are.
fn picture(shade: u8, tint: usize) -> Vec<u8> {
    let tint = u8::try_from(tint % 256).unwrap_or(0);
    let row: Vec<u8> = std::iter::once(0).chain([shade, tint, 90].repeat(8)).collect();
    let pixels = row.repeat(8);
    let length = u16::try_from(pixels.len()).unwrap_or(0);
    let mut data = vec![0x78, 0x01, 0x01];
    data.extend(length.to_le_bytes());
    data.extend((!length).to_le_bytes());
    data.extend(&pixels);
    data.extend(adler32(&pixels).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &[0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0]);
    chunk(&mut png, *b"IDAT", &data);
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let body: Vec<u8> = kind.iter().chain(data).copied().collect();
    png.extend(&body);
    png.extend(crc32(&body).to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}
