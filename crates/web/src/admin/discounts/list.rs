//! All discounts, by view.

use axum::{extract::State, response::Response};
use wares_commerce::{
    pricing::discount::{self, Code, Kept},
    reports::{self, DiscountRow, DiscountView},
};
use wares_kernel::After;

use super::{
    pages::{ListPage, Row},
    words,
};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Link, Nothing},
        rights::ChangeDiscounts,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, DiscountView); 5] = [
    ("", "All", DiscountView::All),
    ("active", "Active", DiscountView::Active),
    ("scheduled", "Scheduled", DiscountView::Scheduled),
    ("used_up", "Used up", DiscountView::UsedUp),
    ("ended", "Ended", DiscountView::Ended),
];

/// `GET /admin/discounts`
pub(in crate::admin) async fn list(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Discounts).await?;
    let listing = Listing {
        action: urls::discounts(),
        noun: "Discounts",
        placeholder: "Name or code",
        wanted: &wanted,
    };
    let view = VIEWS.iter().find(|(word, ..)| *word == wanted.view);
    let view = view.map_or(DiscountView::All, |(.., view)| *view);
    let search = wanted.words().to_lowercase();
    let key = search.parse().map(|code: Code| code.key()).unwrap_or_default();
    let place = wanted.place(After::NEWEST);
    let page = reports::discounts(&mut conn, (view, desk.now), (&search, &key), place, ROWS).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for figures in &page.items {
        if let Some(kept) = discount::find(&mut conn, figures.id).await? {
            rows.push(row(&desk, &kept, figures));
        }
    }
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(rows.len(), "the last made first", next);
    let tabs = VIEWS.iter().map(|(word, text, _)| (*word, *text, None)).collect();
    let list = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = if wanted.pairs().is_empty() {
        Nothing::new(
            "No discounts yet",
            "A discount takes something off: with a code, or by itself, for as long and as often as you say.",
            Some(Link::new("Add discount", urls::add_discount())),
        )
    } else {
        Nothing::found("discounts", &list.clear)
    };
    let page = ListPage {
        panel,
        list,
        add: urls::add_discount(),
        rows,
        nothing,
    };
    ok(&app, &page).await
}

fn row(desk: &Desk, kept: &Kept, figures: &DiscountRow) -> Row {
    Row {
        name: kept.terms.name.clone(),
        url: urls::discount(kept.id),
        what: words::short(desk, &kept.terms),
        state: words::state(kept, desk.now),
        used: match kept.terms.limits.in_all {
            Some(most) => format!("{} of {most}", figures.n_uses),
            None => figures.n_uses.to_string(),
        },
        given_away: desk.money(figures.given_minor),
        sales: desk.money(figures.sales_minor),
    }
}
