use jiff::civil::{Date, date};
use wares_db::both_engines;
use wares_db::testing::{TestDb, understands};
use wares_kernel::CategoryId;
use wares_search::{Hits, Query};

use super::{
    Catalogue, DeleteRedirect, DeleteSynonym, Log, Prune, RedirectError, SaveRedirect, SaveSynonym, Searched,
    SynonymError, Which, most_searched, store, synonyms, totals,
};
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

const TODAY: Date = date(2026, 3, 9);

fn hits(total: u64) -> Hits {
    Hits {
        total,
        ..Hits::default()
    }
}

/// What is told of the last thirty days: words, how often, how many found, how many shown in their place.
async fn told(db: &TestDb, which: Which) -> Vec<(String, i64, i64, i64)> {
    let mut conn = db.db.read().await.unwrap();
    let days = (date(2026, 2, 8), TODAY);
    let told: Vec<Searched> = most_searched(&mut conn, days, which, 10).await.unwrap();
    told.into_iter()
        .map(|row| (row.words, row.n_searches, row.n_found, row.n_instead))
        .collect()
}

fn row(words: &str, n: i64, found: i64, instead: i64) -> (String, i64, i64, i64) {
    (words.to_owned(), n, found, instead)
}

fn synonym(words: &str, finds: &str) -> SaveSynonym {
    SaveSynonym {
        actor: Actor::System,
        synonym: None,
        words: words.to_owned(),
        finds: finds.to_owned(),
    }
}

fn redirect(words: &str, path: &str) -> SaveRedirect {
    SaveRedirect {
        actor: Actor::System,
        redirect: None,
        words: words.to_owned(),
        path: path.to_owned(),
    }
}

both_engines! {
    async fn searches_are_counted_by_day_and_words_and_those_in_vain_told_apart(db: TestDb) {
        let (log, other) = (Log::default(), Log::default());
        log.note(TODAY, "Linen shirt", &hits(3));
        log.note(TODAY, "linen  shirt?", &hits(4));
        log.note(TODAY, "samovar", &hits(0));
        log.note(date(2026, 3, 8), "samovar", &hits(0));
        log.note(TODAY, "brass samovar", &Hits { dropped: vec!["samovar".into()], ..hits(7) });
        log.note(TODAY, "doorbell", &Hits { is_guess: true, ..hits(2) });
        log.note(TODAY, "ines@example.com", &hits(0));
        log.note(date(2025, 3, 9), "linen shirt", &hits(9));
        assert_eq!(log.write_down(&db.db).await.unwrap(), 6);
        assert_eq!(log.write_down(&db.db).await.unwrap(), 0, "what is written is not written again");
        other.note(TODAY, "linen shirt", &hits(5));
        other.write_down(&db.db).await.unwrap();

        let in_vain = [row("samovar", 2, 0, 0), row("brass samovar", 1, 0, 7), row("doorbell", 1, 0, 2)];
        assert_eq!(told(&db, Which::All).await, [&[row("linen shirt", 3, 5, 0)], &in_vain[..]].concat());
        assert_eq!(told(&db, Which::FoundNothing).await, in_vain);
        let all = totals(&mut db.db.read().await.unwrap(), (TODAY, TODAY)).await.unwrap();
        assert_eq!((all.n_searches, all.n_in_vain), (6, 3));

        assert_eq!(db.db.write(Prune { today: TODAY }).await.unwrap(), 0);
        assert_eq!(db.db.write(Prune { today: date(2026, 4, 20) }).await.unwrap(), 1);
    }

    async fn a_search_that_leads_to_a_page_is_not_told_as_in_vain(db: TestDb) {
        let log = Log::default();
        log.note(TODAY, "returns", &hits(0));
        log.write_down(&db.db).await.unwrap();
        assert_eq!(told(&db, Which::FoundNothing).await.len(), 1);
        db.db.write(redirect("Returns?", "/returns")).await.unwrap();
        assert!(told(&db, Which::FoundNothing).await.is_empty());
    }

    async fn what_many_search_for_is_suggested(db: TestDb) {
        Goods { title: "Linen shirt", ..Goods::mug(3) }.create(&db).await;
        let catalogue = Catalogue::in_memory().unwrap();
        catalogue.start(&db.db).await.unwrap();
        let log = Log::default();
        for (words, n) in [("shirt of linen", 5), ("linen shirt for ines", 4)] {
            for _ in 0..n {
                log.note(TODAY, words, &hits(1));
            }
        }
        log.write_down(&db.db).await.unwrap();
        catalogue.learn(&db.db, TODAY).await.unwrap();
        let offered = |typed: &str| {
            let found = catalogue.suggest(typed).unwrap();
            found.queries.iter().map(|parts| wares_search::plain(parts)).collect::<Vec<_>>()
        };
        assert!(offered("shirt o").contains(&"shirt of linen".to_owned()));
        assert!(offered("linen shirt f").iter().all(|words| !words.contains("ines")));
    }

    async fn synonyms_are_the_shops_and_followed_by_every_instance(db: TestDb) {
        Goods { title: "Samovar", ..Goods::mug(3) }.create(&db).await;
        let catalogue = Catalogue::in_memory().unwrap();
        let seq = catalogue.start(&db.db).await.unwrap().max(changes::testing::end(&db.db).await);
        assert_eq!(found(&catalogue, "urn"), 0);
        let id = db.db.write(synonym("Tea urn, urn", "samovar")).await.unwrap();
        let seq = follow(&catalogue, &db, seq).await;
        assert_eq!(found(&catalogue, "urn"), 1);
        assert_eq!(found(&catalogue, "tea urn"), 1);

        let change = SaveSynonym { synonym: Some(id), ..synonym("boiler, samovar", "") };
        db.db.write(change.clone()).await.unwrap();
        let seq = follow(&catalogue, &db, seq).await;
        assert_eq!((found(&catalogue, "urn"), found(&catalogue, "boiler")), (0, 1));

        let delete = DeleteSynonym { actor: Actor::System, synonym: id };
        db.db.write(delete.clone()).await.unwrap();
        follow(&catalogue, &db, seq).await;
        assert_eq!(found(&catalogue, "boiler"), 0);
        assert!(matches!(db.db.write(delete).await, Err(SynonymError::NotFound)));
        assert!(matches!(db.db.write(change).await, Err(SynonymError::NotFound)));
    }

    async fn a_rule_that_says_nothing_or_too_much_is_refused(db: TestDb) {
        let refusal = async |words: &str, finds: &str| db.db.write(synonym(words, finds)).await.unwrap_err();
        assert!(matches!(refusal(" , ?", "").await, SynonymError::NoWords));
        assert!(matches!(refusal("samovar", "").await, SynonymError::OneWord));
        assert!(matches!(refusal("samovar, Samovar!", "").await, SynonymError::OneWord));
        assert!(matches!(refusal("samovar", "Samovar").await, SynonymError::Same));
        assert!(matches!(refusal("sofa,  COUCH; settee", "").await, SynonymError::Known), "a new shop has it");
        let many: Vec<String> = (0..13).map(|n| format!("word{n}")).collect();
        assert!(matches!(refusal(&many.join(","), "").await, SynonymError::TooLong));
        let mut conn = db.db.read().await.unwrap();
        let first = synonyms(&mut conn, "sofa", "", 10).await.unwrap();
        assert_eq!(first.items.iter().map(|rule| rule.words.as_str()).collect::<Vec<_>>(), ["sofa, couch, settee"]);
        let half = synonyms(&mut conn, "", "", 30).await.unwrap();
        let rest = synonyms(&mut conn, "", &half.next.unwrap(), 1000).await.unwrap();
        let all = store::all_synonyms(&mut conn).await.unwrap();
        assert_eq!(half.items.len() + rest.items.len(), all.len());
    }

    async fn words_lead_to_the_page_staff_name(db: TestDb) {
        let catalogue = Catalogue::in_memory().unwrap();
        let seq = catalogue.start(&db.db).await.unwrap().max(changes::testing::end(&db.db).await);
        assert_eq!(catalogue.redirect("returns"), None);
        let id = db.db.write(redirect(" Returns ", "/returns")).await.unwrap();
        let seq = follow(&catalogue, &db, seq).await;
        assert_eq!(catalogue.redirect("RETURNS?").as_deref(), Some("/returns"));
        assert_eq!(catalogue.redirect("returns policy"), None);
        let known = db.db.write(redirect("returns", "/c/all")).await.unwrap_err();
        assert_eq!(known.to_string(), "these words lead to /returns already");
        assert!(matches!(db.db.write(redirect(" ? ", "/returns")).await, Err(RedirectError::NoWords)));
        assert!(matches!(db.db.write(redirect("gifts", "https://elsewhere.example")).await, Err(RedirectError::Path)));

        let change = SaveRedirect { redirect: Some(id), ..redirect("send back", "/returns") };
        db.db.write(change).await.unwrap();
        let seq = follow(&catalogue, &db, seq).await;
        assert_eq!((catalogue.redirect("returns"), catalogue.redirect("send back").as_deref()), (None, Some("/returns")));
        db.db.write(DeleteRedirect { actor: Actor::System, redirect: id }).await.unwrap();
        follow(&catalogue, &db, seq).await;
        assert_eq!(catalogue.redirect("send back"), None);
    }
}
