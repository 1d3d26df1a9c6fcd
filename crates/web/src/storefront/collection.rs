//! A collection's page: the usual list, of what was chosen by hand or what a rule finds; and where else the shop shows collections.

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use wares_commerce::catalog::{self, Choice, Collection, CollectionRow, Lookup, Rule};
use wares_db::Conn;
use wares_kernel::{Instant, ProductId, Slug};
use wares_search::{Base, Counting, FacetChoice, Filters, Hits, Query, Sort};

use super::{
    Card, Head, Picture,
    category::CategoryPage,
    frame::filled,
    goods,
    home::{Row, Shelf},
    list_query::ListQuery,
    shelf, structured,
};
use crate::{
    app::App,
    http::{Error, Path},
    public::{Collections, PublicRequest, Shows},
    routes::Routes,
    templates::Link,
    urls,
};

/// How many products of a collection the first page shows.
const ON_HOME: usize = 4;
/// How many collections it shows.
const ROWS_ON_HOME: usize = 3;
const HOUR_SECONDS: i64 = 3600;

pub(super) fn routes() -> Routes {
    Routes::default().public("/collections/{slug}", get(show))
}

/// `GET /collections/{slug}`
async fn show(
    State(app): State<App>,
    Path(slug): Path<Slug>,
    RawQuery(query): RawQuery,
    asked: PublicRequest,
) -> Result<Response, Error> {
    let currency = app.settings.get().store.currency;
    let query = ListQuery::of_shelf(query.as_deref(), currency)?;
    let address = query.url(&urls::collection(slug.as_str()), currency);
    asked.answer(&app, address, make(&app, &slug, &query)).await
}

async fn make(app: &App, slug: &Slug, query: &ListQuery) -> Result<(CategoryPage, Shows), Error> {
    let mut conn = app.db.read().await?;
    let collection = match catalog::collection_at(&mut conn, slug).await? {
        Lookup::Here(collection) => collection,
        Lookup::Moved(new) => return Err(Error::Moved(urls::collection(new.as_str()))),
        Lookup::Gone(_) | Lookup::Nothing => return Err(Error::NotFound),
    };
    let currency = app.settings.get().store.currency;
    let path = urls::collection(slug.as_str());
    let list = shelf::Asked {
        app,
        path: &path,
        query,
        base: base(app, &collection.choice),
        currency,
    };
    let hits = match &collection.choice {
        // The usual order of what was chosen by hand is that of the hand.
        Choice::ByHand(order) if query.sort.is_none() => list.hits_in_order(order)?,
        _ => list.hits()?,
    };
    let cards = list.cards(&mut conn, &hits.ids).await?;
    let row = &collection.row;
    let banner = banner(&mut conn, row).await?;
    let photograph = cards
        .iter()
        .map(|card| &card.picture)
        .find(|picture| !picture.sources.is_empty());
    let page = CategoryPage {
        head: head(&list, row, banner.as_ref().or(photograph), hits.total),
        trail: Vec::new(),
        name: row.name.clone(),
        intro: row.description.clone(),
        banner,
        children: Vec::new(),
        list: list.listing(&hits, cards),
    };
    let shows = Shows {
        collections: Collections::One(row.id),
        // What is new is so by the hour.
        until: Some(app.next_hour()),
        ..Shows::a_list()
    };
    Ok((page, shows))
}

/// The picture of a collection. Without words it is decoration: its name stands beside it.
async fn banner(conn: &mut Conn, row: &CollectionRow) -> Result<Option<Picture>, Error> {
    let Some(image) = row.image else { return Ok(None) };
    let photo = catalog::photo(conn, image).await?;
    let picture = photo.and_then(|photo| goods::picture(&photo, &row.name));
    Ok(picture.map(|picture| Picture {
        alt: row.image_alt.clone(),
        ..picture
    }))
}

fn head(list: &shelf::Asked<'_>, row: &CollectionRow, picture: Option<&Picture>, total: u64) -> Head {
    let mut head = list.head(&row.name, &row.description, total);
    head.section = Some(list.path.to_owned());
    head.data = vec![structured::breadcrumbs(
        &list.app.config,
        [(row.name.as_str(), list.path.to_owned())],
    )];
    if let Some(picture) = picture {
        head.image = Some(picture.src.clone());
        head.image_alt = Some(filled(&picture.alt).unwrap_or_else(|| row.name.clone()));
    }
    head
}

/// What the index is to look at.
fn base(app: &App, choice: &Choice) -> Base {
    match choice {
        Choice::ByHand(products) => Base {
            only: Some(products.iter().map(|id| id.uuid()).collect()),
            ..Base::default()
        },
        Choice::ByRule(rule) => base_of(rule, app.next_hour()),
    }
}

/// Days are counted back from the full hour before, so that a page that is kept until `next_hour` is right until then.
fn base_of(rule: &Rule, next_hour: Instant) -> Base {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let price = |minor: Option<i64>| minor.and_then(|minor| u64::try_from(minor).ok());
    let since = |days: u32| {
        let hours = i64::from(days) * 24 + 1;
        Instant::from_seconds(next_hour.seconds() - hours * HOUR_SECONDS).micros()
    };
    Base {
        category: rule.category.map(wares_kernel::Id::uuid),
        only: None,
        brand: filled(&rule.brand),
        tag: filled(&rule.tag),
        price_min: price(rule.price_min_minor),
        price_max: price(rule.price_max_minor),
        on_sale: rule.on_sale,
        since: rule.newer_than_days.map(since),
    }
}

/// The collections the header leads to.
pub(crate) async fn in_header(conn: &mut Conn) -> Result<Vec<Link>, Error> {
    let all = catalog::collections(conn).await?;
    let shown = all.iter().filter(|row| row.is_visible && row.in_header);
    Ok(shown.map(link).collect())
}

fn link(row: &CollectionRow) -> Link {
    Link::new(&row.name, urls::collection(row.slug.as_str()))
}

/// The beginnings of the collections that staff have put on the first page.
pub(super) async fn on_home(app: &App, conn: &mut Conn) -> Result<Vec<Shelf>, Error> {
    let all = catalog::collections(conn).await?;
    let mut rows = Vec::new();
    for row in all.iter().filter(|row| row.is_visible && row.on_home) {
        let Some(collection) = catalog::collection(conn, row.id).await? else {
            continue;
        };
        let cards = beginning(app, conn, &collection).await?;
        if !cards.is_empty() {
            rows.push(Shelf {
                banner: banner(conn, row).await?,
                row: Row {
                    title: row.name.clone(),
                    more: Some(Link::new("See all", urls::collection(row.slug.as_str()))),
                    cards,
                },
            });
        }
        if rows.len() == ROWS_ON_HOME {
            break;
        }
    }
    Ok(rows)
}

/// The first of a collection that can be bought.
async fn beginning(app: &App, conn: &mut Conn, collection: &Collection) -> Result<Vec<Card>, Error> {
    let ids = match &collection.choice {
        Choice::ByHand(products) => products.iter().take(3 * ON_HOME).copied().collect(),
        Choice::ByRule(_) => found(app, &collection.choice)?,
    };
    let cards = catalog::cards(conn, &ids).await?;
    let currency = app.settings.get().store.currency;
    let cards = cards.iter().filter(|card| card.in_stock).take(ON_HOME);
    Ok(cards.map(|card| goods::card(card, currency, app.now())).collect())
}

fn found(app: &App, choice: &Choice) -> Result<Vec<ProductId>, Error> {
    Ok(first(app, choice)?.ids.into_iter().map(ProductId::new).collect())
}

/// How many products of a collection are in the shop now.
pub(crate) fn n_shown(app: &App, choice: &Choice) -> Result<u64, Error> {
    Ok(first(app, choice)?.total)
}

fn first(app: &App, choice: &Choice) -> Result<Hits, Error> {
    let query = Query {
        filters: Filters {
            base: base(app, choice),
            ..Filters::default()
        },
        sort: Sort::Featured,
        page_size: ON_HOME,
        count: Counting {
            facets: FacetChoice::Named(Vec::new()),
            max_values: 0,
        },
        ..Query::all()
    };
    app.search.search(&query).map_err(|error| Error::Internal(error.into()))
}
