//! Mails to administrators: the code that signs them in, and the invitation. They leave by what sends the tenant's
//! own mails.

use std::net::IpAddr;

use latchkey_wire::Secret;
use serde_json::json;

use super::Operator;
use crate::caller::Caller;
use crate::channel::EmailOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::deliver::{Message, Route};
use crate::model::{Address, Connection, Document, EventKind, Role, Strategy};
use crate::sender::{EmailMessage, MailTemplate, Variables};
use crate::store::Page;

/// What became of a passkey of an administrator.
#[derive(Clone, Copy, Debug)]
pub(super) enum PasskeyChange<'a> {
    Added,
    Removed {
        /// Somebody else, by their address or what else they are called.
        by: Option<&'a str>,
    },
}

/// What mails call the dashboard.
const NAME: &str = "Latchkey dashboard";

impl Engine {
    /// A mail with the code, in the language of the browser that asked, and what sends it. `None` when nothing
    /// sends mails here.
    pub(super) async fn word_admin_code(
        &self,
        email: &str,
        code: &Secret,
        minutes: u32,
        caller: &Caller,
    ) -> Result<Option<(Route, EmailMessage)>, Fault> {
        let Some((route, from)) = self.admin_route().await? else { return Ok(None) };
        let variables = Variables {
            code: code.clone(),
            email: Some(email.to_owned()),
            request_language: caller.language().unwrap_or_default().to_owned(),
            locale: crate::channel::first_language(caller.language()),
            minutes,
            device: caller.user_agent.as_deref().and_then(crate::device::describe),
            ..self.about_dashboard().await?
        };
        let message = self.admin_mail(email, from, &variables)?;
        Ok(Some((route, message)))
    }

    /// Tells an administrator that they are one now. It holds no secret: whoever reads their mail signs in by a
    /// code. False when nothing sends mails here.
    pub(super) async fn invite(&self, operator: &Operator, email: &str, role: &str) -> Result<bool, Fault> {
        let Some((route, from)) = self.admin_route().await? else { return Ok(false) };
        let about = self.about_dashboard().await?;
        let by = match &operator.admin {
            Some(id) => self.store.find_document(crate::model::DocumentKind::Admin, id).await?,
            None => None,
        };
        let by = by.map_or_else(|| String::from("Whoever runs the server"), |admin| admin.name);
        let tenant = &about.friendly_name;
        let url = self.url("dashboard/sign-in");
        let (subject, text) = (
            format!("You may use the dashboard of {tenant}"),
            format!(
                "{by} made you an administrator of {tenant} ({role}).\n\nSign in with this address:\n{url}\n\n\
                 You will be sent a code. If you did not expect this, there is nothing to do.\n"
            ),
        );
        let message = self.plain_admin_mail(email, from, about, (&subject, text))?;
        self.hand_to_admin(&route, message);
        Ok(true)
    }

    /// Tells an administrator what became of their passkeys. Nothing happens when nothing sends mails here.
    pub(super) async fn tell_of_passkey(
        &self,
        email: &str,
        change: PasskeyChange<'_>,
        caller: Option<&Caller>,
    ) -> Result<(), Fault> {
        let Some((route, from)) = self.admin_route().await? else { return Ok(()) };
        let about = self.about_dashboard().await?;
        let tenant = &about.friendly_name;
        let (subject, what) = match change {
            PasskeyChange::Added => ("A passkey was added", "signs you in to"),
            PasskeyChange::Removed { .. } => ("A passkey was removed", "no longer signs you in to"),
        };
        let device = caller.and_then(|caller| caller.user_agent.as_deref()).and_then(crate::device::describe);
        let by = match change {
            PasskeyChange::Removed { by: Some(by) } => format!("{by} removed it.\n\n"),
            _ => String::new(),
        };
        let device = device.map_or_else(String::new, |device| format!("It was done on: {device}\n\n"));
        let text = format!(
            "A passkey {what} the dashboard of {tenant} from now on.\n\n{by}{device}If you did not expect this, sign in \
             by a code, look at your passkeys, and sign out everywhere:\n{}\n",
            self.url("dashboard/sign-in")
        );
        let subject = format!("{subject} (dashboard of {tenant})");
        let message = self.plain_admin_mail(email, from, about, (&subject, text))?;
        self.hand_to_admin(&route, message);
        Ok(())
    }

    /// Tells every owner of a place whose codes are refused. Nothing happens when nothing sends mails here.
    pub(in crate::flow) async fn tell_owners(&self, ip: IpAddr) -> Result<(), Fault> {
        let Some((route, from)) = self.admin_route().await? else { return Ok(()) };
        let about = self.about_dashboard().await?;
        let tenant = &about.friendly_name;
        let subject = format!("Too many wrong codes from {ip} ({tenant})");
        let text = format!(
            "Too many wrong codes for people of {tenant} came from {ip}. No more are looked at from there for now.\n\n\
             Who it was about is in the log:\n{}\n\nIf the address is yours, such as that of an office, let it through \
             under Attack protection, which also switches these mails off:\n{}\n",
            self.url("dashboard/logs"),
            self.url("dashboard/protection"),
        );
        let is_owner = |admin: &Document| admin.body.get("role") == Some(&json!(Role::Owner));
        for admin in self.list_admins().await?.iter().filter(|admin| is_owner(admin)) {
            let message =
                self.plain_admin_mail(&admin.name, from.clone(), about.clone(), (&subject, text.clone()))?;
            self.hand_to_admin(&route, message);
        }
        Ok(())
    }

    /// A mail of text alone, which holds no secret.
    fn plain_admin_mail(
        &self,
        email: &str,
        from: Option<String>,
        about: Variables,
        (subject, text): (&str, String),
    ) -> Result<EmailMessage, Fault> {
        let variables = Variables { code: Secret::new("000000"), email: Some(email.to_owned()), ..about };
        let worded = self.admin_mail(email, from, &variables)?;
        Ok(EmailMessage {
            subject: Secret::new(one_line(subject)),
            text: Secret::new(text),
            html: None,
            code: Secret::default(),
            ..worded
        })
    }

    /// The senders of the connection `email`, of another one of its kind, or of the tenant.
    async fn admin_route(&self) -> Result<Option<(Route, Option<String>)>, Fault> {
        let page = Page { after: None, limit: 100 };
        let mut all = self.store.list_connections(&page).await?;
        all.retain(|connection| connection.strategy == Strategy::Email);
        all.sort_by_key(|connection| connection.name != "email");
        all.push(self.draft_connection("email", Strategy::Email));
        for connection in &all {
            if let Ok(route) = self.route_of(connection).await {
                return Ok(Some((route, from_of(connection))));
            }
        }
        Ok(None)
    }

    async fn about_dashboard(&self) -> Result<Variables, Fault> {
        let tenant = self.tenant().await?;
        Ok(Variables {
            application_name: String::from(NAME),
            send: "code",
            tenant: self.settings.tenant.clone(),
            friendly_name: tenant.friendly_name.clone(),
            connection_name: String::from("email"),
            ..Variables::default()
        })
    }

    fn admin_mail(
        &self,
        to: &str,
        from: Option<String>,
        variables: &Variables,
    ) -> Result<EmailMessage, Fault> {
        let template = MailTemplate { from, ..MailTemplate::default() };
        let mail = self
            .renderer
            .mail(&template, variables)
            .map_err(|bad| Fault::Template { connection: String::from("email"), reason: bad.to_string() })?;
        Ok(EmailMessage {
            id: self.new_id(),
            to: to.to_owned(),
            from: mail.from,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            code: variables.code.clone(),
            link: None,
        })
    }

    /// The request waits for no mail server: how long one takes would tell who is an administrator.
    pub(super) fn hand_to_admin(&self, route: &Route, message: EmailMessage) {
        let id = message.id.clone();
        let mut failed = self.event(EventKind::SendFailed, None);
        failed.address = Some(Address::from_canonical(message.to.as_str()).masked());
        let behind = route.is_remote().then_some(id.as_str());
        self.hand_over(route, Message::Email(message), behind, failed);
    }
}

fn from_of(connection: &Connection) -> Option<String> {
    EmailOptions::read(connection).ok().and_then(|options| options.template.from)
}

/// A name of the tenant may hold anything.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
