//! Samples that several pages share: the reference shop's goods, with the demo's photographs or without.

use super::{Card, IndexEntry, Picture, PriceTag, RatingView, StockNote, tile::Tile};
use crate::urls;

/// A photograph under `/samples/`, where whoever looks at the samples puts them.
pub(super) fn photograph(name: &str, alt: &str) -> Picture {
    Picture {
        alt: alt.into(),
        src: format!("/samples/{name}.webp"),
        srcset: String::new(),
        sources: Vec::new(),
        width: 1200,
        height: 1500,
        large: format!("/samples/{name}.webp"),
        on_white: false,
    }
}

/// `(name, minor units of euro, photograph or none, reviews, note)`
const GOODS: [(&str, u32, &str, u32, &str); 24] = [
    ("Tarn espresso cup", 2200, "tarn-espresso-cup-chalk", 38, "4 colours"),
    ("Tarn plates, set of four", 6800, "tarn-plates-chalk", 64, "3 colours"),
    ("Tarn mug", 2400, "tarn-mug-oat", 112, "4 colours"),
    ("Combe serving bowl", 5400, "combe-serving-bowl-ochre", 27, "new"),
    ("Combe teapot", 8900, "combe-teapot-iron", 41, "low"),
    ("Rill tumblers, set of two", 2240, "rill-tumblers-amber", 87, "sale"),
    ("Lea linen napkins", 3200, "", 44, ""),
    ("Tarn pasta bowl", 2600, "", 5, ""),
    ("Scar vase", 6400, "scar-vase-clay", 19, "3 colours"),
    ("Tide tablecloth", 9600, "", 8, "from"),
    ("Tarn tasting cup", 2600, "tarn-espresso-cup-clay", 9, "out"),
    ("Combe gratin dish", 6200, "", 8, ""),
    ("Tarn side plate", 1500, "", 11, ""),
    ("Rill carafe", 4200, "", 22, "2 colours"),
    ("Lea linen runner", 7400, "", 14, ""),
    ("Combe butter dish", 3800, "", 17, ""),
    ("Tarn milk jug", 2800, "", 20, ""),
    ("Withy bread board", 4600, "", 0, "new"),
    ("Combe cake stand", 7200, "", 23, ""),
    ("Hob tea towels, set of two", 2200, "", 53, ""),
    ("Garth storage jar", 3400, "", 25, ""),
    ("Rill water glass", 1400, "", 26, ""),
    ("Byre linen apron", 5800, "", 14, ""),
    ("Fell wool throw", 14800, "fell-wool-throw-oat", 31, ""),
];

/// The reference shop's goods.
pub(super) fn cards() -> Vec<Card> {
    GOODS.iter().map(|goods| card(*goods, true)).collect()
}

/// The same without a single photograph.
pub(super) fn cards_without_photographs() -> Vec<Card> {
    GOODS.iter().map(|goods| card(*goods, false)).collect()
}

fn card((name, minor, photo, reviews, note): (&str, u32, &str, u32, &str), with_photos: bool) -> Card {
    let slug = name.to_lowercase().replace(", ", "-").replace(' ', "-");
    let euro = |minor: u32| format!("€{}.{:02}", minor / 100, minor % 100);
    Card {
        name: name.into(),
        url: urls::product(&slug),
        picture: if photo.is_empty() || !with_photos {
            Tile::of(name, name.split(' ').next().unwrap_or(name)).picture(name)
        } else {
            photograph(photo, name)
        },
        second: None,
        tag: match note {
            "new" => Some("New"),
            "sale" => Some("Sale"),
            _ => None,
        },
        price: PriceTag {
            from_word: if note == "from" { "from " } else { "" },
            now: euro(minor),
            was: (note == "sale").then(|| euro(minor * 5 / 4)),
        },
        rating: (reviews > 0).then(|| RatingView {
            average: format!("4.{}", reviews % 7 + 3),
            count: reviews.into(),
        }),
        choices: note.ends_with("colours").then(|| note.into()),
        stock: match note {
            "low" => Some(StockNote {
                text: "Only 3 left".into(),
                is_low: true,
            }),
            "out" => Some(StockNote {
                text: "Sold out".into(),
                is_low: false,
            }),
            _ => None,
        },
    }
}

/// The top categories.
pub(super) fn index() -> Vec<IndexEntry> {
    [
        ("Tableware", 24, "tarn-mug-oat"),
        ("Glassware", 11, "rill-tumblers-amber"),
        ("Kitchen", 18, ""),
        ("Textiles", 22, "fell-wool-throw-oat"),
        ("Vases and objects", 9, "scar-vase-clay"),
        ("Lighting", 1, "hollin-table-lamp-chalk"),
    ]
    .map(|(name, count, photo)| IndexEntry {
        name: name.into(),
        url: urls::category(&name.to_lowercase().replace(' ', "-")),
        count,
        picture: if photo.is_empty() {
            Tile::of(name, name).picture(name)
        } else {
            photograph(photo, name)
        },
    })
    .into()
}
