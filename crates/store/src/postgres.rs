//! PostgreSQL: any number of nodes over one database. An act is one transaction; what can travel
//! together does (`BEGIN` with the first statements, the last ones with `COMMIT`).

mod crowd;
mod row;
mod schema;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use latchkey_core::store::{StoreError, StoreResult};
use tokio::sync::RwLock;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};

use crate::turns::{Turns, share};
use crate::tx::{Act, Engine};
use crate::{OpenError, StoreOptions};
use crowd::{Crowd, Manners};
use transaction::{Outcome, Transaction};

/// Times that an act is tried when others get in its way.
const TRIES: u32 = 8;
/// How much longer than its deadline a long act may take until the database has ended it.
const GRACE: Duration = Duration::from_secs(1);

pub(crate) struct Postgres {
    pool: Pool,
    turns: Turns,
    deadline: Duration,
    crowd: Arc<Crowd>,
    /// How long an act of the background makes way for others.
    patience: Duration,
    /// Shared by the acts that are under way; whoever closes waits to have it alone.
    under_way: Arc<RwLock<()>>,
}

impl Postgres {
    pub(crate) async fn connect(url: &str, options: &StoreOptions) -> Result<Self, OpenError> {
        let config: Config = url.parse().map_err(|_| OpenError::Url)?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => Manager::from_config(config, NoTls, recycling),
            _ => Manager::from_config(config, schema::tls(options)?, recycling),
        };
        // One for what takes long, one for the rest.
        let connections = options.connections.max(2);
        let pool = Pool::builder(manager)
            .max_size(connections)
            .wait_timeout(Some(options.wait))
            .create_timeout(Some(options.wait.max(Duration::from_secs(2))))
            .recycle_timeout(Some(options.wait))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| OpenError::Unavailable(error.to_string()))?;
        let this = Self {
            pool,
            turns: Turns::new(share(connections), options),
            deadline: options.deadline,
            crowd: Arc::default(),
            patience: options.patience,
            under_way: Arc::default(),
        };
        drop(this.client().await.map_err(|error| OpenError::Unavailable(error.to_string()))?);
        Ok(this)
    }

    async fn client(&self) -> StoreResult<Object> {
        // Neither the pool's error nor the driver's names the password.
        self.pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))
    }
}

impl Engine for Postgres {
    async fn read<A: Act>(&self, act: A) -> StoreResult<A::Out> {
        if !act.is_long() {
            let _present = (!A::PATIENT).then(|| self.crowd.join());
            return read(self.client().await?, &act, self.deadline).await;
        }
        let turn = self.turns.take().await?;
        let (client, deadline) = (self.client().await?, self.deadline);
        // On a task of its own: a caller who goes away must not give back a connection that is still at work.
        let done = tokio::spawn(async move {
            let outcome = read_long(client, &act, deadline).await;
            drop(turn);
            outcome
        });
        done.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn write<A: Act>(&self, act: A) -> StoreResult<A::Out> {
        let accepted = Arc::clone(&self.under_way).read_owned().await;
        let (pool, deadline, act) = (self.pool.clone(), self.deadline, Arc::new(act));
        let (crowd, patience) = (Arc::clone(&self.crowd), self.patience);
        // On a task of its own: a caller who goes away must not leave a transaction open.
        let written = tokio::spawn(async move {
            let _accepted = accepted;
            let _present = (!A::PATIENT).then(|| crowd.join());
            for attempt in 0..TRIES {
                let client = pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
                let started = tokio::time::Instant::now();
                let manners = A::PATIENT.then(|| Manners { crowd: &crowd, until: started + patience });
                let outcome = tokio::time::timeout(deadline, transaction::run(&client, &*act, manners)).await;
                match outcome {
                    Err(_) => return Err(too_slow(client)),
                    Ok(Outcome::Done(out)) => {
                        metrics::counter!("latchkey_store_commits_total").increment(1);
                        metrics::histogram!("latchkey_store_commit_seconds")
                            .record(started.elapsed().as_secs_f64());
                        return Ok(out);
                    }
                    Ok(Outcome::Failed(error)) => return Err(error),
                    Ok(Outcome::Broken(error)) => {
                        discard(client);
                        return Err(error);
                    }
                    Ok(Outcome::Again) => {
                        drop(client);
                        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5)).await;
                    }
                }
            }
            Err(StoreError::Unavailable(String::from("too many others changed the same records")))
        });
        written.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn close(&self) {
        let _alone = self.under_way.write().await;
        self.pool.close();
    }
}

async fn read<A: Act>(client: Object, act: &A, deadline: Duration) -> StoreResult<A::Out> {
    let work = async { act.run(&Transaction::new(&client)).await };
    match tokio::time::timeout(deadline, work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(too_slow(client)),
    }
}

/// As [`read`], and the database ends each statement of it that takes longer than the deadline: who gave up
/// waiting would leave it with the work.
async fn read_long<A: Act>(client: Object, act: &A, deadline: Duration) -> StoreResult<A::Out> {
    let limit = format!("SET statement_timeout = {}", deadline.as_millis().max(1));
    let work = async {
        let tx = Transaction::new(&client);
        let (limited, outcome) = tokio::join!(biased; client.batch_execute(&limit), act.run(&tx));
        let freed = client.batch_execute("RESET statement_timeout").await;
        limited.and(freed).map(|()| outcome)
    };
    match tokio::time::timeout(deadline.saturating_add(GRACE), work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => {
            discard(client);
            Err(StoreError::Unavailable(String::from("the connection failed")))
        }
        Err(_) => Err(too_slow(client)),
    }
}

/// The connection may be in the middle of something: it is not used again.
fn discard(client: Object) {
    drop(Object::take(client));
}

fn too_slow(client: Object) -> StoreError {
    discard(client);
    StoreError::Unavailable(String::from("the database took too long"))
}
