//! Real files of thirty shops, read in place.

use std::fs::File;
use std::io::Cursor;
use std::path::PathBuf;

use wares_kernel::Currency;

use super::*;
use crate::catalog::{Attribute, Status};

/// The data stands beside the checkout; without it these tests fail rather than pass for nothing.
pub(super) fn data(path: &str) -> PathBuf {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    assert!(
        path.exists(),
        "{} is missing: this test reads real files that are not part of the project",
        path.display()
    );
    path
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    rows: u64,
    products: usize,
    left_out: usize,
    variants: usize,
    images: usize,
}

fn read(reader: Reader) -> (Tally, Vec<Problem>) {
    let mut tally = Tally::default();
    let mut problems = Vec::new();
    for step in reader {
        tally.rows += step.rows;
        match step.product {
            Some(product) => {
                tally.products += 1;
                tally.variants += product.variants.len();
                tally.images += product.pictures.len();
            }
            None => tally.left_out += 1,
        }
        problems.extend(step.problems);
    }
    (tally, problems)
}

/// Where our count is not that of the index, and why. The index comes from a simple reader: a row is a product's if its
/// handle is new, a variant's if it has a price, and brings an image if it has one.
const DIFFERENT: &[(&str, &str, usize, &str)] = &[
    (
        "shopify_gatsby-demo.csv",
        "variants",
        297,
        "two products share the handle of line 20; the second is left out with its 3 variants",
    ),
    ("shopify_gatsby-demo.csv", "images", 99, "and with its image"),
    (
        "woo_ai-pos.csv",
        "variants",
        100,
        "the index counts only variations; every simple product has one variant here",
    ),
    (
        "woo_classic-commerce_importer_sample.csv",
        "variants",
        6,
        "2 variations and 4 products without any",
    ),
    (
        "woo_classic-commerce_importer_sample.csv",
        "images",
        10,
        "the index counts rows with images; two rows have two",
    ),
    (
        "woo_classic-commerce_sample_products.csv",
        "variants",
        28,
        "9 variations, of which 3 are for any size and stand for 3 variants each, and 13 products without any",
    ),
    (
        "woo_classic-commerce_sample_products.csv",
        "images",
        26,
        "rows with several images, less those a variation shares with its product",
    ),
    ("woo_om_ayurveda.csv", "variants", 11, "simple products"),
    ("woo_om_ayurveda.csv", "images", 40, "3 or 4 images in a row"),
    ("woo_vinoteka_sr.csv", "variants", 404, "simple products"),
    ("woo_vinoteka_sr.csv", "images", 399, "one row has two images"),
];

#[test]
fn thirty_shops_files_are_read_as_the_index_counts_them() {
    let index = std::fs::read_to_string(data("csv/dev/INDEX.tsv")).unwrap();
    let mut n_files = 0;
    for line in index.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let file = cells[0];
        let reader = Reader::open(File::open(data("csv/dev").join(file)).unwrap(), Currency::EUR).unwrap();
        let (tally, problems) = read(reader);
        assert_eq!(tally.rows.to_string(), cells[5], "rows of {file}");
        for (what, found, counted) in [
            ("products", tally.products, cells[7]),
            ("variants", tally.variants, cells[8]),
            ("images", tally.images, cells[9]),
        ] {
            compare(file, what, found, counted);
        }
        let n_refusals = problems
            .iter()
            .filter(|problem| problem.effect == Effect::LeftOut)
            .count();
        assert_eq!(
            n_refusals > 0,
            tally.left_out > 0,
            "what is left out of {file} is said: {problems:?}"
        );
        n_files += 1;
    }
    assert_eq!(n_files, 30);
}

fn compare(file: &str, what: &str, found: usize, counted: &str) {
    let noted = DIFFERENT
        .iter()
        .find(|(name, field, _, _)| *name == file && *field == what);
    match noted {
        Some((_, _, expected, why)) => {
            assert_eq!(found, *expected, "{what} of {file}: {why}");
            assert_ne!(found.to_string(), counted, "{what} of {file} needs no note any more");
        }
        None if counted.is_empty() => assert!(what == "images" || found > 0, "{file} has {what}"),
        None => assert_eq!(found.to_string(), counted, "{what} of {file}"),
    }
}

#[test]
fn the_forms_are_told_apart_by_their_columns() {
    for (file, format) in [
        ("shopify_official_template_unit_price.csv", Format::Shopify),
        ("shopify_gatsby-demo.csv", Format::Shopify),
        ("shopify_sameer-exporter.csv", Format::Plain),
        ("woo_vinoteka_sr.csv", Format::Woocommerce),
        ("vendure_products.csv", Format::Vendure),
    ] {
        let reader = Reader::open(File::open(data("csv/dev").join(file)).unwrap(), Currency::EUR).unwrap();
        assert_eq!(reader.format(), format, "{file}");
    }
}

#[test]
fn nineteen_thousand_products_come_out_of_packed_json_lines() {
    let reader = Reader::open(
        File::open(data("search/chorus_products.jsonl.gz")).unwrap(),
        Currency::USD,
    )
    .unwrap();
    let (tally, problems) = read(reader);
    let all = 19_406;
    assert_eq!(
        tally,
        Tally {
            rows: 19_406,
            products: all,
            left_out: 0,
            variants: all,
            images: all
        }
    );
    assert_eq!(problems, []);
}

fn shopify(rows: &str) -> (Vec<Product>, Vec<Problem>) {
    let header =
        "Handle,Title,Body (HTML),Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Status\n";
    read_all(&format!("{header}{rows}"))
}

fn read_all(text: &str) -> (Vec<Product>, Vec<Problem>) {
    let reader = Reader::open(Cursor::new(text.as_bytes().to_vec()), Currency::EUR).unwrap();
    let steps: Vec<Step> = reader.collect();
    let problems = steps.iter().flat_map(|step| step.problems.clone()).collect();
    (steps.into_iter().filter_map(|step| step.product).collect(), problems)
}

fn said(problems: &[Problem]) -> Vec<(u64, &str, &str, Effect)> {
    problems
        .iter()
        .map(|p| (p.line, p.column.as_str(), p.value.as_str(), p.effect))
        .collect()
}

#[test]
fn rows_of_one_handle_are_one_product() {
    let (products, problems) = shopify(
        "mug,Mug,<p>A mug</p>,Ceramics,\"new, material:stoneware\",Colour,Chalk,MUG-C,24.00,a.webp,active\n\
         mug,,,,,,Moss,MUG-M,26.00,b.webp,\n\
         mug,,,,,,,,,c.webp,\n\
         bowl,Bowl,,,,Title,Default Title,,9,,draft\n",
    );
    assert_eq!(problems, []);
    let mug = &products[0];
    assert_eq!(
        (mug.title.as_str(), mug.options.as_slice()),
        ("Mug", ["Colour".to_owned()].as_slice())
    );
    let variants: Vec<(&str, i64)> = mug
        .variants
        .iter()
        .map(|v| (v.values[0].as_str(), v.price.unwrap().minor()))
        .collect();
    assert_eq!(variants, [("Chalk", 2_400), ("Moss", 2_600)]);
    assert_eq!(mug.pictures.len(), 3);
    assert_eq!(mug.categories, [["Ceramics"]]);
    assert_eq!(mug.tags, ["new"]);
    assert_eq!(
        mug.attributes,
        [Attribute {
            name: "Material".into(),
            values: vec!["Stoneware".into()]
        }]
    );
    assert_eq!((products[1].options.len(), products[1].status), (0, Status::Draft));
}

#[test]
fn a_product_with_an_error_in_one_row_is_left_out_whole() {
    let (products, problems) = shopify(
        "mug,Mug,,,,Colour,Chalk,,24.00,,\n\
         mug,,,,,,Moss,,\"24,OO\",,\n\
         bowl,Bowl,,,,,,,9,,\n",
    );
    assert_eq!(products.len(), 1);
    assert_eq!(said(&problems), [(3, "Variant Price", "24,OO", Effect::LeftOut)]);
}

#[test]
fn variants_with_the_same_options_are_refused_with_both_lines() {
    let (products, problems) = shopify("mug,Mug,,,,Colour,Chalk,,24,,\nmug,,,,,,Chalk,,25,,\n");
    assert_eq!(products, []);
    assert_eq!(problems[0].message, "the variant on line 2 has the same options");
}

#[test]
fn a_product_without_a_price_becomes_a_draft() {
    let (products, problems) = shopify("mug,Mug,,,,,,,,,active\n");
    assert_eq!(products[0].status, Status::Draft);
    assert_eq!(said(&problems), [(2, "Variant Price", "", Effect::Kept)]);
}

#[test]
fn a_repeated_sku_is_numbered_and_said() {
    let (products, problems) = shopify("mug,Mug,,,,,,M1,24,,\nbowl,Bowl,,,,,,M1,9,,\n");
    let skus: Vec<String> = products
        .iter()
        .map(|p| p.variants[0].sku.clone().unwrap().to_string())
        .collect();
    assert_eq!(skus, ["M1", "M1-2"]);
    assert_eq!(said(&problems), [(3, "Variant SKU", "M1", Effect::Kept)]);
}

#[test]
fn scripts_leave_the_description_and_the_report_says_so() {
    let (products, problems) = shopify("mug,Mug,<p>Hi<script>alert(1)</script></p>,,,,,,24,,\n");
    assert_eq!(products[0].description.as_html(), "<p>Hi</p>");
    assert_eq!(problems[0].column, "Body (HTML)");
    assert_eq!(problems[0].effect, Effect::Kept);
}

#[test]
fn a_row_that_slipped_is_refused_and_a_short_one_is_filled() {
    let (products, problems) = shopify("mug,Mug,A cup, two cups,x,,,,24,,,more\nbowl,Bowl,,,,,,,9\n");
    assert_eq!(products.len(), 1);
    assert_eq!((problems[0].line, problems[0].effect), (2, Effect::LeftOut));
    assert_eq!((problems[1].line, problems[1].effect), (3, Effect::Kept));
}

#[test]
fn a_quote_left_open_ends_the_file_with_a_line() {
    let (products, problems) = shopify("mug,Mug,,,,,,,24,,\nbowl,Bowl,\"open,,,,,,9,,\nvase,Vase,,,,,,,9,,\n");
    assert_eq!(
        products,
        [],
        "the product before the break may be cut short, so it is left out, too"
    );
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_file_that_is_no_product_file_is_refused_with_its_columns() {
    let error = Reader::open(Cursor::new(b"Datum;Betrag\n1;2\n".to_vec()), Currency::EUR)
        .err()
        .unwrap();
    assert!(error.to_string().ends_with("it has Datum, Betrag"), "{error}");
    assert!(matches!(
        Reader::open(Cursor::new(Vec::new()), Currency::EUR).err(),
        Some(OpenError::Empty)
    ));
}

#[test]
fn variations_find_their_product_by_sku_and_by_id_wherever_they_stand() {
    let (products, problems) = read_all(
        "ID,Type,SKU,Name,Published,Regular price,Sale price,Parent,Attribute 1 name,Attribute 1 value(s)\n\
         9,variation,V2,,1,20,18,id:7,Colour,Red\n\
         7,variable,TEE,Tee,1,,,,Colour,\"Blue, Red\"\n\
         8,variation,V1,,1,20,,TEE,Colour,Blue\n\
         3,simple,CAP,Cap,1,9.50,,,,\n\
         5,variation,V9,,1,20,,GONE,Colour,Blue\n",
    );
    let titles: Vec<(&str, usize)> = products.iter().map(|p| (p.title.as_str(), p.variants.len())).collect();
    assert_eq!(titles, [("Cap", 1), ("Tee", 2)]);
    let red = &products[1].variants[0];
    assert_eq!(
        (red.price.unwrap().minor(), red.compare_at.unwrap().minor()),
        (1_800, 2_000)
    );
    assert_eq!(said(&problems), [(6, "Parent", "GONE", Effect::LeftOut)]);
}

#[test]
fn a_variation_for_any_value_stands_for_one_variant_each() {
    let (products, _) = read_all(
        "Type,SKU,Name,Published,Regular price,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n\
         variable,TEE,Tee,1,,,Colour,Blue,Size,\"S, M\"\n\
         variation,TEE-B,,1,20,TEE,Colour,Blue,Size,\n",
    );
    let variants: Vec<(Option<String>, &[String])> = products[0]
        .variants
        .iter()
        .map(|v| (v.sku.as_ref().map(ToString::to_string), v.values.as_slice()))
        .collect();
    let values = |size: &str| ["Blue".to_owned(), size.to_owned()];
    assert_eq!(
        variants,
        [
            (Some("TEE-B".into()), values("S").as_slice()),
            (None, values("M").as_slice())
        ]
    );
}

#[test]
fn our_own_lines_carry_everything() {
    let (products, problems) = read_all(
        r#"{"handle":"tarn-mug","title":"Tarn Mug","description":"<p>A mug</p>","brand":"Tarn","categories":["Table > Cups",["Gifts"]],"tags":["new"],"attributes":{"material":["stoneware","glaze"]},"options":["Colour"],"variants":[{"sku":"M-C","options":{"Colour":"Chalk"},"price":"24.00","compare_at":"30.00","stock":4,"weight_g":380,"image":"a.webp"},{"sku":"M-M","options":{"Colour":"Moss"},"price":2400}],"images":[{"source":"a.webp","alt":"A mug"},"b.webp"]}"#,
    );
    assert_eq!(problems, []);
    let mug = &products[0];
    assert_eq!(
        mug.categories,
        [vec!["Table".to_owned(), "Cups".to_owned()], vec!["Gifts".to_owned()]]
    );
    assert_eq!(mug.variants[0].price, mug.variants[1].price);
    assert_eq!(
        (mug.variants[0].stock, mug.variants[1].stock),
        (Stock::Counted(4), Stock::NotCounted)
    );
    assert_eq!(mug.variants[0].weight_g, Some(380));
    assert_eq!(
        mug.pictures[0],
        Picture {
            source: "a.webp".into(),
            alt: "A mug".into()
        }
    );
}

#[test]
fn a_line_that_is_wrong_is_named_by_its_field() {
    let (products, problems) = read_all(
        "{\"title\":\"Mug\",\"variants\":[{\"price\":12.5}]}\n{\"title\":\nnonsense\n{\"title\":\"Cup\",\"price\":\"3.00\"}\n",
    );
    assert_eq!(products.len(), 1);
    assert_eq!(said(&problems)[0], (1, "variants[0].price", "12.5", Effect::LeftOut));
    assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_table_in_an_old_encoding_with_semicolons_is_read() {
    let text = "Title;Price;Stock\nŁyżka;12,50;3\nŻółty kubek;1.234,00;0\nŚwiecznik dębowy;8;1\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1250.encode(text);
    let reader = Reader::open(Cursor::new(bytes.into_owned()), Currency::EUR).unwrap();
    assert_eq!((reader.encoding(), reader.separator()), ("windows-1250", Some(';')));
    let titles: Vec<String> = reader.filter_map(|step| step.product).map(|p| p.title).collect();
    assert_eq!(titles, ["Łyżka", "Żółty kubek", "Świecznik dębowy"]);
}
