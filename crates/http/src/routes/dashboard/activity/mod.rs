//! Activity: what happened, in figures and lines (section 4.2 of the management contract).

mod factors;
mod prices;
mod report;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;

use super::api::{Api, Refused, number, text};
use super::frame::{self, Frame, show};
use super::numbers::{counted, day_of};
use crate::app::SharedApp;
use crate::extract::admin::AdminVisit;
use crate::routes::assets;
use report::Report;

pub const PATH: &str = "/dashboard/activity";
/// Days that a link leads to.
const RANGES: [u32; 4] = [7, 14, 30, 60];
const USUAL: &str = "30";
const NO_DAYS: &str = "Choose two days as YYYY-MM-DD, the first before the last and at most 400 apart.";

pub fn route() -> Router<SharedApp> {
    Router::new().route(PATH, get(page)).merge(prices::route())
}

#[derive(Template)]
#[template(path = "dashboard/activity.html")]
struct Page {
    frame: Frame,
    totals: Vec<Total>,
    ranges: Vec<Range>,
    /// The days that are shown, `YYYY-MM-DD`, as typed where they were.
    from: String,
    to: String,
    /// The period in words.
    period: String,
    is_custom: bool,
    /// The days that were typed are none, or not in their order.
    days_error: Option<&'static str>,
    report: Report,
    script: String,
}

/// How many there are of something.
struct Total {
    path: &'static str,
    text: String,
}

struct Range {
    days: u32,
    is_here: bool,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    match read(&app, &visit).await {
        Ok((status, page)) => show(status, &page),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

async fn read(app: &SharedApp, visit: &AdminVisit) -> Result<(StatusCode, Page), Refused> {
    let api = Api::of(app, visit);
    let asked = Asked::of(&visit.query);
    let answer = match asked.is_in_order() {
        true => api.get(&asked.path()).await,
        // The API takes them, and answers no day.
        false => Err(Refused::by_page(StatusCode::BAD_REQUEST, NO_DAYS)),
    };
    let (status, found) = match answer {
        Ok(found) => (StatusCode::OK, found),
        // A day that is none: the usual ones are shown, and what is wrong with it.
        Err(refused) if refused.status == StatusCode::BAD_REQUEST => {
            (refused.status, api.get(&Asked::default().path()).await?)
        }
        Err(refused) => return Err(refused),
    };
    let frame = Frame::new(app, visit, PATH, "Activity");
    let is_custom = matches!(asked, Asked::Between(..));
    let days_error = (is_custom && status != StatusCode::OK).then_some(NO_DAYS);
    let frame = match status {
        StatusCode::OK => frame,
        _ => frame.failed("These days cannot be shown. Here are the last 30."),
    };
    let day = |pointer: &str| text(&found, pointer).chars().take(10).collect::<String>();
    let (from, to) = (day("/from"), day("/to"));
    let ranges = RANGES.iter().map(|days| Range { days: *days, is_here: asked.is(*days) }).collect();
    let period = format!("{} to {}", day_of(&from), day_of(&to));
    let (from, to) = match days_error {
        Some(_) => ["from", "to"].map(|name| visit.query.text(name).unwrap_or_default().to_owned()).into(),
        None => (from, to),
    };
    let page = Page {
        totals: totals(&api).await?,
        ranges,
        period,
        is_custom,
        days_error,
        from,
        to,
        report: Report::of(&found),
        script: assets::url("dashboard-activity.js"),
        frame,
    };
    Ok((status, page))
}

/// The days that the address asks for.
enum Asked {
    Last(String),
    Between(String, String),
}

impl Default for Asked {
    fn default() -> Self {
        Self::Last(String::from(USUAL))
    }
}

impl Asked {
    fn of(query: &Query) -> Self {
        let day =
            |name: &str| query.text(name).filter(|text| !text.is_empty()).map(|text| text.replace('-', ""));
        match (day("from"), day("to")) {
            (Some(from), Some(to)) => Self::Between(from, to),
            _ => query.text("days").map_or_else(Self::default, |days| Self::Last(days.to_owned())),
        }
    }

    fn path(&self) -> String {
        let part = super::api::segment;
        match self {
            Self::Last(days) => format!("/stats/activity?days={}", part(days)),
            Self::Between(from, to) => format!("/stats/activity?from={}&to={}", part(from), part(to)),
        }
    }

    fn is_in_order(&self) -> bool {
        !matches!(self, Self::Between(from, to) if from > to)
    }

    fn is(&self, days: u32) -> bool {
        matches!(self, Self::Last(asked) if *asked == days.to_string())
    }
}

async fn totals(api: &Api<'_>) -> Result<Vec<Total>, Refused> {
    let mut totals = Vec::new();
    for (list, path, one, many) in [
        ("/users?", "/dashboard/users", "user", "users"),
        ("/clients?is_global=false&", "/dashboard/applications", "application", "applications"),
        ("/resource-servers?", "/dashboard/apis", "API", "APIs"),
        ("/connections?", "/dashboard/connections/passwordless", "connection", "connections"),
    ] {
        let found = api.get(&format!("{list}per_page=1&include_totals=true")).await?;
        let total = number(&found, "/total");
        totals.push(Total { path, text: counted(total, one, many) });
    }
    Ok(totals)
}
