//! The steps of somebody who buys a mug, and of the owner who begins to sell.

use super::program::Program;
use super::shop::Shop;
use super::shopper::{Page, Shopper};

const DETAILS: [(&str, &str); 6] = [
    ("email", "ines.roth@example.com"),
    ("name", "Ines Roth"),
    ("country", "DE"),
    ("line1", "Ehrenstraße 12"),
    ("postcode", "50672"),
    ("city", "Köln"),
];

/// Puts a mug into the cart and goes up to the last page before paying.
pub(crate) async fn to_review(ines: &mut Shopper, shop: &Shop, program: &Program) -> Page {
    let product = ines.get(&program.url("/p/tarn-mug")).await;
    let mug = shop.mug().await;
    ines.submit(&product, "/cart/lines", &[("variant", &mug), ("qty", "1")])
        .await
        .says("Tarn Mug");
    let details = ines.get(&program.url("/checkout")).await;
    let delivery = ines.submit(&details, "/checkout/details", &DETAILS).await;
    delivery.says("How should it come?");
    let review = ines.submit(&delivery, "/checkout/delivery", &[]).await;
    review.says("Review and pay");
    review
}

/// Presses Pay; answers the gateway's page, or nothing when the connection broke.
pub(crate) async fn press_pay(ines: &mut Shopper, review: &Page) -> Option<Page> {
    let fields = review.form("/checkout/review", &[]);
    let sent = ines.post(&review.absolute("/checkout/review"), &fields).await?;
    Some(ines.get(&sent.location).await)
}

/// Pays on the gateway's page; answers where the buyer is sent then.
pub(crate) async fn pay(ines: &mut Shopper, page: &Page, how: &str) -> String {
    let card = [
        ("number", "4242424242424242"),
        ("exp", "12/30"),
        ("cvc", "123"),
        ("how", how),
    ];
    let fields = page.form(&page.path(), &card);
    let paid = ines.post(&page.url, &fields).await.expect("the gateway answers");
    paid.location
}

/// Sets the shop up; answers the owner, signed in.
pub(crate) async fn owner(program: &Program) -> Shopper {
    let mut ana = Shopper::new();
    let form = ana.get(&program.setup_link()).await;
    let fields = [
        ("name", "Ana Berger"),
        ("email", "ana@fieldhouse.example"),
        ("password", "a long walk in the hills"),
        ("shop", "Fieldhouse"),
        ("country", "DE"),
    ];
    ana.submit(&form, "/admin/setup", &fields).await.says("Before you open");
    ana
}
