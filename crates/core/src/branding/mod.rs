//! How the operator's brand looks on the pages and in the mails that people see (management API, section 2.15).
//! `flow/manage/branding.rs` checks what is written; what is not understood here counts as not set.

pub mod color;
pub mod custom_text;

use serde_json::{Map, Value};
use url::Url;

use crate::model::Document;
use color::Color;

/// What an operator set. Nothing is set at first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branding {
    /// An image: `logo_url`, or the tenant's `picture_url` where there is none.
    pub logo: Option<Url>,
    pub favicon: Option<Url>,
    /// A font file.
    pub font: Option<Url>,
    /// Of buttons and links.
    pub primary: Option<Color>,
    pub background: Option<Background>,
}

/// What lies behind the card of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Background {
    Plain(Color),
    /// From the first to the second colour; degrees as CSS counts them, 0 to 360: 0 is upwards.
    Gradient(Color, Color, u16),
}

impl Background {
    /// `#0059d6`, or the object that a gradient is.
    pub fn read(value: &Value) -> Option<Self> {
        if let Value::String(text) = value {
            return Color::read(text).map(Self::Plain);
        }
        if value.get("type")?.as_str()? != "linear-gradient" {
            return None;
        }
        let color = |name: &str| value.get(name)?.as_str().and_then(Color::read);
        let degrees = match value.get("angle_deg") {
            None | Some(Value::Null) => 180,
            Some(degrees) => {
                degrees.as_f64().filter(|degrees| (0.0..=360.0).contains(degrees))?.round() as u16
            }
        };
        Some(Self::Gradient(color("start")?, color("end")?, degrees))
    }

    /// Its colours: one, or both ends.
    pub fn colors(self) -> [Color; 2] {
        match self {
            Self::Plain(color) => [color, color],
            Self::Gradient(start, end, _) => [start, end],
        }
    }
}

impl Branding {
    pub fn read(branding: Option<&Document>, tenant: Option<&Document>) -> Self {
        let set = branding.map(|document| Self::of(&document.body)).unwrap_or_default();
        let picture = tenant.and_then(|tenant| tenant.body.get("picture_url"));
        Self { logo: set.logo.or_else(|| url(picture)), ..set }
    }

    /// What a body of `/branding` comes to.
    pub fn of(body: &Map<String, Value>) -> Self {
        let none = Map::new();
        let colors = body.get("colors").and_then(Value::as_object).unwrap_or(&none);
        Self {
            logo: url(body.get("logo_url")),
            favicon: url(body.get("favicon_url")),
            font: url(body.get("font").and_then(|font| font.get("url"))),
            primary: colors.get("primary").and_then(Value::as_str).and_then(Color::read),
            background: colors.get("page_background").and_then(Background::read),
        }
    }

    /// What mails have of it. Programs load pictures over TLS only.
    pub fn of_mails(&self) -> MailLook {
        let logo = self.logo.as_ref().filter(|logo| logo.scheme() == "https");
        let fill = self.primary.unwrap_or(MAIL_FILL);
        MailLook { logo: logo.map(Url::to_string), fill, ink: Color::on(&[fill]) }
    }
}

/// How a mail of ours looks.
#[derive(Clone, Debug, PartialEq)]
pub struct MailLook {
    /// The URL of an image.
    pub logo: Option<String>,
    /// Of its button, and of what is written on it.
    pub fill: Color,
    pub ink: Color,
}

impl Default for MailLook {
    fn default() -> Self {
        Branding::default().of_mails()
    }
}

/// Longest URL, in bytes.
const MAX_URL: usize = 2048;

/// Of the buttons of mails where no operator chose a colour.
const MAIL_FILL: Color = Color::new(0x1d, 0x4e, 0xd8);

/// Of something that a browser may load.
///
/// Invariant: its host is a name, or an address. URLs allow signs in hosts, such as `;`, by which a content security
/// policy that names one would say more than it should.
pub fn file_url(text: &str) -> Option<Url> {
    let is_plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_URL)?;
    (matches!(url.scheme(), "https" | "http") && url.host_str().is_some_and(is_plain)).then_some(url)
}

fn url(value: Option<&Value>) -> Option<Url> {
    file_url(value?.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;
    use crate::model::DocumentKind;

    fn document(kind: DocumentKind, body: Value) -> Document {
        let body = body.as_object().unwrap().clone();
        Document { body, ..Document::empty(kind, kind.word(), Timestamp::default()) }
    }

    #[test]
    fn what_cannot_be_shown_counts_as_not_set() {
        for colors in [
            json!({"primary": "red", "page_background": "url(x)"}),
            json!({"primary": 7, "page_background": {"type": "radial", "start": "#fff", "end": "#000"}}),
            json!({"page_background": {"type": "linear-gradient", "start": "#fff", "end": "#000", "angle_deg": 361}}),
        ] {
            let body = json!({"logo_url": "javascript:1", "font": {"url": "x"}, "colors": colors});
            let read = Branding::read(Some(&document(DocumentKind::Branding, body)), None);
            assert_eq!(read, Branding::default());
        }
    }

    /// S-111
    #[test]
    fn no_host_says_more_in_a_policy_than_where_a_file_is() {
        for host in ["a.example", "a-b_c.example:8443", "192.0.2.1", "[2001:db8::1]", "bücher.example"] {
            assert!(file_url(&format!("https://{host}/l.svg")).is_some(), "{host}");
        }
        for host in ["a;sandbox", "a.example;form-action", "*", "*.example", "a,b", "a'b", "a\"b"] {
            assert_eq!(file_url(&format!("https://{host}/l.svg")), None, "{host}");
        }
        assert_eq!(file_url(&format!("https://a.example/{}", "x".repeat(2048))), None);
    }

    #[test]
    fn the_picture_of_the_tenant_stands_in_for_a_logo() {
        let tenant = document(DocumentKind::Tenant, json!({"picture_url": "https://a.example/t.png"}));
        let logo = |body: Value| {
            let branding = document(DocumentKind::Branding, body);
            Branding::read(Some(&branding), Some(&tenant)).logo.unwrap().to_string()
        };
        assert_eq!(logo(json!({"logo_url": ""})), "https://a.example/t.png");
        assert_eq!(logo(json!({"logo_url": "https://a.example/l.png"})), "https://a.example/l.png");
    }

    #[test]
    fn a_gradient_has_two_ends_and_an_angle() {
        let (white, black) = (Color::read("#fff").unwrap(), Color::read("#000").unwrap());
        let read = |degrees: Value| {
            let value =
                json!({"type": "linear-gradient", "start": "#fff", "end": "#000", "angle_deg": degrees});
            Background::read(&value)
        };
        assert_eq!(read(json!(35)), Some(Background::Gradient(white, black, 35)));
        assert_eq!(read(json!(null)), Some(Background::Gradient(white, black, 180)));
    }

    #[test]
    fn mails_show_pictures_over_tls_only_and_can_be_read() {
        let look = |logo: &str| {
            let body = json!({"logo_url": logo, "colors": {"primary": "#ff0"}});
            Branding::of(body.as_object().unwrap()).of_mails()
        };
        assert_eq!(look("http://a.example/l.png").logo, None);
        let look = look("https://a.example/l.png");
        assert_eq!((look.logo.unwrap().as_str(), look.ink), ("https://a.example/l.png", Color::BLACK));
    }
}
