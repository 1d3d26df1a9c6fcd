//! All collections, and one of them.

use std::slice;

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog::{self, Collection, CollectionError, CollectionRow, SaveCollection},
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::{CollectionId, text};

use super::{
    form::{HOWS, filled, fresh, read},
    pages::{CollectionPage, Entry},
};
use crate::{
    App,
    admin::{
        choices,
        notice::done,
        panel::Spot,
        parts::Choice,
        picker::{self, Picked, Showing},
        rights::{ChangeProducts, Right, SeeProducts},
        staff::{Staff, invalid, ok},
    },
    http::{Entered, Error, FormErrors, FormView, Path},
    storefront::n_shown_of_collection,
    templates::format,
    urls::{self, admin as links},
};

/// `GET /admin/collections`
pub(in crate::admin) async fn show_new(staff: Staff<SeeProducts>, State(app): State<App>) -> Result<Response, Error> {
    ok(&app, &page(&app, &staff, None, fresh(), None).await?).await
}

/// `GET /admin/collections/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Path(id): Path<CollectionId>,
) -> Result<Response, Error> {
    let collection = find(&mut *app.db.read().await?, id).await?;
    let form = filled(&collection, app.settings.get().store.currency);
    ok(&app, &page(&app, &staff, Some(&collection), form, None).await?).await
}

/// `POST /admin/collections`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `POST /admin/collections/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CollectionId>,
    entered: Entered,
) -> Result<Response, Error> {
    let collection = find(&mut *app.db.read().await?, id).await?;
    put(&app, &staff, Some(&collection), &entered).await
}

pub(super) async fn find(conn: &mut Conn, id: CollectionId) -> Result<Collection, Error> {
    catalog::collection(conn, id).await?.ok_or(Error::NotFound)
}

async fn put(
    app: &App,
    staff: &Staff<ChangeProducts>,
    collection: Option<&Collection>,
    entered: &Entered,
) -> Result<Response, Error> {
    let picked = Picked::of(&mut *app.db.read().await?, entered, "").await?;
    if picked.only_looks() {
        let form = picker::again(entered, slice::from_ref(&picked), FormErrors::default());
        return ok(
            app,
            &page(app, staff, collection, form, Some((&picked, entered))).await?,
        )
        .await;
    }
    let picture = collection.and_then(|collection| collection.draft().picture);
    let errors = match read(entered, &picked, picture, app.settings.get().store.currency) {
        Ok(draft) => {
            let name = draft.name.clone();
            let version = entered.get("version").parse().unwrap_or_default();
            let work = SaveCollection {
                actor: staff.actor(),
                collection: collection.map(|known| (known.row.id, version)),
                draft,
            };
            match app.db.write(entered.once(work)).await {
                Ok(id) => return Ok(done(app, &links::collection(id), format!("{name} was saved."))),
                Err(CollectionError::Db(error)) => return Err(error.into()),
                Err(CollectionError::NotFound) => return Err(Error::NotFound),
                Err(refusal) => FormErrors::one(field_of(&refusal), text::capital(&refusal.to_string())),
            }
        }
        Err(errors) => errors,
    };
    let form = picker::again(entered, slice::from_ref(&picked), errors);
    invalid(
        app,
        &page(app, staff, collection, form, Some((&picked, entered))).await?,
    )
    .await
}

pub(super) fn field_of(refusal: &CollectionError) -> &'static str {
    match refusal {
        CollectionError::NameMissing | CollectionError::TooLong => "name",
        CollectionError::SlugTaken(_) => "slug",
        CollectionError::RuleMissing => "category",
        CollectionError::PricesCrossed => "max",
        CollectionError::TooMany | CollectionError::ProductMissing => "chosen",
        CollectionError::NotFound | CollectionError::Changed | CollectionError::Db(_) => "",
    }
}

pub(super) async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    collection: Option<&Collection>,
    form: FormView,
    sent: Option<(&Picked, &Entered)>,
) -> Result<CollectionPage, Error> {
    let row = collection.map(|collection| &collection.row);
    let picker = Showing {
        desk: &staff.desk(app),
        prefix: "",
        stored: collection.map_or(&[], |collection| collection.choice.by_hand()),
        sent,
        is_ordered: true,
    };
    let mut conn = app.db.read().await?;
    let all = catalog::collections(&mut conn).await?;
    let tree = catalog::tree(&mut conn).await?;
    let may = staff.may(Permission::ChangeProducts);
    let id = row.map(|row| row.id);
    Ok(CollectionPage {
        panel: staff.panel(&mut conn, Spot::Collections).await?,
        add: (may && id.is_some()).then(links::collections),
        collections: all.iter().map(|row| entry(row, id)).collect(),
        action: id.map_or_else(|| links::collections().to_owned(), links::collection),
        is_new: id.is_none(),
        heading: row.map_or_else(|| "New collection".into(), |row| row.name.clone()),
        version: row.map_or(0, |row| row.version).to_string(),
        slug_hint: match id {
            Some(_) => "If you change it, the old address leads to the new one.".into(),
            None => "Made of the name when left empty.".into(),
        },
        size: collection.map(|known| size(app, known)).transpose()?,
        picker: picker.picker(app, &mut conn).await?,
        hows: HOWS.map(|(word, text)| Choice::new(word, text)).into(),
        categories: choices::categories(&tree, "Any category"),
        currency: app.settings.get().store.currency.code().to_owned(),
        view: row
            .filter(|row| row.is_visible)
            .map(|row| urls::collection(row.slug.as_str())),
        picture_action: id.filter(|_| may).map(links::collection_picture),
        picture: match row.and_then(|row| row.image) {
            Some(image) => catalog::photo(&mut conn, image)
                .await?
                .and_then(|photo| choices::picture(&photo.key, photo.width, 640)),
            None => None,
        },
        delete: id.filter(|_| may).map(links::delete_collection),
        may,
        form,
    })
}

fn size(app: &App, collection: &Collection) -> Result<String, Error> {
    Ok(match n_shown_of_collection(app, &collection.choice)? {
        0 => "No product in the shop now.".into(),
        1 => "1 product in the shop now.".into(),
        n => format!("{} products in the shop now.", format::count(n)),
    })
}

fn entry(row: &CollectionRow, current: Option<CollectionId>) -> Entry {
    let how = if row.rule.is_some() { "By rule" } else { "By hand" };
    let places = [(row.in_header, "in the header"), (row.on_home, "on the first page")];
    let shown = places.into_iter().filter(|(is_there, _)| *is_there);
    let facts: Vec<&str> = std::iter::once(how).chain(shown.map(|(_, text)| text)).collect();
    Entry {
        name: row.name.clone(),
        url: links::collection(row.id),
        facts: facts.join(", "),
        current: current == Some(row.id),
        is_hidden: !row.is_visible,
    }
}
