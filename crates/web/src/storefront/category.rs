//! A category's page, and the page of all categories.

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use serde::Serialize;
use wares_commerce::catalog::{self, CategoryView, Lookup};
use wares_kernel::Slug;
use wares_search::Base;

use super::{
    Head, IndexEntry, Picture, goods,
    list_query::ListQuery,
    listing::{self, Listing},
    samples, shelf, structured, tree,
};
use crate::{
    app::App,
    http::{Error, Path},
    public::{PublicRequest, Shows},
    routes::Routes,
    templates::{Link, Page, Registry},
    urls,
};

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<CategoryPage>();
    pages.add::<CategoriesPage>();
}

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/c/{slug}", get(show))
        .public("/categories", get(show_all))
}

/// `GET /categories`
async fn show_all(State(app): State<App>, asked: PublicRequest) -> Result<Response, Error> {
    let make = async {
        let mut conn = app.db.read().await?;
        let nodes = tree::shown(&mut conn).await?;
        let categories = tree::index(&app, &mut conn, &nodes).await?;
        let names: Vec<&str> = categories.iter().map(|entry| entry.name.as_str()).collect();
        let shop = &app.settings.get().store.name;
        let page = CategoriesPage {
            head: Head::public(shop, "All categories", None, urls::categories()).about(&names.join(", ")),
            categories,
        };
        Ok((page, Shows::a_list()))
    };
    asked.answer(&app, urls::categories().into(), make).await
}

/// `GET /c/{slug}`
async fn show(
    State(app): State<App>,
    Path(slug): Path<Slug>,
    RawQuery(query): RawQuery,
    asked: PublicRequest,
) -> Result<Response, Error> {
    let currency = app.settings.get().store.currency;
    let query = ListQuery::of_shelf(query.as_deref(), currency)?;
    let address = query.url(&urls::category(slug.as_str()), currency);
    asked.answer(&app, address, make(&app, &slug, &query)).await
}

async fn make(app: &App, slug: &Slug, query: &ListQuery) -> Result<(CategoryPage, Shows), Error> {
    let mut conn = app.db.read().await?;
    let view = match catalog::category_at(&mut conn, slug).await? {
        Lookup::Here(view) => view,
        Lookup::Moved(new) => return Err(Error::Moved(urls::category(new.as_str()))),
        Lookup::Gone(_) | Lookup::Nothing => return Err(Error::NotFound),
    };
    let currency = app.settings.get().store.currency;
    let path = urls::category(slug.as_str());
    let asked = shelf::Asked {
        app,
        path: &path,
        query,
        base: Base::category(view.category.id.uuid()),
        currency,
    };
    let hits = asked.hits()?;
    let cards = asked.cards(&mut conn, &hits.ids).await?;
    let page = CategoryPage {
        head: head(&asked, &view, hits.total),
        trail: above(&view),
        name: view.category.name.clone(),
        intro: view.category.description.clone(),
        banner: None,
        children: view
            .children
            .iter()
            .filter(|child| child.n_products > 0)
            .map(tree::link)
            .collect(),
        list: asked.listing(&hits, cards),
    };
    let shows = Shows {
        // The index says what is new by the day.
        until: Some(app.next_hour()),
        ..Shows::a_list()
    };
    Ok((page, shows))
}

/// The way down, without the category itself.
fn above(view: &CategoryView) -> Vec<Link> {
    let above = view.trail.len().saturating_sub(1);
    let steps = view.trail.iter().take(above);
    steps
        .map(|step| Link::new(&step.name, urls::category(step.slug.as_str())))
        .collect()
}

fn head(list: &shelf::Asked<'_>, view: &CategoryView, total: u64) -> Head {
    let category = &view.category;
    let mut head = list.head(&category.name, &category.description, total);
    head.section = view.trail.first().map(|step| urls::category(step.slug.as_str()));
    let steps = view.trail.iter();
    let steps = steps.map(|step| (step.name.as_str(), urls::category(step.slug.as_str())));
    head.data = vec![structured::breadcrumbs(&list.app.config, steps)];
    if let Some(picture) = view
        .photo
        .as_ref()
        .and_then(|photo| goods::picture(photo, &view.category.name))
    {
        head.image = Some(picture.src);
        head.image_alt = Some(picture.alt);
    }
    head
}

/// `GET /c/{slug}`
#[derive(Debug, Clone, Serialize)]
pub(super) struct CategoryPage {
    pub(super) head: Head,
    pub(super) trail: Vec<Link>,
    pub(super) name: String,
    pub(super) intro: String,
    /// A picture across the page, as collections may have.
    pub(super) banner: Option<Picture>,
    pub(super) children: Vec<Link>,
    pub(super) list: Listing,
}

impl Page for CategoryPage {
    const TEMPLATE: &'static str = "storefront/category.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let action = urls::category("tableware");
        let full = Self {
            head: Head {
                section: Some(action.clone()),
                ..Head::public(
                    "Fieldhouse",
                    "Tableware",
                    "Stoneware cups, plates, bowls and teapots, dishwasher safe and made to stack.".to_owned(),
                    &action,
                )
            },
            trail: Vec::new(),
            name: "Tableware".into(),
            intro:
                "Stoneware thrown and fired in small batches. Everything here goes in the dishwasher and stacks with \
                    everything else."
                    .into(),
            banner: None,
            children: ["Cups and mugs", "Plates", "Bowls", "Serving", "Teapots"]
                .map(|name| Link::new(name, urls::category(&name.to_lowercase().replace(' ', "-"))))
                .into(),
            list: listing::sample(&action, samples::cards()),
        };
        let without_photographs = Self {
            list: listing::sample(&action, samples::cards_without_photographs()),
            ..full.clone()
        };
        let nothing_matches = Self {
            list: listing::empty_sample(&action),
            intro: String::new(),
            children: Vec::new(),
            ..full.clone()
        };
        vec![
            (
                "with-a-banner",
                Self {
                    banner: Some(samples::photograph("tarn-mug-oat", "Mugs on a shelf")),
                    ..full.clone()
                },
            ),
            ("full", full),
            ("without-photographs", without_photographs),
            ("nothing-matches", nothing_matches),
        ]
    }
}

/// `GET /categories`
#[derive(Debug, Clone, Serialize)]
pub(super) struct CategoriesPage {
    head: Head,
    categories: Vec<IndexEntry>,
}

impl Page for CategoriesPage {
    const TEMPLATE: &'static str = "storefront/categories.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |categories| Self {
            head: Head::public("Fieldhouse", "All categories", None, urls::categories()),
            categories,
        };
        vec![("full", page(samples::index())), ("empty", page(Vec::new()))]
    }
}
