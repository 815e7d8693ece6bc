"""The ManagementClient of auth0-python, unmodified: the newest line and version 4, each in an environment of
its own. What version 6 answers are models, and none of them may lose what came over the wire."""

import gzip
import io
import json
import uuid

import pytest
import requests

try:
    from auth0.management import ManagementClient  # noqa: F401

    import calls_6 as words
except ImportError:  # version 4
    import calls_4 as words

EMAIL = {
    "name": "email",
    "email": {"from": "Acme <codes@acme.example>", "subject": "Hi", "body": "<p>{{ code }}</p>", "syntax": "liquid"},
    "totp": {"length": 8, "time_step": 180},
    "authParams": {"scope": "openid"},
    "brute_force_protection": True,
    "disable_signup": True,
}
GATEWAY = {
    "name": "sms",
    "provider": "sms_gateway",
    "gateway_url": "https://sms.example.com/send",
    "gateway_authentication": {
        "method": "bearer", "subject": "latchkey:sms", "audience": "https://sms.example.com/",
        "secret": "s" * 32, "secret_base64_encoded": False,
    },
    "forward_req_info": True,
    "template": "@@password@@",
    "syntax": "md_with_macros",
    "totp": {"length": 4, "time_step": 60},
}


def fresh(name):
    """A name that nothing else has."""
    return f"{name}-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def api(server):
    m2m = server.facts["clients"]["m2m"]
    return words.Api(server.domain, client_id=m2m["client_id"], client_secret=m2m["client_secret"])


@pytest.fixture
def person(server):
    """Signs somebody in by text message: the user id and the tokens."""

    def sign_in():
        web, number = server.web, server.fresh_number()
        known = {"client_id": web["client_id"], "client_secret": web["client_secret"]}

        def ask(path, **body):
            answer = requests.post(f"{server.base_url}{path}", json={**known, **body}, timeout=20)
            assert answer.status_code == 200, answer.text
            return answer.json()

        ask("/passwordless/start", connection="sms", phone_number=number)
        tokens = ask(
            "/oauth/token", grant_type="http://auth0.com/oauth/grant-type/passwordless/otp", realm="sms",
            username=number, otp=server.code_for(number), scope="openid offline_access",
        )
        import jwt

        return jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"], number, tokens

    return sign_in


def refused(status, code, text, attempt, *arguments, **more):
    with pytest.raises(words.ERRORS) as thrown:
        attempt(*arguments, **more)
    found = words.told(thrown.value)
    assert found[:2] == (status, code), found
    assert text in found[2]


def machine(api, server, scope, **more):
    """A client of its own for the API."""
    client = api.create_client({"name": "Machine", "app_type": "non_interactive", **more})
    audience = server.facts["management_audience"]
    api.create_grant({"client_id": client["client_id"], "audience": audience, "scope": scope})
    return client


# M-001, MS-005
def test_the_sdk_gets_its_token_by_a_key(api, server):
    if api.has_pages:
        pytest.skip("version 6 has no word for it here")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    credentials = [{"credential_type": "public_key", "name": "mine", "pem": pem.decode(), "alg": "RS256"}]
    methods = {"private_key_jwt": {"credentials": credentials}}
    client = machine(api, server, ["read:clients"], client_authentication_methods=methods)
    own = words.Api(server.domain, client_id=client["client_id"], key=private)
    assert own.clients()
    assert [one["name"] for one in api.credentials(client["client_id"])] == ["mine"]


# M-001, M-002, M-003
def test_a_token_opens_what_its_grant_names(api, server):
    client = machine(api, server, ["read:clients"])
    narrow = words.Api(server.domain, client_id=client["client_id"], client_secret=client["client_secret"])
    assert narrow.clients()
    text = "Insufficient scope, expected any of: read:users"
    refused(403, "insufficient_scope", text, narrow.users)
    refused(401, "Unauthorized", "", words.Api(server.domain, token="x.y.z").clients)
    refused(400, "Bearer", "Bad HTTP authentication header format", words.Api(server.domain, token="none").clients)


# M-008, M-009, M-010, M-011
@pytest.mark.parametrize("strategy, options", [("sms", GATEWAY), ("email", EMAIL), ("email", {**EMAIL, "authParams": ""})])
def test_a_connection_is_made_read_changed_and_deleted(api, strategy, options):
    name = fresh(strategy)
    made = api.create_connection({"name": name, "strategy": strategy, "options": options})
    assert (made["options"], made["realms"]) == (options, [name])
    assert api.connection(made["id"]) == made
    assert api.connection(made["id"], fields=["name", "strategy"]) == {"name": name, "strategy": strategy}
    changed = api.update_connection(made["id"], {"options": {"totp": options["totp"]}, "display_name": "New"})
    assert (changed["options"]["totp"], changed["display_name"]) == (options["totp"], "New")
    refused(409, "Conflict", "", api.create_connection, {"name": name, "strategy": strategy})
    api.remove_connection(made["id"])
    refused(404, "inexistent_connection", "The connection does not exist", api.connection, made["id"])


# M-012
def test_a_code_has_4_digits_or_more_and_neither_it_nor_its_life_is_without_bounds(api):
    for totp in [{"length": 3, "time_step": 60}, {"length": 41, "time_step": 60}, {"length": 6, "time_step": 5}]:
        body = {"name": fresh("bad"), "strategy": "sms", "options": {"totp": totp}}
        refused(400, "invalid_body", "Payload validation error", api.create_connection, body)


# M-005, M-006, M-007, M-013
def test_connections_are_listed_with_their_clients(api, server):
    native = server.facts["clients"]["native"]["client_id"]
    body = {"name": fresh("sms"), "strategy": "sms", "options": {}, "enabled_clients": [native]}
    made = api.create_connection(body)
    found = api.connections(name=made["name"])
    assert [one["id"] for one in found] == [made["id"]]
    assert {one["strategy"] for one in api.connections(strategy=["sms"])} == {"sms"}
    assert {one["strategy"] for one in api.connections(strategy=["sms", "email"])} == {"email", "sms"}
    assert api.connection(made["id"])["enabled_clients"] == [native]
    if api.has_pages:
        pager = api.m.connections.clients.get(made["id"])
        assert [one.client_id for one in pager] == [native]
        api.m.connections.clients.update(made["id"], request=[{"client_id": native, "status": False}])
        assert api.connection(made["id"])["enabled_clients"] == []
        assert len(api.items(api.m.connections.list(take=1))) == len(api.connections())


# M-014, M-015, M-016
def test_a_client_is_made_with_defaults_changed_in_part_and_deleted(api):
    made = api.create_client({"name": "Plain"})
    assert made["grant_types"] == ["authorization_code", "implicit", "refresh_token", "client_credentials"]
    assert made["refresh_token"]["rotation_type"] == "non-rotating"
    assert made["jwt_configuration"]["lifetime_in_seconds"] == 36000
    id = made["client_id"]
    changed = api.update_client(id, {"callbacks": ["https://a.example/cb"], "client_metadata": {"a": "b"}})
    assert (changed["callbacks"], changed["client_metadata"]) == (["https://a.example/cb"], {"a": "b"})
    assert api.client(id)["callbacks"] == ["https://a.example/cb"]
    assert api.rotate_secret(id)["client_secret"] != made["client_secret"]
    assert [one["name"] for one in api.clients(is_global=True if api.has_pages else "true")] == ["All Applications"]
    assert id in [one["client_id"] for one in api.clients(per_page=100)]
    refused(400, "invalid_body", "", api.update_client, id, {"name": "<b>"})
    api.remove_client(id)
    refused(404, "inexistent_client", "The client does not exist", api.client, id)


# M-017, M-018, M-021
def test_users_are_made_changed_and_deleted(api, server):
    number, email = server.fresh_number(), server.fresh_mailbox()
    own = fresh("own")
    phone = api.create_user({"connection": "sms", "phone_number": number, "phone_verified": True, "user_id": own})
    assert (phone["user_id"], phone["name"]) == (f"sms|{own}", number)
    assert phone["identities"] == [{"connection": "sms", "user_id": own, "provider": "sms", "isSocial": False}]
    mailed = api.create_user({"connection": "email", "email": email, "user_metadata": {"a": 1, "b": {"c": 2}}})
    id = mailed["user_id"]
    assert api.user(id) == mailed
    body = {"connection": "email", "email": email}
    refused(409, "auth0_idp_error", "The user already exists.", api.create_user, body)
    changed = api.update_user(id, {"user_metadata": {"a": None}, "app_metadata": {"plan": "pro"}, "name": "Ana"})
    assert (changed["user_metadata"], changed["app_metadata"]) == ({"b": {"c": 2}}, {"plan": "pro"})
    assert api.user(id, fields=["user_id", "name"]) == {"user_id": id, "name": "Ana"}
    assert [user["user_id"] for user in api.users_by_email(email.upper())] == [id]
    assert api.update_user(id, {"blocked": True})["blocked"] is True
    taken = {"connection": "email", "email": server.fresh_mailbox()}
    other = api.create_user(taken)
    text = "The specified new email already exists"
    refused(400, "auth0_idp_error", text, api.update_user, id, {"email": other["email"]})
    api.remove_user(id)
    refused(404, "inexistent_user", "The user does not exist.", api.user, id)


# M-019
def test_a_blocked_user_is_signed_out(api, server, person):
    id, _, tokens = person()
    assert api.update_user(id, {"blocked": True})["blocked"] is True
    web = server.web
    renewal = {
        "grant_type": "refresh_token", "client_id": web["client_id"], "client_secret": web["client_secret"],
        "refresh_token": tokens["refresh_token"],
    }
    assert requests.post(f"{server.base_url}/oauth/token", json=renewal, timeout=20).status_code == 403
    assert api.update_user(id, {"blocked": False})["blocked"] is False


# M-020
def test_users_are_searched_sorted_and_paged_to_the_empty_page(api):
    host = f"{fresh('host')}.example"
    for n in (2, 0, 1):
        api.create_user({"connection": "email", "email": f"u{n}@{host}", "name": f"N{n}"})
    query = {"q": f'email.domain:"{host}"', "sort": "email:1", "search_engine": "v3"}
    assert [user["name"] for user in api.users(**query)] == ["N0", "N1", "N2"]
    assert api.total(**query, per_page=2) == 3
    if api.has_pages:
        assert [user["name"] for user in api.users(**query, per_page=2)] == ["N0", "N1", "N2"]
    else:
        pages = [[user["name"] for user in api.users(**query, per_page=2, page=page)] for page in range(3)]
        assert pages == [["N0", "N1"], ["N2"], []]
    for q, names in [
        (f'email:*@{host} AND name:n1', ["N1"]),
        (f'email:"u2@{host}"', ["N2"]),
        (f'email.domain:"{host}" AND NOT _exists_:logins_count', ["N0", "N1", "N2"]),
        (f'email.domain:"{host}" AND logins_count:[1 TO *]', []),
        (f'email.domain:"{host}" AND created_at:[2020-01-01 TO *] -name:n0', ["N1", "N2"]),
    ]:
        assert [user["name"] for user in api.users(**{**query, "q": q})] == names, q
    refused(400, "invalid_query_string", "", api.users, q="email:(", search_engine="v3")


# M-022
def test_two_users_become_one_and_two_again(api, server, person):
    main = api.create_user({"connection": "email", "email": server.fresh_mailbox()})["user_id"]
    phone = api.create_user({"connection": "sms", "phone_number": server.fresh_number()})["user_id"]
    both = api.link(main, {"provider": "sms", "user_id": phone})
    assert [one["connection"] for one in both] == ["email", "sms"]
    assert both[1]["profileData"]["phone_number"].startswith("+1")
    refused(404, "inexistent_user", "", api.user, phone)
    assert [one["provider"] for one in api.unlink(main, "sms", phone.split("|")[1])] == ["email"]
    assert api.user(phone)["user_id"] == phone
    _, _, tokens = person()
    assert len(api.link(main, {"link_with": tokens["id_token"]})) == 2


# M-023, M-024, M-025, M-026, M-032
def test_what_a_user_has_is_listed_and_taken_away(api, server, person):
    id, number, _ = person()
    web = server.web["client_id"]
    [method] = api.methods(id)
    assert (method["type"], method["confirmed"]) == ("phone", True)
    assert api.method(id, method["id"]) == method
    api.remove_methods(id)
    assert api.blocks(number) == {"blocked_for": []}
    api.unblock(number)
    assert api.blocks_of(id) == {"blocked_for": []}
    api.unblock_user(id)
    assert any(entry["type"] == "sepotpft" for entry in api.logs_of(id))
    assert api.empty_lists_of(id) == [[], [], [], []]
    assert api.grants(user_id=id) == []
    api.remove_grant("none")
    if api.has_pages:
        assert api.sessions(id) == []
        [token] = api.refresh_tokens(id)
        assert (token["client_id"], token["rotating"]) == (web, True)
        assert api.refresh_token(token["id"]) == token
    [device] = api.devices(id, web, "rotating_refresh_token")
    assert (device["user_id"], device["client_id"]) == (id, web)
    assert api.devices(id, web, "public_key") == []
    api.remove_device(device["id"])
    assert api.devices(id, web, "rotating_refresh_token") == []


# M-023, MS-004
def test_a_browser_is_signed_out(api, server):
    if not api.has_pages:
        pytest.skip("version 4 has no word for it")
    email, back = server.fresh_mailbox(), "https://localhost:9443/cb"
    params = {"response_type": "code", "redirect_uri": back, "scope": "openid"}
    start = {
        "client_id": server.web["client_id"], "client_secret": server.web["client_secret"],
        "connection": "email", "email": email, "send": "link", "authParams": params,
    }
    assert requests.post(f"{server.base_url}/passwordless/start", json=start, timeout=20).status_code == 200
    server.press_link(server.message_to(email)["link"])
    [user] = api.users_by_email(email)
    [session] = api.sessions(user["user_id"])
    assert api.session(session["id"]) == session
    assert api.keep_with_session(session["id"], {"desk": "4"})["session_metadata"] == {"desk": "4"}
    api.revoke_session(session["id"])
    assert api.sessions(user["user_id"]) == []
    api.revoke_access(user["user_id"], preserve_refresh_tokens=False)


# M-027, M-028
def test_an_api_is_made_granted_and_deleted(api, server):
    identifier = f"https://api.example/{fresh('things')}"
    scopes = [{"value": "read:things", "description": "Read"}]
    made = api.create_api({"name": "Things", "identifier": identifier, "scopes": scopes})
    assert (made["signing_alg"], made["token_lifetime"]) == ("RS256", 86400)
    assert api.api(identifier) == made
    assert api.update_api(made["id"], {"token_lifetime": 60})["token_lifetime"] == 60
    assert [one["name"] for one in api.apis() if one.get("is_system")] == ["Auth0 Management API"]
    client = api.create_client({"name": "Machine", "app_type": "non_interactive"})["client_id"]
    body = {"client_id": client, "audience": identifier, "scope": ["read:things"]}
    grant = api.create_grant(body)
    refused(409, "Conflict", "", api.create_grant, body)
    assert api.client_grants(client_id=client) == [grant]
    assert api.update_grant(grant["id"], {"scope": []})["scope"] == []
    api.remove_client_grant(grant["id"])
    assert api.client_grants(client_id=client) == []
    api.remove_api(made["id"])
    refused(404, "inexistent_resource_server", "", api.api, made["id"])


# M-029, MS-002
def test_the_email_provider_and_the_templates_are_kept(api):
    text = "There is not a configured email provider"
    refused(404, "inexistent_email_provider", text, api.email_provider)
    credentials = {"smtp_host": "mail.example.com", "smtp_port": 587, "smtp_user": "acme"}
    made = api.create_email_provider({
        "name": "smtp", "default_from_address": "codes@acme.example", "credentials": {**credentials, "smtp_pass": "canary"},
    })
    assert (made["credentials"], made["enabled"]) == (credentials, True)
    assert api.email_provider()["credentials"] == credentials
    assert api.update_email_provider({"enabled": False})["enabled"] is False
    api.remove_email_provider()
    refused(404, "inexistent_email_provider", text, api.email_provider)
    refused(404, "inexistent_email_template", "The template does not exist.", api.email_template, "welcome_email")
    template = {
        "template": "welcome_email", "body": "<p>Hi</p>", "from": "a@acme.example", "subject": "Hi",
        "syntax": "liquid", "enabled": True, "urlLifetimeInSeconds": 600, "resultUrl": "https://acme.example/",
    }
    api.create_email_template(template)
    read = api.email_template("welcome_email")
    assert {name: read[name] for name in template} == template
    assert api.update_email_template("welcome_email", {"subject": "Ho"})["subject"] == "Ho"


# M-030
def test_the_phone_provider_and_its_templates_are_kept(api):
    if not api.has_pages:
        pytest.skip("version 4 has no word for it")
    assert api.phone_providers() == []
    provider = api.create_phone_provider({
        "name": "twilio", "credentials": {"auth_token": "canary"},
        "configuration": {"sid": "AC1", "default_from": "+14155550199", "delivery_methods": ["text"]},
    })
    assert "credentials" not in provider
    assert api.update_phone_provider(provider["id"], {"disabled": True})["disabled"] is True
    assert len(api.phone_providers()) == 1
    api.remove_phone_provider(provider["id"])
    content = {"syntax": "liquid", "body": {"text": "{{ code }}", "voice": "{{ code }}"}}
    template = api.create_phone_template({"type": "otp_verify", "disabled": False, "content": content})
    assert api.reset_phone_template(template["id"])["type"] == "otp_verify"
    assert any(one.get("id") == template["id"] for one in api.phone_templates())
    api.remove_phone_template(template["id"])


# M-031
def test_settings_of_the_tenant_are_merged(api):
    written = {
        "friendly_name": "Acme", "support_email": "help@acme.example", "flags": {"enable_sso": True},
        "session_lifetime_in_minutes": 6000, "idle_session_lifetime_in_minutes": 600,
    }
    changed = api.update_tenant(written)
    assert (changed["session_lifetime"], changed["idle_session_lifetime"]) == (100, 10)
    assert changed["flags"]["enable_sso"] is True
    assert api.tenant(fields=["friendly_name"]) == {"friendly_name": "Acme"}
    api.update_tenant({"friendly_name": None, "session_lifetime": 168})
    assert api.tenant()["session_lifetime"] == 168


# M-037, MS-003, MS-005
def test_branding_texts_domains_and_protection_are_kept(api):
    assert api.update_branding({"colors": {"primary": "#0059d6"}})["colors"]["primary"] == "#0059d6"
    assert api.branding()["colors"]["primary"] == "#0059d6"
    assert api.prompts()["universal_login_experience"] in ("new", "classic")
    texts = {"login-passwordless-sms-otp": {"title": "Enter the code"}}
    api.set_custom_text("login-passwordless", "en", texts)
    assert api.custom_text("login-passwordless", "en") == texts
    made = api.create_domain({"domain": "login.acme.example", "type": "self_managed_certs"})
    assert api.domain(made["custom_domain_id"])["domain"] == "login.acme.example"
    assert len(api.domains()) == 1
    api.remove_domain(made["custom_domain_id"])
    assert api.update_brute_force({"max_attempts": 7})["max_attempts"] == 7
    assert api.brute_force()["shields"] == ["block", "user_notification"]
    assert api.ip_throttling()["stage"]["pre-login"]["max_attempts"] > 0
    assert api.breached_passwords()["enabled"] is False
    refused(404, "theme_not_found", "", api.theme)
    refused(404, "inexistent_templates_universal_login", "", api.page_template)


def done(api, id):
    """The job once it is over."""
    for _ in range(500):
        job = api.job(id)
        if job["status"] in ("completed", "failed"):
            return job
    raise AssertionError(f"{id} does not end")


def moved(api):
    options = {"template": "@@password@@"}
    return api.create_connection({"name": fresh("moved"), "strategy": "sms", "options": options})["id"]


# M-035
def test_users_come_in_and_go_out_by_files(api, server):
    connection, number, own = moved(api), server.fresh_number(), fresh("5f7c8ec7c33c6c00")
    records = [{"user_id": f"sms|{own}", "phone_number": number, "name": "Ana"}, {"phone_number": "twelve"}]
    file = io.BytesIO(json.dumps(records).encode())
    started = api.import_users(file, connection_id=connection, external_id="move")
    assert (started["type"], started["connection_id"], started["external_id"]) == ("users_import", connection, "move")
    job = done(api, started["id"])
    assert (job["status"], job["percentage_done"]) == ("completed", 100)
    assert job["summary"] == {"failed": 1, "updated": 0, "inserted": 1, "total": 2}
    assert api.user(f"sms|{own}")["phone_number"] == number
    [wrong] = api.job_errors(started["id"])
    assert (wrong["user"]["phone_number"], wrong["errors"][0]["code"]) == ("twelve", "PATTERN")

    fields = [{"name": "user_id"}, {"name": "phone_number", "export_as": "phone"}]
    started = api.export_users({"connection_id": connection, "format": "json", "fields": fields})
    assert (started["type"], started["format"]) == ("users_export", "json")
    answer = requests.get(done(api, started["id"])["location"], timeout=20)
    lines = gzip.decompress(answer.content).decode().splitlines()
    assert [json.loads(line) for line in lines] == [{"user_id": f"sms|{own}", "phone": number}]


# M-035
def test_no_mail_verifies_an_address_and_no_job_is_made_up(api):
    user = api.create_user({"connection": "email", "email": f"{fresh('ada')}@example.com"})
    started = api.verify_email({"user_id": user["user_id"]})
    assert (started["type"], done(api, started["id"])["status"]) == ("verification_email", "failed")
    refused(404, "inexistent_job", "", api.job, "job_none")


# M-032, M-033
def test_the_log_is_searched_and_read(api, person):
    id, _, _ = person()
    [entry] = api.logs(f'user_id:"{id}" AND type:sepotpft', per_page=10, page=0)
    assert (entry["strategy"], entry["connection"]) == ("sms", "sms")
    assert api.log(entry["log_id"]) == entry
    [sent] = api.logs("type:cs", per_page=1, page=0)
    assert (sent["type"], sent["connection"]) == ("cs", "sms")
    refused(404, "inexistent_log", "", api.log, "0" * 24)
    if not api.has_pages:
        assert isinstance(api.logs_after(entry["log_id"], 5), list)
    client = api.create_client({"name": "Logged"})
    [change] = api.logs("type:sapi", per_page=1, page=0, sort="date:-1")
    assert client["client_secret"] not in json.dumps(change)


# MS-001
def test_a_log_stream_is_made_changed_and_deleted(api):
    sink = {
        "httpEndpoint": "https://logs.example.com/in", "httpAuthorization": "canary",
        "httpContentType": "application/json", "httpContentFormat": "JSONLINES",
    }
    made = api.create_stream({"name": "SIEM", "type": "http", "sink": sink})
    assert made.pop("signing_secret").startswith("whsec_")
    assert (made["sink"], made["status"]) == (sink, "active")
    assert api.stream(made["id"]) == made
    assert api.update_stream(made["id"], {"status": "paused"})["status"] == "paused"
    assert [stream["id"] for stream in api.streams()] == [made["id"]]
    api.remove_stream(made["id"])
    refused(404, "Not Found", "The log stream does not exist.", api.stream, made["id"])


# M-034
def test_who_is_active_is_a_number_and_days_are_counted(api, person):
    person()
    assert api.active_users() >= 1
    assert any(day["logins"] > 0 for day in api.daily_stats(None, None))


# M-038, K-001
def test_what_is_not_here_is_empty_and_cannot_be_written(api):
    assert not any(api.empty_lists())
    assert all(factor["enabled"] is False for factor in api.factors())
    refused(403, "feature_not_enabled", "Roles", api.create_role, "admin")
    api.remove_role("rol_1")
    refused(400, "operation_not_supported", "", api.create_ticket, "sms|1")


# M-004, M-036
def test_signing_keys_take_turns_and_who_turns_them_too_often_is_told_when_to_come_back(api):
    if not api.has_pages:
        pytest.skip("version 4 has no word for it")
    [old] = [key for key in api.keys() if key.get("current")]
    new = api.rotate_key()
    assert new["kid"] != old["kid"]
    assert api.key(old["kid"])["previous"] is True
    with pytest.raises(words.TOO_MANY) as thrown:
        for _ in range(10):
            api.rotate_key()
    assert words.told(thrown.value)[:2] == (429, "too_many_requests")
    assert int(thrown.value.headers["retry-after"]) >= 1
    assert int(thrown.value.headers["x-ratelimit-reset"]) > 0
