//! All that was logged and recorded while the rows ran, and what must not be in it (S-144, S-146).

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing::level_filters::LevelFilter;

/// What the program logs, at every level.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// From now on, in the whole process: the store writes on a thread of its own.
    pub fn capture() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    /// What came since the last call.
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Code,
    ClientSecret,
    ProviderSecret,
    Token,
    /// Of a link: its own page may hold it.
    Link,
    Address,
}

/// Secrets by their text, with their kind.
pub type Secrets = BTreeMap<String, Kind>;

/// Log, events and secrets of all rows.
#[derive(Default)]
pub struct Records {
    texts: Vec<(String, String)>,
    secrets: Secrets,
}

impl Records {
    pub fn add(&mut self, id: &str, log: String, events: &str, secrets: Secrets) {
        self.texts.push((id.to_owned(), log + events));
        self.secrets.extend(secrets);
    }

    /// Secrets may surface late, in the log of another row: everything is searched for everything.
    pub fn leaks(&self) -> Vec<String> {
        let mut leaks = Vec::new();
        for (id, text) in &self.texts {
            for line in text.lines() {
                let found = self.secrets.iter().filter(|(secret, kind)| holds(line, secret, **kind));
                leaks.extend(found.map(|(secret, kind)| format!("{id}: {kind:?} {secret} in {line}")));
            }
        }
        leaks
    }

    pub fn count(&self, what: &str) -> usize {
        self.texts.iter().map(|(_, text)| text.matches(what).count()).sum()
    }

    pub fn count_secrets(&self, kind: Kind) -> usize {
        self.secrets.values().filter(|known| **known == kind).count()
    }
}

/// Codes are short: inside of a longer word (an id, a figure) the same digits are chance.
pub fn holds(text: &str, secret: &str, kind: Kind) -> bool {
    let bounded = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        !before.into_iter().chain(after).any(char::is_alphanumeric)
    };
    match kind {
        Kind::Code => text.match_indices(secret).any(|(at, _)| bounded(at)),
        _ => text.contains(secret),
    }
}
