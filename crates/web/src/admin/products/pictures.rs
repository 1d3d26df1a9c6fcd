//! A product's pictures: adding, alt texts, order, removing. Saved by themselves, apart from the other fields.

use axum::{extract::State, response::Response};
use wares_commerce::catalog::{ImageDraft, SaveError, SaveProduct};
use wares_kernel::{ImageId, ProductId};

use super::{
    add::{ALT_MAX, store_pictures},
    edit::{page, stored},
    form,
};
use crate::{
    App,
    admin::{
        notice::done,
        rights::ChangeProducts,
        staff::{Staff, invalid},
        upload::Upload,
        words,
    },
    http::{Check, Entered, Error, FormErrors, Path},
    urls::admin as urls,
};

/// `POST /admin/products/{id}/pictures`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<ProductId>,
    Upload { entered, files }: Upload,
) -> Result<Response, Error> {
    let before = stored(&app, id).await?;
    let mut draft = before.draft.clone();
    let n_new = files.len();
    let changed = match arranged(&entered, draft.images) {
        Ok(images) => store_pictures(&app, files).await?.map(|new| [images, new].concat()),
        Err(errors) => Err(errors),
    };
    draft.images = match changed {
        Ok(images) => images,
        Err(errors) => return refused(&app, &staff, &before, errors).await,
    };
    draft.images.dedup_by_key(|image| image.image_id);
    let work = SaveProduct {
        actor: staff.actor(),
        product: Some((id, before.version)),
        draft: draft.clone(),
    };
    match app.db.write(entered.once(work)).await {
        Ok(_) => Ok(done(&app, &format!("{}#pictures", urls::product(id)), said(n_new))),
        Err(SaveError::Db(error)) => Err(error.into()),
        Err(SaveError::NotFound) => Err(Error::NotFound),
        Err(refusal) => refused(&app, &staff, &before, form::errors_of(&refusal, &draft)).await,
    }
}

async fn refused(
    app: &App,
    staff: &Staff<ChangeProducts>,
    before: &wares_commerce::catalog::Stored,
    errors: FormErrors,
) -> Result<Response, Error> {
    let mut form = form::filled(before, app.settings.get().store.currency);
    for error in &errors.0 {
        form.error.insert(error.field.clone(), error.message.clone());
    }
    form.errors = errors.0;
    invalid(app, &page(app, staff, before, form).await?).await
}

fn said(n_new: usize) -> String {
    match i64::try_from(n_new) {
        Ok(n) if n > 0 => format!("{} added.", words::plural(n, "picture was", "pictures were")),
        _ => "The pictures were saved.".into(),
    }
}

/// The pictures with their alt texts as typed, in the order the pressed button makes.
fn arranged(entered: &Entered, mut images: Vec<ImageDraft>) -> Result<Vec<ImageDraft>, FormErrors> {
    let mut check = Check::new(entered);
    for image in &mut images {
        let field = format!("alt-{}", image.image_id);
        if entered.has(&field) {
            image.alt = check.optional_text(&field, ALT_MAX);
        }
    }
    check.done()?;
    if let Some((act, id)) = entered.get("do").split_once('-')
        && let Ok(id) = id.parse::<ImageId>()
    {
        moved(&mut images, act, id);
    }
    Ok(images)
}

fn moved(images: &mut Vec<ImageDraft>, act: &str, id: ImageId) {
    let Some(at) = images.iter().position(|image| image.image_id == id) else {
        return;
    };
    match act {
        "earlier" if at > 0 => images.swap(at, at - 1),
        "later" if at + 1 < images.len() => images.swap(at, at + 1),
        "main" => images[..=at].rotate_right(1),
        "remove" => drop(images.remove(at)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::samples;

    fn three() -> Vec<ImageDraft> {
        (1..=3)
            .map(|n| ImageDraft {
                image_id: samples::id(n),
                alt: String::new(),
            })
            .collect()
    }

    fn after(pressed: &str) -> Vec<ImageId> {
        let form = format!("do={pressed}&alt-{}=A+cup", samples::id::<()>(2));
        let images = arranged(&Entered::parse(form.as_bytes()).unwrap(), three()).unwrap();
        assert_eq!(
            images.iter().filter(|image| image.alt == "A cup").count(),
            usize::from(!pressed.contains("remove"))
        );
        images.into_iter().map(|image| image.image_id).collect()
    }

    #[test]
    fn buttons_move_pictures_without_losing_what_was_typed() {
        let id = |n| samples::id::<wares_kernel::kind::Image>(n);
        assert_eq!(after(&format!("earlier-{}", id(2))), [id(2), id(1), id(3)]);
        assert_eq!(after(&format!("later-{}", id(2))), [id(1), id(3), id(2)]);
        assert_eq!(after(&format!("main-{}", id(3))), [id(3), id(1), id(2)]);
        assert_eq!(after(&format!("remove-{}", id(2))), [id(1), id(3)]);
        assert_eq!(after(&format!("earlier-{}", id(1))), [id(1), id(2), id(3)]);
        assert_eq!(after("save"), [id(1), id(2), id(3)]);
    }
}
