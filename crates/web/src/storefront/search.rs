//! Search results, nothing found, and suggestions while typing.

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use serde::Serialize;
use wares_commerce::{catalog, search::Found};
use wares_db::Conn;
use wares_kernel::{Currency, ProductId};
use wares_search::{Also, Base, Correction, Hits, Part};

use super::{
    Card, Head, Picture, goods,
    home::Row,
    list_query::ListQuery,
    listing::{self, Listing, Pair},
    samples, shelf,
};
use crate::{
    app::App,
    http::{ClientAddress, Entered, Error, Flow},
    public::{PublicRequest, Shows},
    routes::Routes,
    templates::{Link, Page, Registry},
    urls,
};

/// How many other products are offered when nothing, or little, was found.
const OTHERS: usize = 4;
/// So many categories are named when none is like what was typed.
const TOP_CATEGORIES: usize = 8;
/// Suggestions of all kinds together.
const SUGGESTED_MAX: usize = 10;
/// What is shorter than this is not guessed at.
const SUGGEST_FROM: usize = 2;

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<SearchPage>();
    pages.add::<NothingFoundPage>();
    pages.add::<Suggestions>();
}

pub(super) fn routes() -> Routes {
    Routes::default()
        .public(urls::search(), get(show))
        .public(urls::suggest(), get(suggest))
}

/// `GET /search?q=…`
async fn show(
    State(app): State<App>,
    client: ClientAddress,
    RawQuery(query): RawQuery,
    asked: PublicRequest,
) -> Result<Response, Error> {
    app.limits.count(Flow::Search, client.network(), app.now_ms())?;
    let currency = app.settings.get().store.currency;
    let query = ListQuery::parse(&query.unwrap_or_default(), currency)?;
    let list = shelf::Asked {
        app: &app,
        path: urls::search(),
        query: &query,
        base: Base::default(),
        currency,
    };
    let address = query.url(urls::search(), currency);
    let is_new = query.page == 1 && query.sort.is_none() && !query.is_exact && !query.is_filtered();
    let count = |found: Found| {
        if is_new && asked.is_opened() {
            app.searches
                .note(app.settings.get().store.day(app.now()), &query.words, found);
        }
    };
    if let Some((page, found)) = asked.answer_found(&app, &address) {
        count(found);
        return Ok(page);
    }
    let begun = app.pages.n_changes();
    let hits = list.hits()?;
    count(Found::from(&hits));
    if let Some(page) = app.search.redirect(&query.words).filter(|_| is_new) {
        return Err(Error::SeeOther(page));
    }
    if let Some(exact) = hits.exact.filter(|_| !query.is_exact && !query.is_filtered()) {
        return Err(to_product(&app, exact, &query.words).await?);
    }
    if hits.total == 0 && !query.is_filtered() && !query.words.is_empty() {
        let page = nothing_found(&app, &query, &hits);
        return asked.answer_read(&app, address, begun, page).await;
    }
    asked.answer_read(&app, address, begun, results(&list, &hits)).await
}

/// Whoever types an article number is led to the article, with a way back to the results.
async fn to_product(app: &App, product: uuid::Uuid, typed: &str) -> Result<Error, Error> {
    let product = ProductId::new(product);
    let mut conn = app.db.read().await?;
    let cards = catalog::cards(&mut conn, &[product]).await?;
    let Some(card) = cards.first() else {
        return Ok(Error::NotFound);
    };
    let variant = catalog::variant_of_code(&mut conn, product, typed).await?;
    let variant = variant.map(|id| id.uuid().to_string());
    let pairs = variant.iter().map(|id| ("v", id.as_str())).chain([("q", typed)]);
    let url = urls::with_query(&urls::product(card.slug.as_str()), pairs);
    Ok(Error::SeeOther(url))
}

/// What the products of the second row lack, each word once: *Without “espresso” or “set”*.
fn without(also: &Also) -> String {
    let mut words: Vec<String> = Vec::new();
    for hit in &also.hits {
        let word = format!("“{}”", hit.lacks);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    format!("Without {}", words.join(" or "))
}

async fn results(list: &shelf::Asked<'_>, hits: &Hits) -> Result<(SearchPage, Shows), Error> {
    let (app, query) = (list.app, list.query);
    let mut conn = app.db.read().await?;
    let cards = list.cards(&mut conn, &hits.ids).await?;
    let also = match &hits.also {
        Some(also) => {
            let ids: Vec<_> = also.hits.iter().map(|hit| hit.id).collect();
            list.cards(&mut conn, &ids).await?
        }
        None => Vec::new(),
    };
    let typed = &query.words;
    let shown = match &hits.correction {
        Some(Correction::Applied(text)) => text,
        _ => typed,
    };
    let page = SearchPage {
        head: head(&app.settings.get().store.name, typed),
        heading: if typed.is_empty() {
            "All goods".into()
        } else {
            format!("Results for “{shown}” ({})", hits.total)
        },
        corrected: (shown != typed).then(|| Corrected {
            shown: shown.clone(),
            typed: typed.clone(),
            exact_url: urls::with_query(urls::search(), [("q", typed.as_str()), ("exact", "1")]),
        }),
        did_you_mean: did_you_mean(hits),
        left_out: (!hits.dropped.is_empty()).then(|| hits.dropped.join(", ")),
        list: list.listing(hits, cards),
        also: hits.also.as_ref().filter(|_| !also.is_empty()).map(|lacking| Row {
            title: without(lacking),
            more: None,
            cards: also,
        }),
    };
    let shows = Shows {
        until: Some(app.next_hour()),
        found: Some(Found::from(hits)),
        ..Shows::a_list()
    };
    Ok((page, shows))
}

fn did_you_mean(hits: &Hits) -> Option<Link> {
    match &hits.correction {
        Some(Correction::Offered(text)) => Some(Link::new(text, urls::search_for(text))),
        _ => None,
    }
}

async fn nothing_found(app: &App, query: &ListQuery, hits: &Hits) -> Result<(NothingFoundPage, Shows), Error> {
    let settings = app.settings.get();
    let guesses = app
        .search
        .suggest(&query.words)
        .map_err(|error| Error::Internal(error.into()))?;
    let mut conn = app.db.read().await?;
    let best = catalog::best_sold(&mut conn, OTHERS).await?;
    let mut categories = category_links(&mut conn, &guesses.categories).await?;
    if categories.is_empty() {
        categories = top_categories(&mut conn).await?;
    }
    let page = NothingFoundPage {
        head: head(&settings.store.name, &query.words),
        heading: format!("Nothing found for “{}”", query.words),
        lead: "Some ways on from here.".into(),
        did_you_mean: match did_you_mean(hits) {
            None => nearest(app, query, &guesses.queries)?,
            offered => offered,
        },
        categories,
        best: best
            .iter()
            .map(|card| goods::card(card, settings.store.currency, app.now()))
            .collect(),
    };
    let shows = Shows {
        found: Some(Found::from(hits)),
        ..Shows::a_list()
    };
    Ok((page, shows))
}

/// What was probably meant: the correction that "search instead for" went without, or what else begins like it.
fn nearest(app: &App, query: &ListQuery, guesses: &[Vec<Part>]) -> Result<Option<Link>, Error> {
    if query.is_exact {
        let corrected = app.search.search(&wares_search::Query {
            page_size: 1,
            ..wares_search::Query::of(&query.words)
        });
        let corrected = corrected.map_err(|error| Error::Internal(error.into()))?;
        if let Some(Correction::Applied(text) | Correction::Offered(text)) = corrected.correction {
            return Ok(Some(Link::new(&text, urls::search_for(&text))));
        }
    }
    let guess = guesses.first().map(|parts| wares_search::plain(parts));
    Ok(guess.map(|text| Link::new(&text, urls::search_for(&text))))
}

/// The top of the tree: where to look when nothing is like what was typed.
async fn top_categories(conn: &mut Conn) -> Result<Vec<Link>, Error> {
    let shown = super::tree::shown(conn).await?;
    let top = shown.iter().filter(|node| node.depth == 0).take(TOP_CATEGORIES);
    Ok(top.map(|node| super::tree::link(&node.category)).collect())
}

async fn category_links(conn: &mut Conn, hints: &[wares_search::CategoryHint]) -> Result<Vec<Link>, Error> {
    let mut links = Vec::new();
    for hint in hints {
        if let Some(category) = catalog::category(conn, wares_kernel::CategoryId::new(hint.id)).await? {
            links.push(super::tree::link(&category));
        }
    }
    Ok(links)
}

/// `GET /search/suggest?q=…`
async fn suggest(
    State(app): State<App>,
    client: ClientAddress,
    RawQuery(query): RawQuery,
    asked: PublicRequest,
) -> Result<Response, Error> {
    app.limits.count(Flow::Suggest, client.network(), app.now_ms())?;
    let query = Entered::parse(query.unwrap_or_default().as_bytes())?;
    let typed: String = query.get("q").trim().chars().take(200).collect();
    let address = urls::with_query(urls::suggest(), [("q", typed.as_str())]);
    asked.answer(&app, address, suggestions(&app, &typed)).await
}

async fn suggestions(app: &App, typed: &str) -> Result<(Suggestions, Shows), Error> {
    if typed.chars().count() < SUGGEST_FROM {
        return Ok((Suggestions { groups: Vec::new() }, Shows::a_list()));
    }
    let found = app
        .search
        .suggest(typed)
        .map_err(|error| Error::Internal(error.into()))?;
    let currency = app.settings.get().store.currency;
    let mut conn = app.db.read().await?;
    let mut categories = Vec::new();
    for hint in found.categories {
        if let Some(category) = catalog::category(&mut conn, wares_kernel::CategoryId::new(hint.id)).await? {
            categories.push(Suggestion::of(hint.name, urls::category(category.slug.as_str())));
        }
    }
    let products = product_suggestions(app, &mut conn, found.products, currency).await?;
    let room = SUGGESTED_MAX.saturating_sub(categories.len() + products.len());
    let words = found.queries.into_iter().take(room).map(|parts| {
        let url = urls::search_for(&wares_search::plain(&parts));
        Suggestion::of(parts, url)
    });
    let words: Vec<Suggestion> = words.collect();
    let groups = [
        ("Suggestions", words),
        ("Categories", categories),
        ("Products", products),
    ]
    .into_iter()
    .filter(|(_, options)| !options.is_empty())
    .map(|(title, options)| Group { title, options })
    .collect();
    Ok((Suggestions { groups }, Shows::a_list()))
}

async fn product_suggestions(
    app: &App,
    conn: &mut Conn,
    hints: Vec<wares_search::ProductHint>,
    currency: Currency,
) -> Result<Vec<Suggestion>, Error> {
    let ids: Vec<ProductId> = hints.iter().map(|hint| ProductId::new(hint.id)).collect();
    let cards = catalog::cards(conn, &ids).await?;
    let mut options = Vec::new();
    for hint in hints {
        let Some(card) = cards.iter().find(|card| card.id.uuid() == hint.id) else {
            continue;
        };
        let shown = goods::card(card, currency, app.now());
        options.push(Suggestion {
            picture: Some(shown.picture),
            price: Some(format!("{}{}", shown.price.from_word, shown.price.now)),
            ..Suggestion::of(hint.title, shown.url)
        });
    }
    Ok(options)
}

/// `GET /search?q=…` with results.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SearchPage {
    head: Head,
    heading: String,
    corrected: Option<Corrected>,
    did_you_mean: Option<Link>,
    /// Words no product has together with the others.
    left_out: Option<String>,
    list: Listing,
    /// Products that have all words but one.
    also: Option<Row>,
}

/// The words were taken for other words.
#[derive(Debug, Clone, Serialize)]
struct Corrected {
    shown: String,
    typed: String,
    exact_url: String,
}

impl Page for SearchPage {
    const TEMPLATE: &'static str = "storefront/search.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut list = listing::sample(urls::search(), samples::cards().into_iter().take(8).collect());
        list.kept = vec![Pair {
            name: "q".into(),
            value: "expresso cup".into(),
        }];
        let page = Self {
            head: head("Fieldhouse", "expresso cup"),
            heading: "Results for “espresso cup” (24)".into(),
            corrected: Some(Corrected {
                shown: "espresso cup".into(),
                typed: "expresso cup".into(),
                exact_url: urls::with_query(urls::search(), [("q", "expresso cup"), ("exact", "1")]),
            }),
            did_you_mean: None,
            left_out: None,
            list,
            also: None,
        };
        let loose = Self {
            corrected: None,
            did_you_mean: Some(Link::new("espresso cups", urls::search_for("espresso cups"))),
            left_out: Some("samovar".into()),
            also: Some(Row {
                title: "Without “espresso”".into(),
                more: None,
                cards: samples::cards().into_iter().take(4).collect(),
            }),
            ..page.clone()
        };
        vec![("corrected", page), ("loose", loose)]
    }
}

/// `GET /search?q=…` without results.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NothingFoundPage {
    head: Head,
    heading: String,
    lead: String,
    did_you_mean: Option<Link>,
    categories: Vec<Link>,
    best: Vec<Card>,
}

impl Page for NothingFoundPage {
    const TEMPLATE: &'static str = "storefront/search_none.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            head: head("Fieldhouse", "stoneware samovar"),
            heading: "Nothing found for “stoneware samovar”".into(),
            lead: "Some ways on from here.".into(),
            did_you_mean: Some(Link::new("stoneware saucer", urls::search_for("stoneware saucer"))),
            categories: vec![
                Link::new("Teapots", urls::category("teapots")),
                Link::new("Serving", urls::category("serving")),
            ],
            best: samples::cards().into_iter().take(3).collect(),
        };
        let bare = Self {
            did_you_mean: None,
            categories: Vec::new(),
            best: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("bare", bare)]
    }
}

/// `GET /search/suggest?q=…`
#[derive(Debug, Clone, Serialize)]
pub(super) struct Suggestions {
    groups: Vec<Group>,
}

/// Suggestions of one kind.
#[derive(Debug, Clone, Serialize)]
struct Group {
    title: &'static str,
    options: Vec<Suggestion>,
}

/// One suggestion: its text in pieces, those that would be added marked.
#[derive(Debug, Clone, Serialize)]
struct Suggestion {
    parts: Vec<Piece>,
    url: String,
    picture: Option<Picture>,
    price: Option<String>,
}

/// A piece of a suggestion.
#[derive(Debug, Clone, Serialize)]
struct Piece {
    text: String,
    added: bool,
}

impl Suggestion {
    fn of(parts: Vec<Part>, url: String) -> Self {
        let pieces = parts.into_iter().filter(|part| !part.text.is_empty());
        Self {
            parts: pieces
                .map(|part| Piece {
                    text: part.text,
                    added: part.added,
                })
                .collect(),
            url,
            picture: None,
            price: None,
        }
    }
}

impl Page for Suggestions {
    const TEMPLATE: &'static str = "storefront/suggest.html";
    const IS_FRAGMENT: bool = true;

    fn samples() -> Vec<(&'static str, Self)> {
        let words = |typed: &str, added: &str| {
            let piece = |text: &str, added| Part {
                text: text.into(),
                added,
            };
            let url = urls::search_for(&format!("{typed}{added}"));
            Suggestion::of(vec![piece(typed, false), piece(added, true)], url)
        };
        let product = |name: &str, photo: &str| Suggestion {
            url: urls::product(photo),
            picture: Some(samples::photograph(photo, name)),
            price: Some("€22.00".into()),
            ..words(name, "")
        };
        let full = Self {
            groups: vec![
                Group {
                    title: "Suggestions",
                    options: vec![words("tarn", " mug"), words("tarn", " plates")],
                },
                Group {
                    title: "Categories",
                    options: vec![words("Cups and mugs", "")],
                },
                Group {
                    title: "Products",
                    options: vec![product("Tarn mug", "tarn-mug-oat")],
                },
            ],
        };
        vec![("full", full), ("none", Self { groups: Vec::new() })]
    }
}

/// Search pages stay out of other search engines.
fn head(shop: &str, query: &str) -> Head {
    let shown: String = query.chars().take(40).collect();
    Head {
        query: query.into(),
        robots: Some("noindex,follow"),
        ..Head::private(shop, format!("“{shown}”"))
    }
}
