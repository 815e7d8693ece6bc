//! Values and rows as the driver takes and gives them.

use bytes::BytesMut;
use latchkey_core::store::{StoreError, StoreResult};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::tx::{Row, Value};

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(int) => int.to_sql(kind, out),
            Self::Text(text) => text.as_str().to_sql(kind, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

impl Row for tokio_postgres::Row {
    fn int(&self, at: usize) -> StoreResult<Option<i64>> {
        self.try_get(at).map_err(|_| damaged(at))
    }

    fn text(&self, at: usize) -> StoreResult<Option<String>> {
        self.try_get(at).map_err(|_| damaged(at))
    }

    fn bytes(&self, at: usize) -> StoreResult<Option<Vec<u8>>> {
        self.try_get(at).map_err(|_| damaged(at))
    }
}

fn damaged(at: usize) -> StoreError {
    StoreError::Corrupt(format!("column {at} holds another type"))
}
