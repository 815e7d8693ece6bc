//! The records of Latchkey, one file each. Plain values: no I/O, no SQL types.

mod address;
mod admin;
mod admin_passkey;
mod audit;
mod authorization;
mod challenge;
mod client;
mod connection;
mod consent;
mod device_grant;
mod device_key;
mod document;
mod email_address;
mod event;
mod handle;
mod ids;
mod import;
mod job;
mod ledger;
mod log_cursor;
mod logout;
mod outbox;
mod passkey;
mod password;
mod phone_number;
mod refresh_token;
mod session;
mod signing_key;
mod sms_parts;
pub mod tally;
mod user;

pub use address::{Address, Channel};
pub use admin::{Admin, Role};
pub use admin_passkey::AdminPasskey;
pub use audit::{AuditFault, AuditLink, AuditWalk, BadChainEnd, ChainEnd, ChainHash};
pub use authorization::{Authorization, AuthorizationResponse, Prompt, Target};
pub use challenge::{Challenge, ChallengeKey, CodeHash, Tier};
pub use client::{
    ACCOUNT_CLIENT, AudienceGrant, Client, ClientCredential, ClientKind, JwtSettings, RefreshSettings,
    SigningAlgorithm, TokenDialect, TokenEndpointAuthMethod, WEAK_KEYS_UNTIL, machine_subject,
};
pub use connection::{Connection, Strategy};
pub use consent::Consent;
pub use device_grant::{Activation, DeviceDecision, DeviceGrant, POLL_INTERVAL, Poll};
pub use device_key::{DEVICE_KEY_LIFE, DeviceKey, KeyAlgorithm, KeyAttestation, KeyRule, MAX_DEVICE_KEYS};
pub use document::{Document, DocumentKind};
pub use email_address::{BadEmailAddress, EmailAddress};
pub use event::{Event, EventKind};
pub use handle::{Handle, HandleKind};
pub use ids::{
    ClientId, ConnectionId, ConsentId, CredentialId, EventId, FamilyId, JobId, KeyId, PasskeyId, UserId,
};
pub use import::{ImportRecord, ImportedUser, MOST_IGNORED, OTHER_PROPERTIES, RecordCode, RecordError};
pub use job::{ExportWork, ImportSummary, ImportWork, Job, JobPart, JobState, JobWork};
pub use ledger::{Ledger, LedgerKey, SendDenied, SendRules, TryRules};
pub use log_cursor::{LogBatch, LogCursor, LogFailure, LogProgress};
pub use logout::{BackchannelLogout, Ended, Ending, LogoutInitiator, LogoutNotice};
pub use outbox::{Notice, OutboxRow};
pub use passkey::{MAX_PASSKEY_NAME, Passkey, RelyingParty};
pub use password::Password;
pub use phone_number::{BadPhoneNumber, PhoneNumber, shown_address};
pub use refresh_token::{RefreshFamily, RefreshKind, TokenHash, revoked_mark};
pub use session::{ACR_VALUES, Proof, Session};
pub use signing_key::{KeyState, SigningKey};
pub use sms_parts::{SmsEncoding, SmsParts};
pub use user::{AddressChange, Identity, User};
