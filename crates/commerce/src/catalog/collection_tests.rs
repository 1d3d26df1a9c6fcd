use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::{CollectionId, ProductId};

use super::*;
use crate::audit::Actor;
use crate::changes::{self, Change};
use crate::testing::Goods;

fn draft(name: &str, choice: Choice) -> CollectionDraft {
    CollectionDraft {
        slug: None,
        name: name.to_owned(),
        description: String::new(),
        choice,
        picture: None,
        in_header: false,
        on_home: false,
        is_visible: true,
    }
}

async fn save(
    db: &TestDb,
    known: Option<(CollectionId, i64)>,
    draft: CollectionDraft,
) -> Result<CollectionId, CollectionError> {
    let actor = Actor::System;
    db.db
        .write(SaveCollection {
            actor,
            collection: known,
            draft,
        })
        .await
}

async fn at(db: &TestDb, slug: &str) -> Lookup<Collection> {
    collection_at(&mut db.db.read().await.unwrap(), &slug.parse().unwrap())
        .await
        .unwrap()
}

fn by_hand(found: Lookup<Collection>) -> Vec<ProductId> {
    match found {
        Lookup::Here(Collection {
            choice: Choice::ByHand(products),
            ..
        }) => products,
        other => panic!("chosen by hand: {other:?}"),
    }
}

both_engines! {
    async fn what_is_chosen_by_hand_stays_in_its_order(db: TestDb) {
        let (mug, cup) = (Goods::mug(1).create(&db).await.0, Goods::mug(1).create(&db).await.0);
        let id = save(&db, None, draft("Breakfast", Choice::ByHand(vec![cup, mug]))).await.unwrap();
        assert_eq!(by_hand(at(&db, "breakfast").await), [cup, mug]);
        save(&db, Some((id, 1)), draft("Breakfast", Choice::ByHand(vec![mug, cup]))).await.unwrap();
        assert_eq!(by_hand(at(&db, "breakfast").await), [mug, cup]);
        let late = save(&db, Some((id, 1)), draft("Breakfast", Choice::ByHand(vec![mug]))).await;
        assert!(matches!(late, Err(CollectionError::Changed)), "{late:?}");
    }

    async fn an_old_address_leads_on_and_a_hidden_collection_is_nowhere(db: TestDb) {
        let sale = || Choice::ByRule(Rule { on_sale: true, ..Rule::default() });
        let id = save(&db, None, draft("Sale", sale())).await.unwrap();
        let renamed = CollectionDraft { slug: Some("bargains".parse().unwrap()), ..draft("Sale", sale()) };
        save(&db, Some((id, 1)), renamed.clone()).await.unwrap();
        assert!(matches!(at(&db, "sale").await, Lookup::Moved(slug) if slug.as_str() == "bargains"));
        let other = save(&db, None, CollectionDraft { slug: renamed.slug.clone(), ..draft("Other", sale()) }).await;
        assert!(matches!(other, Err(CollectionError::SlugTaken(_))), "{other:?}");
        save(&db, Some((id, 2)), CollectionDraft { is_visible: false, ..renamed }).await.unwrap();
        assert!(matches!(at(&db, "bargains").await, Lookup::Nothing));
        let gone = DeleteCollection { actor: Actor::System, collection: id };
        assert!(db.db.write(gone).await.unwrap());
        assert!(matches!(at(&db, "sale").await, Lookup::Nothing));
    }

    async fn a_rule_says_something_and_nothing_impossible(db: TestDb) {
        let refused = async |rule: Rule| save(&db, None, draft("All", Choice::ByRule(rule))).await.unwrap_err();
        assert!(matches!(refused(Rule::default()).await, CollectionError::RuleMissing));
        let crossed = Rule { price_min_minor: Some(2), price_max_minor: Some(1), ..Rule::default() };
        assert!(matches!(refused(crossed).await, CollectionError::PricesCrossed));
        let many = Choice::ByHand(vec![ProductId::new(uuid::Uuid::nil()); CHOSEN_MAX + 1]);
        assert!(matches!(save(&db, None, draft("Many", many)).await, Err(CollectionError::TooMany)));
        let nothing = Choice::ByHand(vec![ProductId::new(uuid::Uuid::nil())]);
        assert!(matches!(save(&db, None, draft("Gone", nothing)).await, Err(CollectionError::ProductMissing)));
    }

    async fn only_what_every_page_shows_changes_every_page(db: TestDb) {
        let start = changes::testing::end(&db.db).await;
        let plain = draft("Sale", Choice::ByRule(Rule { on_sale: true, ..Rule::default() }));
        let id = save(&db, None, plain.clone()).await.unwrap();
        let told = CollectionDraft { description: "Until Sunday".to_owned(), ..plain.clone() };
        save(&db, Some((id, 1)), told.clone()).await.unwrap();
        let seen: Vec<Change> = changes::testing::seen(&db.db, start, 2).await.iter().map(|entry| entry.change).collect();
        assert_eq!(seen, [Change::Collection(id), Change::Collection(id)]);
        let start = changes::testing::end(&db.db).await;
        save(&db, Some((id, 2)), CollectionDraft { in_header: true, ..told }).await.unwrap();
        let seen: Vec<Change> = changes::testing::seen(&db.db, start, 2).await.iter().map(|entry| entry.change).collect();
        assert_eq!(seen, [Change::Settings, Change::Collection(id)]);
    }
}
