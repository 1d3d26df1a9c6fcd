//! Importing products from a file.

use axum::http::StatusCode;
use wares_commerce::importing;
use wares_commerce::staff::Role;
use wares_db::both_engines;

use super::support::{follow, member, owner, upload};
use crate::support::{Answer, TestShop, Visitor};

const FILE: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\n\
                    mug,Tarn Mug,Colour,Chalk,M-C,24.00,active\n\
                    mug,,,Moss,M-M,26.00,\n\
                    bowl,Tarn Bowl,Title,Default Title,B-1,=1+1,active\n\
                    vase,Tarn Vase,Title,Default Title,V-1,48.00,active\n";

async fn bring(ana: &Visitor, bytes: &[u8]) -> Answer {
    upload(ana, "/admin/import", &[], &[("file", "autumn.csv", bytes)]).await
}

async fn products(ana: &Visitor) -> Vec<String> {
    let mut titles = ana.get("/admin/products").await.all("tbody .go");
    titles.sort();
    titles
}

both_engines! {
    async fn a_file_is_checked_and_then_imported(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        assert!(ana.get("/admin/products").await.all("nav a").contains(&"Import".to_owned()));
        let brought = bring(&ana, FILE.as_bytes()).await;
        let page = follow(&ana, &brought).await;
        assert_eq!((page.at("h1").as_deref(), page.header("refresh")), (Some("autumn.csv"), "3"));
        assert!(page.all("main form").is_empty(), "nothing can be begun before the check is over");

        shop.work().await;
        let page = ana.get(brought.location()).await;
        assert_eq!(page.header("refresh"), "");
        assert_eq!(page.all(".kpi .v"), ["4", "2", "2", "1"]);
        assert_eq!(page.all("tbody td"), ["4", "Variant Price", "=1+1", page.all("tbody td")[3].as_str()]);
        assert!(products(&ana).await.is_empty(), "a check changes nothing");
        let table = ana.get(&format!("{}/errors.csv", brought.location())).await;
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert!(table.text().contains("\n4,Variant Price,'=1+1,"), "{}", table.text());

        let page = follow(&ana, &ana.post(brought.location(), &[]).await).await;
        assert_eq!(page.at("h2#p").as_deref(), Some("0 of 3 products"));
        assert_eq!(page.header("refresh"), "3");
        follow(&ana, &ana.post(brought.location(), &[]).await).await;
        shop.work().await;
        let page = ana.get(brought.location()).await;
        assert!(page.text().contains("It was finished today"), "{}", page.text());
        assert_eq!(page.all(".kpi .v"), ["4", "2", "2", "1"]);
        assert_eq!(products(&ana).await, ["Tarn Mug", "Tarn Vase"]);
        let list = ana.get("/admin/import").await;
        assert_eq!(list.all("tbody .go"), ["autumn.csv"]);
        assert!(list.at("tbody .b2").is_some_and(|state| state.contains("Finished")));
        let activity = ana.get("/admin/activity").await.text();
        assert_eq!(activity.matches("autumn.csv").count(), 1, "beginning it twice is the same as once");

        let again = bring(&ana, FILE.as_bytes()).await;
        shop.work().await;
        let page = ana.get(again.location()).await;
        assert_eq!(page.all(".kpi .v"), ["4", "2", "0", "1"]);
        assert!(page.text().contains("2 as before"));
    }

    async fn a_file_that_is_refused_leaves_nothing_behind(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let huge = vec![b'x'; usize::try_from(importing::FILE_MAX).unwrap() + 1];
        for (bytes, said) in [
            (&b""[..], "Choose a file"),
            (&b"Name,Colour\nMug,Moss\n"[..], "at least the columns Title and Price"),
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "not a product file"),
            (&huge[..], "larger than 50 MB"),
        ] {
            let page = bring(&ana, bytes).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
            assert!(page.at("#f-file-e").is_some_and(|text| text.contains(said)), "{said}: {}", page.text());
            assert!(page.all("tbody .go").is_empty());
        }
        let rows = importing::imports(&mut shop.data.db.read().await.unwrap(), 10).await.unwrap();
        assert!(rows.is_empty());
    }

    async fn a_file_can_be_run_by_another_instance(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let rows: String = (0..40_000).map(|n| format!("p-{n},Product {n},P-{n},1.00,wrong,archived\n")).collect();
        let file = format!("Handle,Title,Variant SKU,Variant Price,Variant Grams,Status\n{rows}");
        assert!(file.len() > 1 << 20, "more than one piece");
        let brought = bring(&ana, file.as_bytes()).await;
        shop.work().await;
        // The worker has nothing but the database.
        let page = ana.get(brought.location()).await;
        assert_eq!(page.at(".kpi .v").as_deref(), Some("40,000"));
    }

    async fn who_may_not_change_products_cannot_import(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let jo = member(&shop, Role::Fulfilment).await;
        assert!(!jo.get("/admin/products").await.all("nav a").contains(&"Import".to_owned()));
        assert_eq!(bring(&jo, FILE.as_bytes()).await.status, StatusCode::FORBIDDEN);
        let brought = bring(&ana, FILE.as_bytes()).await;
        shop.work().await;
        assert_eq!(jo.get(brought.location()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(jo.post(brought.location(), &[]).await.status, StatusCode::FORBIDDEN);
        shop.work().await;
        assert!(products(&ana).await.is_empty());
    }
}
