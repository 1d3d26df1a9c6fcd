//! The last page, sent with the button.

use super::*;

/// The last page as the buyer left it: a bill to Bonn, another note.
fn signed() -> Signed {
    let bonn = Address {
        line1: "Am Hof 3".to_owned(),
        postcode: "53113".to_owned(),
        city: "Bonn".to_owned(),
        ..cologne()
    };
    Signed {
        typed: json!({"gift_note": "For Bo"}),
        review: Review {
            billing_address: Some(bonn),
            payment_method: Some(payment::BANK_TRANSFER.to_owned()),
            gift_note: "For Bo".to_owned(),
        },
    }
}

both_engines! {
    async fn the_order_holds_what_the_last_page_said_when_the_button_was_pressed(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let place = PlaceOrder { signed: Some(signed()), ..place };
        let placed = shop.db().write(place).await.unwrap();
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.gift_note.as_str(), order.billing_address.unwrap().city.as_str()), ("For Bo", "Bonn"));
        // It is there again, with the cart, when the order is never paid.
        let_expire(&shop, placed.order_id).await;
        let checkout = buyer.view().await.checkout;
        assert_eq!(checkout.gift_note, "For Bo");
        assert_eq!(checkout.typed["review"], json!({"gift_note": "For Bo"}));
    }

    async fn an_order_that_is_refused_keeps_nothing_of_the_last_page(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        set_price(&shop.test, mug, 2000).await;
        let refused = shop.db().write(PlaceOrder { signed: Some(signed()), ..place }).await.unwrap_err();
        assert!(matches!(refused, PlaceError::TotalChanged(_)), "{refused}");
        let checkout = buyer.view().await.checkout;
        assert_eq!(checkout.gift_note, "For Ann");
        assert_eq!(checkout.typed["review"], json!({}));
    }

    async fn a_way_to_pay_the_shop_does_not_offer_places_nothing(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (buyer, place) = shop.visitor(1).ready(mug, 1, payment::BANK_TRANSFER).await;
        let mut signed = signed();
        signed.review.payment_method = Some("barter".to_owned());
        let refused = shop.db().write(PlaceOrder { signed: Some(signed), ..place }).await.unwrap_err();
        assert!(matches!(refused, PlaceError::NotChosen(NotChosen::NotOffered)), "{refused}");
        assert_eq!(shop.stock(mug).await, (10, 0));
        assert_eq!(buyer.view().await.cart.n_pieces, 1);
    }
}
