//! Discount codes as shoppers use them, and as attackers do: the attacks on vouchers called ACID rain (Warszawski and Bailis, 2017), through
//! the pages.

use std::num::NonZeroU32;

use wares_commerce::{
    audit::Actor,
    ledger,
    pricing::discount::{Benefit, Code, Given, Limits, Promotion, SavePromotion, Scope, Share, StopPromotion, Window},
};
use wares_db::{both_engines, testing::TestDb};
use wares_kernel::{Clock as _, PromotionId, Rate};

use crate::support::{
    TestShop,
    browser::{Answer, Browser},
    buying::{press_pay, put_in, to_review},
};

/// Half the price, for whoever has the code.
pub(crate) fn half_off(code: &str) -> Promotion {
    Promotion {
        name: code.to_owned(),
        given: Given::Code(code.parse::<Code>().expect("a code")),
        benefit: Benefit::Percent {
            off: Share::try_from(Rate::from_ppm(500_000)).expect("a share"),
        },
        scope: Scope::default(),
        gets: None,
        minimum_minor: None,
        window: Window::new(wares_db::testing::START, None).expect("no end"),
        limits: Limits::default(),
        combines: false,
    }
}

fn once(code: &str) -> Promotion {
    Promotion {
        limits: Limits {
            in_all: NonZeroU32::new(1),
            each: None,
        },
        ..half_off(code)
    }
}

impl TestShop {
    pub(crate) async fn give(&self, terms: Promotion) -> PromotionId {
        let save = SavePromotion {
            actor: Actor::System,
            known: None,
            terms,
        };
        self.data.db.write(save).await.expect("it is in order")
    }

    /// What is wrong with the books.
    pub(crate) async fn books(&self) -> Vec<String> {
        let mut conn = self.data.db.read().await.expect("a connection");
        let now = self.data.clock.now();
        let found = ledger::violations(&mut conn, now).await.expect("a read");
        found.iter().map(|row| format!("{} {row}", row.invariant.id)).collect()
    }
}

async fn shop(data: TestDb) -> TestShop {
    TestShop::on(data).await.delivering().await.taking_cards().await
}

async fn enter(browser: &mut Browser, code: &str) -> Answer {
    browser.post("/cart/code", &[("code", code)]).await
}

/// Somebody with one mug in the cart, a code, and the button before them.
async fn at_the_button(browser: &mut Browser, shop: &TestShop, code: &str) -> Answer {
    let mug = shop.goods("Tarn mug", 2400, 900).await;
    put_in(browser, &mug, "1").await;
    enter(browser, code).await.is(200);
    to_review(browser).await
}

/// Sends the page's form as it stands; answers the page or the payment page that comes of it.
async fn press(browser: &mut Browser, review: &Answer) -> Answer {
    let fields = review.form("/checkout/review");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post_only("/checkout/review", &fields).await
}

both_engines! {
    async fn a_code_is_shown_by_name_and_can_be_removed(data: TestDb) {
        let shop = shop(data).await;
        shop.give(half_off("AUTUMN-50")).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "2").await;
        ines.get("/cart").await.is(200).says("Add a discount code");
        let coded = enter(&mut ines, " autumn 50 ").await;
        coded.is(200).says("The discount is taken off").says("Discount AUTUMN-50").says("−€24.00");
        let review = to_review(&mut ines).await;
        review.says("Discount AUTUMN-50").says("Pay €28.90");
        let removed = ines.post("/cart/code", &[("remove", "AUTUMN-50")]).await;
        removed.is(200).says("The code is removed");
        assert!(!removed.text().contains("−€24.00"));
    }

    async fn a_code_that_is_refused_stays_in_its_field_with_the_reason(data: TestDb) {
        let shop = shop(data).await;
        let minimum_minor = NonZeroU32::new(5000);
        shop.give(Promotion { minimum_minor, ..half_off("FROM50") }).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        for (typed, reason) in [
            ("NONSENSE", "We do not know this code"),
            ("FROM50", "This code is for goods worth €50.00 or more: add €26.00"),
            ("", "Enter a code"),
            ("<script>alert(1)</script>", "We do not know this code"),
            (&"x".repeat(3000), "A code has at most 40 characters"),
        ] {
            let refused = enter(&mut ines, typed).await;
            refused.is(422).says("There is a problem").says(reason);
            assert_eq!(refused.value_of("code").unwrap_or_default(), typed);
        }
    }

    async fn nobody_guesses_codes(data: TestDb) {
        let shop = shop(data).await;
        let mut eve = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut eve, &mug, "1").await;
        for n in 0..10 {
            enter(&mut eve, &format!("GUESS{n}")).await.is(422);
        }
        enter(&mut eve, "GUESS10").await.is(429);
    }

    async fn a_code_that_ends_is_told_of_in_the_cart(data: TestDb) {
        let shop = shop(data).await;
        let id = shop.give(half_off("AUTUMN50")).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        enter(&mut ines, "AUTUMN50").await.is(200);
        let stop = StopPromotion { actor: Actor::System, promotion_id: id };
        shop.data.db.write(stop).await.expect("it goes on");
        ines.get("/cart").await.is(200).says("Since your last visit").says("AUTUMN50: this code has expired.").says("€28.90");
    }

    async fn a_code_can_be_entered_at_the_last_step_and_nothing_typed_is_lost(data: TestDb) {
        let shop = shop(data).await;
        shop.give(half_off("AUTUMN50")).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        review.says("Add a discount code").says("Pay €28.90");
        let fill = [("note", "For Ann"), ("code", "AUTMN50")];
        let mut fields = review.form("/checkout/review");
        fields.retain(|(name, _)| !["note", "code"].contains(&name.as_str()));
        let typed = |code| {
            let mut fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            fields.extend([fill[0], ("code", code)]);
            fields
        };
        let refused = ines.post("/checkout/code", &typed("AUTMN50")).await;
        refused.is(422).says("We do not know this code").says("For Ann");
        assert_eq!(refused.value_of("code").as_deref(), Some("AUTMN50"));
        let taken = ines.post("/checkout/code", &typed("AUTUMN50")).await;
        taken.is(200).says("The discount is taken off").says("For Ann").says("Pay €16.90");
        assert_eq!(taken.value_of("code").unwrap_or_default(), "");
        let removed = ines.post("/checkout/code", &[("remove", "AUTUMN50")]).await;
        removed.is(200).says("Pay €28.90");
    }

    async fn who_types_a_code_and_pays_sees_the_new_total_first(data: TestDb) {
        let shop = shop(data).await;
        shop.give(half_off("AUTUMN50")).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        let seen = ines.submit(&review, "/checkout/review", &[("code", "AUTUMN50")]).await;
        seen.is(200).says("Pay €16.90");
        assert_eq!(shop.gateway.n_begun(), 0);
        let page = press_pay(&mut ines, &seen).await;
        assert!(page.starts_with("https://pay.example/"), "{page}");
    }

    async fn an_order_shows_its_discounts_everywhere(data: TestDb) {
        let shop = shop(data).await;
        shop.give(half_off("AUTUMN50")).await;
        let free = Benefit::FreeShipping { up_to_minor: None };
        let mut ines = Browser::new(shop.router());
        let review = at_the_button(&mut ines, &shop, "AUTUMN50").await;
        let page = press_pay(&mut ines, &review).await;
        shop.gateway.pay(&page);
        let done = ines.get(&shop.return_path(&page)).await;
        done.is(200).says("Discount AUTUMN50").says("−€12.00").says("€16.90");
        ines.get(&format!("{}/invoice", done.url)).await.is(200).says("Discount AUTUMN50").says("−€12.00");
        shop.give(Promotion { benefit: free, ..half_off("SHIPFREE") }).await;
        let review = at_the_button(&mut ines, &shop, "SHIPFREE").await;
        review.says("Delivery, free with SHIPFREE").says("Pay €24.00");
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    async fn an_order_that_a_code_makes_free_is_placed_without_paying(data: TestDb) {
        let shop = shop(data).await;
        let (all, free) = (Benefit::Percent { off: Share::ALL }, Benefit::FreeShipping { up_to_minor: None });
        shop.give(Promotion { benefit: all, combines: true, ..half_off("GIFT") }).await;
        shop.give(Promotion { benefit: free, combines: true, ..half_off("SHIPFREE") }).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        enter(&mut ines, "GIFT").await.is(200);
        enter(&mut ines, "SHIPFREE").await.is(200);
        let review = to_review(&mut ines).await;
        review.says("Place the order");
        let done = ines.submit(&review, "/checkout/review", &[]).await;
        done.is(200).says("is confirmed");
        assert_eq!(shop.gateway.n_begun(), 0);
    }

    /// ACID rain: a voucher is used more often than allowed, because parallel requests all see it unused.
    async fn acidrain_a_voucher_is_not_used_more_often_than_allowed_by_parallel_requests(data: TestDb) {
        let shop = shop(data).await;
        shop.give(once("FIRST")).await;
        let mug = shop.goods("Tarn mug", 2400, 900).await;
        let mut buyers = Vec::new();
        for _ in 0..24 {
            let mut browser = Browser::new(shop.router());
            put_in(&mut browser, &mug, "1").await;
            enter(&mut browser, "FIRST").await.is(200);
            let review = to_review(&mut browser).await;
            buyers.push((browser, review));
        }
        let pressed = buyers.into_iter().map(|(mut browser, review)| tokio::spawn(async move {
            let answer = press(&mut browser, &review).await;
            (browser, answer)
        }));
        let pressed: Vec<_> = pressed.collect();
        let mut n_placed = 0;
        for press in pressed {
            let (mut browser, answer) = press.await.expect("nobody panics");
            match answer.status.as_u16() {
                303 => n_placed += 1,
                // The losers read why and what it costs now; nothing they typed is lost, and they can go on.
                409 => {
                    answer.says("FIRST: This code has been used up").says("The total is now €28.90 (was €16.90)");
                    answer.says("ines.roth@example.com").says("Accept and pay €28.90");
                    let again = press_pay(&mut browser, &answer).await;
                    assert!(again.starts_with("https://pay.example/"), "{again}");
                }
                other => panic!("{other}: {}", answer.text()),
            }
        }
        assert_eq!(n_placed, 1);
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    /// ACID rain: one buyer presses the same button many times at once, to be given the voucher for many orders.
    async fn acidrain_one_cart_uses_its_voucher_for_one_order(data: TestDb) {
        let shop = shop(data).await;
        shop.give(Promotion { limits: Limits { in_all: NonZeroU32::new(5), each: None }, ..half_off("FIVE") }).await;
        let mut ines = Browser::new(shop.router());
        let review = at_the_button(&mut ines, &shop, "FIVE").await;
        let fields = std::sync::Arc::new(review.form("/checkout/review"));
        let clicks: Vec<_> = (0..8).map(|_| {
            let (mut tab, fields) = (ines.tab(), std::sync::Arc::clone(&fields));
            tokio::spawn(async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                tab.post_only("/checkout/review", &fields).await.location()
            })
        }).collect();
        let mut pages = Vec::new();
        for click in clicks {
            pages.push(click.await.expect("nobody panics"));
        }
        pages.dedup();
        assert_eq!(pages.len(), 1, "{pages:?}");
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    /// ACID rain: the voucher is applied, and taken out or put in while the order is being paid.
    async fn acidrain_a_voucher_changed_while_being_paid_changes_nothing(data: TestDb) {
        let shop = shop(data).await;
        shop.give(once("FIRST")).await;
        let mut ines = Browser::new(shop.router());
        let review = at_the_button(&mut ines, &shop, "FIRST").await;
        let (mut other, mut third) = (ines.tab(), ines.tab());
        let (placed, _, _) = tokio::join!(
            press(&mut ines, &review),
            other.post_only("/cart/code", &[("remove", "FIRST")]),
            third.post_only("/checkout/code", &[("remove", "FIRST")]),
        );
        match placed.status.as_u16() {
            // The order was first: it keeps its price, whatever happens to the cart.
            303 => {
                let page = placed.location();
                shop.gateway.pay(&page);
                ines.get(&shop.return_path(&page)).await.is(200).says("€16.90");
            }
            // The code was out first: the buyer is asked to agree to the new total.
            409 => { placed.says("The total is now €28.90 (was €16.90)"); }
            other => panic!("{other}: {}", placed.text()),
        }
        assert_eq!(shop.books().await, Vec::<String>::new());
    }

    /// ACID rain: the voucher is put into the cart while the full price is being paid, to be paid less than was agreed.
    async fn acidrain_a_voucher_applied_while_being_paid_comes_too_late(data: TestDb) {
        let shop = shop(data).await;
        shop.give(once("FIRST")).await;
        let mut ines = Browser::new(shop.router());
        let mug = shop.goods("Tarn mug", 2400, 9).await;
        put_in(&mut ines, &mug, "1").await;
        let review = to_review(&mut ines).await;
        let page = press_pay(&mut ines, &review).await;
        enter(&mut ines, "FIRST").await.is(200).says("Put something in your cart");
        shop.gateway.pay(&page);
        ines.get(&shop.return_path(&page)).await.is(200).says("€28.90");
        assert_eq!(shop.books().await, Vec::<String>::new());
    }
}
