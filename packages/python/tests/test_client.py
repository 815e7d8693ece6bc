"""Every call of the client against `latchkey dev`."""

import json
import re

import pytest
from browser import Browser
from keys import SoftKey, SoftPasskeys, unb64
from transports import Recording

from latchkey import (
    AuthenticatorError,
    BrowserRequest,
    BrowserSignIn,
    Channel,
    Generation,
    LatchkeyError,
    NewUser,
    SendKind,
    Tokens,
)


def test_a_code_by_email_signs_in(server, client):
    mailbox = server.fresh_mailbox()
    client.start_email(mailbox)
    tokens = client.sign_in_email(mailbox, server.code_for(mailbox))
    person = client.profile(tokens)
    assert person.email == mailbox and person.id.startswith("email|")
    assert json.loads(person.claims_json)["email_verified"] is True
    assert client.user_info(tokens.access_token()) == person


def test_a_code_is_taken_as_people_write_it_and_scopes_are_granted(server, client):
    number = server.fresh_number()
    client.start_sms(f"+1 ({number[2:5]}) {number[5:8]}-{number[8:]}")
    code = server.code_for(number)
    tokens = client.sign_in_sms(number, f" {code[:3]} {code[3:]} ", scope="openid")
    assert tokens.refresh_token() is None and tokens.id_token() is not None
    assert tokens.token_type() == "Bearer"


def test_tokens_are_renewed_revoked_and_show_nothing_when_they_are_printed(server, client):
    tokens = server.sign_in(client)
    fresh = client.refresh(tokens.refresh_token())
    assert fresh.access_token() != tokens.access_token()
    for secret in [tokens.access_token(), tokens.id_token(), tokens.refresh_token()]:
        assert secret not in f"{tokens!r} {tokens}"
    again = Tokens.from_json(fresh.to_json())
    assert again.refresh_token() == fresh.refresh_token() and again.expires_at() == fresh.expires_at()
    client.revoke(fresh.refresh_token())
    with pytest.raises(LatchkeyError.SignInAgain) as caught:
        client.refresh(fresh.refresh_token())
    assert caught.value.failure.code == "invalid_grant" and caught.value.failure.status == 403


def test_an_id_token_is_checked(server, client):
    tokens = server.sign_in(client)
    assert client.verify_id_token(tokens.id_token())["aud"] == "demo-native"
    head, body, signature = tokens.id_token().split(".")
    forged = f"{head}.{body}.{signature[:-8]}{'A' * 8}"
    with pytest.raises(LatchkeyError.Server) as caught:
        client.verify_id_token(forged)
    assert caught.value.failure.code == "bad_id_token"


def test_a_link_that_opens_the_app_has_the_code_in_it(server, client):
    mailbox = server.fresh_mailbox()
    client.start_email(mailbox, send=SendKind.LINK)
    assert server.messages_to(mailbox, wait=20)[0]["link"].startswith(f"{server.base_url}/link/")
    link = client.app_link(f"{server.base_url}/ios/com.example.App/email?code=123456")
    assert (link.channel, link.code) == (Channel.EMAIL, "123456")
    assert client.app_link("https://evil.example/ios/com.example.App/email?code=123456") is None


def test_a_browser_signs_in_and_its_sign_in_survives_the_end_of_the_app(server, client):
    number, browser = server.fresh_number(), Browser(server)
    request = BrowserRequest(redirect_uri="https://localhost:9443/cb", connection="sms", max_age=300)
    pending = client.start_browser_sign_in(request)
    assert re.search(r"code_challenge_method=S256.*&max_age=300&", pending.url())
    browser.open(pending.url())
    browser.submit(address=number)
    callback = browser.submit(code=server.code_for(number))
    assert callback.startswith("https://localhost:9443/cb?")
    pending = BrowserSignIn.from_json(pending.to_json())
    # Who comes back with another sign-in's answer is sent away before anything is asked of the server.
    for other in [re.sub("state=[^&]*", "state=other", callback), callback.replace("localhost", "elsewhere.example")]:
        with pytest.raises(LatchkeyError.SignInAgain) as caught:
            client.finish_browser_sign_in(pending, other)
        assert caught.value.failure.code == "bad_callback"
    tokens = client.finish_browser_sign_in(pending, callback)
    assert client.profile(tokens).display_name == number
    with pytest.raises(LatchkeyError):
        client.finish_browser_sign_in(pending, callback)
    assert client.logout_url("https://localhost:9443/").startswith(f"{server.base_url}/v2/logout?client_id=")


def test_a_person_who_says_no_in_the_browser_has_cancelled(client):
    pending = client.start_browser_sign_in(BrowserRequest(redirect_uri="https://localhost:9443/cb"))
    state = re.search("state=([^&]*)", pending.url()).group(1)
    with pytest.raises(LatchkeyError.Cancelled):
        client.finish_browser_sign_in(pending, f"https://localhost:9443/cb?error=access_denied&state={state}")


def test_the_old_pipeline_signs_in_too(server):
    client = server.client(generation=Generation.LEGACY)
    number = server.fresh_number()
    client.start_sms(number)
    tokens = client.sign_in_sms(number, server.code_for(number), device="test")
    assert tokens.token_type() == "bearer" and client.profile(tokens).phone_number == number


def test_a_passkey_signs_up_and_in(server, client):
    passkeys = SoftPasskeys(server.base_url)
    user = NewUser(name="Grace", email=server.fresh_mailbox())
    tokens = client.sign_up_with_passkey(passkeys, user)
    again = client.sign_in_with_passkey(passkeys)
    assert client.profile(again).id == client.profile(tokens).id


def test_a_passkey_that_is_refused_or_missing_is_told_apart(server, client):
    passkeys = SoftPasskeys(server.base_url)
    with pytest.raises(LatchkeyError.Device) as caught:
        client.sign_in_with_passkey(passkeys)
    assert caught.value.failure.code == "authenticator" and caught.value.failure.had_no_effect
    passkeys.refuses = AuthenticatorError.Cancelled("no")
    with pytest.raises(LatchkeyError.Cancelled):
        client.sign_in_with_passkey(passkeys)
    passkeys.refuses = RuntimeError("a bug in the app")
    with pytest.raises(LatchkeyError.Device) as caught:
        client.sign_in_with_passkey(passkeys)
    assert "a bug in the app" in caught.value.failure.detail


def test_a_key_of_the_device_signs_in_until_it_is_removed(server, client):
    tokens, key = server.sign_in(client), SoftKey()
    enrolled = client.enrol_key(key, "Grace's phone", tokens.id_token())
    assert (enrolled.name, enrolled.algorithm, enrolled.attested) == ("Grace's phone", "ES256", False)
    again = client.sign_in_with_key(key, enrolled.id)
    assert client.profile(again).id == client.profile(tokens).id
    assert [listed.id for listed in client.list_keys(tokens.id_token())] == [enrolled.id]
    with pytest.raises(LatchkeyError.SignInAgain):
        client.sign_in_with_key(SoftKey(), enrolled.id)
    client.remove_key(enrolled.id, tokens.id_token())
    with pytest.raises(LatchkeyError.SignInAgain):
        client.sign_in_with_key(key, enrolled.id)


def test_a_key_of_the_device_is_renamed(server, client):
    tokens = server.sign_in(client)
    enrolled = client.enrol_key(SoftKey(), "Grace's phone", tokens.id_token())
    assert client.rename_key(enrolled.id, "Work phone", tokens.id_token()).name == "Work phone"
    assert [key.name for key in client.list_keys(tokens.id_token())] == ["Work phone"]


def test_a_code_and_a_key_beside_it_are_one_call(server, client):
    number, key = server.fresh_number(), SoftKey()
    client.start_sms(number)
    done = client.sign_in_sms_and_enrol(number, server.code_for(number), key, "Grace's phone")
    assert (done.key.name, done.key_error) == ("Grace's phone", None)
    again = client.sign_in_with_key(key, done.key.id)
    assert client.profile(again).id == client.profile(done.tokens).id
    email = server.fresh_mailbox()
    client.start_email(email)
    assert client.sign_in_email_and_enrol(email, server.code_for(email), SoftKey(), "Her other phone").key.id


def test_a_link_of_a_mail_ends_in_a_browser_that_comes_back(server, client):
    email = server.fresh_mailbox()
    pending = client.start_link(email, BrowserRequest(redirect_uri="https://localhost:9443/cb"))
    browser = Browser(server)
    browser.open(server.messages_to(email, wait=20)[0]["link"])
    callback = browser.submit()
    assert callback.startswith("https://localhost:9443/cb?")
    tokens = client.finish_browser_sign_in(BrowserSignIn.from_json(pending.to_json()), callback)
    assert client.profile(tokens).email == email


def test_the_server_knows_the_library_by_its_name(server):
    seen = []
    client = server.client(transport=Recording(seen))
    with pytest.raises(LatchkeyError.NoAnswer):
        client.start_sms(server.fresh_number())
    headers = {header.name: header.value for header in seen[0].headers}
    assert json.loads(unb64(headers["auth0-client"]))["name"] == "latchkey-python"
