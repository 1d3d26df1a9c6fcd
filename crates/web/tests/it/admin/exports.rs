//! Orders that leave the shop as a file.

use wares_commerce::staff::Role;
use wares_db::{DbError, Sql, both_engines, job, p, sql};

use super::{
    money::{pieces, three_mugs},
    support::member,
};
use crate::support::TestShop;

const RENAME_BUYER: Sql = sql!(
    lite: "UPDATE orders SET shipping_address = json_set(shipping_address, '$.name', ?2) WHERE number = ?1",
    pg: "UPDATE orders SET shipping_address = jsonb_set(shipping_address, '{name}', to_jsonb($2::text)) WHERE number = $1",
);
/// All of one instant, so that only their ids tell them apart.
const COPY: Sql = sql!(
    lite: "WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ?2)
           INSERT INTO orders (id, number, email, email_key, token_hash, token_sealed, state, payment_status, fulfilment_status, currency,
               subtotal_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote, shipping_address, country,
               shipping_method, payment_method, n_pieces, created_at)
           SELECT randomblob(16), number || '-' || n, email, email_key, randomblob(32), token_sealed, state, payment_status,
               fulfilment_status, currency, subtotal_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote,
               shipping_address, country, shipping_method, payment_method, n_pieces, created_at
           FROM orders, copy WHERE number = ?1",
    pg: "INSERT INTO orders (id, number, email, email_key, token_hash, token_sealed, state, payment_status, fulfilment_status, currency,
             subtotal_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote, shipping_address, country,
             shipping_method, payment_method, n_pieces, created_at)
         SELECT gen_random_uuid(), number || '-' || n, email, email_key, sha256(n::text::bytea), token_sealed, state, payment_status,
             fulfilment_status, currency, subtotal_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote,
             shipping_address, country, shipping_method, payment_method, n_pieces, created_at
         FROM orders, generate_series(1::bigint, $2::bigint) AS copy (n) WHERE number = $1",
);

async fn rename_buyer(shop: &TestShop, number: &str, name: &'static str) {
    let number = number.to_owned();
    let work = job(move |tx| {
        let number = number.clone();
        Box::pin(async move { tx.exec(RENAME_BUYER, p![number, name]).await })
    });
    let renamed: Result<u64, DbError> = shop.data.db.write(work).await;
    assert_eq!(renamed.expect("the database works"), 1);
}

async fn copy_order(shop: &TestShop, number: &str, n: i64) {
    let number = number.to_owned();
    let work = job(move |tx| {
        let number = number.clone();
        Box::pin(async move { tx.exec(COPY, p![number, n]).await })
    });
    let copied: Result<u64, DbError> = shop.data.db.write(work).await;
    copied.expect("the database works");
}

/// The cells of a line of a file without quotes.
fn cells(line: &str) -> Vec<&str> {
    line.split(',').collect()
}

both_engines! {
    async fn the_orders_of_a_list_are_taken_out_as_a_file_and_that_is_on_record(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        let path = format!("/admin/orders/{}/refund", order.number);
        let page = ana.get(&path).await;
        let q = pieces(&page, &path);
        ana.submit(&page, &path, &[(&q, "1"), ("reason", "Damaged")]).await.is(200);
        shop.work().await;
        let page = ana.get("/admin/orders?view=all").await;
        page.is(200).says("Export orders (CSV)");
        let file = ana.submit(&page, "/admin/orders/export.csv?view=all", &[("rows", "orders")]).await;
        file.is(200);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert!(file.headers["content-disposition"].to_str().expect("a header").contains("orders.csv"));
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines.len(), 2, "{}", file.body);
        let (head, row) = (cells(lines[0]), cells(lines[1]));
        let cell = |name: &str| row[head.iter().position(|known| *known == name).expect("a column")];
        let expected = [
            ("order", order.number.as_str()), ("pieces", "3"), ("currency", "EUR"), ("goods", "72.00"), ("discount", "0.00"),
            ("delivery", "4.90"), ("total", "76.90"), ("taken", "76.90"), ("refunded", "24.00"), ("payment", "partially_refunded"),
        ];
        for (name, value) in expected {
            assert_eq!(cell(name), value, "{name}: {}", file.body);
        }
        ana.get("/admin/activity").await.says("Exported orders All");
    }

    async fn each_line_has_a_row_where_that_is_wanted(data: TestDb) {
        let (_shop, mut ana, order) = three_mugs(data).await;
        let file = ana.post("/admin/orders/export.csv?view=all", &[("rows", "lines")]).await;
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines.len(), 2, "{}", file.body);
        assert!(lines[1].starts_with(&order.number) && lines[1].contains("Tarn mug"), "{}", file.body);
        assert!(lines[1].contains(",3,0,0,0,EUR,24.00,0.00,72.00,"), "{}", file.body);
    }

    async fn the_file_holds_what_the_list_shows_and_no_formulas(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        for (query, n) in [("view=unpaid", 0), ("view=all&payment=paid", 1), ("view=all&payment=refunded", 0), ("view=all&country=FR", 0)] {
            let file = ana.post(&format!("/admin/orders/export.csv?{query}"), &[]).await;
            assert_eq!(file.body.lines().count(), 1 + n, "{query}: {}", file.body);
        }
        let found = ana.post(&format!("/admin/orders/export.csv?q={}", order.number), &[]).await;
        assert_eq!(found.body.lines().count(), 2, "{}", found.body);
        rename_buyer(&shop, &order.number, "=HYPERLINK(\"https://evil.example\")").await;
        let file = ana.post("/admin/orders/export.csv?view=all", &[]).await;
        assert!(file.body.contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\""), "{}", file.body);
    }

    async fn many_orders_come_in_portions(data: TestDb) {
        let (shop, mut ana, order) = three_mugs(data).await;
        copy_order(&shop, &order.number, 1_203).await;
        let file = ana.post("/admin/orders/export.csv?view=all", &[]).await;
        assert_eq!(file.body.lines().count(), 1 + 1 + 1_203);
        let mut numbers: Vec<&str> = file.body.lines().skip(1).map(|line| cells(line)[0]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 1_204, "each once");
    }

    async fn who_may_not_see_orders_takes_none_out(data: TestDb) {
        let (shop, _ana, _order) = three_mugs(data).await;
        let jo = member(&shop, Role::Catalogue).await;
        assert_eq!(jo.post("/admin/orders/export.csv", &[]).await.status, 403);
    }
}
