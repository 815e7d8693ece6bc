//! What operators set at run time and no rule of ours asks for by its parts: kept as it was written, so that
//! tools read back what they wrote.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::vault::Sealed;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub kind: DocumentKind,
    /// Unique within the kind.
    pub id: String,
    /// Unique within the kind, too: what people and tools call it.
    pub name: String,
    pub body: Map<String, Value>,
    /// Secrets by their path in the body, where they do not stand.
    #[serde(default)]
    pub secrets: BTreeMap<String, Sealed>,
    /// Counts the changes, so that of two at once none is lost.
    pub version: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum DocumentKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl DocumentKind {
            /// As stored, and as told in events.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    Admin = "administrator";
    /// Named by the hash of its cookie.
    AdminSession = "session of an administrator";
    /// The one record of the tenant.
    Tenant = "tenant";
    Branding = "branding";
    Prompts = "prompts";
    /// Texts of a prompt in a language; named `prompt/language`.
    CustomText = "custom text";
    /// An API, named by its identifier.
    ResourceServer = "resource server";
    EmailProvider = "email provider";
    EmailTemplate = "email template";
    PhoneProvider = "phone provider";
    PhoneTemplate = "phone template";
    /// A part of the protection against attacks, named as in its path.
    AttackProtection = "attack protection";
    CustomDomain = "custom domain";
    LogStream = "log stream";
}

impl Document {
    /// With nothing in it, under its name as its id.
    pub fn empty(kind: DocumentKind, name: &str, now: Timestamp) -> Self {
        Self {
            kind,
            id: name.to_owned(),
            name: name.to_owned(),
            body: Map::new(),
            secrets: BTreeMap::new(),
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// The context that a secret of it is sealed under.
    pub fn secret_context(kind: DocumentKind, id: &str, path: &str) -> String {
        format!("document/{}/{id}{path}", kind.word())
    }
}
