"""The client for programs without an event loop. Every call waits, and lets other threads run."""

from typing import Any, Dict, List, Mapping, Optional, Union

from ._async import AsyncClient, AsyncSession, Path
from ._native.latchkey_native import (
    AppLink,
    Authenticator,
    BrowserRequest,
    BrowserSignIn,
    CodeAndKey,
    CredentialStore,
    EnrolledKey,
    Generation,
    NewUser,
    PasskeyRequest,
    Profile,
    SendKind,
    Signer,
    SignIn,
    SignInSettings,
    Tokens,
    TouchIdKey,
    Transport,
)
from ._waiting import wait


class Client:
    """Signs people in to one app. `ca_file` has the authorities to trust in place of the system's, in PEM."""

    def __init__(
        self,
        domain: str,
        client_id: str,
        *,
        issuer: Optional[str] = None,
        locale: Optional[str] = None,
        generation: Optional[Generation] = None,
        ca_file: Optional[Path] = None,
        transport: Optional[Transport] = None,
    ) -> None:
        self._async = AsyncClient(
            domain,
            client_id,
            issuer=issuer,
            locale=locale,
            generation=generation,
            ca_file=ca_file,
            transport=transport,
        )

    @property
    def client_id(self) -> str:
        return self._async.client_id

    def start_sms(self, phone_number: str, *, connection: Optional[str] = None) -> None:
        """Has the server send a code by text message. Never repeated by itself."""
        wait(self._async.start_sms(phone_number, connection=connection))

    def start_email(
        self,
        email: str,
        *,
        send: SendKind = SendKind.CODE,
        connection: Optional[str] = None,
        auth_params: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Has the server send a code, or a link that carries `auth_params`, by email. Never repeated by itself."""
        wait(self._async.start_email(email, send=send, connection=connection, auth_params=auth_params))

    def sign_in_sms(self, phone_number: str, code: str, **more: Optional[str]) -> Tokens:
        """Turns a code into tokens. `more`: `connection`, `scope`, `audience`, `device`."""
        return wait(self._async.sign_in_sms(phone_number, code, **more))

    def sign_in_email(self, email: str, code: str, **more: Optional[str]) -> Tokens:
        """Turns a code into tokens. `more`: `connection`, `scope`, `audience`, `device`."""
        return wait(self._async.sign_in_email(email, code, **more))

    def profile(self, tokens: Tokens) -> Profile:
        """The person whose tokens these are."""
        return wait(self._async.profile(tokens))

    def user_info(self, access_token: str) -> Profile:
        """The person whose access token this is."""
        return wait(self._async.user_info(access_token))

    def refresh(self, refresh_token: str, scope: Optional[str] = None) -> Tokens:
        """New tokens. Keep them before anything else is done: the old refresh token may be over."""
        return wait(self._async.refresh(refresh_token, scope))

    def revoke(self, refresh_token: str) -> None:
        """Ends a refresh token, and with it whatever the server says it gave."""
        wait(self._async.revoke(refresh_token))

    def verify_id_token(self, id_token: str) -> Dict[str, Any]:
        """Checks an ID token of this app's, wherever it came from, by the server's published keys; its claims."""
        return wait(self._async.verify_id_token(id_token))

    def sign_up_with_passkey(
        self, authenticator: Authenticator, user: NewUser, request: Optional[PasskeyRequest] = None
    ) -> Tokens:
        """Signs a new person up with a passkey that the authenticator makes."""
        return wait(self._async.sign_up_with_passkey(authenticator, user, request))

    def sign_in_with_passkey(
        self, authenticator: Authenticator, request: Optional[PasskeyRequest] = None
    ) -> Tokens:
        """Signs a person in with a passkey that they have."""
        return wait(self._async.sign_in_with_passkey(authenticator, request))

    def enrol_key(
        self, signer: Signer, name: str, id_token: str, attestation: Optional[Mapping[str, Any]] = None
    ) -> EnrolledKey:
        """Has the key sign, and gives the server its public half. The person signed in five minutes ago at most."""
        return wait(self._async.enrol_key(signer, name, id_token, attestation))

    def sign_in_sms_and_enrol(
        self,
        phone_number: str,
        code: str,
        signer: Signer,
        name: str,
        attestation: Optional[Mapping[str, Any]] = None,
        **more: Optional[str],
    ) -> CodeAndKey:
        """Has the key sign, then turns a code into tokens and gives the server its public half in one call."""
        return wait(self._async.sign_in_sms_and_enrol(phone_number, code, signer, name, attestation, **more))

    def sign_in_email_and_enrol(
        self,
        email: str,
        code: str,
        signer: Signer,
        name: str,
        attestation: Optional[Mapping[str, Any]] = None,
        **more: Optional[str],
    ) -> CodeAndKey:
        """Has the key sign, then turns a code into tokens and gives the server its public half in one call."""
        return wait(self._async.sign_in_email_and_enrol(email, code, signer, name, attestation, **more))

    def sign_in_with_key(
        self, signer: Signer, key_id: str, *, scope: Optional[str] = None, audience: Optional[str] = None
    ) -> Tokens:
        """Signs in by a key of this device; `key_id` is the `id` of the enrolled key."""
        return wait(self._async.sign_in_with_key(signer, key_id, scope=scope, audience=audience))

    def list_keys(self, id_token: str) -> List[EnrolledKey]:
        """All keys of the person, those of other apps, too."""
        return wait(self._async.list_keys(id_token))

    def rename_key(self, key_id: str, name: str, id_token: str) -> EnrolledKey:
        """Calls a key something else. The person signed in five minutes ago at most."""
        return wait(self._async.rename_key(key_id, name, id_token))

    def remove_key(self, key_id: str, id_token: str) -> None:
        """Ends a key, and with it the tokens that it brought."""
        wait(self._async.remove_key(key_id, id_token))

    def register_touch_id_key(self, signer: Signer, key: TouchIdKey, id_token: str) -> None:
        """Touch ID of 2014: gives the server the signer's public key."""
        wait(self._async.register_touch_id_key(signer, key, id_token))

    def sign_in_with_touch_id_key(self, signer: Signer, key: TouchIdKey) -> Tokens:
        """Touch ID of 2014: signs in with a key of this device."""
        return wait(self._async.sign_in_with_touch_id_key(signer, key))

    def start_browser_sign_in(self, request: BrowserRequest) -> BrowserSignIn:
        """Prepares a sign-in in a browser: have it open `url()`."""
        return self._async.start_browser_sign_in(request)

    def start_link(self, email: str, request: BrowserRequest) -> BrowserSignIn:
        """Has the server mail a link whose browser comes back to the app. Never repeated by itself."""
        return wait(self._async.start_link(email, request))

    def finish_browser_sign_in(self, pending: BrowserSignIn, callback_url: str) -> Tokens:
        """Turns what the browser came back with into tokens."""
        return wait(self._async.finish_browser_sign_in(pending, callback_url))

    def logout_url(self, return_to: Optional[str] = None) -> str:
        """Where a browser ends its session at the server."""
        return self._async.logout_url(return_to)

    def app_link(self, url: str) -> Optional[AppLink]:
        """The code in a link that opened the app; None for any other URL."""
        return self._async.app_link(url)

    def sign_in(self, settings: SignInSettings) -> SignIn:
        """What a sign-in screen does, without the screen. Its `perform` is for programs with an event loop."""
        return self._async.sign_in(settings)

    def session(self, store: Union[CredentialStore, Path, None] = None) -> "Session":
        """Keeps somebody signed in: in a store of yours, in a file that only its owner reads, or in memory."""
        return Session(self, store)


class Session:
    """Tokens that are kept, and renewed before they end. However many ask at once, one request renews them."""

    def __init__(self, client: Client, store: Union[CredentialStore, Path, None] = None) -> None:
        self._async = AsyncSession(client._async, store)

    def keep(self, tokens: Tokens) -> None:
        """Keeps what a sign-in gave."""
        wait(self._async.keep(tokens))

    def is_signed_in(self) -> bool:
        """Whether there are tokens. They may be over."""
        return wait(self._async.is_signed_in())

    def tokens(self, seconds: int = 60) -> Tokens:
        """Tokens that work for so many seconds at least: the ones that are kept, or new ones."""
        return wait(self._async.tokens(seconds))

    def renewed(self) -> Tokens:
        """New tokens, whether the old ones are over or not."""
        return wait(self._async.renewed())

    def sign_out(self) -> None:
        """Ends the refresh token at the server, and forgets everything here."""
        wait(self._async.sign_out())
