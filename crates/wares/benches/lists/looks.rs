//! Every list and search, timed.

use std::time::{Duration, Instant};

use wares_commerce::accounts::{self, Which};
use wares_commerce::reports::{self, AfterVariant, OrderFilter, OrderView, ProductView, StockView};
use wares_db::{Conn, Db, DbError, Sql, p, sql};
use wares_kernel::{After, CategoryId, Instant as Moment};

/// Looks at each list.
const LOOKS: usize = 9;
/// Rows on a page.
const ROWS: usize = 50;

const LARGEST: Sql =
    sql!("SELECT category_id FROM product_categories GROUP BY category_id ORDER BY count(*) DESC LIMIT 1");
const SMALLEST: Sql = sql!("SELECT category_id FROM product_categories GROUP BY category_id ORDER BY count(*) LIMIT 1");
const SOME_TITLE: Sql = sql!("SELECT title, id FROM products WHERE status = 'active' ORDER BY id LIMIT 1 OFFSET ?1");
const SOME_SKU: Sql = sql!("SELECT sku FROM variants WHERE sku IS NOT NULL ORDER BY id LIMIT 1 OFFSET ?1");
const SOME_ORDER: Sql =
    sql!("SELECT number, email_key, shipping_address->>'name' FROM orders ORDER BY created_at LIMIT 1 OFFSET ?1");

/// Times `look` and prints a line; `look` answers how many rows there were.
macro_rules! time {
    ($db:expr, $name:expr, |$conn:ident| $look:expr) => {{
        let (mut times, mut n) = (Vec::with_capacity(LOOKS), 0);
        for _ in 0..LOOKS {
            let mut conn = $db.read().await?;
            let $conn = &mut *conn;
            let begun = Instant::now();
            n = $look;
            times.push(begun.elapsed());
        }
        print_line($name, n, times);
    }};
}

fn print_line(name: &str, n: usize, mut times: Vec<Duration>) {
    times.sort_unstable();
    let longest = times.last().copied().unwrap_or_default();
    println!("| {name} | {n} | {:.1?} | {longest:.1?} |", times[times.len() / 2]);
}

pub(crate) async fn all(db: &Db) -> anyhow::Result<()> {
    println!("| list or search | rows | middle | longest |\n|---|---|---|---|");
    orders(db).await?;
    some_orders(db).await?;
    found_orders(db).await?;
    products(db).await?;
    stock(db).await?;
    customers(db).await?;
    rest(db).await?;
    Ok(())
}

async fn orders(db: &Db) -> Result<(), DbError> {
    let every = OrderFilter::default();
    for (name, view) in [
        ("orders: all", OrderView::All),
        ("orders: open", OrderView::Open),
        ("orders: to send", OrderView::ToSend),
        ("orders: unpaid", OrderView::Unpaid),
        ("orders: sold", OrderView::Sold),
        ("orders: cancelled", OrderView::Cancelled),
        ("orders: expired", OrderView::Expired),
    ] {
        time!(db, name, |conn| reports::orders(
            conn,
            view,
            &every,
            After::NEWEST,
            ROWS
        )
        .await?
        .items
        .len());
        time!(db, &format!("{name}, counted"), |conn| {
            reports::count_orders(conn, view).await?;
            0
        });
    }
    Ok(())
}

async fn some_orders(db: &Db) -> Result<(), DbError> {
    let every = OrderFilter::default();
    let middle = After {
        at: Moment::from_micros(15_000_000_000_000),
        ..After::NEWEST
    };
    time!(db, "orders: all, far back", |conn| reports::orders(
        conn,
        OrderView::All,
        &every,
        middle,
        ROWS
    )
    .await?
    .items
    .len());
    let rare = OrderFilter {
        country: "LU".to_owned(),
        ..every.clone()
    };
    time!(db, "orders: to a rare country", |conn| reports::orders(
        conn,
        OrderView::All,
        &rare,
        After::NEWEST,
        ROWS
    )
    .await?
    .items
    .len());
    let refunded = OrderFilter {
        payment: "refunded".to_owned(),
        ..every.clone()
    };
    time!(db, "orders: refunded", |conn| reports::orders(
        conn,
        OrderView::All,
        &refunded,
        After::NEWEST,
        ROWS
    )
    .await?
    .items
    .len());
    Ok(())
}

async fn found_orders(db: &Db) -> Result<(), DbError> {
    let mut conn = db.read().await?;
    let (number, email, name): (String, String, String) = conn.one(SOME_ORDER, p![1000_i64]).await?;
    drop(conn);
    for (what, text) in [
        ("number", number.as_str()),
        ("e-mail", &email),
        ("name", &name),
        ("nothing", "zzzz"),
    ] {
        time!(db, &format!("orders: search, {what}"), |conn| reports::find_orders(
            conn, text, ROWS
        )
        .await?
        .len());
    }
    Ok(())
}

async fn products(db: &Db) -> Result<(), DbError> {
    for (name, view) in [
        ("products: all", ProductView::All),
        ("products: active", ProductView::Active),
        ("products: drafts", ProductView::Draft),
        ("products: archived", ProductView::Archived),
        ("products: sold out", ProductView::SoldOut),
    ] {
        time!(db, name, |conn| reports::products(
            conn,
            view,
            None,
            After::NEWEST,
            ROWS
        )
        .await?
        .items
        .len());
        time!(db, &format!("{name}, counted"), |conn| {
            reports::count_products(conn, view).await?;
            0
        });
    }
    for (name, which) in [("the largest", LARGEST), ("the smallest", SMALLEST)] {
        let category: Option<(CategoryId,)> = db.read().await?.opt(which, p![]).await?;
        let Some((category,)) = category else { continue };
        for (words, view) in [("", ProductView::All), (", sold out", ProductView::SoldOut)] {
            time!(db, &format!("products: in {name} category{words}"), |conn| {
                reports::products(conn, view, Some(category), After::NEWEST, ROWS)
                    .await?
                    .items
                    .len()
            });
        }
    }
    let (title, sku) = some_goods(&mut *db.read().await?).await?;
    let begin: String = title.chars().take(8).collect();
    let word = title.split(' ').nth(1).unwrap_or(&title);
    for (what, text) in [
        ("title", title.as_str()),
        ("beginning", &begin),
        ("word", word),
        ("SKU", &sku),
        ("nothing", "zzzz"),
    ] {
        time!(db, &format!("products: search, {what}"), |conn| reports::find_products(
            conn,
            ProductView::All,
            text,
            &[],
            ROWS
        )
        .await?
        .len());
    }
    Ok(())
}

async fn some_goods(conn: &mut Conn) -> Result<(String, String), DbError> {
    let (title, _): (String, wares_kernel::ProductId) = conn.one(SOME_TITLE, p![1000_i64]).await?;
    let (sku,): (String,) = conn.one(SOME_SKU, p![1000_i64]).await?;
    Ok((title, sku))
}

async fn stock(db: &Db) -> Result<(), DbError> {
    for (name, view) in [
        ("stock: all", StockView::All),
        ("stock: sold out", StockView::SoldOut),
        ("stock: low", StockView::Low),
    ] {
        time!(db, name, |conn| reports::stock(conn, view, AfterVariant::FIRST, ROWS)
            .await?
            .items
            .len());
        time!(db, &format!("{name}, counted"), |conn| {
            reports::count_stock(conn, view).await?;
            0
        });
    }
    let (title, sku) = some_goods(&mut *db.read().await?).await?;
    for (what, text) in [("title", title.as_str()), ("SKU", &sku), ("nothing", "zzzz")] {
        time!(db, &format!("stock: search, {what}"), |conn| reports::find_stock(
            conn,
            text,
            &[],
            ROWS
        )
        .await?
        .len());
    }
    Ok(())
}

async fn customers(db: &Db) -> Result<(), DbError> {
    for (name, which) in [
        ("customers: all", Which::All),
        ("customers: with account", Which::Accounts),
        ("customers: guests", Which::Guests),
    ] {
        time!(db, name, |conn| accounts::list(conn, which, After::NEWEST, ROWS)
            .await?
            .items
            .len());
    }
    for (what, text) in [
        ("e-mail", "buyer500"),
        ("name", "ines ro"),
        ("surname", "roth12"),
        ("nothing", "zzzz"),
    ] {
        time!(db, &format!("customers: search, {what}"), |conn| accounts::search(
            conn, text, ROWS
        )
        .await?
        .len());
    }
    Ok(())
}

async fn rest(db: &Db) -> Result<(), DbError> {
    time!(db, "what waits, in the navigation", |conn| {
        reports::badges(conn).await?;
        0
    });
    let last = Moment::from_micros(30_000_000_000_000);
    let month = last.minus(Duration::from_hours(30 * 24));
    time!(db, "dashboard: 30 days, 86,400 orders", |conn| {
        reports::figures(conn, month, last).await?;
        0
    });
    time!(db, "dashboard: what waits", |conn| {
        reports::waiting(conn, last).await?;
        0
    });
    Ok(())
}
