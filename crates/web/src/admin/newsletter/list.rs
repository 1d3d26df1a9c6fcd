//! The newsletter's list.

use axum::{extract::State, response::Response};
use wares_commerce::notifications::{self, Subscriber, Subscribers};

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Nothing, State as Mark},
        rights::SeeCustomers,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, Subscribers); 3] = [
    ("", "Confirmed", Subscribers::Confirmed),
    ("waiting", "Not confirmed", Subscribers::Unconfirmed),
    ("left", "Left", Subscribers::Left),
];

/// `GET /admin/newsletter`
pub(in crate::admin) async fn list(
    staff: Staff<SeeCustomers>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Newsletter).await?;
    let listing = Listing {
        action: urls::newsletter(),
        noun: "Newsletter",
        placeholder: "Beginning of an e-mail address",
        wanted: &wanted,
    };
    let which = VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(Subscribers::Confirmed, |(.., which)| *which);
    let words = wanted.words();
    let page = notifications::subscribers(&mut conn, which, &words, &wanted.after, ROWS).await?;
    let pager = listing.pager(page.items.len(), "by the alphabet", page.next);
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let list = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = if words.is_empty() {
        Nothing::new(
            "Nobody here",
            "People enter their address on the first page, at checkout or in their account, and confirm it by mail.",
            None,
        )
    } else {
        Nothing::found("addresses", &list.clear)
    };
    let rows = page.items.iter().map(|subscriber| row(&desk, subscriber)).collect();
    ok(
        &app,
        &ListPage {
            panel,
            list,
            rows,
            nothing,
            export_url: urls::export_newsletter(),
        },
    )
    .await
}

fn row(desk: &Desk, subscriber: &Subscriber) -> Row {
    let state = match (subscriber.left_at, subscriber.confirmed_at) {
        (Some(_), _) => Mark::ended("Left"),
        (None, Some(_)) => Mark::live("Confirmed"),
        (None, None) => Mark::partly("Not confirmed"),
    };
    let since = subscriber
        .left_at
        .or(subscriber.confirmed_at)
        .unwrap_or(subscriber.created_at);
    Row {
        email: subscriber.email.to_string(),
        state,
        since: desk.moment(since),
        entered: desk.moment(subscriber.created_at),
    }
}
