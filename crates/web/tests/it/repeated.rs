//! Forms sent twice: a double click, "Back" and again, two tabs. What is stored is what one sending stores, and both are answered alike.
//!
//! Three shops that are alike go through the same forms, found by following links. In the first every form is sent once, in the second
//! twice, one after the other, in the third twice at the same time. After each form the rows of all tables are counted.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use wares_db::{Sql, both_engines, p, sql, testing::TestDb};

use crate::{
    admin::{
        catalogue::picture,
        support::{PASSWORD, owner, upload},
    },
    discounts::half_off,
    support::{
        Answer, TestShop, Visitor,
        browser::Browser,
        forms::{Field, Form, forms, kind, selector, walk, walk_all},
    },
    sweep::{CUSTOMER_PASSWORD, EMAIL, shop},
};

/// Forms that need no key, most of them on pages that are the same bytes for everybody: the cart knows a double click by its time, an
/// address is on the list of the newsletter once, whoever has left has left, and each sign-in is a visit.
const WITHOUT_KEY: [&str; 4] = ["/cart/lines", "/login", "/logout", "/news"];

/// Each sending counts: signing in twice is two visits, and every export of addresses or orders is on record.
const EACH_COUNTS: [&str; 4] = [
    "/login",
    "/admin/sign-in",
    "/admin/newsletter/export",
    "/admin/orders/export.csv",
];

/// Who has left is not known any more, so the second answer is a stranger's.
const LEADS_OUT: [&str; 2] = ["/logout", "/admin/sign-out"];

/// No mail leaves a test, so none is handed over.
const NO_MAIL: &str = "/admin/settings/email/test";

/// Forms that end what others need. They are sent last.
const LAST: [&str; 9] = [
    "stop", "delete", "archive", "disable", "remove", "logout", "sign-out", "password", "sessions",
];

const TABLES: Sql = sql!(
    lite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    pg: "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
);

type Counts = BTreeMap<String, i64>;

/// The rows of every table.
async fn counts(shop: &TestShop) -> Counts {
    let mut conn = shop.data.db.read().await.expect("a connection");
    let tables: Vec<(String,)> = conn.all(TABLES, p![]).await.expect("tables have names");
    let mut found = Counts::new();
    for (table,) in tables {
        let text: &str = format!("SELECT count(*) FROM {table}").leak();
        let count = Sql {
            lite: text,
            pg: text,
            args: 0,
        };
        let (n,): (i64,) = conn.one(count, p![]).await.expect("rows can be counted");
        found.insert(table, n);
    }
    found
}

/// What was added to which table.
fn added(before: &Counts, after: &Counts) -> Counts {
    after
        .iter()
        .map(|(table, n)| (table.clone(), n - before.get(table).copied().unwrap_or_default()))
        .filter(|(_, n)| *n != 0)
        .collect()
}

/// How often a form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    Once,
    Twice,
    AtOnce,
}

/// Somebody in one of the shops.
struct Place {
    shop: TestShop,
    visitor: Visitor,
    sending: Sending,
    /// The number of an order.
    number: String,
    /// Whether the forms carry their key.
    keyed: bool,
}

/// What came of a form.
struct Outcome {
    answers: Vec<(StatusCode, String)>,
    added: Counts,
    /// What is said to be wrong.
    wrong: Vec<String>,
}

impl Outcome {
    fn is_taken(&self) -> bool {
        self.answers[0].0.is_redirection() || self.answers[0].0.is_success()
    }
}

/// Something a form takes. `n` makes an address that no other form has.
fn good(form: &Form, field: &Field, n: usize) -> String {
    let is_open = field.value.is_empty() && (field.is_typed || ["password", "date"].contains(&field.sort.as_str()));
    if !is_open {
        return field.value.clone();
    }
    let (start, _) = field.name.split_once('-').unwrap_or((&field.name, ""));
    let known = match (form.action.as_str(), start) {
        (action, name) if action.starts_with("/admin/discounts") => match name {
            "name" => "Ten percent",
            "code" | "prefix" => "HEARTH",
            "value" | "n" => "10",
            _ => "",
        },
        (action, name) if action.starts_with("/admin/collections") => match name {
            "name" => "For breakfast",
            "products" => "tarn-mug",
            _ => "",
        },
        ("/login", "email") => EMAIL,
        ("/login" | "/account/email", "password") | (_, "current") => CUSTOMER_PASSWORD,
        ("/admin/sign-in", "email") => "ana@fieldhouse.example",
        ("/admin/sign-in", "password") => PASSWORD,
        (_, "email" | "test_to" | "from_address") => return format!("somebody.{n}@example.com"),
        (_, "delta") => "+2",
        (_, "price" | "free_from") => "12.00",
        (_, "amount") => "2.00",
        (_, "postcode") => "50672",
        (_, "rate") => "7",
        (_, "valid_from" | "day") => "2027-01-04",
        (_, "phone") => "+49 221 000 00 01",
        (_, "password") => "another quiet evening 7",
        (_, "weight" | "max_weight") => "900",
        (_, "transit_min" | "transit_max") => "3",
        (_, "host") => "mail.example.com",
        (_, "iban") => "DE89370400440532013000",
        (_, "bic") => "COBADEFFXXX",
        (_, "tracking_url") => "https://carrier.example/{tracking}",
        (_, "countries") => "AQ",
        (_, "page") => "/contact",
        (_, "finds") => "mug",
        ("/cart/code" | "/checkout/code" | "/checkout/review", "code") => "SUMMER",
        ("/admin/products/new", "sku") => "TARN-VASE",
        (
            _,
            "stripe_key" | "stripe_webhook" | "slug" | "sku" | "was" | "order" | "website" | "option" | "values"
            | "steps" | "vat_id" | "line2" | "region",
        ) => "",
        _ => "A text that is long enough",
    };
    known.to_owned()
}

impl Place {
    /// The form of that kind as its page shows it now.
    async fn open(&self, form: &Form) -> Option<Form> {
        let page = self.visitor.get(&form.page).await;
        let html = page.html();
        forms(&form.page, &html)
            .into_iter()
            .find(|other| other.key() == form.key() && other.is_post)
    }

    async fn send(&self, form: &Form, n: usize) -> Option<Outcome> {
        let form = self.open(form).await?;
        // One button is pressed: not the one that only looks.
        let is_sent = |field: &&Field| (self.keyed || field.name != "once") && field.name != "look";
        let fields: Vec<(String, String)> = form
            .fields
            .iter()
            .filter(is_sent)
            .map(|field| match field.name.as_str() {
                "number" => (field.name.clone(), self.number.clone()),
                _ => (field.name.clone(), good(&form, field, n)),
            })
            .collect();
        let before = counts(&self.shop).await;
        let press = || press(&form, &self.visitor, &fields);
        let answers = match self.sending {
            Sending::Once => vec![press().await],
            Sending::Twice => vec![press().await, press().await],
            Sending::AtOnce => <[Answer; 2]>::from(tokio::join!(press(), press())).into(),
        };
        let after = counts(&self.shop).await;
        let said = |answer: &Answer| (answer.status, without_ids(answer.location()));
        Some(Outcome {
            answers: answers.iter().map(said).collect(),
            added: added(&before, &after),
            wrong: if answers[0].status.is_client_error() {
                answers[0].all("main [role=alert], main h1")
            } else {
                Vec::new()
            },
        })
    }
}

/// Sends a form, with a file where it takes files.
async fn press(form: &Form, visitor: &Visitor, fields: &[(String, String)]) -> Answer {
    if !form.has_files {
        return form.send(visitor, fields).await;
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let picture = picture(120);
    let file: (&str, &str, &[u8]) = match form.action.as_str() {
        "/admin/import" => (
            "file",
            "autumn.csv",
            b"Handle,Title,Variant Price\nvase,Tarn Vase,48.00\n",
        ),
        _ => ("files", "vase.png", &picture),
    };
    upload(visitor, &form.action, &fields, &[file]).await
}

fn without_ids(location: &str) -> String {
    if location.is_empty() {
        String::new()
    } else {
        kind(location)
    }
}

/// Somebody's way through three shops at once.
struct Rounds {
    places: [Place; 3],
    roots: Vec<&'static str>,
    stays: fn(&str) -> bool,
}

impl Rounds {
    /// The forms of each shop by what they have in common, those that end something last.
    async fn forms(&self, passed_over: &BTreeSet<String>) -> Vec<[Form; 3]> {
        let mut found = Vec::new();
        for place in &self.places {
            let mut of_kind = BTreeMap::new();
            for form in walk_all(&place.visitor, &self.roots, 5, |path| {
                (self.stays)(path) && !passed_over.contains(path)
            })
            .await
            {
                if form.is_post && form.has_button {
                    of_kind.entry(form.key()).or_insert(form);
                }
            }
            found.push(of_kind);
        }
        let [first, second, third] = &found[..] else {
            panic!("three shops")
        };
        let is_last = |form: &Form| LAST.iter().any(|word| form.action.contains(word));
        let mut forms: Vec<[Form; 3]> = first
            .iter()
            .filter_map(|(key, form)| Some([form.clone(), second.get(key)?.clone(), third.get(key)?.clone()]))
            .collect();
        // An order that was sent cannot be cancelled, but there is a second one.
        forms.sort_by_key(|[form, ..]| (is_last(form), !form.action.ends_with("/cancel")));
        forms
    }

    /// Sends every form that links lead to; answers what went wrong, and which forms were never taken.
    async fn go(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut faults, mut taken, mut refused) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        // Another page of the kind may have a form that is taken: only a zone without methods can be deleted.
        let mut passed_over = BTreeSet::new();
        // What is sent makes pages with further forms.
        for _ in 0..5 {
            for (n, three) in self.forms(&passed_over).await.into_iter().enumerate() {
                let key = three[0].key();
                let name = format!("{} ({})", key.0, key.1);
                if taken.contains(&key) {
                    continue;
                }
                let mut outcomes = Vec::new();
                for (place, form) in self.places.iter().zip(&three) {
                    outcomes.extend(place.send(form, n).await);
                }
                let [once, twice, at_once] = &outcomes[..] else {
                    continue;
                };
                if once.is_taken() {
                    taken.insert(key.clone());
                    refused.remove(&name);
                } else {
                    refused.insert(name, once.wrong.clone());
                    passed_over.extend(three.into_iter().map(|form| form.page));
                    continue;
                }
                faults.extend(fault(&name, once, twice, "twice"));
                faults.extend(fault(&name, once, at_once, "at once"));
            }
        }
        (
            faults,
            refused
                .into_iter()
                .filter(|(name, _)| !name.starts_with(NO_MAIL))
                .map(|(name, answer)| format!("{name}: {answer:?}"))
                .collect(),
        )
    }
}

fn fault(name: &str, once: &Outcome, again: &Outcome, how: &str) -> Option<String> {
    let is_of = |actions: &[&str]| actions.iter().any(|action| name.starts_with(&format!("{action}?")));
    if once.added != again.added && !is_of(&EACH_COUNTS) {
        return Some(format!("{name}, {how}: adds {:?}, once {:?}", again.added, once.added));
    }
    let differs = again.answers.iter().any(|answer| *answer != once.answers[0]);
    (differs && !is_of(&LEADS_OUT)).then(|| format!("{name}, {how}: {:?}, once {:?}", again.answers, once.answers[0]))
}

/// Three databases of one engine.
async fn three(data: TestDb) -> [TestDb; 3] {
    if matches!(data.target, wares_db::Target::Sqlite(_)) {
        [data, TestDb::sqlite().await, TestDb::sqlite().await]
    } else {
        [data, TestDb::postgres().await, TestDb::postgres().await]
    }
}

async fn places(data: TestDb, keyed: bool, who: WhoIsIt) -> [Place; 3] {
    let [first, second, third] = three(data).await;
    let place = async |data, sending| {
        let shop = shop(data).await;
        let jar = shop.goods("Tarn jar", 1800, 40).await;
        shop.give(half_off("SUMMER")).await;
        let number = shop.order(&mut Browser::new(shop.router()), &jar).await.number;
        let visitor = who.comes_in(&shop).await;
        Place {
            shop,
            visitor,
            sending,
            number,
            keyed,
        }
    };
    [
        place(first, Sending::Once).await,
        place(second, Sending::Twice).await,
        place(third, Sending::AtOnce).await,
    ]
}

#[derive(Clone, Copy)]
enum WhoIsIt {
    Guest,
    Ines,
    Ana,
}

impl WhoIsIt {
    async fn comes_in(self, shop: &TestShop) -> Visitor {
        match self {
            Self::Guest => with_a_cart(shop.visitor()).await,
            Self::Ana => owner(shop).await,
            Self::Ines => {
                let ines = shop.visitor();
                let entered = ines
                    .post("/login", &[("email", EMAIL), ("password", CUSTOMER_PASSWORD)])
                    .await;
                assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
                with_a_cart(ines).await
            }
        }
    }
}

/// Two crossing requests of a browser that has no cookie yet would make two carts, of which it keeps one.
async fn with_a_cart(visitor: Visitor) -> Visitor {
    let product = visitor.get("/p/tarn-mug").await;
    let html = product.html();
    let input = html.select(&selector("input[name=variant]")).next();
    let variant = input.and_then(|input| input.attr("value")).expect("a variant");
    visitor.post("/cart/lines", &[("variant", variant), ("qty", "2")]).await;
    visitor
}

const PUBLIC: [&str; 11] = [
    "/",
    "/login",
    "/register",
    "/forgot",
    "/track",
    "/contact",
    "/news",
    "/c/none",
    "/search?q=mug",
    "/p/tarn-mug",
    "/p/linen-throw",
];
const OWN: [&str; 5] = [
    "/account",
    "/cart",
    "/checkout/details",
    "/checkout/delivery",
    "/checkout/review",
];

/// A guest who signed in twice has two sessions; what they do afterwards is the customer's test.
fn is_for_guests(path: &str) -> bool {
    is_shop(path) && !path.starts_with("/account")
}

fn is_for_customers(path: &str) -> bool {
    is_shop(path) && !path.starts_with("/login")
}

fn is_shop(path: &str) -> bool {
    !path.starts_with("/admin")
}

fn is_panel(path: &str) -> bool {
    path.starts_with("/admin")
}

both_engines! {
    async fn a_guests_forms_sent_twice_store_what_one_sending_stores(data: TestDb) {
        let rounds = Rounds { places: places(data, true, WhoIsIt::Guest).await, roots: PUBLIC.into(), stays: is_for_guests };
        let (faults, refused) = rounds.go().await;
        assert!(faults.is_empty() && refused.is_empty(), "{faults:#?} {refused:#?}");
    }

    async fn a_customers_forms_sent_twice_store_what_one_sending_stores(data: TestDb) {
        let rounds = Rounds { places: places(data, true, WhoIsIt::Ines).await, roots: OWN.into(), stays: is_for_customers };
        let (faults, refused) = rounds.go().await;
        assert!(faults.is_empty() && refused.is_empty(), "{faults:#?} {refused:#?}");
    }

    async fn the_panels_forms_sent_twice_store_what_one_sending_stores(data: TestDb) {
        let rounds = Rounds { places: places(data, true, WhoIsIt::Ana).await, roots: vec!["/admin"], stays: is_panel };
        let (faults, refused) = rounds.go().await;
        assert!(faults.is_empty() && refused.is_empty(), "{faults:#?} {refused:#?}");
    }

    async fn without_their_keys_forms_are_stored_twice(data: TestDb) {
        let rounds = Rounds { places: places(data, false, WhoIsIt::Ana).await, roots: vec!["/admin"], stays: is_panel };
        let (faults, _) = rounds.go().await;
        for form in ["/notes", "/admin/stock/*", "/admin/products/new"] {
            assert!(faults.iter().any(|fault| fault.contains(form)), "{form} has no key to miss: {faults:#?}");
        }
    }

    async fn every_form_that_is_posted_has_a_key_or_needs_none(data: TestDb) {
        let shop = shop(data).await;
        let mut all = walk(&shop.visitor(), &PUBLIC, is_shop).await;
        all.extend(walk(&WhoIsIt::Ines.comes_in(&shop).await, &OWN, is_shop).await);
        all.extend(walk(&owner(&shop).await, &["/admin"], is_panel).await);
        let keyless = all.iter().filter(|form| form.is_post && !form.fields.iter().any(|field| field.name == "once"));
        let keyless: BTreeSet<&str> = keyless.map(|form| form.action.as_str()).collect();
        assert_eq!(keyless, WITHOUT_KEY.into());
    }
}
