//! Pages with text: about, terms, imprint; and delivery and returns, whose figures come from the settings.

use serde::Serialize;

use super::Head;
use crate::{
    templates::{Link, Page, Registry, SafeHtml, format::When},
    urls,
};

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<ContentPage>();
    pages.add::<ShippingPage>();
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
                "Card and bank transfer. You enter card details on the page of our payment provider; the shop \
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
