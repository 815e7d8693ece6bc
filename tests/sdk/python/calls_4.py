"""The calls of the Management API in the words of auth0-python 4, which answers with what JSON says."""

from urllib.parse import quote

from auth0.authentication import GetToken
from auth0.exceptions import Auth0Error, RateLimitError
from auth0.management import Auth0

ERRORS = (Auth0Error,)
TOO_MANY = RateLimitError


def told(thrown):
    """What an error of this SDK says."""
    return thrown.status_code, thrown.error_code, thrown.message


class Api:
    has_pages = False

    def __init__(self, domain, *, client_id=None, client_secret=None, key=None, token=None):
        if token is None:
            proof = {"client_assertion_signing_key": key} if key else {"client_secret": client_secret}
            tokens = GetToken(domain, client_id, **proof)
            token = tokens.client_credentials(f"https://{domain}/api/v2/")["access_token"]
        self.m = Auth0(domain, token)

    # connections
    def connections(self, **query):
        return self.m.connections.all(**query)

    def create_connection(self, body):
        return self.m.connections.create(body)

    def connection(self, id, fields=None):
        return self.m.connections.get(id, fields=fields)

    def update_connection(self, id, body):
        return self.m.connections.update(id, body)

    def remove_connection(self, id):
        return self.m.connections.delete(id)

    def remove_user_of(self, id, email):
        return self.m.connections.delete_user_by_email(id, email)

    # clients
    def clients(self, **query):
        return self.m.clients.all(extra_params=query)

    def create_client(self, body):
        return self.m.clients.create(body)

    def client(self, id):
        return self.m.clients.get(id)

    def update_client(self, id, body):
        return self.m.clients.update(id, body)

    def remove_client(self, id):
        return self.m.clients.delete(id)

    def rotate_secret(self, id):
        return self.m.clients.rotate_secret(id)

    def credentials(self, id):
        return self.m.client_credentials.all(id)

    def add_credential(self, id, body):
        return self.m.client_credentials.create(id, body)

    def remove_credential(self, id, key):
        return self.m.client_credentials.delete(id, key)

    # jobs
    def import_users(self, file, **body):
        return self.m.jobs.import_users(file_obj=file, **body)

    def export_users(self, body):
        return self.m.jobs.export_users(body)

    def verify_email(self, body):
        return self.m.jobs.send_verification_email(body)

    def job(self, id):
        return self.m.jobs.get(id)

    def job_errors(self, id):
        return self.m.jobs.get_failed_job(id)

    # users
    def users(self, **query):
        answer = self.m.users.list(**{"per_page": 50, "include_totals": True, **query})
        return answer["users"]

    def total(self, **query):
        return self.m.users.list(**query)["total"]

    def create_user(self, body):
        return self.m.users.create(body)

    def user(self, id, fields=None):
        return self.m.users.get(id, fields=fields)

    def update_user(self, id, body):
        return self.m.users.update(id, body)

    def remove_user(self, id):
        return self.m.users.delete(id)

    def users_by_email(self, email):
        return self.m.users_by_email.search_users_by_email(email)

    def link(self, id, body):
        return self.m.users.link_user_account(id, body)

    def unlink(self, id, provider, user_id):
        return self.m.users.unlink_user_account(id, provider, user_id)

    def methods(self, id):
        return self.m.users.get_authentication_methods(id)

    def method(self, id, method):
        return self.m.users.get_authentication_method_by_id(id, method)

    def remove_methods(self, id):
        return self.m.users.delete_authentication_methods(id)

    def logs_of(self, id):
        return self.m.users.get_log_events(id, per_page=50, include_totals=True)["logs"]

    def empty_lists_of(self, id):
        users = self.m.users
        return [users.list_roles(id)["roles"], users.list_permissions(id)["permissions"],
                users.list_organizations(id)["organizations"], users.get_guardian_enrollments(id)]

    def blocks(self, identifier):
        return self.m.user_blocks.get_by_identifier(identifier)

    def unblock(self, identifier):
        return self.m.user_blocks.unblock_by_identifier(identifier)

    def blocks_of(self, id):
        return self.m.user_blocks.get(id)

    def unblock_user(self, id):
        return self.m.user_blocks.unblock(id)

    def devices(self, user_id, client_id, type):
        return self.m.device_credentials.get(user_id, client_id, type, include_totals=True)["device_credentials"]

    def remove_device(self, id):
        return self.m.device_credentials.delete(id)

    def grants(self, **query):
        return self.m.grants.all(include_totals=True, extra_params=query)["grants"]

    def remove_grant(self, id):
        return self.m.grants.delete(id)

    # APIs
    def apis(self):
        return self.m.resource_servers.get_all(include_totals=True)["resource_servers"]

    def create_api(self, body):
        return self.m.resource_servers.create(body)

    def api(self, id):
        # This version leaves the encoding of an identifier to its caller.
        return self.m.resource_servers.get(quote(id, safe=""))

    def update_api(self, id, body):
        return self.m.resource_servers.update(id, body)

    def remove_api(self, id):
        return self.m.resource_servers.delete(id)

    def client_grants(self, **query):
        return self.m.client_grants.all(include_totals=True, **query)["client_grants"]

    def create_grant(self, body):
        return self.m.client_grants.create(body)

    def update_grant(self, id, body):
        return self.m.client_grants.update(id, body)

    def remove_client_grant(self, id):
        return self.m.client_grants.delete(id)

    # messages
    def email_provider(self):
        return self.m.emails.get()

    def create_email_provider(self, body):
        return self.m.emails.config(body)

    def update_email_provider(self, body):
        return self.m.emails.update(body)

    def remove_email_provider(self):
        return self.m.emails.delete()

    def email_template(self, name):
        return self.m.email_templates.get(name)

    def create_email_template(self, body):
        return self.m.email_templates.create(body)

    def update_email_template(self, name, body):
        return self.m.email_templates.update(name, body)

    # the tenant
    def tenant(self, fields=None):
        return self.m.tenants.get(fields=fields)

    def update_tenant(self, body):
        return self.m.tenants.update(body)

    def branding(self):
        return self.m.branding.get()

    def update_branding(self, body):
        return self.m.branding.update(body)

    def theme(self):
        return self.m.branding.get_default_branding_theme()

    def page_template(self):
        return self.m.branding.get_template_universal_login()

    def prompts(self):
        return self.m.prompts.get()

    def custom_text(self, prompt, language):
        return self.m.prompts.get_custom_text(prompt, language)

    def set_custom_text(self, prompt, language, body):
        return self.m.prompts.update_custom_text(prompt, language, body)

    def domains(self):
        return self.m.custom_domains.all()

    def create_domain(self, body):
        return self.m.custom_domains.create_new(body)

    def domain(self, id):
        return self.m.custom_domains.get(id)

    def remove_domain(self, id):
        return self.m.custom_domains.delete(id)

    def brute_force(self):
        return self.m.attack_protection.get_brute_force_protection()

    def update_brute_force(self, body):
        return self.m.attack_protection.update_brute_force_protection(body)

    def ip_throttling(self):
        return self.m.attack_protection.get_suspicious_ip_throttling()

    def breached_passwords(self):
        return self.m.attack_protection.get_breached_password_detection()

    # what happened
    def logs(self, search, **query):
        return self.m.logs.search(q=search, include_totals=True, **query)["logs"]

    def log(self, id):
        return self.m.logs.get(id)

    def logs_after(self, id, take):
        return self.m.logs.search(from_param=id, take=take)

    def streams(self):
        return self.m.log_streams.list()

    def create_stream(self, body):
        return self.m.log_streams.create(body)

    def stream(self, id):
        return self.m.log_streams.get(id)

    def update_stream(self, id, body):
        return self.m.log_streams.update(id, body)

    def remove_stream(self, id):
        return self.m.log_streams.delete(id)

    def active_users(self):
        return self.m.stats.active_users()

    def daily_stats(self, start, end):
        return self.m.stats.daily_stats(start, end)

    # what is not here
    def empty_lists(self):
        return [self.m.rules.all(), self.m.roles.list()["roles"],
                self.m.organizations.all_organizations()["organizations"], self.m.actions.get_actions()["actions"]]

    def factors(self):
        return self.m.guardian.all_factors()

    def create_role(self, name):
        return self.m.roles.create({"name": name})

    def remove_role(self, id):
        return self.m.roles.delete(id)

    def create_ticket(self, user_id):
        return self.m.tickets.create_pswd_change({"user_id": user_id})
