//! `latchkey import`: a file of users into a running server.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::api::Api;
use super::form::Form;
use super::remote::Target;
use super::{jobs, show};
use crate::host::HostRandom;

#[derive(Args)]
#[command(
    after_help = "The file is a JSON array of users, or one JSON object a line, gzip or not: what `latchkey export` and
Auth0's export write. Nobody gets a message. Users keep their ids.

With --url, the token needs the scopes create:users and read:connections. Get one:
  curl https://login.example.com/oauth/token -d grant_type=client_credentials \\
      -d client_id=… -d client_secret=… -d audience=https://login.example.com/api/v2/

Examples:
  latchkey import users.json --connection sms
  latchkey import users.json.gz --connection email --upsert --json

Exit code 1 where the job failed or a record did not come in; the others are in all the same."
)]
pub struct Import {
    /// The file; `-` for standard input
    file: PathBuf,
    /// The connection that they sign in by: its name, or its id
    #[arg(long, value_name = "NAME")]
    connection: String,
    /// Also change users who are there already
    #[arg(long)]
    upsert: bool,
    /// A name of yours for the job
    #[arg(long, value_name = "TEXT")]
    external_id: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// What a packed file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Errors that are shown as a table.
const MOST_ROWS: usize = 100;

impl Import {
    pub async fn run(self) -> Result<()> {
        // Read first: nothing is asked of a server for a file that is not there.
        let file = self.read()?;
        self.target.with(async |api| self.bring(api, file).await).await
    }

    async fn bring(&self, api: &Api, file: Vec<u8>) -> Result<()> {
        let connection = jobs::connection_id(api, &self.connection).await?;
        let random: &dyn latchkey_core::Random = &HostRandom::new();
        let mut form = Form::new(&random.bytes::<16>())
            .text("connection_id", &connection)
            .text("upsert", if self.upsert { "true" } else { "false" })
            .text("send_completion_email", "false");
        if let Some(id) = &self.external_id {
            form = form.text("external_id", id);
        }
        let job = api.post_form("/jobs/users-imports", form.file("users", &file)).await?;
        drop(file);
        eprintln!("job {}", text(&job, "id"));
        let job = jobs::wait(api, &job, "importing").await?;
        self.report(api, job).await
    }

    /// Packed, whether or not it is already: so a server takes ten times as much.
    fn read(&self) -> Result<Vec<u8>> {
        let mut source: Box<dyn BufRead> = match self.file.as_os_str() == "-" {
            true => Box::new(std::io::stdin().lock()),
            false => Box::new(BufReader::new(File::open(&self.file).with_context(|| self.unreadable())?)),
        };
        packed(&mut source).with_context(|| self.unreadable())
    }

    fn unreadable(&self) -> String {
        match self.file.as_os_str() == "-" {
            true => String::from("cannot read standard input"),
            false => format!("cannot read {}", self.file.display()),
        }
    }

    async fn report(&self, api: &Api, job: Value) -> Result<()> {
        let count =
            |name: &str| job.pointer(&format!("/summary/{name}")).and_then(Value::as_u64).unwrap_or(0);
        let [total, inserted, updated, failed] = ["total", "inserted", "updated", "failed"].map(count);
        let has_failed = text(&job, "status") == "failed";
        let errors = match failed > 0 && !has_failed {
            true => api.get(&format!("/jobs/{}/errors", text(&job, "id"))).await?,
            false => json!([]),
        };
        if self.target.json {
            show::json(&json!({ "job": job, "errors": errors }))?;
        } else {
            println!("{total} users: {inserted} new, {updated} changed, {failed} failed");
            for warning in list(job.get("warnings")) {
                println!("{}: {}", count_of(warning), jobs::plain(text(warning, "message")));
            }
            let rows = rows(&errors);
            if !rows.is_empty() {
                show::table(["USER", "CODE", "PROPERTY", "MESSAGE"], &rows, "")?;
            }
            if list(Some(&errors)).len() > MOST_ROWS {
                println!("… and more: --json shows all");
            }
        }
        if has_failed {
            bail!("the import failed: {}", jobs::plain(text(&job, "status_details")));
        }
        if failed > 0 {
            bail!("{failed} of {total} users did not come in");
        }
        Ok(())
    }
}

fn packed(source: &mut dyn BufRead) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if source.fill_buf()?.starts_with(&GZIP) {
        source.read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut packer = GzEncoder::new(bytes, Compression::fast());
    std::io::copy(source, &mut packer)?;
    packer.finish()
}

fn count_of(warning: &Value) -> String {
    match warning.get("count").and_then(Value::as_u64) {
        Some(1) | None => String::from("1 record"),
        Some(count) => format!("{count} records"),
    }
}

fn rows(errors: &Value) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for failed in list(Some(errors)).iter().take(MOST_ROWS) {
        let user = failed.get("user").unwrap_or(&Value::Null);
        let named = ["user_id", "email", "phone_number", "name"].into_iter().map(|name| text(user, name));
        let named = named.filter(|name| !name.is_empty()).map(jobs::plain).next();
        for error in list(failed.get("errors")) {
            rows.push([
                named.clone().unwrap_or_else(|| String::from("?")),
                jobs::plain(text(error, "code")),
                jobs::plain(text(error, "path")),
                jobs::plain(text(error, "message")),
            ]);
        }
    }
    rows
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
