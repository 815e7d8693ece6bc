//! Commands that are one call of the Management API each, described and not written: what is called, what it takes,
//! and how its answer is shown.

use std::marker::PhantomData;

use anyhow::{Result, bail};
use clap::{Arg, ArgMatches, Command, FromArgMatches, Subcommand};
use latchkey_wire::management::operations;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, segment};
use super::pairs::{self, Pairs};
use super::{jobs, show};

/// One command.
pub struct Act {
    pub name: &'static str,
    pub about: &'static str,
    /// Method and path. What stands in braces is an argument; `{connection}` may also be a name.
    pub call: &'static str,
    /// Options that go into the query, and what they are.
    pub query: &'static [(&'static str, &'static str)],
    pub body: Body,
    pub shown: Shown,
    pub example: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Body {
    None,
    /// At least one property.
    Some,
    /// None is an empty object.
    Any,
}

#[derive(Clone, Copy)]
pub enum Shown {
    /// Without what is secret in it.
    Record,
    /// This once, with its secret.
    Made,
    Table(&'static Table),
    /// There is nothing to show: what was done, and to what.
    Done(&'static str),
    /// Whether there is such a thing.
    Whether(&'static str),
}

/// A list, for people.
pub struct Table {
    /// What the list is called where it stands in an object.
    pub name: &'static str,
    /// A head, and where its cells stand: a JSON pointer (RFC 6901).
    pub columns: &'static [(&'static str, &'static str)],
    pub none: &'static str,
}

impl Act {
    pub const fn new(name: &'static str, about: &'static str, call: &'static str, shown: Shown) -> Self {
        Self { name, about, call, query: &[], body: Body::None, shown, example: "" }
    }

    pub const fn takes(self, body: Body, example: &'static str) -> Self {
        Self { body, example, ..self }
    }

    pub const fn asks(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    fn method(&self) -> Method {
        let word = self.call.split(' ').next().unwrap_or_default();
        Method::from_bytes(word.as_bytes()).unwrap_or_default()
    }

    fn path(&self) -> &'static str {
        self.call.split(' ').nth(1).unwrap_or_default()
    }

    fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path().split('/').filter_map(parameter)
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(self.name).about(self.about);
        if !self.example.is_empty() {
            command = command.after_help(format!("Example:\n  {}", self.example));
        }
        for name in self.parameters() {
            command = command.arg(Arg::new(name).value_name(name.to_uppercase()).required(true));
        }
        for (name, about) in self.query {
            let flag = Arg::new(*name).long(name.replace('_', "-")).help(*about);
            command = command.arg(flag.value_name(name.to_uppercase()));
        }
        match self.body {
            Body::None => command,
            Body::Some | Body::Any => command.args(pairs::arguments()),
        }
    }
}

fn parameter(part: &'static str) -> Option<&'static str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// An act with what was typed for it.
#[derive(Clone)]
pub struct Call {
    act: &'static Act,
    parameters: Vec<String>,
    query: Vec<(&'static str, String)>,
    pairs: Pairs,
}

impl Call {
    pub fn of(act: &'static Act, matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            act,
            parameters: act.parameters().map(|name| text(name).unwrap_or_default()).collect(),
            query: act.query.iter().filter_map(|(name, _)| Some((*name, text(name)?))).collect(),
            pairs: if act.body == Body::None { Pairs::default() } else { Pairs::of(matches) },
        }
    }

    pub async fn run(&self, api: &Api, as_json: bool) -> Result<()> {
        let path = self.path(api).await?;
        let act = self.act;
        if let Shown::Table(table) = act.shown {
            let mut all = api.all(&path, table.name).await?;
            all.iter_mut().for_each(show::hide_secrets);
            return show::records(&all, table.columns, table.none, as_json);
        }
        if let Shown::Whether(word) = act.shown {
            return show::json(&json!({ word: api.find(&path).await?.is_some() }));
        }
        let body = match act.body {
            Body::None => None,
            Body::Some if self.pairs.is_empty() => bail!("nothing was given: see --help"),
            Body::Some | Body::Any => Some(self.pairs.read()?),
        };
        // The API takes an unknown id for deleted; who typed it wants to know.
        if act.name == "delete" && has_read(act) && api.find(&path).await?.is_none() {
            bail!("there is no {}", self.parameters.last().map_or("such thing", String::as_str));
        }
        let mut answer = api.call(act.method(), &path, body.as_ref()).await?;
        match act.shown {
            Shown::Done(word) => {
                let typed = self.query.iter().map(|(_, value)| value);
                let on = self.parameters.iter().chain(typed).last().cloned();
                show::json(&json!({ word: on.map_or(json!(true), Value::from) }))
            }
            Shown::Made => show::json(&answer),
            Shown::Record | Shown::Table(_) | Shown::Whether(_) => {
                show::hide_secrets(&mut answer);
                show::json(&answer)
            }
        }
    }

    async fn path(&self, api: &Api) -> Result<String> {
        let mut path = String::new();
        let mut typed = self.parameters.iter();
        for part in self.act.path().split('/').skip(1) {
            path.push('/');
            match parameter(part) {
                None => path.push_str(part),
                Some(name) => {
                    let typed = typed.next().map(String::as_str).unwrap_or_default();
                    if typed.is_empty() {
                        bail!("{} is empty", name.to_uppercase());
                    }
                    match name {
                        "connection" => path.push_str(&segment(&jobs::connection_id(api, typed).await?)),
                        _ => path.push_str(&segment(typed)),
                    }
                }
            }
        }
        for (at, (name, value)) in self.query.iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(&format!("{name}={}", segment(value)));
        }
        Ok(path)
    }
}

fn has_read(act: &Act) -> bool {
    let shape = |path: &str| -> Vec<bool> { path.split('/').map(|part| part.starts_with('{')).collect() };
    let first = |path: &str| path.split('/').nth(1).map(str::to_owned);
    let is_same = |path: &str| shape(path) == shape(act.path()) && first(path) == first(act.path());
    operations::ALL.iter().any(|operation| operation.method == "GET" && is_same(operation.path))
}

/// Acts that a family has beside those that are written out.
pub trait Family {
    const ACTS: &'static [Act];
}

/// One of these acts.
pub struct Further<F> {
    call: Call,
    family: PhantomData<F>,
}

impl<F> Further<F> {
    pub async fn run(&self, api: &Api, as_json: bool) -> Result<()> {
        self.call.run(api, as_json).await
    }
}

impl<F: Family> FromArgMatches for Further<F> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        chosen(F::ACTS, matches).map(|call| Self { call, family: PhantomData })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<F: Family> Subcommand for Further<F> {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(F::ACTS.iter().map(Act::command))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        F::ACTS.iter().any(|act| act.name == name)
    }
}

/// The act whose command was typed.
pub fn chosen(acts: &'static [Act], matches: &ArgMatches) -> Result<Call, clap::Error> {
    let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
    let (name, matches) = matches.subcommand().ok_or_else(missing)?;
    let act = acts.iter().find(|act| act.name == name).ok_or_else(missing)?;
    Ok(Call::of(act, matches))
}
