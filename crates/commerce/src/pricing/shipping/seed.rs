//! The zones, methods and carriers a new shop starts with.

use super::RateKind;

/// A carrier's name and its page for one parcel.
///
/// `{tracking}`, `{postcode}` and `{country}` are replaced. Only https, because the address is sent to buyers.
pub(in crate::pricing) const CARRIERS: &[(&str, &str)] = &[
    (
        "DHL",
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={tracking}",
    ),
    (
        "DPD",
        "https://www.dpdgroup.com/be/mydpd/my-parcels/search?lang=en&parcelNumber={tracking}",
    ),
    ("GLS", "https://gls-group.com/EU/en/parcel-tracking?match={tracking}"),
    ("UPS", "https://www.ups.com/track?tracknum={tracking}"),
    ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={tracking}"),
    (
        "USPS",
        "https://tools.usps.com/go/TrackConfirmAction?tLabels={tracking}",
    ),
    (
        "Royal Mail",
        "https://www.royalmail.com/track-your-item#/tracking-results/{tracking}",
    ),
    ("Evri", "https://www.evri.com/track/parcel/{tracking}"),
    (
        "PostNL",
        "https://jouw.postnl.nl/track-and-trace/{tracking}-{country}-{postcode}",
    ),
    (
        "La Poste",
        "https://www.laposte.fr/outils/suivre-vos-envois?code={tracking}",
    ),
    (
        "Canada Post",
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={tracking}",
    ),
];

/// The member states of the European Union.
pub(in crate::pricing) const EU: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Neighbours of the Union with customs between.
pub(in crate::pricing) const NEAR: &[&str] = &["CH", "GB", "IS", "LI", "NO"];

/// Far away, where many shops sell.
pub(in crate::pricing) const FAR: &[&str] = &["AU", "CA", "JP", "NZ", "US"];

/// A method of a new shop. Prices are in hundredths of the currency's unit.
pub(in crate::pricing) struct MethodSeed {
    pub(in crate::pricing) name: &'static str,
    pub(in crate::pricing) kind: RateKind,
    /// From this weight in grams on, this price.
    pub(in crate::pricing) steps: &'static [(i64, i64)],
    pub(in crate::pricing) free_from: Option<i64>,
    pub(in crate::pricing) weight_max_g: Option<i64>,
    pub(in crate::pricing) transit: (i64, i64),
}

/// At home.
pub(in crate::pricing) const HOME_METHODS: &[MethodSeed] = &[
    MethodSeed {
        name: "Standard",
        kind: RateKind::Weight,
        steps: &[(0, 490), (5_000, 890)],
        free_from: Some(7_500),
        weight_max_g: Some(31_500),
        transit: (1, 2),
    },
    MethodSeed {
        name: "Express",
        kind: RateKind::Flat,
        steps: &[(0, 1490)],
        free_from: None,
        weight_max_g: Some(20_000),
        transit: (1, 1),
    },
];

/// In the rest of the Union, for a shop in it.
pub(in crate::pricing) const UNION_METHODS: &[MethodSeed] = &[MethodSeed {
    name: "Standard",
    kind: RateKind::Weight,
    steps: &[(0, 990), (5_000, 1490)],
    free_from: Some(15_000),
    weight_max_g: Some(31_500),
    transit: (2, 5),
}];

/// Across a border with customs.
pub(in crate::pricing) const ABROAD_METHODS: &[MethodSeed] = &[MethodSeed {
    name: "International",
    kind: RateKind::Weight,
    steps: &[(0, 1990), (5_000, 3490)],
    free_from: None,
    weight_max_g: Some(20_000),
    transit: (4, 10),
}];
