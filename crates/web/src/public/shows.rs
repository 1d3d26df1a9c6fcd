use wares_commerce::{changes::Change, search::Found};
use wares_kernel::{CollectionId, Instant, ProductId};

/// What a page depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shows {
    /// Products it is about.
    pub products: Vec<ProductId>,
    /// Which collections it shows.
    pub collections: Collections,
    /// Whether it lists products, so that a change of any of them may change it.
    pub is_list: bool,
    /// When it becomes wrong by itself: a promise of delivery does at the hour.
    pub until: Option<Instant>,
    /// What a search found, to count it each time its page is shown.
    pub found: Option<Found>,
}

/// Which collections a page depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Collections {
    /// None but those the header leads to.
    #[default]
    None,
    /// The one it is about.
    One(CollectionId),
    /// Whichever there are.
    All,
}

impl Shows {
    /// A list of products.
    pub fn a_list() -> Self {
        Self {
            is_list: true,
            ..Self::default()
        }
    }

    pub(super) fn is_touched_by(&self, change: Change) -> bool {
        match change {
            Change::Product(id) => self.is_list || self.products.contains(&id),
            Change::Collection(id) => match self.collections {
                Collections::None => false,
                Collections::One(one) => one == id,
                Collections::All => true,
            },
            Change::Search => self.is_list,
            // Both are in the frame around every page.
            Change::Category(_) | Change::Settings => true,
        }
    }
}
