//! Stock of all variants.

use axum::{extract::State, response::Response};
use wares_commerce::reports::{self, AfterVariant, StockRow, StockView};
use wares_db::Conn;

use super::pages::{ListPage, Row};
use crate::{
    App,
    admin::{
        choices,
        lists::{Listing, ROWS, Wanted},
        panel::Spot,
        parts::{Nothing, Pager},
        rights::SeeProducts,
        staff::{Staff, ok},
        words,
    },
    http::{Error, Query},
    urls::admin as urls,
};

const VIEWS: [(&str, &str, StockView); 3] = [
    ("", "All variants", StockView::All),
    ("sold_out", "Sold out", StockView::SoldOut),
    ("low", "Low", StockView::Low),
];

/// `GET /admin/stock`
pub(in crate::admin) async fn list(
    staff: Staff<SeeProducts>,
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let mut conn = app.db.read().await?;
    let panel = staff.panel(&mut conn, Spot::Inventory).await?;
    let listing = Listing {
        action: urls::stock(),
        noun: "Inventory",
        placeholder: "SKU, barcode, title",
        wanted: &wanted,
    };
    let (found, pager) = find(&app, &mut conn, &listing).await?;
    let mut tabs = Vec::new();
    for (word, text, view) in VIEWS {
        let count = reports::count_stock(&mut conn, view).await?;
        tabs.push((word, text, count.map(words::capped)));
    }
    let index = listing.index(tabs, Vec::new(), Vec::new(), pager);
    let nothing = match (wanted.words().is_empty(), view(&wanted)) {
        (false, _) => Nothing::found("variants", &index.clear),
        (true, StockView::All) => Nothing::new(
            "Nothing to count yet",
            "Every variant of a product has its stock here.",
            None,
        ),
        (true, _) => Nothing::new("All is well", "No variant is in this view.", None),
    };
    let rows = found.iter().map(row).collect();
    ok(
        &app,
        &ListPage {
            panel,
            list: index,
            rows,
            nothing,
        },
    )
    .await
}

async fn find(app: &App, conn: &mut Conn, listing: &Listing<'_>) -> Result<(Vec<StockRow>, Pager), Error> {
    let words = listing.wanted.words();
    if !words.is_empty() {
        let known = app.search.having(&words, ROWS).map_err(anyhow::Error::from)?;
        let found = reports::find_stock(conn, &words, &known, ROWS).await?;
        let pager = listing.found(found.len());
        return Ok((found, pager));
    }
    let after = listing.wanted.place(AfterVariant::FIRST);
    let page = reports::stock(conn, view(listing.wanted), after, ROWS).await?;
    let next = page.next.map(|after| after.to_string());
    let pager = listing.pager(page.items.len(), "the newest first", next);
    Ok((page.items, pager))
}

fn view(wanted: &Wanted) -> StockView {
    VIEWS
        .iter()
        .find(|(word, ..)| *word == wanted.view)
        .map_or(StockView::All, |(.., view)| *view)
}

fn row(stock: &StockRow) -> Row {
    let available = stock.on_hand - stock.reserved;
    Row {
        url: urls::stock_of(stock.variant_id),
        picture: choices::thumb(stock.picture.as_deref(), stock.picture_width),
        product: stock.product.clone(),
        variant: stock.variant.clone(),
        sku: stock.sku.clone().unwrap_or_default(),
        on_hand: stock.on_hand.to_string(),
        reserved: stock.reserved.to_string(),
        available: available.to_string(),
        tone: match available {
            ..=0 => "neg",
            n if n <= stock.low_at => "wn",
            _ => "",
        },
        low_at: stock.low_at.to_string(),
    }
}
