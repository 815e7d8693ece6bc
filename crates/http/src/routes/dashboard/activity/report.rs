//! What an answer of `/stats/activity` is on the page.

use serde_json::Value;

use super::factors::{Factor, factors, saved};
use crate::routes::dashboard::api::{list, text};
use crate::routes::dashboard::chart::{Chart, Line};
use crate::routes::dashboard::numbers::{change, counted, grouped};

pub struct Report {
    pub figures: Vec<Figure>,
    pub messages: Chart,
    pub countries: Vec<Country>,
    pub senders: Vec<Sender>,
    pub cost: Option<Cost>,
    pub factors: Vec<Factor>,
    /// What passkeys and keys of devices made needless, in words; empty where nothing.
    pub saved: String,
    /// Nothing at all happened.
    pub is_empty: bool,
    /// The log is still being counted.
    pub is_behind: bool,
}

/// A number, how it changed, and its line.
pub struct Figure {
    pub total: String,
    pub change: String,
    pub chart: Chart,
}

pub struct Country {
    pub code: String,
    pub sent: String,
    pub failed: String,
    pub verified: String,
    /// Of a hundred messages.
    pub rate: String,
    /// The length of its bar, of a hundred.
    pub bar: u64,
}

pub struct Sender {
    pub name: String,
    pub connection: String,
    pub sent: String,
    pub failed: String,
    /// Codes and links that led to a sign-in; a dash where nobody can tell.
    pub verified: String,
    pub bar: u64,
}

pub struct Cost {
    pub amount: String,
    pub before: String,
    pub about: String,
}

/// Id, title, what it means, the number of a day, and whether days add up.
const FIGURES: [(&str, &str, &str, &str, bool); 5] = [
    ("sign-ins", "Sign-ins", "By codes, links, passkeys and keys of devices.", "logins", true),
    ("sign-ups", "Sign-ups", "People who signed in for the first time.", "signups", true),
    ("failed", "Failed sign-ins", "Wrong or late codes, and people who may not.", "failed_logins", true),
    (
        "active",
        "Active users a day",
        "Everybody who signed in or whose application went on for them, once a day.",
        "active_users",
        false,
    ),
    (
        "retention",
        "Returning users a day",
        "Active users who had signed up on a day before.",
        "returning_users",
        false,
    ),
];

impl Report {
    pub fn of(found: &Value) -> Self {
        let (days, before) = (list(found, "/days"), list(found, "/before/days"));
        let figure = |(id, title, hint, name, adds)| figure((id, title, hint), (days, before), name, adds);
        let figures: Vec<Figure> = FIGURES.into_iter().map(figure).collect();
        let hint = "Handed to a provider, those of them that failed, and how many sign-ins came of them.";
        let messages = Chart::new("messages", "Messages", hint, days)
            .line(Line::of("Sent", days, "messages_sent"))
            .line(Line::of("Verified", days, "messages_verified"))
            .line(Line::of("Failed", days, "messages_failed"));
        let is_empty = figures.iter().map(|figure| &figure.chart).chain([&messages]).all(is_flat);
        let most = |pointer: &str| number(list(found, pointer).first(), "sent").max(1);
        let countries =
            list(found, "/countries").iter().map(|one| country(one, most("/countries"))).collect();
        let senders = list(found, "/senders").iter().map(|one| sender(one, most("/senders"))).collect();
        let factors = factors(list(found, "/factors"));
        let saved = saved(found);
        Self {
            figures,
            factors,
            saved,
            messages,
            countries,
            senders,
            cost: found
                .get("cost")
                .filter(|cost| cost.is_object())
                .map(|now| cost(now, found, &earlier(days.len()))),
            is_empty,
            is_behind: found.get("complete") == Some(&Value::Bool(false)),
        }
    }
}

fn figure(
    (id, title, hint): (&'static str, &'static str, &'static str),
    (days, before): (&[Value], &[Value]),
    name: &str,
    adds: bool,
) -> Figure {
    let these = match days.len() {
        1 => String::from("This day"),
        many => format!("These {many} days"),
    };
    let now = Line::of(these, days, name);
    let then = Line::of(earlier(days.len()), before, name);
    let (total, change) = match adds {
        true => (grouped(now.sum()), change(now.sum(), then.sum())),
        false => (format!("{} on average", average(&now)), change_of_average(&now, &then)),
    };
    Figure { total, change, chart: Chart::new(id, title, hint, days).line(now).line(then) }
}

fn mean(line: &Line) -> u64 {
    line.sum() / (line.values.len() as u64).max(1)
}

/// More than none, and less than one a day.
fn is_under_one(line: &Line) -> bool {
    line.sum() > 0 && mean(line) == 0
}

fn average(line: &Line) -> String {
    if is_under_one(line) { String::from("under 1") } else { grouped(mean(line)) }
}

fn change_of_average(now: &Line, then: &Line) -> String {
    match is_under_one(now) || is_under_one(then) {
        true if then.sum() == 0 => String::from("none before"),
        true => format!("{} before", average(then)),
        false => change(mean(now), mean(then)),
    }
}

/// What the days before are called.
fn earlier(days: usize) -> String {
    match days {
        1 => String::from("The day before"),
        many => format!("The {many} days before"),
    }
}

fn is_flat(chart: &Chart) -> bool {
    chart.lines.iter().all(|line| line.sum() == 0)
}

pub fn number(value: Option<&Value>, name: &str) -> u64 {
    value.and_then(|value| value.get(name)).and_then(Value::as_u64).unwrap_or_default()
}

/// A part of a whole, of a hundred.
pub fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or_default()
}

fn country(one: &Value, most: u64) -> Country {
    let of = |name: &str| number(Some(one), name);
    Country {
        code: text(one, "/country").to_owned(),
        sent: grouped(of("sent")),
        failed: grouped(of("failed")),
        verified: grouped(of("verified")),
        rate: match of("sent") {
            0 => String::from("–"),
            sent => format!("{}%", percent(of("verified"), sent).min(100)),
        },
        bar: percent(of("sent"), most),
    }
}

fn sender(one: &Value, most: u64) -> Sender {
    let of = |name: &str| number(Some(one), name);
    let name = match text(one, "/sender") {
        "" => "not recorded",
        "twilio" => "Twilio",
        "smtp" => "Mail server (SMTP)",
        "inbox" => "Inbox of this server",
        "sms_gateway" => "Your gateway",
        "http" => "Your endpoint",
        other => other,
    };
    Sender {
        name: name.to_owned(),
        connection: text(one, "/connection").to_owned(),
        sent: grouped(of("sent")),
        failed: grouped(of("failed")),
        verified: one.get("verified").and_then(Value::as_u64).map_or_else(|| String::from("–"), grouped),
        bar: percent(of("sent"), most),
    }
}

fn cost(now: &Value, found: &Value, earlier: &str) -> Cost {
    let amount = |cost: &Value| {
        let total = cost.get("total").and_then(Value::as_f64).unwrap_or_default();
        format!("{total:.2} {}", text(cost, "/currency"))
    };
    let messages = counted(number(Some(now), "messages"), "message", "messages");
    let unpriced = match number(Some(now), "unpriced") {
        0 => String::new(),
        many => format!(" {} without a price left out.", counted(many, "message", "messages")),
    };
    Cost {
        amount: amount(now),
        before: format!("{earlier}: {}", amount(found.pointer("/before/cost").unwrap_or(&Value::Null))),
        about: format!("{messages} at the prices that you set.{unpriced}"),
    }
}
