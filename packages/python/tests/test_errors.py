"""Each kind of error has a class, a text for the person, and the facts."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from transports import Answering, Recording

from latchkey import Client, HttpHeader, LatchkeyError, TransportError


def answered(status, body, headers=()):
    return Client("login.example.com", "app", transport=Answering(status, body.encode(), headers))


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (403, '{"error":"invalid_grant","error_description":"Wrong phone number or verification code."}', "WrongCode"),
        (403, '{"error":"invalid_grant","error_description":"The verification code has expired. Please try to login again."}', "CodeExpired"),
        (403, '{"error":"invalid_grant","error_description":"You\'ve reached the maximum number of attempts. Please try to login again."}', "NoTriesLeft"),
        (401, '{"error":"unauthorized","error_description":"user is blocked"}', "Blocked"),
        (429, '{"error":"too_many_requests","error_description":"later"}', "TooMany"),
        (400, '{"error":"unauthorized_client","error_description":"no"}', "Misconfigured"),
    ],
)
def test_what_the_server_refuses_is_of_the_right_class(status, body, kind):
    with pytest.raises(getattr(LatchkeyError, kind)) as caught:
        answered(status, body).sign_in_sms("+14155550100", "123456")
    failure = caught.value.failure
    assert failure.status == status and failure.human and failure.had_no_effect


def test_a_server_that_failed_may_have_done_its_work():
    with pytest.raises(LatchkeyError.Server) as caught:
        answered(503, "<html>maintenance</html>").sign_in_sms("+14155550100", "123456")
    failure = caught.value.failure
    assert failure.status == 503 and failure.human and not failure.had_no_effect


def test_what_a_start_refuses_is_of_the_right_class():
    for body, kind in [
        ('{"error":"bad.phone_number","error_description":"no"}', LatchkeyError.BadPhoneNumber),
        ('{"error":"sms_provider_error","error_description":"no (Code: 21211)"}', LatchkeyError.NumberWithoutTexts),
        ('{"error":"sms_provider_error","error_description":"no"}', LatchkeyError.NotSent),
        ('{"error":"bad.connection","error_description":"Public signup is disabled"}', LatchkeyError.SignUpClosed),
    ]:
        with pytest.raises(kind):
            answered(400, body).start_sms("+14155550100")


def test_a_limit_says_how_long_it_lasts_and_a_log_can_find_the_call():
    headers = [HttpHeader(name="Retry-After", value="42"), HttpHeader(name="X-Auth0-RequestId", value="abc")]
    client = answered(429, '{"error":"too_many_requests","error_description":"later"}', headers)
    with pytest.raises(LatchkeyError.TooMany) as caught:
        client.start_sms("+14155550100")
    assert (caught.value.failure.retry_after, caught.value.failure.request_id) == (42, "abc")


def test_what_was_typed_wrong_is_refused_before_anything_is_sent():
    seen = []
    client = Client("login.example.com", "app", transport=Recording(seen))
    with pytest.raises(LatchkeyError.BadPhoneNumber):
        client.start_sms("415 555 0100")
    with pytest.raises(LatchkeyError.BadEmail):
        client.start_email("nobody")
    with pytest.raises(LatchkeyError.WrongCode):
        client.sign_in_sms("+14155550100", "abc")
    assert seen == []


def test_no_network_is_told_apart_from_no_answer():
    gone = Client("http://127.0.0.1:9", "app")
    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        gone.start_sms("+14155550100")
    assert caught.value.failure.code == "network_unreachable" and caught.value.failure.had_no_effect
    lost = Client("login.example.com", "app", transport=Recording([]))
    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        lost.start_sms("+14155550100")
    assert caught.value.failure.code == "network_no_answer" and not caught.value.failure.had_no_effect
    broken = Recording([], error=ValueError("a bug in the app"))
    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        Client("login.example.com", "app", transport=broken).start_sms("+14155550100")
    assert "a bug in the app" in caught.value.failure.detail and not caught.value.failure.had_no_effect
    away = Recording([], error=TransportError.Unreachable("no such host"))
    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        Client("login.example.com", "app", transport=away).start_sms("+14155550100")
    assert caught.value.failure.had_no_effect


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(server, tmp_path):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.timezone.utc)
    other = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(other.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(LatchkeyError.NoAnswer) as caught:
        server.client(ca_file=tmp_path / "ca.pem").start_sms("+14155550100")
    assert caught.value.failure.code == "network_unreachable"


def test_settings_that_cannot_work_are_refused_at_once(tmp_path):
    with pytest.raises(LatchkeyError.Misconfigured) as caught:
        Client("http://login.example.com", "app")
    assert caught.value.failure.code == "bad_domain"
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(LatchkeyError.Misconfigured):
        Client("login.example.com", "app", ca_file=tmp_path / "ca.pem")


def test_people_read_errors_in_their_language():
    body = '{"error":"invalid_grant","error_description":"Wrong phone number or verification code."}'
    texts = set()
    for locale in ["en", "de-AT", "ja", "ar", "xx"]:
        client = Client("login.example.com", "app", locale=locale, transport=Answering(403, body.encode()))
        with pytest.raises(LatchkeyError.WrongCode) as caught:
            client.sign_in_sms("+14155550100", "123456")
        texts.add(caught.value.failure.human)
    assert len(texts) == 4


def test_no_secret_shows_in_an_error_and_developers_see_what_it_is():
    client = answered(403, '{"error":"invalid_grant","error_description":"Wrong phone number or verification code."}')
    with pytest.raises(LatchkeyError) as caught:
        client.sign_in_sms("+14155550100", "918273")
    assert "918273" not in f"{caught.value!r} {caught.value}"
    assert "invalid_grant" in str(caught.value) and "(status 403)" in str(caught.value)
