//! Signatures by which a receiver knows that entries come from here (S-135): those of Standard Webhooks.

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use latchkey_wire::Secret;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::Fault;
use crate::random::Random;
use crate::store::StoreError;

const PREFIX: &str = "whsec_";
/// Secrets that are valid at the same time.
const MOST: usize = 3;

/// The secrets of a stream, the newest first. Sealed wherever it is kept.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signing(Vec<SigningSecret>);

#[derive(Serialize, Deserialize)]
struct SigningSecret {
    secret: Secret,
    /// `None`: it is the one that is handed out.
    until: Option<Timestamp>,
}

impl Signing {
    pub fn new(random: &dyn Random) -> Self {
        let secret = Secret::new(format!("{PREFIX}{}", BASE64.encode(&random.bytes::<32>())));
        Self(vec![SigningSecret { secret, until: None }])
    }

    /// Only ever to be sealed.
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    pub fn from_json(text: &Secret) -> Result<Self, Fault> {
        // The error of serde_json may quote a secret.
        let damaged =
            || StoreError::Corrupt(String::from("the signing secrets of a log stream cannot be read"));
        Ok(serde_json::from_str(text.expose()).map_err(|_| damaged())?)
    }

    /// The newest secret.
    pub fn secret(&self) -> Option<&Secret> {
        self.0.first().map(|newest| &newest.secret)
    }

    /// A new secret first; those before it are valid until then at most.
    pub fn rotated(self, random: &dyn Random, now: Timestamp, until: Timestamp) -> Self {
        let mut all = Self::new(random).0;
        let before = self.0.into_iter().map(|old| {
            let until = old.until.map_or(until, |earlier| earlier.min(until));
            SigningSecret { until: Some(until), ..old }
        });
        all.extend(before.filter(|old| old.until.is_some_and(|until| until > now)));
        all.truncate(MOST);
        Self(all)
    }

    /// The value of `webhook-signature`: one signature by each secret that is valid. None where there is no
    /// secret.
    pub(super) fn sign(&self, id: &str, at: Timestamp, body: &str) -> Option<Secret> {
        let signed = format!("{id}.{}.{body}", at.0);
        let all: Vec<String> = self
            .0
            .iter()
            .filter(|secret| secret.until.is_none_or(|until| until > at))
            .filter_map(|SigningSecret { secret, .. }| {
                let key = BASE64.decode(secret.expose().strip_prefix(PREFIX)?.as_bytes()).ok()?;
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
                Some(format!("v1,{}", BASE64.encode(tag.as_ref())))
            })
            .collect();
        (!all.is_empty()).then(|| Secret::new(all.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count;

    impl Random for Count {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, n) in bytes.iter_mut().zip(0..) {
                *byte = n;
            }
        }
    }

    /// S-135: as Standard Webhooks has it.
    #[test]
    fn a_signature_is_that_of_the_published_example() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signing = Signing(vec![SigningSecret { secret, until: None }]);
        let signed =
            signing.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp(1_614_265_330), "{\"test\": 2432232314}");
        assert_eq!(signed.unwrap().expose(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// S-135: as the guide for receivers has it.
    #[test]
    fn the_example_of_the_guide_is_signed_as_it_says() {
        let guide = include_str!("../../../../../docs/guide/log-streams.md");
        let row = |name: &str| {
            let row = guide.lines().find_map(|line| line.strip_prefix(&format!("| {name} | `"))).unwrap();
            row.strip_suffix("` |").unwrap()
        };
        let signing = Signing(vec![SigningSecret { secret: Secret::new(row("secret")), until: None }]);
        let at = Timestamp(row("`webhook-timestamp`").parse().unwrap());
        let signed = signing.sign(row("`webhook-id`"), at, row("body")).unwrap();
        assert_eq!(signed.expose(), row("`webhook-signature`"));
    }

    /// S-135: secret rotation with two keys.
    #[test]
    fn a_secret_that_was_replaced_signs_beside_the_new_one_until_its_time_is_over() {
        let now = Timestamp(1000);
        let first = Signing::new(&Count);
        let count = |signing: &Signing, at| {
            let signed = signing.sign("id", Timestamp(at), "body").unwrap();
            signed.expose().split(' ').count()
        };
        let second = first.rotated(&Count, now, now.plus(60));
        assert_eq!((count(&second, 1059), count(&second, 1060)), (2, 1));
        // One that has leaked is void at once, and the one before it, too.
        let third = second.rotated(&Count, now.plus(1), now.plus(1));
        assert_eq!(count(&third, 1001), 1);
    }
}
