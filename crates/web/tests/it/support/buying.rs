//! The steps of somebody who buys.

use super::{
    TestShop,
    browser::{Answer, Browser},
    goods::Goods,
};

/// The address Ines orders with.
pub(crate) const EMAIL: &str = "ines.roth@example.com";

const DETAILS: [(&str, &str); 6] = [
    ("email", EMAIL),
    ("name", "Ines Roth"),
    ("country", "DE"),
    ("line1", "Ehrenstraße 12"),
    ("postcode", "50672"),
    ("city", "Köln"),
];

/// Puts so many into the cart.
pub(crate) async fn put_in(browser: &mut Browser, goods: &Goods, quantity: &str) {
    let variant = goods.variant.to_string();
    browser
        .post("/cart/lines", &[("variant", &variant), ("qty", quantity)])
        .await
        .is(200);
}

/// Goes to the third page.
pub(crate) async fn to_review(browser: &mut Browser) -> Answer {
    let details = browser.get("/checkout").await;
    let delivery = browser.submit(&details, "/checkout/details", &DETAILS).await;
    delivery.is(200).says("How should it come?");
    let review = browser.submit(&delivery, "/checkout/delivery", &[]).await;
    review.is(200).says("Review and pay");
    review
}

/// Presses Pay; answers the address of the payment page.
pub(crate) async fn press_pay(browser: &mut Browser, review: &Answer) -> String {
    let fields = review.form("/checkout/review");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = browser.post_only("/checkout/review", &fields).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    answer.location()
}

/// A paid order.
pub(crate) struct Ordered {
    /// The path of its page.
    pub(crate) url: String,
    /// Its number.
    pub(crate) number: String,
}

impl TestShop {
    /// A browser buys one piece and pays.
    pub(crate) async fn order(&self, browser: &mut Browser, goods: &Goods) -> Ordered {
        put_in(browser, goods, "1").await;
        let review = to_review(browser).await;
        let page = press_pay(browser, &review).await;
        self.gateway.pay(&page);
        let done = browser.get(&self.return_path(&page)).await;
        done.is(200).says("is confirmed");
        Ordered {
            url: done.url,
            number: self.order_number(&page),
        }
    }
}
