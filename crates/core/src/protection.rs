//! The limits that operators move at run time (management 2.21), over those of the configuration.
//! [`crate::flow::manage::attack_protection`] checks what is written.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::Fault;
use crate::limit::{self, Bucket, LimitState};
use crate::model::{DocumentKind, TryRules};
use crate::settings::Limits;

/// The part that counts failures of an account.
pub const BRUTE_FORCE: &str = "brute-force-protection";
/// The part that counts what comes from an address.
pub const SUSPICIOUS_IP: &str = "suspicious-ip-throttling";

/// What holds for a caller. `None`: not limited.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Protection {
    pub address_tries: TryRules,
    pub pair_tries: Option<TryRules>,
    pub failures_per_ip: Option<Bucket>,
    pub start_per_ip: Option<Bucket>,
    pub start_per_wide_ip: Option<Bucket>,
}

impl Protection {
    fn of(limits: &Limits) -> Self {
        Self {
            address_tries: limits.address_tries,
            pair_tries: Some(limits.pair_tries),
            failures_per_ip: Some(limits.failures_per_ip),
            start_per_ip: Some(limits.start_per_ip),
            start_per_wide_ip: Some(limits.start_per_wide_ip),
        }
    }

    fn against_guessing(&mut self, written: &Map<String, Value>, ip: IpAddr) {
        if !blocks(written) || is_listed(written, ip) {
            self.pair_tries = None;
            return;
        }
        let most = number(written.get("max_attempts"));
        if let Some(rules) = &mut self.pair_tries {
            rules.consecutive = most.unwrap_or(rules.consecutive);
        }
        // Wherever the tries come from.
        if written.get("mode").and_then(Value::as_str) == Some("count_per_identifier") {
            let configured = self.pair_tries.map_or(u32::MAX, |rules| rules.consecutive);
            let tries = &mut self.address_tries.consecutive;
            *tries = most.unwrap_or(configured.min(*tries));
        }
    }

    fn against_floods(&mut self, written: &Map<String, Value>, ip: IpAddr) {
        let trusted = is_listed(written, ip);
        if trusted {
            self.start_per_wide_ip = None;
        }
        if trusted || !blocks(written) {
            (self.failures_per_ip, self.start_per_ip) = (None, None);
            return;
        }
        let stage = |name: &str| written.get("stage")?.get(name);
        if let Some(stage) = stage("pre-login") {
            self.failures_per_ip = self.failures_per_ip.map(|configured| over(configured, stage));
        }
        if let Some(stage) = stage("pre-user-registration") {
            self.start_per_ip = self.start_per_ip.map(|configured| over(configured, stage));
        }
    }
}

impl Engine {
    /// What is written is read from the store at most once a second.
    pub(crate) async fn protection(&self, ip: IpAddr) -> Result<Protection, Fault> {
        let mut protection = Protection::of(&self.settings.limits);
        let kind = DocumentKind::AttackProtection;
        if let Some(written) = &*self.document(kind, BRUTE_FORCE).await? {
            protection.against_guessing(&written.body, ip);
        }
        if let Some(written) = &*self.document(kind, SUSPICIOUS_IP).await? {
            protection.against_floods(&written.body, ip);
        }
        Ok(protection)
    }

    /// Whether a part of the protection is on, with this shield.
    pub(crate) async fn has_shield(&self, part: &str, shield: &str) -> Result<bool, Fault> {
        let written = self.document(DocumentKind::AttackProtection, part).await?;
        Ok(Option::as_ref(&written).is_none_or(|written| shields(&written.body, shield)))
    }

    /// One more sign-up from this address, whatever it is by: what operators set against floods of starts holds for new
    /// users, too.
    pub(crate) async fn take_sign_up(&self, ip: IpAddr) -> Result<Result<(), LimitState>, Fault> {
        let Some(bucket) = self.protection(ip).await?.start_per_ip else { return Ok(Ok(())) };
        let (prefix, micros) = (limit::prefix(ip), self.clock.now_micros());
        Ok(self.buckets.take("sign_ups", &prefix, bucket, micros).map(drop))
    }
}

fn blocks(written: &Map<String, Value>) -> bool {
    shields(written, "block")
}

/// All are on until somebody says which.
fn shields(written: &Map<String, Value>, shield: &str) -> bool {
    let shields = written.get("shields").and_then(Value::as_array);
    written.get("enabled") != Some(&Value::Bool(false))
        && shields.is_none_or(|shields| shields.iter().any(|one| one == shield))
}

fn is_listed(written: &Map<String, Value>, ip: IpAddr) -> bool {
    let list = written.get("allowlist").and_then(Value::as_array).into_iter().flatten();
    let ip = ip.to_canonical();
    list.filter_map(|item| network(item.as_str()?)).any(|network| network.contains(&ip))
}

/// An address, or a network as `10.0.0.0/8`.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// So many at once, then one per `rate` milliseconds; what is not written stays as it was configured.
fn over(configured: Bucket, stage: &Value) -> Bucket {
    let period = number(stage.get("rate")).map(|millis| i64::from(millis) * 1_000);
    Bucket {
        burst: number(stage.get("max_attempts")).unwrap_or(configured.burst),
        period_micros: period.unwrap_or(configured.period_micros),
    }
}

fn number(value: Option<&Value>) -> Option<u32> {
    u32::try_from(value?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HERE: &str = "192.0.2.7";

    fn with(guessing: Value, floods: Value) -> Protection {
        let mut protection = Protection::of(&Limits::default());
        let ip = HERE.parse().unwrap();
        protection.against_guessing(guessing.as_object().unwrap(), ip);
        protection.against_floods(floods.as_object().unwrap(), ip);
        protection
    }

    /// M-037
    #[test]
    fn what_is_not_written_stays_as_it_was_configured() {
        assert_eq!(with(json!({}), json!({})), Protection::of(&Limits::default()));
        let some = with(
            json!({"max_attempts": 3}),
            json!({"stage": {"pre-login": {"max_attempts": 5, "rate": 2000}}}),
        );
        assert_eq!(some.pair_tries.unwrap().consecutive, 3);
        assert_eq!(some.address_tries, Limits::default().address_tries);
        assert_eq!(some.failures_per_ip, Some(Bucket { burst: 5, period_micros: 2_000_000 }));
        assert_eq!(some.start_per_ip, Some(Limits::default().start_per_ip));
        let anywhere = with(json!({"max_attempts": 3, "mode": "count_per_identifier"}), json!({}));
        assert_eq!(anywhere.address_tries.consecutive, 3);
    }

    /// M-037
    #[test]
    fn a_part_that_is_written_alone_takes_effect() {
        let limits = Limits::default();
        let anywhere = with(json!({"mode": "count_per_identifier"}), json!({}));
        assert_eq!(anywhere.address_tries.consecutive, limits.pair_tries.consecutive);
        assert_eq!(anywhere.pair_tries, Some(limits.pair_tries));
        let stage = |part: Value| json!({"stage": {"pre-login": part, "pre-user-registration": part}});
        let burst = with(json!({}), stage(json!({"max_attempts": 2})));
        assert_eq!(burst.failures_per_ip, Some(Bucket { burst: 2, ..limits.failures_per_ip }));
        assert_eq!(burst.start_per_ip, Some(Bucket { burst: 2, ..limits.start_per_ip }));
        let pace = with(json!({}), stage(json!({"rate": 5})));
        assert_eq!(pace.failures_per_ip, Some(Bucket { period_micros: 5_000, ..limits.failures_per_ip }));
        assert_eq!(pace.start_per_ip, Some(Bucket { period_micros: 5_000, ..limits.start_per_ip }));
    }

    /// M-037
    #[test]
    fn who_is_listed_is_not_counted_and_nobody_is_where_it_is_off() {
        let off = [
            json!({"enabled": false}),
            json!({"shields": ["user_notification"]}),
            json!({"allowlist": [HERE]}),
            json!({"allowlist": ["192.0.2.0/24"]}),
        ];
        for written in off {
            let free = with(written.clone(), written.clone());
            assert_eq!(
                (free.pair_tries, free.failures_per_ip, free.start_per_ip),
                (None, None, None),
                "{written}"
            );
            assert_eq!(free.start_per_wide_ip.is_none(), written.get("allowlist").is_some(), "{written}");
        }
        let others = with(json!({"allowlist": ["198.51.100.1"]}), json!({"allowlist": ["2001:db8::/32"]}));
        assert_eq!(others, Protection::of(&Limits::default()));
    }
}
