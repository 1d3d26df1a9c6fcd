use std::sync::Arc;

use wares_db::{both_engines, job};
use wares_kernel::SystemRandom;

use super::*;
use crate::payment::testing::Counter;
use crate::testing::Goods;

async fn with_a_card(shop: &Counter) {
    let payments = Arc::new(shop.settings.payments.clone());
    let put = job(move |tx| {
        let payments = Arc::clone(&payments);
        Box::pin(async move { settings::put(tx, &Actor::System, 0, payments.as_ref()).await })
    });
    shop.test.db.write(put).await.unwrap();
}

both_engines! {
    async fn everything_opens_under_the_new_key_and_nothing_under_the_old_one(test: TestDb) {
        let shop = Counter::open(test).await;
        with_a_card(&shop).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, _) = shop.order(1, mug, 1).await;
        let token = orders::token_of(&shop.till.vault, &shop.find(order_id).await).unwrap();
        let (old, new) = (shop.till.vault.clone(), Vault::new([9; 32]));
        let rotate = Rotate { old: old.clone(), new: new.clone() };
        let done = shop.test.db.write(rotate.clone()).await.unwrap();
        assert_eq!(done, Rotated { secrets: 2, links: 1 });
        let order = shop.find(order_id).await;
        assert_eq!(orders::token_of(&new, &order).unwrap(), token);
        assert!(orders::token_of(&old, &order).is_err());
        let saved = settings::load::<Payments>(&mut shop.test.db.read().await.unwrap()).await.unwrap();
        let card = saved.value.card.unwrap();
        assert_eq!(new.open_text(CardGateway::KEY_PLACE, &card.secret_key).unwrap(), "key");
        assert!(old.open_text(CardGateway::KEY_PLACE, &card.secret_key).is_err());
        let again = shop.test.db.write(rotate).await.unwrap();
        assert_eq!(again.links, 0, "what is sealed under the new key stays");
    }

    async fn what_opens_under_neither_key_stops_it_before_anything_is_changed(test: TestDb) {
        let shop = Counter::open(test).await;
        let (_, mug) = Goods::mug(5).create(&shop.test).await;
        let (order_id, _) = shop.order(1, mug, 1).await;
        let before = shop.find(order_id).await.token_sealed;
        let rotate = Rotate { old: Vault::new([1; 32]), new: Vault::new([2; 32]) };
        assert!(matches!(shop.test.db.write(rotate).await, Err(RotateError::Foreign { .. })));
        assert_eq!(shop.find(order_id).await.token_sealed, before);
    }

    async fn the_activity_says_that_keys_changed_and_not_what_they_are(test: TestDb) {
        let shop = Counter::open(test).await;
        let sealed = shop.till.vault.seal_text(&SystemRandom, "x", "secret");
        let rotate = Rotate { old: shop.till.vault.clone(), new: Vault::new([9; 32]) };
        shop.test.db.write(rotate).await.unwrap();
        let page = audit::list(&mut shop.test.db.read().await.unwrap(), audit::Show::Everything, audit::Span::ALWAYS,
            wares_kernel::After::NEWEST, 10).await.unwrap();
        let said = format!("{:?}", page.items);
        assert!(said.contains("keys") && !said.contains(&format!("{sealed:?}")), "{said}");
    }
}
