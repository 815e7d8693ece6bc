//! What people allowed clients, which Auth0 calls grants (section 2.10).

use latchkey_wire::management::{Form, Paging, Part};
use serde_json::{Value, json};

use super::{Entity, ManageError, Operator};
use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{Consent, ConsentId, UserId};
use crate::store::{ConsentFilter, Page};

/// The path of the audience that Auth0 names where there is no API.
const NO_API: &str = "userinfo";
const PAGE: u32 = 100;

impl Engine {
    /// Only what is asked for is held at once: there may be as many as there are users.
    pub async fn list_managed_consents(
        &self,
        filter: &ConsentFilter,
        paging: &Paging,
    ) -> Result<Part<Consent>, Fault> {
        // The store has no word for consents without an API: those are picked out here.
        let bare = filter.audience.as_deref() == Some(self.url(NO_API).as_str());
        let asked = ConsentFilter { audience: filter.audience.clone().filter(|_| !bare), ..filter.clone() };
        let (start, limit) = (paging.start as usize, paging.limit as usize);
        let mut part = Part { items: Vec::new(), total: 0, next: None };
        let mut after = paging.after.clone();
        loop {
            let listed = self.store.list_consents(&asked, &Page { after, limit: PAGE }).await?;
            let last = listed.len() < PAGE as usize;
            after = listed.last().map(|consent| consent.id.as_str().to_owned());
            for consent in listed.into_iter().filter(|consent| !bare || consent.audience.is_none()) {
                part.total += 1;
                if part.total > start && part.items.len() < limit {
                    part.items.push(consent);
                }
            }
            let enough = paging.form != Form::Totals && part.total > start.saturating_add(limit);
            if last || enough {
                break;
            }
        }
        if part.total > start.saturating_add(limit) {
            part.next = part.items.last().map(|consent| consent.id.as_str().to_owned());
        }
        Ok(part)
    }

    /// An unknown id is as good as deleted. The refresh tokens that came of it end with it.
    pub async fn remove_consent(&self, operator: &Operator, id: &str) -> Result<(), ManageError> {
        // No database has such an id, and not every one may be asked for it.
        if id.contains('\0') {
            return Ok(());
        }
        let id = ConsentId::from(id);
        let Some(consent) = self.store.find_consent_by_id(&id).await? else { return Ok(()) };
        let before = Some(self.show_consent(&consent));
        let event = self.change(operator, "delete", Entity::Consent, id.as_str(), (before, None));
        self.revoke_consent(&id, Some(event)).await?;
        Ok(())
    }

    /// Everything that a person allowed.
    pub async fn remove_consents_of(&self, operator: &Operator, user: &str) -> Result<(), ManageError> {
        let filter = ConsentFilter { user: Some(UserId::from(user)), ..ConsentFilter::default() };
        loop {
            let page = Page { after: None, limit: PAGE };
            let listed = self.store.list_consents(&filter, &page).await?;
            for consent in &listed {
                self.remove_consent(operator, consent.id.as_str()).await?;
            }
            if listed.is_empty() {
                return Ok(());
            }
        }
    }

    pub fn show_consent(&self, consent: &Consent) -> Value {
        json!({
            "id": consent.id,
            "clientID": consent.client,
            "user_id": consent.user,
            "audience": consent.audience.clone().unwrap_or_else(|| self.url(NO_API)),
            "scope": consent.scope.iter().collect::<Vec<_>>(),
        })
    }
}
