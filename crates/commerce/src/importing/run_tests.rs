use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Cursor};
use std::ops::ControlFlow;

use image::ImageFormat;
use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::{Currency, Slug};

use super::tests::data;
use super::*;
use crate::audit::Actor;
use crate::catalog::{self, Lookup, ProductView, SaveProduct, Status};
use crate::inventory;
use crate::media::tests::{MemoryBlobs, picture};

/// Picture files in memory.
struct Files(HashMap<&'static str, Vec<u8>>);

impl PictureFiles for Files {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(name).cloned())
    }
}

struct Shop {
    blobs: MemoryBlobs,
    files: Files,
    stop_after: Option<u64>,
}

impl Shop {
    fn new() -> Self {
        let files = [
            ("chalk.webp", picture(60, 75, ImageFormat::WebP)),
            ("broken.jpg", b"\xff\xd8\xff\xe0 nothing".to_vec()),
        ];
        Self {
            blobs: MemoryBlobs::default(),
            files: Files(files.into()),
            stop_after: None,
        }
    }

    fn import<'a>(&'a self, db: &'a TestDb) -> Import<'a> {
        Import {
            db: &db.db,
            blobs: &self.blobs,
            files: Some(&self.files),
            actor: Actor::System,
            file_name: "products.csv".to_owned(),
            currency: Currency::EUR,
        }
    }

    async fn run(&self, db: &TestDb, text: &str) -> Imported {
        let source = Cursor::new(text.as_bytes().to_vec());
        let stop = self.stop_after;
        let progress = move |report: &Report| match stop {
            Some(most) if report.products >= most => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        self.import(db).run(source, progress).await.unwrap()
    }

    async fn check(&self, db: &TestDb, text: &str) -> Report {
        self.import(db)
            .check(Cursor::new(text.as_bytes().to_vec()))
            .await
            .unwrap()
    }
}

const HEADER: &str = "Handle,Title,Body (HTML),Product Category,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
                      Variant Inventory Qty,Variant Price,Image Src,Image Alt Text,Variant Image,Status\n";

fn mugs() -> String {
    let rows = "mug,Mug,<p>A mug</p>,Table > Cups,\"new, material:clay\",Colour,Chalk,M-C,shopify,4,24.00,chalk.webp,A chalk mug,chalk.webp,active\n\
                mug,,,,,,Moss,M-M,shopify,0,26.00,https://example.org/moss.jpg,,https://example.org/moss.jpg,\n\
                bowl,Bowl,,Table,,Title,Default Title,B-1,,,9.00,nothing.webp,,,active\n\
                vase,Vase,,Table,,Title,Default Title,V-1,,,,broken.jpg,,,active\n";
    format!("{HEADER}{rows}")
}

fn outcomes(report: &Report) -> (u64, u64, u64, u64) {
    (report.created, report.changed, report.unchanged, report.left_out)
}

async fn page(db: &TestDb, slug: &str) -> ProductView {
    let slug: Slug = slug.parse().unwrap();
    match catalog::product_at(&mut db.db.read().await.unwrap(), &slug)
        .await
        .unwrap()
    {
        Lookup::Here(view) => view,
        other => panic!("{slug} should have a page: {other:?}"),
    }
}

async fn n_shown(db: &TestDb) -> usize {
    catalog::newest(&mut db.db.read().await.unwrap(), 1_000)
        .await
        .unwrap()
        .len()
}

/// Many products, each a row.
fn many(n: u32) -> String {
    let rows = (0..n).map(|n| format!("p-{n},Product {n},,Things,,,,S-{n},shopify,{n},{n}.50,,,,active\n"));
    std::iter::once(HEADER.to_owned()).chain(rows).collect()
}

both_engines! {
    async fn every_statement_is_understood(db: TestDb) {
        let mut conn = db.db.read().await.unwrap();
        for sql in store::STATEMENTS {
            if let Err(error) = conn.prepare(*sql).await {
                panic!("{error}\n{}", sql.pg);
            }
        }
    }

    async fn a_file_fills_the_shop(db: TestDb) {
        let shop = Shop::new();
        let imported = shop.run(&db, &mugs()).await;
        let report = &imported.report;
        assert_eq!((report.rows, report.products, report.variants, report.images), (4, 3, 4, 4));
        assert_eq!(outcomes(report), (3, 0, 0, 0));

        let mug = page(&db, "mug").await;
        assert_eq!(mug.trail.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["Table", "Cups"]);
        let stock: Vec<_> = mug.variants.iter().map(|v| (v.values[0].as_str(), v.variant.price_minor, v.available())).collect();
        assert_eq!(stock, [("Chalk", 2_400, Some(4)), ("Moss", 2_600, Some(0))]);
        assert_eq!(mug.photos.len(), 1, "the other one has to be fetched");
        assert_eq!(mug.photos[0].1.alt, "A chalk mug");
        assert_eq!(mug.variants[0].variant.image, Some(mug.photos[0].0));
        assert_eq!(mug.options[0].values[1].swatch, "#6e8a5a");
        assert_eq!(page(&db, "bowl").await.variants[0].available(), None, "what is not counted never runs out");
        assert_eq!(n_shown(&db).await, 2, "the vase has no price and stays a draft");
        let tree = catalog::tree(&mut db.db.read().await.unwrap()).await.unwrap();
        assert_eq!(tree.iter().map(|node| node.category.n_products).collect::<Vec<_>>(), [2, 1]);
    }

    async fn what_cannot_be_taken_over_is_said(db: TestDb) {
        let report = Shop::new().run(&db, &mugs()).await.report;
        let said: Vec<(u64, &str)> = report.errors.iter().map(|p| (p.line, p.value.as_str())).collect();
        assert_eq!(said, [(4, "nothing.webp"), (5, ""), (5, "broken.jpg")], "{:?}", report.errors);
        assert!(report.errors.iter().all(|problem| problem.effect == Effect::Kept));
    }

    async fn importing_twice_changes_nothing(db: TestDb) {
        let shop = Shop::new();
        let first = shop.run(&db, &mugs()).await;
        let before = page(&db, "mug").await;
        let second = shop.run(&db, &mugs()).await;
        assert_ne!(first.id, second.id);
        assert_eq!(outcomes(&second.report), (0, 0, 3, 0));
        let after = page(&db, "mug").await;
        assert_eq!((after.product.updated_at, after.variants.len()), (before.product.updated_at, before.variants.len()));
        let id = after.variants[0].variant.id;
        let ledger = inventory::level(&mut db.db.read().await.unwrap(), id).await.unwrap().unwrap();
        assert_eq!(ledger.on_hand, 4);
    }

    async fn checking_writes_nothing_and_counts_the_same(db: TestDb) {
        let shop = Shop::new();
        let checked = shop.check(&db, &mugs()).await;
        assert_eq!(outcomes(&checked), (3, 0, 0, 0));
        assert_eq!((checked.rows, checked.products, checked.variants, checked.images), (4, 3, 4, 4));
        assert_eq!(n_shown(&db).await, 0);
        assert!(imports(&mut db.db.read().await.unwrap(), 10).await.unwrap().is_empty());

        shop.run(&db, &mugs()).await;
        assert_eq!(outcomes(&shop.check(&db, &mugs()).await), (0, 0, 3, 0));
        let dearer = mugs().replace("26.00", "27.00");
        assert_eq!(outcomes(&shop.check(&db, &dearer).await), (0, 1, 2, 0));
        shop.run(&db, &dearer).await;
        assert_eq!(page(&db, "mug").await.product.price_max_minor, 2_700);
    }

    async fn staff_s_own_address_survives_a_second_import(db: TestDb) {
        let shop = Shop::new();
        shop.run(&db, &mugs()).await;
        let id = page(&db, "mug").await.product.id;
        let stored = catalog::stored(&mut db.db.read().await.unwrap(), id).await.unwrap().unwrap();
        let mut draft = stored.draft.clone();
        draft.slug = Some("tarn-mug".parse().unwrap());
        db.db.write(SaveProduct { actor: Actor::System, product: Some((id, stored.version)), draft }).await.unwrap();

        let report = shop.run(&db, &mugs().replace("24.00", "25.00")).await.report;
        assert_eq!(outcomes(&report), (0, 1, 2, 0));
        assert_eq!(page(&db, "tarn-mug").await.product.price_min_minor, 2_500);
    }

    async fn a_product_is_recognised_by_its_sku_under_a_new_handle(db: TestDb) {
        let shop = Shop::new();
        shop.run(&db, &mugs()).await;
        let renamed = mugs().replace("\nbowl,Bowl", "\ngreat-bowl,Great bowl");
        assert_eq!(outcomes(&shop.run(&db, &renamed).await.report), (0, 1, 2, 0));
        assert_eq!(page(&db, "bowl").await.product.title, "Great bowl");
    }

    async fn what_the_shop_refuses_is_left_out_alone(db: TestDb) {
        let shop = Shop::new();
        shop.run(&db, &mugs()).await;
        let rows = "plate,Plate,,,,Size,Small,M-C,,,5.00,,,,active\nplate,,,,,,Large,B-1,,,7.00,,,,\ncup,Cup,,,,,,C-1,,,5.00,,,,active\n";
        let report = shop.run(&db, &format!("{HEADER}{rows}")).await.report;
        assert_eq!(outcomes(&report), (1, 0, 0, 1));
        let last = report.errors.last().unwrap();
        assert_eq!((last.line, last.effect), (2, Effect::LeftOut));
        assert_eq!((report.rows, report.products), (3, 1));
        assert_eq!(page(&db, "cup").await.variants.len(), 1);
    }

    async fn an_import_that_was_stopped_goes_on_where_it_stopped(db: TestDb) {
        let mut shop = Shop::new();
        shop.stop_after = Some(100);
        let first = shop.run(&db, &many(240)).await;
        assert!(!first.is_finished);
        assert_eq!((n_shown(&db).await, first.report.products), (100, 100));

        shop.stop_after = None;
        let second = shop.run(&db, &many(240)).await;
        assert_eq!(second.id, first.id);
        assert_eq!(outcomes(&second.report), (240, 0, 0, 0));
        assert_eq!((second.report.rows, n_shown(&db).await), (240, 240));
        let row = import(&mut db.db.read().await.unwrap(), first.id).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.n_done), ("finished", 240));

        let again = shop.run(&db, &many(240)).await;
        assert_ne!(again.id, first.id, "a finished one begins anew");
        assert_eq!(outcomes(&again.report), (0, 0, 240, 0));
    }

    async fn a_real_file_of_a_shop_is_in_the_shop(db: TestDb) {
        let shop = Shop::new();
        let run = |name: &'static str| {
            let source = File::open(data("csv/dev").join(name)).unwrap();
            let import = shop.import(&db);
            async move { import.run(source, |_| ControlFlow::Continue(())).await.unwrap().report }
        };
        let report = run("shopify_hair.csv").await;
        assert_eq!(outcomes(&report), (84, 0, 0, 0), "{:?}", report.errors);
        assert_eq!(outcomes(&run("shopify_hair.csv").await), (0, 0, 84, 0));
        let report = run("woo_classic-commerce_sample_products.csv").await;
        assert_eq!(outcomes(&report), (15, 0, 0, 0), "{:?}", report.errors);
        assert_eq!(outcomes(&run("woo_classic-commerce_sample_products.csv").await), (0, 0, 15, 0));
    }

    async fn a_price_left_out_later_changes_no_price(db: TestDb) {
        let shop = Shop::new();
        shop.run(&db, &mugs()).await;
        let without = "Handle,Title,Body (HTML),Option1 Name,Option1 Value\nmug,Mug,<p>A better mug</p>,Colour,Chalk\nmug,,,,Moss\n";
        let report = shop.run(&db, without).await.report;
        assert_eq!(outcomes(&report), (0, 1, 0, 0));
        let mug = page(&db, "mug").await;
        assert_eq!((mug.product.price_min_minor, mug.product.price_max_minor), (2_400, 2_600));
        assert_eq!(mug.product.description_html, "<p>A better mug</p>");
        assert_eq!(catalog::stored(&mut db.db.read().await.unwrap(), mug.product.id).await.unwrap().unwrap().draft.status, Status::Active);
    }
}
