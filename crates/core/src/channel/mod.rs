//! The channels that codes travel by, one file each: address rules, options, what is sent.

mod code_options;
mod database;
pub mod email;
mod passkey_options;
mod provider;
mod secrets;
pub mod sms;

use latchkey_wire::Secret;
use latchkey_wire::passwordless::SendKind;

use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::deliver::Message;
use crate::model::{Address, Channel, Client, Connection, EmailAddress, PhoneNumber};
use crate::sender::Variables;
use crate::tenant::TenantSettings;

pub use code_options::{CodeOptions, CodesBesidePasskeys, Totp};
pub use database::DatabaseOptions;
pub use email::EmailOptions;
pub use passkey_options::PasskeyOptions;
pub(crate) use provider::{SenderOptions, by_mail_provider, by_phone_provider};
pub use secrets::{SecretOption, misdirected, take_secrets, with_secrets};
pub use sms::SmsOptions;

/// Where a code goes, and by which rules.
pub enum Destination {
    Sms { options: SmsOptions, number: PhoneNumber },
    Email { options: EmailOptions, address: EmailAddress },
}

impl Destination {
    pub fn channel(&self) -> Channel {
        match self {
            Self::Sms { .. } => Channel::Sms,
            Self::Email { .. } => Channel::Email,
        }
    }

    pub fn address(&self) -> Address {
        match self {
            Self::Sms { number, .. } => number.address(),
            Self::Email { address, .. } => address.address(),
        }
    }

    pub fn code_options(&self) -> &CodeOptions {
        match self {
            Self::Sms { options, .. } => &options.code,
            Self::Email { options, .. } => &options.code,
        }
    }
}

/// What a message is about.
pub struct Occasion<'a> {
    /// The challenge's id: the same for every call that carries this message.
    pub id: &'a str,
    pub tenant: &'a TenantSettings,
    pub client: &'a Client,
    pub connection: &'a Connection,
    pub to: &'a Destination,
    pub send: SendKind,
    /// The link of ours that the message carries, whole.
    pub link: Option<&'a Secret>,
    /// The raw language header.
    pub language: Option<&'a str>,
    pub ip: String,
    pub user_agent: Option<&'a str>,
}

impl Engine {
    /// The message that carries `code`.
    pub fn compose(&self, about: &Occasion<'_>, code: &Secret) -> Result<Message, Fault> {
        match about.to {
            Destination::Sms { options, number } => {
                self.compose_sms(about, options, number, code).map(Message::Sms)
            }
            Destination::Email { options, address } => {
                self.compose_email(about, options, address, code).map(Message::Email)
            }
        }
    }

    /// What templates of either channel may print.
    fn variables(&self, about: &Occasion<'_>, code: &Secret, link: Option<&Secret>) -> Variables {
        Variables {
            code: code.clone(),
            link: link.cloned(),
            phone_number: None,
            email: None,
            application_name: about.client.name.clone(),
            request_language: about.language.unwrap_or_default().to_owned(),
            locale: first_language(about.language),
            send: if link.is_some() { "link" } else { "code" },
            tenant: self.settings.tenant.clone(),
            friendly_name: about.tenant.friendly_name.clone(),
            support_email: about.tenant.support.email.clone(),
            support_url: about.tenant.support.url.clone(),
            connection_name: about.connection.name.clone(),
            operation: None,
            minutes: about.to.code_options().totp.time_step / 60,
            device: about.user_agent.and_then(crate::device::describe),
            look: about.tenant.branding.of_mails(),
        }
    }

    /// The app link of flow F7, for `link_ios` and `link_android` where the client names its app.
    fn app_link(&self, about: &Occasion<'_>, code: &Secret) -> Option<Secret> {
        let (platform, app) = match about.send {
            SendKind::LinkIos => ("ios", about.client.ios_bundle.as_ref()?),
            SendKind::LinkAndroid => ("android", about.client.android_package.as_ref()?),
            SendKind::Code | SendKind::Link => return None,
        };
        let channel = about.to.channel().as_str();
        let issuer = &self.settings.issuer;
        Some(Secret::new(format!("{issuer}{platform}/{app}/{channel}?code={}", code.expose())))
    }
}

/// The first language of a header such as `fr-CA,fr;q=0.8`.
pub(crate) fn first_language(header: Option<&str>) -> String {
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
