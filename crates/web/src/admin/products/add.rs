//! A new product, with its first variant and its pictures.

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog::{self, ImageDraft, SaveError, SaveProduct, Saved, Status},
    media,
};
use wares_db::Conn;

use super::{
    form,
    pages::{AddPage, Offers},
};
use crate::{
    App,
    admin::{
        choices,
        desk::Desk,
        notice::done,
        panel::Spot,
        parts::Link,
        rights::ChangeProducts,
        staff::{Staff, invalid, ok},
        upload::Upload,
    },
    http::{Error, FormErrors, FormView},
    urls::admin as urls,
};

/// `GET /admin/products/new`
pub(in crate::admin) async fn show(staff: Staff<ChangeProducts>, State(app): State<App>) -> Result<Response, Error> {
    let form = FormView::prefilled([
        ("state", Status::Active.word().to_owned()),
        ("tax_class", "standard".to_owned()),
        ("on_hand", "0".to_owned()),
    ]);
    ok(&app, &page(&app, &staff, form).await?).await
}

/// `POST /admin/products/new`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    upload: Upload,
) -> Result<Response, Error> {
    let Upload { entered, files } = upload;
    let again = |errors: FormErrors| FormView::again(&entered, errors, &[]);
    let currency = app.settings.get().store.currency;
    // The fields are looked at before the pictures, which cost more.
    if let Err(errors) = form::added(&entered, currency, Vec::new()) {
        return invalid(&app, &page(&app, &staff, again(errors)).await?).await;
    }
    let images = match store_pictures(&app, files).await? {
        Ok(images) => images,
        Err(errors) => return invalid(&app, &page(&app, &staff, again(errors)).await?).await,
    };
    let draft = match form::added(&entered, currency, images) {
        Ok(draft) => draft,
        Err(errors) => return invalid(&app, &page(&app, &staff, again(errors)).await?).await,
    };
    let work = SaveProduct {
        actor: staff.actor(),
        product: None,
        draft: draft.clone(),
    };
    match app.db.write(entered.once(work)).await {
        Ok(Saved { id, .. }) => Ok(done(&app, &urls::product(id), format!("{} was added.", draft.title))),
        Err(SaveError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let errors = form::errors_of(&refusal, &draft);
            invalid(&app, &page(&app, &staff, again(errors)).await?).await
        }
    }
}

async fn page(app: &App, staff: &Staff<ChangeProducts>, form: FormView) -> Result<AddPage, Error> {
    let desk = staff.desk(app);
    let mut conn = app.db.read().await?;
    Ok(AddPage {
        panel: staff.panel(&mut conn, Spot::Products).await?,
        back: Link::new("Products", urls::products()),
        action: urls::add_product(),
        offers: offers(&mut conn, &desk).await?,
        form,
    })
}

/// What the form of any product offers.
pub(super) async fn offers(conn: &mut Conn, desk: &Desk) -> Result<Offers, Error> {
    let tree = catalog::tree(conn).await?;
    let included = desk.settings.store.prices_include_tax;
    Ok(Offers {
        states: choices::statuses(),
        categories: choices::categories(&tree, "None"),
        tax_classes: choices::tax_classes(),
        currency: desk.currency().symbol().to_owned(),
        price_note: if included {
            "With tax in it."
        } else {
            "Tax is added at checkout."
        }
        .into(),
    })
}

/// The longest alt text of a picture, in characters.
pub(in crate::admin) const ALT_MAX: usize = 250;

/// Takes pictures in; what is wrong with one of them is said at the field.
pub(in crate::admin) async fn store_pictures(
    app: &App,
    files: Vec<(String, Vec<u8>)>,
) -> Result<Result<Vec<ImageDraft>, FormErrors>, Error> {
    let mut images = Vec::new();
    for (name, bytes) in files {
        match media::upload(&app.db, app.blobs.as_ref(), bytes).await {
            Ok(image_id) => images.push(ImageDraft {
                image_id,
                alt: String::new(),
            }),
            Err(media::UploadError::Refused(refusal)) => {
                let message = format!("{name}: {refusal}");
                return Ok(Err(FormErrors::one("files", message)));
            }
            Err(error) => return Err(Error::Internal(error.into())),
        }
    }
    Ok(Ok(images))
}
