//! Arguments of statements.

use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use uuid::Uuid;
use wares_kernel::{Country, Currency, EmailAddress, Id, Instant, Quantity, Rate, Sku, Slug, TokenHash};

/// One argument, in the few forms both engines store.
#[derive(Clone, Copy, Debug)]
pub enum P<'a> {
    /// No value.
    Null,
    /// A flag.
    Bool(bool),
    /// A number: amounts in minor units, quantities, instants in microseconds.
    I64(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// An id.
    Uuid(Uuid),
    /// A JSON document.
    Json(&'a serde_json::Value),
}

/// Whatever can be an argument.
pub trait Arg {
    /// The form it is stored in.
    fn arg(&self) -> P<'_>;
}

/// Ids as one argument: a statement takes them apart with `json_each` and `unhex`, or with `jsonb_array_elements_text`.
pub fn ids<K>(ids: impl IntoIterator<Item = Id<K>>) -> serde_json::Value {
    ids.into_iter().map(|id| id.uuid().simple().to_string()).collect()
}

/// Arguments of a statement: `p![id, quantity]`.
#[macro_export]
macro_rules! p {
    ($($value:expr),* $(,)?) => { &[$($crate::Arg::arg(&$value)),*] };
}

macro_rules! args {
    ($($type:ty => |$v:ident| $form:expr;)*) => {
        $(impl Arg for $type { fn arg(&self) -> P<'_> { let $v = self; $form } })*
    };
}
args! {
    bool => |v| P::Bool(*v);
    i64 => |v| P::I64(*v);
    i32 => |v| P::I64(i64::from(*v));
    u32 => |v| P::I64(i64::from(*v));
    str => |v| P::Text(v);
    String => |v| P::Text(v);
    [u8] => |v| P::Blob(v);
    Vec<u8> => |v| P::Blob(v);
    Uuid => |v| P::Uuid(*v);
    serde_json::Value => |v| P::Json(v);
    Instant => |v| P::I64(v.micros());
    Quantity => |v| P::I64(v.as_i64());
    Rate => |v| P::I64(v.ppm());
    Currency => |v| P::Text(v.code());
    Country => |v| P::Text(v.code());
    EmailAddress => |v| P::Text(v.as_str());
    Slug => |v| P::Text(v.as_str());
    Sku => |v| P::Text(v.as_str());
    TokenHash => |v| P::Blob(v.as_bytes());
}
impl<K> Arg for Id<K> {
    fn arg(&self) -> P<'_> {
        P::Uuid(self.uuid())
    }
}
impl<T: Arg + ?Sized> Arg for &T {
    fn arg(&self) -> P<'_> {
        (**self).arg()
    }
}
impl<T: Arg> Arg for Option<T> {
    fn arg(&self) -> P<'_> {
        self.as_ref().map_or(P::Null, Arg::arg)
    }
}

impl rusqlite::ToSql for P<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput as Out, Value, ValueRef};
        Ok(match self {
            P::Null => Out::Borrowed(ValueRef::Null),
            P::Bool(v) => Out::Borrowed(ValueRef::Integer(i64::from(*v))),
            P::I64(v) => Out::Borrowed(ValueRef::Integer(*v)),
            P::Text(v) => Out::Borrowed(ValueRef::Text(v.as_bytes())),
            P::Blob(v) => Out::Borrowed(ValueRef::Blob(v)),
            P::Uuid(v) => Out::Borrowed(ValueRef::Blob(v.as_bytes())),
            P::Json(v) => Out::Owned(Value::Text(v.to_string())),
        })
    }
}

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for P<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        match self {
            P::Null => Ok(IsNull::Yes),
            P::Bool(v) => v.to_sql(ty, out),
            P::I64(v) => match *ty {
                Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
                _ => v.to_sql(ty, out),
            },
            P::Text(v) => v.to_sql(ty, out),
            P::Blob(v) => v.to_sql(ty, out),
            P::Uuid(v) => v.to_sql(ty, out),
            P::Json(v) => v.to_sql(ty, out),
        }
    }

    /// The statement's own types decide; a mismatch is an error of the server, found by the test that prepares every statement.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        if let P::Text(text) = self
            && text.contains('\0')
        {
            return Err("a text must not contain NUL".into());
        }
        self.to_sql(ty, out)
    }
}
