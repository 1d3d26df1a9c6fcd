//! A product: its texts, options, variants.

use axum::{extract::State, http::StatusCode, response::Response};
use wares_commerce::{
    audit,
    catalog::{self, SaveError, SaveProduct, Stored},
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::{After, ProductId, text};

use super::{
    add, conflict, form,
    pages::{EditPage, MissingPicture, OptionField, Picture, VariantRow},
};
use crate::{
    App,
    admin::{
        activity, choices,
        notice::done,
        panel::Spot,
        parts::{Day, Link},
        rights::{ChangeProducts, Right, SeeProducts},
        staff::{Staff, invalid, ok, show as show_page},
        words,
    },
    http::{Entered, Error, FormView, Path},
    urls::{self, admin as links},
};

/// `GET /admin/products/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Path(id): Path<ProductId>,
) -> Result<Response, Error> {
    let stored = stored(&app, id).await?;
    let form = form::filled(&stored, app.settings.get().store.currency);
    ok(&app, &page(&app, &staff, &stored, form).await?).await
}

/// `POST /admin/products/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ProductId>,
    entered: Entered,
) -> Result<Response, Error> {
    let stored = stored(&app, id).await?;
    let currency = app.settings.get().store.currency;
    let version: i64 = entered.get("version").parse().unwrap_or_default();
    if version != stored.version {
        return conflicting(&app, &staff, &stored, &entered).await;
    }
    let draft = match form::edited(&entered, &stored, currency) {
        Ok(draft) => draft,
        Err(errors) => {
            let form = FormView::again(&entered, errors, &[]);
            return invalid(&app, &page(&app, &staff, &stored, form).await?).await;
        }
    };
    let work = SaveProduct {
        actor: staff.actor(),
        product: Some((id, version)),
        draft: draft.clone(),
    };
    match app.db.write(entered.once(work)).await {
        Ok(saved) => Ok(done(
            &app,
            &links::product(saved.id),
            format!("{} was saved.", draft.title),
        )),
        Err(SaveError::Db(error)) => Err(error.into()),
        Err(SaveError::NotFound) => Err(Error::NotFound),
        Err(SaveError::Changed) => conflicting(&app, &staff, &stored, &entered).await,
        Err(refusal) => {
            let form = FormView::again(&entered, form::errors_of(&refusal, &draft), &[]);
            invalid(&app, &page(&app, &staff, &stored, form).await?).await
        }
    }
}

async fn conflicting(
    app: &App,
    staff: &Staff<ChangeProducts>,
    stored: &Stored,
    entered: &Entered,
) -> Result<Response, Error> {
    let panel = staff.panel(&mut *app.db.read().await?, Spot::Products).await?;
    let saved = form::filled(stored, app.settings.get().store.currency);
    show_page(
        app,
        StatusCode::CONFLICT,
        &conflict::page(panel, stored, &saved, entered),
    )
    .await
}

pub(super) async fn stored(app: &App, id: ProductId) -> Result<Stored, Error> {
    catalog::stored(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

/// The page of a product with this form in it.
pub(super) async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    stored: &Stored,
    form: FormView,
) -> Result<EditPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    let draft = &stored.draft;
    let may_change = staff.may(Permission::ChangeProducts);
    let is_shown = draft.status == catalog::Status::Active;
    let is_gone = draft.status == catalog::Status::Archived;
    let available: i64 = stored.stock.iter().map(|(on_hand, reserved)| on_hand - reserved).sum();
    let n_variants = i64::try_from(draft.variants.len()).unwrap_or(i64::MAX);
    Ok(EditPage {
        panel: staff.panel(&mut conn, Spot::Products).await?,
        back: Link::new("Products", links::products()),
        action: links::product(stored.id),
        title: draft.title.clone(),
        version: stored.version.to_string(),
        state: words::product(draft.status),
        available: format!("{available} in {}", words::plural(n_variants, "variant", "variants")),
        sold: None,
        view: is_shown.then(|| urls::product(stored.slug.as_str())),
        stock: urls::with_query(links::stock(), [("q", draft.title.as_str())]),
        activity: links::activity_of("product", &stored.id.to_string()),
        archive: (may_change && !is_gone).then(|| links::archive(stored.id)),
        slug_before: "/p/",
        pictures_action: links::pictures(stored.id),
        pictures: pictures(&mut conn, stored).await?,
        missing: missing(&mut conn, stored.id).await?,
        variants_note: format!(
            "{}, at most {}",
            words::plural(n_variants, "variant", "variants"),
            catalog::VARIANTS_MAX
        ),
        options: option_fields(stored),
        variants: variant_rows(stored),
        log: log(&mut conn, &desk, stored.id).await?,
        offers: add::offers(&mut conn, &desk).await?,
        rating: None,
        form,
    })
}

async fn pictures(conn: &mut Conn, stored: &Stored) -> Result<Vec<Picture>, Error> {
    let mut pictures = Vec::new();
    for image in &stored.draft.images {
        if let Some(photo) = catalog::photo(conn, image.image_id).await?
            && let Some(src) = choices::picture(&photo.key, photo.width, 480)
        {
            pictures.push(Picture {
                id: image.image_id.to_string(),
                src,
                alt: image.alt.clone(),
            });
        }
    }
    Ok(pictures)
}

/// What an import named by its address and is not there, with why.
async fn missing(conn: &mut Conn, id: ProductId) -> Result<Vec<MissingPicture>, Error> {
    let missing = catalog::missing_pictures(conn, id).await?;
    let view = |missing: catalog::Missing| MissingPicture {
        address: missing.picture.source,
        is_wrong: missing.n_tries > 0,
        state: match missing.last_error.as_str() {
            "" => "It is being fetched".to_owned(),
            why => text::capital(why),
        },
    };
    Ok(missing.into_iter().map(view).collect())
}

/// The options there are, and an empty one while there may be more.
fn option_fields(stored: &Stored) -> Vec<OptionField> {
    let there = stored.draft.options.len();
    (1..=catalog::OPTIONS_MAX.min(there + 1))
        .map(|n| OptionField { n, is_spare: n > there })
        .collect()
}

fn variant_rows(stored: &Stored) -> Vec<VariantRow> {
    stored
        .draft
        .variants
        .iter()
        .zip(&stored.stock)
        .filter_map(|(variant, (on_hand, reserved))| {
            let id = variant.id?;
            Some(VariantRow {
                id: form::key(variant),
                name: if variant.values.is_empty() {
                    "The only one".into()
                } else {
                    variant.values.join(", ")
                },
                on_hand: on_hand.to_string(),
                tone: match on_hand - reserved {
                    ..=0 => "neg b",
                    1..=5 => "wn b",
                    _ => "",
                },
                stock: links::stock_of(id),
            })
        })
        .collect()
}

/// The latest changes.
async fn log(conn: &mut Conn, desk: &crate::admin::desk::Desk, id: ProductId) -> Result<Vec<Day>, Error> {
    let show = audit::Show::Object(id.uuid());
    let page = audit::list(conn, show, audit::Span::ALWAYS, After::NEWEST, 12).await?;
    Ok(activity::timeline(desk, &page.items))
}
