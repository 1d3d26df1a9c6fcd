//! The demo shop *Fieldhouse*, which is in the program: put up through the same import as any other file.

use std::io::{self, BufReader, Cursor};
use std::num::NonZeroU32;
use std::ops::ControlFlow;

use rust_embed::RustEmbed;
use wares_db::{Conn, Db, DbError, Tx, Write};
use wares_kernel::{Currency, ImageId, Instant, ProductId, Quantity, Rate, Slug};

use super::pictures::PictureFiles;
use super::report::Report;
use super::run::{Import, ImportError};
use super::table::{Table, TableError};
use crate::audit::Actor;
use crate::catalog::{
    self, Category, CategoryDraft, CategoryError, Choice, CollectionDraft, CollectionError, Rule, SaveCategory,
    SaveCollection,
};
use crate::media;
use crate::media::blob::BlobStore;
use crate::pricing::discount::{
    Benefit, Code, Given, Limits, Promotion, SaveError, SavePromotion, Scope, Share, Window,
};
use crate::reviews::{AddSamples, Sample};
use crate::settings::{self, ChangeError, Store};

/// The demo's files. A debug build reads them from `demo/`, a release has them inside.
#[derive(RustEmbed)]
#[folder = "../../demo"]
#[include = "*.csv"]
#[include = "images/*.webp"]
struct Files;

/// The demo's photographs by the names its table has for them.
#[derive(Debug, Clone, Copy)]
pub struct DemoPictures;

impl PictureFiles for DemoPictures {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(Files::get(&format!("images/{name}")).map(|file| file.data.into_owned()))
    }
}

/// What the demo's categories are introduced with, in the order of the menu.
const CATEGORIES: [(&str, &str); 6] = [
    (
        "ceramics",
        "Stoneware for every day, thrown and glazed in small batches. All of it goes in the dishwasher.",
    ),
    (
        "glass",
        "Clear, smoked and amber glass, blown thick enough to be used and not looked after.",
    ),
    (
        "kitchen",
        "Boards, bowls and tools of wood and stone that get better with use.",
    ),
    (
        "textiles",
        "Linen and wool for the table, the kitchen and the sofa, washed soft before they are sent.",
    ),
    (
        "lighting",
        "Lamps that throw a warm light where it is needed, with parts that can be replaced.",
    ),
    (
        "desk",
        "Plain things for a working table: trays, clocks, paper and a place for the pencils.",
    ),
];

/// What stands together on the first page, in this order.
const BREAKFAST: [&str; 8] = [
    "tarn-mug",
    "combe-teapot",
    "larder-jar",
    "flax-napkins",
    "tarn-plates",
    "barn-cutting-board",
    "rill-carafe",
    "tarn-espresso-cup",
];

/// The code that takes ten per cent off anything, once for each customer.
pub const CODE: &str = "HELLO10";
/// Of these three are sold at the price of two.
const CUP: &str = "tarn-espresso-cup";

/// Why the demo could not be put up.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The import of its products failed.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A photograph could not be kept.
    #[error(transparent)]
    Picture(#[from] media::UploadError),
    /// A category could not be changed.
    #[error(transparent)]
    Category(#[from] CategoryError),
    /// A collection could not be made.
    #[error(transparent)]
    Collection(#[from] CollectionError),
    /// A discount could not be made.
    #[error(transparent)]
    Discount(#[from] SaveError),
    /// The shop could not be given its name.
    #[error(transparent)]
    Name(#[from] ChangeError),
    /// A file of the demo is not what it should be.
    #[error("the demo's {file} is damaged: {why}")]
    Damaged {
        /// Which.
        file: &'static str,
        /// In what way.
        why: String,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn damaged(file: &'static str, why: impl Into<String>) -> DemoError {
    DemoError::Damaged { file, why: why.into() }
}

/// Puts the demo up; once it is there, nothing changes. `progress` hears of every few products.
pub async fn put_up(
    db: &Db,
    blobs: &dyn BlobStore,
    mut progress: impl FnMut(&Report) + Send,
) -> Result<Report, DemoError> {
    name_shop(db).await?;
    let import = Import {
        db,
        blobs,
        files: Some(&DemoPictures),
        actor: Actor::System,
        file_name: "demo/products.csv".to_owned(),
        currency: Currency::EUR,
    };
    let products = Cursor::new(file("products.csv")?);
    let hear = |report: &Report| {
        progress(report);
        ControlFlow::Continue(())
    };
    let imported = import.run(products, hear).await?;
    introduce_categories(db, blobs).await?;
    if imported.report.created > 0 {
        collect(db).await?;
        take_off(db).await?;
    }
    add_reviews(db).await?;
    Ok(imported.report)
}

fn file(name: &'static str) -> Result<Vec<u8>, DemoError> {
    let found = Files::get(name).ok_or_else(|| damaged(name, "it is missing"))?;
    Ok(found.data.into_owned())
}

/// A shop nobody has named yet becomes Fieldhouse.
async fn name_shop(db: &Db) -> Result<(), DemoError> {
    let saved = settings::load::<Store>(&mut *db.read().await?).await?;
    if saved.version > 0 {
        return Ok(());
    }
    let value = Store {
        name: "Fieldhouse".to_owned(),
        tagline: "Plain things, made to be used daily".to_owned(),
        legal_name: "Fieldhouse GmbH (demo)".to_owned(),
        address: "Musterstraße 1\n50667 Köln\nGermany".to_owned(),
        announcement: "This is the demo shop: nothing is sent, nothing is charged.".to_owned(),
        ..saved.value
    };
    db.write(settings::Change {
        actor: Actor::System,
        version: saved.version,
        value,
    })
    .await?;
    Ok(())
}

/// Gives the categories their banners and words, unless somebody has written some.
async fn introduce_categories(db: &Db, blobs: &dyn BlobStore) -> Result<(), DemoError> {
    let tree = catalog::tree(&mut *db.read().await?).await?;
    for (slug, words) in CATEGORIES {
        let Some(node) = tree.iter().find(|node| node.category.slug.as_str() == slug) else {
            continue;
        };
        if node.category.image.is_some() || !node.category.description.is_empty() {
            continue;
        }
        let image = banner(db, blobs, slug).await?;
        db.write(introduced(&node.category, words, image)).await?;
    }
    Ok(())
}

async fn banner(db: &Db, blobs: &dyn BlobStore, slug: &str) -> Result<Option<ImageId>, DemoError> {
    let Some(file) = Files::get(&format!("images/banner-{slug}.webp")) else {
        return Ok(None);
    };
    Ok(Some(media::upload(db, blobs, file.data.into_owned()).await?))
}

fn introduced(category: &Category, words: &str, image: Option<ImageId>) -> SaveCategory {
    SaveCategory {
        actor: Actor::System,
        category: Some((category.id, category.version)),
        draft: CategoryDraft {
            slug: Some(category.slug.clone()),
            name: category.name.clone(),
            description: words.to_owned(),
            parent: category.parent,
            image,
            is_visible: category.is_visible,
        },
    }
}

/// One collection by hand for the first page, and one by rule for the header.
async fn collect(db: &Db) -> Result<(), DemoError> {
    let mut breakfast = Vec::new();
    for handle in BREAKFAST {
        let handle: Slug = handle.parse().map_err(|_| damaged("products.csv", handle))?;
        breakfast.extend(product(&mut *db.read().await?, &handle).await?);
    }
    let on_sale = Rule {
        on_sale: true,
        ..Rule::default()
    };
    let draft = |name: &str, description: &str, choice| CollectionDraft {
        slug: None,
        name: name.to_owned(),
        description: description.to_owned(),
        picture: None,
        in_header: matches!(choice, Choice::ByRule(_)),
        on_home: matches!(choice, Choice::ByHand(_)),
        choice,
        is_visible: true,
    };
    let drafts = [
        draft(
            "For the breakfast table",
            "What stands on ours every morning, from the pot to the board.",
            Choice::ByHand(breakfast),
        ),
        draft(
            "Sale",
            "Last pieces of their glaze or colour, at a lower price.",
            Choice::ByRule(on_sale),
        ),
    ];
    for draft in drafts {
        let there = catalog::collections(&mut *db.read().await?).await?;
        if there.iter().all(|row| row.name != draft.name) {
            db.write(SaveCollection {
                actor: Actor::System,
                collection: None,
                draft,
            })
            .await?;
        }
    }
    Ok(())
}

/// A code for anything, and something that is given by itself; both go together.
async fn take_off(db: &Db) -> Result<(), DemoError> {
    let handle: Slug = CUP.parse().map_err(|_| damaged("products.csv", CUP))?;
    let cup = product(&mut *db.read().await?, &handle).await?;
    let code: Code = CODE.parse().map_err(|_| damaged("demo.rs", CODE))?;
    let tenth = Share::try_from(Rate::from_ppm(100_000)).map_err(|why| damaged("demo.rs", why.to_string()))?;
    let two = Quantity::try_from(2_u32).map_err(|why| damaged("demo.rs", why.to_string()))?;
    let welcome = Offer {
        name: "Welcome",
        given: Given::Code(code),
        benefit: Benefit::Percent { off: tenth },
        products: Vec::new(),
        each: NonZeroU32::new(1),
    };
    let three_for_two = Offer {
        name: "Three espresso cups for two",
        given: Given::Automatically,
        benefit: Benefit::BuyGet {
            buy: two,
            get: Quantity::ONE,
            off: Share::ALL,
        },
        products: cup.into_iter().collect(),
        each: None,
    };
    db.write(welcome).await?;
    db.write(three_for_two).await?;
    Ok(())
}

/// A discount of the demo, from now on.
struct Offer {
    name: &'static str,
    given: Given,
    benefit: Benefit,
    products: Vec<ProductId>,
    each: Option<NonZeroU32>,
}

impl Write for Offer {
    type Out = ();
    type Error = DemoError;

    async fn run(&self, tx: &mut Tx) -> Result<(), DemoError> {
        let terms = Promotion {
            name: self.name.to_owned(),
            given: self.given.clone(),
            benefit: self.benefit,
            scope: Scope {
                products: self.products.clone(),
                categories: Vec::new(),
            },
            gets: None,
            minimum_minor: None,
            window: Window::new(tx.now(), None).map_err(|why| damaged("demo.rs", why.to_string()))?,
            limits: Limits {
                in_all: None,
                each: self.each,
            },
            combines: true,
        };
        let save = SavePromotion {
            actor: Actor::System,
            known: None,
            terms,
        };
        save.run(tx).await?;
        Ok(())
    }
}

/// The sample reviews, each marked as one.
async fn add_reviews(db: &Db) -> Result<(), DemoError> {
    for (handle, samples) in reviews()? {
        let Some(product_id) = product(&mut *db.read().await?, &handle).await? else {
            continue;
        };
        db.write(AddSamples { product_id, samples }).await?;
    }
    Ok(())
}

async fn product(conn: &mut Conn, handle: &Slug) -> Result<Option<ProductId>, DbError> {
    catalog::recognise(conn, handle, &[]).await
}

/// The reviews by the handles of their products, in the order of the file.
fn reviews() -> Result<Vec<(Slug, Vec<Sample>)>, DemoError> {
    const FILE: &str = "reviews.csv";
    let broken = |error: TableError| damaged(FILE, error.to_string());
    let mut table = Table::open(BufReader::new(Cursor::new(file(FILE)?))).map_err(broken)?;
    let header = table.header.clone();
    let column = |name: &'static str| {
        header
            .find(&[name])
            .ok_or_else(|| damaged(FILE, format!("it has no column {name}")))
    };
    let [handle, rating, title, body, author, date] = [
        column("handle")?,
        column("rating")?,
        column("title")?,
        column("body")?,
        column("author")?,
        column("date")?,
    ];
    let mut reviews: Vec<(Slug, Vec<Sample>)> = Vec::new();
    while let Some(row) = table.next_record().map_err(broken)? {
        let wrong = |what: &str| damaged(FILE, format!("{what} on line {}", row.line));
        let sample = Sample {
            rating: row.get(rating).parse().map_err(|_| wrong("the rating"))?,
            title: row.get(title).to_owned(),
            body: row.get(body).to_owned(),
            author: row.get(author).to_owned(),
            at: noon(row.get(date)).ok_or_else(|| wrong("the date"))?,
        };
        let slug: Slug = row.get(handle).parse().map_err(|_| wrong("the handle"))?;
        match reviews.last_mut() {
            Some((last, samples)) if *last == slug => samples.push(sample),
            _ => reviews.push((slug, vec![sample])),
        }
    }
    Ok(reviews)
}

/// Noon of a day such as 2026-03-07, in UTC.
fn noon(day: &str) -> Option<Instant> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let noon = jiff::tz::TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok()?;
    Some(Instant::from_micros(noon.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use wares_db::both_engines;
    use wares_kernel::Clock;

    use super::*;
    use crate::catalog::Lookup;
    use crate::media::tests::MemoryBlobs;
    use crate::pricing::discount::{self, State};

    #[test]
    fn the_reviews_of_a_product_stand_together() {
        let reviews = reviews().unwrap();
        assert_eq!(reviews.iter().map(|(_, samples)| samples.len()).sum::<usize>(), 95);
        let mut slugs: Vec<&Slug> = reviews.iter().map(|(slug, _)| slug).collect();
        let n = slugs.len();
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), n);
    }

    both_engines! {
        async fn the_demo_is_put_up_whole_and_only_once(db: TestDb) {
            let blobs = MemoryBlobs::default();
            let report = put_up(&db.db, &blobs, |_| ()).await.unwrap();
            assert_eq!((report.products, report.variants, report.created), (36, 121, 36));
            assert_eq!(report.errors, []);

            let mut conn = db.db.read().await.unwrap();
            let tree = catalog::tree(&mut conn).await.unwrap();
            let counts: Vec<(&str, i64)> = tree.iter().map(|node| (node.category.slug.as_str(), node.category.n_products)).collect();
            assert_eq!(counts, [("ceramics", 6), ("glass", 6), ("lighting", 6), ("kitchen", 6), ("textiles", 6), ("desk", 6)]);
            assert!(tree.iter().all(|node| node.category.image.is_some() && !node.category.description.is_empty()));
            let cards = catalog::newest(&mut conn, 100).await.unwrap();
            assert!(cards.iter().all(|card| card.photo.is_some() && card.second.is_some()));
            assert!(cards.iter().any(|card| card.n_ratings > 0));
            let Lookup::Here(mug) = catalog::product_at(&mut conn, &"tarn-mug".parse().unwrap()).await.unwrap() else {
                panic!("the mug has a page");
            };
            let chalk = mug.options[0].values.iter().find(|value| value.value == "Chalk");
            assert_eq!(chalk.map(|value| value.swatch.as_str()), Some("#e9e5dc"));
            assert!(mug.variants.iter().all(|variant| variant.variant.image.is_some()));
            let collections = catalog::collections(&mut conn).await.unwrap();
            let names: Vec<&str> = collections.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(names, ["For the breakfast table", "Sale"]);
            let breakfast = catalog::collection(&mut conn, collections[0].id).await.unwrap().unwrap();
            assert!(matches!(breakfast.choice, Choice::ByHand(products) if products.len() == BREAKFAST.len()));
            let (welcome, ..) = discount::find_code(&mut conn, &CODE.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(welcome.state(db.clock.now()), State::Active);
            let shop = settings::load::<Store>(&mut conn).await.unwrap().value;
            assert_eq!(shop.seller().len(), 4);
            drop(conn);

            let again = put_up(&db.db, &blobs, |_| ()).await.unwrap();
            assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 36));
            assert_eq!(catalog::collections(&mut db.db.read().await.unwrap()).await.unwrap().len(), 2);
        }
    }
}
