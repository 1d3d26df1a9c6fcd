use wares_db::testing::TestDb;
use wares_db::{both_engines, job};
use wares_kernel::{CategoryId, ProductId, Quantity, Slug, VariantId};

use super::draft::samples::mug;
use super::*;
use crate::audit::Actor;
use crate::inventory;
use crate::testing::Goods;

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

async fn save(db: &TestDb, product: Option<(ProductId, i64)>, draft: ProductDraft) -> Result<Saved, SaveError> {
    db.db
        .write(SaveProduct {
            actor: Actor::System,
            product,
            draft,
        })
        .await
}

async fn stored_now(db: &TestDb, id: ProductId) -> Stored {
    stored(&mut db.db.read().await.unwrap(), id).await.unwrap().unwrap()
}

async fn page(db: &TestDb, at: &str) -> Lookup<ProductView> {
    product_at(&mut db.db.read().await.unwrap(), &slug(at)).await.unwrap()
}

fn shown(lookup: Lookup<ProductView>) -> ProductView {
    match lookup {
        Lookup::Here(view) => view,
        other => panic!("a page was expected: {other:?}"),
    }
}

async fn category_named(db: &TestDb, name: &str, parent: Option<CategoryId>) -> CategoryId {
    let draft = CategoryDraft {
        slug: None,
        name: name.to_owned(),
        description: String::new(),
        parent,
        image: None,
        is_visible: true,
    };
    db.db
        .write(SaveCategory {
            actor: Actor::System,
            category: None,
            draft,
        })
        .await
        .unwrap()
}

async fn counts_by_name(db: &TestDb) -> Vec<(String, usize, i64)> {
    let tree = tree(&mut db.db.read().await.unwrap()).await.unwrap();
    tree.into_iter()
        .map(|node| (node.category.name, node.depth, node.category.n_products))
        .collect()
}

/// An order takes a piece of a variant.
async fn sell(db: &TestDb, variant: VariantId) {
    let work = job(move |tx| {
        Box::pin(async move {
            let order = tx.new_id();
            inventory::reserve(tx, order, &[(variant, Quantity::ONE)]).await?;
            inventory::claim(tx, order).await.map_err(inventory::ReserveError::from)
        })
    });
    db.db.write(work).await.unwrap();
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        for sql in store::statements() {
            if let Err(error) = conn.prepare(sql).await {
                panic!("{error}\n{}", sql.pg);
            }
        }
    }

    async fn products_are_told_in_parts_that_stay_as_they_are_when_one_is_added(db: TestDb) {
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(Goods::mug(1).create(&db).await.0);
            db.clock.advance(std::time::Duration::from_secs(1));
        }
        let away = SetStatus { actor: Actor::System, product: made[1], status: Status::Archived };
        db.db.write(away).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        let cut: Vec<_> = parts(&mut conn, 2).await.unwrap().iter().map(|part| part.first).collect();
        assert_eq!(cut, [made[0], made[3]]);
        let slugs = |from: &[Placed]| -> Vec<String> { from.iter().map(|product| product.slug.to_string()).collect() };
        assert_eq!(slugs(&placed(&mut conn, made[0], 2).await.unwrap()), [made[0], made[2]].map(|id| id.to_string()));
        assert_eq!(slugs(&placed(&mut conn, made[3], 9).await.unwrap()), [made[3], made[4]].map(|id| id.to_string()));
        drop(conn);
        let newest = Goods::mug(1).create(&db).await.0;
        let mut conn = db.db.read().await.unwrap();
        let now = parts(&mut conn, 2).await.unwrap();
        assert_eq!(now.iter().map(|part| part.first).collect::<Vec<_>>(), [made[0], made[3], newest]);
        assert!(now[2].changed_at > now[1].changed_at);
    }

    async fn a_product_is_shown_with_its_options_and_stock(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600)])).await.unwrap();
        assert_eq!(saved.slug, slug("tarn-mug"));
        let view = shown(page(&db, "tarn-mug").await);
        assert_eq!((view.product.price_min_minor, view.product.price_max_minor, view.product.in_stock), (2_400, 2_600, true));
        assert_eq!(view.product.summary, "A mug to be used daily. It holds 350 ml.");
        let values: Vec<&str> = view.options[0].values.iter().map(|value| value.value.as_str()).collect();
        assert_eq!((view.options[0].name.as_str(), values), ("Colour", vec!["Chalk", "Moss"]));
        assert_eq!(view.variants.iter().map(|v| (v.values[0].as_str(), v.available())).collect::<Vec<_>>(), [("Chalk", Some(5)), ("Moss", Some(5))]);
        assert_eq!(view.attributes[0].values, ["stoneware"]);
    }

    async fn saving_what_is_there_changes_nothing(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600)])).await.unwrap();
        let before = stored_now(&db, saved.id).await;
        assert!(before.is(&mug(&[("Chalk", 2_400), ("Moss", 2_600)])));
        assert!(before.is(&before.draft));
        assert!(!before.is(&mug(&[("Chalk", 2_400), ("Moss", 2_500)])));
        save(&db, Some((saved.id, before.version)), before.draft.clone()).await.unwrap();
        let after = stored_now(&db, saved.id).await;
        assert_eq!(after.draft, before.draft);
        assert_eq!(after.version, before.version + 1);
    }

    async fn variants_keep_their_ids_through_changes(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600), ("Iron", 2_600)])).await.unwrap();
        let before = stored_now(&db, saved.id).await;
        let id_of = |stored: &Stored, colour: &str| stored.draft.variants.iter().find(|v| v.values == [colour]).and_then(|v| v.id);
        let (chalk, moss) = (id_of(&before, "Chalk"), id_of(&before, "Moss"));

        // A file knows no ids: Moss is recognised by its values, Chalk by its SKU under its new name; Iron goes, Clay comes.
        let mut draft = mug(&[("Clay", 2_700), ("Moss", 2_500), ("White", 2_400)]);
        draft.variants[2].sku = Some("MUG-Chalk".parse().unwrap());
        save(&db, Some((saved.id, before.version)), draft).await.unwrap();

        let after = stored_now(&db, saved.id).await;
        assert_eq!(id_of(&after, "White"), chalk);
        assert_eq!(id_of(&after, "Moss"), moss);
        let shown: Vec<&str> = after.draft.variants.iter().map(|v| v.values[0].as_str()).collect();
        assert_eq!(shown, ["Clay", "Moss", "White"]);
        let values: Vec<&str> = after.draft.options[0].values.iter().map(|v| v.value.as_str()).collect();
        assert_eq!(values, ["Clay", "Moss", "White"], "values nobody has are gone");
        assert_eq!(after.stock, [(5, 0), (5, 0), (5, 0)]);
    }

    async fn two_variants_can_swap_their_skus(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600)])).await.unwrap();
        let mut draft = stored_now(&db, saved.id).await.draft;
        let (chalk, moss) = (draft.variants[0].sku.clone(), draft.variants[1].sku.clone());
        draft.variants[0].sku = moss;
        draft.variants[1].sku = chalk;
        save(&db, Some((saved.id, 1)), draft.clone()).await.unwrap();
        assert_eq!(stored_now(&db, saved.id).await.draft.variants, draft.variants);
    }

    async fn a_variant_that_was_sold_is_retired_not_deleted(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600)])).await.unwrap();
        let before = stored_now(&db, saved.id).await;
        let moss = before.draft.variants[1].id.unwrap();
        sell(&db, moss).await;
        save(&db, Some((saved.id, before.version)), mug(&[("Chalk", 2_400)])).await.unwrap();

        let after = stored_now(&db, saved.id).await;
        assert_eq!(after.draft.variants.len(), 1);
        assert_eq!(shown(page(&db, "tarn-mug").await).variants.len(), 1);
        let terms = sale_terms(&mut db.db.read().await.unwrap(), &[moss]).await.unwrap();
        assert_eq!((terms[0].variant_title.as_str(), terms[0].is_for_sale), ("Moss", false), "orders still know it");

        save(&db, Some((saved.id, after.version)), mug(&[("Chalk", 2_400), ("Moss", 2_900)])).await.unwrap();
        assert_eq!(stored_now(&db, saved.id).await.draft.variants[1].id, Some(moss), "it comes back by its SKU");
    }

    async fn the_second_of_two_editors_is_told(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400)])).await.unwrap();
        save(&db, Some((saved.id, 1)), mug(&[("Chalk", 2_500)])).await.unwrap();
        let late = save(&db, Some((saved.id, 1)), mug(&[("Chalk", 2_300)])).await;
        assert!(matches!(late, Err(SaveError::Changed)), "{late:?}");
        assert_eq!(stored_now(&db, saved.id).await.draft.variants[0].price_minor, 2_500);
    }

    async fn an_old_address_leads_to_the_new_one(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400)])).await.unwrap();
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.slug = Some(slug("mug-from-tarn"));
        save(&db, Some((saved.id, 1)), draft.clone()).await.unwrap();
        assert!(matches!(page(&db, "tarn-mug").await, Lookup::Moved(new) if new == slug("mug-from-tarn")));
        assert!(matches!(page(&db, "never-was").await, Lookup::Nothing));

        draft.slug = Some(slug("tarn-mug"));
        save(&db, Some((saved.id, 2)), draft).await.unwrap();
        assert!(matches!(page(&db, "tarn-mug").await, Lookup::Here(_)), "it may go back");
        assert!(matches!(page(&db, "mug-from-tarn").await, Lookup::Moved(new) if new == slug("tarn-mug")));
    }

    async fn addresses_and_skus_are_used_once(db: TestDb) {
        save(&db, None, mug(&[("Chalk", 2_400)])).await.unwrap();
        let taken = save(&db, None, mug(&[("Chalk", 900)])).await;
        assert!(matches!(&taken, Err(SaveError::SkuTaken { title, .. }) if title == "Tarn Mug"), "{taken:?}");

        let mut other = mug(&[("Ink", 900)]);
        assert_eq!(save(&db, None, other.clone()).await.unwrap().slug, slug("tarn-mug-2"), "an address made of the title is numbered");
        other.slug = Some(slug("tarn-mug"));
        other.variants[0].sku = None;
        assert!(matches!(save(&db, None, other).await, Err(SaveError::SlugTaken(_))));
    }

    async fn a_refused_product_leaves_nothing_behind(db: TestDb) {
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.categories = vec![CategoryId::new(uuid::Uuid::nil())];
        assert!(matches!(save(&db, None, draft).await, Err(SaveError::PartMissing)));
        let mut empty = mug(&[("Chalk", 2_400)]);
        empty.title.clear();
        assert!(matches!(save(&db, None, empty).await, Err(SaveError::Problems(_))));
        assert!(newest(&mut db.db.read().await.unwrap(), 10).await.unwrap().is_empty());
    }

    async fn categories_count_each_active_product_once(db: TestDb) {
        let table = category_named(&db, "Table", None).await;
        let cups = category_named(&db, "Cups", Some(table)).await;
        let gifts = category_named(&db, "Gifts", None).await;
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.categories = vec![cups, table, gifts];
        let saved = save(&db, None, draft.clone()).await.unwrap();
        let all = |n| vec![("Table".to_owned(), 0, n), ("Cups".to_owned(), 1, n), ("Gifts".to_owned(), 0, n)];
        assert_eq!(counts_by_name(&db).await, all(1));

        db.db.write(SetStatus { actor: Actor::System, product: saved.id, status: Status::Archived }).await.unwrap();
        assert_eq!(counts_by_name(&db).await, all(0));
        db.db.write(SetStatus { actor: Actor::System, product: saved.id, status: Status::Active }).await.unwrap();
        assert_eq!(counts_by_name(&db).await, all(1));

        let before = stored_now(&db, saved.id).await;
        draft.categories = vec![gifts];
        save(&db, Some((saved.id, before.version)), draft).await.unwrap();
        assert_eq!(counts_by_name(&db).await.iter().map(|(_, _, n)| *n).collect::<Vec<_>>(), [0, 0, 1]);
    }

    async fn a_category_moves_with_its_products_but_never_below_itself(db: TestDb) {
        let table = category_named(&db, "Table", None).await;
        let cups = category_named(&db, "Cups", Some(table)).await;
        let gifts = category_named(&db, "Gifts", None).await;
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.categories = vec![cups];
        save(&db, None, draft).await.unwrap();
        let place = |category, parent, place| MoveCategory { actor: Actor::System, category, parent, place };

        assert!(matches!(db.db.write(place(table, Some(cups), 0)).await, Err(CategoryError::Circle)));
        assert!(matches!(db.db.write(place(table, Some(table), 0)).await, Err(CategoryError::Circle)));
        db.db.write(place(cups, Some(gifts), 0)).await.unwrap();
        db.db.write(place(gifts, None, 0)).await.unwrap();
        let tree = counts_by_name(&db).await;
        assert_eq!(tree, [("Gifts".to_owned(), 0, 1), ("Cups".to_owned(), 1, 1), ("Table".to_owned(), 0, 0)]);
    }

    async fn deleting_a_category_takes_its_products_elsewhere(db: TestDb) {
        let table = category_named(&db, "Table", None).await;
        let cups = category_named(&db, "Cups", Some(table)).await;
        let gifts = category_named(&db, "Gifts", None).await;
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.categories = vec![cups];
        let saved = save(&db, None, draft).await.unwrap();
        let delete = |category, products_to| DeleteCategory { actor: Actor::System, category, products_to };

        assert!(matches!(db.db.write(delete(table, None)).await, Err(DeleteCategoryError::HasChildren)));
        assert!(matches!(db.db.write(delete(cups, None)).await, Err(DeleteCategoryError::HasProducts(1))));
        assert!(matches!(db.db.write(delete(cups, Some(cups))).await, Err(DeleteCategoryError::Itself)));
        db.db.write(delete(cups, Some(gifts))).await.unwrap();
        assert_eq!(counts_by_name(&db).await, [("Table".to_owned(), 0, 0), ("Gifts".to_owned(), 0, 1)]);
        assert_eq!(stored_now(&db, saved.id).await.draft.categories, [gifts]);
    }

    async fn hidden_products_and_categories_stand_nowhere(db: TestDb) {
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.status = Status::Draft;
        let saved = save(&db, None, draft).await.unwrap();
        assert!(matches!(page(&db, "tarn-mug").await, Lookup::Nothing));
        assert_eq!(cards(&mut db.db.read().await.unwrap(), &[saved.id]).await.unwrap(), []);

        let gifts = category_named(&db, "Gifts", None).await;
        let mut conn = db.db.read().await.unwrap();
        assert!(matches!(category_at(&mut conn, &slug("gifts")).await.unwrap(), Lookup::Here(view) if view.category.id == gifts));
        drop(conn);
        let draft = CategoryDraft {
            slug: Some(slug("presents")),
            name: "Presents".into(),
            description: "For others".into(),
            parent: None,
            image: None,
            is_visible: false,
        };
        db.db.write(SaveCategory { actor: Actor::System, category: Some((gifts, 1)), draft }).await.unwrap();
        let mut conn = db.db.read().await.unwrap();
        assert!(matches!(category_at(&mut conn, &slug("presents")).await.unwrap(), Lookup::Nothing));
        assert!(matches!(category_at(&mut conn, &slug("gifts")).await.unwrap(), Lookup::Moved(_)));
    }

    async fn cards_come_in_the_order_that_was_asked_for(db: TestDb) {
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three"] {
            let mut draft = mug(&[(name, 1_000), (&format!("{name} large"), 1_500)]);
            draft.title = name.to_owned();
            draft.variants[0].was_minor = Some(1_200);
            ids.push(save(&db, None, draft).await.unwrap().id);
        }
        ids.reverse();
        let mut conn = db.db.read().await.unwrap();
        let found = cards(&mut conn, &ids).await.unwrap();
        assert_eq!(found.iter().map(|card| card.title.as_str()).collect::<Vec<_>>(), ["Three", "Two", "One"]);
        let card = &found[0];
        assert_eq!((card.price_min_minor, card.price_max_minor, card.was_minor), (1_000, 1_500, Some(1_200)));
        assert_eq!((card.option.as_deref(), card.n_choices, card.available, card.may_backorder), (Some("Colour"), 2, 10, false));
        assert_eq!(newest(&mut conn, 2).await.unwrap().len(), 2);
        assert_eq!(best_sold(&mut conn, 10).await.unwrap().len(), 3);
    }

    async fn a_category_is_read_page_by_page_without_gaps(db: TestDb) {
        let table = category_named(&db, "Table", None).await;
        for n in 0..7 {
            let mut draft = mug(&[(&format!("c{n}"), 1_000)]);
            draft.title = format!("Mug {n}");
            draft.categories = vec![table];
            save(&db, None, draft).await.unwrap();
            db.clock.advance(std::time::Duration::from_secs(1));
        }
        let mut conn = db.db.read().await.unwrap();
        let (mut titles, mut after) = (Vec::new(), None);
        loop {
            let page = in_category(&mut conn, table, after, 3).await.unwrap();
            titles.extend(page.items.into_iter().map(|card| card.title));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(titles, (0..7).rev().map(|n| format!("Mug {n}")).collect::<Vec<_>>());
        assert_eq!(related(&mut conn, ProductId::new(uuid::Uuid::nil()), 4).await.unwrap(), []);
    }

    async fn a_choice_without_a_script_finds_its_variant(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400), ("Moss", 2_600)])).await.unwrap();
        let moss = stored_now(&db, saved.id).await.draft.variants[1].id;
        let mut conn = db.db.read().await.unwrap();
        assert_eq!(variant_with(&mut conn, &saved.slug, &["Moss".into()]).await.unwrap(), moss);
        assert_eq!(variant_with(&mut conn, &saved.slug, &["Blue".into()]).await.unwrap(), None);
        assert_eq!(variant_of_code(&mut conn, saved.id, "mug moss").await.unwrap(), moss);
        assert_eq!(variant_of_code(&mut conn, saved.id, "mug blue").await.unwrap(), None);
    }

    async fn every_change_is_in_the_change_log(db: TestDb) {
        let table = category_named(&db, "Table", None).await;
        let mut draft = mug(&[("Chalk", 2_400)]);
        draft.categories = vec![table];
        let saved = save(&db, None, draft).await.unwrap();
        let seen = store::changed(&mut db.db.read().await.unwrap()).await.unwrap();
        assert!(seen.contains(&("product".into(), saved.id.uuid())), "{seen:?}");
        assert_eq!(seen.iter().filter(|entry| **entry == ("category".into(), table.uuid())).count(), 2, "made, then counted: {seen:?}");
    }

    async fn stock_reaches_the_lists(db: TestDb) {
        let saved = save(&db, None, mug(&[("Chalk", 2_400)])).await.unwrap();
        let variant = stored_now(&db, saved.id).await.draft.variants[0].id.unwrap();
        sell(&db, variant).await;
        let card = cards(&mut db.db.read().await.unwrap(), &[saved.id]).await.unwrap().remove(0);
        assert_eq!((card.available, card.in_stock), (4, true));
    }

    async fn only_what_no_order_knows_is_deleted(db: TestDb) {
        let sold = save(&db, None, mug(&[("Chalk", 2_400)])).await.unwrap();
        sell(&db, stored_now(&db, sold.id).await.draft.variants[0].id.unwrap()).await;
        let fresh = save(&db, None, mug(&[("Ink", 2_400)])).await.unwrap();
        let delete = |product| DeleteProduct { actor: Actor::System, product };
        assert!(matches!(db.db.write(delete(sold.id)).await, Err(DeleteError::Sold)));
        db.db.write(delete(fresh.id)).await.unwrap();
        assert!(matches!(db.db.write(delete(fresh.id)).await, Err(DeleteError::NotFound)));
        assert_eq!(newest(&mut db.db.read().await.unwrap(), 10).await.unwrap().len(), 1);
    }
}
