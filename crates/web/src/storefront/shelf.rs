//! A list made of what the search index answers: products in order, counts for the filters, links to every neighbouring list.

use std::collections::HashMap;

use uuid::Uuid;
use wares_commerce::catalog;
use wares_db::Conn;
use wares_kernel::{Currency, ProductId};
use wares_search::{Base, Counting, Counts, Filters, Hits, Query, Sort};

use super::{
    Card, Head, frame, goods,
    list_query::{ListQuery, facet_field, typed},
    listing::{self, Facet, FacetValue, Listing, PAGE_SIZE, Pager, Pair, PriceFacet, sort_view},
};
use crate::{
    app::App,
    http::Error,
    templates::{Link, format},
};

/// How many facets are offered besides price and availability.
const FACETS: usize = 6;
/// Facets with fewer values than this tell nothing apart.
const VALUES_MIN: usize = 2;
/// How many often used values are offered above the list.
const QUICK: usize = 3;

/// A list that was asked for.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    /// Where the list is: the address of a category, of a collection, or of the search.
    pub(super) path: &'a str,
    pub(super) query: &'a ListQuery,
    /// What it is made of before anything is ticked.
    pub(super) base: Base,
    pub(super) currency: Currency,
}

impl Asked<'_> {
    /// Asks the index. A page that is not there any more leads back to the first.
    pub(super) fn hits(&self) -> Result<Hits, Error> {
        self.lead_back(self.ask(&self.index_query())?)
    }

    /// Asks the index for every page at once, as far as it gives so many, to put them in this order.
    pub(super) fn hits_in_order(&self, order: &[ProductId]) -> Result<Hits, Error> {
        let places: HashMap<Uuid, usize> = order.iter().map(|id| id.uuid()).zip(0..).collect();
        let query = self.index_query();
        let before = query.page.saturating_sub(1).saturating_mul(query.page_size);
        let size = query.page_size;
        let mut hits = self.ask(&Query {
            page: 1,
            page_size: Query::LARGEST_PAGE,
            ..query
        })?;
        hits.ids.sort_by_key(|id| places.get(id).copied());
        hits.ids = hits.ids.into_iter().skip(before).take(size).collect();
        self.lead_back(hits)
    }

    fn ask(&self, query: &Query) -> Result<Hits, Error> {
        let hits = self.app.search.search(query);
        hits.map_err(|error| Error::Internal(error.into()))
    }

    fn lead_back(&self, hits: Hits) -> Result<Hits, Error> {
        if self.query.page > 1 && hits.ids.is_empty() {
            return Err(Error::SeeOther(self.url(&self.query.on_page(1))));
        }
        Ok(hits)
    }

    /// The head of its page. A filtered list stays out of search engines; each page of the whole one is known by its own address.
    pub(super) fn head(&self, name: &str, description: &str, total: u64) -> Head {
        let settings = self.app.settings.get();
        let shop = &settings.store.name;
        let pages = listing::pages(total).max(1);
        let title = match self.query.page {
            1 => name.to_owned(),
            page => format!("{name} – page {page} of {pages}"),
        };
        let about = match description {
            "" => format!("{name}: {} at {shop}.", products(total)),
            description => description.to_owned(),
        };
        let canonical = self.url(&self.query.cleared().on_page(self.query.page));
        let mut head = Head::public(shop, title, None, canonical).about(&about);
        let is_plain = !self.query.is_filtered() && self.query.sort.is_none();
        head.robots = (!is_plain).then_some("noindex,follow");
        head
    }

    fn index_query(&self) -> Query {
        let query = self.query;
        let price = |minor: Option<i64>| minor.and_then(|minor| u64::try_from(minor).ok());
        Query {
            text: query.words.clone(),
            filters: Filters {
                base: self.base.clone(),
                brands: query.brands.iter().cloned().collect(),
                facets: query
                    .facets
                    .iter()
                    .map(|(name, values)| (name.clone(), values.iter().cloned().collect()))
                    .collect(),
                price_min: price(query.price_min),
                price_max: price(query.price_max),
                in_stock: query.in_stock,
                on_sale: query.on_sale,
                ..Filters::default()
            },
            sort: match query.sort {
                Some("newest") => Sort::Newest,
                Some("price-up") => Sort::PriceAsc,
                Some("price-down") => Sort::PriceDesc,
                Some("rating") => Sort::Rating,
                _ if query.words.is_empty() => Sort::Featured,
                _ => Sort::Relevance,
            },
            page: usize::try_from(query.page).unwrap_or(1),
            page_size: usize::try_from(PAGE_SIZE).unwrap_or(24),
            verbatim: query.is_exact,
            count: Counting {
                facets: wares_search::FacetChoice::Best(FACETS),
                ..Counting::default()
            },
        }
    }

    /// The cards of these products, in this order.
    pub(super) async fn cards(&self, conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Card>, Error> {
        let ids: Vec<ProductId> = ids.iter().map(|id| ProductId::new(*id)).collect();
        let cards = catalog::cards(conn, &ids).await?;
        let now = self.app.now();
        Ok(cards.iter().map(|card| goods::card(card, self.currency, now)).collect())
    }

    /// The list as the template shows it.
    pub(super) fn listing(&self, hits: &Hits, cards: Vec<Card>) -> Listing {
        let applied = self.applied();
        let (total, n_applied) = (hits.total, applied.len());
        let shown = cards.len();
        Listing {
            action: self.path.to_owned(),
            kept: pairs(self.query.words_pairs()),
            chosen: pairs([self.query.words_pairs(), self.query.filters(self.currency)].concat()),
            facets: self.facets(&hits.counts),
            availability: self.availability(&hits.counts),
            price: self.price(&hits.counts),
            quick: self.quick(&hits.counts, total),
            applied,
            clear_url: self.url(&self.query.cleared()),
            count_line: format!("{shown} of {}", products(total)),
            total_text: products(total),
            sort: sort_view(self.query.sort.unwrap_or(listing::SORTS[0].value)),
            cards,
            empty_line: match n_applied {
                0 => "There is nothing here yet.".into(),
                1 => "No products match this filter.".into(),
                n => format!("No products match all {n} filters."),
            },
            pager: Pager::new(self.query.page, total, |page| self.url(&self.query.on_page(page))),
        }
    }

    fn url(&self, query: &ListQuery) -> String {
        query.url(self.path, self.currency)
    }

    fn facets(&self, counts: &Counts) -> Vec<Facet> {
        let brands = Facet::new("Maker", "brand", values(&counts.brands));
        let facets = counts
            .facets
            .iter()
            .map(|facet| Facet::new(&facet.name, facet_field(&facet.name), values(&facet.values)));
        std::iter::once(brands)
            .chain(facets)
            .filter(|facet| facet.values.len() >= VALUES_MIN || facet.values.iter().any(|value| value.checked))
            .collect()
    }

    fn availability(&self, counts: &Counts) -> Option<Facet> {
        let value = |value: &str, label: &str, count, checked| FacetValue {
            value: value.into(),
            label: label.into(),
            count,
            checked,
        };
        let mut all = vec![value("in", "In stock", counts.in_stock, self.query.in_stock)];
        if (counts.on_sale > 0 && !self.base.on_sale) || self.query.on_sale {
            all.push(value("sale", "On sale", counts.on_sale, self.query.on_sale));
        }
        Some(Facet::new("Availability", "stock", all))
    }

    fn price(&self, counts: &Counts) -> Option<PriceFacet> {
        let is_asked = self.query.price_min.is_some() || self.query.price_max.is_some();
        let differs = counts.price.is_some_and(|span| span.max > span.min);
        let settings = self.app.settings.get();
        let text = |minor: Option<i64>| minor.map_or_else(String::new, |minor| typed(minor, self.currency));
        (is_asked || differs).then(|| PriceFacet {
            legend: format!("Price, {}", frame::tax_note(&settings.store)),
            symbol: self.currency.symbol().to_owned(),
            min: text(self.query.price_min),
            max: text(self.query.price_max),
        })
    }

    /// The filters in force; each link drops one.
    fn applied(&self) -> Vec<Link> {
        let query = self.query;
        let mut links = Vec::new();
        let mut add = |text: String, without: ListQuery| links.push(Link::new(text, self.url(&without)));
        for brand in &query.brands {
            add(brand.clone(), query.with(|list| _ = list.brands.remove(brand)));
        }
        for (facet, values) in &query.facets {
            for value in values {
                add(value.clone(), query.with(|list| list.drop(facet, value)));
            }
        }
        let price = |minor: i64| format::round_money(wares_kernel::Money::new(minor, self.currency));
        if let Some(minor) = query.price_min {
            add(
                format!("From {}", price(minor)),
                query.with(|list| list.price_min = None),
            );
        }
        if let Some(minor) = query.price_max {
            add(
                format!("Up to {}", price(minor)),
                query.with(|list| list.price_max = None),
            );
        }
        if query.in_stock {
            add("In stock".into(), query.with(|list| list.in_stock = false));
        }
        if query.on_sale {
            add("On sale".into(), query.with(|list| list.on_sale = false));
        }
        links
    }

    /// Filters that leave something out, the ones with the most hits first.
    fn quick(&self, counts: &Counts, total: u64) -> Vec<Link> {
        let query = self.query;
        let mut links = Vec::new();
        if (1..total).contains(&counts.on_sale) && !query.on_sale {
            links.push(Link::new("On sale", self.url(&query.with(|list| list.on_sale = true))));
        }
        let first = counts
            .facets
            .iter()
            .filter(|facet| !query.facets.contains_key(&facet.name));
        for facet in first.take(1).filter(|facet| facet.values.len() >= VALUES_MIN) {
            for value in facet.values.iter().take(QUICK - links.len()) {
                let narrower = query.with(|list| list.add(&facet.name, &value.value));
                links.push(Link::new(&value.value, self.url(&narrower)));
            }
        }
        links
    }
}

fn values(counts: &[wares_search::ValueCount]) -> Vec<FacetValue> {
    let values = counts.iter().map(|count| FacetValue {
        value: count.value.clone(),
        label: count.value.clone(),
        count: count.count,
        checked: count.selected,
    });
    values.collect()
}

fn pairs(pairs: Vec<(String, String)>) -> Vec<Pair> {
    pairs.into_iter().map(|(name, value)| Pair { name, value }).collect()
}

/// "1 product", "62 products".
fn products(n: u64) -> String {
    format!("{} product{}", format::count(n), if n == 1 { "" } else { "s" })
}
