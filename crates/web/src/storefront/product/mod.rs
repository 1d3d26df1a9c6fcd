//! A product's page: `page` is what the template is given, `build` makes it of what the catalogue knows, `data` is what search
//! engines read.

mod build;
mod data;
mod gone;
mod helpful;
mod page;
mod reviews;

use axum::{
    extract::{RawQuery, State},
    response::Response,
    routing::get,
};
use wares_commerce::catalog::{self, Lookup};
use wares_kernel::{Slug, VariantId};

use page::ProductPage;
use reviews::Wanted;

use crate::{
    app::App,
    http::{Accepts, Entered, Error, Path},
    public::{PublicRequest, Shows},
    routes::Routes,
    templates::{Link, Registry},
    urls,
};

/// The most characters of the search that led to a product.
const SEARCHED_MAX: usize = 80;

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<ProductPage>();
    pages.add::<gone::GonePage>();
    pages.add::<helpful::HelpedPage>();
}

pub(super) fn routes() -> Routes {
    Routes::default()
        .public("/p/{slug}", get(show))
        .merge(helpful::routes())
}

/// `GET /p/{slug}?v=…`
async fn show(
    State(app): State<App>,
    Path(slug): Path<Slug>,
    RawQuery(query): RawQuery,
    accepts: Accepts,
    asked: PublicRequest,
) -> Result<Response, Error> {
    let query = Entered::parse(query.unwrap_or_default().as_bytes())?;
    if query.has("o1") {
        return Err(chosen(&app, &slug, &query).await?);
    }
    let (variant, wanted) = (query.get("v").to_owned(), Wanted::parse(&query));
    let searched = Searched::parse(&query);
    let address = searched.follow(wanted.url(&slug, &variant));
    match asked
        .answer(&app, address, make(&app, (slug.clone(), variant), wanted, searched))
        .await
    {
        Err(Error::Gone) => gone::answer(&app, accepts, &slug).await,
        other => other,
    }
}

/// The article number that led straight here from the search, or nothing.
struct Searched(String);

impl Searched {
    fn parse(query: &Entered) -> Self {
        Self(query.get("q").trim().chars().take(SEARCHED_MAX).collect())
    }

    /// The address of the page with its way back.
    fn follow(&self, address: String) -> String {
        if self.0.is_empty() {
            return address;
        }
        let sign = if address.contains('?') { '&' } else { '?' };
        let pair = urls::with_query("", [("q", self.0.as_str())]);
        format!("{address}{sign}{}", pair.trim_start_matches('?'))
    }

    /// The way back to all results.
    fn link(&self) -> Option<Link> {
        let pairs = [("q", self.0.as_str()), ("exact", "1")];
        let text = format!("All results for “{}”", self.0);
        (!self.0.is_empty()).then(|| Link::new(text, urls::with_query(urls::search(), pairs)))
    }
}

async fn make(
    app: &App,
    (slug, variant): (Slug, String),
    wanted: Wanted,
    searched: Searched,
) -> Result<(ProductPage, Shows), Error> {
    let mut conn = app.db.read().await?;
    let view = match catalog::product_at(&mut conn, &slug).await? {
        Lookup::Here(view) => view,
        Lookup::Moved(new) => return Err(Error::Moved(urls::product(new.as_str()))),
        Lookup::Gone(_) => return Err(Error::Gone),
        Lookup::Nothing => return Err(Error::NotFound),
    };
    let id = view.product.id;
    let built = build::product(app, &mut conn, &view, &variant).await?;
    let mut page = built.page;
    page.searched = searched.link();
    page.reviews = reviews::read(app, &mut conn, id, (&slug, &variant), wanted).await?;
    let told = data::Told {
        config: &app.config,
        store: &app.settings.get().store,
        view: &view,
        page: &page,
        chosen: built.chosen,
        shipping: built.shipping.as_ref(),
    };
    page.head.data = told.blocks();
    Ok((page, built.shows))
}

/// Where a choice made without the script leads: to the variant, or back when it is not made so.
async fn chosen(app: &App, slug: &Slug, query: &Entered) -> Result<Error, Error> {
    let values = option_values(query);
    let mut conn = app.db.read().await?;
    let variant = catalog::variant_with(&mut conn, slug, &values).await?;
    Ok(Error::SeeOther(match variant {
        Some(id) => urls::variant(slug.as_str(), &id_text(id)),
        None => urls::product(slug.as_str()),
    }))
}

/// The values chosen in a form with one field for each option: `o1`, `o2`, `o3`.
pub(crate) fn option_values(form: &Entered) -> Vec<String> {
    ["o1", "o2", "o3"]
        .into_iter()
        .filter(|field| form.has(field))
        .map(|field| form.get(field).to_owned())
        .collect()
}

fn id_text(id: VariantId) -> String {
    id.uuid().to_string()
}
