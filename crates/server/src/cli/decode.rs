//! `latchkey decode`: looks inside a token, without judging it.

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::Args;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

#[derive(Args)]
pub struct Decode {
    /// Print the newest code of an inbox answer instead
    #[arg(long, hide = true)]
    code: bool,
}

impl Decode {
    pub fn run(self) -> Result<()> {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
        let text = text.trim();
        let answer = serde_json::from_str::<Value>(text).ok();
        if self.code {
            let code = answer.as_ref().and_then(|answer| answer.pointer("/messages/0/code")?.as_str());
            println!("{}", code.context("there is no message with a code in this answer")?);
            return Ok(());
        }
        let token = match &answer {
            Some(answer) => match answer.get("id_token").and_then(Value::as_str) {
                Some(token) => token,
                None => bail!("this answer holds no id_token: {answer}"),
            },
            None => text,
        };
        println!("{}", serde_json::to_string_pretty(&inside(token)?)?);
        Ok(())
    }
}

fn inside(token: &str) -> Result<Value> {
    let mut parts = token.split('.').map(|part| {
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).context("this is no JWT")?;
        serde_json::from_slice::<Value>(&bytes).context("this is no JWT")
    });
    let header = parts.next().context("this is no JWT")??;
    let claims = parts.next().context("this is no JWT")??;
    Ok(json!({ "header": header, "claims": claims }))
}
