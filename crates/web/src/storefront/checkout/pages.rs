//! What the three pages of checkout show.

use serde::Serialize;

use crate::{
    http::{Entered, FormErrors, FormView},
    storefront::{
        Head,
        address_form::AddressFields,
        cart::{CodeView, sample_codes},
        parts::{self, Item, Notice, Sums, sample},
    },
    templates::Page,
    urls,
};

/// What stands around the form on all three pages.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Around {
    /// Title and the like.
    pub head: Head,
    /// The steps, those that are done as links.
    pub steps: Vec<StepLink>,
    /// The order as it is so far.
    pub order: Summary,
    /// Which cart the form is about.
    pub cart: String,
    /// The product, when it is bought past the cart.
    pub product_url: Option<String>,
    /// Something to know before going on.
    pub said: Option<Notice>,
    /// What was entered, and what is wrong with it.
    pub form: FormView,
}

/// One of the three steps.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StepLink {
    /// Its name.
    pub label: &'static str,
    /// Whether this is the page one is on.
    pub current: bool,
    /// Its page, when it is done.
    pub url: Option<&'static str>,
}

/// The order as it is so far.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Summary {
    /// "4 items".
    pub count: String,
    /// What is ordered.
    pub lines: Vec<Item>,
    /// What it costs.
    pub sums: Sums,
}

/// The steps of checkout in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Who and where to.
    Details,
    /// How it comes.
    Delivery,
    /// Look once more and pay.
    Review,
}

impl Step {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Details, "Details"),
        (Self::Delivery, "Delivery"),
        (Self::Review, "Review and pay"),
    ];

    /// The page of a step.
    pub(crate) fn of(step: wares_commerce::checkout::Step) -> Self {
        match step {
            wares_commerce::checkout::Step::Details => Self::Details,
            wares_commerce::checkout::Step::Delivery => Self::Delivery,
            wares_commerce::checkout::Step::Review => Self::Review,
        }
    }

    /// The step's page.
    pub(crate) fn url(self) -> &'static str {
        match self {
            Self::Details => urls::checkout_details(),
            Self::Delivery => urls::checkout_delivery(),
            Self::Review => urls::checkout_review(),
        }
    }

    /// The title of the step's page.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Details => "Details – Checkout",
            Self::Delivery => "Delivery – Checkout",
            Self::Review => "Review and pay – Checkout",
        }
    }

    /// All steps as seen from this one: those before it are links.
    pub(crate) fn links(self) -> Vec<StepLink> {
        Self::ALL
            .iter()
            .map(|&(step, label)| StepLink {
                label,
                current: step == self,
                url: (step < self).then(|| step.url()),
            })
            .collect()
    }
}

/// Step one: e-mail and address.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DetailsPage {
    /// Steps, summary, form.
    #[serde(flatten)]
    pub around: Around,
    /// Countries and what the chosen one needs.
    pub address: AddressFields,
    /// The address book of somebody who is signed in.
    pub book: Vec<BookEntry>,
    /// The e-mail address of somebody who is signed in.
    pub signed_in: Option<String>,
    /// Signing in and coming back here.
    pub sign_in_url: String,
}

/// One address of the address book.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BookEntry {
    /// The address's id.
    pub value: String,
    /// Whose it is.
    pub name: String,
    /// The rest in one line.
    pub line: String,
}

/// Step two: how it comes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DeliveryPage {
    /// Steps, summary, form.
    #[serde(flatten)]
    pub around: Around,
    /// The address in one line.
    pub to: String,
    /// The country's name.
    pub country: String,
    /// Ways to send it, the cheapest first. Empty when there is none.
    pub methods: Vec<MethodChoice>,
    /// Why there is none.
    pub why_not: String,
}

/// A way to send it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MethodChoice {
    /// The method's id.
    pub value: String,
    /// "Thu 26 – Fri 27 November".
    pub dates: String,
    /// Its name.
    pub name: String,
    /// More about it, or empty.
    pub note: String,
    /// Its price, or "Free".
    pub price: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

/// Step three: look once more and pay.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ReviewPage {
    /// Steps, summary, form.
    #[serde(flatten)]
    pub around: Around,
    /// What changed since the figures were last seen.
    pub changes: Vec<String>,
    /// Where the confirmation goes.
    pub email: String,
    /// The delivery address.
    pub to: Vec<String>,
    /// "Thu 26 – Fri 27 November".
    pub arrives: String,
    /// "Standard, free".
    pub method: String,
    /// Ways to pay.
    pub methods: Vec<PayChoice>,
    /// The discount codes that were entered.
    pub codes: Vec<CodeView>,
    /// Countries for a billing address.
    pub address: AddressFields,
    /// The total that is agreed to, in minor units.
    pub total_minor: i64,
    /// The button's words: "Pay €172.26".
    pub button: String,
}

/// A way to pay.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PayChoice {
    /// What the form sends.
    pub value: String,
    /// "Card".
    pub name: String,
    /// What happens next, or empty.
    pub note: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

fn around(step: Step, typed: &str, errors: FormErrors) -> Around {
    let entered = Entered::parse(typed.as_bytes()).unwrap_or_default();
    let form = FormView::again(&entered, errors, &[]);
    Around {
        head: parts::head("Fieldhouse", step.title(), &form),
        steps: step.links(),
        order: Summary {
            count: "4 items".into(),
            lines: sample::items(),
            sums: sample::sums(),
        },
        cart: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
        product_url: None,
        said: None,
        form,
    }
}

impl Page for DetailsPage {
    const TEMPLATE: &'static str = "storefront/checkout/details.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |typed: &str, errors| Self {
            around: around(Step::Details, typed, errors),
            address: AddressFields::sample("DE"),
            book: Vec::new(),
            signed_in: None,
            sign_in_url: urls::with_query(urls::sign_in(), &[("next", urls::checkout_details())]),
        };
        let fresh = page("country=DE", FormErrors::default());
        let mut errors = FormErrors::one("email", "Enter an e-mail address like name@example.com");
        errors.add("line1", "Enter your street and house number");
        errors.add("postcode", "Postcode must be 5 digits");
        let wrong = page(
            "email=ines.roth%40example&name=Ines+Roth&country=DE&postcode=5066&city=K%C3%B6ln&line2=Hinterhaus",
            errors,
        );
        let mut american = page("country=US", FormErrors::one("region", "Choose your state"));
        american.address = AddressFields::sample("US");
        let mut known = page(
            "email=ines.roth%40example.com&country=DE&address=a1",
            FormErrors::default(),
        );
        known.signed_in = Some("ines.roth@example.com".into());
        known.book = vec![BookEntry {
            value: "a1".into(),
            name: "Ines Roth".into(),
            line: "Ehrenstraße 12, 50672 Köln, Germany".into(),
        }];
        let mut at_once = fresh.clone();
        at_once.around.product_url = Some(urls::product("tarn-mug"));
        vec![
            ("at-once", at_once),
            ("fresh", fresh),
            ("error", wrong),
            ("region", american),
            ("address-book", known),
        ]
    }
}

impl Page for DeliveryPage {
    const TEMPLATE: &'static str = "storefront/checkout/delivery.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let method = |value: &str, dates: &str, name: &str, price: &str, chosen| MethodChoice {
            value: value.into(),
            dates: dates.into(),
            name: name.into(),
            note: String::new(),
            price: price.into(),
            chosen,
        };
        let page = |methods: Vec<MethodChoice>, errors| Self {
            around: around(Step::Delivery, "", errors),
            to: "Ines Roth, Ehrenstraße 12, 50672 Köln, Germany".into(),
            country: "Germany".into(),
            methods,
            why_not: "No way of sending reaches this address.".into(),
        };
        let methods = vec![
            method(
                "std",
                "Thu 26 – Fri 27 November",
                "Standard, DHL, to the door",
                "Free",
                true,
            ),
            method("exp", "Tue 24 November", "Express", "€9.90", false),
        ];
        let wrong = FormErrors::one("method", "Choose how it should come");
        vec![
            ("methods", page(methods.clone(), FormErrors::default())),
            ("error", page(methods, wrong)),
            ("nothing", page(Vec::new(), FormErrors::default())),
        ]
    }
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "storefront/checkout/review.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |typed: &str, errors| Self {
            around: around(Step::Review, typed, errors),
            changes: Vec::new(),
            email: "ines.roth@example.com".into(),
            to: sample::address(),
            arrives: "Thu 26 – Fri 27 November".into(),
            method: "Standard, DHL, free".into(),
            methods: vec![
                PayChoice {
                    value: "card".into(),
                    name: "Card".into(),
                    note: "Visa, Mastercard. You enter the card on our payment provider’s page.".into(),
                    chosen: true,
                },
                PayChoice {
                    value: "transfer".into(),
                    name: "Bank transfer".into(),
                    note: "We send the goods when the money has arrived.".into(),
                    chosen: false,
                },
            ],
            codes: Vec::new(),
            address: AddressFields::sample("DE"),
            total_minor: 17_226,
            button: "Pay €172.26".into(),
        };
        let ready = page("same=1", FormErrors::default());
        let mut declined = ready.clone();
        declined.around.said =
            Some(Notice::warn("Your bank declined the card").with("Try another card. Nothing was charged."));
        let mut changed = ready.clone();
        changed.changes = vec![
            "Rill tumblers, set of two: now €24.00 (was €22.40)".into(),
            "The total is now €173.86 (was €172.26)".into(),
        ];
        changed.button = "Accept and pay €173.86".into();
        let mut coded = page("same=1&code=SPRING", FormErrors::one("code", "This code has expired"));
        coded.codes = sample_codes();
        let billing = page("name=&country=DE", FormErrors::one("name", "Enter your full name"));
        vec![
            ("ready", ready),
            ("declined", declined),
            ("changed", changed),
            ("code-error", coded),
            ("billing-error", billing),
        ]
    }
}
