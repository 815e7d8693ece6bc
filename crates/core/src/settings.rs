//! What an operator sets at boot. A plain struct with defaults; the configuration file maps onto it.

use crate::conversion::ConversionRules;
use crate::hashing::PasswordCost;
use crate::limit::Bucket;
use crate::model::{EmailAddress, SendRules, TryRules};

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// With the final slash: the `iss` of every token.
    pub issuer: String,
    /// The tenant's name, in messages and in `/client/{id}.js`.
    pub tenant: String,
    pub support: Support,
    pub limits: Limits,
    /// Seconds that a start waits for its senders.
    pub send_deadline: u32,
    /// Seconds that access tokens without an audience live.
    pub access_token_lifetime: u32,
    /// Seconds that a browser stays signed in at most, and without being used (S-109).
    pub session_lifetime: u32,
    pub session_idle_lifetime: u32,
    /// Live refresh families of one user and client; older ones are dropped (P-133).
    pub max_refresh_families: u32,
    /// ISO 3166-1 alpha-2 codes that messages may go to; `None` for all.
    pub sms_countries: Option<Vec<String>>,
    pub jobs: JobRules,
    pub password_cost: PasswordCost,
}

/// Users in and out by files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRules {
    /// Most bytes of a file that comes in, and of what is in it where it is packed.
    pub max_upload: u64,
    pub max_unpacked: u64,
    /// Seconds that a job is kept after its end, with its files.
    pub keep: i64,
    /// Jobs that run at once, on all nodes together.
    pub places: u32,
    /// Seconds after which a job that runs is ended: longer than the largest file takes while people sign in all the
    /// time.
    pub timeout: i64,
}

impl Default for JobRules {
    fn default() -> Self {
        let max_upload = 50 * 1024 * 1024;
        Self { max_upload, max_unpacked: 10 * max_upload, keep: 86_400, places: 2, timeout: 86_400 }
    }
}

/// Where people find help, in mails and on error pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    pub email: Option<String>,
    pub url: Option<String>,
}

impl Support {
    /// Both end up in links that people follow.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.email.as_deref().is_some_and(|text| EmailAddress::parse(text).is_err()) {
            return Err("email: not an email address");
        }
        let is_page = |text: &str| {
            url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
        };
        match self.url.as_deref().is_none_or(is_page) {
            true => Ok(()),
            false => Err("url: not the address of a page, such as https://example.com/help"),
        }
    }
}

/// Every limit. What has no key in `[limits]` is fixed. Defaults: protocol 4.3 and 4.4, security.md sections 2 and 3.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Messages to one address (RL-01).
    pub address_sends: SendRules,
    /// Mails to one mailbox by its other spellings, in 24 h (S-005).
    pub mailbox_sends_per_day: u32,
    /// Messages to one block of numbers: country code and next digits, seven in all (RL-05).
    pub number_block_sends_per_day: u32,
    /// Messages to one country in 24 h (RL-06).
    pub country_sends_per_day: u32,
    /// Messages in all in 24 h (RL-08).
    pub sends_per_day: u32,
    /// Countries whose codes do not come back (RL-07).
    pub country_conversion: ConversionRules,
    /// Seconds for which no mail goes to a mailbox that its mail server says does not exist (S-147).
    pub suppress_refused: u32,
    /// Tries on one address (M-04…M-07).
    pub address_tries: TryRules,
    /// Tries on one address from one IP (protocol 4.4).
    pub pair_tries: TryRules,
    /// Unauthenticated starts from one IP prefix (protocol 4.3).
    pub start_per_ip: Bucket,
    /// Starts from one wide IP prefix (RL-03).
    pub start_per_wide_ip: Bucket,
    /// Failed codes from one IP prefix (RL-10).
    pub failures_per_ip: Bucket,
    /// Passkeys asked for from one IP prefix (RL-18).
    pub passkeys_per_ip: Bucket,
    /// Token requests of one client (RL-13).
    pub token_per_client: Bucket,
    /// Revocations, introspections and pushed requests of one client (RL-24).
    pub aside_per_client: Bucket,
    pub userinfo_per_user: Bucket,
    pub tokeninfo_per_ip: Bucket,
    /// `/authorize` and pages for one IP prefix (RL-15).
    pub pages_per_ip: Bucket,
    /// Devices that ask for codes, from one IP prefix.
    pub device_codes_per_ip: Bucket,
    /// User codes typed from one IP prefix; wrong ones in 24 h in one browser, and in all (RL-17).
    pub user_codes_per_ip: Bucket,
    pub user_codes_per_browser: u32,
    pub user_codes_per_day: u32,
    pub delegation_per_user: Bucket,
    /// Requests of one client to the Management API (RL-21).
    pub management_per_client: Bucket,
    /// Messages of one client that try a provider or a template.
    pub trials_per_client: Bucket,
    /// Sign-ins by password or device key of one account from one IP prefix (protocol 4.3).
    pub logins_per_user: Bucket,
    /// JWTs in the name of one device key that it did not sign, and how many switch it off (RL-19).
    pub failures_per_key: Bucket,
    pub key_tries: TryRules,
    /// Keys of devices that one user enrols or removes (protocol 4.3, there for a whole tenant).
    pub device_keys_per_user: Bucket,
    /// Failed client authentications of one client from one IP prefix (RL-22).
    pub client_auth_failures: Bucket,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issuer: String::from("https://localhost:3443/"),
            tenant: String::from("latchkey"),
            support: Support::default(),
            limits: Limits::default(),
            send_deadline: 5,
            access_token_lifetime: 86_400,
            session_lifetime: 30 * 86_400,
            session_idle_lifetime: 3 * 86_400,
            max_refresh_families: 200,
            sms_countries: None,
            jobs: JobRules::default(),
            password_cost: PasswordCost::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address_sends: SendRules { gaps: vec![60, 120, 300, 600, 1800], per_day: 10, coalesce: 10 },
            mailbox_sends_per_day: 10,
            number_block_sends_per_day: 100,
            country_sends_per_day: 500,
            sends_per_day: 1000,
            country_conversion: ConversionRules { least: 50, percent: 20, pause: 21_600 },
            suppress_refused: 7 * 86_400,
            address_tries: TryRules {
                raised_at: 3,
                high_at: 10,
                per_day: 100,
                consecutive: 100,
                block: 86_400,
            },
            pair_tries: TryRules {
                raised_at: u32::MAX,
                high_at: u32::MAX,
                per_day: u32::MAX,
                consecutive: 10,
                block: 30 * 86_400,
            },
            start_per_ip: Bucket::new(50, 50, 3600),
            start_per_wide_ip: Bucket::new(200, 200, 3600),
            failures_per_ip: Bucket::new(30, 30, 3600),
            passkeys_per_ip: Bucket::new(20, 120, 60),
            token_per_client: Bucket::new(100, 50, 1),
            aside_per_client: Bucket::new(100, 50, 1),
            userinfo_per_user: Bucket::new(20, 5, 1),
            tokeninfo_per_ip: Bucket::new(800, 800, 60),
            pages_per_ip: Bucket::new(60, 300, 60),
            device_codes_per_ip: Bucket::new(50, 50, 3600),
            user_codes_per_ip: Bucket::new(5, 20, 3600),
            user_codes_per_browser: 5,
            user_codes_per_day: 1000,
            delegation_per_user: Bucket::new(10, 1, 60),
            management_per_client: Bucket::new(50, 20, 1),
            trials_per_client: Bucket::new(5, 5, 60),
            logins_per_user: Bucket::new(20, 10, 60),
            failures_per_key: Bucket::new(10, 10, 3600),
            key_tries: TryRules {
                raised_at: u32::MAX,
                high_at: u32::MAX,
                per_day: u32::MAX,
                consecutive: 50,
                block: 30 * 86_400,
            },
            device_keys_per_user: Bucket::new(5, 100, 60),
            client_auth_failures: Bucket::new(10, 10, 60),
        }
    }
}

impl Limits {
    /// Nothing is limited. For measuring, and for development where messages cost nothing.
    pub fn off() -> Self {
        let free = SendRules { gaps: Vec::new(), per_day: u32::MAX, coalesce: 0 };
        let open = Bucket::new(1_000_000, 1_000_000, 1);
        Self {
            address_sends: free,
            mailbox_sends_per_day: u32::MAX,
            number_block_sends_per_day: u32::MAX,
            country_sends_per_day: u32::MAX,
            sends_per_day: u32::MAX,
            country_conversion: ConversionRules { least: u32::MAX, percent: 0, pause: 0 },
            start_per_ip: open,
            start_per_wide_ip: open,
            failures_per_ip: open,
            passkeys_per_ip: open,
            token_per_client: open,
            aside_per_client: open,
            userinfo_per_user: open,
            tokeninfo_per_ip: open,
            pages_per_ip: open,
            device_codes_per_ip: open,
            user_codes_per_ip: open,
            user_codes_per_browser: u32::MAX,
            user_codes_per_day: u32::MAX,
            delegation_per_user: open,
            management_per_client: open,
            trials_per_client: open,
            logins_per_user: open,
            failures_per_key: open,
            device_keys_per_user: open,
            client_auth_failures: open,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_found_at_an_address_or_a_page_and_nowhere_else() {
        let support = |email: &str, url: &str| Support { email: Some(email.into()), url: Some(url.into()) };
        assert_eq!(support("help@acme.example", "https://acme.example/help").check(), Ok(()));
        assert_eq!(Support::default().check(), Ok(()));
        assert!(support("help", "https://acme.example/").check().is_err());
        for url in ["javascript:alert(1)", "acme.example", "mailto:help@acme.example", ""] {
            assert!(support("help@acme.example", url).check().is_err(), "{url}");
        }
    }
}
