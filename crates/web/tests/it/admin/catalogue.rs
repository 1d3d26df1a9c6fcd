//! Products, pictures, stock, categories.

use axum::http::StatusCode;
use wares_db::both_engines;

use super::support::{follow, owner, upload};
use crate::support::{Answer, TestShop, Visitor};

const MUG: &[(&str, &str)] = &[
    ("title", "Tarn Mug"),
    ("description", "A mug.\n\n- holds 350 ml"),
    ("sku", "TRN-MUG"),
    ("price", "24,00"),
    ("on_hand", "12"),
    ("weight", "380"),
    ("state", "active"),
    ("category", ""),
    ("tax_class", "standard"),
];

/// A small picture in one colour.
pub(crate) fn picture(red: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(8, 10, image::Rgb([red, 90, 90]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture in memory");
    bytes.into_inner()
}

async fn add_mug(ana: &Visitor) -> (String, Answer) {
    let added = upload(ana, "/admin/products/new", MUG, &[]).await;
    let path = added.location().to_owned();
    let page = follow(ana, &added).await;
    (path, page)
}

/// The form of the product page as a browser would send it.
fn fields(page: &Answer) -> Vec<(String, String)> {
    let html = page.html();
    let select = |text: &str| scraper::Selector::parse(text).expect("a selector");
    let mut fields = Vec::new();
    for input in html.select(&select("#product input[name]")) {
        let (name, kind) = (
            input.attr("name").unwrap_or_default(),
            input.attr("type").unwrap_or("text"),
        );
        let is_sent = !matches!(kind, "checkbox" | "radio") || input.attr("checked").is_some();
        if is_sent && input.attr("form").is_none() {
            fields.push((name.to_owned(), input.attr("value").unwrap_or_default().to_owned()));
        }
    }
    for area in html.select(&select("#product textarea[name]")) {
        let text: String = area.text().collect();
        let text = text.strip_prefix('\n').unwrap_or(&text).to_owned();
        fields.push((area.attr("name").unwrap_or_default().to_owned(), text));
    }
    for list in html.select(&select("#product select[name]")) {
        let chosen = list.select(&select("option[selected]")).next();
        let value = chosen.and_then(|option| option.attr("value")).unwrap_or_default();
        fields.push((list.attr("name").unwrap_or_default().to_owned(), value.to_owned()));
    }
    fields
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(field, _)| field != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn send(ana: &Visitor, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    ana.post(path, &fields).await
}

both_engines! {
    async fn a_product_is_added_and_listed(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let files = [("files", "mug.png", picture(200)), ("files", "back.png", picture(100))];
        let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(a, b, c)| (*a, *b, c.as_slice())).collect();
        let added = upload(&ana, "/admin/products/new", MUG, &files).await;
        let page = follow(&ana, &added).await;
        assert_eq!(page.at("h1").as_deref(), Some("Tarn Mug"));
        assert!(page.text().contains("Tarn Mug was added."));
        assert_eq!(page.all(".media .pic").len(), 2);
        let list = ana.get("/admin/products").await;
        assert_eq!(list.all("tbody .go"), ["Tarn Mug"]);
        assert_eq!(list.at("tbody .a2").as_deref(), Some("€24.00"));
        assert_eq!(ana.get("/admin/products?q=trn-none").await.all("tbody .go").len(), 0);
        assert_eq!(ana.get("/admin/products?q=TRN-MUG").await.all("tbody .go"), ["Tarn Mug"]);
        let found = ana.get("/admin/search?q=tarn").await;
        assert_eq!(found.location(), added.location(), "a single hit is opened");
    }

    async fn what_is_in_the_shop_is_found_by_its_words_in_any_order(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        add_mug(&ana).await;
        shop.catch_up().await;
        assert_eq!(ana.get("/admin/products?q=mug+tarn").await.all("tbody .go"), ["Tarn Mug"]);
        let stock = ana.get("/admin/stock?q=mug+tarn").await;
        assert_eq!(stock.all("tbody .go"), ["Tarn Mug"], "{}", stock.text());
        assert!(ana.get("/admin/products?q=mug+tarpaulin").await.all("tbody .go").is_empty());
    }

    async fn hostile_input_is_refused_and_kept(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let long = "x".repeat(2_000);
        let script = "</textarea><script>alert(1)</script>";
        for (field, value) in [
            ("title", ""), ("title", long.as_str()), ("price", ""), ("price", "-1"), ("price", "1e9"), ("price", "abc"),
            ("price", "99999999999999999999"), ("on_hand", "-5"), ("on_hand", "٣"), ("weight", "1.5"), ("sku", ""),
        ] {
            let mut form = MUG.to_vec();
            form.retain(|(name, _)| *name != field);
            form.push((field, value));
            form.retain(|(name, _)| *name != "description");
            form.push(("description", script));
            let answer = upload(&ana, "/admin/products/new", &form, &[]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
            assert!(!answer.all(".errsum a, .errsum p").is_empty(), "{field}={value}");
            assert_eq!(answer.at("textarea[name=description]").as_deref(), Some(script), "{field}: what was typed is kept");
            assert!(answer.all("script:not([src])").is_empty());
        }
        let bad = upload(&ana, "/admin/products/new", MUG, &[("files", "x.png", b"no picture at all")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("x.png"));
        assert!(ana.get("/admin/products").await.all("tbody .go").is_empty(), "nothing was stored");
    }

    async fn options_make_the_missing_variants(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let (path, page) = add_mug(&ana).await;
        let mut form = fields(&page);
        set(&mut form, "option-1", "Colour");
        set(&mut form, "values-1", "Oat, Moss , Moss");
        set(&mut form, "do", "variants");
        let page = follow(&ana, &send(&ana, &path, &form).await).await;
        assert_eq!(page.all(".mx tbody th"), ["Oat", "Moss"]);
        let skus = page.html();
        let selector = scraper::Selector::parse(".mx input[data-col=sku]").expect("a selector");
        let skus: Vec<String> = skus.select(&selector).filter_map(|i| i.attr("value").map(ToOwned::to_owned)).collect();
        assert_eq!(skus, ["TRN-MUG", ""], "the first variant stays what it was");
    }

    async fn two_people_are_not_overwriting_each_other(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let (path, page) = add_mug(&ana).await;
        let mut first = fields(&page);
        let mut second = first.clone();
        set(&mut first, "title", "Tarn Mug, stoneware");
        follow(&ana, &send(&ana, &path, &first).await).await;
        set(&mut second, "title", "Tarn Cup");
        let conflict = send(&ana, &path, &second).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        let text = conflict.text();
        assert!(text.contains("Tarn Mug, stoneware") && text.contains("Tarn Cup"), "theirs and yours");
        let version = fields(&ana.get(&path).await);
        let version = version.iter().find(|(name, _)| name == "version").expect("a version");
        set(&mut second, "version", &version.1);
        let page = follow(&ana, &send(&ana, &path, &second).await).await;
        assert_eq!(page.at("h1").as_deref(), Some("Tarn Cup"));
    }

    async fn pictures_are_arranged_by_buttons(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let (path, _) = add_mug(&ana).await;
        let pictures = format!("{path}/pictures");
        let (one, two) = (picture(10), picture(240));
        let sent = upload(&ana, &pictures, &[], &[("files", "a.png", &one), ("files", "b.png", &two)]).await;
        let page = follow(&ana, &sent).await;
        let names = alt_fields(&page);
        assert_eq!(names.len(), 2);
        let second = names[1].trim_start_matches("alt-").to_owned();
        let main = format!("main-{second}");
        let moved = upload(&ana, &pictures, &[("do", &main), (&names[1], "A mug from behind")], &[]).await;
        let page = follow(&ana, &moved).await;
        assert_eq!(alt_fields(&page), [names[1].clone(), names[0].clone()]);
        assert!(page.text().contains("A mug from behind"));
        let remove = format!("remove-{second}");
        let page = follow(&ana, &upload(&ana, &pictures, &[("do", &remove)], &[]).await).await;
        assert_eq!(alt_fields(&page), [names[0].clone()]);
    }

    async fn stock_is_changed_by_a_difference_with_a_reason(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        add_mug(&ana).await;
        let list = ana.get("/admin/stock").await;
        let selector = scraper::Selector::parse("tbody a.go").expect("a selector");
        let html = list.html();
        let path = html.select(&selector).next().and_then(|a| a.attr("href")).expect("one variant").to_owned();
        drop(html);
        shop.data.clock.advance(std::time::Duration::from_secs(1));
        let done = ana.post(&path, &[("reason", "received"), ("delta", "+30"), ("note", "purchase P-118")]).await;
        let page = follow(&ana, &done).await;
        assert!(page.text().contains("On hand: 42."));
        assert_eq!(page.all(".kv tbody td:last-child"), ["42", "12"]);
        for (field, value) in [("delta", ""), ("delta", "0"), ("delta", "-100"), ("delta", "x"), ("reason", "sold"), ("reason", "")] {
            let mut form = vec![("reason", "received"), ("delta", "1"), ("note", "kept")];
            form.retain(|(name, _)| *name != field);
            form.push((field, value));
            let refused = ana.post(&path, &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
            assert!(refused.text().contains("kept"), "{field}={value}");
        }
        assert!(ana.get(&path).await.text().contains("<dt>On hand</dt><dd>42</dd>"));
        assert!(ana.get("/admin/activity").await.text().contains("TRN-MUG"), "it is in the activity list");
    }

    async fn a_product_is_archived_after_asking(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let (path, _) = add_mug(&ana).await;
        let ask = ana.get(&format!("{path}/archive")).await;
        assert_eq!(ask.at("h1").as_deref(), Some("Archive Tarn Mug"));
        let page = follow(&ana, &ana.post(&format!("{path}/archive"), &[]).await).await;
        assert!(page.at(".axes").is_some_and(|axes| axes.contains("Archived")));
        assert_eq!(ana.get("/admin/products?view=active").await.all("tbody .go").len(), 0);
    }

    async fn categories_make_a_tree(db: TestDb) {
        let shop = TestShop::on(db).await;
        let ana = owner(&shop).await;
        let add = async |name: &str, parent: &str| {
            let answer = ana.post("/admin/categories", &[("name", name), ("parent", parent), ("visible", "1")]).await;
            let path = answer.location().to_owned();
            follow(&ana, &answer).await;
            path
        };
        let table = add("Table", "").await;
        let id = table.rsplit('/').next().expect("an id").to_owned();
        let cups = add("Cups", &id).await;
        let plates = add("Plates", &id).await;
        ana.post(&format!("{plates}/move"), &[("way", "up")]).await;
        let names = ana.get("/admin/categories").await.all(".tree .nd a");
        assert_eq!(names, ["Table", "Plates", "Cups"]);
        let refused = ana.post(&format!("{table}/delete"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "others stand under it");
        follow(&ana, &ana.post(&format!("{cups}/delete"), &[]).await).await;
        assert_eq!(ana.get("/admin/categories").await.all(".tree .nd a"), ["Table", "Plates"]);
        let empty = ana.post("/admin/categories", &[("name", " "), ("intro", "kept words")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("kept words"));
    }
}

/// The names of the alt text fields, in the order of the pictures.
fn alt_fields(page: &Answer) -> Vec<String> {
    let selector = scraper::Selector::parse(".media input[name^=alt-]").expect("a selector");
    page.html()
        .select(&selector)
        .filter_map(|input| input.attr("name").map(ToOwned::to_owned))
        .collect()
}
