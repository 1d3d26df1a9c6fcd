//! A shop sells in one currency, with as many decimal places as that has, from the shelf to the credit note.

use wares_db::{both_engines, testing::TestDb};

use crate::admin::{
    money::pieces,
    support::{PASSWORD, owner},
};
use crate::support::{
    TestShop,
    browser::Browser,
    buying::{EMAIL, press_pay, put_in, to_review},
};

/// One piece is bought for `price_minor`, paid, and given back; everywhere it reads `price`.
async fn bought_and_given_back(data: TestDb, currency: &str, price_minor: i64, price: &str) {
    let currency = currency.parse().unwrap();
    let shop = TestShop::on(data).await;
    owner(&shop).await;
    let shop = shop
        .in_currency(currency)
        .await
        .delivering_for(currency)
        .await
        .taking_cards()
        .await;
    let mug = shop.goods("Tarn mug", price_minor, 9).await;
    let mut ines = Browser::new(shop.router());
    let shelf = ines.get(&format!("/p/{}", mug.slug)).await;
    shelf.is(200).says(price).does_not_say("in euro");
    put_in(&mut ines, &mug, "1").await;
    ines.get("/cart").await.says(price);
    let review = to_review(&mut ines).await;
    let total: i64 = review.value_of("total").unwrap().parse().unwrap();
    let page = press_pay(&mut ines, &review).await;
    assert_eq!(
        shop.gateway.asked(&page).to_string(),
        format!("{} {currency}", decimal(total, currency.decimals()))
    );
    shop.gateway.pay(&page);
    let done = ines.get(&shop.return_path(&page)).await;
    done.is(200).says("is confirmed").says(price);

    let mut ana = Browser::new(shop.router());
    let gate = ana.get("/admin/sign-in").await;
    let entered = [("email", "ana@fieldhouse.example"), ("password", PASSWORD)];
    ana.submit(&gate, "/admin/sign-in", &entered).await.is(200);
    let here = format!("/admin/orders/{}/refund", shop.order_number(&page));
    let form = ana.get(&here).await;
    let q = pieces(&form, &here);
    ana.submit(&form, &here, &[(&q, "1"), ("reason", "Damaged")])
        .await
        .is(200)
        .says(price);

    let mails = shop.mails_to(EMAIL).await;
    for kind in ["order_confirmation", "refunded"] {
        let mail = mails.iter().find(|mail| mail.kind == kind).expect("a mail");
        assert!(mail.text.replace('\u{a0}', " ").contains(price), "{}", mail.text);
    }
    let papers = ana.get("/admin/invoices").await;
    papers.says("INV-00001").says(&format!("\u{2212}{price}"));
    assert_eq!(shop.books().await, Vec::<String>::new());
}

/// The amount as figures, worked out without the shop's own help.
fn decimal(minor: i64, decimals: u32) -> String {
    let digits = format!("{minor:0>width$}", width = usize::try_from(decimals).unwrap() + 1);
    let (whole, rest) = digits.split_at(digits.len() - usize::try_from(decimals).unwrap());
    if rest.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{rest}")
    }
}

both_engines! {
    async fn yen_have_no_decimal_places(data: TestDb) {
        bought_and_given_back(data, "JPY", 12_400, "¥12,400").await;
    }

    async fn dinars_have_three(data: TestDb) {
        bought_and_given_back(data, "KWD", 12_450, "KWD 12.450").await;
    }
}
