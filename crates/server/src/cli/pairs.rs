//! What a command is given as the body of a call: a file, and `name=value` over it.

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value, json};

/// As they were typed.
#[derive(Clone, Default)]
pub struct Pairs {
    pairs: Vec<String>,
    secrets: Vec<String>,
    file: Option<String>,
}

/// The arguments of a command that takes a body.
pub fn arguments() -> [Arg; 3] {
    [
        Arg::new("pairs").value_name("NAME=VALUE").num_args(0..).help(
            "A property; the value may be JSON, dots reach inside (settings.size=3), and null takes one away",
        ),
        Arg::new("file")
            .long("file")
            .value_name("FILE")
            .help("The properties as JSON, from a file or from standard input (-); those that are typed win"),
        Arg::new("secret-file")
            .long("secret-file")
            .value_name("NAME=FILE")
            .action(ArgAction::Append)
            .help("A property whose text is in a file: others see what is typed (repeat for more)"),
    ]
}

impl Pairs {
    pub fn of(matches: &ArgMatches) -> Self {
        let all = |name: &str| -> Vec<String> {
            matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
        };
        Self {
            pairs: all("pairs"),
            secrets: all("secret-file"),
            file: matches.get_one::<String>("file").cloned(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.secrets.is_empty() && self.file.is_none()
    }

    /// The body that they make.
    pub fn read(&self) -> Result<Value> {
        let mut body = match &self.file {
            None => json!({}),
            Some(file) => {
                serde_json::from_str(&contents(file)?).with_context(|| format!("{file} holds no JSON"))?
            }
        };
        for text in &self.pairs {
            let (name, value) = split(text, "NAME=VALUE")?;
            set(&mut body, name, value_of(value))?;
        }
        for text in &self.secrets {
            let (name, file) = split(text, "NAME=FILE")?;
            set(&mut body, name, json!(contents(file)?.trim_end()))?;
        }
        Ok(body)
    }
}

/// A file's text; of `-`, standard input's.
pub fn contents(file: &str) -> Result<String> {
    if file != "-" {
        return std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
    Ok(text)
}

pub fn split<'a>(text: &'a str, expected: &str) -> Result<(&'a str, &'a str)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => bail!("{text}: expected {expected}"),
    }
}

/// JSON where it is that, else the text.
pub fn value_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// Dots reach inside.
pub fn set(body: &mut Value, name: &str, value: Value) -> Result<()> {
    let mut place = body;
    for part in name.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let object = place.as_object_mut().context("a property inside a value that is no object")?;
        place = object.entry(part.to_owned()).or_insert(Value::Null);
    }
    *place = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_json_where_they_can_be_and_dots_reach_inside() {
        let pairs = Pairs {
            pairs: ["name=Orders", "size=3", "on=true", "a.b=null", "a.c=[1]", "phone=+14155550100"]
                .map(String::from)
                .to_vec(),
            ..Pairs::default()
        };
        assert_eq!(
            pairs.read().unwrap(),
            json!({"name": "Orders", "size": 3, "on": true, "a": {"b": null, "c": [1]}, "phone": "+14155550100"})
        );
        let none = Pairs { pairs: vec![String::from("=x")], ..Pairs::default() };
        assert!(none.read().is_err());
    }
}
