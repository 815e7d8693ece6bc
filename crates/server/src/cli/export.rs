//! `latchkey export`: the users of a running server into a file.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::api::Api;
use super::remote::Target;
use super::{jobs, show};

#[derive(Args)]
#[command(
    after_help = "The file is packed by gzip. It holds what people told you of themselves: only you can read it.

With --url, the token needs the scope read:users, and read:connections with --connection.

Examples:
  latchkey export -o users.json.gz
  latchkey export --connection sms --format csv --field user_id --field phone_number=Phone -o users.csv.gz
  latchkey export -o - | gunzip | jq .email"
)]
pub struct Export {
    /// Only users who have an identity on this connection: its name, or its id
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// json: an object a line; json-array: one array; csv: a table
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A property to export, as `name` or `name=title`; paths reach inside (repeat for more; all unless named)
    #[arg(long = "field", value_name = "NAME[=TITLE]")]
    fields: Vec<String>,
    /// Most users
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// The file; `-` for standard output [default: users.json.gz or users.csv.gz]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Json,
    JsonArray,
    Csv,
}

impl Format {
    fn wire(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonArray => "json-array",
            Self::Csv => "csv",
        }
    }
}

impl Export {
    pub async fn run(self) -> Result<()> {
        let place = self.place()?;
        self.target.with(async |api| self.fetch(api, &place).await).await
    }

    async fn fetch(&self, api: &Api, place: &Place) -> Result<()> {
        let mut body = json!({ "format": self.format.wire() });
        if let Some(name) = &self.connection {
            set(&mut body, "connection_id", json!(jobs::connection_id(api, name).await?));
        }
        if let Some(limit) = self.limit {
            set(&mut body, "limit", json!(limit));
        }
        if !self.fields.is_empty() {
            set(&mut body, "fields", self.fields.iter().map(|text| field(text)).collect());
        }
        let job = api.post("/jobs/users-exports", &body).await?;
        eprintln!("job {}", job.get("id").and_then(Value::as_str).unwrap_or_default());
        let job = jobs::wait(api, &job, "exporting").await?;
        let text = |name: &str| job.get(name).and_then(Value::as_str);
        if text("status") == Some("failed") {
            bail!("the export failed: {}", jobs::plain(text("status_details").unwrap_or_default()));
        }
        let link = text("location").context("the server names no link to the file")?;
        let response = api.download(link).await?;
        let bytes = place.take(response).await?;
        match (self.target.json, place) {
            (true, Place::File(file)) => show::json(&json!({ "job": job, "file": file, "bytes": bytes })),
            (false, Place::File(file)) => {
                println!("{} ({bytes} bytes)", file.display());
                Ok(())
            }
            (_, Place::Output) => Ok(()),
        }
    }

    /// Decided before anything is asked for, so that no file is made in vain.
    fn place(&self) -> Result<Place> {
        let Some(file) = &self.output else {
            let name = if matches!(self.format, Format::Csv) { "users.csv.gz" } else { "users.json.gz" };
            ensure!(!Path::new(name).exists(), "{name} is there already: name another file with -o");
            return Ok(Place::File(PathBuf::from(name)));
        };
        if file.as_os_str() == "-" {
            ensure!(
                !std::io::stdout().is_terminal(),
                "the file is packed and no text: pipe it on, or name a file with -o"
            );
            return Ok(Place::Output);
        }
        Ok(Place::File(file.clone()))
    }
}

enum Place {
    File(PathBuf),
    Output,
}

impl Place {
    async fn take(&self, response: reqwest::Response) -> Result<u64> {
        let file = match self {
            Self::Output => return copy(response, &mut std::io::stdout().lock()).await,
            Self::File(file) => file,
        };
        // Whole or not at all.
        let mut name = file.clone().into_os_string();
        name.push(".part");
        let part = PathBuf::from(name);
        let wrong = || format!("cannot write {}", part.display());
        let _ = std::fs::remove_file(&part);
        let mut out =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).with_context(wrong)?;
        let copied = copy(response, &mut out).await;
        let saved = copied.and_then(|bytes| {
            out.sync_all().with_context(wrong)?;
            std::fs::rename(&part, file).with_context(|| format!("cannot write {}", file.display()))?;
            Ok(bytes)
        });
        if saved.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        saved
    }
}

async fn copy(mut response: reqwest::Response, out: &mut impl Write) -> Result<u64> {
    let mut bytes = 0u64;
    while let Some(piece) = response.chunk().await.context("the file broke off")? {
        out.write_all(&piece).context("cannot write the file")?;
        bytes = bytes.saturating_add(piece.len() as u64);
    }
    out.flush().context("cannot write the file")?;
    Ok(bytes)
}

fn field(text: &str) -> Value {
    match text.split_once('=') {
        Some((name, title)) => json!({ "name": name, "export_as": title }),
        None => json!({ "name": text }),
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(object) = body.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
