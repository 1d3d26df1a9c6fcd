//! Two programs on one PostgreSQL are one shop.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;
use wares_db::testing::TestDb;

use crate::support::buying::owner;
use crate::support::postbox::Postbox;
use crate::support::shop::{OPEN_JOBS, Shop};
use crate::support::shopper::Shopper;

/// How long a change may take until every program shows it.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);

async fn shop() -> Shop {
    Shop::on(TestDb::postgres().await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_changed_at_one_program_shows_at_the_other() {
    let shop = shop().await;
    let first = shop.start();
    let mut ana = owner(&first).await;
    let second = shop.start_another();
    let mut ines = Shopper::new();
    let product = second.url("/p/tarn-mug");
    ines.get(&product).await.says("€24.00");

    let list = ana.get(&first.url("/admin/products")).await;
    let path = list.link("/admin/products/0");
    let form = ana.get(&first.url(&path)).await;
    let price = form.form(&path, &[]);
    let (price, _) = price
        .iter()
        .find(|(name, _)| name.starts_with("price"))
        .expect("a price");
    let saved = ana.submit(&form, &path, &[(price, "31.50"), ("do", "save")]).await;
    saved.says("Tarn Mug was saved");

    let changed = Instant::now();
    while !ines.get(&product).await.text().contains("€31.50") {
        assert!(changed.elapsed() < SHOWN_WITHIN, "the old price is still shown");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    ines.get(&first.url("/p/tarn-mug")).await.says("€31.50");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_begun_at_one_program_goes_on_at_the_other() {
    let shop = shop().await;
    let (first, second) = (shop.start(), shop.start_another());
    let mut ines = Shopper::new();
    let mug = shop.mug().await;
    let page = ines.get(&first.url("/p/tarn-mug")).await;
    let add = [("variant", mug.as_str()), ("qty", "2")];
    ines.submit(&page, "/cart/lines", &add).await.says("€48.00");
    ines.get(&second.url("/cart")).await.says("€48.00");
    let page = ines.get(&second.url("/p/tarn-mug")).await;
    ines.submit(&page, "/cart/lines", &[("variant", &mug), ("qty", "1")])
        .await
        .says("€72.00");
    ines.get(&first.url("/cart")).await.says("€72.00");
    let details = ines.get(&second.url("/checkout")).await;
    details.says("Your details");
}

/// Everybody who asks for news gets one mail, whichever of the two workers takes the job.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_sent_once_although_both_programs_send() {
    let (shop, postbox) = (shop().await, Postbox::start().await);
    shop.send_mail_through(&postbox).await;
    let (first, second) = (shop.start(), shop.start_another());
    let people: Vec<String> = (0..40).map(|n| format!("reader{n}@example.com")).collect();
    for (n, person) in people.iter().enumerate() {
        shop.ask_for_news(person).await;
        if n % 10 == 0 {
            // Both programs are also asked for pages meanwhile, as they are in a shop.
            let program = if n % 20 == 0 { &first } else { &second };
            Shopper::new().get(&program.url("/")).await;
        }
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while people.iter().any(|person| postbox.of(person).is_empty()) {
        assert!(Instant::now() < deadline, "a mail is missing");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while shop.figure(OPEN_JOBS).await > 0 {
        assert!(Instant::now() < deadline, "the worker has not finished");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut ids = BTreeSet::new();
    for person in &people {
        let letters = postbox.of(person);
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(ids.insert(letters[0].message_id.clone()), "every mail has its own id");
    }
}
