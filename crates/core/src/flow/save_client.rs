//! An operator registers or changes a client.

use latchkey_wire::{Secret, token};

use crate::engine::Engine;
use crate::error::Fault;
use crate::model::{
    BackchannelLogout, Client, ClientId, ClientKind, JwtSettings, RefreshSettings, SigningAlgorithm,
    TokenEndpointAuthMethod,
};
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SaveClientError {
    /// Says which setting and what it lacks.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for SaveClientError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Engine {
    /// A client with the defaults of its kind, not yet saved; and its secret in clear, where it has
    /// one. All grants that the kind allows are on but the legacy ones.
    pub fn draft_client(
        &self,
        id: ClientId,
        name: &str,
        kind: ClientKind,
    ) -> Result<(Client, Option<Secret>), Fault> {
        let mut client = self.bare_client(id, name, kind);
        if client.is_public() {
            return Ok((client, None));
        }
        let secret = Secret::new(self.random.alphanumeric(64));
        self.set_client_secret(&mut client, &secret)?;
        Ok((client, Some(secret)))
    }

    /// As [`Engine::draft_client`], without a secret.
    pub(super) fn bare_client(&self, id: ClientId, name: &str, kind: ClientKind) -> Client {
        let now = self.now();
        let confidential = !matches!(kind, ClientKind::Native | ClientKind::Spa);
        Client {
            id,
            name: name.to_owned(),
            kind,
            auth_method: if confidential {
                TokenEndpointAuthMethod::ClientSecretPost
            } else {
                TokenEndpointAuthMethod::None
            },
            secret: None,
            assertion_keys: Vec::new(),
            credentials: Vec::new(),
            grant_types: grants_of(kind).iter().map(|grant| (*grant).to_owned()).collect(),
            callbacks: Vec::new(),
            web_origins: Vec::new(),
            logout_urls: Vec::new(),
            backchannel_logout: BackchannelLogout::default(),
            audiences: Vec::new(),
            jwt: JwtSettings::default(),
            refresh: RefreshSettings::default(),
            oidc_conformant: true,
            first_party: true,
            require_pushed_authorization_requests: false,
            trust_forwarded_for: false,
            cross_origin_login: false,
            cross_origin_loc: None,
            ios_bundle: None,
            android_package: None,
            ios_team: None,
            android_fingerprints: Vec::new(),
            further: Default::default(),
            version: 0,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn set_client_secret(&self, client: &mut Client, secret: &Secret) -> Result<(), Fault> {
        let context = Client::secret_context(&client.id);
        client.secret = Some(self.vault.seal(&context, secret.expose().as_bytes())?);
        Ok(())
    }

    /// Checks and saves.
    pub async fn save_client(&self, client: &Client) -> Result<(), SaveClientError> {
        self.check_client(client).await?;
        Ok(self.put_client(client).await?)
    }

    /// The client may be saved; the keys that it asks for are there.
    pub(super) async fn check_client(&self, client: &Client) -> Result<(), SaveClientError> {
        check(client).map_err(SaveClientError::Invalid)?;
        self.check_backchannel(&client.backchannel_logout).map_err(SaveClientError::Invalid)?;
        self.check_encoded_secret(client)?;
        Ok(self.ensure_keys(client.jwt.alg).await?)
    }

    /// A secret that does not decode could sign no token.
    fn check_encoded_secret(&self, client: &Client) -> Result<(), SaveClientError> {
        if client.jwt.alg != SigningAlgorithm::HS256 || !client.jwt.secret_encoded {
            return Ok(());
        }
        match self.hs256_key(client) {
            Ok(_) => Ok(()),
            Err(Fault::Signing(_)) => {
                Err(SaveClientError::Invalid(String::from("jwt.secret_encoded: the secret is not base64url")))
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// OpenID Connect Back-Channel Logout section 2.2.
    fn check_backchannel(&self, settings: &BackchannelLogout) -> Result<(), String> {
        let url = match settings.urls.as_slice() {
            [] => return Ok(()),
            [url] => url,
            _ => return Err(String::from("backchannel_logout_urls: one at most")),
        };
        let has_fragment = url::Url::parse(url).is_ok_and(|url| url.fragment().is_some());
        let why = match self.senders.logout(url) {
            Err(bad) => bad.reason,
            Ok(_) if has_fragment => String::from("must not have a fragment"),
            Ok(_) => return Ok(()),
        };
        Err(format!("backchannel_logout_urls: {url} {why}"))
    }
}

/// What a kind of client begins with.
pub fn grants_of(kind: ClientKind) -> &'static [&'static str] {
    match kind {
        ClientKind::Native => &[
            token::PASSWORDLESS_OTP,
            token::WEBAUTHN,
            token::AUTHORIZATION_CODE,
            token::REFRESH_TOKEN,
            token::DEVICE_CODE,
        ],
        ClientKind::RegularWeb => {
            &[token::PASSWORDLESS_OTP, token::WEBAUTHN, token::AUTHORIZATION_CODE, token::REFRESH_TOKEN]
        }
        ClientKind::Spa => &[token::WEBAUTHN, token::AUTHORIZATION_CODE, token::REFRESH_TOKEN],
        ClientKind::NonInteractive => &[token::CLIENT_CREDENTIALS],
        ClientKind::Unspecified => AUTH0_GRANTS,
    }
}

/// What Auth0 gives a client whose maker names no grants.
pub(super) const AUTH0_GRANTS: &[&str] =
    &[token::AUTHORIZATION_CODE, token::IMPLICIT, token::REFRESH_TOKEN, token::CLIENT_CREDENTIALS];

/// Names as Apple and Google write them: they stand in paths and in files that systems read.
fn check_apps(client: &Client) -> Result<(), String> {
    let name = |text: &str| {
        (1..=155).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            && !text.starts_with('.')
    };
    for (what, app) in [("ios_bundle", &client.ios_bundle), ("android_package", &client.android_package)] {
        if app.as_deref().is_some_and(|app| !name(app)) {
            return Err(format!("{what}: letters, digits, '.', '-' and '_'"));
        }
    }
    let team = |text: &str| text.len() == 10 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if client.ios_team.as_deref().is_some_and(|text| !team(text)) {
        return Err(String::from("ios_team: the ten letters and digits of an Apple team"));
    }
    let fingerprint = |text: &str| {
        let mut bytes = text.split(':');
        text.len() == 95 && bytes.all(|b| b.len() == 2 && b.bytes().all(|c| c.is_ascii_hexdigit()))
    };
    if client.android_fingerprints.iter().any(|text| !fingerprint(text)) {
        return Err(String::from("android_fingerprints: the SHA-256 of the certificate, as AB:CD:…"));
    }
    Ok(())
}

/// A page that is asked for secrets, in a frame: of the client's own, and not to be read on the way.
pub(super) fn check_verification_page(client: &Client) -> Result<(), String> {
    let Some(page) = &client.cross_origin_loc else { return Ok(()) };
    let url = url::Url::parse(page).ok().filter(|url| url.scheme() == "https" && url.fragment().is_none());
    match url.is_some_and(|url| client.allows_origin(&url.origin().ascii_serialization())) {
        true => Ok(()),
        false => Err(format!(
            "cross_origin_loc: {page} must be an https URL without a fragment, on an origin of web_origins or callbacks"
        )),
    }
}

fn check(client: &Client) -> Result<(), String> {
    let id = client.id.as_str();
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    {
        return Err(String::from("client_id: 1 to 64 letters, digits, '-', '_' or '.'"));
    }
    if client.name.is_empty()
        || client.name.chars().count() > 140
        || client.name.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
    {
        return Err(String::from("name: 1 to 140 characters, without '<' and '>'"));
    }
    if client.jwt.alg == SigningAlgorithm::HS256 && client.secret.is_none() {
        return Err(String::from("jwt.alg: HS256 needs a client with a secret"));
    }
    // Old native apps have such tokens, which their servers check.
    if client.jwt.alg == SigningAlgorithm::HS256 && client.kind == ClientKind::Spa {
        return Err(String::from("jwt.alg: a browser application cannot check HS256"));
    }
    let has_key = !client.assertion_keys.is_empty() || client.credentials.iter().any(|key| key.in_use);
    if !client.is_public() && client.secret.is_none() && !has_key {
        return Err(String::from("auth_method: this method needs a secret or a public key"));
    }
    check_apps(client)?;
    check_verification_page(client)?;
    if !(60..=2_592_000).contains(&client.jwt.lifetime) {
        return Err(String::from("jwt.lifetime: 60 to 2592000 seconds"));
    }
    // No longer than a revocation is remembered.
    if client.audiences.iter().any(|api| !(1..=2_592_000).contains(&api.token_lifetime)) {
        return Err(String::from("audiences.token_lifetime: 1 to 2592000 seconds"));
    }
    if client.refresh.rotating && client.refresh.lifetime.is_none() {
        return Err(String::from("refresh.lifetime: rotating tokens need one"));
    }
    let urls = [
        ("callbacks", &client.callbacks),
        ("web_origins", &client.web_origins),
        ("logout_urls", &client.logout_urls),
    ];
    for (name, list) in urls {
        for text in list {
            let url = url::Url::parse(text).map_err(|_| format!("{name}: {text} is not an absolute URL"))?;
            if url.fragment().is_some() || matches!(url.scheme(), "javascript" | "data" | "vbscript") {
                return Err(format!("{name}: {text} is not allowed"));
            }
        }
    }
    Ok(())
}
