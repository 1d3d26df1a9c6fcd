use super::*;
use crate::cart::BuyAtOnce;

fn token(n: u8) -> TokenHash {
    Token::from_bytes([n; 32]).hash()
}

async fn at_once(test: &TestDb, n: u8, variant_id: VariantId, quantity: u32) -> Result<Added, AddError> {
    test.db
        .write(BuyAtOnce {
            token: token(n),
            variant_id,
            quantity: pieces(quantity),
        })
        .await
}

both_engines! {
    async fn what_is_bought_at_once_leaves_every_cart_as_it_is(test: TestDb) {
        let (_, mug) = Goods::mug(9).create(&test).await;
        let (_, other) = Goods::mug(9).create(&test).await;
        let ann = customer(&test).await;
        let own = CartOwner::Customer(ann);
        add(&test, own, mug, 2).await.unwrap();
        at_once(&test, 9, other, 3).await.unwrap();
        for buyer in [None, Some(ann)] {
            assert_eq!(quantities(&test, CartOwner::AtOnce(token(9), buyer)).await, [3]);
        }
        assert_eq!(quantities(&test, own).await, [2]);
        // Another thing takes its place, and the same pressed twice is the same.
        at_once(&test, 9, mug, 1).await.unwrap();
        let again = at_once(&test, 9, mug, 1).await.unwrap();
        assert_eq!((again.quantity.get(), again.n_pieces), (1, 1));
        assert_eq!(quantities(&test, CartOwner::AtOnce(token(9), None)).await, [1]);
        assert_eq!(quantities(&test, own).await, [2]);
    }

    async fn signing_in_joins_the_cart_and_not_what_is_bought_at_once(test: TestDb) {
        let (_, mug) = Goods::mug(9).create(&test).await;
        let (_, other) = Goods::mug(9).create(&test).await;
        let ann = customer(&test).await;
        add(&test, visitor(1), mug, 2).await.unwrap();
        at_once(&test, 9, other, 3).await.unwrap();
        test.db.write(Merge { visitor: token(1), customer_id: ann }).await.unwrap();
        assert_eq!(quantities(&test, CartOwner::Customer(ann)).await, [2]);
        assert_eq!(quantities(&test, CartOwner::AtOnce(token(9), Some(ann))).await, [3]);
    }

    async fn what_is_sold_out_or_gone_is_not_bought_at_once_either(test: TestDb) {
        let (_, few) = Goods::mug(2).create(&test).await;
        let added = at_once(&test, 9, few, 5).await.unwrap();
        assert_eq!((added.quantity.get(), added.only), (2, Some(2)));
        let (_, none) = Goods::mug(0).create(&test).await;
        assert!(matches!(at_once(&test, 9, none, 1).await, Err(AddError::SoldOut)));
        let (gone, variant) = Goods::mug(2).create(&test).await;
        retire(&test, gone).await;
        assert!(matches!(at_once(&test, 9, variant, 1).await, Err(AddError::NotForSale)));
        assert_eq!(quantities(&test, CartOwner::AtOnce(token(9), None)).await, [2], "what was there before");
    }
}
