//! What search engines read of a page: JSON-LD with the facts the page shows.

use serde_json::{Value, json};
use wares_commerce::settings::Store;

use super::frame::filled;
use crate::{Config, urls};

/// Where in the shop a page is: the way down from the first page, the page itself last, as names and paths.
pub(super) fn breadcrumbs<'a>(config: &Config, steps: impl IntoIterator<Item = (&'a str, String)>) -> Value {
    let home = std::iter::once(("Home", urls::home().to_owned()));
    let items: Vec<Value> = home
        .chain(steps)
        .zip(1..)
        .map(|((name, path), position)| {
            json!({ "@type": "ListItem", "position": position, "name": name, "item": config.base_url.join(&path) })
        })
        .collect();
    json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items })
}

/// Who the shop is, and how to search it: for the first page. `logo` is a path.
pub(super) fn shop(config: &Config, store: &Store, logo: &str) -> Vec<Value> {
    let home = config.base_url.join(urls::home());
    let mut who = json!({
        "@context": "https://schema.org",
        "@type": "OnlineStore",
        "name": store.name,
        "url": home,
        "logo": config.base_url.join(logo),
    });
    let email = store.email.as_ref().map(ToString::to_string);
    let facts = [
        ("description", filled(&store.tagline)),
        ("legalName", filled(&store.legal_name)),
        ("vatID", filled(&store.vat_id)),
        ("email", email),
        ("telephone", filled(&store.phone)),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            who[name] = json!(fact);
        }
    }
    if let Some(policy) = return_policy(store) {
        who["hasMerchantReturnPolicy"] = policy;
    }
    let search = config.base_url.join(urls::search());
    let site = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": store.name,
        "url": home,
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{search}?q={{search_term_string}}") },
            "query-input": "required name=search_term_string",
        },
    });
    vec![who, site]
}

/// Within how many days goods may be sent back to the shop, if at all. Who pays for that the shop does not say, so it is not said here.
pub(super) fn return_policy(store: &Store) -> Option<Value> {
    (store.return_days > 0).then(|| {
        json!({
            "@type": "MerchantReturnPolicy",
            "applicableCountry": store.country.code(),
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": store.return_days,
            "returnMethod": "https://schema.org/ReturnByMail",
        })
    })
}
