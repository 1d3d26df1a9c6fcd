//! All SQL about documents. There is none that changes one.

use uuid::Uuid;
use wares_db::{Conn, DbError, Json, Sql, Tx, p, rows, sql};
use wares_kernel::{After, Currency, DocumentId, Instant, Money, OrderId, OrderLineId, Rate};

use super::document::{Document, DocumentLine, Series, Sheet};
use super::list::Filter;

const TAKE_SERIAL: Sql = sql!(
    "INSERT INTO counters (name, value) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
);
const LAST_SERIAL: Sql = sql!("SELECT value FROM counters WHERE name = ?1");
const INSERT: Sql = sql!(
    "INSERT INTO documents (id, series, serial, number, cause_id, order_id, invoice_id, currency, net_minor, tax_minor, total_minor,
         issued_at, sheet)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
);
const INSERT_LINE: Sql = sql!(
    "INSERT INTO document_lines (document_id, position, order_line_id, title, sku, quantity, unit_minor, discount_minor, net_minor,
         tax_minor, gross_minor, tax_ppm, tax_name)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
);
const BY_CAUSE: Sql = sql!("SELECT id FROM documents WHERE cause_id = ?1");
const FIND: Sql = sql!(
    "SELECT id, series, serial, number, cause_id, order_id, invoice_id, currency, net_minor, tax_minor, total_minor, issued_at, sheet
     FROM documents WHERE id = ?1"
);
const OF_ORDER: Sql = sql!(
    "SELECT id, series, serial, number, cause_id, order_id, invoice_id, currency, net_minor, tax_minor, total_minor, issued_at, sheet
     FROM documents WHERE order_id = ?1 ORDER BY series DESC, serial"
);
const LIST: Sql = sql!(
    "SELECT id, series, serial, number, cause_id, order_id, invoice_id, currency, net_minor, tax_minor, total_minor, issued_at, sheet
     FROM documents
     WHERE (?1 = '' OR series = ?1)
       AND (?2 = '' OR number = ?2 OR order_id IN (SELECT o.id FROM orders o WHERE o.number = ?2))
       AND issued_at >= ?3 AND issued_at < ?4 AND (issued_at, id) < (?5, ?6)
     ORDER BY issued_at DESC, id DESC LIMIT ?7"
);
const LINES: Sql = sql!(
    "SELECT l.order_line_id, l.title, l.sku, l.quantity, l.unit_minor, l.discount_minor, l.net_minor, l.tax_minor, l.gross_minor,
            l.tax_ppm, l.tax_name, d.currency
     FROM document_lines l JOIN documents d ON d.id = l.document_id WHERE l.document_id = ?1 ORDER BY l.position"
);
const CREDITED: Sql = sql!(
    "SELECT l.order_line_id, l.title, l.sku, l.quantity, l.unit_minor, l.discount_minor, l.net_minor, l.tax_minor, l.gross_minor,
            l.tax_ppm, l.tax_name, d.currency
     FROM document_lines l JOIN documents d ON d.id = l.document_id WHERE d.invoice_id = ?1 ORDER BY d.serial, l.position"
);

rows! {
    /// A document's columns.
    pub struct DocumentRow {
        id: DocumentId,
        series: String,
        serial: i64,
        number: String,
        cause_id: Uuid,
        order_id: OrderId,
        invoice_id: Option<DocumentId>,
        currency: Currency,
        net_minor: i64,
        tax_minor: i64,
        total_minor: i64,
        issued_at: Instant,
        sheet: Json<Sheet>,
    }

    /// A line's columns.
    pub struct LineRow {
        order_line_id: Option<OrderLineId>,
        title: String,
        sku: String,
        quantity: i64,
        unit_minor: i64,
        discount_minor: i64,
        net_minor: i64,
        tax_minor: i64,
        gross_minor: i64,
        tax_rate: Rate,
        tax_name: String,
        currency: Currency,
    }
}

impl TryFrom<DocumentRow> for Document {
    type Error = DbError;

    fn try_from(row: DocumentRow) -> Result<Self, DbError> {
        let money = |minor| Money::new(minor, row.currency);
        let series = Series::from_word(&row.series);
        Ok(Self {
            id: row.id,
            series: series.ok_or_else(|| DbError::Damaged(format!("no such series of documents: {}", row.series)))?,
            serial: row.serial,
            number: row.number,
            cause_id: row.cause_id,
            order_id: row.order_id,
            invoice_id: row.invoice_id,
            currency: row.currency,
            net: money(row.net_minor),
            tax: money(row.tax_minor),
            total: money(row.total_minor),
            issued_at: row.issued_at,
            sheet: row.sheet.0,
        })
    }
}

impl From<LineRow> for DocumentLine {
    fn from(row: LineRow) -> Self {
        let money = |minor| Money::new(minor, row.currency);
        Self {
            order_line_id: row.order_line_id,
            title: row.title,
            sku: row.sku,
            quantity: row.quantity,
            unit: money(row.unit_minor),
            discount: money(row.discount_minor),
            net: money(row.net_minor),
            tax: money(row.tax_minor),
            gross: money(row.gross_minor),
            tax_rate: row.tax_rate,
            tax_name: row.tax_name,
        }
    }
}

/// Takes the next place in a series, and keeps others from taking one until the unit of work has ended.
pub(super) async fn take_serial(tx: &mut Tx, series: Series) -> Result<i64, DbError> {
    let (serial,): (i64,) = tx.one(TAKE_SERIAL, p![series.word()]).await?;
    Ok(serial)
}

/// The place in a series that the next document will have.
pub async fn next_serial(conn: &mut Conn, series: Series) -> Result<i64, DbError> {
    let last: Option<(i64,)> = conn.opt(LAST_SERIAL, p![series.word()]).await?;
    Ok(last.map_or(1, |(last,)| last + 1))
}

/// Writes a document with its lines.
pub(super) async fn insert(tx: &mut Tx, document: &Document, lines: &[DocumentLine]) -> Result<(), DbError> {
    let sheet = serde_json::to_value(&document.sheet).map_err(|error| DbError::Damaged(error.to_string()))?;
    tx.send(
        INSERT,
        p![
            document.id,
            document.series.word(),
            document.serial,
            document.number,
            document.cause_id,
            document.order_id,
            document.invoice_id,
            document.currency,
            document.net.minor(),
            document.tax.minor(),
            document.total.minor(),
            document.issued_at,
            sheet
        ],
    )
    .await?;
    for (position, line) in (1_i64..).zip(lines) {
        tx.send(
            INSERT_LINE,
            p![
                document.id,
                position,
                line.order_line_id,
                line.title,
                line.sku,
                line.quantity,
                line.unit.minor(),
                line.discount.minor(),
                line.net.minor(),
                line.tax.minor(),
                line.gross.minor(),
                line.tax_rate,
                line.tax_name
            ],
        )
        .await?;
    }
    Ok(())
}

/// The document that was issued for something.
pub(super) async fn by_cause(conn: &mut Conn, cause_id: Uuid) -> Result<Option<DocumentId>, DbError> {
    let found: Option<(DocumentId,)> = conn.opt(BY_CAUSE, p![cause_id]).await?;
    Ok(found.map(|(id,)| id))
}

/// The document of that id.
pub async fn document(conn: &mut Conn, id: DocumentId) -> Result<Option<Document>, DbError> {
    conn.opt::<DocumentRow>(FIND, p![id])
        .await?
        .map(Document::try_from)
        .transpose()
}

/// The documents of an order: its invoice, then its credit notes as they were issued. Both may be of one instant.
pub async fn of_order(conn: &mut Conn, order_id: OrderId) -> Result<Vec<Document>, DbError> {
    conn.all::<DocumentRow>(OF_ORDER, p![order_id])
        .await?
        .into_iter()
        .map(Document::try_from)
        .collect()
}

pub(super) async fn list(conn: &mut Conn, filter: &Filter, after: After, limit: i64) -> Result<Vec<Document>, DbError> {
    let series = filter.series.map_or("", Series::word);
    let number = filter.number.trim().to_uppercase();
    let (from, to) = (
        filter.from.map_or(i64::MIN, Instant::micros),
        filter.to.map_or(i64::MAX, Instant::micros),
    );
    conn.all::<DocumentRow>(LIST, p![series, number, from, to, after.at, after.id, limit])
        .await?
        .into_iter()
        .map(Document::try_from)
        .collect()
}

/// The lines of a document.
pub async fn lines(conn: &mut Conn, id: DocumentId) -> Result<Vec<DocumentLine>, DbError> {
    let rows: Vec<LineRow> = conn.all(LINES, p![id]).await?;
    Ok(rows.into_iter().map(DocumentLine::from).collect())
}

/// The lines of all credit notes of an invoice.
pub(super) async fn credited(conn: &mut Conn, invoice_id: DocumentId) -> Result<Vec<DocumentLine>, DbError> {
    let rows: Vec<LineRow> = conn.all(CREDITED, p![invoice_id]).await?;
    Ok(rows.into_iter().map(DocumentLine::from).collect())
}
