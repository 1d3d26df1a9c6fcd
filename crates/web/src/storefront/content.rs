//! Pages with text: about, terms, imprint; and delivery and returns, whose figures come from the settings.

use std::{fmt::Write as _, sync::Arc};

use axum::{extract::State, response::Response, routing::get};
use serde::Serialize;
use wares_commerce::{
    catalog::description::Description,
    pricing::shipping::{Method, RateKind},
    settings,
};
use wares_kernel::{Currency, Money, Slug};

use super::{Head, frame};
use crate::{
    app::App,
    http::{Error, Path},
    public::{PublicRequest, Shows},
    routes::Routes,
    templates::{
        Link, Page, Registry, SafeHtml,
        format::{self, When},
    },
    urls,
};

/// The page whose figures come from the settings.
const SHIPPING: &str = "shipping-returns";

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<ContentPage>();
    pages.add::<ShippingPage>();
}

pub(super) fn routes() -> Routes {
    Routes::default().public("/pages/{slug}", get(show))
}

/// `GET /pages/{slug}`
async fn show(State(app): State<App>, Path(slug): Path<Slug>, asked: PublicRequest) -> Result<Response, Error> {
    let address = urls::content(slug.as_str());
    if slug.as_str() == SHIPPING {
        let made = async { Ok(shipping_page(&app)) };
        return asked.answer(&app, address, made).await;
    }
    let settings = app.settings.get();
    let text = settings.pages.find(slug.as_str()).ok_or(Error::NotFound)?;
    let made = async { Ok((text_page(&app, &slug, text), Shows::default())) };
    asked.answer(&app, address, made).await
}

/// The HTML of a page's text, with an id for each heading, and links to them.
fn with_contents(markdown: &str) -> (SafeHtml, Vec<Link>) {
    let html = Description::from_markdown(markdown);
    let mut pieces = html.as_html().split("<h3>");
    let mut body = pieces.next().unwrap_or_default().to_owned();
    let mut contents = Vec::new();
    for piece in pieces {
        let (heading, rest) = piece.split_once("</h3>").unwrap_or((piece, ""));
        let text = plain(heading);
        let id = format!(
            "s{}-{}",
            contents.len() + 1,
            Slug::from_title(&text).map_or_else(String::new, String::from)
        );
        write!(body, "<h2 id=\"{id}\">{heading}</h2>{rest}").expect("writing to a string cannot fail");
        contents.push(Link::new(text, format!("#{id}")));
    }
    (SafeHtml::sanitised(body), contents)
}

/// The text of a piece of sanitised HTML.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

fn text_page(app: &App, slug: &Slug, text: &settings::ContentPage) -> ContentPage {
    let settings = app.settings.get();
    let zone = settings.store.zone();
    let today = format::date_of(app.now(), &zone);
    let (body, contents) = with_contents(&text.body);
    ContentPage {
        head: Head::public(&settings.store.name, &text.title, None, urls::content(slug.as_str()))
            .about(&plain(&text.body.replace('<', " <"))),
        title: text.title.clone(),
        lead: String::new(),
        contents: if contents.len() > 1 { contents } else { Vec::new() },
        body,
        updated: text.changed_at.map(|at| format::day(format::date_of(at, &zone), today)),
    }
}

fn shipping_page(app: &App) -> (ShippingPage, Shows) {
    let settings = app.settings.get();
    let store = &settings.store;
    let mut countries = settings.tariff.countries().to_vec();
    // The shop's own country first, where most readers are.
    countries.sort_by(|a, b| (*a != store.country, a.name()).cmp(&(*b != store.country, b.name())));
    let mut zones: Vec<Zone> = Vec::new();
    for country in countries {
        let methods = settings.tariff.methods(country);
        match zones.iter_mut().find(|zone| zone.methods == methods) {
            Some(zone) => zone.countries.push(country.name().to_owned()),
            None => zones.push(Zone {
                countries: vec![country.name().to_owned()],
                methods,
            }),
        }
    }
    let days = settings.delivery.processing_days;
    let rows = zones.iter().flat_map(|zone| zone.rows(store.currency, days)).collect();
    let hour = settings.delivery.cut_off_hour;
    let page = ShippingPage {
        head: Head::public(&store.name, "Shipping and returns", None, urls::shipping_returns())
            .about("What delivery costs and when it comes, how to send something back, and the ways to pay."),
        rows,
        cutoff: (hour > 0).then(|| format!("Orders before {hour}:00 count for the same working day.")),
        returns: match store.return_days {
            0 => "Write to us before you send anything back.".into(),
            days => format!("You have {days} days from delivery."),
        },
        ways_to_pay: frame::ways_to_pay(&settings.payments).map_or_else(
            || "No way to pay is set up yet.".into(),
            |ways| {
                format!(
                    "{ways}. Card details are entered on the page of our payment provider; the shop never sees them."
                )
            },
        ),
    };
    (page, Shows::default())
}

/// `GET /pages/{slug}`
#[derive(Debug, Clone, Serialize)]
pub(super) struct ContentPage {
    head: Head,
    title: String,
    lead: String,
    contents: Vec<Link>,
    body: SafeHtml,
    updated: Option<When>,
}

impl Page for ContentPage {
    const TEMPLATE: &'static str = "storefront/content.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let body =
            "<h2 id=\"who\">Who we are</h2><p>Nine makers and one shop.</p><h2 id=\"where\">Where</h2><p>Cologne.</p>";
        let page = Self {
            head: Head::public("Fieldhouse", "About", None, urls::content("about")),
            title: "About".into(),
            lead: "A shop for plain things.".into(),
            contents: vec![Link::new("Who we are", "#who"), Link::new("Where", "#where")],
            body: SafeHtml::sanitised(body.into()),
            updated: Some(When {
                iso: "2026-11-02".into(),
                text: "2 November".into(),
            }),
        };
        let short = Self {
            contents: Vec::new(),
            lead: String::new(),
            body: SafeHtml::sanitised("<p>Fieldhouse, Cologne.</p>".into()),
            updated: None,
            ..page.clone()
        };
        vec![("about", page), ("short", short)]
    }
}

/// `GET /pages/shipping-returns`
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShippingPage {
    head: Head,
    rows: Vec<ShippingRow>,
    cutoff: Option<String>,
    returns: String,
    ways_to_pay: String,
}

/// One way of delivery to some countries.
#[derive(Debug, Clone, Serialize)]
struct ShippingRow {
    countries: String,
    method: String,
    price: String,
    free_from: String,
    takes: String,
}

/// Countries that are delivered to in the same ways.
struct Zone {
    countries: Vec<String>,
    methods: Arc<[Method]>,
}

impl Zone {
    fn rows(&self, currency: Currency, processing_days: u32) -> impl Iterator<Item = ShippingRow> {
        self.methods.iter().map(move |method| ShippingRow {
            countries: self.countries.join(", "),
            method: method.name.clone(),
            price: price(method, currency),
            free_from: method
                .free_from_minor
                .map_or_else(|| "–".into(), |minor| format::round_money(Money::new(minor, currency))),
            takes: takes(method, processing_days.into()),
        })
    }
}

fn price(method: &Method, currency: Currency) -> String {
    let lowest = method
        .rates
        .iter()
        .map(|step| step.price_minor)
        .min()
        .unwrap_or_default();
    let text = if lowest == 0 {
        "Free".to_owned()
    } else {
        format::money(Money::new(lowest, currency))
    };
    if method.rates.len() > 1 {
        format!("from {text}")
    } else {
        text
    }
}

fn takes(method: &Method, processing_days: i64) -> String {
    if method.kind == RateKind::PickUp {
        return "when we write to you".into();
    }
    let (min, max) = (
        method.transit_min_days + processing_days,
        method.transit_max_days + processing_days,
    );
    match (min == max, max) {
        (true, 1) => "1 working day".into(),
        (true, max) => format!("{max} working days"),
        (false, max) => format!("{min} – {max} working days"),
    }
}

impl Page for ShippingPage {
    const TEMPLATE: &'static str = "storefront/shipping_returns.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |countries: &str, price: &str, free_from: &str, takes: &str| ShippingRow {
            countries: countries.into(),
            method: "Standard".into(),
            price: price.into(),
            free_from: free_from.into(),
            takes: takes.into(),
        };
        let page = Self {
            head: Head::public("Fieldhouse", "Shipping and returns", None, urls::shipping_returns()),
            rows: vec![
                row("Germany", "€4.90", "€80", "2 – 4 days"),
                row("Netherlands, Belgium", "€7.90", "€100", "3 – 4 days"),
                row("Ireland", "€12.90", "–", "5 – 8 days"),
            ],
            cutoff: Some("Orders before 14:00 leave the same working day.".into()),
            returns: "You have 30 days from delivery.".into(),
            ways_to_pay:
                "Pay by card or bank transfer. Card details are entered on the page of our payment provider; the shop \
                          never sees them."
                    .into(),
        };
        let nowhere = Self {
            rows: Vec::new(),
            cutoff: None,
            ..page.clone()
        };
        vec![("full", page), ("nowhere", nowhere)]
    }
}
