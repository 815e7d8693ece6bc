//! Notices: a person is told when a way into their account came or went, by whomever
//! ([decision 29](../../../../docs/decisions/0029-what-a-first-proof-ends-and-who-is-told.md)).
//!
//! Invariant: a notice is a row of the outbox that is written with the event of its act. There is one for each act that
//! happened, and none for one that did not, whatever dies in between.
//!
//! It goes to an address that was proved, and to one only: a mail, or where there is none a text message. An act
//! that did not happen counts none.

use latchkey_wire::Secret;
use serde_json::Map;

use super::deliver::{Message, Route};
use crate::caller::Caller;
use crate::channel::{EmailOptions, SmsOptions};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    Address, Channel, Connection, Event, EventKind, Handle, Identity, LedgerKey, Notice, OutboxRow,
    PhoneNumber, Strategy, TokenHash, User,
};
use crate::notice::{NoticeKind, NoticeText, WordedNotice};
use crate::sender::{EmailMessage, MailTemplate, SmsMessage, Variables};
use crate::store::{Page, StoreResult};

/// Most notices to one address in 24 hours: mails, and text messages, which cost money.
const MAX_MAILS: u32 = 20;
const MAX_TEXTS: u32 = 5;
/// Seconds that senders may take. A notice is still worth reading the day after.
pub(super) const LIFE: i64 = 86_400;
/// Seconds after which the outbox takes over a message that a request handed over.
const REQUEST_LEASE: i64 = 15;

/// What somebody is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News<'a> {
    pub kind: NoticeKind,
    /// What the passkey or the device is called.
    pub name: Option<&'a str>,
    /// Who did it, where that was the person, or somebody in their place.
    pub caller: Option<&'a Caller>,
    /// A code that proves the address which it is sent to.
    pub code: Option<&'a Secret>,
    /// A page where it is undone.
    pub undo: Option<&'a Secret>,
}

impl<'a> News<'a> {
    pub fn by(kind: NoticeKind, caller: Option<&'a Caller>) -> Self {
        Self { kind, name: None, caller, code: None, undo: None }
    }

    /// Of what has a name.
    pub fn of(kind: NoticeKind, name: &'a str, caller: Option<&'a Caller>) -> Self {
        Self { name: Some(name), ..Self::by(kind, caller) }
    }
}

impl Engine {
    /// The event, and with it a message to its user, where they have an address to write to. What goes wrong with the
    /// message does not stop the act: taking a stolen key away must work while a template does not.
    pub(crate) async fn with_notice(&self, mut event: Event, user: &User, news: News<'_>) -> Event {
        match self.draft_notice(&event, user, news).await {
            Ok(Some((channel, notice))) => {
                event.detail.entry("notice").or_insert_with(|| channel.as_str().into());
                event.notices.push(notice);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a notice could not be made"),
        }
        event
    }

    async fn draft_notice(
        &self,
        event: &Event,
        user: &User,
        news: News<'_>,
    ) -> Result<Option<(Channel, Notice)>, Fault> {
        let proved = || user.identities.iter().filter(|identity| identity.verified_at.is_some());
        let of = |channel| proved().filter(move |identity| identity.channel == channel);
        // What strangers bring about costs no text message.
        let texts = of(Channel::Sms).filter(|_| news.kind != NoticeKind::CodesRefused);
        for identity in of(Channel::Email).chain(texts) {
            let Some(sender) = self.notice_sender(identity).await? else { continue };
            let undoes = news.undo.is_some();
            let Some(counted) = self.count_notice(identity, &sender, undoes).await? else { continue };
            let to = (identity.channel, &identity.address);
            let message = self.word_notice(event, user, to, &sender, news).await?;
            let (due_at, expires_at) = (self.now(), self.now().plus(LIFE));
            let row = OutboxRow { due_at, expires_at, ..self.notice_row(event, &sender, &message, None)? };
            return Ok(Some((identity.channel, Notice { row, counted })));
        }
        Ok(None)
    }

    /// Gives back what the notices of an act counted on, which did not happen.
    pub(crate) async fn uncount(&self, counted: Vec<LedgerKey>) -> StoreResult<()> {
        match counted.is_empty() {
            true => Ok(()),
            false => self.store.refund_send(counted).await,
        }
    }

    /// A message that somebody waits for, to an address that is not theirs yet: it leaves at once, behind the back of
    /// the request, whose time tells nothing of who has the address (S-006). The outbox keeps it as it keeps codes, as
    /// long as the handle of `awaited` waits for its code.
    pub(super) async fn send_news(
        &self,
        mut event: Event,
        to: (Channel, &Address),
        (sender, route): (&Connection, &Route),
        news: News<'_>,
        (user, awaited): (&User, &Handle),
    ) -> Result<(), Fault> {
        let message = self.word_notice(&event, user, to, sender, news).await?;
        let mut failed = Event { kind: EventKind::SendFailed, detail: Map::new(), ..event.clone() };
        failed.detail.insert(String::from("sender"), route.first_kind().into());
        let known = self.store.find_ledger(self.address_ledger(to.1)).await?;
        let is_suppressed = known.is_some_and(|ledger| ledger.is_suppressed(self.now()));
        if !is_suppressed && route.is_remote() {
            let row = self.notice_row(&event, sender, &message, Some(awaited.id))?;
            let (due_at, expires_at) = (self.now().plus(REQUEST_LEASE), awaited.expires_at);
            let row = OutboxRow { due_at, expires_at, calls: 1, ..row };
            event.notices.push(Notice { row, counted: Vec::new() });
        }
        let behind = event.notices.first().map(|notice| notice.row.id.clone());
        self.store.insert_events(vec![event]).await?;
        if !is_suppressed {
            self.hand_over(route, message, behind.as_deref(), failed);
        }
        Ok(())
    }

    /// When it is sent is the caller's.
    pub(super) fn notice_row(
        &self,
        event: &Event,
        sender: &Connection,
        message: &Message,
        awaited: Option<TokenHash>,
    ) -> Result<OutboxRow, Fault> {
        let id = notice_id(event);
        let message = self.seal_message(&id, &sender.name, message, awaited)?;
        Ok(OutboxRow { id, message, due_at: self.now(), expires_at: self.now(), calls: 0 })
    }

    /// What sends to the address of an identity: its own connection, the one that sends for its database, or else the
    /// first that sends such messages.
    pub(super) async fn notice_sender(&self, identity: &Identity) -> Result<Option<Connection>, Fault> {
        if identity.reachable().is_none() {
            return Ok(None);
        }
        let mut candidates: Vec<Connection> = Vec::new();
        if let Some(own) = self.connection(&identity.connection).await? {
            match own.strategy {
                Strategy::Database => {
                    candidates.extend(self.sender_of(&own, identity.channel).await?.as_deref().cloned());
                }
                Strategy::Sms | Strategy::Email => candidates.push(Connection::clone(&own)),
            }
        }
        candidates.extend(self.store.list_connections(&Page { after: None, limit: 100 }).await?);
        for candidate in candidates {
            let sends = candidate.enabled && candidate.strategy.sends_by(identity.channel);
            if sends && self.route_of(&candidate).await.is_ok() {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    /// Counts the notice where it may be sent, and says on what. One that undoes is not held back by other notices:
    /// whoever took an account over would send these first. Changes of addresses are few without it. As a text it
    /// still counts among all messages to such numbers, which cost money.
    async fn count_notice(
        &self,
        identity: &Identity,
        sender: &Connection,
        undoes: bool,
    ) -> Result<Option<Vec<LedgerKey>>, Fault> {
        let address = &identity.address;
        let known = self.store.find_ledger(self.address_ledger(address)).await?;
        if known.is_some_and(|ledger| ledger.is_suppressed(self.now())) {
            return Ok(None);
        }
        let own = self.vault.ledger_key(&["notices", address.as_str()]);
        let (mut counts, most) = match identity.channel {
            Channel::Email => (Vec::new(), MAX_MAILS),
            Channel::Sms => match self.counts_of_text(address.as_str(), sender).await? {
                Some(counts) => (counts, MAX_TEXTS),
                None => return Ok(None),
            },
        };
        if !undoes {
            counts.push((own, most));
        }
        let keys = counts.iter().map(|(key, _)| *key).collect();
        Ok(self.store.charge_counts(counts, self.now()).await?.is_ok().then_some(keys))
    }

    /// What a text message counts on, as a code does; `None` where it is not sent at all: operators may switch such
    /// notices off, and countries.
    async fn counts_of_text(
        &self,
        address: &str,
        sender: &Connection,
    ) -> Result<Option<Vec<(LedgerKey, u32)>>, Fault> {
        let (Ok(number), Ok(options)) = (PhoneNumber::parse(address), SmsOptions::read(sender)) else {
            return Ok(None);
        };
        let is_open = options.check_country(&number, self.settings.sms_countries.as_deref()).is_ok();
        let is_real = options.test_code(&number, self.now()).is_none();
        let is_wanted = is_open && is_real && self.tenant().await?.sms_notices;
        Ok(is_wanted.then(|| self.number_ledgers(&number)))
    }

    async fn word_notice(
        &self,
        event: &Event,
        user: &User,
        (channel, address): (Channel, &Address),
        sender: &Connection,
        news: News<'_>,
    ) -> Result<Message, Fault> {
        let tenant = self.tenant().await?;
        let agent = news.caller.and_then(|caller| caller.user_agent.as_deref());
        let language = language_of(user).or_else(|| news.caller.and_then(Caller::language));
        let text = NoticeText {
            look: tenant.branding.of_mails(),
            kind: news.kind,
            name: news.name.map(str::to_owned),
            time: in_utc(&event.at.to_iso8601()),
            device: agent.and_then(crate::device::describe),
            app: tenant.friendly_name,
            language: language.unwrap_or_default().to_owned(),
            support_email: tenant.support.email,
            support_url: tenant.support.url,
            code: news.code.cloned(),
            undo: news.undo.cloned(),
        };
        let WordedNotice { mail, text_message } = self.renderer.notice(&text);
        let to = address.as_str().to_owned();
        let code = news.code.cloned().unwrap_or_default();
        Ok(match channel {
            Channel::Sms => Message::Sms(SmsMessage {
                to,
                body: text_message,
                code,
                link: news.undo.cloned(),
                ip: None,
                user_agent: None,
            }),
            Channel::Email => Message::Email(EmailMessage {
                id: notice_id(event),
                from: self.notices_from(sender, &text, &to)?,
                to,
                subject: mail.subject,
                text: mail.text,
                html: mail.html,
                code,
                link: news.undo.cloned(),
            }),
        })
    }

    /// As the mails with codes of that connection have it.
    fn notices_from(
        &self,
        sender: &Connection,
        text: &NoticeText,
        to: &str,
    ) -> Result<Option<String>, Fault> {
        let Ok(options) = EmailOptions::read(sender) else { return Ok(None) };
        let template = MailTemplate { from: options.template.from, ..MailTemplate::default() };
        let variables = Variables {
            email: Some(to.to_owned()),
            application_name: text.app.clone(),
            friendly_name: text.app.clone(),
            tenant: self.settings.tenant.clone(),
            connection_name: sender.name.clone(),
            send: "code",
            ..Variables::default()
        };
        let mail = self.renderer.mail(&template, &variables);
        mail.map(|mail| mail.from)
            .map_err(|bad| Fault::Template { connection: sender.name.clone(), reason: bad.to_string() })
    }
}

/// What the notices of these events counted on: kept beside the act, for [`Engine::uncount`].
pub(crate) fn counted_of(events: &[Event]) -> Vec<LedgerKey> {
    events.iter().flat_map(|event| &event.notices).flat_map(|notice| notice.counted.clone()).collect()
}

/// Of the next notice of an event: one event may tell two people.
fn notice_id(event: &Event) -> String {
    match event.notices.len() {
        0 => event.id.to_string(),
        before => format!("{}-{before}", event.id),
    }
}

/// What an operator, or an application of theirs, knows of the person's language.
fn language_of(user: &User) -> Option<&str> {
    let places = [&user.attributes, &user.user_metadata];
    let named = places.into_iter().flat_map(|place| [place.get("locale"), place.get("lang")]);
    named.flatten().find_map(|value| value.as_str())
}

/// `2026-11-24T12:00:00.000Z` to the minute.
fn in_utc(iso: &str) -> String {
    let minute: String = iso.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
    format!("{minute} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_the_minute_and_with_its_zone() {
        assert_eq!(in_utc("2026-11-24T12:34:56.000Z"), "2026-11-24 12:34 UTC");
    }
}
