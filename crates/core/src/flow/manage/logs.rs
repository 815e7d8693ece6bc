//! The log, as the Management API has it (section 2.18), and what is counted of it.

use latchkey_wire::management::{BadQuery, Form, Paging, Part};
use serde_json::{Map, Value, json};

pub(in crate::flow) use super::search::events::Known;
use super::search::events::condition;
use super::search::{BadSearch, parse};
use super::{Entity, ManageError};
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::count_events::SETTLED;
use crate::model::{ClientId, Connection, Event, EventId, EventKind, UserId};
use crate::store::{
    DayCount, EventCondition, EventSearch, EventText, Page, TextTest, UserFilter, UserNumber, UserSearch,
    UserSort, UserWindow,
};

/// Which part of the log is asked for.
#[derive(Clone, Debug, Default)]
pub struct LogQuery<'a> {
    pub q: Option<&'a str>,
    /// `date:1` or `date:-1`, which is what it is otherwise.
    pub sort: Option<&'a str>,
    pub user: Option<&'a str>,
}

/// Most days of one count.
const MAX_DAYS: i64 = 400;

impl Engine {
    /// Entries of the log, newest first unless asked otherwise.
    pub async fn list_logs(&self, query: LogQuery<'_>, paging: &Paging) -> Result<Part<Value>, ManageError> {
        let ascending = match query.sort {
            None | Some("date:-1") => false,
            Some("date:1") => true,
            Some(_) => {
                return Err(BadSearch(String::from("The log is sorted by date:1 or date:-1")).of("sort"));
            }
        };
        let known = self.known_to_logs().await?;
        let mut all = Vec::new();
        if let Some(q) = query.q {
            all.push(parse(q).and_then(|q| condition(&q, &known)).map_err(|bad| bad.of("q"))?);
        }
        if let Some(user) = query.user {
            all.push(EventCondition::Text(EventText::User, TextTest::Is(user.to_owned())));
        }
        let search = EventSearch {
            condition: EventCondition::All(all),
            ascending,
            after: None,
            start: paging.start,
            limit: paging.limit,
            total: paging.form == Form::Totals,
        };
        let found = self.store.search_events(&search).await?;
        let items = found.events.iter().map(|event| shown(event, &known)).collect();
        let total = found.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
        Ok(Part { items, total, next: None })
    }

    /// What came after an entry, the oldest first: how logs are shipped. `None` begins at the beginning.
    ///
    /// An entry has its id before it is written. What is younger than `SETTLED` is held back, so that no entry
    /// turns up before one that was shipped already.
    pub async fn logs_after(&self, id: Option<&str>, take: u32) -> Result<Vec<Value>, Fault> {
        let known = self.known_to_logs().await?;
        let events = self.settled_after(id, take).await?;
        Ok(events.iter().map(|event| shown(event, &known)).collect())
    }

    /// As [`Engine::logs_after`], as the entries are kept.
    pub(in crate::flow) async fn settled_after(
        &self,
        id: Option<&str>,
        take: u32,
    ) -> Result<Vec<Event>, Fault> {
        let search = EventSearch {
            condition: self.settled(),
            ascending: true,
            after: id.map(str::to_owned),
            start: 0,
            limit: take,
            total: false,
        };
        Ok(self.store.search_events(&search).await?.events)
    }

    /// Entries before which none is added any more.
    pub(in crate::flow) fn settled(&self) -> EventCondition {
        EventCondition::At(None, Some(self.now().0.saturating_sub(SETTLED)))
    }

    pub async fn read_log(&self, id: &str) -> Result<Value, ManageError> {
        let found = self.store.find_event(&EventId::from(id)).await?;
        let event = found.ok_or(ManageError::NotFound(Entity::Event))?;
        Ok(shown(&event, &self.known_to_logs().await?))
    }

    /// Sign-ins and sign-ups by the day, `YYYYMMDD` at either end; the last thirty days unless asked otherwise.
    pub async fn daily_stats(&self, from: Option<&str>, to: Option<&str>) -> Result<Vec<Value>, ManageError> {
        let (first, last) = self.days_between(from, to)?;
        Ok(self.store.count_days(first, last).await?.iter().map(shown_day).collect())
    }

    /// Days since 1970, of `YYYYMMDD`: the last thirty and today unless asked otherwise.
    pub(super) fn days_between(
        &self,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<(i64, i64), ManageError> {
        let today = self.now().0.div_euclid(86_400);
        let day = |name: &str, text: Option<&str>| text.map(|text| read_day(name, text)).transpose();
        let last = day("to", to)?.unwrap_or(today);
        let first = day("from", from)?.unwrap_or(last.saturating_sub(30));
        match last.saturating_sub(first) > MAX_DAYS {
            true => Err(bad_day("from", "At most 400 days can be counted at once")),
            false => Ok((first, last)),
        }
    }

    /// Who signed in within thirty days.
    pub async fn count_active_users(&self) -> Result<u64, Fault> {
        let since = self.now().0.saturating_sub(30 * 86_400);
        let search = UserSearch {
            filter: UserFilter::Number(UserNumber::LastLogin, Some(since), None),
            sort: UserSort::default(),
            window: UserWindow::Page { start: 0, limit: 0, total: true },
        };
        Ok(self.store.search_users(&search).await?.total.unwrap_or_default())
    }

    pub(in crate::flow) async fn known_to_logs(&self) -> Result<Known, Fault> {
        let mut known = Known::default();
        loop {
            let after = known.clients.last().map(|last| last.id.as_str().to_owned());
            let part = self.store.list_clients(&Page { after, limit: 100 }).await?;
            let whole = part.len() < 100;
            known.clients.extend(part);
            if whole {
                break;
            }
        }
        known.connections = self.list_connections(&Default::default()).await?;
        let issuer = url::Url::parse(&self.settings.issuer).ok();
        known.hostname = issuer.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        known.tenant = self.settings.tenant.clone();
        Ok(known)
    }
}

/// An entry as it is read and shipped.
pub(in crate::flow) fn shown(event: &Event, known: &Known) -> Value {
    let client = |id: &ClientId| known.clients.iter().find(|client| client.id == *id);
    let connection = |name: &str| known.connections.iter().find(|connection| connection.name == name);
    let mut entry = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(name.to_owned(), value);
        }
    };
    let found = event.connection.as_deref().and_then(connection);
    put("_id", Some(json!(event.id)));
    put("log_id", Some(json!(event.id)));
    put("date", Some(json!(event.at.to_iso8601())));
    put("type", Some(json!(event.kind.code())));
    put("description", Some(json!(describe(event.kind))));
    put("hostname", Some(json!(known.hostname)));
    put("tenant_name", Some(json!(known.tenant)));
    put("client_id", event.client.as_ref().map(|id| json!(id)));
    put("client_name", event.client.as_ref().and_then(client).map(|client| json!(client.name)));
    put("connection", event.connection.as_ref().map(|name| json!(name)));
    put("connection_id", found.map(|connection| json!(connection.id)));
    put("strategy", found.map(|connection: &Connection| json!(connection.strategy.as_str())));
    put("strategy_type", event.connection.as_ref().map(|_| json!("passwordless")));
    put("ip", event.ip.as_ref().map(|ip| json!(ip)));
    put("user_id", event.user.as_ref().map(|user: &UserId| json!(user)));
    put("user_name", event.address.as_ref().map(|address| json!(address)));
    if let Some(request) = &event.request {
        put("client_ip", request.client_ip.as_ref().map(|ip| json!(ip)));
        put("user_agent", request.user_agent.as_ref().map(|agent| json!(agent)));
        put("isMobile", request.user_agent.as_ref().map(|_| json!(request.is_mobile())));
        put("auth0_client", request.auth0_client.clone());
        put("audience", request.audience.as_ref().map(|audience| json!(audience)));
        put("scope", request.scope.as_ref().map(|scope| json!(scope)));
        put("references", request.correlation_id.as_ref().map(|id| json!({"correlation_id": id})));
    }
    put("details", (!event.detail.is_empty()).then(|| Value::Object(event.detail.clone())));
    Value::Object(entry)
}

fn shown_day(day: &DayCount) -> Value {
    let at = crate::clock::Timestamp(day.day.saturating_mul(86_400)).to_iso8601();
    json!({
        "date": at, "logins": day.sign_ins, "signups": day.sign_ups, "leaked_passwords": 0,
        "created_at": at, "updated_at": at,
    })
}

/// Days since 1970 of `YYYYMMDD`.
fn read_day(name: &str, text: &str) -> Result<i64, ManageError> {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u16>().ok());
    let parts = (text.len() == 8).then(|| Some((part(0..4)?, part(4..6)?, part(6..8)?))).flatten();
    let date = parts.and_then(|(year, month, day)| {
        let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        time::Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()
    });
    let date = date.ok_or_else(|| bad_day(name, "Expected a day as YYYYMMDD"))?;
    Ok(date.midnight().assume_utc().unix_timestamp().div_euclid(86_400))
}

fn bad_day(name: &str, reason: &str) -> ManageError {
    ManageError::BadQuery(BadQuery { name: name.to_owned(), reason: reason.to_owned() })
}

/// What an event was, for people.
pub fn describe(kind: EventKind) -> &'static str {
    match kind {
        EventKind::CodeSent => "Code Sent",
        EventKind::MailSent => "Code/Link Sent",
        EventKind::SendFailed => "Message Not Sent",
        EventKind::SendUnclear => "Message Perhaps Not Sent",
        EventKind::SendWithheld => "Message Withheld",
        EventKind::SignedIn => "Success Login",
        EventKind::SignInFailed => "Failed Login",
        EventKind::WrongUser => "Failed Login (unknown user)",
        EventKind::WrongCode => "Failed Login (wrong code)",
        EventKind::CodeReplayed => "Code Used Again",
        EventKind::SignedUp => "Success Signup",
        EventKind::OtpExchanged => "Success Login by Code",
        EventKind::OtpExchangeFailed => "Failed Login by Code",
        EventKind::CodeExchanged => "Success Exchange of an Authorization Code",
        EventKind::CodeExchangeFailed => "Failed Exchange of an Authorization Code",
        EventKind::DeviceExchanged => "Success Exchange of a Device Code",
        EventKind::DeviceExchangeFailed => "Failed Exchange of a Device Code",
        EventKind::DeviceActivated => "Device Connected",
        EventKind::DeviceActivationFailed => "Failed Device Activation",
        EventKind::DeviceDeclined => "Device Declined",
        EventKind::DeviceKeyEnrolled => "Device Key Enrolled",
        EventKind::DeviceKeyRemoved => "Device Key Removed",
        EventKind::CredentialsDropped => "Unproved Credentials Dropped",
        EventKind::SignUpFailed => "Failed Signup",
        EventKind::RefreshExchanged => "Success Exchange of a Refresh Token",
        EventKind::RefreshExchangeFailed => "Failed Exchange of a Refresh Token",
        EventKind::RefreshReused => "Refresh Token Used Again",
        EventKind::RefreshRevoked => "Refresh Token Revoked",
        EventKind::ClientCredentialsExchanged => "Success Exchange of Client Credentials",
        EventKind::ClientCredentialsFailed => "Failed Exchange of Client Credentials",
        EventKind::PasskeyStarted => "Passkey Challenge Started",
        EventKind::PasskeyStartFailed => "Passkey Challenge Failed",
        EventKind::PasskeyExchanged => "Success Login by Passkey",
        EventKind::PasskeyExchangeFailed => "Failed Login by Passkey",
        EventKind::PasskeyCloned => "Passkey Perhaps Copied",
        EventKind::MethodChanged => "Authentication Method Changed",
        EventKind::MethodChangeFailed => "Failed Change of an Authentication Method",
        EventKind::PairBlocked => "Account Blocked",
        EventKind::AddressBlocked => "Address Blocked",
        EventKind::UserLimited => "Too Many Logins of a User",
        EventKind::PhoneLimited => "Too Many Messages to a Number",
        EventKind::SilentlyAuthenticated => "Success Silent Authentication",
        EventKind::SilentAuthFailed => "Failed Silent Authentication",
        EventKind::CorsRefused => "Page Not Allowed",
        EventKind::LogoutFailed => "Failed Logout",
        EventKind::CrossOriginProved => "Success Cross Origin Authentication",
        EventKind::CrossOriginFailed => "Failed Cross Origin Authentication",
        EventKind::LoggedOut => "Success Logout",
        EventKind::BackchannelLogoutSucceeded => "Success Back-Channel Logout",
        EventKind::BackchannelLogoutFailed => "Failed Back-Channel Logout",
        EventKind::ConsentGiven => "Consent Given",
        EventKind::ConsentRevoked => "Consent Revoked",
        EventKind::AccountChanged => "Account Changed by Its Person",
        EventKind::AccountExported => "Account Exported by Its Person",
        EventKind::AccountDeleted => "Account Deleted by Its Person",
        EventKind::CountryPaused => "Country Paused",
        EventKind::RateLimited => "Rate Limit",
        EventKind::DelegationSucceeded => "Success Delegation",
        EventKind::DelegationFailed => "Failed Delegation",
        EventKind::CallDeprecated => "Deprecated Call",
        EventKind::UserDeleted => "User Deleted",
        EventKind::OperatorRefused => "Failed API Operation",
        EventKind::SecretsRead => "Secrets Read by the API",
        EventKind::OperatorActed => "Success API Operation",
        EventKind::EmailChanged => "Email Changed",
        EventKind::EmailChangeFailed => "Failed Change of Email",
        EventKind::PhoneNumberChanged => "Phone Number Changed",
        EventKind::PhoneNumberChangeFailed => "Failed Change of Phone Number",
        EventKind::UserUnblocked => "User Unblocked",
        EventKind::UsersImported => "Success Users Import",
        EventKind::UsersImportFailed => "Failed Users Import",
        EventKind::KeyRotated => "Signing Key Rotated",
        EventKind::KeyRevoked => "Signing Key Revoked",
        EventKind::LogStreamFailing => "Log Stream Failing",
        EventKind::LogStreamSuspended => "Log Stream Suspended",
    }
}
