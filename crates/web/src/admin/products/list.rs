//! All products, by view and category.

use axum::{extract::State, response::Response};
use wares_commerce::{
    catalog::{self, Node},
    reports::{self, ProductRow, ProductView},
    staff::Permission,
};
use wares_db::Conn;
use wares_kernel::After;

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        choices,
        desk::Desk,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Choice, Filter, Link, Nothing, Pager},
        rights::SeeProducts,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, ProductView); 5] = [
    ("", "All", ProductView::All),
    ("active", "Active", ProductView::Active),
    ("draft", "Draft", ProductView::Draft),
    ("archived", "Archived", ProductView::Archived),
    ("sold_out", "Sold out", ProductView::SoldOut),
];

/// `GET /admin/products`
pub(in crate::admin) async fn list(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let desk = staff.desk(&app);
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Products).await?;
    let listing = Listing {
        action: urls::products(),
        noun: "Products",
        placeholder: "Title, SKU, barcode",
        wanted: &wanted,
    };
    let (found, pager) = find(&app, &mut conn, &listing).await?;
    let tree = catalog::tree(&mut conn).await?;
    let tabs = tabs(&mut conn).await?;
    let may_add = staff.may(Permission::ChangeProducts);
    let index = listing.index(tabs, filters(&wanted, &tree), chips(&wanted, &tree), pager);
    let page = ListPage {
        panel,
        import: urls::imports(),
        add: may_add.then(urls::add_product),
        nothing: nothing(&wanted, &index.clear, may_add),
        rows: found.iter().map(|product| row(&desk, product)).collect(),
        list: index,
    };
    ok(&app, &page).await
}

async fn find(app: &App, conn: &mut Conn, listing: &Listing<'_>) -> Result<(Vec<ProductRow>, Pager), Error> {
    let wanted = listing.wanted;
    let words = wanted.words();
    if !words.is_empty() {
        let known = app.search.having(&words, ROWS).map_err(anyhow::Error::from)?;
        let found = reports::find_products(conn, view(wanted), &words, &known, ROWS).await?;
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let category = choices::category(&wanted.category);
    let page = reports::products(conn, view(wanted), category, wanted.place(After::NEWEST), ROWS).await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "the last changed first", next);
    Ok((page.items, pager))
}

fn view(wanted: &Wanted) -> ProductView {
    VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(ProductView::All, |(.., view)| *view)
}

async fn tabs(conn: &mut Conn) -> Result<Vec<(&'static str, &'static str, Option<String>)>, Error> {
    let mut tabs = Vec::new();
    for (word, text, view) in VIEWS {
        let count = reports::count_products(conn, view).await?;
        tabs.push((word, text, count.map(words::capped)));
    }
    Ok(tabs)
}

fn filters(wanted: &Wanted, tree: &[Node]) -> Vec<Filter> {
    let choices: Vec<Choice> = choices::categories(tree, "")
        .into_iter()
        .skip(1)
        .map(|choice| {
            let is_chosen = choice.value == wanted.category;
            choice.selected_if(is_chosen)
        })
        .collect();
    if choices.is_empty() {
        return Vec::new();
    }
    vec![Filter {
        name: "category",
        label: "Category",
        on: !wanted.category.is_empty(),
        choices,
    }]
}

fn chips(wanted: &Wanted, tree: &[Node]) -> Vec<(&'static str, String)> {
    let chosen = choices::category(&wanted.category);
    tree.iter()
        .find(|node| Some(node.category.id) == chosen)
        .map(|node| ("category", node.category.name.clone()))
        .into_iter()
        .collect()
}

fn nothing(wanted: &Wanted, clear: &str, may_add: bool) -> Nothing {
    if wanted.pairs().is_empty() {
        let add = may_add.then(|| Link::new("Add product", urls::add_product()));
        return Nothing::new(
            "No products yet",
            "A product is what customers find; its variants are what they buy. Add one, or import a file.",
            add,
        );
    }
    Nothing::found("products", clear)
}

fn row(desk: &Desk, product: &ProductRow) -> Row {
    let status = catalog::Status::from_word(&product.status).unwrap_or(catalog::Status::Draft);
    let (stock, stock_tone) = stock(product);
    Row {
        title: product.title.clone(),
        url: urls::product(product.id),
        picture: choices::thumb(product.picture.as_deref(), product.picture_width),
        state: words::product(status),
        stock,
        stock_tone,
        category: product.category.clone().unwrap_or_default(),
        price: price(desk, product),
        updated: desk.moment(product.updated_at),
    }
}

fn stock(product: &ProductRow) -> (String, &'static str) {
    if !product.in_stock && product.status == "active" {
        return ("sold out".into(), "neg");
    }
    let variants = words::plural(product.n_variants, "variant", "variants");
    (format!("{} in {variants}", product.available), "")
}

fn price(desk: &Desk, product: &ProductRow) -> String {
    let lowest = desk.money(product.price_min_minor);
    if product.price_min_minor == product.price_max_minor {
        lowest
    } else {
        format!("{lowest} – {}", desk.money(product.price_max_minor))
    }
}
