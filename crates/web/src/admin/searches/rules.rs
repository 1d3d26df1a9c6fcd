//! The list of rules about searches, whichever kind they are.

use wares_commerce::staff::Permission;
use wares_db::Conn;

use super::{
    pages::{RuleRow, RulesPage},
    tabs,
};
use crate::{
    admin::{
        lists::{Listing, Wanted},
        panel::Spot,
        parts::{Link, Nothing},
        rights::SeeProducts,
        staff::Staff,
    },
    http::Error,
};

/// What a list of rules says of itself.
pub(super) struct Rules {
    pub(super) url: fn() -> &'static str,
    pub(super) heading: &'static str,
    pub(super) lede: &'static str,
    /// In the empty search field.
    pub(super) placeholder: &'static str,
    /// What stands above the two columns.
    pub(super) columns: [&'static str; 2],
    pub(super) add: (&'static str, fn() -> &'static str),
    /// What is said while there is no rule: a heading, and what rules are for.
    pub(super) nothing: (&'static str, &'static str),
    /// What was not found when a search finds none.
    pub(super) noun: &'static str,
}

/// A page of rules, and where the next begins.
pub(super) async fn rules_page(
    staff: &Staff<SeeProducts>,
    conn: &mut Conn,
    rules: &Rules,
    wanted: &Wanted,
    (rows, next): (Vec<RuleRow>, Option<String>),
) -> Result<RulesPage, Error> {
    let listing = Listing {
        action: (rules.url)(),
        noun: rules.heading,
        placeholder: rules.placeholder,
        wanted,
    };
    let pager = listing.pager(rows.len(), "by the alphabet", next);
    let list = listing.index(vec![("", rules.heading, None)], Vec::new(), Vec::new(), pager);
    let nothing = if wanted.words().is_empty() {
        Nothing::new(rules.nothing.0, rules.nothing.1, None)
    } else {
        Nothing::found(rules.noun, &list.clear)
    };
    let (add, url) = rules.add;
    Ok(RulesPage {
        panel: staff.panel(conn, Spot::Searches).await?,
        tabs: tabs((rules.url)()),
        heading: rules.heading,
        lede: rules.lede,
        columns: rules.columns,
        add: staff.may(Permission::ChangeProducts).then(|| Link::new(add, url())),
        list,
        rows,
        nothing,
    })
}
