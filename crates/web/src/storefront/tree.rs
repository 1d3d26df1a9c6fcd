//! The tree of categories as navigation shows it.

use wares_commerce::catalog::{self, Category, Node};
use wares_db::{Conn, DbError};
use wares_kernel::ProductId;
use wares_search::{Base, Counting, FacetChoice, Filters, Query, Sort};

use super::{IndexEntry, goods, tile::Tile};
use crate::{
    app::App,
    http::Error,
    templates::{Link, Section},
    urls,
};

/// The categories shoppers see: visible ones that have something in them, none below a hidden one.
pub(crate) async fn shown(conn: &mut Conn) -> Result<Vec<Node>, DbError> {
    let mut hidden_at = None;
    let mut shown = catalog::tree(conn).await?;
    shown.retain(|node| {
        if hidden_at.is_some_and(|depth| node.depth > depth) {
            return false;
        }
        let is_shown = node.category.is_visible && node.category.n_products > 0;
        hidden_at = (!is_shown).then_some(node.depth);
        is_shown
    });
    Ok(shown)
}

/// The top categories with those right below them.
pub(crate) fn sections(nodes: &[Node]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for node in nodes {
        match (node.depth, sections.last_mut()) {
            (0, _) => sections.push(Section {
                link: link(&node.category),
                children: Vec::new(),
            }),
            (1, Some(section)) => section.children.push(link(&node.category)),
            _ => {}
        }
    }
    sections
}

/// A link to a category.
pub(super) fn link(category: &Category) -> Link {
    Link::new(&category.name, urls::category(category.slug.as_str()))
}

/// The top categories for a large list, with a picture each: their own, or of what sells best in them, or else their tile.
pub(super) async fn index(app: &App, conn: &mut Conn, nodes: &[Node]) -> Result<Vec<IndexEntry>, Error> {
    let mut entries = Vec::new();
    for node in nodes.iter().filter(|node| node.depth == 0) {
        let category = &node.category;
        let photo = match category.image {
            Some(image) => catalog::photo(conn, image).await?,
            None => best_photo(app, conn, category).await?,
        };
        entries.push(IndexEntry {
            name: category.name.clone(),
            url: urls::category(category.slug.as_str()),
            count: u64::try_from(category.n_products).unwrap_or_default(),
            picture: photo
                .and_then(|photo| goods::picture(&photo, &category.name))
                .unwrap_or_else(|| Tile::of(&category.name, &category.name).picture(&category.name)),
        });
    }
    Ok(entries)
}

/// The picture of the first product of a category that has one.
async fn best_photo(app: &App, conn: &mut Conn, category: &Category) -> Result<Option<catalog::Photo>, Error> {
    let query = Query {
        filters: Filters {
            base: Base::category(category.id.uuid()),
            ..Filters::default()
        },
        sort: Sort::Featured,
        page_size: 6,
        count: Counting {
            facets: FacetChoice::Named(Vec::new()),
            max_values: 0,
        },
        ..Query::all()
    };
    let hits = app
        .search
        .search(&query)
        .map_err(|error| Error::Internal(error.into()))?;
    let ids: Vec<ProductId> = hits.ids.into_iter().map(ProductId::new).collect();
    let cards = catalog::cards(conn, &ids).await?;
    Ok(cards.into_iter().find_map(|card| card.photo))
}
