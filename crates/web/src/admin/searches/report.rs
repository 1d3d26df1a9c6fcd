//! What was searched for, and what was not found.

use axum::{extract::State, response::Response};
use jiff::{Span, civil::Date};
use serde::Deserialize;
use wares_commerce::{
    search::{self, Searched, Totals, Which},
    staff::Permission,
};
use wares_search::Query as Words;

use super::{
    pages::{ReportPage, Row},
    tabs,
};
use crate::{
    App,
    admin::{
        desk::Desk,
        lists::ROWS,
        panel::Spot,
        parts::{Choice, Nothing, State as Mark},
        rights::SeeProducts,
        staff::{Staff, ok},
    },
    http::{Error, Query},
    templates::{Link, format},
    urls::{admin as urls, search_for, with_query},
};

/// The view of searches that found nothing.
pub(super) const IN_VAIN: &str = "none";
/// The periods that can be chosen, in days until today.
const PERIODS: [(i32, &str); 4] = [
    (7, "Last 7 days"),
    (30, "Last 30 days"),
    (90, "Last 90 days"),
    (365, "Last 365 days"),
];
/// The period that is shown when none is chosen.
const USUAL: i32 = 30;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Wanted {
    view: String,
    days: String,
}

impl Wanted {
    fn which(&self) -> Which {
        if self.view == IN_VAIN {
            Which::FoundNothing
        } else {
            Which::All
        }
    }

    fn n_days(&self) -> i32 {
        let known = PERIODS.iter().map(|(days, _)| *days);
        known
            .into_iter()
            .find(|days| days.to_string() == self.days)
            .unwrap_or(USUAL)
    }

    /// The days, both included.
    fn days(&self, desk: &Desk) -> (Date, Date) {
        (
            desk.today.saturating_sub(Span::new().days(self.n_days() - 1)),
            desk.today,
        )
    }
}

/// `GET /admin/searches`
pub(in crate::admin) async fn show(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let (which, days) = (wanted.which(), wanted.days(&staff.desk(&app)));
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Searches).await?;
    let searched = search::most_searched(&mut conn, days, which, ROWS).await?;
    let totals = search::totals(&mut conn, days).await?;
    drop(conn);
    let may_change = staff.may(Permission::ChangeProducts);
    let rows = searched
        .into_iter()
        .map(|searched| row(&app, searched, may_change))
        .collect::<Result<Vec<_>, Error>>()?;
    let periods = PERIODS
        .iter()
        .map(|(days, text)| Choice::new(days.to_string(), *text).selected_if(*days == wanted.n_days()));
    let current = match which {
        Which::All => urls::searches().to_owned(),
        Which::FoundNothing => with_query(urls::searches(), [("view", IN_VAIN)]),
    };
    let page = ReportPage {
        panel,
        tabs: tabs(&current),
        action: urls::searches(),
        view: (which == Which::FoundNothing).then_some(IN_VAIN),
        periods: periods.collect(),
        summary: summary(&totals),
        rows,
        nothing: nothing(which),
    };
    ok(&app, &page).await
}

/// One line: the words, how often, and what they find now. The index is asked again, so that a new synonym shows at once.
fn row(app: &App, searched: Searched, may_change: bool) -> Result<Row, Error> {
    let Searched { words, n_searches, .. } = searched;
    let leads_to = app.search.redirect(&words);
    let hits = app.search.search(&Words {
        page_size: 1,
        ..Words::of(&words)
    });
    let hits = hits.map_err(|error| Error::Internal(error.into()))?;
    let has_all = hits.dropped.is_empty() && !hits.is_guess && hits.total > 0;
    let n = format::count(hits.total);
    let finds = match leads_to {
        Some(page) => Mark::live(format!("Leads to {page}")),
        None if has_all => Mark::live(n),
        None if hits.total > 0 => Mark::partly(format!("0, and {n} like it")),
        None => Mark::attention("0"),
    };
    let act = |text: &str, url: &str| Link::new(text, with_query(url, [("words", words.as_str())]));
    let acts = if may_change && !has_all {
        vec![
            act("Add synonym", urls::add_synonym()),
            act("Add redirect", urls::add_redirect()),
        ]
    } else {
        Vec::new()
    };
    Ok(Row {
        url: search_for(&words),
        n_searches: format::count(n_searches.unsigned_abs()),
        finds,
        acts,
        words,
    })
}

/// "1,204 searches; 31 of them (2.6 %) found nothing."
fn summary(totals: &Totals) -> String {
    let (all, in_vain) = (totals.n_searches.unsigned_abs(), totals.n_in_vain.unsigned_abs());
    let permille = (in_vain * 1000).checked_div(all).unwrap_or_default();
    let searches = if all == 1 { "search" } else { "searches" };
    format!(
        "{} {searches}; {} of them ({}.{} %) found nothing that has all the words.",
        format::count(all),
        format::count(in_vain),
        permille / 10,
        permille % 10
    )
}

fn nothing(which: Which) -> Nothing {
    match which {
        Which::All => Nothing::new(
            "Nobody has searched yet",
            "What shoppers type into the search is counted here, a few seconds later. Who they are is not kept.",
            None,
        ),
        Which::FoundNothing => Nothing::new(
            "Everybody found something",
            "Searches that no product answers are listed here, so that you can say what it is called in your shop, or which page they mean.",
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_the_share_in_vain() {
        let totals = |n_searches, n_in_vain| Totals { n_searches, n_in_vain };
        assert_eq!(
            summary(&totals(1204, 31)),
            "1,204 searches; 31 of them (2.5 %) found nothing that has all the words."
        );
        assert!(summary(&totals(0, 0)).contains("(0.0 %)"));
        assert!(summary(&totals(1, 1)).starts_with("1 search; 1 of them (100.0 %)"));
    }
}
