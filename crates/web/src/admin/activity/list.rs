//! Who did what, and when.

use axum::{extract::State, response::Response};
use jiff::civil::Date;
use uuid::Uuid;
use wares_commerce::audit::{self, Action, Entry, Show, Span};
use wares_kernel::After;

use super::{
    pages::{ListPage, Row},
    say,
};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Choice, Filter, Hidden, Nothing},
        rights::SeeActivity,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, Show); 6] = [
    ("", "All", Show::Everything),
    ("staff", "Staff", Show::Kind("staff")),
    ("customers", "Customers", Show::Kind("customer")),
    ("guests", "Guests", Show::Kind("guest")),
    ("sign_ins", "Sign-ins", Show::SignIns),
    ("permissions", "Permissions", Show::Permissions),
];

/// What one can filter by.
const ACTIONS: [(Action, &str); 9] = [
    (Action::Placed, "Orders placed"),
    (Action::Shipped, "Parcels sent"),
    (Action::Cancelled, "Cancelled"),
    (Action::Refunded, "Refunded"),
    (Action::Created, "Made"),
    (Action::Changed, "Changed"),
    (Action::Registered, "Registered"),
    (Action::Asked, "Inquiries"),
    (Action::Submitted, "Reviews handed in"),
];

/// `GET /admin/activity`
pub(in crate::admin) async fn list(
    staff: Staff<SeeActivity>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Activity).await?;
    let listing = Listing {
        action: urls::activity(),
        noun: "Activity",
        placeholder: "",
        wanted: &wanted,
    };
    let after = wanted.place(After::NEWEST);
    let page = audit::list(&mut conn, show(&wanted), span(&wanted, &desk), after, ROWS).await?;
    let pager = listing.pager(
        page.items.len(),
        "newest first",
        page.next.map(|after| after.to_string()),
    );
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let index = listing.index(tabs, vec![filter(&wanted)], chips(&wanted), pager);
    let page = ListPage {
        panel,
        hidden: carried(&wanted),
        from: wanted.from.clone(),
        to: wanted.to.clone(),
        rows: page.items.iter().map(|entry| row(&desk, entry)).collect(),
        nothing: Nothing::found("entries", &index.clear),
        list: index,
    };
    ok(&app, &page).await
}

/// One thing, or one action, or the view: each has its own index.
fn show(wanted: &Wanted) -> Show {
    if let Ok(id) = wanted.id.parse::<Uuid>() {
        return Show::Object(id);
    }
    if let Some((action, _)) = ACTIONS.iter().find(|(action, _)| action.word() == wanted.what) {
        return Show::Action(*action);
    }
    VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(Show::Everything, |(.., show)| *show)
}

fn span(wanted: &Wanted, desk: &Desk) -> Span {
    let mut span = Span::ALWAYS;
    if let Ok(first) = wanted.from.parse::<Date>() {
        span.from = desk.begin(first);
    }
    if let Ok(last) = wanted.to.parse::<Date>() {
        span.to = desk.begin(last.saturating_add(jiff::Span::new().days(1)));
    }
    span
}

fn filter(wanted: &Wanted) -> Filter {
    Filter {
        name: "what",
        label: "What",
        on: !wanted.what.is_empty(),
        choices: ACTIONS
            .iter()
            .map(|(action, text)| Choice::new(action.word(), *text).selected_if(action.word() == wanted.what))
            .collect(),
    }
}

fn chips(wanted: &Wanted) -> Vec<(&'static str, String)> {
    let action = ACTIONS.iter().find(|(action, _)| action.word() == wanted.what);
    let mut chips: Vec<_> = action
        .map(|(_, text)| ("what", (*text).to_owned()))
        .into_iter()
        .collect();
    if wanted.id.parse::<Uuid>().is_ok() {
        chips.push((
            "id",
            format!(
                "one {}",
                if wanted.object.is_empty() {
                    "thing"
                } else {
                    &wanted.object
                }
            ),
        ));
    }
    if wanted.from.parse::<Date>().is_ok() {
        chips.push(("from", format!("from {}", wanted.from)));
    }
    if wanted.to.parse::<Date>().is_ok() {
        chips.push(("to", format!("to {}", wanted.to)));
    }
    chips
}

fn carried(wanted: &Wanted) -> Vec<Hidden> {
    [("object", &wanted.object), ("id", &wanted.id)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Hidden {
            name: name.into(),
            value: value.clone(),
        })
        .collect()
}

fn row(desk: &Desk, entry: &Entry) -> Row {
    let (mark, tone) = say::mark(entry);
    let kind = match entry.actor_kind.as_str() {
        "staff" => Some("Staff"),
        "customer" => Some("Customer"),
        "guest" => Some("Guest"),
        _ => None,
    };
    Row {
        at: desk.exactly(entry.at),
        who: say::who(entry),
        role: kind.map(Into::into),
        mark: matches!(mark, "cross" | "tri").then_some(mark),
        tone,
        what: say::sentence(entry),
        changes: say::changes(&entry.details, desk.currency()),
        address: entry.ip.clone().unwrap_or_default(),
    }
}
