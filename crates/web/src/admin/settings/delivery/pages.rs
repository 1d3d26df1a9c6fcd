//! What the pages of shipping and taxes show.

use serde::Serialize;

use crate::{
    admin::{
        panel::{Panel, Spot},
        parts::{Choice, Link, State, Tab},
        samples,
        settings::pages::sections,
    },
    http::FormView,
    templates::Page,
    urls::admin as urls,
};

/// `admin/settings/shipping.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ShippingPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) zones: Vec<ZoneRow>,
    pub(crate) add_zone: &'static str,
    pub(crate) carriers: Vec<CarrierRow>,
    pub(crate) add_carrier: &'static str,
    pub(crate) action: &'static str,
    pub(crate) version: String,
    pub(crate) last: Option<String>,
    /// The days of the week; on those that are selected nothing is packed.
    pub(crate) weekdays: Vec<Choice>,
    pub(crate) days_off: Vec<DayOffRow>,
    pub(crate) add_day: &'static str,
    pub(crate) remove_day: &'static str,
    pub(crate) form: FormView,
}

/// A group of countries with its methods.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ZoneRow {
    pub(crate) name: String,
    pub(crate) countries: String,
    pub(crate) edit: String,
    pub(crate) add_method: String,
    pub(crate) methods: Vec<Method>,
}

/// A way of sending, with its price.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Method {
    pub(crate) name: String,
    pub(crate) url: String,
    /// What the price depends on.
    pub(crate) by: &'static str,
    pub(crate) transit: String,
    pub(crate) free_from: String,
    pub(crate) price: String,
    pub(crate) state: State,
}

/// A carrier.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CarrierRow {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) tracking: String,
    pub(crate) state: State,
}

/// A day on which nothing is packed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DayOffRow {
    pub(crate) text: String,
    pub(crate) name: String,
    pub(crate) whose: String,
    /// Its code; empty for the shop's own days.
    pub(crate) country: String,
    pub(crate) day: String,
}

/// `admin/settings/zone.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ZonePage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) action: String,
    pub(crate) verb: &'static str,
    pub(crate) version: String,
    pub(crate) delete: Option<String>,
    pub(crate) form: FormView,
}

/// `admin/settings/method.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MethodPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) action: String,
    pub(crate) currency: String,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) carriers: Vec<Choice>,
    pub(crate) verb: &'static str,
    pub(crate) version: String,
    pub(crate) delete: Option<String>,
    pub(crate) form: FormView,
}

/// `admin/settings/carrier.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CarrierPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) action: String,
    pub(crate) verb: &'static str,
    pub(crate) version: String,
    pub(crate) delete: Option<String>,
    pub(crate) form: FormView,
}

/// `admin/settings/taxes.html`
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TaxesPage {
    pub(crate) panel: Panel,
    pub(crate) sections: Vec<Tab>,
    pub(crate) action: &'static str,
    pub(crate) prices_rule: String,
    pub(crate) prices_note: String,
    /// Selling to companies: whether, and which ids count.
    pub(crate) companies: Companies,
    pub(crate) rates: Vec<RateRow>,
    pub(crate) countries: Vec<Choice>,
    pub(crate) classes: Vec<Choice>,
    pub(crate) form: FormView,
}

/// The form about selling to companies without tax.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Companies {
    pub(crate) action: &'static str,
    pub(crate) version: String,
    pub(crate) last: Option<String>,
    /// What is missing for it: the shop's own VAT id, a country in the EU.
    pub(crate) missing: String,
    pub(crate) form: FormView,
}

/// A tax rate of a country.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RateRow {
    pub(crate) country: String,
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) valid: String,
    pub(crate) rate: String,
    /// Takes it back, while its first day is still to come.
    pub(crate) delete: Option<String>,
}

impl Page for ShippingPage {
    const TEMPLATE: &'static str = "admin/settings/shipping.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_shipping()),
            zones: sample_zones(),
            add_zone: urls::add_zone(),
            carriers: vec![CarrierRow {
                name: "DHL".into(),
                url: urls::carrier(samples::id(1)),
                tracking: "https://track.example/?n={tracking}".into(),
                state: State::live("In use"),
            }],
            add_carrier: urls::add_carrier(),
            action: urls::settings_shipping(),
            version: "3".into(),
            last: Some("Changed by Ana Berger, 3 November".into()),
            weekdays: ["Friday", "Saturday", "Sunday"]
                .map(|day| Choice::new(day, day).selected_if(day != "Friday"))
                .into(),
            days_off: sample_days(),
            add_day: urls::days_off(),
            remove_day: urls::remove_day_off(),
            form: FormView::prefilled([("processing_days", "1".to_owned()), ("cut_off_hour", "14".into())]),
        };
        let first = Self {
            zones: Vec::new(),
            carriers: Vec::new(),
            days_off: Vec::new(),
            last: None,
            ..full.clone()
        };
        let wrong = Self {
            form: samples::mistaken(&full.form, "processing_days", "Enter a number of days between 0 and 60"),
            ..full.clone()
        };
        vec![("full", full), ("first", first), ("wrong", wrong)]
    }
}

fn sample_zones() -> Vec<ZoneRow> {
    let method = |name: &str, by, price: &str, state| Method {
        name: name.into(),
        url: urls::method(samples::id(1)),
        by,
        transit: "1–2 days".into(),
        free_from: "€250.00".into(),
        price: price.into(),
        state,
    };
    let zone = |name: &str, countries: &str, methods| ZoneRow {
        name: name.into(),
        countries: countries.into(),
        edit: urls::zone(samples::id(1)),
        add_method: urls::add_method(samples::id(1)),
        methods,
    };
    vec![
        zone(
            "Germany",
            "Germany",
            vec![
                method("DHL Parcel", "by weight", "from €4.90", State::live("Offered")),
                method("Pick-up", "pick-up", "€0.00", State::draft("Off")),
            ],
        ),
        zone("Neighbours", "Austria, Netherlands", Vec::new()),
    ]
}

fn sample_days() -> Vec<DayOffRow> {
    let day = |text: &str, name: &str, whose: &str, country: &str| DayOffRow {
        text: text.into(),
        name: name.into(),
        whose: whose.into(),
        country: country.into(),
        day: "2026-12-25".into(),
    };
    vec![
        day("Fri 25 Dec 2026", "Christmas Day", "Germany", "DE"),
        day("Mon 28 Dec 2026", "Stock-taking", "The shop’s own", ""),
    ]
}

impl Page for ZonePage {
    const TEMPLATE: &'static str = "admin/settings/zone.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_shipping()),
            back: Link::new("Shipping", urls::settings_shipping()),
            heading: "Zone Neighbours".into(),
            action: urls::zone(samples::id(1)),
            verb: "Save zone",
            version: "2".into(),
            delete: Some(urls::delete_zone(samples::id(1))),
            form: FormView::prefilled([("countries", "AT, NL".to_owned())]),
        };
        let wrong = Self {
            delete: None,
            form: samples::mistaken(&full.form, "countries", "There is no country XX"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for MethodPage {
    const TEMPLATE: &'static str = "admin/settings/method.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_shipping()),
            back: Link::new("Shipping", urls::settings_shipping()),
            heading: "DHL Parcel, Germany".into(),
            action: urls::method(samples::id(1)),
            currency: "€".into(),
            kinds: samples::choices(&["One price", "By weight"]),
            carriers: samples::choices(&["None", "DHL"]),
            verb: "Save method",
            version: "2".into(),
            delete: Some(urls::delete_method(samples::id(1))),
            form: FormView::prefilled([("price", "4.90".to_owned()), ("steps", "5000 9.90".into())]),
        };
        let wrong = Self {
            delete: None,
            form: samples::mistaken(&full.form, "price", "Enter an amount such as 4.90"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for CarrierPage {
    const TEMPLATE: &'static str = "admin/settings/carrier.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_shipping()),
            back: Link::new("Shipping", urls::settings_shipping()),
            heading: "DHL".into(),
            action: urls::carrier(samples::id(1)),
            verb: "Save carrier",
            version: "2".into(),
            delete: Some(urls::delete_carrier(samples::id(1))),
            form: FormView::prefilled([("name", "DHL".to_owned())]),
        };
        let wrong = Self {
            delete: None,
            form: samples::mistaken(&full.form, "tracking_url", "A tracking address begins with https://"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}

impl Page for TaxesPage {
    const TEMPLATE: &'static str = "admin/settings/taxes.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let rate = |country: &str, class: &str, rate: &str, delete| RateRow {
            country: country.into(),
            class: class.into(),
            name: format!("VAT {rate}"),
            valid: "since 1 Jan 2021".into(),
            rate: rate.into(),
            delete,
        };
        let later = Some(urls::delete_tax_rate(samples::id(1)));
        let full = Self {
            panel: samples::panel(Spot::Settings),
            sections: sections(urls::settings_taxes()),
            action: urls::settings_taxes(),
            prices_rule: "Prices include tax.".into(),
            prices_note: "What is shown is paid; the tax in it follows the country.".into(),
            companies: Companies {
                action: urls::settings_companies(),
                version: "1".into(),
                last: Some("Changed by Ana Duarte, yesterday".into()),
                missing: "An invoice without tax needs the shop’s own VAT id. Enter it under Store.".into(),
                form: FormView::prefilled([("reverse_charge", "1".to_owned()), ("ids", "checked".to_owned())]),
            },
            rates: vec![
                rate("Germany", "Standard", "19 %", None),
                rate("Germany", "Reduced", "7 %", later),
            ],
            countries: vec![Choice::new("DE", "Germany")],
            classes: samples::choices(&["Standard", "Reduced"]),
            form: FormView::default(),
        };
        let wrong = Self {
            rates: Vec::new(),
            form: samples::mistaken(&full.form, "rate", "Enter a rate from 0 to 100"),
            ..full.clone()
        };
        vec![("full", full), ("wrong", wrong)]
    }
}
