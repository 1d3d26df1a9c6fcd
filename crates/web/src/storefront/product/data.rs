//! What search engines read: JSON-LD.

use serde_json::{Value, json};
use wares_kernel::{Currency, Money};

use super::page::ProductPage;
use crate::{Config, urls};

/// The product and the way to it. `lowest` and `highest` are prices in minor units.
pub(super) fn blocks(config: &Config, page: &ProductPage, lowest: i64, highest: i64, currency: Currency) -> Vec<Value> {
    vec![
        product(config, page, lowest, highest, currency),
        breadcrumbs(config, page),
    ]
}

fn product(config: &Config, page: &ProductPage, lowest: i64, highest: i64, currency: Currency) -> Value {
    let figure = |minor| Money::new(minor, currency).decimal();
    let availability = if page.is_for_sale {
        "https://schema.org/InStock"
    } else {
        "https://schema.org/OutOfStock"
    };
    let mut offer = json!({
        "@type": "Offer",
        "price": figure(lowest),
        "priceCurrency": currency.code(),
        "availability": availability,
        "url": config.base_url.join(&page.url),
    });
    if highest > lowest {
        offer["@type"] = json!("AggregateOffer");
        offer["lowPrice"] = offer["price"].take();
        offer["highPrice"] = json!(figure(highest));
        if let Some(fields) = offer.as_object_mut() {
            fields.remove("price");
        }
    }
    let mut product = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.name,
        "url": config.base_url.join(&page.url),
        "offers": offer,
    });
    let images: Vec<String> = page.views.iter().map(|view| config.base_url.join(&view.src)).collect();
    if !images.is_empty() {
        product["image"] = json!(images);
    }
    if let Some(description) = &page.head.description {
        product["description"] = json!(description);
    }
    if let Some(sku) = &page.sku {
        product["sku"] = json!(sku);
    }
    if let Some(rating) = &page.rating {
        product["aggregateRating"] = json!({
            "@type": "AggregateRating",
            "ratingValue": rating.average,
            "reviewCount": rating.count,
        });
    }
    product
}

fn breadcrumbs(config: &Config, page: &ProductPage) -> Value {
    let home = ("Home", urls::home());
    let steps = std::iter::once(home)
        .chain(page.trail.iter().map(|step| (step.text.as_str(), step.url.as_str())))
        .chain(std::iter::once((page.name.as_str(), page.url.as_str())));
    let items: Vec<Value> = steps
        .zip(1..)
        .map(|((name, url), position)| {
            json!({ "@type": "ListItem", "position": position, "name": name, "item": config.base_url.join(url) })
        })
        .collect();
    json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items })
}
