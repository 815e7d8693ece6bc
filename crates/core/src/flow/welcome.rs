//! The mail after a first sign-in (management 2.14), where an operator wrote one and switched it on.
//!
//! Invariant: it is a row of the outbox that is written with the entry of the sign-up, so there is one for each, and none
//! for a sign-up that did not happen, whoever else tried at the same time.

use serde_json::Value;

use super::deliver::Message;
use super::notices::LIFE;
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Channel, Client, DocumentKind, Event, EventKind, Identity, Notice, OutboxRow};
use crate::sender::{EmailMessage, MailTemplate, Variables};
use crate::store::Redeem;

const NAME: &str = "welcome_email";

impl Engine {
    /// With the mail for whom it would make. What goes wrong with it stops nobody's sign-in.
    pub(super) async fn with_welcome(&self, mut redeem: Redeem, client: &Client) -> Redeem {
        let identity = redeem.new_user.as_ref().and_then(|user| user.identities.first());
        let identity = identity.filter(|identity| identity.channel == Channel::Email);
        let is_first = |event: &&mut Event| event.kind == EventKind::SignedUp;
        if let (Some(identity), Some(event)) = (identity, redeem.on_success.iter_mut().find(is_first)) {
            match self.draft_welcome(event, identity, client).await {
                Ok(notice) => event.notices.extend(notice),
                Err(error) => tracing::warn!(%error, "a welcome mail could not be made"),
            }
        }
        redeem
    }

    async fn draft_welcome(
        &self,
        event: &Event,
        identity: &Identity,
        client: &Client,
    ) -> Result<Option<Notice>, Fault> {
        let Some(template) = self.welcome_template().await? else { return Ok(None) };
        let Some(sender) = self.notice_sender(identity).await? else { return Ok(None) };
        let tenant = self.tenant().await?;
        let to = identity.address.as_str().to_owned();
        let variables = Variables {
            email: Some(to.clone()),
            application_name: client.name.clone(),
            tenant: self.settings.tenant.clone(),
            friendly_name: tenant.friendly_name,
            support_email: tenant.support.email,
            support_url: tenant.support.url,
            connection_name: identity.connection.clone(),
            send: "code",
            ..Variables::default()
        };
        let mail = self.renderer.mail(&template, &variables);
        let mail =
            mail.map_err(|bad| Fault::Template { connection: NAME.to_owned(), reason: bad.to_string() })?;
        let message = Message::Email(EmailMessage {
            id: event.id.to_string(),
            to,
            from: mail.from,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            code: Default::default(),
            link: None,
        });
        let row = self.notice_row(event, &sender, &message, None)?;
        let row = OutboxRow { due_at: self.now(), expires_at: self.now().plus(LIFE), ..row };
        Ok(Some(Notice { row, counted: Vec::new() }))
    }

    /// Where there is one, with a subject and a body: ours are those of codes.
    async fn welcome_template(&self) -> Result<Option<MailTemplate>, Fault> {
        let document = self.document(DocumentKind::EmailTemplate, NAME).await?;
        let Some(document) = Option::as_ref(&document) else { return Ok(None) };
        let text = |name: &str| {
            let text = document.body.get(name).and_then(Value::as_str);
            text.filter(|text| !text.trim().is_empty()).map(str::to_owned)
        };
        let (Some(subject), Some(body)) = (text("subject"), text("body")) else { return Ok(None) };
        let is_on = document.body.get("enabled") == Some(&Value::Bool(true));
        // One that is Auth0's would have the renderer put its own words in place of all.
        let from = text("from").filter(|from| !from.trim_end_matches(['>', ' ']).ends_with("auth0.com"));
        let template = MailTemplate { from, subject: Some(subject), body: Some(body), syntax: None };
        Ok(is_on.then_some(template))
    }
}
