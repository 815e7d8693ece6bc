//! The reference of the configuration, from the doc comments of its structs: docs/config.md, and the
//! comments of `latchkey init`.

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::config::{Config, SOURCES};

/// A key of a section with what is said about it and its default, as TOML.
struct Key {
    name: String,
    text: String,
    default: Option<String>,
}

pub fn run() -> Result<()> {
    println!("# Configuration\n");
    println!("<!-- Generated from the program by `cargo xtask gen`. -->\n");
    println!(
        "One TOML file, named with `--config`, or `latchkey.toml` where the server is started. Every key can"
    );
    println!(
        "also be set in the environment, as `LATCHKEY__SECTION__KEY`; the environment wins. Unknown keys are"
    );
    println!("refused. Without a file the server starts on SQLite in `./latchkey-data`.");
    for (section, source) in SOURCES {
        println!("\n## [{section}]\n\n{}\n", about(source));
        println!("| Key | Default | Meaning |\n|---|---|---|");
        for key in keys(section, source)? {
            let default = key.default.map_or_else(|| String::from("–"), |text| format!("`{text}`"));
            println!("| `{}` | {default} | {} |", key.name, key.text);
        }
    }
    Ok(())
}

/// A commented file with every key at its default.
pub fn sample() -> Result<String> {
    let mut text = String::from("# Latchkey. Every key at its default; see docs/config.md.\n");
    for (section, source) in SOURCES {
        text.push_str(&format!("\n# {}\n[{section}]\n", about(source)));
        for key in keys(section, source)? {
            let line = match key.default {
                Some(default) => format!("# {} = {default}", key.name),
                None => format!("# {} = \"\"", key.name),
            };
            text.push_str(&format!("# {}\n{line}\n", key.text));
        }
    }
    Ok(text)
}

/// The first line of a module's documentation, without the section's name.
fn about(source: &str) -> String {
    let line = source.lines().next().unwrap_or_default().trim_start_matches("//! ");
    let text = line.split_once(": ").map_or(line, |(_, text)| text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn keys(section: &str, source: &str) -> Result<Vec<Key>> {
    let defaults = Table::try_from(Config::default())?;
    let defaults = defaults.get(section).and_then(Value::as_table).context("a section without defaults")?;
    let mut keys = Vec::new();
    let mut text: Vec<&str> = Vec::new();
    let body = source.split_once("pub struct ").map_or("", |(_, body)| body);
    let body = body.split_once("\n}").map_or(body, |(body, _)| body);
    for line in body.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("///") {
            text.push(comment.trim());
        } else if let Some(field) = line.strip_prefix("pub ") {
            let name = field.split(':').next().unwrap_or_default().to_owned();
            let default = defaults.get(&name).map(ToString::to_string);
            keys.push(Key { name, text: text.join(" "), default });
            text.clear();
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described() {
        for (section, source) in SOURCES {
            for key in keys(section, source).unwrap() {
                assert!(!key.text.is_empty(), "[{section}] {}", key.name);
            }
        }
    }

    /// A key that was commented out, with a default.
    fn is_setting(line: &str) -> bool {
        line.split_once(" = ").is_some_and(|(name, value)| !name.contains(' ') && value != "\"\"")
    }

    #[test]
    fn the_sample_is_a_configuration() {
        let text = sample().unwrap();
        toml::from_str::<Config>(&text).unwrap();
        let open: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if is_setting(setting) => setting,
                _ => line,
            })
            .collect::<Vec<_>>()
            .join("\n");
        toml::from_str::<Config>(&open).unwrap();
    }
}
