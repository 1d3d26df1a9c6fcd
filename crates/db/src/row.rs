//! Rows and how columns become values.

use serde::de::DeserializeOwned;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;
use wares_kernel::{Country, Currency, EmailAddress, Id, Instant, Quantity, Rate, Sku, Slug, TokenHash};

use crate::error::DbError;

/// A row of either engine.
pub enum Row<'a> {
    /// Of `SQLite`.
    Lite(&'a rusqlite::Row<'a>),
    /// Of `PostgreSQL`.
    Pg(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of the `i`th column.
    pub fn get<T: Col>(&self, i: usize) -> Result<T, DbError> {
        match self {
            Row::Lite(row) => T::lite(row, i),
            Row::Pg(row) => T::pg(row, i),
        }
    }

    /// What the `i`th column keeps as JSON.
    pub fn json<T: DeserializeOwned>(&self, i: usize) -> Result<T, DbError> {
        self.get(i).map(|Json(value)| value)
    }

    /// What the `i`th column keeps as JSON, if it keeps anything.
    pub fn json_opt<T: DeserializeOwned>(&self, i: usize) -> Result<Option<T>, DbError> {
        Ok(self.get::<Option<Json<T>>>(i)?.map(|Json(value)| value))
    }
}

/// Whatever a column can become.
pub trait Col: Sized {
    /// From a row of `SQLite`.
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError>;
    /// From a row of `PostgreSQL`.
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError>;
}

/// Whatever a row can become.
pub trait FromRow: Sized {
    /// Reads the columns in order.
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Col for $type {
            fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> { Ok(row.get(i)?) }
            fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> { Ok(row.try_get(i)?) }
        }
    )*};
}
plain!(bool, i64, String, Vec<u8>);

impl Col for Uuid {
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> {
        Ok(Self::from_bytes(row.get(i)?))
    }
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> {
        Ok(row.try_get(i)?)
    }
}

impl Col for serde_json::Value {
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> {
        let text: String = row.get(i)?;
        serde_json::from_str(&text).map_err(|error| DbError::Damaged(error.to_string()))
    }
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> {
        Ok(row.try_get(i)?)
    }
}

/// What a column keeps as JSON, read into the type it was written from.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Col for Json<T> {
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> {
        let text = row.get_ref(i)?.as_bytes().map_err(damaged)?;
        serde_json::from_slice(text).map(Self).map_err(damaged)
    }
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> {
        let Text(text) = row.try_get(i)?;
        serde_json::from_slice(text).map(Self).map_err(damaged)
    }
}

/// JSON as `PostgreSQL` sends it; the binary type has a byte with its version in front of the text.
struct Text<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Text<'a> {
    fn from_sql(kind: &Type, sent: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        match (kind, sent) {
            (&Type::JSONB, [1, text @ ..]) => Ok(Self(text)),
            (&Type::JSONB, _) => Err("no version of jsonb that is known".into()),
            _ => Ok(Self(sent)),
        }
    }
    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::JSON | Type::JSONB)
    }
}

/// A value that is stored in the form of another and checked again when it is read.
macro_rules! through {
    ($($type:ty: $form:ty => |$v:ident| $make:expr;)*) => {$(
        impl Col for $type {
            fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> { let $v = <$form>::lite(row, i)?; $make }
            fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> { let $v = <$form>::pg(row, i)?; $make }
        }
    )*};
}

fn damaged(error: impl std::fmt::Display) -> DbError {
    DbError::Damaged(error.to_string())
}

through! {
    Instant: i64 => |v| Ok(Self::from_micros(v));
    Rate: i64 => |v| Ok(Self::from_ppm(v));
    Quantity: i64 => |v| Self::try_from(v).map_err(damaged);
    u32: i64 => |v| Self::try_from(v).map_err(damaged);
    Currency: String => |v| v.parse().map_err(damaged);
    Country: String => |v| v.parse().map_err(damaged);
    EmailAddress: String => |v| v.parse().map_err(damaged);
    Slug: String => |v| v.parse().map_err(damaged);
    Sku: String => |v| v.parse().map_err(damaged);
    TokenHash: Vec<u8> => |v| v.try_into().map(Self::from_bytes).map_err(|_| damaged("a hash has 32 bytes"));
}

impl<K> Col for Id<K> {
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> {
        Uuid::lite(row, i).map(Self::new)
    }
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> {
        Uuid::pg(row, i).map(Self::new)
    }
}

impl<T: Col> Col for Option<T> {
    fn lite(row: &rusqlite::Row<'_>, i: usize) -> Result<Self, DbError> {
        if row.get_ref(i)? == rusqlite::types::ValueRef::Null {
            Ok(None)
        } else {
            T::lite(row, i).map(Some)
        }
    }
    fn pg(row: &tokio_postgres::Row, i: usize) -> Result<Self, DbError> {
        if row.try_get::<_, Option<Present>>(i)?.is_none() {
            Ok(None)
        } else {
            T::pg(row, i).map(Some)
        }
    }
}

/// Whether some [`Col`] is read from a column of this type of `PostgreSQL`.
pub(crate) fn is_readable(kind: &Type) -> bool {
    [
        Type::BOOL,
        Type::INT8,
        Type::TEXT,
        Type::VARCHAR,
        Type::BYTEA,
        Type::UUID,
        Type::JSON,
        Type::JSONB,
    ]
    .contains(kind)
}

/// Stands for a value of any type, to ask whether there is one.
struct Present;

impl FromSql<'_> for Present {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Declares structs whose fields are read from a row in order. A field of any [`Col`] type will do.
#[macro_export]
macro_rules! rows {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type),* }

        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> ::std::result::Result<Self, $crate::DbError> {
                let mut columns = 0..;
                Ok(Self { $($field: row.get::<$type>(columns.next().unwrap_or_default())?),* })
            }
        }
    )*};
}

macro_rules! tuples {
    ($($($name:ident $i:tt),+;)*) => {$(
        impl<$($name: Col),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> { Ok(($(row.get::<$name>($i)?,)+)) }
        }
    )*};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
}
