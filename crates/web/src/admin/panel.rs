//! What surrounds every admin page: who is signed in, and where one can go.

use serde::Serialize;

use super::parts::Notice;
use crate::urls::admin as urls;

/// The frame of an admin page.
///
/// Its navigation holds only what the person may open, so that nothing leads to a refusal.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Panel {
    pub(crate) me: Me,
    pub(crate) nav: Vec<Place>,
    pub(crate) settings: Option<Place>,
    pub(crate) home: &'static str,
    pub(crate) search: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) storefront: &'static str,
    pub(crate) notice: Option<Notice>,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) role: String,
}

/// A place in the navigation.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Place {
    /// The letter that leads here after `g`.
    pub(crate) key: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: &'static str,
    pub(crate) url: &'static str,
    pub(crate) count: Option<String>,
    /// Whether the count is something customers wait for.
    pub(crate) hot: bool,
    pub(crate) current: bool,
    pub(crate) subs: Vec<SubPlace>,
}

/// A place below another.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SubPlace {
    pub(crate) text: &'static str,
    pub(crate) url: &'static str,
    pub(crate) current: bool,
}

/// Where in the panel a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Home,
    Orders,
    Products,
    Categories,
    Import,
    Inventory,
    Customers,
    Activity,
    Mailbox,
    Inquiries,
    Reviews,
    Settings,
}

impl Panel {
    /// The frame of a page at `spot`, with every place.
    pub(crate) fn new(me: Me, spot: Spot) -> Self {
        Self {
            me,
            nav: places(spot),
            settings: Some(place(
                ",",
                "settings",
                "Settings",
                urls::settings_store(),
                spot == Spot::Settings,
            )),
            home: urls::home(),
            search: urls::search(),
            sign_out: urls::sign_out(),
            storefront: crate::urls::home(),
            notice: None,
        }
    }

    /// Sets the number that waits at a place; zero shows nothing. `hot`: somebody outside waits for it.
    pub(crate) fn count(&mut self, url: &str, n: u64, hot: bool) {
        if n == 0 {
            return;
        }
        if let Some(place) = self.nav.iter_mut().find(|place| place.url == url) {
            place.count = Some(n.to_string());
            place.hot = hot;
        }
    }
}

fn place(key: &'static str, icon: &'static str, text: &'static str, url: &'static str, current: bool) -> Place {
    Place {
        key,
        icon,
        text,
        url,
        count: None,
        hot: false,
        current,
        subs: Vec::new(),
    }
}

fn sub(text: &'static str, url: &'static str, current: bool) -> SubPlace {
    SubPlace { text, url, current }
}

fn places(spot: Spot) -> Vec<Place> {
    let mut products = place("p", "products", "Products", urls::products(), spot == Spot::Products);
    if matches!(spot, Spot::Products | Spot::Categories | Spot::Import) {
        products.subs = vec![
            sub("Categories", urls::categories(), spot == Spot::Categories),
            sub("Import", urls::imports(), spot == Spot::Import),
        ];
    }
    let mut customers = place(
        "c",
        "customers",
        "Customers",
        urls::customers(),
        spot == Spot::Customers,
    );
    if matches!(spot, Spot::Customers | Spot::Activity | Spot::Mailbox) {
        customers.subs = vec![
            sub("Activity", urls::activity(), spot == Spot::Activity),
            sub("Sent mail", urls::mailbox(), spot == Spot::Mailbox),
        ];
    }
    vec![
        place("h", "home", "Home", urls::home(), spot == Spot::Home),
        place("o", "orders", "Orders", urls::orders(), spot == Spot::Orders),
        products,
        place("i", "inventory", "Inventory", urls::stock(), spot == Spot::Inventory),
        customers,
        place(
            "q",
            "inquiries",
            "Inquiries",
            urls::inquiries(),
            spot == Spot::Inquiries,
        ),
        place("r", "reviews", "Reviews", urls::reviews(), spot == Spot::Reviews),
    ]
}
