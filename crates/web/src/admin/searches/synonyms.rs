//! Words that mean the same.

use axum::{extract::State, response::Response};
use wares_commerce::search::{self, DeleteSynonym, LIST_MAX, SaveSynonym, Synonym, SynonymError};
use wares_kernel::SynonymId;

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
    urls::admin as urls,
};

/// What the list says of itself.
const RULES: Rules = Rules {
    url: urls::synonyms,
    heading: "Synonyms",
    lede: "Words that mean the same: whoever looks for one finds what is called the other. A change holds within seconds.",
    placeholder: "A word in the rule",
    columns: ["Words", "Also find"],
    add: ("Add synonym", urls::add_synonym),
    nothing: (
        "No synonyms",
        "Say here what else your goods are called, and people find them by those words, too.",
    ),
    noun: "rules",
};

/// `GET /admin/searches/synonyms`
pub(in crate::admin) async fn list(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let words = wanted.words().to_lowercase();
    let found = search::synonyms(&mut conn, &words, &wanted.after, ROWS).await?;
    let rows = found.items.into_iter().map(|rule| RuleRow {
        url: urls::synonym(rule.id),
        is_one_way: !rule.finds.is_empty(),
        words: rule.words,
        to: rule.finds,
    });
    let page = rules_page(&staff, &mut conn, &RULES, &wanted, (rows.collect(), found.next)).await?;
    ok(&app, &page).await
}

/// `GET /admin/searches/synonyms/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Query(prefill): Query<Prefill>,
) -> Result<Response, Error> {
    let form = FormView::prefilled([("words", prefill.words.chars().take(LIST_MAX).collect())]);
    ok(&app, &page(&app, &staff, None, form).await?).await
}

/// `POST /admin/searches/synonyms/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `GET /admin/searches/synonyms/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<SynonymId>,
) -> Result<Response, Error> {
    let rule = find(&app, id).await?;
    let form = FormView::prefilled([("words", rule.words.clone()), ("finds", rule.finds.clone())]);
    ok(&app, &page(&app, &staff, Some(&rule), form).await?).await
}

/// `POST /admin/searches/synonyms/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<SynonymId>,
    entered: Entered,
) -> Result<Response, Error> {
    let rule = find(&app, id).await?;
    put(&app, &staff, Some(&rule), &entered).await
}

async fn put(
    app: &App,
    staff: &Staff<ChangeProducts>,
    rule: Option<&Synonym>,
    entered: &Entered,
) -> Result<Response, Error> {
    let mut check = Check::new(entered);
    let words = check.text("words", LIST_MAX, "Enter the words");
    let finds = check.optional_text("finds", LIST_MAX);
    let errors = match check.done() {
        Ok(()) => {
            let work = SaveSynonym {
                actor: staff.actor(),
                synonym: rule.map(|rule| rule.id),
                words: words.clone(),
                finds,
            };
            match app.db.write(entered.once(work)).await {
                Ok(_) => return Ok(done(app, urls::synonyms(), format!("“{words}” was saved."))),
                Err(SynonymError::Db(error)) => return Err(error.into()),
                Err(SynonymError::NotFound) => return Err(Error::NotFound),
                Err(refusal @ SynonymError::Same) => at("finds", &refusal),
                Err(refusal) => at("words", &refusal),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, rule, form).await?).await
}

/// `GET /admin/searches/synonyms/{id}/delete`
pub(in crate::admin) async fn ask_delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<SynonymId>,
) -> Result<Response, Error> {
    let rule = find(&app, id).await?;
    let page = ConfirmPage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Searches).await?,
        heading: format!("Delete “{}”", rule.words),
        back: Link::new("Synonym", urls::synonym(id)),
        effect: "These words will find only what is called by them.".into(),
        action: urls::delete_synonym(id),
        hidden: Vec::new(),
        keep: "Keep it".into(),
        verb: "Delete synonym".into(),
    };
    ok(&app, &page).await
}

/// `POST /admin/searches/synonyms/{id}/delete`
pub(in crate::admin) async fn delete(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<SynonymId>,
    entered: Entered,
) -> Result<Response, Error> {
    let words = find(&app, id).await?.words;
    let actor = staff.actor();
    match app.db.write(entered.once(DeleteSynonym { actor, synonym: id })).await {
        Ok(()) => Ok(done(&app, urls::synonyms(), format!("“{words}” was deleted."))),
        Err(SynonymError::Db(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

async fn find(app: &App, id: SynonymId) -> Result<Synonym, Error> {
    let rule = search::synonym(&mut *app.db.read().await?, id).await?;
    rule.ok_or(Error::NotFound)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeProducts>,
    rule: Option<&Synonym>,
    form: FormView,
) -> Result<RulePage, Error> {
    Ok(RulePage {
        panel: staff.panel(&mut *app.db.read().await?, Spot::Searches).await?,
        back: Link::new("Synonyms", urls::synonyms()),
        heading: if rule.is_some() { "Synonym" } else { "New synonym" },
        is_redirect: false,
        action: rule.map_or_else(|| urls::add_synonym().into(), |rule| urls::synonym(rule.id)),
        verb: if rule.is_some() { "Save synonym" } else { "Add synonym" },
        delete: rule.map(|rule| Link::new("Delete synonym…", urls::delete_synonym(rule.id))),
        form,
    })
}
