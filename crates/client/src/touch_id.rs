//! Touch ID as Lock for iOS 1.x does it (protocol 7): a key of the device signs a JWT, `/oauth/ro` takes it.

use latchkey_wire::Secret;
use latchkey_wire::token::JWT_BEARER;
use serde_json::json;

use crate::address::Address;
use crate::authenticator::{Signer, signed};
use crate::client::{Client, escaped};
use crate::code::LEGACY_SCOPE;
use crate::error::Error;
use crate::id_token::Expected;
use crate::profile::Profile;
use crate::refusal::Step;
use crate::tokens::Tokens;

/// The database that Lock signs people up in.
const DATABASE: &str = "Username-Password-Authentication";
/// Seconds for which a signed JWT works.
const LIFETIME: i64 = 30;

/// Whose key of a device it is.
#[derive(Clone, Debug)]
pub struct DeviceKey<'a> {
    /// The `user_id` of the profile.
    pub user_id: &'a str,
    /// The name of the device, as its person wrote it.
    pub device: &'a str,
    /// The database; `None` for the one that Lock uses.
    pub connection: Option<&'a str>,
}

impl DeviceKey<'_> {
    /// Lock strips the name of all that is no letter or digit, but not in the JWT.
    fn stripped(&self) -> String {
        self.device.chars().filter(|c| c.is_alphanumeric()).collect()
    }
}

impl Client {
    /// The first time on this device, as Lock does it: an account for the address in the database, with a password that
    /// nobody ever sees, and the signer's key for it. Gives the `user_id` to sign in with.
    ///
    /// Nobody has proved the address then: a code that is sent there, and comes back, ends the key.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], of kind [`WrongCode`](crate::ErrorKind::WrongCode) when the address has an account already;
    /// [`Error::Authenticator`] when there is no key.
    pub async fn enrol_for_touch_id(
        &self,
        signer: &dyn Signer,
        email: &str,
        device: &str,
        connection: Option<&str>,
    ) -> Result<String, Error> {
        let email = Address::email(email)?;
        let password = Secret::new(self.nonce()?);
        let database = connection.unwrap_or(DATABASE);
        let account = json!({
            "client_id": self.client_id(),
            "email": email.as_str(),
            "password": password,
            "connection": database,
        });
        self.post("/dbconnections/signup", Step::Other, &account).await?;
        let body = json!({
            "client_id": self.client_id(),
            "username": email.as_str(),
            "password": password,
            "connection": database,
            "grant_type": "password",
            "scope": "openid",
        });
        let asked = self.now();
        let response = self.post("/oauth/ro", Step::Code, &body).await?;
        let tokens = Tokens::read(&response, asked)?;
        let tokens = self.prove(tokens, &Expected { required: true, ..Expected::default() }).await?;
        let id_token = tokens.id_token.ok_or(Error::BadAnswer("the tokens"))?;
        let user_id = Profile::of_id_token(&id_token).ok_or(Error::BadAnswer("the tokens"))?.id;
        let key = DeviceKey { user_id: &user_id, device, connection };
        self.register_device_key(signer, &key, &id_token).await?;
        Ok(user_id)
    }

    /// Gives the server the signer's public key, in place of what it had for this device. `id_token` is one of the
    /// person's, from the old pipeline.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when there is no key; [`Error::Refused`].
    pub async fn register_device_key(
        &self,
        signer: &dyn Signer,
        key: &DeviceKey<'_>,
        id_token: &Secret,
    ) -> Result<(), Error> {
        let pem = signer.public_key().await?;
        let bearer = format!("Bearer {}", id_token.expose());
        let headers = [("authorization", bearer.as_str())];
        let device = key.stripped();
        let path = format!("/api/users/{}/publickey", escaped(key.user_id));
        // Lock does not care how this ends: there may be no key to remove.
        let _ = self.delete(&format!("{path}?device={}", escaped(&device)), &headers).await;
        let body = json!({ "public_key": pem, "device": device });
        self.post_with(&path, Step::Other, &body, &headers).await.map(drop)
    }

    /// Signs in with a key of this device. The system asks the person before it signs.
    ///
    /// # Errors
    ///
    /// [`Error::Authenticator`] when nothing was signed; [`Error::Refused`].
    pub async fn sign_in_with_device_key(
        &self,
        signer: &dyn Signer,
        key: &DeviceKey<'_>,
    ) -> Result<Tokens, Error> {
        let issued = self.now();
        let header = json!({ "alg": signer.algorithm().as_str(), "typ": "JWT" });
        let claims = json!({
            "iss": key.user_id,
            "sub": signer.key_id().await?,
            "device": key.device,
            "iat": issued,
            "exp": issued.saturating_add(LIFETIME),
        });
        let body = json!({
            "client_id": self.client_id(),
            "grant_type": JWT_BEARER,
            "id_token": signed(signer, &header, &claims).await?,
            "device": key.stripped(),
            "connection": key.connection.unwrap_or(DATABASE),
            "scope": LEGACY_SCOPE,
        });
        let asked = self.now();
        let response = self.post("/oauth/ro", Step::Tokens, &body).await?;
        let tokens = Tokens::read(&response, asked)?;
        self.prove(tokens, &Expected { required: true, ..Expected::default() }).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::authenticator::{AuthenticatorError, SignatureAlgorithm};
    use crate::testing::{SigningKey, claims, client, now, published};
    use crate::transport::BoxFuture;

    struct Finger;

    impl Signer for Finger {
        fn algorithm(&self) -> SignatureAlgorithm {
            SignatureAlgorithm::Rs256
        }

        fn public_key(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
            Box::pin(std::future::ready(Ok(String::from("-----BEGIN RSA PUBLIC KEY-----"))))
        }

        fn key_id(&self) -> BoxFuture<'_, Result<String, AuthenticatorError>> {
            Box::pin(std::future::ready(Err(AuthenticatorError::NoKey)))
        }

        fn sign(&self, _: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, AuthenticatorError>> {
            Box::pin(std::future::ready(Err(AuthenticatorError::Cancelled)))
        }
    }

    #[test]
    fn the_first_time_an_account_is_made_and_the_key_enrolled_for_it() {
        let (client, server, _) = client();
        let key = SigningKey::es256("k");
        let id_token = key.sign(&claims());
        server.json(200, &json!({"_id": "1", "email": "ana@example.com"}));
        server.json(200, &json!({"access_token": "a", "token_type": "bearer", "id_token": id_token}));
        server.json(200, &published(&[&key]));
        server.json(404, &json!({}));
        server.json(201, &json!({"id": "dcr_1"}));
        let enrolled = now(client.enrol_for_touch_id(&Finger, " ana@example.com", "Ana's phone", None));
        assert_eq!(enrolled.unwrap(), "sms|1");
        let asked = server.asked();
        let body =
            |at: usize| -> Value { serde_json::from_slice(asked[at].body.as_deref().unwrap()).unwrap() };
        assert_eq!(
            (&body(0)["email"], &body(0)["connection"]),
            (&json!("ana@example.com"), &json!(DATABASE))
        );
        let password = body(0)["password"].as_str().unwrap().to_owned();
        assert_eq!((password.len(), &body(1)["password"]), (43, &json!(password)));
        assert!(asked[4].url.ends_with("/api/users/sms%7C1/publickey"), "{}", asked[4].url);
        assert_eq!(body(4)["device"], "Anasphone");
    }

    #[test]
    fn what_is_no_address_makes_no_account() {
        let (client, server, _) = client();
        assert!(now(client.enrol_for_touch_id(&Finger, "ana", "phone", None)).is_err());
        assert!(server.asked().is_empty());
    }
}
