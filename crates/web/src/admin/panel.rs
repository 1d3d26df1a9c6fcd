//! What surrounds every admin page: who is signed in, and where one can go.

use serde::Serialize;
use wares_commerce::staff::Permission;

use super::{parts::Notice, words};
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
    #[serde(skip)]
    needs: Option<Permission>,
}

/// A place below another.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SubPlace {
    pub(crate) text: &'static str,
    pub(crate) url: &'static str,
    pub(crate) current: bool,
    #[serde(skip)]
    needs: Permission,
}

/// Where in the panel a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Home,
    Orders,
    Documents,
    Products,
    Categories,
    Collections,
    Import,
    Searches,
    Inventory,
    Customers,
    Newsletter,
    Activity,
    Mailbox,
    Inquiries,
    Reviews,
    Discounts,
    Settings,
}

impl Panel {
    /// The frame of a page at `spot`, with every place.
    pub(crate) fn new(me: Me, spot: Spot) -> Self {
        let settings = Place {
            key: ",",
            icon: "settings",
            text: "Settings",
            url: urls::settings_store(),
            current: spot == Spot::Settings,
            count: None,
            hot: false,
            subs: Vec::new(),
            needs: Some(Permission::ChangeSettings),
        };
        Self {
            me,
            nav: places(spot),
            settings: Some(settings),
            home: urls::home(),
            search: urls::search(),
            sign_out: urls::sign_out(),
            storefront: crate::urls::home(),
            notice: None,
        }
    }

    /// Takes out the places that need a permission which is not given.
    pub(crate) fn keep(&mut self, may: impl Fn(Permission) -> bool) {
        let allowed = |place: &Place| place.needs.is_none_or(&may);
        self.nav.retain(allowed);
        for place in &mut self.nav {
            place.subs.retain(|sub| may(sub.needs));
        }
        self.settings = self.settings.take().filter(allowed);
    }

    /// Sets the number that waits at a place; zero shows nothing. `hot`: somebody outside waits for it.
    pub(crate) fn count(&mut self, url: &str, n: i64, hot: bool) {
        if n == 0 {
            return;
        }
        if let Some(place) = self.nav.iter_mut().find(|place| place.url == url) {
            place.count = Some(words::capped(n));
            place.hot = hot;
        }
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one page or row, field by field; cutting it would only scatter them"
)]
fn places(spot: Spot) -> Vec<Place> {
    use Permission as P;
    let place = |key, icon, text, url, at: Spot, needs| Place {
        key,
        icon,
        text,
        url,
        count: None,
        hot: false,
        current: spot == at,
        subs: subs(at, spot),
        needs,
    };
    vec![
        place("h", "home", "Home", urls::home(), Spot::Home, None),
        place(
            "o",
            "orders",
            "Orders",
            urls::orders(),
            Spot::Orders,
            Some(P::SeeOrders),
        ),
        place(
            "p",
            "products",
            "Products",
            urls::products(),
            Spot::Products,
            Some(P::SeeProducts),
        ),
        place(
            "i",
            "inventory",
            "Inventory",
            urls::stock(),
            Spot::Inventory,
            Some(P::SeeProducts),
        ),
        place(
            "c",
            "customers",
            "Customers",
            urls::customers(),
            Spot::Customers,
            Some(P::SeeCustomers),
        ),
        place(
            "q",
            "inquiries",
            "Inquiries",
            urls::inquiries(),
            Spot::Inquiries,
            Some(P::SeeInquiries),
        ),
        place(
            "r",
            "reviews",
            "Reviews",
            urls::reviews(),
            Spot::Reviews,
            Some(P::CheckReviews),
        ),
        place(
            "d",
            "discounts",
            "Discounts",
            urls::discounts(),
            Spot::Discounts,
            Some(P::ChangeDiscounts),
        ),
    ]
}

/// The places below `place`, while one is there.
fn subs(place: Spot, spot: Spot) -> Vec<SubPlace> {
    let sub = |text, url, at: Spot, needs| SubPlace {
        text,
        url,
        current: spot == at,
        needs,
    };
    match (place, spot) {
        (Spot::Orders, Spot::Orders | Spot::Documents) => {
            vec![sub(
                "Invoices",
                urls::documents(),
                Spot::Documents,
                Permission::SeeOrders,
            )]
        }
        (Spot::Products, Spot::Products | Spot::Categories | Spot::Collections | Spot::Import | Spot::Searches) => {
            vec![
                sub(
                    "Categories",
                    urls::categories(),
                    Spot::Categories,
                    Permission::SeeProducts,
                ),
                sub(
                    "Collections",
                    urls::collections(),
                    Spot::Collections,
                    Permission::SeeProducts,
                ),
                sub("Import", urls::imports(), Spot::Import, Permission::ChangeProducts),
                sub("Searches", urls::searches(), Spot::Searches, Permission::SeeProducts),
            ]
        }
        (Spot::Customers, Spot::Customers | Spot::Newsletter | Spot::Activity | Spot::Mailbox) => vec![
            sub(
                "Newsletter",
                urls::newsletter(),
                Spot::Newsletter,
                Permission::SeeCustomers,
            ),
            sub("Activity", urls::activity(), Spot::Activity, Permission::SeeActivity),
            sub("Sent mail", urls::mailbox(), Spot::Mailbox, Permission::SeeMail),
        ],
        _ => Vec::new(),
    }
}
