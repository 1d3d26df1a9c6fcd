//! Buying one thing past the cart.

use wares_kernel::CustomerId;

use super::*;
use crate::accounts;
use crate::cart::BuyAtOnce;

async fn customer(shop: &Shop) -> CustomerId {
    let email: EmailAddress = "ines@example.org".parse().unwrap();
    let work = job(move |tx| {
        let email = email.clone();
        Box::pin(async move {
            let noted = accounts::NotedOrder {
                customer_id: None,
                email: &email,
                name: "Ines",
                n_orders: 0,
                spent_minor: 0,
            };
            accounts::note_order(tx, noted).await?;
            accounts::find_by_email(tx, &email).await?.ok_or(DbError::NotFound)
        })
    });
    shop.db().write(work).await.unwrap().id
}

async fn n_pieces(shop: &Shop, owner: CartOwner) -> i64 {
    cart::count(&mut shop.db().read().await.unwrap(), &owner).await.unwrap()
}

both_engines! {
    async fn it_becomes_an_order_of_who_is_signed_in_and_comes_back_to_nobodys_cart(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let (_, other) = Goods::mug(10).create(&shop.test).await;
        let ines = customer(&shop).await;
        let own = Buyer { owner: CartOwner::Customer(ines), ..shop.visitor(1) };
        own.add(other, 2).await;
        let token = Token::from_bytes([9; 32]).hash();
        let quantity = Quantity::try_from(1_u32).unwrap();
        shop.db().write(BuyAtOnce { token, variant_id: mug, quantity }).await.unwrap();

        let at_once = Buyer { owner: CartOwner::AtOnce(token, Some(ines)), ..own.clone() };
        assert_eq!(at_once.view().await.cart.customer_id, Some(ines));
        at_once.enter_details().await;
        at_once.choose_cheapest().await;
        at_once.pay_by(payment::BANK_TRANSFER).await;
        let place = at_once.place_order().await;
        let placed = shop.db().write(place.clone()).await.unwrap();
        assert_eq!(shop.db().write(place).await.unwrap().order_id, placed.order_id, "pressed twice");
        let order = shop.order(placed.order_id).await;
        assert_eq!((order.customer_id, order.n_pieces, order.subtotal.minor()), (Some(ines), 1, 1800));
        assert_eq!(n_pieces(&shop, own.owner).await, 2);
        assert_eq!(n_pieces(&shop, at_once.owner).await, 0);

        let_expire(&shop, placed.order_id).await;
        assert_eq!(n_pieces(&shop, own.owner).await, 2);
        assert_eq!(n_pieces(&shop, at_once.owner).await, 1, "with everything typed");
        assert_eq!(at_once.view().await.checkout.gift_note, "For Ann");
    }

    async fn somebody_elses_cart_is_not_reached_by_a_cookie(db: TestDb) {
        let shop = Shop::open(db).await;
        let (_, mug) = Goods::mug(10).create(&shop.test).await;
        let ines = customer(&shop).await;
        let own = Buyer { owner: CartOwner::Customer(ines), ..shop.visitor(1) };
        let (_, place) = own.ready(mug, 1, payment::BANK_TRANSFER).await;
        // Signed in as Ines or not: a cookie of one's own opens what it was made for, no cart.
        for buyer in [None, Some(ines)] {
            let owner = CartOwner::AtOnce(Token::from_bytes([9; 32]).hash(), buyer);
            let refused = shop.db().write(PlaceOrder { owner, ..place.clone() }).await;
            assert!(matches!(refused, Err(PlaceError::NoCart)), "{buyer:?}");
        }
    }
}
