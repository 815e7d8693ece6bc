//! What is measured, and for how long.

use std::time::Duration;

use latchkey_core::model::SigningAlgorithm;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Store {
    Sqlite,
    Postgres,
}

impl Store {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    SignIns,
    Refreshes,
    KeySets,
}

/// One line of the report.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub work: Work,
    pub alg: SigningAlgorithm,
    pub connections: usize,
}

impl Step {
    pub fn name(&self) -> String {
        match self.work {
            Work::SignIns => format!("sign-ins {}", alg_name(self.alg)),
            Work::Refreshes => format!("refreshes {}", alg_name(self.alg)),
            Work::KeySets => String::from("JWKS"),
        }
    }
}

pub fn alg_name(alg: SigningAlgorithm) -> &'static str {
    match alg {
        SigningAlgorithm::RS256 => "RS256",
        SigningAlgorithm::ES256 => "ES256",
        SigningAlgorithm::EdDSA => "EdDSA",
        SigningAlgorithm::HS256 => "HS256",
    }
}

pub const ALGORITHMS: [SigningAlgorithm; 3] =
    [SigningAlgorithm::RS256, SigningAlgorithm::ES256, SigningAlgorithm::EdDSA];

/// Users in the store unless the step is about growth.
pub const USERS: u64 = 10_000;

pub struct Plan {
    pub quick: bool,
    pub warm_up: Duration,
    pub window: Duration,
    /// How long each look at a limit takes.
    pub limit_window: Duration,
    /// For the steps on growth, smallest first; empty for none.
    pub populations: Vec<u64>,
    only: Vec<String>,
}

impl Plan {
    pub fn new(quick: bool, seconds: Option<f64>, populations: Option<Vec<u64>>, only: Vec<String>) -> Self {
        let (warm_up, window, limit) = if quick { (0.5, 2.0, 0.2) } else { (2.0, 6.0, 0.5) };
        let usual = if quick { Vec::new() } else { vec![USERS, 1_000_000, 5_000_000] };
        Self {
            quick,
            warm_up: Duration::from_secs_f64(warm_up),
            window: Duration::from_secs_f64(seconds.unwrap_or(window)),
            limit_window: Duration::from_secs_f64(limit),
            populations: populations.unwrap_or(usual),
            only,
        }
    }

    pub fn steps(&self, store: Store) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut add = |work, algorithms: &[SigningAlgorithm], connections: &[usize]| {
            for alg in algorithms {
                for connections in connections {
                    steps.push(Step { work, alg: *alg, connections: *connections });
                }
            }
        };
        match (self.quick, store) {
            (true, Store::Sqlite) => {
                add(Work::SignIns, &ALGORITHMS, &[16, 64]);
                add(Work::Refreshes, &[SigningAlgorithm::RS256, SigningAlgorithm::ES256], &[64]);
                add(Work::KeySets, &[SigningAlgorithm::RS256], &[64]);
            }
            (true, Store::Postgres) => add(Work::SignIns, &[SigningAlgorithm::ES256], &[64]),
            (false, _) => {
                add(Work::SignIns, &ALGORITHMS, &[1, 16, 64]);
                add(Work::Refreshes, &ALGORITHMS, &[1, 16, 64]);
                add(Work::KeySets, &[SigningAlgorithm::RS256], &[64]);
            }
        }
        steps.retain(|step| self.wants(&format!("{} {}", store.name(), step.name())));
        steps
    }

    /// Named by `--only`, or nothing was named.
    pub fn wants(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.only.is_empty() || self.only.iter().any(|part| name.contains(&part.to_lowercase()))
    }
}
