//! Every operation of the Management API that has something behind it: where it stands, which scopes open it, and
//! what it does. The description that is served (OpenAPI) is made of this, and tests hold the routes to it.

#[rustfmt::skip]
use super::scope::{
    CREATE_ADMINS, CREATE_AUTHENTICATION_METHODS, CREATE_CLIENTS, CREATE_CLIENT_CREDENTIALS,
    CREATE_CLIENT_GRANTS, CREATE_CONNECTIONS, CREATE_CURRENT_USER_DEVICE_CREDENTIALS,
    CREATE_CUSTOM_DOMAINS, CREATE_EMAIL_PROVIDER, CREATE_EMAIL_TEMPLATES, CREATE_LOG_STREAMS,
    CREATE_PHONE_PROVIDERS, CREATE_PHONE_TEMPLATES, CREATE_RESOURCE_SERVERS, CREATE_SIGNING_KEYS,
    CREATE_USERS, DELETE_ADMINS, DELETE_ANOMALY_BLOCKS, DELETE_AUTHENTICATION_METHODS, DELETE_CLIENTS,
    DELETE_CLIENT_CREDENTIALS, DELETE_CLIENT_GRANTS, DELETE_CONNECTIONS, DELETE_CURRENT_USER,
    DELETE_CURRENT_USER_DEVICE_CREDENTIALS, DELETE_CUSTOM_DOMAINS, DELETE_DEVICE_CREDENTIALS,
    DELETE_EMAIL_PROVIDER, DELETE_GRANTS, DELETE_LOG_STREAMS, DELETE_PHONE_PROVIDERS,
    DELETE_PHONE_TEMPLATES, DELETE_REFRESH_TOKENS, DELETE_RESOURCE_SERVERS, DELETE_SESSIONS, DELETE_USERS,
    READ_ADMINS, READ_ANOMALY_BLOCKS, READ_ATTACK_PROTECTION, READ_AUTHENTICATION_METHODS, READ_BRANDING,
    READ_CLIENTS, READ_CLIENT_CREDENTIALS, READ_CLIENT_GRANTS, READ_CLIENT_KEYS, READ_CLIENT_SUMMARY,
    READ_CONNECTIONS, READ_CURRENT_USER, READ_CUSTOM_DOMAINS, READ_DEVICE_CREDENTIALS, READ_EMAIL_PROVIDER,
    READ_EMAIL_TEMPLATES, READ_GRANTS, READ_LOGS, READ_LOGS_USERS, READ_LOG_STREAMS, READ_PHONE_PROVIDERS,
    READ_PHONE_TEMPLATES, READ_PROMPTS, READ_REFRESH_TOKENS, READ_RESOURCE_SERVERS, READ_SESSIONS,
    READ_SIGNING_KEYS, READ_STATS, READ_TENANT_SETTINGS, READ_USERS, UPDATE_ADMINS,
    UPDATE_ATTACK_PROTECTION, UPDATE_AUTHENTICATION_METHODS, UPDATE_BRANDING, UPDATE_CLIENTS,
    UPDATE_CLIENT_CREDENTIALS, UPDATE_CLIENT_GRANTS, UPDATE_CLIENT_KEYS, UPDATE_CONNECTIONS,
    UPDATE_CURRENT_USER_IDENTITIES, UPDATE_CURRENT_USER_METADATA, UPDATE_CUSTOM_DOMAINS,
    UPDATE_EMAIL_PROVIDER, UPDATE_EMAIL_TEMPLATES, UPDATE_LOG_STREAMS, UPDATE_PHONE_PROVIDERS,
    UPDATE_PHONE_TEMPLATES, UPDATE_PROMPTS, UPDATE_REFRESH_TOKENS, UPDATE_RESOURCE_SERVERS,
    UPDATE_SESSIONS, UPDATE_SIGNING_KEYS, UPDATE_TENANT_SETTINGS, UPDATE_USERS, UPDATE_USERS_APP_METADATA,
};

/// One operation.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// What it is about, as readers look for it.
    pub group: &'static str,
    pub method: &'static str,
    /// Under `/api/v2`; parameters in braces.
    pub path: &'static str,
    /// One of them is enough.
    pub scopes: &'static [&'static str],
    pub summary: &'static str,
}

impl Operation {
    /// The names of the parameters in its path.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{').and_then(|name| name.strip_suffix('}')))
    }

    pub fn has_body(&self) -> bool {
        matches!(self.method, "POST" | "PATCH" | "PUT")
    }

    /// A read of many, which has pages.
    pub fn is_list(&self) -> bool {
        self.summary.starts_with("Lists")
    }
}

const fn of(
    group: &'static str,
    method: &'static str,
    path: &'static str,
    scopes: &'static [&'static str],
    summary: &'static str,
) -> Operation {
    Operation { group, method, path, scopes, summary }
}

#[rustfmt::skip]
pub const ALL: &[Operation] = &[
    of("Connections", "GET", "/connections", &[READ_CONNECTIONS], "Lists connections"),
    of("Connections", "POST", "/connections", &[CREATE_CONNECTIONS], "Makes a connection"),
    of("Connections", "GET", "/connections/{id}", &[READ_CONNECTIONS], "Reads a connection"),
    of("Connections", "PATCH", "/connections/{id}", &[UPDATE_CONNECTIONS], "Changes a connection"),
    of("Connections", "DELETE", "/connections/{id}", &[DELETE_CONNECTIONS], "Deletes a connection"),
    of("Connections", "GET", "/connections/{id}/clients", &[READ_CONNECTIONS], "Lists the applications of a connection"),
    of("Connections", "PATCH", "/connections/{id}/clients", &[UPDATE_CONNECTIONS], "Switches a connection on or off for applications"),
    of("Connections", "DELETE", "/connections/{id}/users", &[DELETE_USERS], "Deletes the user of a connection who has an address"),
    of("Connections", "POST", "/connections/{id}/preview", &[READ_CONNECTIONS], "Words a message as it would be sent, and tells what is wrong with it"),
    of("Connections", "POST", "/connections/{id}/try", &[UPDATE_CONNECTIONS], "Sends a code to try a connection"),
    of("Connections", "POST", "/connections/{id}/try/verify", &[UPDATE_CONNECTIONS], "Compares the code of a try, and shows the tokens it would give"),
    of("Clients", "GET", "/clients", &[READ_CLIENTS, READ_CLIENT_KEYS, READ_CLIENT_CREDENTIALS, READ_CLIENT_SUMMARY], "Lists applications"),
    of("Clients", "POST", "/clients", &[CREATE_CLIENTS], "Makes an application"),
    of("Clients", "GET", "/clients/{id}", &[READ_CLIENTS, READ_CLIENT_KEYS, READ_CLIENT_CREDENTIALS, READ_CLIENT_SUMMARY], "Reads an application"),
    of("Clients", "PATCH", "/clients/{id}", &[UPDATE_CLIENTS, UPDATE_CLIENT_KEYS], "Changes an application"),
    of("Clients", "DELETE", "/clients/{id}", &[DELETE_CLIENTS], "Deletes an application"),
    of("Clients", "POST", "/clients/{id}/rotate-secret", &[UPDATE_CLIENT_KEYS], "Gives an application a new secret"),
    of("Clients", "GET", "/clients/{id}/connections", &[READ_CONNECTIONS, READ_CLIENTS, READ_CLIENT_SUMMARY], "Lists the connections of an application"),
    of("Clients", "GET", "/clients/{id}/credentials", &[READ_CLIENT_CREDENTIALS], "Lists the keys of an application"),
    of("Clients", "POST", "/clients/{id}/credentials", &[CREATE_CLIENT_CREDENTIALS], "Makes a key of an application"),
    of("Clients", "GET", "/clients/{id}/credentials/{key}", &[READ_CLIENT_CREDENTIALS], "Reads a key of an application"),
    of("Clients", "PATCH", "/clients/{id}/credentials/{key}", &[UPDATE_CLIENT_CREDENTIALS], "Changes a key of an application"),
    of("Clients", "DELETE", "/clients/{id}/credentials/{key}", &[DELETE_CLIENT_CREDENTIALS], "Deletes a key of an application"),
    of("APIs", "GET", "/resource-servers", &[READ_RESOURCE_SERVERS], "Lists APIs"),
    of("APIs", "POST", "/resource-servers", &[CREATE_RESOURCE_SERVERS], "Makes an API"),
    of("APIs", "GET", "/resource-servers/{id}", &[READ_RESOURCE_SERVERS], "Reads an API"),
    of("APIs", "PATCH", "/resource-servers/{id}", &[UPDATE_RESOURCE_SERVERS], "Changes an API"),
    of("APIs", "DELETE", "/resource-servers/{id}", &[DELETE_RESOURCE_SERVERS], "Deletes an API"),
    of("APIs", "GET", "/client-grants", &[READ_CLIENT_GRANTS], "Lists what applications may do at APIs"),
    of("APIs", "POST", "/client-grants", &[CREATE_CLIENT_GRANTS], "Makes what an application may do at an API"),
    of("APIs", "GET", "/client-grants/{id}", &[READ_CLIENT_GRANTS], "Reads what an application may do at an API"),
    of("APIs", "PATCH", "/client-grants/{id}", &[UPDATE_CLIENT_GRANTS], "Changes what an application may do at an API"),
    of("APIs", "DELETE", "/client-grants/{id}", &[DELETE_CLIENT_GRANTS], "Deletes what an application may do at an API"),
    of("Users", "GET", "/users", &[READ_USERS], "Lists and searches users"),
    of("Users", "POST", "/users", &[CREATE_USERS], "Makes a user"),
    of("Users", "GET", "/users/{id}", &[READ_USERS, READ_CURRENT_USER], "Reads a user"),
    of("Users", "PATCH", "/users/{id}", &[UPDATE_USERS, UPDATE_USERS_APP_METADATA, UPDATE_CURRENT_USER_METADATA], "Changes a user"),
    of("Users", "DELETE", "/users/{id}", &[DELETE_USERS, DELETE_CURRENT_USER], "Deletes a user"),
    of("Users", "GET", "/users-by-email", &[READ_USERS], "Finds users by email address"),
    of("Users", "GET", "/users-by-phone", &[READ_USERS], "Finds users by phone number"),
    of("Users", "POST", "/users/{id}/identities", &[UPDATE_USERS, UPDATE_CURRENT_USER_IDENTITIES], "Links an identity to a user"),
    of("Users", "DELETE", "/users/{id}/identities/{provider}/{user_id}", &[UPDATE_USERS, UPDATE_CURRENT_USER_IDENTITIES], "Unlinks an identity"),
    of("Users", "GET", "/users/{id}/sessions", &[READ_SESSIONS], "Lists where a user is signed in"),
    of("Users", "DELETE", "/users/{id}/sessions", &[DELETE_SESSIONS], "Signs a user out everywhere"),
    of("Users", "GET", "/users/{id}/refresh-tokens", &[READ_REFRESH_TOKENS], "Lists the refresh tokens of a user"),
    of("Users", "DELETE", "/users/{id}/refresh-tokens", &[DELETE_REFRESH_TOKENS], "Revokes the refresh tokens of a user"),
    of("Users", "POST", "/users/{id}/revoke-access", &[DELETE_SESSIONS, DELETE_REFRESH_TOKENS], "Ends sessions and refresh tokens of a user"),
    of("Users", "GET", "/users/{id}/authentication-methods", &[READ_AUTHENTICATION_METHODS], "Lists how a user signs in"),
    of("Users", "POST", "/users/{id}/authentication-methods", &[CREATE_AUTHENTICATION_METHODS], "Gives a user another way to sign in"),
    of("Users", "PUT", "/users/{id}/authentication-methods", &[UPDATE_AUTHENTICATION_METHODS], "Replaces the ways a user signs in"),
    of("Users", "DELETE", "/users/{id}/authentication-methods", &[DELETE_AUTHENTICATION_METHODS], "Takes all ways to sign in from a user"),
    of("Users", "GET", "/users/{id}/authentication-methods/{method}", &[READ_AUTHENTICATION_METHODS], "Reads a way to sign in"),
    of("Users", "PATCH", "/users/{id}/authentication-methods/{method}", &[UPDATE_AUTHENTICATION_METHODS], "Renames a way to sign in"),
    of("Users", "DELETE", "/users/{id}/authentication-methods/{method}", &[DELETE_AUTHENTICATION_METHODS], "Takes a way to sign in from a user"),
    of("Users", "GET", "/users/{id}/logs", &[READ_LOGS, READ_LOGS_USERS], "Lists what a user did"),
    of("Users", "GET", "/user-blocks", &[READ_USERS], "Lists the blocks of an address"),
    of("Users", "DELETE", "/user-blocks", &[UPDATE_USERS], "Lifts the blocks of an address"),
    of("Users", "GET", "/user-blocks/{id}", &[READ_USERS], "Lists the blocks of a user"),
    of("Users", "DELETE", "/user-blocks/{id}", &[UPDATE_USERS], "Lifts the blocks of a user"),
    of("Users", "POST", "/jobs/users-imports", &[CREATE_USERS], "Brings users in from a file"),
    of("Users", "POST", "/jobs/users-exports", &[READ_USERS], "Brings users out into a file; an administrator must have signed in a short while ago"),
    of("Users", "POST", "/jobs/verification-email", &[UPDATE_USERS], "Answers as a job that fails: addresses are proved by signing in"),
    of("Users", "GET", "/jobs/{id}", &[CREATE_USERS, READ_USERS], "Reads how far a job is"),
    of("Users", "GET", "/jobs/{id}/errors", &[CREATE_USERS, READ_USERS], "Reads which records of a job failed"),
    of("Sessions and tokens", "GET", "/sessions/{id}", &[READ_SESSIONS], "Reads a session"),
    of("Sessions and tokens", "PATCH", "/sessions/{id}", &[UPDATE_SESSIONS], "Changes the metadata of a session"),
    of("Sessions and tokens", "DELETE", "/sessions/{id}", &[DELETE_SESSIONS], "Ends a session"),
    of("Sessions and tokens", "POST", "/sessions/{id}/revoke", &[DELETE_SESSIONS, DELETE_REFRESH_TOKENS], "Ends a session and its refresh tokens"),
    of("Sessions and tokens", "GET", "/refresh-tokens", &[READ_REFRESH_TOKENS], "Lists refresh tokens"),
    of("Sessions and tokens", "POST", "/refresh-tokens/revoke", &[DELETE_REFRESH_TOKENS], "Revokes many refresh tokens"),
    of("Sessions and tokens", "GET", "/refresh-tokens/{id}", &[READ_REFRESH_TOKENS], "Reads a refresh token"),
    of("Sessions and tokens", "PATCH", "/refresh-tokens/{id}", &[UPDATE_REFRESH_TOKENS], "Changes the metadata of a refresh token"),
    of("Sessions and tokens", "DELETE", "/refresh-tokens/{id}", &[DELETE_REFRESH_TOKENS], "Revokes a refresh token"),
    of("Sessions and tokens", "GET", "/grants", &[READ_GRANTS], "Lists what users consented to"),
    of("Sessions and tokens", "DELETE", "/grants", &[DELETE_GRANTS], "Takes back every consent of a user"),
    of("Sessions and tokens", "DELETE", "/grants/{id}", &[DELETE_GRANTS], "Takes back a consent"),
    of("Sessions and tokens", "GET", "/device-credentials", &[READ_DEVICE_CREDENTIALS], "Lists what devices hold"),
    of("Sessions and tokens", "POST", "/device-credentials", &[CREATE_CURRENT_USER_DEVICE_CREDENTIALS], "Gives a device a key; by tokens of users"),
    of("Sessions and tokens", "PATCH", "/device-credentials/{id}", &[UPDATE_USERS], "Renames the device of a key"),
    of("Sessions and tokens", "DELETE", "/device-credentials/{id}", &[DELETE_DEVICE_CREDENTIALS, DELETE_CURRENT_USER_DEVICE_CREDENTIALS], "Takes what a device holds"),
    of("Messages", "GET", "/emails/provider", &[READ_EMAIL_PROVIDER], "Reads what sends mails"),
    of("Messages", "POST", "/emails/provider", &[CREATE_EMAIL_PROVIDER], "Sets up what sends mails"),
    of("Messages", "PATCH", "/emails/provider", &[UPDATE_EMAIL_PROVIDER], "Changes what sends mails"),
    of("Messages", "DELETE", "/emails/provider", &[DELETE_EMAIL_PROVIDER], "Forgets what sends mails"),
    of("Messages", "POST", "/emails/provider/try", &[UPDATE_EMAIL_PROVIDER], "Sends a mail to try the provider"),
    of("Messages", "POST", "/email-templates", &[CREATE_EMAIL_TEMPLATES], "Makes a mail template"),
    of("Messages", "GET", "/email-templates/{name}", &[READ_EMAIL_TEMPLATES], "Reads a mail template"),
    of("Messages", "PATCH", "/email-templates/{name}", &[UPDATE_EMAIL_TEMPLATES], "Changes a mail template"),
    of("Messages", "PUT", "/email-templates/{name}", &[UPDATE_EMAIL_TEMPLATES], "Replaces a mail template"),
    of("Messages", "GET", "/branding/phone/providers", &[READ_PHONE_PROVIDERS], "Lists what sends text messages"),
    of("Messages", "POST", "/branding/phone/providers", &[CREATE_PHONE_PROVIDERS], "Makes what sends text messages"),
    of("Messages", "GET", "/branding/phone/providers/{id}", &[READ_PHONE_PROVIDERS], "Reads what sends text messages"),
    of("Messages", "PATCH", "/branding/phone/providers/{id}", &[UPDATE_PHONE_PROVIDERS], "Changes what sends text messages"),
    of("Messages", "DELETE", "/branding/phone/providers/{id}", &[DELETE_PHONE_PROVIDERS], "Deletes what sends text messages"),
    of("Messages", "POST", "/branding/phone/providers/{id}/try", &[CREATE_PHONE_PROVIDERS], "Sends a text message to try it"),
    of("Messages", "GET", "/branding/phone/templates", &[READ_PHONE_TEMPLATES], "Lists the texts of messages"),
    of("Messages", "POST", "/branding/phone/templates", &[CREATE_PHONE_TEMPLATES], "Makes a text of messages"),
    of("Messages", "GET", "/branding/phone/templates/{id}", &[READ_PHONE_TEMPLATES], "Reads a text of messages"),
    of("Messages", "PATCH", "/branding/phone/templates/{id}", &[UPDATE_PHONE_TEMPLATES], "Changes a text of messages"),
    of("Messages", "DELETE", "/branding/phone/templates/{id}", &[DELETE_PHONE_TEMPLATES], "Deletes a text of messages"),
    of("Messages", "PATCH", "/branding/phone/templates/{id}/reset", &[UPDATE_PHONE_TEMPLATES], "Puts a text back to what it was at first"),
    of("Messages", "POST", "/branding/phone/templates/{id}/try", &[CREATE_PHONE_TEMPLATES], "Sends a text to try it"),
    of("Tenant", "GET", "/tenants/settings", &[READ_TENANT_SETTINGS], "Reads the settings of the tenant"),
    of("Tenant", "PATCH", "/tenants/settings", &[UPDATE_TENANT_SETTINGS], "Changes the settings of the tenant"),
    of("Tenant", "GET", "/tenants/checklist", &[READ_TENANT_SETTINGS], "Reads what is left to set up"),
    of("Tenant", "POST", "/migrate/dry-run", &[READ_TENANT_SETTINGS], "Tells what of an Auth0 tenant would be left behind"),
    of("Tenant", "GET", "/branding", &[READ_BRANDING], "Reads the branding"),
    of("Tenant", "PATCH", "/branding", &[UPDATE_BRANDING], "Changes the branding"),
    of("Tenant", "GET", "/prompts", &[READ_PROMPTS], "Reads the settings of the sign-in pages"),
    of("Tenant", "PATCH", "/prompts", &[UPDATE_PROMPTS], "Changes the settings of the sign-in pages"),
    of("Tenant", "GET", "/prompts/{prompt}/custom-text/{language}", &[READ_PROMPTS], "Reads the texts of a page"),
    of("Tenant", "PUT", "/prompts/{prompt}/custom-text/{language}", &[UPDATE_PROMPTS], "Replaces the texts of a page"),
    of("Tenant", "GET", "/custom-domains", &[READ_CUSTOM_DOMAINS], "Lists domains"),
    of("Tenant", "POST", "/custom-domains", &[CREATE_CUSTOM_DOMAINS], "Makes a domain"),
    of("Tenant", "GET", "/custom-domains/{id}", &[READ_CUSTOM_DOMAINS], "Reads a domain"),
    of("Tenant", "PATCH", "/custom-domains/{id}", &[UPDATE_CUSTOM_DOMAINS], "Changes a domain"),
    of("Tenant", "DELETE", "/custom-domains/{id}", &[DELETE_CUSTOM_DOMAINS], "Deletes a domain"),
    of("Tenant", "POST", "/custom-domains/{id}/verify", &[CREATE_CUSTOM_DOMAINS], "Looks whether a domain leads here"),
    of("Tenant", "GET", "/custom-domains/default", &[READ_CUSTOM_DOMAINS], "Reads the default domain"),
    of("Tenant", "PATCH", "/custom-domains/default", &[UPDATE_CUSTOM_DOMAINS], "Changes the default domain"),
    of("Tenant", "GET", "/keys/signing", &[READ_SIGNING_KEYS], "Lists the signing keys"),
    of("Tenant", "POST", "/keys/signing/rotate", &[CREATE_SIGNING_KEYS], "Brings the next signing key into use; update:signing_keys is needed as well"),
    of("Tenant", "GET", "/keys/signing/{kid}", &[READ_SIGNING_KEYS], "Reads a signing key"),
    of("Tenant", "PUT", "/keys/signing/{kid}/revoke", &[UPDATE_SIGNING_KEYS], "Revokes a signing key that is no longer in use"),
    of("Tenant", "GET", "/admins", &[READ_ADMINS], "Lists administrators"),
    of("Tenant", "POST", "/admins", &[CREATE_ADMINS], "Makes an administrator"),
    of("Tenant", "GET", "/admins/{id}", &[READ_ADMINS], "Reads an administrator"),
    of("Tenant", "PATCH", "/admins/{id}", &[UPDATE_ADMINS], "Changes an administrator"),
    of("Tenant", "DELETE", "/admins/{id}", &[DELETE_ADMINS], "Deletes an administrator"),
    of("Tenant", "POST", "/admins/{id}/entry-link", &[UPDATE_ADMINS], "Makes a link that signs an administrator in once"),
    of("Tenant", "GET", "/admins/{id}/passkeys", &[READ_ADMINS], "Lists the passkeys of an administrator"),
    of("Tenant", "PATCH", "/admins/{id}/passkeys/{passkey}", &[UPDATE_ADMINS], "Renames a passkey of an administrator"),
    of("Tenant", "DELETE", "/admins/{id}/passkeys/{passkey}", &[DELETE_ADMINS], "Takes a passkey of an administrator away"),
    of("Tenant", "GET", "/admins/{id}/sessions", &[READ_ADMINS], "Lists where an administrator is signed in"),
    of("Tenant", "DELETE", "/admins/{id}/sessions", &[DELETE_ADMINS], "Signs an administrator out everywhere"),
    of("Tenant", "DELETE", "/admins/{id}/sessions/{session}", &[DELETE_ADMINS], "Ends a session of an administrator"),
    of("Security", "GET", "/attack-protection/limits", &[READ_ATTACK_PROTECTION], "Reads the limits of messages that the server is configured with"),
    of("Security", "GET", "/attack-protection/brute-force-protection", &[READ_ATTACK_PROTECTION], "Reads the protection against those who guess codes"),
    of("Security", "PATCH", "/attack-protection/brute-force-protection", &[UPDATE_ATTACK_PROTECTION], "Changes the protection against those who guess codes"),
    of("Security", "GET", "/attack-protection/suspicious-ip-throttling", &[READ_ATTACK_PROTECTION], "Reads the protection against networks that try too much"),
    of("Security", "PATCH", "/attack-protection/suspicious-ip-throttling", &[UPDATE_ATTACK_PROTECTION], "Changes the protection against networks that try too much"),
    of("Security", "GET", "/attack-protection/breached-password-detection", &[READ_ATTACK_PROTECTION], "Reads the protection against breached passwords, of which there are none"),
    of("Security", "PATCH", "/attack-protection/breached-password-detection", &[UPDATE_ATTACK_PROTECTION], "Changes the protection against breached passwords, of which there are none"),
    of("Security", "GET", "/attack-protection/phone-provider-protection", &[READ_ATTACK_PROTECTION], "Reads the protection against costly text messages"),
    of("Security", "PATCH", "/attack-protection/phone-provider-protection", &[UPDATE_ATTACK_PROTECTION], "Changes the protection against costly text messages"),
    of("Security", "GET", "/anomaly/blocks", &[READ_ANOMALY_BLOCKS], "Lists which addresses were held lately, and from where"),
    of("Security", "GET", "/anomaly/blocks/ips/{ip}", &[READ_ANOMALY_BLOCKS], "Tells whether a network address is blocked"),
    of("Security", "DELETE", "/anomaly/blocks/ips/{ip}", &[DELETE_ANOMALY_BLOCKS], "Lifts the block of a network address"),
    of("Logs", "GET", "/logs", &[READ_LOGS, READ_LOGS_USERS], "Lists and searches the log"),
    of("Logs", "GET", "/logs/{id}", &[READ_LOGS, READ_LOGS_USERS], "Reads an entry of the log"),
    of("Logs", "GET", "/logs/chain", &[READ_LOGS], "Tells whether the log of what operators did is whole"),
    of("Logs", "GET", "/stats/daily", &[READ_STATS], "Counts sign-ins by the day"),
    of("Logs", "GET", "/stats/active-users", &[READ_STATS], "Counts the users of thirty days"),
    of("Logs", "GET", "/stats/activity", &[READ_STATS], "Counts what happened by day, country, sender and factor"),
    of("Logs", "GET", "/stats/credentials", &[READ_STATS], "Counts passkeys and keys of devices, and who has some"),
    of("Tenant", "GET", "/passkeys/domain", &[READ_CLIENTS], "Reads the domain of passkeys, the apps and files for it, and what is wrong with them"),
    of("Logs", "GET", "/log-streams", &[READ_LOG_STREAMS], "Lists log streams"),
    of("Logs", "POST", "/log-streams", &[CREATE_LOG_STREAMS], "Makes a log stream"),
    of("Logs", "GET", "/log-streams/{id}", &[READ_LOG_STREAMS], "Reads a log stream"),
    of("Logs", "PATCH", "/log-streams/{id}", &[UPDATE_LOG_STREAMS], "Changes a log stream"),
    of("Logs", "DELETE", "/log-streams/{id}", &[DELETE_LOG_STREAMS], "Deletes a log stream"),
    of("Logs", "GET", "/log-streams/{id}/health", &[READ_LOG_STREAMS], "Reads how the delivery of a stream goes"),
    of("Logs", "POST", "/log-streams/{id}/replay", &[UPDATE_LOG_STREAMS], "Delivers a stream anew from an entry or a time on"),
    of("Logs", "POST", "/log-streams/{id}/test", &[UPDATE_LOG_STREAMS], "Delivers one entry to try a stream"),
    of("Logs", "POST", "/log-streams/{id}/rotate-secret", &[UPDATE_LOG_STREAMS], "Gives a stream a new secret; read:connections_options is needed as well"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_operation_stands_once_and_has_a_scope() {
        let all: BTreeSet<_> = ALL.iter().map(|operation| (operation.path, operation.method)).collect();
        assert_eq!(all.len(), ALL.len());
        assert!(ALL.iter().all(|operation| !operation.scopes.is_empty()));
        let read =
            ALL.iter().find(|operation| operation.path == "/users/{id}/identities/{provider}/{user_id}");
        assert_eq!(read.unwrap().parameters().collect::<Vec<_>>(), ["id", "provider", "user_id"]);
    }
}
