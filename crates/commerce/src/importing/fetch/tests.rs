use std::collections::HashMap;
use std::io::Cursor;
use std::ops::ControlFlow;

use image::ImageFormat;
use wares_db::both_engines;
use wares_db::testing::TestDb;
use wares_kernel::{Clock, Currency, ProductId, Slug};

use super::*;
use crate::audit::Actor;
use crate::catalog::{self, Lookup, ProductView};
use crate::importing::Import;
use crate::media::tests::{MemoryBlobs, picture};

/// A web of a few pictures. What is not in it is not there; what is empty is busy.
#[derive(Debug)]
struct SmallWeb(HashMap<&'static str, Vec<u8>>);

#[async_trait]
impl PictureSource for SmallWeb {
    async fn fetch(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        match self.0.get(address) {
            Some(bytes) if bytes.is_empty() => Err(FetchError::Unreachable("the server is busy".to_owned())),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(FetchError::Refused("the server answered 404".to_owned())),
        }
    }
}

const FIRST: &str = "https://cdn.example.org/first.jpg";
const SECOND: &str = "https://cdn.example.org/second.png";
const THIRD: &str = "https://cdn.example.org/third.webp";

struct Shop {
    blobs: MemoryBlobs,
    product: ProductId,
}

impl Shop {
    /// Has imported a mug with three pictures, the third of which shows the second variant.
    async fn with_a_mug(db: &TestDb) -> Self {
        let file = format!(
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Alt Text,Variant Image,Status\n\
             mug,Mug,Colour,Chalk,M-C,24.00,{FIRST},From the front,,active\n\
             mug,,,Moss,M-M,26.00,{SECOND},,{THIRD},\n\
             mug,,,,,,{THIRD},,,\n"
        );
        let blobs = MemoryBlobs::default();
        let import = Import {
            db: &db.db,
            blobs: &blobs,
            files: None,
            actor: Actor::System,
            file_name: "mugs.csv".to_owned(),
            currency: Currency::EUR,
        };
        let source = Cursor::new(file.into_bytes());
        import.run(source, |_| ControlFlow::Continue(())).await.unwrap();
        let product = mug(db).await.product.id;
        Self { blobs, product }
    }

    async fn fetch(&self, db: &TestDb, web: &SmallWeb) -> Result<(), JobError> {
        let task = FetchPictures {
            product_id: self.product,
            from: 0,
        };
        fetch_pictures(&db.db, &self.blobs, web, &task).await
    }

    /// Address and reason of each picture that is not there.
    async fn missing(&self, db: &TestDb) -> Vec<(String, String)> {
        let missing = catalog::missing_pictures(&mut db.db.read().await.unwrap(), self.product)
            .await
            .unwrap();
        missing
            .into_iter()
            .map(|missing| (missing.picture.source, missing.last_error))
            .collect()
    }
}

async fn mug(db: &TestDb) -> ProductView {
    let slug: Slug = "mug".parse().unwrap();
    match catalog::product_at(&mut db.db.read().await.unwrap(), &slug)
        .await
        .unwrap()
    {
        Lookup::Here(view) => view,
        other => panic!("the mug should have a page: {other:?}"),
    }
}

/// The widths of the mug's pictures, in their order.
async fn widths(db: &TestDb) -> Vec<i64> {
    mug(db).await.photos.iter().map(|(_, photo)| photo.width).collect()
}

fn whole_web() -> SmallWeb {
    SmallWeb(HashMap::from([
        (FIRST, picture(41, 50, ImageFormat::Jpeg)),
        (SECOND, picture(42, 50, ImageFormat::Png)),
        (THIRD, picture(43, 50, ImageFormat::WebP)),
    ]))
}

both_engines! {
    async fn pictures_named_by_their_addresses_are_fetched_after_the_import(db: TestDb) {
        let shop = Shop::with_a_mug(&db).await;
        assert!(widths(&db).await.is_empty());
        let blobs = std::sync::Arc::new(shop.blobs);
        let (work, kept) = (db.db.clone(), std::sync::Arc::clone(&blobs));
        let worker = wares_jobs::Worker::new(db.db.clone(), std::sync::Arc::clone(&db.clock) as std::sync::Arc<dyn Clock>)
            .with(move |task: FetchPictures| {
                let (db, blobs) = (work.clone(), std::sync::Arc::clone(&kept));
                async move { fetch_pictures(&db, blobs.as_ref(), &whole_web(), &task).await }
            });
        worker.drain().await.unwrap();
        let mug = mug(&db).await;
        assert_eq!(widths(&db).await, [41, 42, 43]);
        assert_eq!(mug.photos[0].1.alt, "From the front");
        let shown: Vec<bool> = mug.variants.iter().map(|variant| variant.variant.image == Some(mug.photos[2].0)).collect();
        assert_eq!(shown, [false, true], "the third picture shows the second variant");
    }

    async fn a_picture_that_cannot_be_had_says_why_and_the_others_are_there(db: TestDb) {
        let shop = Shop::with_a_mug(&db).await;
        let mut web = whole_web();
        web.0.remove(FIRST);
        web.0.insert(SECOND, b"<html>no picture</html>".to_vec());
        shop.fetch(&db, &web).await.unwrap();
        assert_eq!(widths(&db).await, [43]);
        let expected = [
            (FIRST, "the server answered 404"),
            (SECOND, "this is not a picture in JPEG, PNG, WebP or GIF"),
        ];
        assert_eq!(shop.missing(&db).await, expected.map(|(address, why)| (address.to_owned(), why.to_owned())));
    }

    async fn a_picture_that_comes_later_takes_its_place(db: TestDb) {
        let shop = Shop::with_a_mug(&db).await;
        let mut web = whole_web();
        web.0.insert(FIRST, Vec::new());
        assert!(matches!(shop.fetch(&db, &web).await, Err(JobError::Retry(_))), "it is tried again");
        assert_eq!(widths(&db).await, [42, 43]);
        shop.fetch(&db, &whole_web()).await.unwrap();
        assert_eq!(widths(&db).await, [41, 42, 43]);
        assert!(shop.missing(&db).await.is_empty());
    }

    async fn a_picture_is_given_to_a_product_once(db: TestDb) {
        let shop = Shop::with_a_mug(&db).await;
        let web = whole_web();
        let (one, other) = tokio::join!(shop.fetch(&db, &web), shop.fetch(&db, &web));
        one.unwrap();
        other.unwrap();
        shop.fetch(&db, &web).await.unwrap();
        assert_eq!(widths(&db).await.len(), 3);
    }
}
