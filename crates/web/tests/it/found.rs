//! What search engines and other machines are told: sitemap, robots, JSON-LD, and how a page looks where somebody links to it.

use axum::http::StatusCode;
use scraper::Selector;
use serde_json::{Map, Value};
use wares_commerce::{
    audit::Actor,
    catalog::{CollectionDraft, ImageDraft, SetStatus, Status},
    media::blob::BlobKey,
    pricing,
    reviews::{AddSamples, Sample},
    settings::{Change, Store},
};
use wares_db::{DbError, Sql, both_engines, job, p, sql};
use wares_kernel::{Country, Currency, ImageId};

use crate::support::{
    Answer, TestShop,
    shelf::{option, product, variant},
};

const PHOTO: Sql = sql!(
    "INSERT INTO images (id, content_key, format, width, height, size_bytes, colour, white_background, created_at)
     VALUES (?1, ?2, 'jpeg', 1200, 1500, 90000, '#c8b9a4', ?3, 1)"
);
const NO_SAMPLES: Sql = sql!("UPDATE reviews SET is_sample = ?1");

/// A photograph of nothing.
async fn photo(shop: &TestShop, name: &'static str) -> ImageId {
    let store = job(move |tx| {
        Box::pin(async move {
            let (id, key) = (tx.new_id(), BlobKey::of(name.as_bytes()).to_string());
            tx.exec(PHOTO, p![id, key, false]).await?;
            Ok::<ImageId, DbError>(id)
        })
    });
    shop.app.db.write(store).await.unwrap()
}

/// A shop that delivers, with cups in two colours and sizes, a mug without a choice, and reviews of both.
async fn furnished(shop: &TestShop) {
    let seed = job(|tx| Box::pin(async move { pricing::seed(tx, Country::DE, Currency::EUR).await }));
    shop.app.db.write(seed).await.unwrap();
    shop.catch_up().await;
    let store = Store {
        name: "Fieldhouse".into(),
        tagline: "plain things \"for <daily> use\"".into(),
        email: Some("hello@fieldhouse.example".parse().unwrap()),
        ..Store::default()
    };
    let named = Change {
        actor: Actor::System,
        version: 0,
        value: store,
    };
    shop.app.db.write(named).await.unwrap();
    let tableware = shop.category("Tableware", None).await;
    let cups = shop.category("Cups", Some(tableware)).await;
    let image = |image_id| ImageDraft {
        image_id,
        alt: String::new(),
    };

    let mut cup = product("Tarn cup");
    cup.brand = "Tarn".into();
    cup.categories = vec![cups];
    cup.options = vec![option("Colour", &["Chalk", "Moss"]), option("Wick", &["Long"])];
    cup.variants = vec![
        variant(&["Chalk", "Long"], 2200, 30),
        variant(&["Moss", "Long"], 2800, 0),
    ];
    cup.variants[1].barcode = "4006381333931".into();
    cup.images = vec![image(photo(shop, "cup").await), image(photo(shop, "cup too").await)];
    let mut mug = product("Mug </script> & co");
    mug.categories = vec![cups];
    mug.images = vec![image(photo(shop, "mug").await)];
    let mugs = |draft: &mut CollectionDraft| draft.description = "What is drunk from before noon".into();
    shop.collection("For breakfast", mugs).await;
    for draft in [cup, mug] {
        let saved = shop.put_up(draft).await;
        let samples = [5, 4].map(|rating| Sample {
            rating,
            title: "Good".into(),
            body: "Used every day since it came.".into(),
            author: "Ines".into(),
            at: shop.app.now(),
        });
        let add = AddSamples {
            product_id: saved.id,
            samples: samples.into(),
        };
        shop.app.db.write(add).await.unwrap();
    }
    let written = job(|tx| Box::pin(async move { tx.exec(NO_SAMPLES, p![false]).await }));
    shop.app.db.write(written).await.unwrap();
    shop.catch_up().await;
}

/// The JSON-LD of a page.
fn blocks(page: &Answer) -> Vec<Value> {
    let selector = Selector::parse("script[type='application/ld+json']").unwrap();
    let html = page.html();
    let texts = html.select(&selector).map(|script| script.text().collect::<String>());
    texts
        .map(|text| serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
        .collect()
}

/// What the rules for rich results ask of each kind of thing: what must be there, and what should be.
fn fields(kind: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match kind {
        "Product" => (&["name", "image", "offers"], &["sku"]),
        "ProductGroup" => (
            &["name", "hasVariant", "productGroupID"],
            &[
                "variesBy",
                "brand",
                "description",
                "image",
                "aggregateRating",
                "review",
                "url",
            ],
        ),
        "Offer" => (
            &["price", "priceCurrency"],
            &["availability", "itemCondition", "url", "hasMerchantReturnPolicy"],
        ),
        "OfferShippingDetails" => (&["shippingRate", "shippingDestination", "deliveryTime"], &[]),
        "ShippingDeliveryTime" => (&["handlingTime", "transitTime"], &[]),
        "QuantitativeValue" => (&["minValue", "maxValue", "unitCode"], &[]),
        "MonetaryAmount" => (&["value", "currency"], &[]),
        "DefinedRegion" => (&["addressCountry"], &[]),
        "MerchantReturnPolicy" => (
            &["applicableCountry", "returnPolicyCategory"],
            &["merchantReturnDays", "returnMethod"],
        ),
        "AggregateRating" => (&["ratingValue", "reviewCount"], &["bestRating"]),
        "Review" => (&["author", "reviewRating"], &["datePublished", "reviewBody"]),
        "Rating" => (&["ratingValue"], &["bestRating"]),
        "BreadcrumbList" => (&["itemListElement"], &[]),
        "ListItem" => (&["position", "name", "item"], &[]),
        "OnlineStore" => (
            &["name", "url"],
            &["logo", "email", "description", "hasMerchantReturnPolicy"],
        ),
        "WebSite" => (&["name", "url", "potentialAction"], &[]),
        "SearchAction" => (&["target", "query-input"], &[]),
        "EntryPoint" => (&["urlTemplate"], &[]),
        "Person" | "Brand" | "PropertyValue" => (&["name"], &[]),
        _ => return None,
    })
}

/// Everything in a block has a kind that is known, with all fields, filled; addresses are whole.
fn check(value: &Value, place: &str) {
    match value {
        Value::Array(items) => {
            assert!(!items.is_empty(), "{place} is empty");
            for item in items {
                check(item, place);
            }
        }
        Value::Object(thing) => check_thing(thing, place),
        Value::String(text) => {
            assert!(!text.trim().is_empty(), "{place} is empty");
            let is_address = ["url", "item", "image", "logo"]
                .iter()
                .any(|name| place.ends_with(name));
            assert!(
                !is_address || text.starts_with("https://shop.example/"),
                "{place}: {text}"
            );
        }
        Value::Null => panic!("{place} is null"),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

fn check_thing(thing: &Map<String, Value>, place: &str) {
    let kind = thing["@type"].as_str().unwrap();
    let (required, recommended) = fields(kind).unwrap_or_else(|| panic!("{place}: {kind} is not known"));
    for field in required.iter().chain(recommended) {
        let is_code = *field == "sku" && !place.contains("hasVariant");
        assert!(thing.contains_key(*field) || is_code, "{place}: {kind} lacks {field}");
    }
    if kind == "Offer" {
        let price: String = thing["price"].as_str().unwrap().replace('.', "");
        assert!(
            price.bytes().all(|b| b.is_ascii_digit()),
            "{place}: a figure without signs: {price}"
        );
    }
    if kind == "BreadcrumbList" {
        let steps = thing["itemListElement"].as_array().unwrap();
        assert!(steps.len() >= 2, "{place}: one step is no way");
        let numbers: Vec<_> = steps.iter().map(|step| step["position"].as_u64().unwrap()).collect();
        assert!(
            numbers.iter().copied().eq(1..=numbers.len() as u64),
            "{place}: {numbers:?}"
        );
    }
    for (name, value) in thing.iter().filter(|(name, _)| !name.starts_with('@')) {
        check(value, &format!("{place}/{name}"));
    }
}

/// The content of a `<meta>`.
fn meta(page: &Answer, name: &str) -> Option<String> {
    let selector = Selector::parse(&format!("meta[property='{name}'],meta[name='{name}']")).unwrap();
    let html = page.html();
    html.select(&selector)
        .next()
        .and_then(|meta| meta.attr("content").map(str::to_owned))
}

both_engines! {
    async fn what_search_engines_read_is_complete_on_every_kind_of_page(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        for (path, kinds) in [
            ("/", vec!["OnlineStore", "WebSite"]),
            ("/c/tableware", vec!["BreadcrumbList"]),
            ("/c/cups", vec!["BreadcrumbList"]),
            ("/collections/for-breakfast", vec!["BreadcrumbList"]),
            ("/p/tarn-cup", vec!["ProductGroup", "BreadcrumbList"]),
            ("/p/tarn-cup?v=MOSS-LONG", vec!["ProductGroup", "BreadcrumbList"]),
            ("/p/mug-script-co", vec!["Product", "BreadcrumbList"]),
        ] {
            let page = shop.visitor().get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            let blocks = blocks(&page);
            let found: Vec<_> = blocks.iter().map(|block| block["@type"].as_str().unwrap()).collect();
            assert_eq!(found, kinds, "{path}");
            for block in &blocks {
                assert_eq!(block["@context"], "https://schema.org", "{path}");
                check(block, path);
            }
        }
    }

    async fn each_variant_is_told_with_its_price_and_whether_it_can_be_had(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        let group = blocks(&shop.visitor().get("/p/tarn-cup").await).remove(0);
        assert_eq!(group["variesBy"], serde_json::json!(["https://schema.org/color"]));
        let variants = group["hasVariant"].as_array().unwrap();
        let (chalk, moss) = (&variants[0], &variants[1]);
        assert_eq!((&chalk["color"], &chalk["sku"]), (&"Chalk".into(), &"CHALK-LONG".into()));
        assert_eq!(chalk["additionalProperty"][0]["name"], "Wick");
        assert_eq!(chalk["offers"]["price"], "22.00");
        assert_eq!(chalk["offers"]["availability"], "https://schema.org/InStock");
        assert_eq!(chalk["offers"]["url"], "https://shop.example/p/tarn-cup?v=CHALK-LONG");
        assert_eq!(chalk["offers"]["shippingDetails"]["shippingDestination"]["addressCountry"], "DE");
        assert_eq!(moss["offers"]["availability"], "https://schema.org/OutOfStock");
        assert_eq!(moss["gtin"], "4006381333931");
        assert_eq!(group["aggregateRating"]["ratingValue"], "4.5");
        assert_eq!(group["review"].as_array().unwrap().len(), 2);
    }

    async fn samples_are_not_told_as_reviews(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        let samples = job(|tx| Box::pin(async move { tx.exec(NO_SAMPLES, p![true]).await }));
        shop.app.db.write(samples).await.unwrap();
        let mug = blocks(&shop.visitor().get("/p/mug-script-co").await).remove(0);
        assert!(mug.get("review").is_none());
        assert_eq!(mug["name"], "Mug </script> & co", "written so that it ends no script");
    }

    async fn a_link_elsewhere_shows_name_words_and_picture(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        for (path, kind, title) in [("/", "website", "Fieldhouse"), ("/c/cups", "website", "Cups"), ("/collections/for-breakfast", "website", "For breakfast"), ("/p/tarn-cup", "product", "Tarn cup")] {
            let page = shop.visitor().get(path).await;
            assert_eq!(meta(&page, "og:type").as_deref(), Some(kind), "{path}");
            assert_eq!(meta(&page, "og:title").as_deref(), Some(title), "{path}");
            assert_eq!(meta(&page, "og:site_name").as_deref(), Some("Fieldhouse"), "{path}");
            assert_eq!(meta(&page, "og:url"), Some(format!("https://shop.example{path}")));
            let selector = Selector::parse("link[rel=canonical]").unwrap();
            let html = page.html();
            let canonical = html.select(&selector).next().and_then(|link| link.attr("href"));
            assert_eq!(canonical, Some(format!("https://shop.example{path}").as_str()));
        }
        let page = shop.visitor().get("/p/tarn-cup?v=MOSS-LONG").await;
        assert_eq!(meta(&page, "og:url").as_deref(), Some("https://shop.example/p/tarn-cup"));
        assert!(meta(&page, "og:image").unwrap().starts_with("https://shop.example/media/"));
        assert_eq!(meta(&page, "og:image:alt").as_deref(), Some("Tarn cup, view 1 of 2"));
        assert!(meta(&page, "og:description").is_some());
    }

    async fn the_sitemap_names_every_page_with_its_day_and_picture(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        let gone = shop.put_up(product("Gone")).await;
        let away = SetStatus { actor: Actor::System, product: gone.id, status: Status::Archived };
        shop.app.db.write(away).await.unwrap();
        let visitor = shop.visitor();
        let index = visitor.get("/sitemap.xml").await;
        assert_eq!(index.header("content-type"), "application/xml");
        let text = index.text();
        let parts: Vec<&str> = text.split("<loc>https://shop.example").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        assert_eq!((parts.len(), parts[0]), (2, "/sitemap/pages.xml"));
        assert!(text.contains("</loc><lastmod>2026-03-10T10:00:00Z</lastmod></sitemap>"), "{text}");
        let pages = visitor.get(parts[0]).await.text();
        assert!(["/c/cups<", "/collections/for-breakfast<", "/pages/about<", "/categories<", "//shop.example/<"].iter().all(|page| pages.contains(page)), "{pages}");
        let products = visitor.get(parts[1]).await.text();
        assert!(products.contains("/p/tarn-cup</loc><lastmod>2026-03-10T10:00:00Z</lastmod><image:image><image:loc>https://shop.example/media/"), "{products}");
        assert!(products.contains("/p/mug-script-co<") && !products.contains("/p/gone<"));
        for nothing in ["/sitemap/0.xml", "/sitemap/ffffffff-ffff-ffff-ffff-ffffffffffff.xml", "/sitemap/pages"] {
            assert_eq!(visitor.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
        }
    }

    async fn machines_are_told_what_to_read_and_what_to_leave(db: TestDb) {
        let shop = TestShop::on(db).await;
        furnished(&shop).await;
        let robots = shop.visitor().get("/robots.txt").await.text();
        for line in ["Disallow: /cart\n", "Disallow: /checkout\n", "Disallow: /account\n", "Sitemap: https://shop.example/sitemap.xml\n"] {
            assert!(robots.contains(line), "{robots}");
        }
        let guide = shop.visitor().get("/llms.txt").await;
        assert_eq!(guide.header("content-type"), "text/plain; charset=utf-8");
        let text = guide.text();
        assert!(text.starts_with("# Fieldhouse\n\n> plain things"), "{text}");
        for line in [
            "- [Tableware](https://shop.example/c/tableware)\n",
            "  - [Cups](https://shop.example/c/cups)\n",
            "- [For breakfast](https://shop.example/collections/for-breakfast)\n",
            "- [Shipping and returns](https://shop.example/pages/shipping-returns)\n",
            "Goods may be sent back within 30 days.",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
