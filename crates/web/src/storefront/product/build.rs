//! From what the catalogue knows of a product to what its page shows.

use std::collections::HashMap;

use serde_json::{Value, json};
use wares_commerce::{
    catalog::{self, OptionView as CatalogOption, ProductView, VariantView},
    pricing::{Market, shipping::Parcel},
    settings::Settings,
    together,
};
use wares_db::Conn;
use wares_kernel::{ImageId, Instant, Money, Quantity, VariantId};

use super::{data, page};
use crate::{
    app::App,
    http::Error,
    public::Shows,
    storefront::{Head, PriceTag, Tile, frame, goods, home::Row},
    templates::{Link, SafeHtml, format},
    urls,
};

/// How many other products each row shows.
const OTHERS: usize = 4;

/// The page with the variant named `wanted` chosen; an empty name is the first that can be bought.
pub(super) async fn product(app: &App, conn: &mut Conn, view: &ProductView, wanted: &str) -> Result<Built, Error> {
    let settings = app.settings.get();
    let url = urls::product(view.product.slug.as_str());
    let Some(chosen) = choose(view, wanted) else {
        return if wanted.is_empty() {
            Err(Error::NotFound)
        } else {
            Err(Error::SeeOther(url))
        };
    };
    let (delivery, shipping) = delivery(&settings, app.now(), chosen).unzip();
    let others = others(app, conn, view).await?;
    let facts = Facts {
        settings: &settings,
        view,
        chosen,
        is_asked_for: !wanted.is_empty(),
    };
    let page = facts.page(delivery, others);
    let shows = Shows {
        products: vec![view.product.id],
        is_list: !page.others.is_empty(),
        until: Some(app.next_hour()),
        ..Shows::default()
    };
    Ok(Built {
        page,
        shows,
        chosen: chosen.variant.id,
        shipping,
    })
}

/// The page, but for its reviews and what search engines are told.
pub(super) struct Built {
    pub(super) page: page::ProductPage,
    pub(super) shows: Shows,
    /// The variant it shows.
    pub(super) chosen: VariantId,
    /// How that is sent, for search engines.
    pub(super) shipping: Option<Value>,
}

/// The variant named by its SKU or id; without a name the first that can be bought, or else the first.
fn choose<'a>(view: &'a ProductView, wanted: &str) -> Option<&'a VariantView> {
    if wanted.is_empty() {
        let sellable = view.variants.iter().find(|variant| left(variant) > 0);
        return sellable.or(view.variants.first());
    }
    view.variants
        .iter()
        .find(|variant| name_of(variant) == wanted || variant.variant.id.uuid().to_string() == wanted)
}

/// What stands behind `?v=`: the SKU, or the id where there is none.
pub(super) fn name_of(variant: &VariantView) -> String {
    variant
        .variant
        .sku
        .as_ref()
        .map_or_else(|| variant.variant.id.uuid().to_string(), ToString::to_string)
}

/// How many one can have.
fn left(variant: &VariantView) -> i64 {
    variant.available().unwrap_or_else(|| Quantity::MAX.into())
}

fn stock(variant: &VariantView) -> page::StockLine {
    let (text, class) = match variant.available() {
        Some(0) => ("Sold out".to_owned(), "bad"),
        Some(n) if n <= variant.variant.low_at => (format!("Only {n} left"), "low"),
        _ => ("In stock".to_owned(), "okc"),
    };
    page::StockLine { text, class }
}

/// When it arrives at an address in the shop's own country, and for how much: for the page and for search engines.
fn delivery(settings: &Settings, now: Instant, chosen: &VariantView) -> Option<(page::Delivery, Value)> {
    if left(chosen) == 0 || !chosen.variant.needs_shipping {
        return None;
    }
    let market = Market::at_home(settings, now);
    let currency = market.currency;
    let parcel = Parcel {
        weight_g: chosen.variant.weight_g,
        value: Money::new(chosen.variant.price_minor, currency),
    };
    let offer = market.offers(parcel).into_iter().find(|offer| !offer.is_pick_up)?;
    let promise = market.promise(&offer, now);
    let free_from = market
        .methods
        .iter()
        .find(|method| method.id == offer.method_id)
        .and_then(|method| method.free_from_minor)
        .map(|minor| format::round_money(Money::new(minor, currency)));
    let country = market.country.name();
    let cost = match free_from {
        _ if offer.price.is_zero() => format!("Free to {country}."),
        Some(sum) => format!("{} to {country}, free from {sum}.", format::money(offer.price)),
        None => format!("{} to {country}.", format::money(offer.price)),
    };
    let shown = page::Delivery {
        days: format::day_range(promise.from, promise.to, market.calendar.today(now)),
        cost,
    };
    Some((shown, data::shipping(&market, &offer, &promise, now)))
}

/// What others bought with it, and what else its category has, each only once and only what can be bought.
async fn others(app: &App, conn: &mut Conn, view: &ProductView) -> Result<Vec<Row>, Error> {
    let id = view.product.id;
    let together = together::cards(conn, id, OTHERS).await?;
    let mut alike = catalog::related(conn, id, 2 * OTHERS).await?;
    alike.retain(|card| together.iter().all(|other| other.id != card.id));
    alike.truncate(OTHERS);
    let like_it = if view.product.in_stock {
        "More like it"
    } else {
        "Like it, in stock"
    };
    let currency = app.settings.get().store.currency;
    let row = |title: &str, cards: &[catalog::Card]| Row {
        title: title.into(),
        more: None,
        cards: cards
            .iter()
            .map(|card| goods::card(card, currency, app.now()))
            .collect(),
    };
    let mut rows = vec![row("Often bought together", &together), row(like_it, &alike)];
    rows.retain(|row| !row.cards.is_empty());
    Ok(rows)
}

/// All that is known when the page is put together.
struct Facts<'a> {
    settings: &'a Settings,
    view: &'a ProductView,
    chosen: &'a VariantView,
    is_asked_for: bool,
}

impl Facts<'_> {
    fn page(&self, delivery: Option<page::Delivery>, others: Vec<Row>) -> page::ProductPage {
        let (product, store) = (&self.view.product, &self.settings.store);
        let slug = product.slug.as_str();
        let views = self.views();
        let tile = self.tile();
        let price = self.price();
        let seen_picture = views.first().unwrap_or(&tile);
        page::ProductPage {
            head: self.head(views.first()),
            searched: None,
            trail: self.trail(),
            name: product.title.clone(),
            slug: slug.into(),
            url: urls::product(slug),
            seen: page::Seen {
                name: product.title.clone(),
                url: urls::product(slug),
                src: seen_picture.src.clone(),
                srcset: seen_picture
                    .sources
                    .last()
                    .map_or_else(String::new, |source| source.srcset.clone()),
            },
            price,
            tax_note: frame::tax_note(store).into(),
            rating: goods::rating(product.rating_sum, product.n_ratings),
            summary: None,
            is_for_sale: self.view.variants.iter().any(|variant| left(variant) > 0),
            variant_id: self.chosen.variant.id.uuid().to_string(),
            options: self.options(),
            max: u32::try_from(left(self.chosen).clamp(1, Quantity::MAX.into())).unwrap_or(1),
            delivery,
            stock: stock(self.chosen),
            returns: (store.return_days > 0).then(|| format!("{} days from delivery", store.return_days)),
            description: (!product.description_html.is_empty())
                .then(|| SafeHtml::sanitised(product.description_html.clone())),
            specs: self.specs(),
            sku: self.chosen.variant.sku.as_ref().map(ToString::to_string),
            ask_url: urls::ask_about(slug),
            reviews: None,
            others,
            variants: self.variants(),
            views,
            tile,
        }
    }

    fn head(&self, picture: Option<&crate::storefront::Picture>) -> Head {
        let (product, store) = (&self.view.product, &self.settings.store);
        let title = if product.seo_title.is_empty() {
            &product.title
        } else {
            &product.seo_title
        };
        let description = if product.seo_description.is_empty() {
            &product.summary
        } else {
            &product.seo_description
        };
        Head {
            image: picture.map(|picture| picture.src.clone()),
            image_alt: picture.map(|picture| picture.alt.clone()),
            kind: "product",
            section: self.view.trail.first().map(|step| urls::category(step.slug.as_str())),
            ..Head::public(&store.name, title, None, urls::product(product.slug.as_str())).about(description)
        }
    }

    fn trail(&self) -> Vec<Link> {
        let steps = self.view.trail.iter();
        steps
            .map(|step| Link::new(&step.name, urls::category(step.slug.as_str())))
            .collect()
    }

    /// The photographs; the one of a variant that was asked for first.
    fn photos(&self) -> Vec<&(ImageId, catalog::Photo)> {
        let mut photos: Vec<_> = self.view.photos.iter().collect();
        let own = self.chosen.variant.image.filter(|_| self.is_asked_for);
        if let Some(at) = own.and_then(|own| photos.iter().position(|(id, _)| *id == own)) {
            photos[..=at].rotate_right(1);
        }
        photos
    }

    fn views(&self) -> Vec<crate::storefront::Picture> {
        let title = &self.view.product.title;
        let photos = self.photos();
        let count = photos.len();
        photos
            .iter()
            .zip(1..)
            .filter_map(|((_, photo), n)| {
                let fallback = if count > 1 {
                    format!("{title}, view {n} of {count}")
                } else {
                    title.clone()
                };
                goods::picture(photo, &fallback)
            })
            .collect()
    }

    fn tile(&self) -> crate::storefront::Picture {
        let title = &self.view.product.title;
        let group = self.view.trail.last().map_or(title, |step| &step.name);
        Tile::of(title, group).picture(title)
    }

    fn price(&self) -> PriceTag {
        let variant = &self.chosen.variant;
        goods::price_tag(
            variant.price_minor,
            variant.price_minor,
            variant.was_minor,
            self.settings.store.currency,
        )
    }

    fn options(&self) -> Vec<page::OptionView> {
        let options = self.view.options.iter().enumerate();
        options.map(|(at, option)| self.option(at, option)).collect()
    }

    fn option(&self, at: usize, option: &CatalogOption) -> page::OptionView {
        let chosen = self.chosen.values.get(at).cloned().unwrap_or_default();
        let values = option.values.iter().map(|value| page::ValueView {
            label: value.value.clone(),
            swatch: value.swatch.clone(),
            checked: value.value == chosen,
            is_out: !self.can_have(at, &value.value),
        });
        page::OptionView {
            name: option.name.clone(),
            field: format!("o{}", at + 1),
            is_colours: option.values.iter().all(|value| !value.swatch.is_empty()),
            values: values.collect(),
            chosen,
        }
    }

    /// Whether the choice with this one value changed can be bought.
    fn can_have(&self, at: usize, value: &str) -> bool {
        let mut wanted = self.chosen.values.clone();
        if let Some(place) = wanted.get_mut(at) {
            value.clone_into(place);
        }
        let mut variants = self.view.variants.iter();
        variants.any(|variant| variant.values == wanted && left(variant) > 0)
    }

    fn specs(&self) -> Vec<page::Spec> {
        let brand = (!self.view.product.brand.is_empty()).then(|| page::Spec {
            name: "Maker".into(),
            value: self.view.product.brand.clone(),
        });
        let attributes = self.view.attributes.iter().map(|attribute| page::Spec {
            name: attribute.name.clone(),
            value: attribute.values.join(", "),
        });
        brand.into_iter().chain(attributes).collect()
    }

    /// Every variant by its values, for the script; nothing when there is nothing to choose.
    fn variants(&self) -> Option<Value> {
        if self.view.options.is_empty() {
            return None;
        }
        let places: HashMap<ImageId, usize> = self.photos().iter().zip(0..).map(|((id, _), at)| (*id, at)).collect();
        let currency = self.settings.store.currency;
        let one = |variant: &VariantView| {
            let sold = &variant.variant;
            let stock = stock(variant);
            let tag = goods::price_tag(sold.price_minor, sold.price_minor, sold.was_minor, currency);
            let view = sold.image.and_then(|image| places.get(&image));
            json!({
                "v": name_of(variant),
                "price": tag.now,
                "was": tag.was,
                "sku": sold.sku.as_ref().map(ToString::to_string),
                "left": left(variant).min(Quantity::MAX.into()),
                "stock": stock.text,
                "class": stock.class,
                "view": view,
            })
        };
        let variants: serde_json::Map<String, Value> = self
            .view
            .variants
            .iter()
            .map(|variant| (variant.values.join("|"), one(variant)))
            .collect();
        Some(json!({ "variants": variants }))
    }
}
