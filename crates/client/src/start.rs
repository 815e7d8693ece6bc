//! `POST /passwordless/start` (protocol 2.1): a code, or a link, goes to a person.

use latchkey_wire::passwordless::SendKind;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::address::{Address, Channel};
use crate::client::{Client, Generation};
use crate::error::Error;
use crate::refusal::Step;

/// What to send, and where.
#[derive(Clone, Debug)]
pub struct Start {
    address: Address,
    send: SendKind,
    connection: Option<String>,
    auth_params: Map<String, Value>,
}

impl Start {
    /// A code.
    #[must_use]
    pub fn code(address: Address) -> Self {
        Self::of(address, SendKind::Code)
    }

    /// A link that ends in a browser, with what `auth_params` say.
    #[must_use]
    pub fn link(address: Address) -> Self {
        Self::of(address, SendKind::Link)
    }

    /// A link that opens the app on an iPhone, with a code in it.
    #[must_use]
    pub fn link_ios(address: Address) -> Self {
        Self::of(address, SendKind::LinkIos)
    }

    /// A link that opens the app on Android, with a code in it.
    #[must_use]
    pub fn link_android(address: Address) -> Self {
        Self::of(address, SendKind::LinkAndroid)
    }

    /// Any of them.
    #[must_use]
    pub fn of(address: Address, send: SendKind) -> Self {
        Self { address, send, connection: None, auth_params: Map::new() }
    }

    /// The connection, where it is not called `sms` or `email`.
    #[must_use]
    pub fn connection(mut self, name: &str) -> Self {
        self.connection = Some(name.to_owned());
        self
    }

    /// What a link carries: `scope`, `redirect_uri`, `response_type`, `state`, `nonce`, …
    #[must_use]
    pub fn auth_params(mut self, params: Map<String, Value>) -> Self {
        self.auth_params = params;
        self
    }

    pub(crate) fn leading(mut self, parameters: Vec<(String, String)>) -> Self {
        self.auth_params.extend(parameters.into_iter().map(|(name, value)| (name, Value::from(value))));
        self
    }

    /// Where it goes.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }
}

#[derive(Serialize)]
struct Body<'a> {
    client_id: &'a str,
    connection: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send: Option<SendKind>,
    #[serde(rename = "authParams", skip_serializing_if = "Option::is_none")]
    auth_params: Option<&'a Map<String, Value>>,
}

impl Client {
    /// Has the server send a code or a link. This is never repeated by itself: every call is at most one
    /// message.
    ///
    /// Success says nothing of whether anybody has the address.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], and [`Error::Transport`]: whether a message is on its way then,
    /// [`Error::had_no_effect`] says.
    pub async fn start_passwordless(&self, start: &Start) -> Result<(), Error> {
        let channel = start.address.channel();
        let text = start.address.as_str();
        // Lock for iOS asks for a code by SMS without saying so (protocol 1.4, F10).
        let unsaid = self.generation() == Generation::Legacy
            && channel == Channel::Sms
            && start.send == SendKind::Code;
        let body = Body {
            client_id: self.client_id(),
            connection: start.connection.as_deref().unwrap_or(channel.as_str()),
            phone_number: (channel == Channel::Sms).then_some(text),
            email: (channel == Channel::Email).then_some(text),
            send: (!unsaid).then_some(start.send),
            auth_params: Some(&start.auth_params).filter(|params| !params.is_empty()),
        };
        // The answer has nothing that anybody needs; Auth0.swift takes an empty one.
        self.post("/passwordless/start", Step::Start, &body).await.map(drop)
    }
}
