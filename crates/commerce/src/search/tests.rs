use wares_db::both_engines;
use wares_db::testing::{TestDb, understands};
use wares_kernel::CategoryId;
use wares_search::Query;

use super::{Catalogue, store};
use crate::audit::Actor;
use crate::catalog::{self, CategoryDraft, ProductDraft, SaveCategory, SetStatus, Status, VariantDraft};
use crate::changes;
use crate::testing::Goods;

fn found(catalogue: &Catalogue, words: &str) -> usize {
    catalogue
        .search(&Query::of(words))
        .expect("any text is a query")
        .ids
        .len()
}

/// Takes in what has changed since `seq`; answers the new position.
async fn follow(catalogue: &Catalogue, db: &TestDb, seq: i64) -> i64 {
    let entries = loop {
        let mut conn = db.db.read().await.expect("the test database is there");
        let entries = changes::after(&mut conn, seq, 100).await.expect("the log can be read");
        if !entries.is_empty() {
            break entries;
        }
        tokio::task::yield_now().await;
    };
    let all: Vec<_> = entries.iter().map(|entry| entry.change).collect();
    let seq = entries.last().expect("there is one").seq;
    catalogue
        .apply(&db.db, &all, seq)
        .await
        .expect("the index can be written");
    seq
}

fn mug_in(category: CategoryId) -> ProductDraft {
    ProductDraft {
        slug: None,
        title: "Mug".to_owned(),
        description: catalog::Description::default(),
        brand: String::new(),
        tax_class: "standard".to_owned(),
        categories: vec![category],
        tags: Vec::new(),
        attributes: Vec::new(),
        status: Status::Active,
        seo_title: String::new(),
        seo_description: String::new(),
        options: Vec::new(),
        variants: vec![VariantDraft {
            id: None,
            sku: None,
            barcode: String::new(),
            values: Vec::new(),
            price_minor: 1800,
            was_minor: None,
            cost_minor: None,
            weight_g: 400,
            image: None,
            is_active: true,
            needs_shipping: true,
            may_backorder: false,
            opening_stock: 3,
        }],
        images: Vec::new(),
    }
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        understands(&db, store::STATEMENTS).await;
    }

    async fn what_is_shown_is_found(db: TestDb) {
        let catalogue = Catalogue::in_memory().unwrap();
        Goods::mug(3).create(&db).await;
        catalogue.start(&db.db).await.unwrap();
        assert_eq!(catalogue.n_products(), 1);
        assert_eq!(found(&catalogue, "mug"), 1);
        assert_eq!(found(&catalogue, "mugs"), 1);
        assert_eq!(catalogue.search(&Query::all()).unwrap().total, 1);
    }

    async fn what_is_not_shown_any_more_is_not_found(db: TestDb) {
        let catalogue = Catalogue::in_memory().unwrap();
        let (product, _) = Goods::mug(3).create(&db).await;
        let seq = catalogue.start(&db.db).await.unwrap();
        let archive = SetStatus { actor: Actor::System, product, status: Status::Archived };
        db.db.write(archive).await.unwrap();
        follow(&catalogue, &db, seq).await;
        assert_eq!(found(&catalogue, "mug"), 0);
    }

    async fn a_category_is_found_by_its_new_name(db: TestDb) {
        let catalogue = Catalogue::in_memory().unwrap();
        let draft = CategoryDraft {
            slug: None,
            name: "Tableware".to_owned(),
            description: String::new(),
            parent: None,
            image: None,
            is_visible: true,
        };
        let category = db.db.write(SaveCategory { actor: Actor::System, category: None, draft: draft.clone() }).await.unwrap();
        db.db.write(catalog::SaveProduct { actor: Actor::System, product: None, draft: mug_in(category) }).await.unwrap();
        let seq = catalogue.start(&db.db).await.unwrap();
        assert_eq!(found(&catalogue, "tableware"), 1);

        let version = catalog::category(&mut db.db.read().await.unwrap(), category).await.unwrap().unwrap().version;
        let renamed = CategoryDraft { name: "Ceramics".to_owned(), ..draft };
        db.db.write(SaveCategory { actor: Actor::System, category: Some((category, version)), draft: renamed }).await.unwrap();
        follow(&catalogue, &db, seq).await;
        assert_eq!(found(&catalogue, "ceramics"), 1);
    }

    async fn an_index_on_disk_goes_on_from_where_it_was(db: TestDb) {
        let folder = tempfile::tempdir().unwrap();
        Goods::mug(3).create(&db).await;
        let first = {
            let catalogue = Catalogue::open(folder.path()).unwrap();
            catalogue.start(&db.db).await.unwrap()
        };
        let again = Catalogue::open(folder.path()).unwrap();
        assert_eq!(again.n_products(), 1);
        assert_eq!(again.start(&db.db).await.unwrap(), first);
        Goods { title: "Bowl", ..Goods::mug(2) }.create(&db).await;
        drop(again);
        let behind = Catalogue::open(folder.path()).unwrap();
        behind.start(&db.db).await.unwrap();
        assert_eq!(found(&behind, "bowl"), 1);
    }
}
