"""The calls of the Management API in the words of auth0-python 6, which parses each answer into a model.

A model that lost something on the way is as bad as one that cannot be parsed: each is compared with what
came over the wire."""

import json
import re

import httpx
from auth0.management import ManagementClient
from auth0.management.core.api_error import ApiError
from auth0.management.core.pagination import SyncPager
from auth0.management.errors import TooManyRequestsError

ERRORS = (ApiError,)
TOO_MANY = TooManyRequestsError


def told(thrown):
    """What an error of this SDK says."""
    body = thrown.body if isinstance(thrown.body, dict) else thrown.body.dict()
    return thrown.status_code, body.get("errorCode", body["error"]), body["message"]


def plain(value):
    """A model as JSON has it."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return json.loads(value.json()) if hasattr(value, "json") else value


def lost(wire, model, at="answer"):
    """Where a model differs from what came over the wire; dates are dates in any spelling."""
    if isinstance(wire, dict) and isinstance(model, dict):
        missing = [f"{at}.{name}" for name in wire.keys() ^ model.keys()]
        return missing + [word for name in wire.keys() & model.keys() for word in lost(wire[name], model[name], f"{at}.{name}")]
    if isinstance(wire, list) and isinstance(model, list) and len(wire) == len(model):
        return [word for n, (a, b) in enumerate(zip(wire, model)) for word in lost(a, b, f"{at}[{n}]")]
    is_date = isinstance(wire, str) and re.match(r"\d{4}-\d\d-\d\dT", wire)
    return [] if is_date or wire == model else [f"{at}: {wire!r} became {model!r}"]


def spelled(body):
    """The arguments of this SDK."""
    def snake(name):
        return "from_" if name == "from" else re.sub(r"([A-Z])", lambda letter: f"_{letter[0].lower()}", name)
    return {snake(name): value for name, value in body.items()}


class Api:
    has_pages = True

    def __init__(self, domain, *, client_id=None, client_secret=None, token=None):
        self.wire = None
        hooks = {"response": [self.keep]}
        proof = {"token": token} if token else {"client_id": client_id, "client_secret": client_secret}
        self.m = ManagementClient(domain=domain, httpx_client=httpx.Client(event_hooks=hooks), **proof)

    def keep(self, response):
        response.read()
        self.wire = response.json() if response.content else None

    def one(self, value):
        """A parsed answer, which says what the wire said."""
        model = plain(value)
        assert lost(self.wire, model) == []
        return model

    def items(self, pager):
        """The items of all pages."""
        assert isinstance(pager, SyncPager)
        self.one(pager.response)
        return [plain(item) for item in pager]

    # connections
    def connections(self, **query):
        return self.items(self.m.connections.list(**query))

    def create_connection(self, body):
        return self.one(self.m.connections.create(**body))

    def connection(self, id, fields=None):
        return self.one(self.m.connections.get(id, fields=fields and ",".join(fields)))

    def update_connection(self, id, body):
        return self.one(self.m.connections.update(id, **body))

    def remove_connection(self, id):
        self.m.connections.delete(id)

    def remove_user_of(self, id, email):
        self.m.connections.users.delete_by_email(id, email=email)

    # clients
    def clients(self, **query):
        return self.items(self.m.clients.list(**query))

    def create_client(self, body):
        return self.one(self.m.clients.create(**body))

    def client(self, id):
        return self.one(self.m.clients.get(id))

    def update_client(self, id, body):
        return self.one(self.m.clients.update(id, **body))

    def remove_client(self, id):
        self.m.clients.delete(id)

    def rotate_secret(self, id):
        return self.one(self.m.clients.rotate_secret(id))

    def credentials(self, id):
        return self.one(self.m.clients.credentials.list(id))

    def add_credential(self, id, body):
        return self.one(self.m.clients.credentials.create(id, **body))

    def remove_credential(self, id, key):
        self.m.clients.credentials.delete(id, key)

    # jobs
    def import_users(self, file, **body):
        return self.one(self.m.jobs.users_imports.create(users=file, **body))

    def export_users(self, body):
        return self.one(self.m.jobs.users_exports.create(**body))

    def verify_email(self, body):
        return self.one(self.m.jobs.verification_email.create(**body))

    def job(self, id):
        return self.one(self.m.jobs.get(id))

    def job_errors(self, id):
        return self.one(self.m.jobs.errors.get(id))

    # users
    def users(self, **query):
        return self.items(self.m.users.list(**query))

    def total(self, **query):
        return self.m.users.list(**query).response.total

    def create_user(self, body):
        return self.one(self.m.users.create(**body))

    def user(self, id, fields=None):
        return self.one(self.m.users.get(id, fields=fields and ",".join(fields)))

    def update_user(self, id, body):
        return self.one(self.m.users.update(id, **body))

    def remove_user(self, id):
        self.m.users.delete(id)

    def users_by_email(self, email):
        return self.one(self.m.users.list_users_by_email(email=email))

    def link(self, id, body):
        return self.one(self.m.users.identities.link(id, **body))

    def unlink(self, id, provider, user_id):
        return self.one(self.m.users.identities.delete(id, provider, user_id))

    def methods(self, id):
        return self.items(self.m.users.authentication_methods.list(id))

    def method(self, id, method):
        return self.one(self.m.users.authentication_methods.get(id, method))

    def remove_methods(self, id):
        self.m.users.authentication_methods.delete_all(id)

    def logs_of(self, id):
        return self.items(self.m.users.logs.list(id))

    def empty_lists_of(self, id):
        users = self.m.users
        lists = [users.roles.list(id), users.permissions.list(id), users.organizations.list(id)]
        return [*map(list, lists), self.one(users.enrollments.get(id))]

    def blocks(self, identifier):
        return self.one(self.m.user_blocks.list_by_identifier(identifier=identifier))

    def unblock(self, identifier):
        self.m.user_blocks.delete_by_identifier(identifier=identifier)

    def blocks_of(self, id):
        return self.one(self.m.user_blocks.list(id))

    def unblock_user(self, id):
        self.m.user_blocks.delete(id)

    def devices(self, user_id, client_id, type):
        return self.items(self.m.device_credentials.list(user_id=user_id, client_id=client_id, type=type))

    def remove_device(self, id):
        self.m.device_credentials.delete(id)

    def grants(self, **query):
        return self.items(self.m.user_grants.list(**query))

    def remove_grant(self, id):
        self.m.user_grants.delete(id)

    def sessions(self, id):
        return self.items(self.m.users.sessions.list(id))

    def session(self, id):
        return self.one(self.m.sessions.get(id))

    def keep_with_session(self, id, metadata):
        return self.one(self.m.sessions.update(id, session_metadata=metadata))

    def revoke_session(self, id):
        self.m.sessions.revoke(id)

    def refresh_tokens(self, id):
        return self.items(self.m.users.refresh_token.list(id))

    def refresh_token(self, id):
        return self.one(self.m.refresh_tokens.get(id))

    def revoke_refresh_token(self, id):
        self.m.refresh_tokens.delete(id)

    def revoke_access(self, id, **more):
        self.m.users.revoke_access(id, **more)

    # APIs
    def apis(self):
        return self.items(self.m.resource_servers.list())

    def create_api(self, body):
        return self.one(self.m.resource_servers.create(**body))

    def api(self, id):
        return self.one(self.m.resource_servers.get(id))

    def update_api(self, id, body):
        return self.one(self.m.resource_servers.update(id, **body))

    def remove_api(self, id):
        self.m.resource_servers.delete(id)

    def client_grants(self, **query):
        return self.items(self.m.client_grants.list(**query))

    def create_grant(self, body):
        return self.one(self.m.client_grants.create(**body))

    def update_grant(self, id, body):
        return self.one(self.m.client_grants.update(id, **body))

    def remove_client_grant(self, id):
        self.m.client_grants.delete(id)

    # messages
    def email_provider(self):
        return self.one(self.m.emails.provider.get())

    def create_email_provider(self, body):
        return self.one(self.m.emails.provider.create(**body))

    def update_email_provider(self, body):
        return self.one(self.m.emails.provider.update(**body))

    def remove_email_provider(self):
        self.m.emails.provider.delete()

    def email_template(self, name):
        return self.one(self.m.email_templates.get(name))

    def create_email_template(self, body):
        return self.one(self.m.email_templates.create(**spelled(body)))

    def update_email_template(self, name, body):
        return self.one(self.m.email_templates.update(name, **spelled(body)))

    def phone_providers(self):
        return self.one(self.m.branding.phone.providers.list())["providers"]

    def create_phone_provider(self, body):
        return self.one(self.m.branding.phone.providers.create(**body))

    def update_phone_provider(self, id, body):
        return self.one(self.m.branding.phone.providers.update(id, **body))

    def remove_phone_provider(self, id):
        self.m.branding.phone.providers.delete(id)

    def phone_templates(self):
        return self.one(self.m.branding.phone.templates.list())["templates"]

    def create_phone_template(self, body):
        return self.one(self.m.branding.phone.templates.create(**body))

    def reset_phone_template(self, id):
        return self.one(self.m.branding.phone.templates.reset(id, request={}))

    def remove_phone_template(self, id):
        self.m.branding.phone.templates.delete(id)

    # the tenant
    def tenant(self, fields=None):
        return self.one(self.m.tenants.settings.get(fields=fields and ",".join(fields)))

    def update_tenant(self, body):
        return self.one(self.m.tenants.settings.update(**body))

    def branding(self):
        return self.one(self.m.branding.get())

    def update_branding(self, body):
        return self.one(self.m.branding.update(**body))

    def theme(self):
        return self.one(self.m.branding.themes.get_default())

    def page_template(self):
        return self.one(self.m.branding.templates.get_universal_login())

    def prompts(self):
        return self.one(self.m.prompts.get_settings())

    def custom_text(self, prompt, language):
        return self.one(self.m.prompts.custom_text.get(prompt, language))

    def set_custom_text(self, prompt, language, body):
        self.m.prompts.custom_text.set(prompt, language, request=body)

    def domains(self):
        return self.one(self.m.custom_domains.list())

    def create_domain(self, body):
        return self.one(self.m.custom_domains.create(**body))

    def domain(self, id):
        return self.one(self.m.custom_domains.get(id))

    def remove_domain(self, id):
        self.m.custom_domains.delete(id)

    def brute_force(self):
        return self.one(self.m.attack_protection.brute_force_protection.get())

    def update_brute_force(self, body):
        return self.one(self.m.attack_protection.brute_force_protection.update(**body))

    def ip_throttling(self):
        return self.one(self.m.attack_protection.suspicious_ip_throttling.get())

    def breached_passwords(self):
        return self.one(self.m.attack_protection.breached_password_detection.get())

    def keys(self):
        return self.one(self.m.keys.signing.list())

    def rotate_key(self):
        return self.one(self.m.keys.signing.rotate(request_options={"max_retries": 0}))

    def key(self, kid):
        return self.one(self.m.keys.signing.get(kid))

    # what happened
    def logs(self, search, **query):
        pager = self.m.logs.list(search=search, **query)
        self.one(pager.response)
        return plain(pager.items)

    def log(self, id):
        return self.one(self.m.logs.get(id))

    def streams(self):
        return self.one(self.m.log_streams.list())

    def create_stream(self, body):
        return self.one(self.m.log_streams.create(request=body))

    def stream(self, id):
        return self.one(self.m.log_streams.get(id))

    def update_stream(self, id, body):
        return self.one(self.m.log_streams.update(id, **body))

    def remove_stream(self, id):
        self.m.log_streams.delete(id)

    def active_users(self):
        return self.m.stats.get_active_users_count()

    def daily_stats(self, start, end):
        return self.one(self.m.stats.get_daily(from_=start, to=end))

    # what is not here
    def empty_lists(self):
        m = self.m
        return [list(m.rules.list()), list(m.roles.list()), list(m.organizations.list()), list(m.actions.list()),
                list(m.forms.list()), list(m.flows.list()), list(m.network_acls.list()),
                list(m.user_attribute_profiles.list()), list(m.connection_profiles.list()),
                list(m.token_exchange_profiles.list()), list(m.self_service_profiles.list())]

    def factors(self):
        return self.one(self.m.guardian.factors.list())

    def create_role(self, name):
        return self.m.roles.create(name=name)

    def remove_role(self, id):
        self.m.roles.delete(id)

    def create_ticket(self, user_id):
        return self.m.tickets.change_password(user_id=user_id)
