//! The figures, each beside its limit: as JSON for programs, as tables for people.

pub mod table;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::aims::{self, Aim};
use crate::alike::Alike;
use crate::limits::commits::Commits;
use crate::load::Measured;
use crate::many::Many;
use crate::plan::{Step, Store, Work, alg_name};
use crate::process::Memory;
use crate::setup::Places;

#[derive(Serialize)]
pub struct Report {
    pub machine: Machine,
    pub limits: Limits,
    pub start_up: Option<StartUp>,
    pub rows: Vec<Row>,
    pub growth: Vec<Growth>,
    /// Whether times tell who has an account.
    pub alike: Vec<Alike>,
    pub many: Vec<Many>,
    /// What reading the codes costs the server, which is part of every sign-in here.
    pub inbox_micros_per_message: Option<f64>,
    pub aims: Vec<Aim>,
}

#[derive(Serialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    /// Server and load had a core each: figures are per core.
    pub one_core_for_the_server: bool,
}

#[derive(Default, Serialize)]
pub struct Limits {
    /// Signatures per CPU second, the mean of all looks.
    pub signatures: BTreeMap<&'static str, f64>,
    pub commits: Option<Commits>,
    pub empty_handler: Option<Measured>,
    #[serde(skip)]
    looks: BTreeMap<&'static str, Vec<f64>>,
}

#[derive(Serialize)]
pub struct StartUp {
    pub first_start_ever_ms: f64,
    /// With keys and schema there; the median of five.
    pub cold_start_ms: f64,
    pub cold_start_worst_ms: f64,
    pub idle: Memory,
    pub loaded: Option<Memory>,
    pub binary_bytes: u64,
}

#[derive(Serialize)]
pub struct Row {
    pub store: Store,
    pub work: String,
    pub algorithm: Option<&'static str>,
    pub connections: usize,
    pub users: u64,
    #[serde(flatten)]
    pub measured: Measured,
    pub ratios: Ratios,
    /// The CPU time that is not the signature's, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_signature_micros: Option<f64>,
    #[serde(skip)]
    signatures: Option<f64>,
    #[serde(skip)]
    kind: Work,
}

/// Each figure as a share of what its limit alone would allow.
#[derive(Default, Serialize)]
pub struct Ratios {
    /// Of the signatures per CPU second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<f64>,
    /// Of the empty handler's requests per CPU second, for as many requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<f64>,
    /// Of the disk's durable commits per second, for as many acts; above 1 where acts share commits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<f64>,
}

#[derive(Serialize)]
pub struct Growth {
    pub users: u64,
    pub file_bytes_per_user: u64,
    pub resident_kib: u64,
    #[serde(flatten)]
    pub measured: Measured,
}

impl Limits {
    pub fn summarise(&mut self) {
        let mean = |looks: &Vec<f64>| looks.iter().sum::<f64>() / looks.len() as f64;
        self.signatures = self.looks.iter().map(|(alg, looks)| (*alg, mean(looks))).collect();
    }
}

impl Row {
    /// `signatures` is the limit as it was just before.
    pub fn new(store: Store, step: &Step, users: u64, measured: Measured, signatures: Option<f64>) -> Self {
        Self {
            store,
            work: step.name(),
            algorithm: signatures.map(|_| alg_name(step.alg)),
            connections: step.connections,
            users,
            beyond_signature_micros: signatures.map(|rate| measured.cpu_micros_each - 1e6 / rate),
            ratios: Ratios {
                signing: signatures.map(|rate| measured.per_cpu_second / rate),
                ..Ratios::default()
            },
            measured,
            signatures,
            kind: step.work,
        }
    }

    pub fn is(&self, store: Store, work: Work, alg: &str, connections: usize) -> bool {
        self.store == store
            && self.kind == work
            && self.algorithm == Some(alg)
            && self.connections == connections
    }

    /// The worst p99 of its kinds of request.
    pub fn p99_ms(&self) -> f64 {
        self.measured.latency.values().map(|quantiles| quantiles.p99_ms).fold(0.0, f64::max)
    }
}

impl Report {
    pub fn new(places: &Places) -> Result<Self> {
        let text = std::fs::read_to_string("/proc/cpuinfo")?;
        let model = text.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
        let machine = Machine {
            processor: model.trim_start_matches([' ', '\t', ':']).to_owned(),
            cores: text.lines().filter(|line| line.starts_with("processor")).count(),
            one_core_for_the_server: places.apart,
        };
        Ok(Self {
            machine,
            limits: Limits::default(),
            start_up: None,
            rows: Vec::new(),
            growth: Vec::new(),
            alike: Vec::new(),
            many: Vec::new(),
            inbox_micros_per_message: None,
            aims: Vec::new(),
        })
    }

    pub fn add(&mut self, mut row: Row) {
        let (requests, commits) = match row.kind {
            Work::SignIns => (2.0, 2.0),
            Work::Refreshes => (1.0, 1.0),
            Work::KeySets => (1.0, 0.0),
        };
        if let Some(empty) = &self.limits.empty_handler {
            row.ratios.http = Some(requests * row.measured.per_cpu_second / empty.per_cpu_second);
        }
        if let Some(disk) = self.limits.commits.filter(|_| commits > 0.0) {
            row.ratios.commits = Some(commits * row.measured.per_second / disk.per_second);
        }
        if let Some((alg, rate)) = row.algorithm.zip(row.signatures) {
            self.limits.looks.entry(alg).or_default().push(rate);
        }
        self.rows.push(row);
    }

    /// Judges, writes `summary.json` and `summary.md`, prints the latter.
    pub fn write(mut self, folder: &Path) -> Result<()> {
        self.limits.summarise();
        self.aims = aims::judge(&self);
        std::fs::write(folder.join("summary.json"), serde_json::to_string_pretty(&self)?)?;
        let text = table::markdown(&self);
        std::fs::write(folder.join("summary.md"), &text)?;
        println!("{text}");
        Ok(())
    }
}
