//! Reading the file and the environment. A mistake names the file, the line and the key.

use std::path::Path;

use toml::{Table, Value};

use super::Config;

const PREFIX: &str = "LATCHKEY__";

/// Says what is wrong, where.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// The configuration of a file (or none) and of environment variables.
pub fn load(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut table = Table::new();
    if let Some(path) = file {
        let text =
            std::fs::read_to_string(path).map_err(|e| ConfigError(format!("{}: {e}", path.display())))?;
        // Read once as the whole configuration, for errors that know their line.
        toml::from_str::<Config>(&text).map_err(|e| ConfigError(located(path, &text, &e)))?;
        table = text.parse::<Table>().map_err(|e| ConfigError(located(path, &text, &e)))?;
    }
    for (name, value) in environment {
        if let Some(key) = name.strip_prefix(PREFIX) {
            set(&mut table, key, &value).map_err(|reason| ConfigError(format!("{name}: {reason}")))?;
            // Checked one by one, so that the variable at fault is named.
            Value::Table(table.clone())
                .try_into::<Config>()
                .map_err(|e| ConfigError(format!("{name}: {}", e.message())))?;
        }
    }
    Value::Table(table).try_into::<Config>().map_err(|e| ConfigError(e.message().to_owned()))
}

fn set(table: &mut Table, key: &str, text: &str) -> Result<(), String> {
    let Some((section, key)) = key.split_once("__") else {
        return Err(String::from("expected LATCHKEY__SECTION__KEY"));
    };
    let slot = table.entry(section.to_lowercase()).or_insert_with(|| Value::Table(Table::new()));
    let Value::Table(section) = slot else { return Err(String::from("is not a section")) };
    // Numbers, switches and lists as TOML writes them; everything else is text.
    let line = format!("v = {text}");
    let parsed = line.parse::<Table>().ok().and_then(|mut table| table.remove("v"));
    let value = match parsed {
        Some(value @ (Value::Integer(_) | Value::Boolean(_) | Value::Array(_))) => value,
        _ => Value::String(text.to_owned()),
    };
    section.insert(key.to_lowercase(), value);
    Ok(())
}

/// `latchkey.toml:12: [store] unknown field …`.
fn located(path: &Path, text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let section = text
        .lines()
        .take(line)
        .filter(|line| line.trim_start().starts_with('['))
        .last()
        .map_or_else(String::new, |header| format!("{} ", header.trim()));
    format!("{}:{line}: {section}{}", path.display(), error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latchkey.toml");
        std::fs::write(&file, text).unwrap();
        load(Some(&file), environment.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    ///
    #[test]
    fn an_unknown_key_is_named_with_its_line_and_section() {
        let refused = from("[server]\nlisten = \"127.0.0.1:1\"\n\n[store]\nurll = \"x\"\n", &[]).unwrap_err();
        assert!(refused.0.contains("latchkey.toml:5: [store] unknown field `urll`"), "{}", refused.0);
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let config = from("[store]\nurl = \"sqlite:a\"\n", &[("LATCHKEY__STORE__URL", "sqlite:b")]).unwrap();
        assert_eq!(config.store.url, "sqlite:b");
        let refused = from("", &[("LATCHKEY__STORE__URLL", "x")]).unwrap_err();
        assert!(refused.0.starts_with("LATCHKEY__STORE__URLL: unknown field"), "{}", refused.0);
    }

    #[test]
    fn numbers_and_switches_are_read_from_the_environment() {
        let config =
            from("", &[("LATCHKEY__LIMITS__ENABLED", "false"), ("LATCHKEY__LIMITS__SENDS_PER_DAY", "7")]);
        let limits = config.unwrap().limits;
        assert_eq!((limits.enabled, limits.sends_per_day), (false, 7));
    }
}
