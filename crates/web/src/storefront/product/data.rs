//! What search engines read: JSON-LD.

use serde_json::{Value, json};
use wares_commerce::{
    catalog::{ProductView, VariantView},
    pricing::{Market, Promise, shipping::Offer},
    settings::Store,
};
use wares_kernel::{Instant, Money, VariantId};

use super::{build::name_of, page::ProductPage};
use crate::{
    Config,
    storefront::{goods, structured},
    urls,
};

/// So many variants are described one by one.
const VARIANTS_MAX: usize = 60;
/// So many reviews are given in full.
const REVIEWS_MAX: usize = 5;

/// What is known of a product and its page.
pub(super) struct Told<'a> {
    pub(super) config: &'a Config,
    pub(super) store: &'a Store,
    pub(super) view: &'a ProductView,
    pub(super) page: &'a ProductPage,
    /// The variant the page shows, and how it is sent.
    pub(super) chosen: VariantId,
    pub(super) shipping: Option<&'a Value>,
}

/// What it costs to have something sent, and how long it takes, as of `now`.
pub(super) fn shipping(market: &Market, offer: &Offer, promise: &Promise, now: Instant) -> Value {
    let days = |least: i64, most: i64| json!({ "@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY" });
    let handling = i64::from((promise.leaves - market.calendar.today(now)).get_days()).max(0);
    json!({
        "@type": "OfferShippingDetails",
        "shippingRate": { "@type": "MonetaryAmount", "value": offer.price.decimal(), "currency": market.currency.code() },
        "shippingDestination": { "@type": "DefinedRegion", "addressCountry": market.country.code() },
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": days(0, handling),
            "transitTime": days(offer.transit_min_days, offer.transit_max_days),
        },
    })
}

impl Told<'_> {
    /// The product and the way to it.
    pub(super) fn blocks(&self) -> Vec<Value> {
        let steps = self
            .page
            .trail
            .iter()
            .map(|step| (step.text.as_str(), step.url.clone()));
        let here = std::iter::once((self.page.name.as_str(), self.page.url.clone()));
        let way = structured::breadcrumbs(self.config, steps.chain(here));
        vec![self.product(), way]
    }

    /// A product, or a group of them where there is something to choose.
    fn product(&self) -> Value {
        let mut product = json!({
            "@context": "https://schema.org",
            "name": self.page.name,
            "url": self.config.base_url.join(&self.page.url),
        });
        if let Some(description) = &self.page.head.description {
            product["description"] = json!(description);
        }
        let images: Vec<String> = self.page.views.iter().map(|view| self.absolute(&view.src)).collect();
        if !images.is_empty() {
            product["image"] = json!(images);
        }
        let brand = &self.view.product.brand;
        if !brand.is_empty() {
            product["brand"] = json!({ "@type": "Brand", "name": brand });
        }
        self.add_reviews(&mut product);
        match self.view.variants.as_slice() {
            [only] if self.view.options.is_empty() => {
                product["@type"] = json!("Product");
                self.add_codes(&mut product, only);
                product["offers"] = self.offer(only, &self.page.url);
            }
            variants => self.add_variants(&mut product, variants),
        }
        product
    }

    fn add_variants(&self, group: &mut Value, variants: &[VariantView]) {
        group["@type"] = json!("ProductGroup");
        group["productGroupID"] = json!(self.view.product.id.to_string());
        let named = self.view.options.iter().filter_map(|option| property(&option.name));
        let varies: Vec<String> = named.map(|name| format!("https://schema.org/{name}")).collect();
        if !varies.is_empty() {
            group["variesBy"] = json!(varies);
        }
        let variants = variants.iter().take(VARIANTS_MAX).map(|variant| self.variant(variant));
        group["hasVariant"] = variants.collect();
    }

    fn variant(&self, variant: &VariantView) -> Value {
        let path = urls::variant(&self.page.slug, &name_of(variant));
        let mut value = json!({
            "@type": "Product",
            "name": format!("{}, {}", self.page.name, variant.values.join(", ")),
            "inProductGroupWithID": self.view.product.id.to_string(),
            "offers": self.offer(variant, &path),
        });
        self.add_codes(&mut value, variant);
        let own = |(id, _): &&(_, _)| Some(*id) == variant.variant.image;
        let photo = self.view.photos.iter().find(own).or(self.view.photos.first());
        if let Some(picture) = photo.and_then(|(_, photo)| goods::picture(photo, &self.page.name)) {
            value["image"] = json!(self.absolute(&picture.src));
        }
        let mut others = Vec::new();
        for (option, chosen) in self.view.options.iter().zip(&variant.values) {
            match property(&option.name) {
                Some(name) => value[name] = json!(chosen),
                None => others.push(json!({ "@type": "PropertyValue", "name": option.name, "value": chosen })),
            }
        }
        if !others.is_empty() {
            value["additionalProperty"] = json!(others);
        }
        value
    }

    fn add_codes(&self, product: &mut Value, variant: &VariantView) {
        let sold = &variant.variant;
        if let Some(sku) = &sold.sku {
            product["sku"] = json!(sku.to_string());
        }
        let is_gtin =
            matches!(sold.barcode.len(), 8 | 12 | 13 | 14) && sold.barcode.bytes().all(|b| b.is_ascii_digit());
        if is_gtin {
            product["gtin"] = json!(sold.barcode);
        }
    }

    fn offer(&self, variant: &VariantView, path: &str) -> Value {
        let sold = &variant.variant;
        let availability = match variant.available() {
            Some(0) => "OutOfStock",
            None if sold.on_hand <= sold.reserved => "BackOrder",
            _ => "InStock",
        };
        let currency = self.store.currency;
        let mut offer = json!({
            "@type": "Offer",
            "url": self.config.base_url.join(path),
            "price": Money::new(sold.price_minor, currency).decimal(),
            "priceCurrency": currency.code(),
            "availability": format!("https://schema.org/{availability}"),
            "itemCondition": "https://schema.org/NewCondition",
        });
        if let Some(policy) = structured::return_policy(self.store) {
            offer["hasMerchantReturnPolicy"] = policy;
        }
        if let Some(shipping) = self.shipping.filter(|_| sold.id == self.chosen) {
            offer["shippingDetails"] = shipping.clone();
        }
        offer
    }

    /// What buyers think. Samples, which nobody wrote, are not told.
    fn add_reviews(&self, product: &mut Value) {
        let Some(reviews) = &self.page.reviews else { return };
        let written: Vec<Value> = reviews
            .items
            .iter()
            .filter(|review| !review.is_sample)
            .take(REVIEWS_MAX)
            .map(|review| {
                json!({
                    "@type": "Review",
                    "author": { "@type": "Person", "name": review.author },
                    "datePublished": review.at.iso,
                    "name": review.title,
                    "reviewBody": review.paragraphs.join("\n\n"),
                    "reviewRating": { "@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1 },
                })
            })
            .collect();
        if !written.is_empty() {
            product["review"] = json!(written);
        }
        if let Some(rating) = &self.page.rating {
            product["aggregateRating"] = json!({
                "@type": "AggregateRating",
                "ratingValue": rating.average,
                "bestRating": 5,
                "worstRating": 1,
                "reviewCount": rating.count,
            });
        }
    }

    fn absolute(&self, path: &str) -> String {
        self.config.base_url.join(path)
    }
}

/// The property search engines know an option by.
fn property(option: &str) -> Option<&'static str> {
    match option.to_lowercase().as_str() {
        "colour" | "color" => Some("color"),
        "size" => Some("size"),
        "material" => Some("material"),
        "pattern" => Some("pattern"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_called_as_search_engines_know_them() {
        assert_eq!(
            ["Colour", "color", "SIZE"].map(property),
            [Some("color"), Some("color"), Some("size")]
        );
        assert_eq!(property("Wick"), None);
    }
}
