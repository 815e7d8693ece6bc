//! `latchkey api`: any call of the Management API.

use anyhow::{Context, Result, ensure};
use clap::Args;
use latchkey_wire::management::operations::{self, Operation};
use reqwest::Method;
use serde_json::{Value, json};

use super::api::segment;
use super::remote::Target;
use super::{inventory, pairs, show};

#[derive(Args)]
#[command(after_help = "Examples:
  latchkey api                                          every call, and the command that makes it
  latchkey api GET /connections
  latchkey api GET /users --query 'q=email:*@acme.example' --query per_page=10
  latchkey api PATCH /tenants/settings friendly_name=Acme
  latchkey api POST /clients --data @client.json        (--data @- reads standard input)

What the API answers is shown as it is, secrets included.")]
pub struct Call {
    /// GET, POST, PATCH, PUT or DELETE
    #[arg(requires = "path")]
    method: Option<String>,
    /// Under /api/v2, as /clients
    path: Option<String>,
    /// A property of the body; the value may be JSON, dots reach inside
    #[arg(value_name = "NAME=VALUE")]
    pairs: Vec<String>,
    /// The body: JSON, or @FILE, or @- for standard input
    #[arg(long, value_name = "JSON|@FILE")]
    data: Option<String>,
    /// A property whose text is in a file (repeat for more)
    #[arg(long, value_name = "NAME=FILE")]
    secret_file: Vec<String>,
    /// A parameter of the query (repeat for more)
    #[arg(long, value_name = "NAME=VALUE")]
    query: Vec<String>,
    #[command(flatten)]
    target: Target,
}

impl Call {
    pub async fn run(self) -> Result<()> {
        let (Some(method), Some(path)) = (&self.method, &self.path) else {
            return list(self.target.json);
        };
        let method = Method::from_bytes(method.to_uppercase().as_bytes())
            .with_context(|| format!("{method} is no method"))?;
        let path = self.whole_path(path)?;
        let body = self.body()?;
        let answer = self.target.with(async |api| api.call(method, &path, body.as_ref()).await).await?;
        match answer {
            Value::Null => Ok(()),
            answer => show::json(&answer),
        }
    }

    fn whole_path(&self, typed: &str) -> Result<String> {
        let typed = typed.strip_prefix("/api/v2").unwrap_or(typed);
        ensure!(typed.starts_with('/'), "{typed}: a path begins with /, as /clients");
        let mut path = typed.to_owned();
        for text in &self.query {
            let (name, value) = pairs::split(text, "NAME=VALUE")?;
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("{}={}", segment(name), segment(value)));
        }
        Ok(path)
    }

    fn body(&self) -> Result<Option<Value>> {
        if self.data.is_none() && self.pairs.is_empty() && self.secret_file.is_empty() {
            return Ok(None);
        }
        let mut body = match &self.data {
            None => json!({}),
            Some(data) => {
                let text = match data.strip_prefix('@') {
                    Some(file) => pairs::contents(file)?,
                    None => data.clone(),
                };
                serde_json::from_str(&text).context("--data holds no JSON")?
            }
        };
        for text in &self.pairs {
            let (name, value) = pairs::split(text, "NAME=VALUE")?;
            pairs::set(&mut body, name, pairs::value_of(value))?;
        }
        for text in &self.secret_file {
            let (name, file) = pairs::split(text, "NAME=FILE")?;
            pairs::set(&mut body, name, json!(pairs::contents(file)?.trim_end()))?;
        }
        Ok(Some(body))
    }
}

/// Every operation, with the command that does it.
fn list(as_json: bool) -> Result<()> {
    let described = |operation: &Operation| {
        json!({
            "method": operation.method,
            "path": operation.path,
            "command": inventory::command_of(operation),
            "scopes": operation.scopes,
            "summary": operation.summary,
        })
    };
    let all: Vec<Value> = operations::ALL.iter().map(described).collect();
    let columns =
        [("METHOD", "/method"), ("PATH", "/path"), ("LATCHKEY …", "/command"), ("WHAT", "/summary")];
    show::records(&all, &columns, "", as_json)
}
