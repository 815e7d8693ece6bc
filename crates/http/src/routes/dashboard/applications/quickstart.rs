//! The quick start of an application: code to paste, with its own names in it, and what that code needs.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_wire::management::Query;
use serde_json::Value;

use super::needs::{Has, Told, callback_of, name_of_way};
use super::snippets::{Gaps, Guide, guides_of};
use super::{Application, PATH, client};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment, text};
use crate::routes::dashboard::frame::{self, Frame, show};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route(&format!("{PATH}/{{id}}"), get(to_quickstart))
        .route(&format!("{PATH}/{{id}}/quickstart"), get(page).post(meet))
}

#[derive(Template)]
#[template(path = "dashboard/applications/application_quickstart.html")]
struct Page {
    frame: Frame,
    application: Application,
    guides: &'static [Guide],
    guide: &'static Guide,
    needs: Vec<Told>,
    /// Title and code.
    steps: Vec<(&'static str, String)>,
    gaps: Gaps,
}

impl Page {
    fn open(&self) -> usize {
        self.needs.iter().filter(|need| !need.met).count()
    }
}

async fn to_quickstart(Path(id): Path<String>) -> Response {
    see_other(&format!("{PATH}/{}/quickstart", segment(&id)))
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    match Facts::read(&app, &visit, &id).await {
        Ok(facts) => show(StatusCode::OK, &facts.page(&app, &visit, &visit.query)),
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

/// Gives the client what the code needs, by a press of a button.
async fn meet(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let visit = &form.visit;
    let facts = match Facts::read(&app, visit, &id).await {
        Ok(facts) => facts,
        Err(refused) => return frame::refused(&app, visit, PATH, refused),
    };
    let (guide, gaps) = facts.chosen(&app, &form.fields);
    let need = guide.needs.iter().find(|need| need.word() == form.field("need"));
    let change = need.and_then(|need| need.change(&facts.client, &gaps));
    let done = match change {
        None => Ok(Value::Null),
        Some(change) => Api::of(&app, visit).patch(&format!("/clients/{}", segment(&id)), &change).await,
    };
    match done {
        Ok(_) => {
            let by = if gaps.by_email { "email" } else { "sms" };
            let base = &facts.application.base;
            see_other(&format!("{base}/quickstart?with={}&by={by}&said=saved", guide.word))
        }
        Err(refused) => {
            let mut page = facts.page(&app, visit, &form.fields);
            page.frame = page.frame.failed(refused.message);
            show(refused.status, &page)
        }
    }
}

/// What the page is made of.
struct Facts {
    client: Value,
    application: Application,
    connections: Vec<Value>,
    audiences: Vec<String>,
}

impl Facts {
    async fn read(app: &SharedApp, visit: &AdminVisit, id: &str) -> Result<Self, Refused> {
        let api = Api::of(app, visit);
        let client = client(app, visit, id).await?;
        let application = Application::of(&client);
        let path = format!(
            "/clients/{}/connections?strategy=sms&strategy=email&take=100&fields=name,strategy",
            segment(id)
        );
        let found = api.get(&path).await?;
        let grants = match application.is_machine() {
            true => api.all(&format!("/client-grants?client_id={}", segment(id))).await?,
            false => Vec::new(),
        };
        let audiences = grants.iter().map(|grant| text(grant, "/audience").to_owned()).collect();
        Ok(Self { client, application, connections: list(&found, "/connections").to_vec(), audiences })
    }

    /// The guide that is asked for, and what stands in its gaps.
    fn chosen(&self, app: &SharedApp, query: &Query) -> (&'static Guide, Gaps) {
        let guides = guides_of(&self.application.app_type);
        let with = query.text("with").unwrap_or_default();
        let guide = guides.iter().find(|guide| guide.word == with).or(guides.first());
        let has = |kind: &str| self.connections.iter().any(|one| text(one, "/strategy") == kind);
        let by_email = match query.text("by") {
            Some(by) => by == "email",
            None => has("email") && !has("sms"),
        };
        let kind = if by_email { "email" } else { "sms" };
        let usual = String::from("https://api.example.com/");
        let gaps = Gaps {
            issuer: app.engine.settings.issuer.clone(),
            domain: app.authority.clone(),
            client: self.application.id.clone(),
            callback: callback_of(&self.client, &self.application.app_type),
            connection: name_of_way(&self.connections, kind).to_owned(),
            // As a shell reads it between quotation marks.
            audience: self.audiences.first().unwrap_or(&usual).replace('\'', "'\\''"),
            by_email,
            dev: app.dev,
        };
        (guide.unwrap_or(&super::snippets::ANY), gaps)
    }

    fn page(self, app: &SharedApp, visit: &AdminVisit, query: &Query) -> Page {
        let (guide, gaps) = self.chosen(app, query);
        let ways = ["sms", "email"].into_iter();
        let ways = ways.filter(|kind| self.connections.iter().any(|one| text(one, "/strategy") == *kind));
        let has = Has { client: &self.client, ways: ways.collect(), audiences: self.audiences };
        let told = |need: &super::needs::Need| need.told(&self.application, &gaps, &has);
        Page {
            frame: self.application.frame(app, visit),
            guides: guides_of(&self.application.app_type),
            guide,
            needs: guide.needs.iter().map(told).collect(),
            steps: guide.steps.iter().map(|step| (step.title, step.text(&gaps))).collect(),
            application: self.application,
            gaps,
        }
    }
}
