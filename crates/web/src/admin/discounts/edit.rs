//! One discount: made, looked at, changed.

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog,
    pricing::discount::{self, Given, Kept, Promotion, SaveError, SavePromotion, Scope},
    reports,
};
use wares_db::Conn;
use wares_kernel::{After, CategoryId, PromotionId, text};

use super::{
    form::{GIVEN, KINDS, PREFIXES, filled, fresh, read, ticked},
    pages::{Bulk, DiscountPage, Facts, Goods, UseRow},
    words,
};
use crate::{
    App,
    admin::{
        choices,
        desk::Desk,
        lists::{ROWS, Wanted},
        notice::done,
        panel::Spot,
        parts::{Choice, Link},
        picker::{self, Picked, Showing},
        rights::ChangeDiscounts,
        staff::{Staff, invalid, ok},
    },
    http::{Entered, Error, FormErrors, FormView, Path, Query},
    urls::{admin as urls, with_query},
};

/// What was sent, where something was.
type Sent<'a> = Option<(&'a [Picked; 2], &'a Entered)>;

/// `GET /admin/discounts/new`
pub(in crate::admin) async fn show_new(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
) -> Result<Response, Error> {
    let page = new_page(&app, &staff, None, fresh(&staff.desk(&app)), None).await?;
    ok(&app, &page).await
}

/// `POST /admin/discounts/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    let picked = picked(&app, &entered).await?;
    let again = async |errors| {
        let form = picker::again(&entered, &picked, errors);
        new_page(&app, &staff, None, form, Some((&picked, &entered))).await
    };
    if picked.iter().any(Picked::only_looks) {
        return ok(&app, &again(FormErrors::default()).await?).await;
    }
    match put(&app, &staff, None, (&picked, &entered)).await? {
        Ok((id, name)) => Ok(done(&app, &urls::discount(id), format!("{name} was added."))),
        Err(errors) => invalid(&app, &again(errors).await?).await,
    }
}

/// `GET /admin/discounts/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let kept = find(&app, id).await?;
    let form = filled(&staff.desk(&app), &kept.terms);
    ok(&app, &page(&app, &staff, &kept, form, None, &wanted).await?).await
}

/// `POST /admin/discounts/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeDiscounts>,
    State(app): State<App>,
    Path(id): Path<PromotionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let kept = find(&app, id).await?;
    let picked = picked(&app, &entered).await?;
    let again = async |errors| {
        let form = picker::again(&entered, &picked, errors);
        page(&app, &staff, &kept, form, Some((&picked, &entered)), &Wanted::default()).await
    };
    if picked.iter().any(Picked::only_looks) {
        return ok(&app, &again(FormErrors::default()).await?).await;
    }
    match put(&app, &staff, Some(&kept), (&picked, &entered)).await? {
        Ok((id, name)) => Ok(done(&app, &urls::discount(id), format!("{name} was saved."))),
        Err(errors) => invalid(&app, &again(errors).await?).await,
    }
}

pub(super) async fn find(app: &App, id: PromotionId) -> Result<Kept, Error> {
    let found = discount::find(&mut *app.db.read().await?, id).await?;
    found.ok_or(Error::NotFound)
}

/// Saves what was entered, or says what is wrong with it.
async fn put(
    app: &App,
    staff: &Staff<ChangeDiscounts>,
    kept: Option<&Kept>,
    (picked, entered): (&[Picked; 2], &Entered),
) -> Result<Result<(PromotionId, String), FormErrors>, Error> {
    let terms = match read(&staff.desk(app), entered, picked) {
        Ok(terms) => terms,
        Err(errors) => return Ok(Err(errors)),
    };
    let name = terms.name.clone();
    let saving = SavePromotion {
        actor: staff.actor(),
        known: kept.map(|kept| (kept.id, entered.get("version").parse().unwrap_or(0))),
        terms,
    };
    match app.db.write(entered.once(saving)).await {
        Ok(id) => Ok(Ok((id, name))),
        Err(SaveError::Db(error)) => Err(error.into()),
        Err(SaveError::NotFound) => Err(Error::NotFound),
        Err(refusal) => Ok(Err(FormErrors::one(
            field_of(&refusal),
            text::capital(&refusal.to_string()),
        ))),
    }
}

fn field_of(refusal: &SaveError) -> &'static str {
    match refusal {
        SaveError::CodeTaken => "code",
        SaveError::UsedMore { .. } => "limit",
        SaveError::Name | SaveError::Changed | SaveError::NotFound | SaveError::Db(_) => "name",
    }
}

/// What a discount is for, and what one gets.
fn scopes(terms: &Promotion) -> [Scope; 2] {
    [terms.scope.clone(), terms.gets.clone().unwrap_or_default()]
}

/// Reads what was picked: what it is for, and what one gets.
async fn picked(app: &App, entered: &Entered) -> Result<[Picked; 2], Error> {
    let mut conn = app.db.read().await?;
    let [scope, gets] = PREFIXES;
    Ok([
        Picked::of(&mut conn, entered, scope).await?,
        Picked::of(&mut conn, entered, gets).await?,
    ])
}

/// Goods to pick, those that were sent or stored picked.
async fn goods(app: &App, conn: &mut Conn, showing: &Showing<'_>, stored: &[CategoryId]) -> Result<Goods, Error> {
    let sent = showing.sent.map(|(_, entered)| ticked(entered, showing.prefix));
    Ok(Goods {
        categories: categories(conn, sent.as_deref().unwrap_or(stored)).await?,
        picker: showing.picker(app, conn).await?,
    })
}

async fn categories(conn: &mut Conn, chosen: &[CategoryId]) -> Result<Vec<Choice>, Error> {
    let tree = catalog::tree(conn).await?;
    let all = choices::categories(&tree, "").into_iter().skip(1);
    let is_chosen = |choice: &Choice| chosen.iter().any(|id| id.to_string() == choice.value);
    Ok(all
        .map(|choice| {
            let selected = is_chosen(&choice);
            choice.selected_if(selected)
        })
        .collect())
}

/// The page of a discount, without what is known of one that is there.
async fn new_page(
    app: &App,
    staff: &Staff<ChangeDiscounts>,
    kept: Option<&Kept>,
    form: FormView,
    sent: Sent<'_>,
) -> Result<DiscountPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let [scope, gets] = kept.map(|kept| scopes(&kept.terms)).unwrap_or_default();
    let showing = |at: usize, stored| Showing {
        desk: &desk,
        prefix: PREFIXES[at],
        stored,
        sent: sent.map(|(picked, entered)| (&picked[at], entered)),
        is_ordered: false,
    };
    let (of_scope, of_gets) = (showing(0, &scope.products), showing(1, &gets.products));
    Ok(DiscountPage {
        panel: staff.panel(&mut conn, Spot::Discounts).await?,
        back: Link::new("Discounts", urls::discounts()),
        heading: "New discount".into(),
        action: urls::add_discount().into(),
        kinds: KINDS.map(|(value, text)| Choice::new(value, text)).into(),
        given: GIVEN.map(|(value, text)| Choice::new(value, text)).into(),
        scope: goods(app, &mut conn, &of_scope, &scope.categories).await?,
        gets: goods(app, &mut conn, &of_gets, &gets.categories).await?,
        currency: desk.currency().symbol().to_owned(),
        zone: desk.settings.store.time_zone.clone(),
        facts: None,
        form,
    })
}

/// A discount's page with the form for more codes as it was sent.
pub(super) async fn page_with_codes(
    app: &App,
    staff: &Staff<ChangeDiscounts>,
    kept: &Kept,
    form: FormView,
) -> Result<DiscountPage, Error> {
    let mut page = page(
        app,
        staff,
        kept,
        filled(&staff.desk(app), &kept.terms),
        None,
        &Wanted::default(),
    )
    .await?;
    if let Some(bulk) = page.facts.as_mut().and_then(|facts| facts.bulk.as_mut()) {
        bulk.form = form;
    }
    Ok(page)
}

async fn page(
    app: &App,
    staff: &Staff<ChangeDiscounts>,
    kept: &Kept,
    form: FormView,
    sent: Sent<'_>,
    wanted: &Wanted,
) -> Result<DiscountPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let [scope, gets] = scopes(&kept.terms);
    let picked = [
        picked_names(&mut conn, &scope).await?,
        picked_names(&mut conn, &gets).await?,
    ];
    let facts = facts(&mut conn, &desk, kept, &picked, wanted).await?;
    drop(conn);
    let page = new_page(app, staff, Some(kept), form, sent).await?;
    Ok(DiscountPage {
        heading: kept.terms.name.clone(),
        action: urls::discount(kept.id),
        facts: Some(facts),
        ..page
    })
}

/// What a stored discount is for, by name: categories, then products.
async fn picked_names(conn: &mut Conn, scope: &Scope) -> Result<Vec<String>, Error> {
    let all = categories(conn, &scope.categories).await?;
    let products = reports::products_of(conn, &scope.products).await?;
    let categories = all
        .into_iter()
        .filter(|choice| choice.selected)
        .map(|choice| choice.text);
    Ok(categories
        .chain(products.into_iter().map(|product| product.title))
        .collect())
}

/// What is known of a discount that is there.
async fn facts(
    conn: &mut Conn,
    desk: &Desk,
    kept: &Kept,
    picked: &[Vec<String>; 2],
    wanted: &Wanted,
) -> Result<Facts, Error> {
    let figures = reports::discount_figures(conn, kept.id).await?.ok_or(Error::NotFound)?;
    let uses = reports::discount_uses(conn, kept.id, wanted.place(After::NEWEST), ROWS).await?;
    let bulk = match kept.terms.given {
        Given::UniqueCodes => Some(Bulk {
            n_codes: discount::n_codes(conn, kept.id).await?,
            make: urls::make_codes(kept.id),
            export: urls::export_codes(kept.id),
            form: FormView::prefilled([("n", "100".to_owned())]),
        }),
        _ => None,
    };
    let is_over = kept.stopped_at.is_some();
    Ok(Facts {
        state: words::state(kept, desk.now),
        version: kept.version.to_string(),
        used: match kept.terms.limits.in_all {
            Some(most) => format!("{} of {most}", figures.n_uses),
            None => figures.n_uses.to_string(),
        },
        given_away: desk.money(figures.given_minor),
        sales: desk.money(figures.sales_minor),
        plain: words::plain(desk, &kept.terms, picked),
        warnings: words::warnings(&kept.terms),
        uses: uses
            .items
            .iter()
            .map(|used| UseRow {
                order: Link::new(used.number.clone(), urls::order(&used.number)),
                email: used.email.clone(),
                code: used.code.clone().unwrap_or_default(),
                state: crate::admin::words::order(&used.state),
                given: desk.money(-used.given_minor),
                total: desk.money(used.total_minor),
                at: desk.moment(used.taken_at),
            })
            .collect(),
        next: uses
            .next
            .map(|after| with_query(&urls::discount(kept.id), [("after", after.to_string().as_str())])),
        stop: (!is_over).then(|| urls::stop_discount(kept.id)),
        bulk,
    })
}
