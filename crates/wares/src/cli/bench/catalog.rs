//! `wares bench catalog`: a catalogue as large as one likes, made of real ones.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};

/// Makes a large catalogue out of real ones, to see how a shop of that size behaves.
///
/// The products are repeated until there are enough. Each repetition is a product of its own: with an id, a model number at the end of its
/// title, a price and a stock of its own, and no pictures. The same call makes the same catalogue.
#[derive(Debug, clap::Args)]
pub(crate) struct Catalog {
    /// How many products
    #[arg(long, value_name = "N")]
    products: usize,
    /// Where they go, one JSON object a line
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Products to begin with: JSON lines, plain or packed by gzip
    #[arg(required = true, value_name = "FILE")]
    from: Vec<PathBuf>,
}

impl Catalog {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let mut models = Vec::new();
        for path in &self.from {
            models.extend(read(path)?);
        }
        anyhow::ensure!(!models.is_empty(), "there are no products to begin with");
        let file = File::create(&self.out).with_context(|| format!("{} cannot be written", self.out.display()))?;
        let mut out = BufWriter::new(file);
        for (n, model) in models.iter().cycle().take(self.products).enumerate() {
            serde_json::to_writer(&mut out, &repetition(model, n))?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<Map<String, Value>>> {
    let name = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(name)?;
    let mut begin = [0; 2];
    let is_packed = file.read(&mut begin).with_context(name)? == 2 && begin == [0x1f, 0x8b];
    file.seek(SeekFrom::Start(0))?;
    let text: Box<dyn Read> = if is_packed {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let lines = BufReader::new(text).lines();
    lines
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<anyhow::Result<_>>()
        .with_context(name)
}

/// Spreads neighbouring numbers over everything below `below`, always alike.
fn spread(n: usize, below: usize) -> usize {
    let mixed = (n as u64 ^ 0x9e37_79b9).wrapping_mul(0x2545_f491_4f6c_dd1d);
    usize::try_from(mixed >> 33).unwrap_or_default() % below
}

fn repetition(model: &Map<String, Value>, n: usize) -> Value {
    let mut product = model.clone();
    for own in [
        "id", "sku", "slug", "handle", "gtin", "barcode", "image", "images", "variants", "options",
    ] {
        product.remove(own);
    }
    let title = model.get("title").and_then(Value::as_str).unwrap_or("Product");
    let price = model.get("price").and_then(Value::as_u64).unwrap_or(1_999);
    product.insert("id".into(), json!(format!("M{n}")));
    product.insert("title".into(), json!(format!("{title} {}", model_number(n))));
    // Between nine tenths and eleven tenths of what the model costs.
    product.insert("price".into(), json!(price * (90 + spread(n, 21) as u64) / 100));
    product.insert("stock".into(), json!(spread(n + 7, 120)));
    product.entry("currency").or_insert_with(|| json!("EUR"));
    Value::Object(product)
}

/// Two letters and some digits, as manufacturers like them.
fn model_number(n: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    format!("{}{}{}", letter(n / 26), letter(n), 100 + n / 676)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_differ_and_are_always_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("goods.jsonl");
        std::fs::write(
            &from,
            "{\"id\":\"1\",\"title\":\"Mug\",\"price\":1000,\"gtin\":[\"4006381333931\"]}\n{\"title\":\"Cup\"}\n",
        )
        .unwrap();
        let make = |name: &str| {
            let out = folder.path().join(name);
            let catalog = Catalog {
                products: 5,
                out: out.clone(),
                from: vec![from.clone()],
            };
            catalog.run().unwrap();
            std::fs::read_to_string(out).unwrap()
        };
        let made = make("a.jsonl");
        assert_eq!(made, make("b.jsonl"));
        let products: Vec<Value> = made.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut titles: Vec<&str> = products
            .iter()
            .filter_map(|product| product["title"].as_str())
            .collect();
        assert!(titles[0].starts_with("Mug ") && titles[1].starts_with("Cup "));
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), 5);
        assert!(!made.contains("4006381333931"), "a barcode belongs to one product");
    }
}
