//! How the messages of a connection fare, as far as the log tells.

use super::super::api::{Api, Refused, list, number, segment, text};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// By text message, and by mail.
const SENT: &str = "(cs OR cls)";

/// Of the last 24 hours.
#[derive(Default)]
pub struct Health {
    sent: u64,
    failed: u64,
}

impl Health {
    pub async fn of(app: &SharedApp, visit: &AdminVisit, connection: &str) -> Result<Self, Refused> {
        Ok(Self {
            sent: count(app, visit, connection, SENT).await?,
            failed: count(app, visit, connection, "fn").await?,
        })
    }

    /// A word for the colour of the dot.
    pub fn state(&self) -> &'static str {
        match (self.sent, self.failed) {
            (0, 0) => "none",
            (_, 0) => "good",
            // An event tells of the code, another of its failure.
            (sent, failed) if failed * 10 < sent => "fair",
            _ => "bad",
        }
    }

    pub fn words(&self) -> String {
        match (self.sent, self.failed) {
            (0, 0) => String::from("No message in 24 hours"),
            (sent, 0) => format!("{sent} sent in 24 hours, none failed"),
            (sent, failed) => format!("{} sent in 24 hours, {failed} failed", sent.saturating_sub(failed)),
        }
    }
}

async fn count(app: &SharedApp, visit: &AdminVisit, connection: &str, kind: &str) -> Result<u64, Refused> {
    let path = search(app, connection, kind, DAY);
    let found = Api::of(app, visit).get(&format!("{path}&include_totals=true&per_page=1")).await?;
    Ok(number(&found, "/total"))
}

/// Whether mails of the last week carried codes or links: `code`, `link` or `both`; empty where none left.
pub async fn carried(app: &SharedApp, visit: &AdminVisit, connection: &str) -> Result<&'static str, Refused> {
    let path = search(app, connection, SENT, WEEK);
    let found = Api::of(app, visit).get(&format!("{path}&per_page=100&fields=details")).await?;
    let has = |kind: &str| list(&found, "").iter().any(|entry| text(entry, "/details/send") == kind);
    Ok(match (has("code"), has("link")) {
        (true, true) => "both",
        (true, false) => "code",
        (false, true) => "link",
        (false, false) => "",
    })
}

fn search(app: &SharedApp, connection: &str, kind: &str, seconds: i64) -> String {
    let since = app.engine.now().plus(-seconds).to_iso8601();
    let q = format!("type:{kind} AND connection:\"{connection}\" AND date:[{since} TO *]");
    format!("/logs?q={}", segment(&q))
}
