//! Settings › Texts: what the pages of a sign-in say, in a language.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use latchkey_core::branding::custom_text::names_of;
use latchkey_wire::management::Query;
use latchkey_words::{Locale, Words};
use serde_json::{Value, json};

use super::PATH;
use crate::app::SharedApp;
use crate::extract::admin::{AdminForm, AdminVisit};
use crate::page::custom::{SCREENS, Screen};
use crate::page::see_other;
use crate::routes::dashboard::api::{Api, Refused, segment};
use crate::routes::dashboard::form::put;
use crate::routes::dashboard::frame::{self, Frame, show};

const HERE: &str = "/dashboard/settings/texts";

pub fn route() -> Router<SharedApp> {
    Router::new().route(HERE, get(page).post(save))
}

#[derive(Template)]
#[template(path = "dashboard/settings/texts.html")]
struct Page {
    frame: Frame,
    locale: Locale,
    parts: Vec<Part>,
}

/// The texts of a page.
struct Part {
    title: &'static str,
    /// Where they are kept.
    prompt: &'static str,
    screen: &'static str,
    language: String,
    fields: Vec<Field>,
}

struct Field {
    id: String,
    key: &'static str,
    name: &'static str,
    value: String,
    ours: String,
    error: Option<String>,
}

async fn page(State(app): State<SharedApp>, visit: AdminVisit) -> Response {
    let locale = locale_of(visit.query.text("language"));
    match read(&app, &visit, locale).await {
        Ok(parts) => {
            let frame = Frame::new(&app, &visit, PATH, "Texts");
            show(StatusCode::OK, &Page { frame, locale, parts })
        }
        Err(refused) => frame::refused(&app, &visit, PATH, refused),
    }
}

fn locale_of(tag: Option<&str>) -> Locale {
    tag.and_then(|tag| Locale::ALL.iter().copied().find(|locale| locale.tag() == tag)).unwrap_or(Locale::En)
}

async fn read(app: &SharedApp, visit: &AdminVisit, locale: Locale) -> Result<Vec<Part>, Refused> {
    let mut parts = Vec::new();
    for screen in SCREENS {
        parts.push(part(app, visit, locale, screen).await?);
    }
    Ok(parts)
}

/// Texts are shown and changed where a page finds them, and where there are none at the first of its places.
async fn part(
    app: &SharedApp,
    visit: &AdminVisit,
    locale: Locale,
    screen: &'static Screen,
) -> Result<Part, Refused> {
    let api = Api::of(app, visit);
    let (mut prompt, mut name) = *screen.places.first().unwrap_or(&("", ""));
    let (mut language, mut texts) = (locale.tag().to_owned(), Value::Null);
    'places: for place in screen.places {
        for tag in names_of(locale.tag()) {
            let found = api.get(&path(place.0, tag)).await?;
            let written = found.get(place.1).and_then(Value::as_object).filter(|texts| !texts.is_empty());
            if let Some(written) = written {
                (prompt, name) = *place;
                (language, texts) = (tag.to_owned(), json!(written));
                break 'places;
            }
        }
    }
    let field = |text: &'static crate::page::custom::Text| Field {
        id: format!("{prompt}.{name}.{}", text.key),
        key: text.key,
        name: text.name,
        value: texts.get(text.key).and_then(Value::as_str).unwrap_or_default().to_owned(),
        ours: (text.ours)(Words::of(locale)),
        error: None,
    };
    let fields = screen.texts.iter().map(field).collect();
    Ok(Part { title: screen.name, prompt, screen: name, language, fields })
}

fn path(prompt: &str, language: &str) -> String {
    format!("/prompts/{}/custom-text/{}", segment(prompt), segment(language))
}

async fn save(State(app): State<SharedApp>, form: AdminForm) -> Response {
    let locale = locale_of(form.fields.text("language"));
    let mut parts = match read(&app, &form.visit, locale).await {
        Ok(parts) => parts,
        Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
    };
    let fits = parts.iter_mut().all(|part| part.take(&form.fields));
    if !fits {
        let why = "Nothing was saved: somebody else wrote texts in the meantime. They stand below; write yours again.";
        let parts = match read(&app, &form.visit, locale).await {
            Ok(parts) => parts,
            Err(refused) => return frame::refused(&app, &form.visit, PATH, refused),
        };
        let frame = Frame::new(&app, &form.visit, PATH, "Texts").failed(why);
        return show(StatusCode::CONFLICT, &Page { frame, locale, parts });
    }
    match write(&app, &form.visit, &parts).await {
        Ok(()) => see_other(&format!("{HERE}?language={}&said=saved", locale.tag())),
        Err(refused) => {
            let is_told = parts.iter_mut().any(|part| part.blame(&refused));
            let why = match is_told {
                true => String::from("Not everything was saved: one of the fields below is not right."),
                false => refused.message,
            };
            let frame = Frame::new(&app, &form.visit, PATH, "Texts").failed(why);
            show(refused.status, &Page { frame, locale, parts })
        }
    }
}

/// A prompt in a language is replaced whole: what has no field here stays in it.
async fn write(app: &SharedApp, visit: &AdminVisit, parts: &[Part]) -> Result<(), Refused> {
    let api = Api::of(app, visit);
    let mut by_path: BTreeMap<String, Vec<&Part>> = BTreeMap::new();
    for part in parts {
        by_path.entry(path(part.prompt, &part.language)).or_default().push(part);
    }
    for (path, parts) in by_path {
        let before = api.get(&path).await?;
        let mut after = before.as_object().cloned().unwrap_or_default();
        for part in parts {
            for field in &part.fields {
                let value = Some(json!(field.value)).filter(|_| !field.value.is_empty());
                put(&mut after, &format!("{}.{}", part.screen, field.key), value);
            }
        }
        if before.as_object() != Some(&after) {
            api.put(&path, &json!(after)).await?;
        }
    }
    Ok(())
}

impl Part {
    /// False where the form has other fields: what is not in it must not be taken for emptied.
    fn take(&mut self, typed: &Query) -> bool {
        for field in &mut self.fields {
            field.value = typed.text(&field.id).unwrap_or_default().trim().to_owned();
        }
        self.fields.iter().all(|field| typed.has(&field.id))
    }

    /// The API names the screen, and the text at the end of its reason.
    fn blame(&mut self, refused: &Refused) -> bool {
        let Some(reason) = refused.reason_of(self.screen) else { return false };
        let named =
            |field: &&mut Field| reason.ends_with(&format!(" in {}", field.key)) && is_long(&field.value);
        match self.fields.iter_mut().find(named) {
            Some(field) => {
                field.error =
                    Some(format!("{}.", reason.rsplit_once(" in ").map_or(reason, |(reason, _)| reason)));
                true
            }
            None => false,
        }
    }
}

/// Screens of two prompts may have one name.
fn is_long(text: &str) -> bool {
    text.chars().count() > 1000
}

impl Page {
    fn locales(&self) -> &'static [Locale] {
        Locale::ALL
    }
}
