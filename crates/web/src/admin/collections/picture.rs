//! A collection's picture: sending, describing and removing it. Saved by itself, apart from the other fields.

use axum::{extract::State, response::Response};
use wares_commerce::catalog::{Collection, CollectionError, ImageDraft, SaveCollection};
use wares_kernel::{CollectionId, text};

use super::{
    edit::{field_of, find, page},
    form::filled,
};
use crate::{
    App,
    admin::{
        notice::done,
        products::{ALT_MAX, store_pictures},
        rights::ChangeProducts,
        staff::{Staff, invalid},
        upload::Upload,
    },
    http::{Check, Entered, Error, FormErrors, Path},
    urls::admin as urls,
};

/// `POST /admin/collections/{id}/picture`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CollectionId>,
    Upload { entered, files }: Upload,
) -> Result<Response, Error> {
    let before = find(&mut *app.db.read().await?, id).await?;
    let mut draft = before.draft();
    draft.picture = match wanted(&app, &entered, files, draft.picture).await? {
        Ok(picture) => picture,
        Err(errors) => return refused(&app, &staff, &before, &entered, errors).await,
    };
    let work = SaveCollection {
        actor: staff.actor(),
        collection: Some((id, before.row.version)),
        draft,
    };
    match app.db.write(entered.once(work)).await {
        Ok(_) => Ok(done(
            &app,
            &format!("{}#picture", urls::collection(id)),
            "The picture was saved.",
        )),
        Err(CollectionError::Db(error)) => Err(error.into()),
        Err(CollectionError::NotFound) => Err(Error::NotFound),
        Err(refusal) => {
            let errors = FormErrors::one(field_of(&refusal), text::capital(&refusal.to_string()));
            refused(&app, &staff, &before, &entered, errors).await
        }
    }
}

/// The picture that was sent, else the one that is there, with its alt text as typed; or none, where it is to be removed.
async fn wanted(
    app: &App,
    entered: &Entered,
    files: Vec<(String, Vec<u8>)>,
    before: Option<ImageDraft>,
) -> Result<Result<Option<ImageDraft>, FormErrors>, Error> {
    if entered.get("do") == "remove" {
        return Ok(Ok(None));
    }
    let mut check = Check::new(entered);
    let alt = check.optional_text("alt", ALT_MAX);
    if let Err(errors) = check.done() {
        return Ok(Err(errors));
    }
    let sent = store_pictures(app, files.into_iter().take(1).collect()).await?;
    Ok(sent.map(|sent| {
        let picture = sent.into_iter().next().or(before)?;
        Some(ImageDraft { alt, ..picture })
    }))
}

async fn refused(
    app: &App,
    staff: &Staff<ChangeProducts>,
    before: &Collection,
    entered: &Entered,
    errors: FormErrors,
) -> Result<Response, Error> {
    let mut form = filled(before, app.settings.get().store.currency);
    form.values.insert("alt".into(), entered.get("alt").to_owned());
    for error in &errors.0 {
        form.error.insert(error.field.clone(), error.message.clone());
    }
    form.errors = errors.0;
    invalid(app, &page(app, staff, Some(before), form, None).await?).await
}
