//! What customers write.

use wares_db::{both_engines, testing::TestDb};

use crate::support::{TestShop, browser::Browser};

const MESSAGE: &str = "One cup arrived chipped. <script>alert(1)</script>";

async fn shop(data: TestDb) -> (TestShop, Browser) {
    let shop = TestShop::on(data).await;
    let browser = Browser::new(shop.router());
    (shop, browser)
}

both_engines! {
    async fn a_message_is_taken_once_however_often_it_is_sent(data: TestDb) {
        let (_shop, mut ines) = shop(data).await;
        let page = ines.get("/contact").await;
        let fill = [("topic", "other"), ("name", "Ines Roth"), ("email", "ines@example.com"), ("message", MESSAGE)];
        let sent = ines.submit(&page, "/contact", &fill).await;
        sent.is(200).says("Thank you, we have your message").says("INQ-");
        let again = ines.submit(&page, "/contact", &fill).await;
        assert_eq!(sent.text(), again.text());
    }

    async fn a_message_is_kept_when_something_is_wrong_with_the_form(data: TestDb) {
        let (_shop, mut ines) = shop(data).await;
        let page = ines.get("/contact?order=1001-4F7K").await;
        assert_eq!(page.value_of("order").as_deref(), Some("1001-4F7K"));
        for (field, value) in [("email", "x\r\nBcc: v@e.org"), ("name", ""), ("topic", "nonsense")] {
            let good = [("topic", "order"), ("name", "Ines"), ("email", "ines@example.com"), ("message", MESSAGE)];
            let fill: Vec<(&str, &str)> = good.iter().map(|(n, v)| if *n == field { (*n, value) } else { (*n, *v) }).collect();
            let wrong = ines.submit(&page, "/contact", &fill).await;
            wrong.is(422).says("There is a problem");
            assert_eq!(wrong.value_of("message").as_deref(), Some(MESSAGE));
            assert!(!wrong.body.contains("<script>alert"));
        }
        let short = ines.submit(&page, "/contact", &[("topic", "other"), ("name", "I"), ("email", "i@example.com"), ("message", "hi")]).await;
        short.is(422).says("Write at least 10 characters; this has 2");
        let machine = ines.submit(&page, "/contact", &[("website", "x")]).await;
        machine.is(200).does_not_say("INQ-");
    }

    async fn links_that_open_nothing_say_so(data: TestDb) {
        let (_shop, mut ann) = shop(data).await;
        let none = "0".repeat(64);
        ann.get(&format!("/inquiries/{none}")).await.is(404);
        ann.get("/inquiries/nonsense").await.is(404);
        ann.get(&format!("/reviews/{none}")).await.is(404).says("does not work any more");
        ann.post(&format!("/news/{none}"), &[]).await.says("does not work any more");
        ann.post("/news", &[("email", "x")]).await.is(422).says("There is a problem");
        ann.post("/news", &[("email", "ann@example.com")]).await.is(200).says("Check your e-mail");
    }
}
