//! Two users that are one person: found by search, or by an address that both have proved.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};

use super::identities::{self, Identity};
use super::person::Person;
use super::search::Search;
use super::{PATH, at, base, find, refused};
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, list, segment};
use crate::routes::dashboard::danger::Danger;
use crate::routes::dashboard::frame::{self, Frame, show};

/// Users that a search offers.
const MOST: usize = 10;

pub fn route() -> Router<SharedApp> {
    Router::new().route("/dashboard/users/{id}/link", get(page).post(link))
}

/// Another user who has proved the same address.
pub struct Twin {
    pub person: Person,
    pub address: String,
}

pub async fn twins(app: &SharedApp, visit: &AdminVisit, id: &str, of: &[Identity]) -> Vec<Twin> {
    let mut twins: Vec<Twin> = Vec::new();
    for identity in of.iter().filter(|identity| identity.verified) {
        let (path, name) = match identity.by_mail {
            true => ("users-by-email", "email"),
            false => ("users-by-phone", "phone_number"),
        };
        let path = format!("/{path}?{name}={}", segment(&identity.address));
        let found = Api::of(app, visit).get(&path).await.unwrap_or_default();
        for user in list(&found, "") {
            let person = Person::of(user);
            let same = |one: &Identity| one.verified && one.address == identity.address;
            let is_known = person.id == id || twins.iter().any(|twin| twin.person.id == person.id);
            if !is_known && identities::of(user).iter().any(same) {
                twins.push(Twin { person, address: identity.address.clone() });
            }
        }
    }
    twins
}

#[derive(Template)]
#[template(path = "dashboard/users/user_link.html")]
struct Page {
    frame: Frame,
    base: String,
    person: Person,
    search: Search,
    /// Without the user itself.
    people: Vec<Person>,
    /// More fit than are shown.
    more: bool,
    /// Whom the person chose: to be confirmed, in place of the search.
    chosen: Option<Chosen>,
}

struct Chosen {
    person: Person,
    confirm: Danger,
}

impl Chosen {
    /// An address that both have would not say which of them is meant.
    async fn find(app: &SharedApp, visit: &AdminVisit, own: &Person, other: &str) -> Result<Self, Refused> {
        let person = Person::of(&find(app, visit, other).await?);
        let is_shared = person.confirmation() == own.confirmation();
        let name = if is_shared { &person.id } else { person.confirmation() };
        let confirm = Danger::at(&own.href, "link", name);
        Ok(Self { person, confirm })
    }
}

async fn page(State(app): State<SharedApp>, Path(id): Path<String>, visit: AdminVisit) -> Response {
    let own = match find(&app, &visit, &id).await {
        Ok(user) => Person::of(&user),
        Err(why) => return refused(&app, &visit, why),
    };
    match visit.query.text("other") {
        None => render(&app, &visit, own, (None, None)).await,
        Some(other) => match Chosen::find(&app, &visit, &own, other).await {
            Ok(chosen) => render(&app, &visit, own, (Some(chosen), None)).await,
            Err(why) => render(&app, &visit, own, (None, Some(why))).await,
        },
    }
}

async fn render(
    app: &SharedApp,
    visit: &AdminVisit,
    person: Person,
    (chosen, why): (Option<Chosen>, Option<Refused>),
) -> Response {
    let mut search = Search::of(&visit.query);
    let (mut status, mut frame) = (StatusCode::OK, Frame::new(app, visit, PATH, "Link another user"));
    let mut people = Vec::new();
    if let Some(q) = search.query() {
        let path = format!("/users?per_page={}&q={}", MOST + 2, segment(&q));
        match Api::of(app, visit).get(&path).await {
            Ok(found) => people = list(&found, "").iter().map(Person::of).collect(),
            Err(refused) => {
                frame = match search.blame(&refused) {
                    true => frame.failed("Nothing was searched for: the search is not right."),
                    false => frame.failed(refused.message),
                };
                status = refused.status;
            }
        }
    }
    people.retain(|other| other.id != person.id);
    let more = people.len() > MOST;
    people.truncate(MOST);
    if let Some(why) = why {
        (status, frame) = (why.status, frame.failed(why.message));
    }
    show(status, &Page { frame, base: person.href.clone(), person, search, people, more, chosen })
}

/// Makes two users one, once it was typed who the other one is.
async fn link(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let (visit, other) = (&form.visit, form.field("other"));
    let own = match find(&app, visit, &id).await {
        Ok(user) => Person::of(&user),
        Err(why) => return refused(&app, visit, why),
    };
    let mut chosen = match Chosen::find(&app, visit, &own, other).await {
        Ok(chosen) => chosen,
        Err(why) => return render(&app, visit, own, (None, Some(why))).await,
    };
    let typed = form.field("confirm");
    if !Danger::is_confirmed(typed, &chosen.confirm.name) {
        chosen.confirm.fail(typed);
        let why =
            Refused::by_page(StatusCode::BAD_REQUEST, "Nothing was linked: the confirmation is not right.");
        return render(&app, visit, own, (Some(chosen), Some(why))).await;
    }
    let provider = other.split_once('|').map_or(other, |(provider, _)| provider);
    let body: Value = json!({ "provider": provider, "user_id": other });
    match Api::of(&app, visit).post(&format!("{}/identities", at(&id)), &body).await {
        Ok(_) => see_other(&format!("{}?said=linked", base(&id))),
        Err(why) => render(&app, visit, own, (Some(chosen), Some(why))).await,
    }
}
