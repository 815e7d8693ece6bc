//! The code of the quick starts: which there is for a type of application, and what stands in its gaps.

use latchkey_wire::token::{AUTHORIZATION_CODE, CLIENT_CREDENTIALS, IMPLICIT, LEGACY_RO, PASSWORDLESS_OTP};

use super::MACHINE;
use super::needs::Need;

pub struct Guide {
    /// Names it in addresses.
    pub word: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    pub steps: &'static [Step],
    pub needs: &'static [Need],
    /// It differs by how the code is sent.
    pub by_channel: bool,
}

pub struct Step {
    pub title: &'static str,
    text: &'static str,
}

macro_rules! step {
    ($title:literal, $file:literal) => {
        Step {
            title: $title,
            text: include_str!(concat!("../../../../templates/dashboard/snippets/", $file, ".txt")),
        }
    };
}

const SPA_JS: Guide = Guide {
    word: "spa-js",
    name: "auth0-spa-js",
    about: "People sign in on the pages of this server, and come back.",
    steps: &[step!("In your project", "spa-install"), step!("In the script of your page", "spa")],
    needs: &[Need::WayIn, Need::Callback, Need::Grant(AUTHORIZATION_CODE)],
    by_channel: false,
};
const WIDGET: Guide = Guide {
    word: "widget",
    name: "Widget",
    about: "People sign in on your own page, by one element. This is a whole page: serve it at the address that it names.",
    steps: &[step!("Your page", "widget")],
    needs: &[Need::WayIn, Need::Callback, Need::CrossOrigin, Need::Grant(AUTHORIZATION_CODE)],
    by_channel: true,
};
const AUTH0_JS: Guide = Guide {
    word: "auth0-js",
    name: "auth0.js",
    about: "Your own form on your own page.",
    steps: &[step!("In your project", "auth0-js-install"), step!("In the script of your page", "auth0-js")],
    needs: &[Need::WayIn, Need::Callback, Need::CrossOrigin, Need::Grant(IMPLICIT)],
    by_channel: true,
};
const LOCK: Guide = Guide {
    word: "lock",
    name: "Lock",
    about: "Auth0's ready-made form, on your own page.",
    steps: &[step!("In your project", "lock-install"), step!("In the script of your page", "lock")],
    needs: &[Need::WayIn, Need::Callback, Need::CrossOrigin, Need::Grant(IMPLICIT)],
    by_channel: true,
};
const SWIFT: Guide = Guide {
    word: "swift",
    name: "Auth0.swift",
    about: "For iOS and macOS, with screens of your own.",
    steps: &[step!("In your app, with the package Auth0.swift", "swift")],
    needs: &[Need::WayIn, Need::Grant(PASSWORDLESS_OTP)],
    by_channel: true,
};
const ANDROID: Guide = Guide {
    word: "android",
    name: "Auth0.Android",
    about: "For Android, with screens of your own.",
    steps: &[step!("In your app, with the library Auth0.Android", "android")],
    needs: &[Need::WayIn, Need::Grant(PASSWORDLESS_OTP)],
    by_channel: true,
};
const LOCK_IOS: Guide = Guide {
    word: "lock-ios",
    name: "Lock.iOS 1.x",
    about: "For apps of 2015 that are still in use, in Objective-C.",
    steps: &[
        step!("Info.plist", "lock-ios-plist"),
        step!("With its screens", "lock-ios-screens"),
        step!("Or with screens of your own", "lock-ios-own"),
    ],
    needs: &[Need::WayIn, Need::Older, Need::Grant(LEGACY_RO)],
    by_channel: true,
};
const CURL: Guide = Guide {
    word: "curl",
    name: "curl",
    about: "The two requests that everything else is made of.",
    steps: &[
        step!("Send a code", "curl-start"),
        step!("Give the code for tokens: put yours in place of 123456", "curl-token"),
    ],
    needs: &[Need::WayIn, Need::Grant(PASSWORDLESS_OTP)],
    by_channel: true,
};
const OPENID_CLIENT: Guide = Guide {
    word: "openid-client",
    name: "Node with openid-client",
    about: "People sign in on the pages of this server, and come back. This is a whole site: save it as site.mjs.",
    steps: &[
        step!("In your project", "openid-install"),
        step!("site.mjs", "openid"),
        step!("Type the secret in (see Settings)", "curl-secret"),
        step!("Start it, and open http://localhost:3000/", "openid-run"),
    ],
    needs: &[Need::WayIn, Need::Callback, Need::Grant(AUTHORIZATION_CODE)],
    by_channel: false,
};
const NODE: Guide = Guide {
    word: "node",
    name: "Node with auth0",
    about: "Your server sends the code, and gives it for tokens. Save it as sign-in.mjs.",
    steps: &[
        step!("In your project", "node-install"),
        step!("sign-in.mjs", "node"),
        step!("Type the secret in (see Settings)", "curl-secret"),
        step!("Run it", "node-run"),
    ],
    needs: &[Need::WayIn, Need::Grant(PASSWORDLESS_OTP)],
    by_channel: true,
};
const CURL_WEB: Guide = Guide {
    word: "curl",
    name: "curl",
    about: "The two requests that everything else is made of.",
    steps: &[
        step!("Type the secret in (see Settings)", "curl-secret"),
        step!("Send a code", "curl-web-start"),
        step!("Give the code for tokens: put yours in place of 123456", "curl-web-token"),
    ],
    needs: &[Need::WayIn, Need::Grant(PASSWORDLESS_OTP)],
    by_channel: true,
};
const CURL_MACHINE: Guide = Guide {
    word: "curl",
    name: "curl",
    about: "The program asks for a token for an API, and sends it with each call: authorization: Bearer, and the token.",
    steps: &[
        step!("Type the secret in (see Settings)", "curl-secret"),
        step!("Ask for a token", "curl-machine"),
    ],
    needs: &[Need::Api, Need::Grant(CLIENT_CREDENTIALS)],
    by_channel: false,
};

/// Where nothing else fits.
pub const ANY: Guide = CURL_WEB;

/// At least one.
pub fn guides_of(app_type: &str) -> &'static [Guide] {
    const NATIVE: &[Guide] = &[SWIFT, ANDROID, LOCK_IOS, CURL];
    const SPA: &[Guide] = &[SPA_JS, WIDGET, AUTH0_JS, LOCK];
    const WEB: &[Guide] = &[OPENID_CLIENT, NODE, CURL_WEB];
    match app_type {
        "native" => NATIVE,
        "spa" => SPA,
        MACHINE => &[CURL_MACHINE],
        _ => WEB,
    }
}

/// What stands in the gaps of a snippet. None of it holds a quotation mark but those that are escaped.
pub struct Gaps {
    pub issuer: String,
    pub domain: String,
    pub client: String,
    pub callback: String,
    pub connection: String,
    pub audience: String,
    /// Codes go by email.
    pub by_email: bool,
    /// The server of development, whose certificate nobody knows.
    pub dev: bool,
}

impl Step {
    pub fn text(&self, gaps: &Gaps) -> String {
        let by = |sms: &'static str, email: &'static str| if gaps.by_email { email } else { sms };
        let kind = by("sms", "email");
        let named = match gaps.connection == kind {
            true => String::new(),
            false => format!("={}", gaps.connection),
        };
        let gaps: [(&str, &str); 23] = [
            ("ISSUER", &gaps.issuer),
            ("BASE", gaps.issuer.trim_end_matches('/')),
            ("DOMAIN", &gaps.domain),
            ("CLIENT_ID", &gaps.client),
            ("CALLBACK", &gaps.callback),
            ("CONNECTION", &gaps.connection),
            ("AUDIENCE", &gaps.audience),
            ("KIND", kind),
            ("NAMED", &named),
            ("CA", if gaps.dev { " --cacert .latchkey/ca.pem" } else { "" }),
            ("NODE_CA", if gaps.dev { "NODE_EXTRA_CA_CERTS=.latchkey/ca.pem " } else { "" }),
            ("FIELD", by("phone_number", "email")),
            ("FIELD_JS", by("phoneNumber", "email")),
            ("FIELD_SWIFT", by("phoneNumber", "email")),
            ("ADDRESS", by("+14155550100", "ada@example.com")),
            ("ASK", by("Phone number, such as +14155550100", "Email address")),
            ("SCOPE", by("phone", "email")),
            ("KOTLIN_START", by("passwordlessWithSMS", "passwordlessWithEmail")),
            ("KOTLIN_LOGIN", by("loginWithPhoneNumber", "loginWithEmail")),
            ("OBJC_SCREEN", by("SMS", "Email")),
            ("OBJC_FIELD", by("PhoneNumber", "Email")),
            ("NODE_SEND", by("sendSMS", "sendEmail")),
            ("NODE_LOGIN", by("loginWithSMS", "loginWithEmail")),
        ];
        let filled = gaps
            .iter()
            .fold(self.text.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value));
        filled.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gap_is_left_open() {
        for by_email in [false, true] {
            let gaps = Gaps {
                issuer: "https://login.example/".into(),
                domain: "login.example".into(),
                client: "c1".into(),
                callback: "https://app.example/cb".into(),
                connection: "texts".into(),
                audience: "https://api.example/".into(),
                by_email,
                dev: true,
            };
            for kind in ["native", "spa", "regular_web", MACHINE, ""] {
                for step in guides_of(kind).iter().flat_map(|guide| guide.steps) {
                    let text = step.text(&gaps);
                    let open = text.split('@').skip(1).step_by(2);
                    let is_gap = |part: &str| {
                        !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
                    };
                    assert!(!open.into_iter().any(is_gap), "{text}");
                }
            }
        }
    }
}
