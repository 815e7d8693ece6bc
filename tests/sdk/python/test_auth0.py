"""auth0-python, unmodified: the newest line and version 4, each in an environment of its own."""

from urllib.parse import parse_qs, urlsplit

import pytest
from auth0.authentication import GetToken, Passwordless, RevokeToken, Users
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier

try:
    from auth0.authentication.exceptions import Auth0Error
except ImportError:  # version 4
    from auth0.exceptions import Auth0Error

WRONG_CODE = "Wrong phone number or verification code."
WRONG_EMAIL_CODE = "Wrong email or verification code."
EXPIRED_CODE = "The verification code has expired. Please try to login again."
DEAD_REFRESH_TOKEN = "Unknown or invalid refresh token."


class Sdk:
    def __init__(self, server):
        self.server = server
        known = (server.domain, server.web["client_id"])
        secret = server.web["client_secret"]
        self.passwordless = Passwordless(*known, client_secret=secret)
        self.tokens = GetToken(*known, client_secret=secret)
        self.revocation = RevokeToken(*known, client_secret=secret)
        self.users = Users(server.domain)

    def start(self):
        """Asks for a code; the number and the code."""
        number = self.server.fresh_number()
        self.passwordless.sms(number)
        return number, self.server.code_for(number)

    def login(self, address, code, scope="openid offline_access", realm="sms"):
        return self.tokens.passwordless_login(username=address, otp=code, realm=realm, scope=scope, audience="")

    def sign_in(self, **more):
        return self.login(*self.start(), **more)


@pytest.fixture(scope="session")
def sdk(server):
    return Sdk(server)


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def refused(error, message, attempt, *arguments, status=403, **more):
    with pytest.raises(Auth0Error) as thrown:
        attempt(*arguments, **more)
    found = (thrown.value.status_code, thrown.value.error_code, thrown.value.message)
    assert found == (status, error, message)


# P-001, P-020, P-070, P-075, P-130, P-131, P-132
def test_signs_in_by_sms_with_an_id_token_that_the_sdk_accepts(sdk, server):
    answer = sdk.sign_in()
    assert answer["token_type"] == "Bearer"
    issuer = f"https://{server.domain}/"
    verifier = TokenVerifier(
        signature_verifier=AsymmetricSignatureVerifier(f"{issuer}.well-known/jwks.json"),
        issuer=issuer,
        audience=server.web["client_id"],
    )
    claims = verifier.verify(answer["id_token"])
    assert claims["sub"].startswith("sms|")
    assert answer["refresh_token"]


# P-071, P-127
def test_signs_in_by_a_code_from_a_mail_and_a_wrong_one_has_the_text_for_email(sdk, server):
    email = server.fresh_mailbox()
    sdk.passwordless.email(email, send="code")
    code = server.code_for(email)
    refused("invalid_grant", WRONG_EMAIL_CODE, sdk.login, email, other_than(code), realm="email")
    answer = sdk.login(email, code, scope="openid email", realm="email")
    profile = sdk.users.userinfo(answer["access_token"])
    assert (profile["email"], profile["email_verified"]) == (email, True)


# F6, P-198
def test_sends_a_link_unless_told_otherwise(sdk, server):
    email = server.fresh_mailbox()
    back = "https://localhost:9443/cb"
    sdk.passwordless.email(email, auth_params={"response_type": "code", "redirect_uri": back, "scope": "openid email"})
    answer = server.press_link(server.message_to(email)["link"])
    code = parse_qs(urlsplit(answer).query)["code"][0]
    tokens = sdk.tokens.authorization_code(code, back)
    assert sdk.users.userinfo(tokens["access_token"])["email"] == email


# P-034
def test_an_address_that_cannot_be_one_is_refused_by_name(sdk):
    with pytest.raises(Auth0Error) as thrown:
        sdk.passwordless.email("nobody", send="code")
    assert (thrown.value.status_code, thrown.value.error_code) == (400, "bad.email")


# P-127, P-128
def test_reads_the_profile_and_is_refused_with_a_bad_token(sdk, server):
    number, code = sdk.start()
    answer = sdk.login(number, code, scope="openid profile phone")
    profile = sdk.users.userinfo(answer["access_token"])
    assert profile["phone_number"] == number
    with pytest.raises(Auth0Error) as thrown:
        sdk.users.userinfo("not-a-token")
    assert thrown.value.status_code == 401


# P-120, P-121, P-122
def test_refreshes_with_rotation_and_a_token_used_twice_kills_its_family(sdk, server):
    first = sdk.sign_in()
    second = sdk.tokens.refresh_token(first["refresh_token"])
    assert second["id_token"]
    assert second["refresh_token"] != first["refresh_token"]
    third = sdk.tokens.refresh_token(second["refresh_token"])
    server.pass_time(31)
    refused("invalid_grant", DEAD_REFRESH_TOKEN, sdk.tokens.refresh_token, first["refresh_token"])
    refused("invalid_grant", DEAD_REFRESH_TOKEN, sdk.tokens.refresh_token, third["refresh_token"])


# P-126
def test_revokes_a_refresh_token(sdk):
    token = sdk.sign_in()["refresh_token"]
    sdk.revocation.revoke_refresh_token(token)
    refused("invalid_grant", DEAD_REFRESH_TOKEN, sdk.tokens.refresh_token, token)
    sdk.revocation.revoke_refresh_token("never-heard-of")


# P-053, P-072
def test_a_wrong_code_and_a_used_code_are_the_same_auth0_error(sdk):
    number, code = sdk.start()
    refused("invalid_grant", WRONG_CODE, sdk.login, number, other_than(code))
    sdk.login(number, code)
    refused("invalid_grant", WRONG_CODE, sdk.login, number, code)


# P-032
def test_a_number_that_cannot_be_one_is_refused_by_name(sdk):
    with pytest.raises(Auth0Error) as thrown:
        sdk.passwordless.sms("twelve")
    assert (thrown.value.status_code, thrown.value.error_code) == (400, "bad.phone_number")


# P-051
def test_an_expired_code_says_so(sdk, server):
    number, code = sdk.start()
    server.pass_time(181)
    refused("invalid_grant", EXPIRED_CODE, sdk.login, number, code)
