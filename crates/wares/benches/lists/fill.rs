//! A large shop, made by the database itself: names and numbers that look like those of people, spread evenly.

use wares_db::{Db, DbError, Sql, job, p, sql};

const N_PRODUCTS: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM products LIMIT 1) AS some");
const N_ORDERS: Sql = sql!("SELECT count(*) FROM (SELECT 1 FROM orders LIMIT 1) AS some");

/// Twenty categories; the first holds half of everything, the last a handful.
const CATEGORIES: Sql = sql!(
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
     INSERT INTO categories (id, slug, name, position, created_at)
     SELECT CAST('bench category ' || char(97 + i) AS blob), 'bench-' || i, 'Category ' || i, i, 0 FROM n"
);
const PRODUCTS: Sql = sql!(
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1),
     named AS (SELECT i, json_extract('[\"Red\",\"Blue\",\"Moss\",\"Oat\",\"Slate\",\"Brass\",\"Linen\",\"Oak\"]', '$[' || (i % 8) || ']') || ' '
         || json_extract('[\"mug\",\"bowl\",\"lamp\",\"shirt\",\"rug\",\"kettle\",\"stool\",\"vase\",\"throw\",\"plate\"]', '$[' || (i / 8 % 10) || ']')
         || ' no. ' || i AS title FROM n)
     INSERT INTO products (id, slug, title, title_key, description_html, category_id, status, tags, published_at, created_at, updated_at,
                           price_min_minor, price_max_minor, n_variants, available, in_stock)
     SELECT CAST('bench' || printf('%011d', i) AS blob), 'bench-product-' || i, title, lower(title), '',
            CAST('bench category ' || char(97 + CASE WHEN i % 2 = 0 THEN 0 WHEN i % 100003 = 1 THEN 19 ELSE 1 + i % 18 END) AS blob),
            CASE WHEN i % 50 = 1 THEN 'draft' WHEN i % 50 = 2 THEN 'archived' ELSE 'active' END,
            '[]', i * 1000000, i * 1000000, i * 1000000, 900 + i % 9000, 900 + i % 9000, 1,
            CASE WHEN i % 20011 = 0 THEN 0 ELSE i % 90 + 6 END, i % 20011 <> 0
     FROM named"
);
const LISTED: Sql = sql!(
    "INSERT INTO product_categories (product_id, category_id)
     SELECT id, category_id FROM products WHERE category_id IS NOT NULL ON CONFLICT (product_id, category_id) DO NOTHING"
);
const VARIANTS: Sql = sql!(
    "INSERT INTO variants (id, product_id, sku, title, position, price_minor, created_at)
     SELECT CAST('bence' || substr(id, 6) AS blob), id, 'SKU-' || substr(CAST(id AS text), 6), '', 1, price_min_minor, created_at FROM products"
);
const STOCK: Sql = sql!(
    "INSERT INTO stock (variant_id, on_hand) SELECT v.id, p.available FROM variants v JOIN products p ON p.id = v.product_id"
);
/// Eight hundred names, told apart by a number.
const CUSTOMERS: Sql = sql!(
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1),
     named AS (SELECT i, json_extract('[\"Ines\",\"Jonas\",\"Mira\",\"Otto\",\"Lea\",\"Paul\",\"Ana\",\"Emil\",\"Ida\",\"Noah\"]', '$[' || (i % 10) || ']') AS first,
         json_extract('[\"Roth\",\"Berger\",\"Novak\",\"Albrecht\",\"Kaya\",\"Lind\",\"Moreau\",\"Silva\"]', '$[' || (i / 10 % 8) || ']') || (i / 80) AS last FROM n)
     INSERT INTO customers (id, email, email_key, name, name_key, surname_key, password_hash, created_at, n_orders, spent_minor)
     SELECT randomblob(16), 'buyer' || i || '@example.com', 'buyer' || i || '@example.com', first || ' ' || last, lower(first || ' ' || last),
            lower(last), CASE WHEN i % 3 = 0 THEN 'x' END, i * 30000000, 1, 4990
     FROM named"
);
/// Two in a hundred wait for money, one to be sent, half were sent and are not known to have arrived.
const ORDERS: Sql = sql!(
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
     INSERT INTO orders (id, number, email, email_key, token_hash, token_sealed, state, payment_status, fulfilment_status, currency,
                         subtotal_minor, shipping_minor, tax_minor, total_minor, prices_include_tax, quote, shipping_address, country,
                         shipping_method, payment_method, n_pieces, created_at)
     SELECT randomblob(16), printf('%d-%04X', 1000000 + i, i * 7919 % 65536), 'buyer' || i || '@example.com', 'buyer' || i || '@example.com',
            randomblob(32), x'00',
            CASE WHEN i % 100 < 2 THEN 'awaiting_payment' WHEN i % 100 < 4 THEN 'cancelled' WHEN i % 100 < 6 THEN 'expired'
                 WHEN i % 100 < 50 THEN 'placed' ELSE 'completed' END,
            CASE WHEN i % 100 < 2 THEN 'pending' WHEN i % 100 < 6 THEN 'none' WHEN i % 9001 = 0 THEN 'refunded' ELSE 'paid' END,
            CASE WHEN i % 100 < 6 OR i % 20000 = 17 THEN 'unfulfilled' WHEN i % 100 < 50 THEN 'shipped' ELSE 'delivered' END,
            'EUR', 4500, 490, 797, 4990, 1, '{}', json_object('name', 'Ines Roth' || (i / 80)),
            CASE WHEN i % 200003 = 17 THEN 'LU' WHEN i % 7 = 0 THEN 'AT' ELSE 'DE' END,
            'Parcel', 'card', 2, i * 30000000
     FROM n"
);
const ANALYZE: Sql = sql!("ANALYZE");

/// Fills what is empty.
pub(crate) async fn fill(db: &Db, rows: i64) -> Result<(), DbError> {
    let count = async |statement: Sql| db.read().await?.one::<(i64,)>(statement, p![]).await;
    let mut steps: Vec<(&str, Sql)> = Vec::new();
    if count(N_PRODUCTS).await?.0 == 0 {
        steps.extend([
            ("categories", CATEGORIES),
            ("products", PRODUCTS),
            ("products in categories", LISTED),
            ("variants", VARIANTS),
            ("stock", STOCK),
        ]);
    }
    if count(N_ORDERS).await?.0 == 0 {
        steps.extend([("customers", CUSTOMERS), ("orders", ORDERS), ("statistics", ANALYZE)]);
    }
    for (what, statement) in steps {
        let n = db
            .write(job(move |tx| {
                Box::pin(async move {
                    if statement.args == 0 {
                        tx.exec(statement, p![]).await
                    } else {
                        tx.exec(statement, p![rows]).await
                    }
                })
            }))
            .await?;
        println!("{what}: {n} rows");
    }
    Ok(())
}
