//! The scopes of the Management API, as tokens and client grants name them (section 1.3 of its contract).

macro_rules! scopes {
    ($($name:ident = $text:literal;)*) => {
        $(pub const $name: &str = $text;)*

        /// Every scope that a route of ours asks for.
        pub const ALL: &[&str] = &[$($text,)*];
    };
}

scopes! {
    CREATE_CONNECTIONS = "create:connections";
    READ_CONNECTIONS = "read:connections";
    UPDATE_CONNECTIONS = "update:connections";
    DELETE_CONNECTIONS = "delete:connections";
    READ_CONNECTIONS_OPTIONS = "read:connections_options";
    UPDATE_CONNECTIONS_OPTIONS = "update:connections_options";
    CREATE_CLIENTS = "create:clients";
    READ_CLIENTS = "read:clients";
    UPDATE_CLIENTS = "update:clients";
    DELETE_CLIENTS = "delete:clients";
    READ_CLIENT_KEYS = "read:client_keys";
    UPDATE_CLIENT_KEYS = "update:client_keys";
    READ_CLIENT_SUMMARY = "read:client_summary";
    CREATE_CLIENT_CREDENTIALS = "create:client_credentials";
    READ_CLIENT_CREDENTIALS = "read:client_credentials";
    UPDATE_CLIENT_CREDENTIALS = "update:client_credentials";
    DELETE_CLIENT_CREDENTIALS = "delete:client_credentials";
    CREATE_USERS = "create:users";
    READ_USERS = "read:users";
    UPDATE_USERS = "update:users";
    DELETE_USERS = "delete:users";
    READ_USERS_APP_METADATA = "read:users_app_metadata";
    UPDATE_USERS_APP_METADATA = "update:users_app_metadata";
    READ_USER_IDP_TOKENS = "read:user_idp_tokens";
    CREATE_USER_CUSTOM_BLOCKS = "create:user_custom_blocks";
    READ_USER_CUSTOM_BLOCKS = "read:user_custom_blocks";
    DELETE_USER_CUSTOM_BLOCKS = "delete:user_custom_blocks";
    CREATE_USER_TICKETS = "create:user_tickets";
    READ_CURRENT_USER = "read:current_user";
    DELETE_CURRENT_USER = "delete:current_user";
    UPDATE_CURRENT_USER_METADATA = "update:current_user_metadata";
    UPDATE_CURRENT_USER_IDENTITIES = "update:current_user_identities";
    CREATE_CURRENT_USER_DEVICE_CREDENTIALS = "create:current_user_device_credentials";
    DELETE_CURRENT_USER_DEVICE_CREDENTIALS = "delete:current_user_device_credentials";
    CREATE_AUTHENTICATION_METHODS = "create:authentication_methods";
    READ_AUTHENTICATION_METHODS = "read:authentication_methods";
    UPDATE_AUTHENTICATION_METHODS = "update:authentication_methods";
    DELETE_AUTHENTICATION_METHODS = "delete:authentication_methods";
    READ_SESSIONS = "read:sessions";
    UPDATE_SESSIONS = "update:sessions";
    DELETE_SESSIONS = "delete:sessions";
    READ_REFRESH_TOKENS = "read:refresh_tokens";
    UPDATE_REFRESH_TOKENS = "update:refresh_tokens";
    DELETE_REFRESH_TOKENS = "delete:refresh_tokens";
    READ_DEVICE_CREDENTIALS = "read:device_credentials";
    DELETE_DEVICE_CREDENTIALS = "delete:device_credentials";
    READ_GRANTS = "read:grants";
    DELETE_GRANTS = "delete:grants";
    READ_GUARDIAN_ENROLLMENTS = "read:guardian_enrollments";
    DELETE_GUARDIAN_ENROLLMENTS = "delete:guardian_enrollments";
    CREATE_RESOURCE_SERVERS = "create:resource_servers";
    READ_RESOURCE_SERVERS = "read:resource_servers";
    UPDATE_RESOURCE_SERVERS = "update:resource_servers";
    DELETE_RESOURCE_SERVERS = "delete:resource_servers";
    CREATE_CLIENT_GRANTS = "create:client_grants";
    READ_CLIENT_GRANTS = "read:client_grants";
    UPDATE_CLIENT_GRANTS = "update:client_grants";
    DELETE_CLIENT_GRANTS = "delete:client_grants";
    CREATE_EMAIL_PROVIDER = "create:email_provider";
    READ_EMAIL_PROVIDER = "read:email_provider";
    UPDATE_EMAIL_PROVIDER = "update:email_provider";
    DELETE_EMAIL_PROVIDER = "delete:email_provider";
    CREATE_EMAIL_TEMPLATES = "create:email_templates";
    READ_EMAIL_TEMPLATES = "read:email_templates";
    UPDATE_EMAIL_TEMPLATES = "update:email_templates";
    CREATE_PHONE_PROVIDERS = "create:phone_providers";
    READ_PHONE_PROVIDERS = "read:phone_providers";
    UPDATE_PHONE_PROVIDERS = "update:phone_providers";
    DELETE_PHONE_PROVIDERS = "delete:phone_providers";
    CREATE_PHONE_TEMPLATES = "create:phone_templates";
    READ_PHONE_TEMPLATES = "read:phone_templates";
    UPDATE_PHONE_TEMPLATES = "update:phone_templates";
    DELETE_PHONE_TEMPLATES = "delete:phone_templates";
    READ_TENANT_SETTINGS = "read:tenant_settings";
    UPDATE_TENANT_SETTINGS = "update:tenant_settings";
    READ_BRANDING = "read:branding";
    UPDATE_BRANDING = "update:branding";
    DELETE_BRANDING = "delete:branding";
    READ_PROMPTS = "read:prompts";
    UPDATE_PROMPTS = "update:prompts";
    READ_ATTACK_PROTECTION = "read:attack_protection";
    UPDATE_ATTACK_PROTECTION = "update:attack_protection";
    READ_ANOMALY_BLOCKS = "read:anomaly_blocks";
    DELETE_ANOMALY_BLOCKS = "delete:anomaly_blocks";
    CREATE_CUSTOM_DOMAINS = "create:custom_domains";
    READ_CUSTOM_DOMAINS = "read:custom_domains";
    UPDATE_CUSTOM_DOMAINS = "update:custom_domains";
    DELETE_CUSTOM_DOMAINS = "delete:custom_domains";
    CREATE_SIGNING_KEYS = "create:signing_keys";
    READ_SIGNING_KEYS = "read:signing_keys";
    UPDATE_SIGNING_KEYS = "update:signing_keys";
    CREATE_ADMINS = "create:admins";
    READ_ADMINS = "read:admins";
    UPDATE_ADMINS = "update:admins";
    DELETE_ADMINS = "delete:admins";
    READ_LOGS = "read:logs";
    READ_LOGS_USERS = "read:logs_users";
    CREATE_LOG_STREAMS = "create:log_streams";
    READ_LOG_STREAMS = "read:log_streams";
    UPDATE_LOG_STREAMS = "update:log_streams";
    DELETE_LOG_STREAMS = "delete:log_streams";
    READ_STATS = "read:stats";
}

/// What can be granted and opens nothing here, so that the grants of a tenant that moves here validate.
const UNUSED: [&str; 19] = [
    "roles",
    "rules",
    "rules_configs",
    "actions",
    "hooks",
    "organizations",
    "organization_connections",
    "organization_members",
    "forms",
    "flows",
    "flows_vault_connections",
    "guardian_factors",
    "mfa_policies",
    "event_streams",
    "network_acls",
    "self_service_profiles",
    "token_exchange_profiles",
    "user_attribute_profiles",
    "connection_profiles",
];

/// Whether a client can be granted it.
pub fn is_known(scope: &str) -> bool {
    let unused = |(act, entity): (&str, &str)| {
        matches!(act, "create" | "read" | "update" | "delete") && UNUSED.contains(&entity)
    };
    ALL.contains(&scope) || scope.split_once(':').is_some_and(unused)
}
