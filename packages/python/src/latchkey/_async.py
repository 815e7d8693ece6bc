"""The client for programs with an event loop. Cancelling a task cancels its call."""

import json
import os
from typing import Any, Dict, List, Mapping, Optional, Union

from ._native import latchkey_native as native
from ._native.latchkey_native import (
    AppLink,
    Authenticator,
    BrowserRequest,
    BrowserSignIn,
    Channel,
    CodeAndKey,
    CodeRequest,
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
    StartRequest,
    Tokens,
    TouchIdKey,
    Transport,
)

Path = Union[str, "os.PathLike[str]"]


class AsyncClient:
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
        authorities = None
        if ca_file is not None:
            with open(ca_file, "rb") as file:
                authorities = file.read()
        settings = native.ClientSettings(
            domain=domain,
            client_id=client_id,
            issuer=issuer,
            generation=generation,
            locale=locale,
            certificate_authorities=authorities,
            library="latchkey-python",
        )
        self._native = native.Client(settings, transport)

    @property
    def client_id(self) -> str:
        return self._native.client_id()

    async def start_sms(self, phone_number: str, *, connection: Optional[str] = None) -> None:
        """Has the server send a code by text message. Never repeated by itself."""
        await self._native.start(
            StartRequest(channel=Channel.SMS, address=phone_number, connection=connection)
        )

    async def start_email(
        self,
        email: str,
        *,
        send: SendKind = SendKind.CODE,
        connection: Optional[str] = None,
        auth_params: Optional[Mapping[str, str]] = None,
    ) -> None:
        """Has the server send a code, or a link that carries `auth_params`, by email. Never repeated by itself."""
        params = None if auth_params is None else dict(auth_params)
        await self._native.start(
            StartRequest(
                channel=Channel.EMAIL, address=email, send=send, connection=connection, auth_params=params
            )
        )

    async def sign_in_sms(self, phone_number: str, code: str, **more: Optional[str]) -> Tokens:
        """Turns a code into tokens. `more`: `connection`, `scope`, `audience`, `device`."""
        return await self._native.sign_in(
            CodeRequest(channel=Channel.SMS, address=phone_number, code=code, **more)
        )

    async def sign_in_email(self, email: str, code: str, **more: Optional[str]) -> Tokens:
        """Turns a code into tokens. `more`: `connection`, `scope`, `audience`, `device`."""
        return await self._native.sign_in(
            CodeRequest(channel=Channel.EMAIL, address=email, code=code, **more)
        )

    async def profile(self, tokens: Tokens) -> Profile:
        """The person whose tokens these are."""
        return await self._native.profile(tokens)

    async def user_info(self, access_token: str) -> Profile:
        """The person whose access token this is."""
        return await self._native.user_info(access_token)

    async def refresh(self, refresh_token: str, scope: Optional[str] = None) -> Tokens:
        """New tokens. Keep them before anything else is done: the old refresh token may be over."""
        return await self._native.refresh(refresh_token, scope)

    async def revoke(self, refresh_token: str) -> None:
        """Ends a refresh token, and with it whatever the server says it gave."""
        await self._native.revoke(refresh_token)

    async def verify_id_token(self, id_token: str) -> Dict[str, Any]:
        """Checks an ID token of this app's, wherever it came from, by the server's published keys; its claims."""
        return json.loads(await self._native.verify_id_token(id_token))

    async def sign_up_with_passkey(
        self, authenticator: Authenticator, user: NewUser, request: Optional[PasskeyRequest] = None
    ) -> Tokens:
        """Signs a new person up with a passkey that the authenticator makes."""
        return await self._native.sign_up_with_passkey(authenticator, user, request or PasskeyRequest())

    async def sign_in_with_passkey(
        self, authenticator: Authenticator, request: Optional[PasskeyRequest] = None
    ) -> Tokens:
        """Signs a person in with a passkey that they have."""
        return await self._native.sign_in_with_passkey(authenticator, request or PasskeyRequest())

    async def enrol_key(
        self, signer: Signer, name: str, id_token: str, attestation: Optional[Mapping[str, Any]] = None
    ) -> EnrolledKey:
        """Has the key sign, and gives the server its public half. The person signed in five minutes ago at most."""
        proof = await self._native.prove_key(signer)
        said = None if attestation is None else json.dumps(attestation)
        return await self._native.enrol_key(proof, name, id_token, said)

    async def sign_in_sms_and_enrol(
        self,
        phone_number: str,
        code: str,
        signer: Signer,
        name: str,
        attestation: Optional[Mapping[str, Any]] = None,
        **more: Optional[str],
    ) -> CodeAndKey:
        """Has the key sign, then turns a code into tokens and gives the server its public half in one call."""
        request = CodeRequest(channel=Channel.SMS, address=phone_number, code=code, **more)
        return await self._sign_in_and_enrol(request, signer, name, attestation)

    async def sign_in_email_and_enrol(
        self,
        email: str,
        code: str,
        signer: Signer,
        name: str,
        attestation: Optional[Mapping[str, Any]] = None,
        **more: Optional[str],
    ) -> CodeAndKey:
        """Has the key sign, then turns a code into tokens and gives the server its public half in one call."""
        request = CodeRequest(channel=Channel.EMAIL, address=email, code=code, **more)
        return await self._sign_in_and_enrol(request, signer, name, attestation)

    async def _sign_in_and_enrol(
        self, request: CodeRequest, signer: Signer, name: str, attestation: Optional[Mapping[str, Any]]
    ) -> CodeAndKey:
        proof = await self._native.prove_key(signer)
        said = None if attestation is None else json.dumps(attestation)
        return await self._native.sign_in_and_enrol(request, proof, name, said)

    async def sign_in_with_key(
        self, signer: Signer, key_id: str, *, scope: Optional[str] = None, audience: Optional[str] = None
    ) -> Tokens:
        """Signs in by a key of this device; `key_id` is the `id` of the enrolled key."""
        return await self._native.sign_in_with_key(signer, key_id, scope, audience)

    async def list_keys(self, id_token: str) -> List[EnrolledKey]:
        """All keys of the person, those of other apps, too."""
        return await self._native.list_keys(id_token)

    async def rename_key(self, key_id: str, name: str, id_token: str) -> EnrolledKey:
        """Calls a key something else. The person signed in five minutes ago at most."""
        return await self._native.rename_key(key_id, name, id_token)

    async def remove_key(self, key_id: str, id_token: str) -> None:
        """Ends a key, and with it the tokens that it brought."""
        await self._native.remove_key(key_id, id_token)

    async def register_touch_id_key(self, signer: Signer, key: TouchIdKey, id_token: str) -> None:
        """Touch ID of 2014: gives the server the signer's public key."""
        await self._native.register_touch_id_key(signer, key, id_token)

    async def sign_in_with_touch_id_key(self, signer: Signer, key: TouchIdKey) -> Tokens:
        """Touch ID of 2014: signs in with a key of this device."""
        return await self._native.sign_in_with_touch_id_key(signer, key)

    def start_browser_sign_in(self, request: BrowserRequest) -> BrowserSignIn:
        """Prepares a sign-in in a browser: have it open `url()`."""
        return self._native.start_browser_sign_in(request)

    async def start_link(self, email: str, request: BrowserRequest) -> BrowserSignIn:
        """Has the server mail a link whose browser comes back to the app. Never repeated by itself."""
        start = StartRequest(channel=Channel.EMAIL, address=email, send=SendKind.LINK)
        return await self._native.start_link(start, request)

    async def finish_browser_sign_in(self, pending: BrowserSignIn, callback_url: str) -> Tokens:
        """Turns what the browser came back with into tokens."""
        return await self._native.finish_browser_sign_in(pending, callback_url)

    def logout_url(self, return_to: Optional[str] = None) -> str:
        """Where a browser ends its session at the server."""
        return self._native.logout_url(return_to)

    def app_link(self, url: str) -> Optional[AppLink]:
        """The code in a link that opened the app; None for any other URL."""
        return self._native.app_link(url)

    def sign_in(self, settings: SignInSettings) -> SignIn:
        """What a sign-in screen does, without the screen."""
        return SignIn(self._native, settings)

    def session(self, store: Union[CredentialStore, Path, None] = None) -> "AsyncSession":
        """Keeps somebody signed in: in a store of yours, in a file that only its owner reads, or in memory."""
        return AsyncSession(self, store)


class AsyncSession:
    """Tokens that are kept, and renewed before they end. However many ask at once, one request renews them."""

    def __init__(self, client: AsyncClient, store: Union[CredentialStore, Path, None] = None) -> None:
        if store is None:
            self._native = native.Session.in_memory(client._native)
        elif isinstance(store, (str, os.PathLike)):
            self._native = native.Session.in_file(client._native, os.fspath(store))
        else:
            self._native = native.Session(client._native, store)

    async def keep(self, tokens: Tokens) -> None:
        """Keeps what a sign-in gave."""
        await self._native.keep(tokens)

    async def is_signed_in(self) -> bool:
        """Whether there are tokens. They may be over."""
        return await self._native.is_signed_in()

    async def tokens(self, seconds: int = 60) -> Tokens:
        """Tokens that work for so many seconds at least: the ones that are kept, or new ones."""
        return await self._native.tokens_for(seconds)

    async def renewed(self) -> Tokens:
        """New tokens, whether the old ones are over or not."""
        return await self._native.renewed()

    async def sign_out(self) -> None:
        """Ends the refresh token at the server, and forgets everything here."""
        await self._native.sign_out()
