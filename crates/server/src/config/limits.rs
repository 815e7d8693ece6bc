//! `[limits]`: what keeps codes from being guessed and bills from growing.

use latchkey_core::limit::Bucket;
use latchkey_core::settings;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `false` switches off every limit but the tries on codes that were sent. For measuring only.
    pub enabled: bool,
    /// Seconds between messages to one address: after the first, the second, …; the last one repeats.
    pub address_gaps: Vec<u32>,
    /// Messages to one address in 24 hours.
    pub address_sends_per_day: u32,
    /// Mails in 24 hours to one mailbox by its other spellings: with a tag (`ana+shop@…`), or at Gmail with dots.
    pub mailbox_sends_per_day: u32,
    /// Messages in 24 hours to one block of numbers: country code and next digits, seven in all.
    pub number_block_sends_per_day: u32,
    /// Messages to one country in 24 hours.
    pub country_sends_per_day: u32,
    /// Messages in all in 24 hours.
    pub sends_per_day: u32,
    /// Messages to one country in 24 hours before it is asked how many codes came back (each node counts its
    /// own).
    pub country_conversion_least: u32,
    /// Codes that must come back, in percent; below it the country is paused for six hours. 0 never pauses.
    pub country_conversion_percent: u32,
    /// Days for which no mail goes to a mailbox that its mail server says does not exist. 0: it is asked each
    /// time.
    pub suppress_refused_days: u32,
    /// Starts from one IP address (IPv6: /64) in an hour, by clients that prove no secret.
    pub starts_per_ip_per_hour: u32,
    /// The same for a neighbourhood of addresses (IPv4: /24, IPv6: /48).
    pub starts_per_wide_ip_per_hour: u32,
    /// Failed codes from one IP address in an hour, whatever the number.
    pub failed_codes_per_ip_per_hour: u32,
    /// Failed codes on one address in 7 days that lengthen its codes, and that lengthen them to ten digits.
    pub tries_raised_at: u32,
    /// See `tries_raised_at`.
    pub tries_high_at: u32,
    /// Failed codes on one address in 24 hours after which none is compared.
    pub tries_per_day: u32,
    /// Failed codes on one address from one IP address that block the pair for 30 days.
    pub pair_tries: u32,
    /// Devices that ask for codes, from one IP address in an hour.
    pub device_codes_per_ip_per_hour: u32,
    /// Codes of devices that are typed from one IP address in an hour; a quarter of them at once.
    pub user_codes_per_ip_per_hour: u32,
    /// Wrong codes of devices in 24 hours from one browser.
    pub user_codes_per_browser_per_day: u32,
    /// Wrong codes of devices in 24 hours in all.
    pub user_codes_per_day: u32,
    /// Token requests of one client in a second.
    pub token_requests_per_client_per_second: u32,
    /// `/userinfo` requests of one user in a minute.
    pub userinfo_per_user_per_minute: u32,
    /// `/tokeninfo` requests from one IP address in a minute.
    pub tokeninfo_per_ip_per_minute: u32,
    /// Sign-in pages for one IP address (IPv6: /64) in a minute; a fifth of them at once.
    pub pages_per_ip_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            enabled: true,
            address_gaps: vec![60, 120, 300, 600, 1800],
            address_sends_per_day: 10,
            mailbox_sends_per_day: 10,
            number_block_sends_per_day: 100,
            country_sends_per_day: 500,
            sends_per_day: 1000,
            country_conversion_least: 50,
            country_conversion_percent: 20,
            suppress_refused_days: 7,
            starts_per_ip_per_hour: 50,
            starts_per_wide_ip_per_hour: 200,
            failed_codes_per_ip_per_hour: 30,
            tries_raised_at: 3,
            tries_high_at: 10,
            tries_per_day: 100,
            pair_tries: 10,
            device_codes_per_ip_per_hour: 50,
            user_codes_per_ip_per_hour: 20,
            user_codes_per_browser_per_day: 5,
            user_codes_per_day: 1000,
            token_requests_per_client_per_second: 50,
            userinfo_per_user_per_minute: 300,
            tokeninfo_per_ip_per_minute: 800,
            pages_per_ip_per_minute: 300,
        }
    }
}

impl Limits {
    /// As the engine takes them.
    pub fn to_settings(&self) -> settings::Limits {
        let mut limits = if self.enabled { settings::Limits::default() } else { settings::Limits::off() };
        limits.address_tries.raised_at = self.tries_raised_at;
        limits.address_tries.high_at = self.tries_high_at;
        limits.address_tries.per_day = self.tries_per_day;
        limits.pair_tries.consecutive = self.pair_tries;
        limits.suppress_refused = self.suppress_refused_days.saturating_mul(86_400);
        if !self.enabled {
            return limits;
        }
        limits.address_sends.gaps.clone_from(&self.address_gaps);
        limits.address_sends.per_day = self.address_sends_per_day;
        limits.mailbox_sends_per_day = self.mailbox_sends_per_day;
        limits.number_block_sends_per_day = self.number_block_sends_per_day;
        limits.country_sends_per_day = self.country_sends_per_day;
        limits.sends_per_day = self.sends_per_day;
        limits.country_conversion.least = self.country_conversion_least;
        limits.country_conversion.percent = self.country_conversion_percent;
        let per_hour = |count| Bucket::new(count, count, 3600);
        limits.start_per_ip = per_hour(self.starts_per_ip_per_hour);
        limits.start_per_wide_ip = per_hour(self.starts_per_wide_ip_per_hour);
        limits.failures_per_ip = per_hour(self.failed_codes_per_ip_per_hour);
        limits.device_codes_per_ip = per_hour(self.device_codes_per_ip_per_hour);
        let typed = self.user_codes_per_ip_per_hour;
        limits.user_codes_per_ip = Bucket::new(typed.div_ceil(4), typed, 3600);
        limits.user_codes_per_browser = self.user_codes_per_browser_per_day;
        limits.user_codes_per_day = self.user_codes_per_day;
        let second = self.token_requests_per_client_per_second;
        limits.token_per_client = Bucket::new(second.saturating_mul(2), second, 1);
        limits.userinfo_per_user = Bucket::new(20, self.userinfo_per_user_per_minute, 60);
        let minute = self.tokeninfo_per_ip_per_minute;
        limits.tokeninfo_per_ip = Bucket::new(minute, minute, 60);
        let pages = self.pages_per_ip_per_minute;
        limits.pages_per_ip = Bucket::new(pages.div_ceil(5), pages, 60);
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_are_the_engines() {
        assert_eq!(Limits::default().to_settings(), settings::Limits::default());
    }
}
