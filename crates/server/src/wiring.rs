//! Puts the parts together: store, senders, clock, randomness and keys become an engine.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use data_encoding::HEXLOWER;
use latchkey_core::directory::Directory;
use latchkey_core::limit::Buckets;
use latchkey_core::settings::{Settings, Support};
use latchkey_core::token::keys::{FreshKeys, KeyMaker, KeyRing};
use latchkey_core::vault::{MasterKey, Sealed, Vault, VaultError};
use latchkey_core::{Clock, Engine, Random};
use latchkey_delivery::{Delivery, DeliverySettings, Inbox, Templates};
use latchkey_passkey::{VendorAttestor, WebauthnVerifier};
use latchkey_store::{Durability, StoreOptions};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::config::tenant::Tenant;
use crate::host::{HostClock, HostRandom, HostRuntime};

/// What a mode of the program changes about the parts.
pub struct Parts {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub key_maker: Arc<dyn KeyMaker>,
}

impl Parts {
    /// The machine's own.
    pub fn host() -> Self {
        Self::with_clock(None)
    }

    /// The machine's own, the clock moved by what the file holds.
    pub fn with_clock(offset_file: Option<PathBuf>) -> Self {
        Self {
            clock: Arc::new(HostClock::new(offset_file)),
            random: Arc::new(HostRandom::new()),
            key_maker: Arc::new(FreshKeys),
        }
    }
}

/// An engine and what must be looked after around it.
pub struct Wired {
    pub engine: Arc<Engine>,
    pub runtime: Arc<HostRuntime>,
    pub inbox: Option<Arc<Inbox>>,
}

/// Opens everything. `issuer` ends with a slash.
pub async fn wire(config: &Config, issuer: &str, parts: Parts) -> Result<Wired> {
    let options = store_options(config)?;
    make_store_folder(&config.store.url)?;
    let store = latchkey_store::open(&config.store.url, &options).await?;
    let master = master_key(config, &*parts.random)?;
    let vault = open_vault(&*store, &master, &parts.random).await?;
    let inbox = config.inbox.enabled.then(|| Arc::new(Inbox::new(Arc::clone(&parts.clock))));
    let delivery = Delivery::new(delivery_settings(config, issuer, inbox.clone())?, Arc::clone(&parts.clock));
    let runtime = Arc::new(HostRuntime::new(tokio::runtime::Handle::current())?);
    let engine = Engine {
        store,
        senders: Arc::new(delivery),
        renderer: Arc::new(Templates::new()),
        clock: parts.clock,
        random: parts.random,
        runtime: Arc::<HostRuntime>::clone(&runtime),
        key_maker: parts.key_maker,
        passkey_verifier: Arc::new(WebauthnVerifier),
        key_attestor: Arc::new(VendorAttestor::new()),
        vault,
        keys: KeyRing::default(),
        directory: Directory::default(),
        buckets: Buckets::default(),
        conversions: latchkey_core::conversion::Conversions::default(),
        hashing: Default::default(),
        settings: settings(config, issuer)?,
        job_bell: tokio::sync::Notify::default(),
        last_arrival: AtomicI64::default(),
        job_pace: Default::default(),
        audit_check: Default::default(),
        itself: Default::default(),
    };
    engine.open_keys().await.context("cannot open the signing keys")?;
    for behind in engine.passkeys_left_behind().await? {
        tracing::warn!(
            used = behind.used,
            asked = behind.asked,
            "there are passkeys of another domain, which do not work any more"
        );
    }
    Ok(Wired { engine: engine.shared(), runtime, inbox })
}

pub fn store_options(config: &Config) -> Result<StoreOptions> {
    let durability = match config.store.durability.as_str() {
        "full" => Durability::Full,
        "relaxed" => Durability::Relaxed,
        other => bail!("[store] durability: \"{other}\" is neither \"full\" nor \"relaxed\""),
    };
    let mut options = StoreOptions { durability, ..StoreOptions::default() };
    if config.store.connections > 0 {
        options.connections = config.store.connections;
    }
    options.postgres_ca = config.store.postgres_ca.as_ref().map(PathBuf::from);
    Ok(options)
}

fn settings(config: &Config, issuer: &str) -> Result<Settings> {
    let countries = &config.sms.countries;
    Ok(Settings {
        issuer: issuer.to_owned(),
        tenant: config.server.tenant.clone(),
        support: support(&config.tenant)?,
        limits: config.limits.to_settings(),
        send_deadline: config.sms.send_deadline,
        sms_countries: (!countries.is_empty()).then(|| countries.clone()),
        jobs: config.jobs.to_settings()?,
        ..Settings::default()
    })
}

fn support(tenant: &Tenant) -> Result<Support> {
    let support = Support { email: tenant.support_email.clone(), url: tenant.support_url.clone() };
    support.check().map_err(|wrong| anyhow!("[tenant] support_{wrong}"))?;
    Ok(support)
}

fn delivery_settings(config: &Config, issuer: &str, inbox: Option<Arc<Inbox>>) -> Result<DeliverySettings> {
    let networks = config.delivery.allow_private_targets.iter().map(|text| {
        text.parse().with_context(|| format!("[delivery] allow_private_targets: {text} is not a network"))
    });
    let roots = match &config.delivery.extra_roots {
        Some(file) => Some(std::fs::read(file).with_context(|| format!("[delivery] extra_roots: {file}"))?),
        None => None,
    };
    Ok(DeliverySettings {
        twilio_base_url: config.delivery.twilio_base_url.clone(),
        allow_private_targets: networks.collect::<Result<_>>()?,
        inbox,
        extra_roots_pem: roots,
        issuer: Some(issuer.to_owned()),
        ..DeliverySettings::default()
    })
}

/// The folder of a SQLite file, readable by its owner only.
fn make_store_folder(url: &str) -> Result<()> {
    let Some(folder) = sqlite_file(url).and_then(|file| file.parent().map(Path::to_owned)) else {
        return Ok(());
    };
    if !folder.as_os_str().is_empty() && !folder.exists() {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    Ok(())
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:").filter(|path| *path != ":memory:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// Whether there is a store already, as far as a look at the disk tells.
pub fn store_exists(url: &str) -> bool {
    sqlite_file(url).is_none_or(|file| file.exists())
}

/// Where commands of this machine reach the server; `None` where there is no folder for it, or it is not wanted.
pub fn socket_path(config: &Config) -> Option<PathBuf> {
    const NAME: &str = "latchkey.sock";
    match &config.server.socket {
        Some(path) => Some(PathBuf::from(path)).filter(|_| !path.is_empty()),
        None => {
            let key = config.keys.master_key_file.as_ref().map(PathBuf::from);
            sqlite_file(&config.store.url).or(key).map(|file| file.with_file_name(NAME))
        }
    }
}

/// From the configuration, from its file, or from a file made now beside the SQLite store.
fn master_key(config: &Config, random: &dyn Random) -> Result<MasterKey> {
    if let Some(text) = &config.keys.master_key {
        return parse_key(text, "[keys] master_key");
    }
    let beside = sqlite_file(&config.store.url).map(|file| file.with_file_name("master.key"));
    let file = match (&config.keys.master_key_file, beside) {
        (Some(file), _) => PathBuf::from(file),
        (None, Some(file)) => file,
        (None, None) if config.store.url == "sqlite::memory:" => return Ok(MasterKey::new(random.bytes())),
        (None, None) => bail!(
            "no master key: set [keys] master_key_file (or LATCHKEY__KEYS__MASTER_KEY) to 64 hex digits, the same on every node"
        ),
    };
    if !file.exists() {
        write_secret(&file, &HEXLOWER.encode(&random.bytes::<32>()))?;
        tracing::warn!(
            file = %file.display(),
            "made a master key: without it nothing in the store can be opened. Keep a copy apart from backups"
        );
    }
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    parse_key(text.trim(), &file.display().to_string())
}

fn parse_key(text: &str, place: &str) -> Result<MasterKey> {
    let bytes = HEXLOWER.decode(text.to_lowercase().as_bytes()).ok();
    let key: [u8; 32] = bytes
        .and_then(|bytes| bytes.try_into().ok())
        .with_context(|| format!("{place}: a master key is 64 hex digits"))?;
    Ok(MasterKey::new(key))
}

/// Writes a file that only its owner can read; never over another.
pub fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    writeln!(file, "{text}").with_context(|| format!("cannot write {}", path.display()))
}

/// The data key of the store, made by whichever node comes first.
async fn open_vault(
    store: &dyn latchkey_core::store::Store,
    master: &MasterKey,
    random: &Arc<dyn Random>,
) -> Result<Vault> {
    let stored = match store.find_meta("data_key").await? {
        Some(text) => text,
        None => {
            let fresh = serde_json::to_string(&Vault::new_data_key(master, &**random)?)?;
            store.init_meta("data_key", &fresh).await?
        }
    };
    let sealed: Sealed = serde_json::from_str(&stored).context("the store's data key is damaged")?;
    match Vault::open(master, &sealed, Arc::clone(random)) {
        Ok(vault) => Ok(vault),
        Err(VaultError::CannotOpen) => bail!(
            "the master key is not the one that this store was made with; nothing was changed. Set [keys] master_key_file to the right one"
        ),
        Err(other) => Err(other.into()),
    }
}

/// Housekeeping until `stop`.
pub async fn look_after(engine: Arc<Engine>, stop: watch::Receiver<bool>) {
    tokio::join!(
        keep_house(&engine, stop.clone()),
        tell_clients(&engine, stop.clone()),
        stream_logs(&engine, stop.clone()),
        work_jobs(&engine, stop.clone()),
        work_jobs(&engine, stop)
    );
}

/// Apart from all else, which must not wait for clients that do not answer.
async fn tell_clients(engine: &Engine, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        loop {
            match engine.tell_clients().await {
                Ok(true) if !*stop.borrow() => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "clients could not be told of sign-outs");
                    break;
                }
            }
        }
    }
}

/// Each stream by itself: an endpoint that hangs keeps no other waiting.
async fn stream_logs(engine: &Arc<Engine>, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    let mut running: HashMap<String, JoinHandle<()>> = HashMap::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => break,
        }
        running.retain(|_, turn| !turn.is_finished());
        let streams = engine.active_log_streams().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "log streams could not be read");
            Vec::new()
        });
        for id in streams {
            if let Entry::Vacant(free) = running.entry(id) {
                let turns = stream_log(Arc::clone(engine), free.key().clone(), stop.clone());
                free.insert(tokio::spawn(turns));
            }
        }
    }
    for (_, turn) in running {
        // One that panicked has nothing left to be waited for.
        let _ = turn.await;
    }
}

async fn stream_log(engine: Arc<Engine>, id: String, stop: watch::Receiver<bool>) {
    loop {
        match engine.deliver_log_stream(&id).await {
            Ok(true) if !*stop.borrow() => {}
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, stream = id, "a log stream could not be delivered"),
        }
    }
}

/// One lane of two: how many jobs run at once is for the store to say.
pub async fn work_jobs(engine: &Engine, mut stop: watch::Receiver<bool>) {
    let going = stop.clone();
    let go_on = move || !*going.borrow();
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = engine.job_added() => {}
            _ = stop.changed() => return,
        }
        if let Err(error) = engine.work_jobs(&go_on).await {
            tracing::warn!(%error, "a job could not go on; its worker comes back to it");
        }
    }
}

async fn keep_house(engine: &Engine, mut stop: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(5));
    let mut round = 0_u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        round = round.wrapping_add(1);
        if let Err(error) = engine.refresh_keys().await {
            tracing::warn!(%error, "signing keys could not be read");
        }
        if let Err(error) = engine.deliver_due().await {
            tracing::warn!(%error, "the outbox could not be worked");
        }
        if round.is_multiple_of(12)
            && let Err(error) = engine.sweep().await
        {
            tracing::warn!(%error, "old rows could not be swept");
        }
    }
}
