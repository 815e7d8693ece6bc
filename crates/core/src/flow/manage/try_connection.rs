//! An operator tries a connection out: a real message with a real code, by the limits of all messages, and
//! what the provider says of it; then the code, and what an application would be told.
//!
//! Invariant: no answer holds a code, a link or a token. Who may try a connection gets into no account that
//! way: the message is shown with a placeholder, and of tokens only what they say.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use latchkey_wire::Secret;
use latchkey_wire::passwordless::{SendKind, StartRequest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::preview::send_kind;
use super::trial::{Outcome, outcome};
use super::{Entity, ManageError, Operator};
use crate::caller::Caller;
use crate::channel::Occasion;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::deliver::{Message, RouteError};
use crate::flow::redeem::{Presented, RedeemError, Redemption, canonical};
use crate::flow::start_passwordless::{NotNow, Sound, StartPasswordlessError};
use crate::grant::granted;
use crate::model::{
    Channel, Client, ClientId, ClientKind, Connection, EventKind, Proof, SendDenied, Strategy, User,
};
use crate::store::Opened;
use crate::token::api::{Api, ApiError};
use crate::token::issue::Authenticated;

/// Operators call from anywhere, often through a server of theirs: no limit of an address is about them.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
/// Seconds in which a second message to an address is taken for the first.
const COALESCED: i64 = 10;

#[derive(Clone, Debug, Deserialize)]
pub struct TryBody {
    /// A phone number or an email address.
    #[serde(alias = "phone_number", alias = "email")]
    pub to: String,
    pub client_id: String,
    /// `code` or `link`.
    #[serde(default)]
    pub send: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
}

#[derive(Clone, Deserialize)]
pub struct TryVerifyBody {
    #[serde(alias = "phone_number", alias = "email")]
    pub to: String,
    pub client_id: String,
    pub code: Secret,
    /// Sign them in for good: a new user is made, the login counts, and the code is used up.
    #[serde(default)]
    pub create_user: bool,
}

impl Engine {
    pub async fn try_connection(
        &self,
        operator: &Operator,
        id: &str,
        body: &TryBody,
    ) -> Result<Value, ManageError> {
        let (connection, client) = self.tried(id, &body.client_id).await?;
        let send = send_kind(body.send.as_deref(), connection.strategy)?;
        let request = start_request(&connection, &body.to, send);
        let to = self.worded(self.destination(&connection, &request).map_err(refused)?).await?;
        let sound = Sound {
            tenant: self.tenant().await?,
            protection: self.protection(NOWHERE).await?,
            who: ProvenClient { client, proven: true },
            sender: Arc::clone(&connection),
            connection,
            signup: true,
            to,
            send,
            ip: NOWHERE,
        };
        let route = self.route_of(&sound.sender).await.map_err(no_route)?;
        self.take_trial(operator)?;
        self.take_passage(&sound, route.is_remote()).await.map_err(not_now)?;
        let challenge = self.new_id();
        let caller = Caller { request_language: body.language.clone(), ..Caller::at(NOWHERE) };
        let link = self.draft_link(&sound, &challenge, &request, &caller, None).await.map_err(refused)?;
        let about = sound.occasion(&challenge, &caller, link.as_ref());
        let mut drafts = self.draft_codes(&sound, &about, &route).map_err(of_fault)?;
        // Nothing is tried again behind the operator's back: no outbox.
        drafts.kept = false;
        let mut open = self.draft_challenge(&sound, &challenge, &drafts, link.as_ref())?;
        open.known_users_only = false;
        open.events = self.events_of_try(operator, &sound);
        let charged = open.ledgers().collect();
        let opened = self.store.open_challenge(open).await?;
        self.settle_passage(&sound, route.is_remote(), &opened);
        let tier = match opened {
            Opened::Send { tier } => tier,
            other => return Err(self.not_opened(other)),
        };
        let mut answer = self.shown_try(&sound, &about, link.is_some())?;
        if drafts.silent {
            answer.insert(String::from("outcome"), json!("test_number"));
            return Ok(Value::Object(answer));
        }
        let message = self.message_of(drafts, &about, tier).map_err(of_fault)?;
        let attempts = self.try_route(&route, &message).await;
        let came_to = outcome(&attempts);
        if came_to == Outcome::NotSent {
            self.store.refund_send(charged).await?;
            let mut event = self.start_event(EventKind::SendFailed, &sound);
            event.ip = None;
            if let Some(code) = attempts.last().and_then(|last| last.provider.code) {
                event.detail.insert(String::from("provider_code"), code.into());
            }
            self.store.insert_events(vec![event]).await?;
        }
        answer.insert(String::from("outcome"), json!(came_to));
        answer.insert(String::from("attempts"), json!(attempts));
        Ok(Value::Object(answer))
    }

    pub async fn verify_try(
        &self,
        operator: &Operator,
        id: &str,
        body: &TryVerifyBody,
    ) -> Result<Value, ManageError> {
        let (connection, client) = self.tried(id, &body.client_id).await?;
        let address = canonical(connection.strategy.channel(), &body.to);
        let before = self.store.find_user_by_address(&connection.name, &address).await?;
        let redemption = Redemption {
            client: &client,
            connection: &connection,
            username: &body.to,
            presented: Presented::Code(&body.code),
            ip: NOWHERE,
            refresh: None,
            on_success: EventKind::OtpExchanged,
            on_failure: EventKind::OtpExchangeFailed,
        };
        let exists = before.is_some();
        let user = match body.create_user {
            true => self.redeem(redemption).await.map_err(not_redeemed)?.user,
            false => {
                self.check_code(redemption).await.map_err(not_redeemed)?;
                before.unwrap_or_else(|| {
                    let channel = connection.strategy.channel();
                    User::first_seen(&connection.name, channel, address.clone(), &self.new_id(), self.now())
                })
            }
        };
        let mut event = self.change(operator, "verify a try of", Entity::Connection, id, (None, None));
        event.connection = Some(connection.name.clone());
        event.address = Some(address.masked());
        self.store.insert_events(vec![event]).await?;
        if user.blocked {
            return Err(ManageError::invalid("to", "The code is right, but the user is blocked"));
        }
        let mut shown = self.shown_tokens(&client, &user, connection.strategy).await?;
        shown.insert(
            String::from("user"),
            json!({"user_id": user.id, "exists": exists, "created": body.create_user && !exists}),
        );
        Ok(Value::Object(shown))
    }

    /// The connection as if it were on for the client: who sets one up tries it before.
    async fn tried(&self, id: &str, client: &str) -> Result<(Arc<Connection>, Arc<Client>), ManageError> {
        let mut connection = self.read_connection(id).await?;
        if connection.strategy == Strategy::Database {
            return Err(ManageError::NotSupported(String::from("A database has no messages of its own")));
        }
        let id = ClientId::from(client);
        let client = self.client(&id).await?;
        let client =
            client.ok_or_else(|| ManageError::invalid("client_id", "There is no such application"))?;
        if client.kind == ClientKind::NonInteractive {
            return Err(ManageError::invalid("client_id", "Nobody signs in to a machine"));
        }
        connection.enabled = true;
        if !connection.enabled_clients.contains(&id) {
            connection.enabled_clients.push(id);
        }
        Ok((Arc::new(connection), client))
    }

    fn events_of_try(&self, operator: &Operator, sound: &Sound) -> Vec<crate::model::Event> {
        let kind = match sound.to.channel() {
            Channel::Sms => EventKind::CodeSent,
            Channel::Email => EventKind::MailSent,
        };
        let mut sent = self.start_event(kind, sound);
        sent.ip = None;
        sent.detail.insert(String::from("trial"), json!(true));
        let id = sound.connection.id.as_str();
        let mut act = self.change(operator, "try", Entity::Connection, id, (None, None));
        act.connection = Some(sound.connection.name.clone());
        act.address = Some(sound.to.address().masked());
        vec![sent, act]
    }

    /// The message with a placeholder for what opens an account.
    fn shown_try(
        &self,
        sound: &Sound,
        about: &Occasion<'_>,
        has_link: bool,
    ) -> Result<Map<String, Value>, ManageError> {
        let totp = sound.to.code_options().totp;
        let code = Secret::new("•".repeat(totp.length.into()));
        let link = has_link.then(|| Secret::new(self.url("link/•••")));
        let sample = Occasion { link: link.as_ref(), ip: about.ip.clone(), ..*about };
        let message = match self.compose(&sample, &code).map_err(of_fault)? {
            Message::Sms(sms) => json!({"to": sms.to, "text": sms.body.expose()}),
            Message::Email(mail) => json!({
                "to": mail.to, "from": mail.from, "subject": mail.subject.expose(), "text": mail.text.expose(),
            }),
        };
        Ok(Map::from_iter([
            (String::from("message"), message),
            (String::from("send"), json!(if has_link { "link" } else { "code" })),
            (String::from("code_length"), json!(totp.length)),
            (String::from("expires_in"), json!(totp.time_step)),
            (String::from("attempts"), json!([])),
        ]))
    }

    fn not_opened(&self, opened: Opened) -> ManageError {
        let now = self.now();
        match opened {
            Opened::Denied(SendDenied::Wait { until, .. }) => {
                ManageError::TooManyRequests(self.waiting(until))
            }
            Opened::Denied(SendDenied::Coalesced) => {
                ManageError::TooManyRequests(self.waiting(now.plus(COALESCED)))
            }
            Opened::Withhold { .. } => ManageError::invalid("to", "No message: the user of it is blocked"),
            Opened::Suppressed | Opened::Send { .. } => ManageError::invalid(
                "to",
                "No message: its mail server said that nobody has it. Release it under Attack protection",
            ),
        }
    }

    /// What the tokens of a sign-in say. They are signed, read and dropped.
    async fn shown_tokens(
        &self,
        client: &Client,
        user: &User,
        strategy: Strategy,
    ) -> Result<Map<String, Value>, Fault> {
        // As an application that names no API: the tenant may have one for it.
        let api = match self.wanted_api(client, None).await {
            Ok(api) => api,
            Err(ApiError::NotGranted) => None,
            Err(ApiError::Fault(fault)) => return Err(fault),
        };
        let scope = granted(client, None, api.as_ref());
        let tokens = self
            .issue(
                &Authenticated {
                    client,
                    user,
                    scope: scope.clone(),
                    audience: api.as_ref(),
                    nonce: None,
                    auth_time: self.now(),
                    proof: Some(if strategy == Strategy::Email { Proof::EmailCode } else { Proof::SmsCode }),
                    acr: None,
                    legacy: false,
                    sid: None,
                    family: None,
                    credential: None,
                },
                None,
            )
            .await?;
        let id_token = tokens.id_token.as_ref().map_or(Value::Null, said_by);
        Ok(Map::from_iter([
            (String::from("id_token"), id_token),
            (String::from("access_token"), access_token(&tokens.access_token, api.as_ref())),
            (String::from("token_type"), json!(tokens.token_type)),
            (String::from("expires_in"), json!(tokens.expires_in)),
            (String::from("scope"), json!(scope)),
        ]))
    }
}

fn start_request(connection: &Connection, to: &str, send: SendKind) -> StartRequest {
    let to = Some(to.trim().to_owned());
    let (phone_number, email) = match connection.strategy {
        Strategy::Email => (None, to),
        Strategy::Sms | Strategy::Database => (to, None),
    };
    StartRequest {
        connection: connection.name.clone(),
        phone_number,
        email,
        send: Some(send),
        auth_params: Map::new(),
    }
}

/// What one for an API says; others are opaque, and only this server reads them.
fn access_token(token: &Secret, api: Option<&Api>) -> Value {
    match api {
        Some(api) => {
            let mut said = said_by(token);
            if let Some(object) = said.as_object_mut() {
                object.insert(String::from("audience"), json!(api.audience));
            }
            said
        }
        None => json!({ "opaque": true }),
    }
}

/// Header and claims.
fn said_by(token: &Secret) -> Value {
    let mut parts = token.expose().split('.').map(|part| {
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).unwrap_or_default();
        serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
    });
    json!({"header": parts.next(), "claims": parts.next()})
}

fn refused(error: StartPasswordlessError) -> ManageError {
    match error {
        StartPasswordlessError::PhoneNumberRejected(bad) => ManageError::invalid("to", bad.to_string()),
        StartPasswordlessError::EmailRejected { .. } => {
            ManageError::invalid("to", "Must be an address that mail can be sent to")
        }
        StartPasswordlessError::AuthParams { reason } => {
            ManageError::NotSupported(format!("The parameters of the link are refused: {reason}"))
        }
        StartPasswordlessError::Fault(fault) => of_fault(fault),
        other => ManageError::NotSupported(other.to_string()),
    }
}

/// The operator can mend their own options.
fn of_fault(fault: Fault) -> ManageError {
    match fault {
        Fault::Sender { reason, .. } => {
            ManageError::NotSupported(format!("The connection cannot send: {reason}"))
        }
        Fault::Template { reason, .. } => {
            ManageError::NotSupported(format!("The message cannot be rendered: {reason}"))
        }
        other => other.into(),
    }
}

fn no_route(error: RouteError) -> ManageError {
    of_fault(error.into())
}

fn not_now(error: NotNow) -> ManageError {
    match error {
        NotNow::TooManyRequests(limit) => ManageError::TooManyRequests(limit),
        NotNow::Fault(fault) => fault.into(),
    }
}

fn not_redeemed(error: RedeemError) -> ManageError {
    let reason = match error {
        RedeemError::Wrong { .. } => "This is not the code that was sent last",
        RedeemError::Expired => "The code is right, but it works no more: send a new one",
        RedeemError::NoTriesLeft => "The code has no tries left: send a new one",
        RedeemError::UserBlocked => "The code is right, but the user is blocked",
        RedeemError::Weaker => "The code is right, but the user has a passkey or a device key",
        RedeemError::TooManyAttempts => {
            "Too many wrong codes: the address is blocked. Release it under Attack protection"
        }
        RedeemError::TooManyFailures(limit) => return ManageError::TooManyRequests(limit),
        RedeemError::Fault(fault) => return fault.into(),
    };
    ManageError::invalid("code", reason)
}
