//! The tree of categories as navigation shows it.

use wares_commerce::catalog::{self, Category, Node};
use wares_db::{Conn, DbError};

use super::{IndexEntry, goods, tile::Tile};
use crate::{
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

/// The top categories for a large list, with a picture each: their own, or else their tile.
pub(super) async fn index(conn: &mut Conn, nodes: &[Node]) -> Result<Vec<IndexEntry>, DbError> {
    let mut entries = Vec::new();
    for node in nodes.iter().filter(|node| node.depth == 0) {
        let category = &node.category;
        let photo = match category.image {
            Some(image) => catalog::photo(conn, image).await?,
            None => None,
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
