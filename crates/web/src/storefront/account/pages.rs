//! What the account's pages show.

use serde::Serialize;

use crate::{
    http::{Entered, FormErrors, FormView},
    storefront::{
        Head, Picture,
        address_form::AddressFields,
        parts::{Notice, Status, sample},
    },
    templates::{Page, format::When},
    urls,
};

/// The account's pages, with the current one marked.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Side {
    pages: Vec<SideLink>,
}

#[derive(Debug, Clone, Serialize)]
struct SideLink {
    text: &'static str,
    url: &'static str,
    current: bool,
}

impl Side {
    /// The links as seen from the page at `current`.
    pub(crate) fn at(current: &str) -> Self {
        let pages = [
            ("Overview", urls::account()),
            ("Orders", urls::account_orders()),
            ("Reviews", urls::account_reviews()),
            ("Addresses", urls::account_addresses()),
            ("Profile", urls::account_profile()),
            ("Security", urls::account_security()),
        ];
        let link = |(text, url)| SideLink {
            text,
            url,
            current: url == current,
        };
        Self {
            pages: pages.map(link).into(),
        }
    }
}

/// The account's first page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OverviewPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// How to greet.
    pub first_name: String,
    /// The full name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The latest order.
    pub latest: Option<OrderEntry>,
    /// "All 7 orders".
    pub all_orders: String,
    /// The address delivered to by default.
    pub address: Vec<String>,
    /// What there is to say about password and devices.
    pub security: Vec<String>,
}

/// The account's orders, newest first.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrdersPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The orders of this page.
    pub orders: Vec<OrderEntry>,
    /// What was looked for.
    pub find: String,
    /// The next page.
    pub older_url: Option<String>,
}

/// One order in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderEntry {
    /// Its number.
    pub number: String,
    /// Its page.
    pub url: String,
    /// When it was placed.
    pub placed: When,
    /// Its total.
    pub total: String,
    /// How it stands.
    pub status: Status,
    /// What was ordered, at most five.
    pub pictures: Vec<Picture>,
    /// What one can do with it; the first is the one that matters most.
    pub actions: Vec<OrderAction>,
}

/// Something one can do with an order in the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderAction {
    /// "Track".
    pub label: &'static str,
    /// Where that is done.
    pub url: String,
    /// Whether it changes something, and so is a button.
    pub post: bool,
}

impl OrderAction {
    /// A link.
    pub(crate) fn link(label: &'static str, url: String) -> Self {
        Self {
            label,
            url,
            post: false,
        }
    }

    /// A button.
    pub(crate) fn button(label: &'static str, url: String) -> Self {
        Self { label, url, post: true }
    }
}

/// The address book.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddressesPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// The address that was just taken out, to put back.
    pub undo: Option<UndoAddress>,
    /// The addresses, the default first.
    pub addresses: Vec<AddressCard>,
    /// Whether there is room for another.
    pub may_add: bool,
    /// Said when there is no room.
    pub full: String,
}

/// An address that was just taken out.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UndoAddress {
    /// Whose it was.
    pub name: String,
    /// Putting it back.
    pub url: String,
}

/// One address of the book.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddressCard {
    /// "Delivery address" or "Address 2".
    pub title: String,
    /// The label's lines.
    pub lines: Vec<String>,
    /// Street and town, to tell it from the others.
    pub short: String,
    /// Changing it.
    pub edit_url: String,
    /// Taking it out.
    pub remove_url: String,
    /// Making it the default, when it is not.
    pub default_url: Option<String>,
}

/// One address, to enter or to change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AddressPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// "Add an address".
    pub heading: &'static str,
    /// Where the form goes.
    pub action: String,
    /// Countries and what the chosen one needs.
    pub address: AddressFields,
    /// What was entered.
    pub form: FormView,
}

/// Name, telephone, e-mail address.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProfilePage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// What was entered into either form.
    pub form: FormView,
    /// The address one signs in with.
    pub current_email: String,
    /// The address that waits to be confirmed.
    pub waiting_email: Option<String>,
}

/// Password and devices.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SecurityPage {
    /// Title and the like.
    pub head: Head,
    /// The account's pages.
    pub account: Side,
    /// Something that was just done.
    pub said: Option<Notice>,
    /// What was entered.
    pub form: FormView,
    /// The address one signs in with, for password managers.
    pub email: String,
    /// "Changed 3 May 2026."
    pub password_age: String,
    /// Where one is signed in, this device first.
    pub sessions: Vec<SessionRow>,
    /// Ending all others, when there are any.
    pub end_others_url: Option<String>,
    /// What happened lately.
    pub events: Vec<SecurityEvent>,
}

/// One device.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SessionRow {
    /// "Firefox on Linux".
    pub device: String,
    /// Whether it is the one in use.
    pub current: bool,
    /// When it was last seen.
    pub seen: When,
    /// Its network address, or empty.
    pub from: String,
    /// Signing it out.
    pub end_url: Option<String>,
}

/// One thing that happened to the account.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SecurityEvent {
    /// When.
    pub at: When,
    /// What.
    pub text: String,
}

fn sample_order(number: &str, status: Status, actions: Vec<OrderAction>) -> OrderEntry {
    OrderEntry {
        number: number.into(),
        url: urls::account_order(number),
        placed: sample::when("Sun 22 November", "2026-11-22"),
        total: "€172.26".into(),
        status,
        pictures: sample::items().into_iter().map(|item| item.picture).collect(),
        actions,
    }
}

fn on_its_way() -> Status {
    Status {
        icon: "truck",
        tone: "",
        text: "On its way, arrives Thu 26 – Fri 27 November".into(),
    }
}

impl Page for OverviewPage {
    const TEMPLATE: &'static str = "storefront/account/overview.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            head: sample::head("Your account"),
            account: Side::at(urls::account()),
            said: None,
            first_name: "Ines".into(),
            name: "Ines Roth".into(),
            email: "ines.roth@example.com".into(),
            latest: Some(sample_order(
                "1001-4F7K",
                on_its_way(),
                vec![OrderAction::link("Track", urls::account_order("1001-4F7K"))],
            )),
            all_orders: "All 7 orders".into(),
            address: sample::address(),
            security: vec!["Password changed 3 May 2026.".into(), "Signed in on 2 devices.".into()],
        };
        let new = Self {
            said: Some(Notice::ok("Welcome. Your account is ready.")),
            latest: None,
            address: Vec::new(),
            security: vec!["Signed in on 1 device.".into()],
            ..full.clone()
        };
        vec![("full", full), ("new", new)]
    }
}

impl Page for OrdersPage {
    const TEMPLATE: &'static str = "storefront/account/orders.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let link = |label, number: &str| OrderAction::link(label, urls::account_order(number));
        let delivered = Status {
            icon: "check",
            tone: "okc",
            text: "Delivered Thu 17 September".into(),
        };
        let cancelled = Status {
            icon: "close",
            tone: "",
            text: "Cancelled, nothing was charged".into(),
        };
        let again = OrderAction::button("Buy again", urls::account_order("1000-9C2M"));
        let full = Self {
            head: sample::head("Your orders"),
            account: Side::at(urls::account_orders()),
            said: None,
            orders: vec![
                sample_order("1001-4F7K", on_its_way(), vec![link("Track", "1001-4F7K")]),
                sample_order("1000-9C2M", delivered, vec![link("Review", "1000-9C2M"), again]),
                sample_order("0999-7B1D", cancelled, Vec::new()),
            ],
            find: String::new(),
            older_url: Some(urls::account_orders().into()),
        };
        let empty = Self {
            orders: Vec::new(),
            older_url: None,
            ..full.clone()
        };
        let missed = Self {
            find: "vase".into(),
            ..empty.clone()
        };
        vec![("full", full), ("empty", empty), ("missed", missed)]
    }
}

impl Page for AddressesPage {
    const TEMPLATE: &'static str = "storefront/account/addresses.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let card = |title: &str, default_url| AddressCard {
            title: title.into(),
            lines: sample::address(),
            short: "Ehrenstraße 12, Köln".into(),
            edit_url: urls::account_address("a1"),
            remove_url: urls::account_address_remove("a1"),
            default_url,
        };
        let full = Self {
            head: sample::head("Your addresses"),
            account: Side::at(urls::account_addresses()),
            said: None,
            undo: None,
            addresses: vec![
                card("Delivery address", None),
                card("Address 2", Some(urls::account_address("a2"))),
            ],
            may_add: true,
            full: String::new(),
        };
        let removed = Self {
            undo: Some(UndoAddress {
                name: "Ines Roth".into(),
                url: urls::account_address("a3"),
            }),
            ..full.clone()
        };
        let crowded = Self {
            may_add: false,
            full: "An address book holds at most 50 addresses.".into(),
            ..full.clone()
        };
        let empty = Self {
            addresses: Vec::new(),
            ..full.clone()
        };
        vec![
            ("full", full),
            ("removed", removed),
            ("crowded", crowded),
            ("empty", empty),
        ]
    }
}

impl Page for AddressPage {
    const TEMPLATE: &'static str = "storefront/account/address.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            head: sample::head("Add an address"),
            account: Side::at(urls::account_addresses()),
            said: None,
            heading: "Add an address",
            action: urls::account_address_new().into(),
            address: AddressFields::sample("DE"),
            form: FormView::prefilled([("country", "DE".to_owned())]),
        };
        let entered = Entered::parse(b"name=Ines&country=DE&postcode=5").unwrap_or_default();
        let mut errors = FormErrors::one("line1", "Enter your street and house number");
        errors.add("postcode", "Postcode must be 5 digits");
        let wrong = Self {
            heading: "Change the address",
            form: FormView::again(&entered, errors, &[]),
            ..new.clone()
        };
        vec![("new", new), ("error", wrong)]
    }
}

impl Page for ProfilePage {
    const TEMPLATE: &'static str = "storefront/account/profile.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            head: sample::head("Your profile"),
            account: Side::at(urls::account_profile()),
            said: None,
            form: FormView::prefilled([("name", "Ines Roth".to_owned())]),
            current_email: "ines.roth@example.com".into(),
            waiting_email: None,
        };
        let waiting = Self {
            said: Some(Notice::ok("Saved")),
            waiting_email: Some("ines@example.org".into()),
            ..plain.clone()
        };
        let entered = Entered::parse(b"email=ines").unwrap_or_default();
        let errors = FormErrors::one("email", "Enter an e-mail address like name@example.com");
        let wrong = Self {
            form: FormView::again(&entered, errors, &["password"]),
            ..plain.clone()
        };
        vec![("plain", plain), ("waiting", waiting), ("error", wrong)]
    }
}

impl Page for SecurityPage {
    const TEMPLATE: &'static str = "storefront/account/security.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let when = || sample::when("Wed 25 November, 06:14", "2026-11-25T06:14:00+01:00");
        let two = Self {
            head: sample::head("Security"),
            account: Side::at(urls::account_security()),
            said: None,
            form: FormView::default(),
            email: "ines.roth@example.com".into(),
            password_age: "Changed 3 May 2026.".into(),
            sessions: vec![
                SessionRow {
                    device: "Firefox on Linux".into(),
                    current: true,
                    seen: when(),
                    from: "192.0.2.7".into(),
                    end_url: None,
                },
                SessionRow {
                    device: "Safari on iPhone".into(),
                    current: false,
                    seen: when(),
                    from: String::new(),
                    end_url: Some(urls::account_security().into()),
                },
            ],
            end_others_url: Some(urls::account_security().into()),
            events: vec![SecurityEvent {
                at: when(),
                text: "Signed in with Firefox on Linux, from 192.0.2.7".into(),
            }],
        };
        let wrong = Self {
            form: FormView::again(
                &Entered::default(),
                FormErrors::one("current", "This is not your current password"),
                &["current", "password"],
            ),
            sessions: two.sessions[..1].to_vec(),
            end_others_url: None,
            events: Vec::new(),
            ..two.clone()
        };
        vec![("two-devices", two), ("error", wrong)]
    }
}
