pub(crate) struct Postgres;
use crate::{
    OpenError, StoreOptions,
    tx::{Act, Engine},
};
use latchkey_core::store::{StoreError, StoreResult};
impl Postgres {
    pub(crate) async fn connect(_url: &str, _o: &StoreOptions) -> Result<Self, OpenError> {
        Err(OpenError::Unavailable("PostgreSQL is not there yet".into()))
    }
    pub(crate) async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        Ok(vec![])
    }
    pub(crate) async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        Ok(vec![])
    }
}
impl Engine for Postgres {
    async fn read<A: Act>(&self, _a: A) -> StoreResult<A::Out> {
        Err(StoreError::Unavailable(String::new()))
    }
    async fn write<A: Act>(&self, _a: A) -> StoreResult<A::Out> {
        Err(StoreError::Unavailable(String::new()))
    }
    async fn close(&self) {}
}
