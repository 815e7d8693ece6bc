//! SMS: what the options of a connection mean (protocol 3.2) and what a message says (6.3).

use latchkey_wire::Secret;
use serde::Deserialize;

use super::Occasion;
use super::code_options::{CodeOptions, bad, typed};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{BadPhoneNumber, Channel, Connection, PhoneNumber};
use crate::sender::{BadOption, SmsMessage, Syntax, Variables};

/// What an SMS says unless the operator wrote something else.
pub const DEFAULT_TEMPLATE: &str = "Your verification code is: @@password@@";

/// The options of an SMS connection that the rules read. Senders read theirs themselves.
#[derive(Clone, Debug)]
pub struct SmsOptions {
    pub code: CodeOptions,
    pub template: String,
    pub syntax: Syntax,
    /// The template is the connection's own.
    pub has_template: bool,
    latchkey: Extras,
}

#[derive(Deserialize)]
struct Written {
    template: Option<String>,
    syntax: Option<Syntax>,
    #[serde(default)]
    latchkey: Extras,
}

/// What Auth0 lacks; under `options.latchkey`.
#[derive(Clone, Debug, Default, Deserialize)]
struct Extras {
    /// ISO 3166-1 alpha-2 codes that messages may go to.
    #[serde(default)]
    countries: Option<Vec<String>>,
    /// The domain that the last line binds the code to, for autofill: `@example.com #123456`.
    #[serde(default)]
    otp_domain: Option<String>,
    #[serde(default)]
    test_numbers: Vec<TestNumber>,
}

/// A number that always gets the same code and never a message, until a date.
#[derive(Clone, Debug, Deserialize)]
struct TestNumber {
    phone_number: String,
    code: Secret,
    /// Unix seconds. Required: a fixed code that nobody remembers is an open door.
    expires_at: Timestamp,
}

impl SmsOptions {
    /// Reads and checks the options.
    pub fn read(connection: &Connection) -> Result<Self, BadOption> {
        let code = CodeOptions::read(connection, Channel::Sms)?;
        let written: Written = typed(connection)?;
        let options = Self {
            code,
            has_template: written.template.is_some(),
            template: written.template.unwrap_or_else(|| String::from(DEFAULT_TEMPLATE)),
            syntax: written.syntax.unwrap_or(Syntax::MdWithMacros),
            latchkey: written.latchkey,
        };
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

    /// Those of a connection that sends for a database: the codes are the database's. Countries and test
    /// numbers are the sender's.
    pub fn lent(sender: &Connection, database: &Connection) -> Result<Self, BadOption> {
        Ok(Self { code: CodeOptions::read(database, Channel::Sms)?, ..Self::read(sender)? })
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

impl Engine {
    pub(super) fn compose_sms(
        &self,
        about: &Occasion<'_>,
        options: &SmsOptions,
        number: &PhoneNumber,
        code: &Secret,
    ) -> Result<SmsMessage, Fault> {
        let link = self.app_link(about, code);
        let variables = Variables {
            phone_number: Some(number.e164().to_owned()),
            ..self.variables(about, code, link.as_ref())
        };
        let rendered = self.renderer.render(options.syntax, &options.template, &variables).map_err(|e| {
            Fault::Template { connection: about.connection.name.clone(), reason: e.to_string() }
        })?;
        let mut body = rendered.expose().to_owned();
        if let Some(link) = &link
            && !body.contains(link.expose())
        {
            body.push('\n');
            body.push_str(link.expose());
        }
        if let Some(domain) = &options.latchkey.otp_domain {
            // The last line of an origin-bound one-time code: nothing may follow it.
            body.push_str(&format!("\n\n@{domain} #{}", code.expose()));
        }
        Ok(SmsMessage {
            to: number.e164().to_owned(),
            body: Secret::new(body),
            code: code.clone(),
            link,
            ip: Some(about.ip.clone()),
            user_agent: about.user_agent.map(str::to_owned),
        })
    }
}
