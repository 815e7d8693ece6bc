//! The identities of a user: their addresses, whether they are proved, and how one is parted from the user.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::details::{Page, back, done};
use super::{at, refused};
use crate::app::SharedApp;
use crate::extract::admin::AdminForm;
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, list, segment, text};

pub fn route() -> Router<SharedApp> {
    Router::new()
        .route("/dashboard/users/{id}/address", get(back).post(change))
        .route("/dashboard/users/{id}/verified", get(back).post(vouch))
        .route("/dashboard/users/{id}/unlink", get(back).post(unlink))
}

pub struct Identity {
    pub provider: String,
    pub user_id: String,
    pub connection: String,
    /// By mail, or by text message.
    pub by_mail: bool,
    pub address: String,
    pub verified: bool,
    pub is_main: bool,
    /// The API finds an identity by its connection: of two on one connection, only the first can be changed.
    pub can_change: bool,
    /// What was typed in place of the address, and what is wrong with it.
    pub typed: Option<(String, String)>,
}

impl Identity {
    /// Nothing is proved and nothing can be changed where there is no address, as of somebody who made a passkey.
    pub fn what(&self) -> &'static str {
        match (self.address.is_empty(), self.by_mail) {
            (true, _) => "A user",
            (false, true) => "Email address",
            (false, false) => "Phone number",
        }
    }

    /// As the address, where there is one.
    pub fn named(&self) -> String {
        match self.address.is_empty() {
            true => format!("{}|{}", self.provider, self.user_id),
            false => self.address.clone(),
        }
    }

    pub fn field(&self) -> &str {
        self.typed.as_ref().map_or("", |(text, _)| text)
    }

    pub fn error(&self) -> Option<&str> {
        self.typed.as_ref().map(|(_, error)| error.as_str())
    }
}

/// The main one has its address at the root of the user, the others in their profiles.
pub fn of(user: &Value) -> Vec<Identity> {
    let mut seen: Vec<String> = Vec::new();
    let all = list(user, "/identities").iter().enumerate();
    all.map(|(n, identity)| {
        let profile = identity.get("profileData").unwrap_or(if n == 0 { user } else { &Value::Null });
        let by_mail = profile.get("email").is_some();
        let (address, proof) = match by_mail {
            true => ("/email", "email_verified"),
            false => ("/phone_number", "phone_verified"),
        };
        let connection = text(identity, "/connection").to_owned();
        let can_change = !seen.contains(&connection);
        seen.push(connection.clone());
        Identity {
            provider: text(identity, "/provider").to_owned(),
            user_id: text(identity, "/user_id").to_owned(),
            connection,
            by_mail,
            address: text(profile, address).to_owned(),
            verified: profile.get(proof) == Some(&Value::Bool(true)),
            is_main: n == 0,
            can_change,
            typed: None,
        }
    })
    .collect()
}

/// What the API is sent of the identity that a form names.
fn body(form: &AdminForm, properties: [(&str, Option<Value>); 2]) -> Value {
    let mut body = Map::from_iter([(String::from("connection"), json!(form.field("connection")))]);
    let given = properties.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    body.extend(given);
    Value::Object(body)
}

fn names(form: &AdminForm) -> (&'static str, &'static str) {
    match form.field("kind") {
        "email" => ("email", "email_verified"),
        _ => ("phone_number", "phone_verified"),
    }
}

/// A new address is not proved, unless the form says so.
async fn change(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let (visit, (address, proof)) = (&form.visit, names(&form));
    let typed = form.field("address");
    let verified = (!form.field("verified").is_empty()).then_some(json!(true));
    let body = body(&form, [(address, Some(json!(typed))), (proof, verified)]);
    let why = match Api::of(&app, visit).patch(&at(&id), &body).await {
        Ok(_) => return see_other(&format!("{}?said=saved", super::base(&id))),
        Err(why) => why,
    };
    let mut page = match Page::of(&app, visit, &id).await {
        Ok(page) => page,
        Err(why) => return refused(&app, visit, why),
    };
    let reason = why.reason_of(address).unwrap_or(&why.message).to_owned();
    let connection = form.field("connection");
    let at_it = page.identities.iter_mut().find(|one| one.connection == connection && one.can_change);
    match at_it {
        Some(identity) => identity.typed = Some((typed.to_owned(), reason)),
        None => return page.failed(why.message, why.status),
    }
    page.failed("Nothing was saved: the new address is not right.", why.status)
}

async fn vouch(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let (_, proof) = names(&form);
    let verified = json!(form.field("verified") == "true");
    let body = body(&form, [(proof, Some(verified)), ("", None)]);
    let outcome = Api::of(&app, &form.visit).patch(&at(&id), &body).await;
    done(&app, &form.visit, &id, outcome, "saved").await
}

async fn unlink(State(app): State<SharedApp>, Path(id): Path<String>, form: AdminForm) -> Response {
    let (provider, user_id) = (segment(form.field("provider")), segment(form.field("user_id")));
    let path = format!("{}/identities/{provider}/{user_id}", at(&id));
    let outcome = Api::of(&app, &form.visit).delete(&path).await;
    done(&app, &form.visit, &id, outcome, "unlinked").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_identity_has_its_address_and_the_first_of_a_connection_can_be_changed() {
        let user = json!({
            "phone_number": "+1415", "phone_verified": true,
            "identities": [
                {"connection": "sms", "provider": "sms", "user_id": "a"},
                {"connection": "sms", "provider": "sms", "user_id": "b", "profileData": {"phone_number": "+1416"}},
                {"connection": "email", "provider": "email", "user_id": "c",
                 "profileData": {"email": "a@b.c", "email_verified": true}},
                {"connection": "members", "provider": "auth0", "user_id": "d", "profileData": {"name": "Ada"}},
            ],
        });
        let shown = of(&user);
        assert_eq!((shown[3].what(), shown[3].named().as_str()), ("A user", "auth0|d"));
        let shown: Vec<_> = shown
            .iter()
            .map(|one| (one.address.as_str(), one.by_mail, one.verified, one.is_main, one.can_change))
            .collect();
        assert_eq!(
            shown,
            [
                ("+1415", false, true, true, true),
                ("+1416", false, false, false, false),
                ("a@b.c", true, true, false, true),
                ("", false, false, false, true),
            ]
        );
    }
}
