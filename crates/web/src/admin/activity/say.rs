//! Entries of the audit log in words.

use serde_json::{Map, Value};
use wares_commerce::audit::{Action, Entry as Logged};
use wares_kernel::{
    CategoryId, CollectionId, Currency, CustomerId, ImportId, InquiryId, MailId, Money, ProductId, PromotionId, Rate,
    VariantId, text,
};

use crate::{
    admin::{
        desk::Desk,
        parts::{Change, Day, Entry, Piece},
    },
    templates::format,
    urls::admin as urls,
};

/// Entries under their days, newest first.
pub(in crate::admin) fn timeline(desk: &Desk, entries: &[Logged]) -> Vec<Day> {
    desk.timeline(entries.iter().map(|logged| {
        let (mark, tone) = mark(logged);
        let entry = Entry {
            at: desk.time(logged.at),
            mark,
            tone,
            what: sentence(logged),
            by: Some(who(logged)),
            comment: None,
            change: changes(&logged.details, desk.currency()).into_iter().next(),
        };
        (logged.at, entry)
    }))
}

/// Who did it.
pub(super) fn who(logged: &Logged) -> String {
    match (logged.actor_kind.as_str(), logged.actor_name.as_str()) {
        ("system", _) => "the shop".into(),
        (_, "") => "unknown".into(),
        (_, name) => name.to_owned(),
    }
}

/// "Shipped order 1001-4F7K", with a link to it.
pub(super) fn sentence(logged: &Logged) -> Vec<Piece> {
    let verb = verb(logged);
    let name = &logged.object_name;
    if name.is_empty() {
        return vec![Piece::text(verb)];
    }
    let object = match link(logged) {
        Some(url) => Piece::link(name, url),
        None => Piece::text(name),
    };
    vec![Piece::text(format!("{verb} ")), object]
}

fn verb(logged: &Logged) -> String {
    let kind = match logged.object_kind.as_str() {
        "settings" => "the settings of",
        "shipping_zone" => "the shipping zone",
        "shipping_method" => "the shipping method",
        "day_off" => "the day off",
        "synonym" => "the synonym",
        "search_redirect" => "the redirect of the search",
        "tax_rate" => "the tax rate of",
        "promotion" => "the discount",
        "staff" | "customer" => "",
        kind => kind,
    };
    let verb = match Action::from_word(&logged.action) {
        Some(Action::SignedIn) => return "Signed in".into(),
        Some(Action::SignedOut) => return "Signed out".into(),
        Some(Action::SignInFailed) => return "Failed to sign in as".into(),
        Some(Action::SessionEnded) => return "Ended sessions".into(),
        Some(Action::Registered) => return "Opened an account".into(),
        Some(Action::RegisteredAgain) => return "Tried to register again".into(),
        Some(Action::EmailVerified) => return "Confirmed the e-mail address".into(),
        Some(Action::ResetAsked) => return "Asked for a new password".into(),
        Some(Action::PasswordChanged) => return "Changed the password".into(),
        Some(Action::EmailChangeAsked) => return "Asked to change the e-mail address".into(),
        Some(Action::EmailChanged) => return "Changed the e-mail address".into(),
        Some(Action::SetUp) => return "Set up the shop as".into(),
        Some(Action::Joined) => return "Joined the staff as".into(),
        Some(Action::StockChanged) => return "Changed the stock of".into(),
        Some(Action::RoleChanged) => return "Changed the role of".into(),
        Some(Action::PasswordRefused) => "Typed a wrong password on",
        Some(Action::Noted) => "Wrote a note on",
        Some(Action::Paid) => "Received money for",
        Some(Action::Refunded) => "Gave money back on",
        Some(Action::Delivered) => "Recorded the delivery of",
        Some(Action::Shipped) => "Sent a parcel of",
        Some(Action::Resent) => "Sent again the",
        Some(Action::Expired) => "Let go, unpaid,",
        Some(action) => return format!("{} {kind}", capital(action.word())).trim().to_owned(),
        None => return format!("{} {kind}", capital(&logged.action)).trim().to_owned(),
    };
    format!("{verb} {kind}").trim().to_owned()
}

fn capital(word: &str) -> String {
    text::capital(&word.replace('_', " "))
}

/// The page of the thing, where it has one.
fn link(logged: &Logged) -> Option<String> {
    let id = logged.object_id?;
    Some(match logged.object_kind.as_str() {
        "order" => urls::order(&logged.object_name),
        "product" => urls::product(ProductId::new(id)),
        "variant" => urls::stock_of(VariantId::new(id)),
        "category" => urls::category(CategoryId::new(id)),
        "collection" => urls::collection(CollectionId::new(id)),
        "customer" => urls::customer(CustomerId::new(id)),
        "inquiry" => urls::inquiry(InquiryId::new(id)),
        "mail" => urls::mail(MailId::new(id)),
        "import" => urls::import(ImportId::new(id)),
        "promotion" => urls::discount(PromotionId::new(id)),
        _ => return None,
    })
}

/// A mark for what happened: what failed and what gives rights away catches the eye.
pub(super) fn mark(logged: &Logged) -> (&'static str, &'static str) {
    match Action::from_word(&logged.action) {
        Some(Action::SignInFailed | Action::PasswordRefused) => ("cross", "bad"),
        Some(Action::RoleChanged | Action::Invited | Action::Joined | Action::Disabled | Action::Enabled) => {
            ("tri", "warn")
        }
        Some(Action::Placed) => ("full", ""),
        Some(Action::Paid | Action::Delivered | Action::Published | Action::SignedIn) => ("done", "ok"),
        Some(Action::Shipped) => ("full", "info"),
        Some(Action::Refunded) => ("back", ""),
        Some(Action::Cancelled | Action::Expired | Action::Rejected) => ("cross", ""),
        Some(Action::Asked | Action::Submitted) => ("ring", "warn"),
        _ => ("ring", ""),
    }
}

/// What changed, as before and after. Other facts stand alone. Amounts are those of fields that end in `_minor`.
pub(super) fn changes(details: &Value, currency: Currency) -> Vec<Change> {
    let Some(fields) = details.as_object() else {
        return Vec::new();
    };
    fields
        .iter()
        .map(|(field, value)| {
            let (before, after) = match value.as_array().map(Vec::as_slice) {
                Some([before, after]) => differing(before, after),
                _ => (Value::Null, value.clone()),
            };
            let (name, unit) = unit_of(field);
            Change {
                field: Some(capital(name)),
                before: shown(&before, unit, currency),
                after: shown(&after, unit, currency),
            }
        })
        .filter(|change| change.before.is_some() || change.after.is_some())
        .take(8)
        .collect()
}

/// Of two things with many fields, the fields in which they differ.
fn differing(before: &Value, after: &Value) -> (Value, Value) {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return (before.clone(), after.clone());
    };
    let without_same = |this: &Map<String, Value>, other: &Map<String, Value>| {
        let fields = this.iter().filter(|(name, value)| other.get(*name) != Some(*value));
        Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    (without_same(old, new), without_same(new, old))
}

/// What a number counts.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Things,
    /// Minor units of the shop's currency.
    Money,
    /// Parts per million, of which a discount takes so many off.
    Share,
}

/// A field's name in words, and what its numbers count.
fn unit_of(field: &str) -> (&str, Unit) {
    match field.strip_suffix("_minor") {
        Some(name) => (name, Unit::Money),
        None if field == "off" => (field, Unit::Share),
        None => (field, Unit::Things),
    }
}

/// A value in words.
fn shown(value: &Value, unit: Unit, currency: Currency) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Number(number) => match (number.as_i64(), unit) {
            (Some(minor), Unit::Money) => format::money(Money::new(minor, currency)),
            (Some(ppm), Unit::Share) => Rate::from_ppm(ppm).percent(),
            _ => number.to_string(),
        },
        Value::Array(values) => enumerated(values.iter().filter_map(|value| shown(value, unit, currency))),
        Value::Object(fields) => enumerated(fields.iter().filter_map(|(field, value)| {
            let (name, unit) = unit_of(field);
            let value = shown(value, unit, currency)?;
            // What kind of thing it is says a word of the program's.
            match field.as_str() {
                "kind" => Some(value.replace('_', " ")),
                _ => Some(format!("{}: {value}", name.replace('_', " "))),
            }
        })),
    };
    let short: String = text.chars().take(160).collect();
    Some(if short.len() < text.len() { short + "…" } else { short }).filter(|text| !text.is_empty())
}

fn enumerated(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn logged(action: &str, kind: &str, name: &str) -> Logged {
        Logged {
            id: wares_kernel::Id::new(uuid::Uuid::nil()),
            at: wares_kernel::Instant::from_micros(0),
            actor_kind: "staff".into(),
            actor_id: None,
            actor_name: "Ana".into(),
            action: action.into(),
            object_kind: kind.into(),
            object_id: Some(uuid::Uuid::nil()),
            object_name: name.into(),
            details: json!({}),
            ip: None,
        }
    }

    fn read(action: &str, kind: &str, name: &str) -> String {
        sentence(&logged(action, kind, name))
            .iter()
            .map(|piece| piece.text.as_str())
            .collect()
    }

    #[test]
    fn entries_are_read_as_sentences() {
        assert_eq!(
            read("shipped", "order", "1001-4F7K"),
            "Sent a parcel of order 1001-4F7K"
        );
        assert_eq!(read("changed", "settings", "store"), "Changed the settings of store");
        assert_eq!(
            read("sign_in_failed", "staff", "jo@x.example"),
            "Failed to sign in as jo@x.example"
        );
        assert_eq!(read("archived", "product", "Mug"), "Archived product Mug");
        assert_eq!(read("teleported", "product", "Mug"), "Teleported product Mug");
    }

    #[test]
    fn every_action_has_words() {
        for action in Action::ALL {
            assert!(!read(action.word(), "order", "1").contains('_'), "{action:?}");
        }
    }

    #[test]
    fn changes_are_before_and_after() {
        let details = json!({"price": [2400, 2100], "reason": "count", "gone": ["a", null]});
        let found = changes(&details, Currency::EUR);
        let texts: Vec<_> = found
            .iter()
            .map(|c| (c.field.as_deref(), c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert!(texts.contains(&(Some("Price"), Some("2400"), Some("2100"))));
        assert!(texts.contains(&(Some("Reason"), None, Some("count"))));
        assert!(texts.contains(&(Some("Gone"), Some("a"), None)));
    }

    #[test]
    fn what_is_empty_is_not_told() {
        let found = changes(&json!({"name": "Ten off", "until": null, "finds": ""}), Currency::EUR);
        let fields: Vec<_> = found.iter().filter_map(|change| change.field.as_deref()).collect();
        assert_eq!(fields, ["Name"]);
    }

    #[test]
    fn amounts_are_read_as_money_and_things_as_words() {
        let was = json!({"minimum": 10, "countries": ["DE", "AT"], "is_on": true});
        let is = json!({"minimum": 10, "countries": ["DE"], "is_on": false});
        let found = changes(&json!({"total_minor": 3090, "terms": [was, is]}), Currency::EUR);
        let texts: Vec<_> = found
            .iter()
            .map(|c| (c.field.as_deref(), c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert!(texts.contains(&(Some("Total"), None, Some("€30.90"))), "{texts:?}");
        let terms = (
            Some("Terms"),
            Some("countries: DE, AT, is on: yes"),
            Some("countries: DE, is on: no"),
        );
        assert!(texts.contains(&terms), "{texts:?}");
    }

    #[test]
    fn what_a_discount_gives_is_read_as_percent_and_money() {
        let gives =
            json!({"gives": {"kind": "percent", "off": 100_000}, "was": {"kind": "free_shipping", "up_to_minor": 490}});
        let found = changes(&gives, Currency::EUR);
        let texts: Vec<_> = found.iter().filter_map(|change| change.after.as_deref()).collect();
        assert_eq!(texts, ["percent, off: 10 %", "free shipping, up to: €4.90"]);
    }
}
