//! SMS: what the options of a connection mean (protocol 3.2) and what a message says (6.3).

use latchkey_wire::Secret;
use latchkey_wire::passwordless::SendKind;
use serde::Deserialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{BadPhoneNumber, Client, Connection, PhoneNumber, TryRules};
use crate::sender::{BadOption, SmsMessage, Syntax, Variables};

/// What an SMS says unless the operator wrote something else.
pub const DEFAULT_TEMPLATE: &str = "Your verification code is: @@password@@";

/// The options of an SMS connection that the rules read. Senders read theirs themselves.
#[derive(Clone, Debug, Deserialize)]
pub struct SmsOptions {
    #[serde(default = "default_template")]
    pub template: String,
    #[serde(default = "default_syntax")]
    pub syntax: Syntax,
    #[serde(default)]
    pub totp: Totp,
    #[serde(default = "yes")]
    pub brute_force_protection: bool,
    #[serde(default)]
    pub disable_signup: bool,
    #[serde(default)]
    pub latchkey: Extras,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Totp {
    /// Digits of a code.
    #[serde(default = "six")]
    pub length: u8,
    /// Seconds that a code lives.
    #[serde(default = "three_minutes")]
    pub time_step: u32,
}

/// What Auth0 lacks; under `options.latchkey`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Extras {
    /// Bring back Auth0's answers that tell who has an account (decision 3.1).
    #[serde(default)]
    pub auth0_oracles: bool,
    /// `false` keeps codes at `totp.length` under attack (decision 3.10).
    #[serde(default)]
    pub elastic_codes: Option<bool>,
    /// ISO 3166-1 alpha-2 codes that messages may go to.
    #[serde(default)]
    pub countries: Option<Vec<String>>,
    /// The domain that the last line binds the code to, for autofill: `@example.com #123456`.
    #[serde(default)]
    pub otp_domain: Option<String>,
    #[serde(default)]
    pub test_numbers: Vec<TestNumber>,
}

/// A number that always gets the same code and never a message, until a date.
#[derive(Clone, Debug, Deserialize)]
pub struct TestNumber {
    pub phone_number: String,
    pub code: Secret,
    /// Unix seconds. Required: a fixed code that nobody remembers is an open door.
    pub expires_at: Timestamp,
}

fn default_template() -> String {
    String::from(DEFAULT_TEMPLATE)
}

fn default_syntax() -> Syntax {
    Syntax::MdWithMacros
}

fn yes() -> bool {
    true
}

fn six() -> u8 {
    6
}

fn three_minutes() -> u32 {
    180
}

impl Default for Totp {
    fn default() -> Self {
        Self { length: six(), time_step: three_minutes() }
    }
}

impl SmsOptions {
    /// Reads and checks the options.
    pub fn read(connection: &Connection) -> Result<Self, BadOption> {
        let options: Self = serde_json::from_value(Value::Object(connection.options.clone()))
            .map_err(|e| bad("", &e.to_string()))?;
        if !(4..=10).contains(&options.totp.length) {
            return Err(bad("totp.length", "must be 4 to 10 digits"));
        }
        if !(30..=3600).contains(&options.totp.time_step) {
            return Err(bad("totp.time_step", "must be 30 to 3600 seconds"));
        }
        for number in &options.latchkey.test_numbers {
            let digits = number.code.expose();
            if PhoneNumber::parse(&number.phone_number).is_err() {
                return Err(bad("latchkey.test_numbers", "every phone_number must be valid E.164"));
            }
            if !(4..=12).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad("latchkey.test_numbers", "every code must be 4 to 12 digits"));
            }
        }
        if let Some(domain) = &options.latchkey.otp_domain
            && url::Host::parse(domain).is_err()
        {
            return Err(bad("latchkey.otp_domain", "must be a host name"));
        }
        Ok(options)
    }

    /// Digits per tier: quiet, raised, high.
    pub fn lengths(&self) -> [u8; 3] {
        let quiet = self.totp.length;
        if self.latchkey.elastic_codes == Some(false) {
            return [quiet; 3];
        }
        [quiet, quiet.saturating_add(2).min(10), 10]
    }

    /// The rules for tries: where codes do not grow, no failure moves an address to another tier.
    pub fn try_rules(&self, server: &TryRules) -> TryRules {
        if self.latchkey.elastic_codes == Some(false) {
            return TryRules { raised_at: u32::MAX, high_at: u32::MAX, ..*server };
        }
        *server
    }

    /// The fixed code of a test number that has not expired.
    pub fn test_code(&self, number: &PhoneNumber, now: Timestamp) -> Option<&Secret> {
        let listed = self.latchkey.test_numbers.iter();
        listed
            .filter(|test| test.phone_number == number.e164() && now < test.expires_at)
            .map(|test| &test.code)
            .next()
    }

    /// Refuses countries outside the connection's list, or else outside the server's.
    pub fn check_country(
        &self,
        number: &PhoneNumber,
        server: Option<&[String]>,
    ) -> Result<(), BadPhoneNumber> {
        let allowed = self.latchkey.countries.as_deref().or(server);
        match allowed {
            Some(list) if !list.iter().any(|code| code.eq_ignore_ascii_case(number.region())) => {
                Err(BadPhoneNumber::CountryNotAllowed)
            }
            _ => Ok(()),
        }
    }
}

fn bad(option: &str, reason: &str) -> BadOption {
    BadOption { option: option.to_owned(), reason: reason.to_owned() }
}

/// What a message is about.
pub struct Occasion<'a> {
    pub client: &'a Client,
    pub connection: &'a Connection,
    pub options: &'a SmsOptions,
    pub number: &'a PhoneNumber,
    pub send: SendKind,
    /// The raw language header.
    pub language: Option<&'a str>,
    pub ip: String,
    pub user_agent: Option<&'a str>,
}

impl Engine {
    /// The message that carries `code`.
    pub fn compose_sms(&self, about: &Occasion<'_>, code: &Secret) -> Result<SmsMessage, Fault> {
        let link = self.app_link(about, code);
        let variables = Variables {
            code: code.clone(),
            link: link.clone(),
            phone_number: Some(about.number.e164().to_owned()),
            application_name: about.client.name.clone(),
            request_language: about.language.unwrap_or_default().to_owned(),
            locale: first_language(about.language),
            send: if link.is_some() { "link" } else { "code" },
            tenant: self.settings.tenant.clone(),
            connection_name: about.connection.name.clone(),
            operation: None,
        };
        let rendered =
            self.renderer.render(about.options.syntax, &about.options.template, &variables).map_err(|e| {
                Fault::Template { connection: about.connection.name.clone(), reason: e.to_string() }
            })?;
        let mut body = rendered.expose().to_owned();
        if let Some(link) = &link
            && !body.contains(link.expose())
        {
            body.push('\n');
            body.push_str(link.expose());
        }
        if let Some(domain) = &about.options.latchkey.otp_domain {
            // The last line of an origin-bound one-time code: nothing may follow it.
            body.push_str(&format!("\n\n@{domain} #{}", code.expose()));
        }
        Ok(SmsMessage {
            to: about.number.e164().to_owned(),
            body: Secret::new(body),
            code: code.clone(),
            link,
            ip: Some(about.ip.clone()),
            user_agent: about.user_agent.map(str::to_owned),
        })
    }

    /// The app link of flow F7, for `link_ios` and `link_android` where the client names its app.
    fn app_link(&self, about: &Occasion<'_>, code: &Secret) -> Option<Secret> {
        let (platform, app) = match about.send {
            SendKind::LinkIos => ("ios", about.client.ios_bundle.as_ref()?),
            SendKind::LinkAndroid => ("android", about.client.android_package.as_ref()?),
            SendKind::Code | SendKind::Link => return None,
        };
        Some(Secret::new(format!("{}{platform}/{app}/sms?code={}", self.settings.issuer, code.expose())))
    }
}

/// The first language of a header such as `fr-CA,fr;q=0.8`.
fn first_language(header: Option<&str>) -> String {
    let first = header.and_then(|text| text.split([',', ';']).next()).unwrap_or("en").trim();
    let plausible = !first.is_empty() && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    String::from(if plausible { first } else { "en" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_of_a_header_is_the_locale() {
        assert_eq!(first_language(Some("fr-CA,fr;q=0.8")), "fr-CA");
        assert_eq!(first_language(None), "en");
        assert_eq!(first_language(Some("<script>")), "en");
    }
}
