//! Options, their values, variants, and which values each has.

use wares_db::{Arg, Conn, DbError, P, Sql, Tx, p, rows, sql};
use wares_kernel::{ImageId, Instant, OptionId, OptionValueId, ProductId, Sku, VariantId};

use crate::catalog::draft::VariantDraft;

const OPTIONS: Sql = sql!("SELECT id, name FROM product_options WHERE product_id = ?1 ORDER BY position");
const VALUES: Sql = sql!(
    "SELECT v.id, v.option_id, v.value, v.swatch FROM option_values v JOIN product_options o ON o.id = v.option_id
     WHERE o.product_id = ?1 ORDER BY o.position, v.position"
);
const ADD_OPTION: Sql = sql!("INSERT INTO product_options (id, product_id, name, position) VALUES (?1, ?2, ?3, ?4)");
const PLACE_OPTION: Sql = sql!("UPDATE product_options SET position = ?2 WHERE id = ?1");
const DROP_OPTION: Sql = sql!("DELETE FROM product_options WHERE id = ?1");
const ADD_VALUE: Sql =
    sql!("INSERT INTO option_values (id, option_id, value, swatch, position) VALUES (?1, ?2, ?3, ?4, ?5)");
const PLACE_VALUE: Sql = sql!("UPDATE option_values SET swatch = ?2, position = ?3 WHERE id = ?1");
const DROP_VALUE: Sql = sql!("DELETE FROM option_values WHERE id = ?1");
const VARIANTS: Sql = sql!(
    "SELECT v.id, v.sku, v.barcode, v.title, v.price_minor, v.was_minor, v.cost_minor, v.weight_g, v.image_id, v.is_active,
            v.needs_shipping, s.may_backorder, s.on_hand, s.reserved, s.low_at, v.position
     FROM variants v JOIN stock s ON s.variant_id = v.id WHERE v.product_id = ?1 ORDER BY v.position, v.id"
);
const CHOSEN: Sql = sql!(
    "SELECT x.variant_id, x.option_id, x.value_id FROM variant_values x JOIN variants v ON v.id = x.variant_id WHERE v.product_id = ?1"
);
const ADD_VARIANT: Sql = sql!(
    "INSERT INTO variants (id, product_id, sku, barcode, title, position, price_minor, was_minor, cost_minor, weight_g, image_id,
                           is_active, needs_shipping, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
);
const UPDATE_VARIANT: Sql = sql!(
    "UPDATE variants SET sku = ?2, barcode = ?3, title = ?4, position = ?5, price_minor = ?6, was_minor = ?7, cost_minor = ?8,
                         weight_g = ?9, image_id = ?10, is_active = ?11, needs_shipping = ?12
     WHERE id = ?1"
);
const CLEAR_SKU: Sql = sql!("UPDATE variants SET sku = NULL WHERE id = ?1");
const RETIRE: Sql = sql!("UPDATE variants SET is_active = ?2, position = ?3 WHERE id = ?1");
const DROP_VARIANT: Sql = sql!("DELETE FROM variants WHERE id = ?1");
const DROP_CHOSEN: Sql = sql!("DELETE FROM variant_values WHERE variant_id = ?1");
const CHOOSE: Sql = sql!("INSERT INTO variant_values (variant_id, option_id, value_id) VALUES (?1, ?2, ?3)");

#[cfg(test)]
pub(super) const STATEMENTS: &[Sql] = &[
    OPTIONS,
    VALUES,
    ADD_OPTION,
    PLACE_OPTION,
    DROP_OPTION,
    ADD_VALUE,
    PLACE_VALUE,
    DROP_VALUE,
    VARIANTS,
    CHOSEN,
    ADD_VARIANT,
    UPDATE_VARIANT,
    CLEAR_SKU,
    RETIRE,
    DROP_VARIANT,
    DROP_CHOSEN,
    CHOOSE,
];

rows! {
    /// A value of an option.
    pub struct ValueRow {
        id: OptionValueId,
        option_id: OptionId,
        value: String,
        swatch: String,
    }

    /// A variant with its stock.
    pub struct VariantRow {
        id: VariantId,
        sku: Option<Sku>,
        barcode: String,
        title: String,
        price_minor: i64,
        was_minor: Option<i64>,
        cost_minor: Option<i64>,
        weight_g: i64,
        image_id: Option<ImageId>,
        is_active: bool,
        needs_shipping: bool,
        may_backorder: bool,
        on_hand: i64,
        reserved: i64,
        low_at: i64,
        position: i64,
    }
}

pub(in crate::catalog) async fn options(
    conn: &mut Conn,
    product: ProductId,
) -> Result<Vec<(OptionId, String)>, DbError> {
    conn.all(OPTIONS, p![product]).await
}

pub(in crate::catalog) async fn values(conn: &mut Conn, product: ProductId) -> Result<Vec<ValueRow>, DbError> {
    conn.all(VALUES, p![product]).await
}

pub(in crate::catalog) async fn variants(conn: &mut Conn, product: ProductId) -> Result<Vec<VariantRow>, DbError> {
    conn.all(VARIANTS, p![product]).await
}

/// Which value each variant has for each option.
pub(in crate::catalog) async fn chosen(
    conn: &mut Conn,
    product: ProductId,
) -> Result<Vec<(VariantId, OptionId, OptionValueId)>, DbError> {
    conn.all(CHOSEN, p![product]).await
}

/// One change of a product's options.
#[derive(Debug)]
pub(in crate::catalog) enum OptionStep {
    Add {
        id: OptionId,
        name: String,
        position: i64,
    },
    Place {
        id: OptionId,
        position: i64,
    },
    Drop {
        id: OptionId,
    },
    AddValue {
        id: OptionValueId,
        option: OptionId,
        value: String,
        swatch: String,
        position: i64,
    },
    PlaceValue {
        id: OptionValueId,
        swatch: String,
        position: i64,
    },
    DropValue {
        id: OptionValueId,
    },
}

pub(in crate::catalog) async fn change_options(
    tx: &mut Tx,
    product: ProductId,
    steps: &[OptionStep],
) -> Result<(), DbError> {
    let mut batch = tx.batch();
    for step in steps {
        batch = match step {
            OptionStep::Add { id, name, position } => batch.add(ADD_OPTION, p![*id, product, *name, *position]),
            OptionStep::Place { id, position } => batch.add(PLACE_OPTION, p![*id, *position]),
            OptionStep::Drop { id } => batch.add(DROP_OPTION, p![*id]),
            OptionStep::AddValue {
                id,
                option,
                value,
                swatch,
                position,
            } => batch.add(ADD_VALUE, p![*id, *option, *value, *swatch, *position]),
            OptionStep::PlaceValue { id, swatch, position } => batch.add(PLACE_VALUE, p![*id, *swatch, *position]),
            OptionStep::DropValue { id } => batch.add(DROP_VALUE, p![*id]),
        };
    }
    batch.run().await.map(drop)
}

/// One change of a product's variants. Whoever adds one opens its stock.
#[derive(Debug)]
pub(in crate::catalog) enum VariantStep<'a> {
    Add {
        id: VariantId,
        draft: &'a VariantDraft,
        title: String,
        position: i64,
    },
    Update {
        id: VariantId,
        draft: &'a VariantDraft,
        title: String,
        position: i64,
    },
    ClearSku {
        id: VariantId,
    },
    Retire {
        id: VariantId,
        position: i64,
    },
    Drop {
        id: VariantId,
    },
    Forget {
        id: VariantId,
    },
    Choose {
        id: VariantId,
        option: OptionId,
        value: OptionValueId,
    },
}

pub(in crate::catalog) async fn change_variants(
    tx: &mut Tx,
    product: ProductId,
    steps: &[VariantStep<'_>],
) -> Result<(), DbError> {
    let now = tx.now();
    let mut batch = tx.batch();
    for step in steps {
        for (sql, args) in step.statements(product, now) {
            batch = batch.add(sql, &args);
        }
    }
    batch.run().await.map(drop)
}

impl VariantStep<'_> {
    fn statements(&self, product: ProductId, now: Instant) -> Vec<(Sql, Vec<P<'_>>)> {
        let (product, now) = (P::Uuid(product.uuid()), P::I64(now.micros()));
        match self {
            Self::Add {
                id,
                draft: v,
                title,
                position,
            } => {
                let own = [id.arg(), product];
                vec![(
                    ADD_VARIANT,
                    [own.as_slice(), &columns(v, title, *position), &[now]].concat(),
                )]
            }
            Self::Update {
                id,
                draft: v,
                title,
                position,
            } => {
                let row = [[id.arg()].as_slice(), &columns(v, title, *position)].concat();
                vec![(UPDATE_VARIANT, row)]
            }
            Self::ClearSku { id } => vec![(CLEAR_SKU, vec![id.arg()])],
            Self::Retire { id, position } => vec![(RETIRE, vec![id.arg(), P::Bool(false), position.arg()])],
            Self::Drop { id } => vec![(DROP_VARIANT, vec![id.arg()])],
            Self::Forget { id } => vec![(DROP_CHOSEN, vec![id.arg()])],
            Self::Choose { id, option, value } => vec![(CHOOSE, vec![id.arg(), option.arg(), value.arg()])],
        }
    }
}

/// A variant's columns from `sku` to `needs_shipping`, as both statements have them.
fn columns<'a>(v: &'a VariantDraft, title: &'a str, position: i64) -> [P<'a>; 11] {
    [
        v.sku.arg(),
        v.barcode.arg(),
        P::Text(title),
        P::I64(position),
        v.price_minor.arg(),
        v.was_minor.arg(),
        v.cost_minor.arg(),
        v.weight_g.arg(),
        v.image.arg(),
        v.is_active.arg(),
        v.needs_shipping.arg(),
    ]
}
