//! Searches that lead to a page.

use axum::{extract::State, response::Response};
use wares_commerce::search::{self, DeleteRedirect, PATH_MAX, Redirect, RedirectError, SaveRedirect, WORDS_MAX};
use wares_kernel::RedirectId;

use super::{
    Prefill, at,
    pages::{RulePage, RuleRow},
    rules::{Rules, rules_page},
};
use crate::{
    App,
    admin::{
        home::pages::ConfirmPage,
        lists::{ROWS, Wanted},
        notice::done,
        panel::Spot,
        parts::Link,
        rights::{ChangeProducts, SeeProducts},
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormView, Path, Query},
    storefront::is_page,
    urls::admin as urls,
};

/// What the list says of itself.
const RULES: Rules = Rules {
    url: urls::redirects,
    heading: "Redirects",
    lede: "Searches that lead to a page instead of results. A change holds within seconds.",
    placeholder: "Words or address",
    columns: ["Search", "Leads to"],
    add: ("Add redirect", urls::add_redirect),
    nothing: (
        "No redirects",
        "A redirect leads from a search to a page: from “returns” to what you write about returns.",
    ),
    noun: "redirects",
};

/// `GET /admin/searches/redirects`
pub(in crate::admin) async fn list(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let words = wanted.words().to_lowercase();
    let found = search::redirects(&mut conn, &words, &wanted.after, ROWS).await?;
    let rows = found.items.into_iter().map(|redirect| RuleRow {
        url: urls::redirect(redirect.id),
        is_one_way: true,
        words: redirect.words,
        to: redirect.path,
    });
    let page = rules_page(&staff, &mut conn, &RULES, &wanted, (rows.collect(), found.next)).await?;
    ok(&app, &page).await
}

/// `GET /admin/searches/redirects/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Query(prefill): Query<Prefill>,
) -> Result<Response, Error> {
    let form = FormView::prefilled([("words", prefill.words.chars().take(WORDS_MAX).collect())]);
    ok(&app, &page(&app, &staff, None, form).await?).await
}

/// `POST /admin/searches/redirects/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `GET /admin/searches/redirects/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<RedirectId>,
) -> Result<Response, Error> {
    let redirect = find(&app, id).await?;
    let form = FormView::prefilled([("words", redirect.words.clone()), ("page", redirect.path.clone())]);
    ok(&app, &page(&app, &staff, Some(&redirect), form).await?).await
}

/// `POST /admin/searches/redirects/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<RedirectId>,
    entered: Entered,
) -> Result<Response, Error> {
    let redirect = find(&app, id).await?;
    put(&app, &staff, Some(&redirect), &entered).await
}

async fn put(
    app: &App,
    staff: &Staff<ChangeProducts>,
    redirect: Option<&Redirect>,
    entered: &Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(entered);
    let words = check.text("words", WORDS_MAX, "Enter the words people search for");
    let page_url = check.text("page", PATH_MAX, "Enter the address of the page");
    // Whoever copies the address from the browser brings the shop's own with it.
    let path = page_url.strip_prefix(app.config.base_url.as_str().trim_end_matches('/'));
    let path = path.unwrap_or(&page_url).to_owned();
    if !page_url.is_empty() && !is_page(app, &path).await? {
        check.wrong("page", "There is no such page; enter an address such as /c/teapots");
    }
    let errors = match check.done() {
        Ok(()) => {
            let work = SaveRedirect {
                actor: staff.actor(),
                redirect: redirect.map(|redirect| redirect.id),
                words: words.clone(),
                path,
            };
            match app.db.write(entered.once(work)).await {
                Ok(_) => return Ok(done(app, urls::redirects(), format!("“{words}” was saved."))),
                Err(RedirectError::Db(error)) => return Err(error.into()),
                Err(RedirectError::NotFound) => return Err(Error::NotFound),
                Err(refusal @ RedirectError::Path) => at("page", &refusal),
                Err(refusal) => at("words", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, redirect, form).await?).await
}

/// `GET /admin/searches/redirects/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<RedirectId>,
) -> Result<Response, Error> {
    let redirect = find(&app, id).await?;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Searches).await?,
        heading: format!("Delete the redirect of “{}”", redirect.words),
        back: Link::new("Redirect", urls::redirect(id)),
        effect: "Whoever searches for these words will see results again.".into(),
        action: urls::delete_redirect(id),
        hidden: Vec::new(),
        keep: "Keep it".into(),
        verb: "Delete redirect".into(),
    };
    ok(&app, &page).await
}

/// `POST /admin/searches/redirects/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<RedirectId>,
    entered: Entered,
) -> Result<Response, Error> {
    let words = find(&app, id).await?.words;
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteRedirect { actor, redirect: id })).await {
        Ok(()) => Ok(done(
            &app,
            urls::redirects(),
            format!("The redirect of “{words}” was deleted."),
        )),
        Err(RedirectError::Db(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

async fn find(app: &App, id: RedirectId) -> Result<Redirect, Error> {
    let redirect = search::redirect(&mut *app.db.read().await?, id).await?;
    redirect.ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeProducts>,
    redirect: Option<&Redirect>,
    form: FormView,
) -> Result<RulePage, Error> {
    Ok(RulePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Searches).await?,
        back: Link::new("Redirects", urls::redirects()),
        heading: if redirect.is_some() { "Redirect" } else { "New redirect" },
        is_redirect: true,
        action: redirect.map_or_else(|| urls::add_redirect().into(), |redirect| urls::redirect(redirect.id)),
        verb: if redirect.is_some() {
            "Save redirect"
        } else {
            "Add redirect"
        },
        delete: redirect.map(|redirect| Link::new("Delete redirect…", urls::delete_redirect(redirect.id))),
        form,
    })
}
