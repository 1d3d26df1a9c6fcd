//! Saying that a review helped.

use axum::{extract::State, response::Response, routing::post};
use serde::Serialize;
use wares_commerce::reviews::{VoteHelpful, Voter};
use wares_kernel::ReviewId;

use crate::{
    App,
    http::{Accepts, Entered, Error, Flow},
    routes::Routes,
    storefront::{Head, visitor::Visitor},
    templates::Page,
    urls,
};

pub(super) fn routes() -> Routes {
    Routes::default().public(urls::helpful(), post(vote))
}

/// What stands in the button's place afterwards; without the script a page of its own.
#[derive(Debug, Clone, Serialize)]
pub(super) struct HelpedPage {
    /// Title and the like.
    pub(super) head: Head,
    /// The review.
    pub(super) review: String,
    /// What there is to say.
    pub(super) said: &'static str,
    /// Back to the reviews.
    pub(super) back_url: String,
}

/// `POST /reviews/helpful`: one vote for each account or, without one, for each network; both together count once.
///
/// The page with the reviews is the same bytes for everybody, so it asks again of whoever has voted; their second vote counts nothing.
async fn vote(State(app): State<App>, accepts: Accepts, visitor: Visitor, entered: Entered) -> Result<Response, Error> {
    let review_id: ReviewId = entered.get("review").parse().map_err(|_| Error::NotFound)?;
    let network = visitor.address.network();
    app.limits.count(Flow::Vote, network, app.now_ms())?;
    let voter = Voter {
        customer: visitor.customer_id(),
        network: network.to_string(),
    };
    let vault = app.vault.clone();
    let ballot = VoteHelpful {
        review_id,
        voter,
        vault,
    };
    let is_new = app.db.write(ballot).await?;
    let back = entered.get("back");
    let page = HelpedPage {
        head: Head::private(&app.shop_name(), "Thank you"),
        review: review_id.to_string(),
        said: if is_new {
            "Thank you, your vote is counted."
        } else {
            "Thank you, your vote was counted before."
        },
        back_url: if urls::is_own_path(back) { back } else { urls::home() }.to_owned(),
    };
    app.page(accepts, &page).await
}

impl Page for HelpedPage {
    const TEMPLATE: &'static str = "storefront/helped.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let counted = Self {
            head: Head::private("Fieldhouse", "Thank you"),
            review: "0199a1b2-0000-7000-8000-000000000005".into(),
            said: "Thank you, your vote is counted.",
            back_url: urls::product("tarn-espresso-cup") + "#reviews",
        };
        vec![("counted", counted)]
    }
}
