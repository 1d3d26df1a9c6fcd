//! The tree, and one category of it.

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog::{self, ABOUT_MAX, Category, CategoryDraft, CategoryError, NAME_MAX, Node as TreeNode, SaveCategory},
    staff::Permission,
};
use wares_kernel::{CategoryId, Slug, text};

use super::pages::{CategoryPage, Node};
use crate::{
    App,
    admin::{
        choices,
        notice::done,
        panel::Spot,
        rights::{ChangeProducts, Right, SeeProducts},
        staff::{Staff, invalid, ok},
    },
    http::{Check, Entered, Error, FormErrors, FormView, Path},
    urls::{self, admin as links},
};

/// `GET /admin/categories`
pub(in crate::admin) async fn show_new(staff: Staff<SeeProducts>, State(app): State<App>) -> Result<Response, Error> {
    let form = FormView::prefilled([("visible", "1".to_owned())]);
    ok(&app, &page(&app, &staff, None, form).await?).await
}

/// `GET /admin/categories/{id}`
pub(in crate::admin) async fn show(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Path(id): Path<CategoryId>,
) -> Result<Response, Error> {
    let category = find(&app, id).await?;
    let form = filled(&category);
    ok(&app, &page(&app, &staff, Some(category), form).await?).await
}

/// `POST /admin/categories`
pub(in crate::admin) async fn add(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    entered: Entered,
) -> Result<Response, Error> {
    put(&app, &staff, None, &entered).await
}

/// `POST /admin/categories/{id}`
pub(in crate::admin) async fn save(
    staff: Staff<ChangeProducts>,
    State(app): State<App>,
    Path(id): Path<CategoryId>,
    entered: Entered,
) -> Result<Response, Error> {
    let category = find(&app, id).await?;
    put(&app, &staff, Some(category), &entered).await
}

pub(super) async fn find(app: &App, id: CategoryId) -> Result<Category, Error> {
    catalog::category(&mut *app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

async fn put(
    app: &App,
    staff: &Staff<ChangeProducts>,
    category: Option<Category>,
    entered: &Entered,
) -> Result<Response, Error> {
    let errors = match read(entered, category.as_ref()) {
        Ok(draft) => {
            let name = draft.name.clone();
            let version = entered.get("version").parse().unwrap_or_default();
            let which = category.as_ref().map(|category| (category.id, version));
            let work = SaveCategory {
                actor: staff.actor(),
                category: which,
                draft,
            };
            match app.db.write(entered.once(work)).await {
                Ok(id) => return Ok(done(app, &links::category(id), format!("{name} was saved."))),
                Err(CategoryError::Db(error)) => return Err(error.into()),
                Err(CategoryError::NotFound) => return Err(Error::NotFound),
                Err(refusal) => FormErrors::one(field_of(&refusal), text::capital(&refusal.to_string())),
            }
        }
        Err(errors) => errors,
    };
    let form = FormView::again(entered, errors, &[]);
    invalid(app, &page(app, staff, category, form).await?).await
}

fn field_of(refusal: &CategoryError) -> &'static str {
    match refusal {
        CategoryError::NameMissing | CategoryError::TooLong => "name",
        CategoryError::SlugTaken(_) => "slug",
        CategoryError::Circle | CategoryError::TooDeep | CategoryError::PartMissing => "parent",
        CategoryError::NotFound | CategoryError::Changed | CategoryError::Db(_) => "",
    }
}

fn read(entered: &Entered, before: Option<&Category>) -> Result<CategoryDraft, FormErrors> {
    let mut check = Check::new(entered);
    let name = check.text("name", NAME_MAX, "Enter a name");
    let slug = check.optional_text("slug", 120);
    let slug = check.parsed("slug", &slug, str::parse::<Slug>);
    let description = check.optional_long_text("intro", ABOUT_MAX);
    let is_visible = check.ticked("visible");
    check.done()?;
    Ok(CategoryDraft {
        slug,
        name,
        description,
        parent: choices::category(entered.get("parent")),
        image: before.and_then(|before| before.image),
        is_visible,
    })
}

fn filled(category: &Category) -> FormView {
    let mut values = vec![
        ("name", category.name.clone()),
        ("slug", category.slug.to_string()),
        ("parent", category.parent.map_or_else(String::new, |id| id.to_string())),
        ("intro", category.description.clone()),
    ];
    if category.is_visible {
        values.push(("visible", "1".to_owned()));
    }
    FormView::prefilled(values)
}

async fn page<R: Right>(
    app: &App,
    staff: &Staff<R>,
    category: Option<Category>,
    form: FormView,
) -> Result<CategoryPage, Error> {
    let mut conn = app.db.read().await?;
    let tree = catalog::tree(&mut conn).await?;
    let may = staff.may(Permission::ChangeProducts);
    let id = category.as_ref().map(|category| category.id);
    Ok(CategoryPage {
        panel: staff.panel(&mut conn, Spot::Categories).await?,
        add: (may && id.is_some()).then(links::categories),
        tree: nodes(&tree, None, id, may),
        action: id.map_or_else(|| links::categories().to_owned(), links::category),
        is_new: id.is_none(),
        heading: category
            .as_ref()
            .map_or_else(|| "New category".into(), |category| category.name.clone()),
        version: category.as_ref().map_or(0, |category| category.version).to_string(),
        slug_hint: match id {
            Some(_) => "If you change it, the old address leads to the new one.".into(),
            None => "Made of the name when left empty.".into(),
        },
        parents: choices::categories(&tree, "Top level"),
        view: category
            .as_ref()
            .filter(|category| category.is_visible)
            .map(|category| urls::category(category.slug.as_str())),
        delete: id.filter(|_| may).map(links::delete_category),
        form,
    })
}

fn nodes(tree: &[TreeNode], parent: Option<CategoryId>, current: Option<CategoryId>, may: bool) -> Vec<Node> {
    tree.iter()
        .filter(|node| node.category.parent == parent)
        .map(|node| {
            let category = &node.category;
            Node {
                name: category.name.clone(),
                url: links::category(category.id),
                n_products: category.n_products.to_string(),
                current: current == Some(category.id),
                is_hidden: !category.is_visible,
                r#move: may.then(|| links::move_category(category.id)),
                children: nodes(tree, Some(category.id), current, may),
            }
        })
        .collect()
}
