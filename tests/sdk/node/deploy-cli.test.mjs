// The npm package auth0-deploy-cli, unmodified: it exports a whole tenant, and imports its own export
// without changing a thing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { domain, facts } from './support/server.mjs';

const tool = fileURLToPath(new URL('./node_modules/auth0-deploy-cli/lib/index.js', import.meta.url));
/** As the tool itself reads what it writes. */
const { load } = createRequire(tool)('js-yaml');
const folder = mkdtempSync(join(tmpdir(), 'latchkey-deploy-'));
after(() => rmSync(folder, { recursive: true }));

const { client_id: id, client_secret: secret } = facts.clients.m2m;

/** The tool leaves marks in the place of secrets, and fills them in. */
const SECRETS = {
  SMTP_USER: 'acme',
  SMTP_PASS: 'canary',
  TWILIO_AUTH_TOKEN: 'canary',
  LOGSTREAMS_HTTP_SECRET: 'canary',
};

/** Runs the tool; what it says. */
const deploy = (...command) => deployWith({}, ...command);

async function deployWith(more, ...command) {
  const env = {
    ...process.env,
    ...more,
    AUTH0_DOMAIN: domain,
    AUTH0_CLIENT_ID: id,
    AUTH0_CLIENT_SECRET: secret,
    AUTH0_KEYWORD_REPLACE_MAPPINGS: JSON.stringify(SECRETS),
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [tool, ...command], { env });
  return stdout + stderr;
}

/** The tenant as the tool writes it down. */
async function exported(name, ...more) {
  const into = join(folder, name);
  const said = await deploy('export', '--format', 'yaml', '--output_folder', into, ...more);
  assert.match(said, /Export Successful/);
  const file = join(into, 'tenant.yaml');
  const text = readFileSync(file, 'utf8');
  return { file, text, tenant: load(text) };
}

const tokens = new Map();

/** A token with these scopes, or with all that the client has. */
async function tokenFor(scope) {
  if (!tokens.has(scope)) {
    const answer = await fetch(new URL('/oauth/token', facts.base_url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: secret,
        audience: facts.management_audience,
        scope,
      }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    tokens.set(scope, (await answer.json()).access_token);
  }
  return tokens.get(scope);
}

/** Calls the Management API beside the tool. */
async function call(method, path, body, scope) {
  const token = await tokenFor(scope);
  const answer = await fetch(new URL(`/api/v2${path}`, facts.base_url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path} ${answer.status} ${await answer.clone().text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

// M-038
test('a fresh tenant is exported to the end', async () => {
  const { tenant } = await exported('fresh');
  assert.ok(tenant.clients.some(({ name }) => name === 'Demo page'));
  assert.deepEqual(tenant.databases ?? [], []);
  assert.deepEqual(tenant.connections.map(({ name }) => name).sort(), ['email', 'sms']);
});

// M-029, M-030, M-031, M-037, MS-001, MS-002, MS-003
test('what was set is in the export, and no secret', async () => {
  await call('PATCH', '/tenants/settings', { friendly_name: 'Acme', flags: { enable_sso: true } });
  await call('POST', '/emails/provider', {
    name: 'smtp',
    default_from_address: 'codes@acme.example',
    credentials: { smtp_host: 'mail.example.com', smtp_port: 587, smtp_user: 'acme', smtp_pass: 'canary' },
  });
  await call('POST', '/branding/phone/providers', {
    name: 'twilio',
    configuration: { sid: 'AC1', default_from: '+14155550199', delivery_methods: ['text'] },
    credentials: { auth_token: 'canary' },
  });
  await call('POST', '/email-templates', { template: 'verify_email', subject: 'Hi', body: 'x', syntax: 'liquid' });
  await call('PATCH', '/branding', { colors: { primary: '#0059d6' } });
  await call('PATCH', '/attack-protection/brute-force-protection', { max_attempts: 7 });
  await call('POST', '/log-streams', {
    name: 'SIEM',
    type: 'http',
    sink: {
      httpEndpoint: 'https://logs.example.com/in',
      httpAuthorization: 'canary',
      httpContentType: 'application/json',
      httpContentFormat: 'JSONLINES',
    },
  });
  await call('POST', '/custom-domains', { domain: 'login.acme.example', type: 'self_managed_certs' });
  await call('PUT', '/prompts/login-passwordless/custom-text/en', {
    'login-passwordless-sms-otp': { title: 'Enter the code' },
  });
  const { text } = await exported('set');
  for (const part of ['Acme', 'mail.example.com', '0059d6', 'max_attempts: 7', 'AC1', 'logs.example.com']) {
    assert.ok(text.includes(part), `${part} is missing:\n${text}`);
  }
  assert.ok(!text.includes('canary'), text);
  // The tool masks what it knows to be secret: this is what the server itself says.
  const raw = async (path, scope) => JSON.stringify(await call('GET', path, undefined, scope));
  for (const [path, scope, part] of [
    ['/emails/provider', undefined, 'mail.example.com'],
    ['/branding/phone/providers', undefined, 'AC1'],
    ['/log-streams', 'read:log_streams', 'logs.example.com'],
  ]) {
    const answer = await raw(path, scope);
    assert.ok(answer.includes(part), `${path} ${answer}`);
    assert.ok(!answer.includes('canary'), `${path} ${answer}`);
  }
  assert.ok((await raw('/log-streams')).includes('canary'), 'tools that deploy read the secrets of streams');
});

// M-039, M-040
test('an export with ids that is imported twice changes nothing', async () => {
  const before = await exported('before', '--export_ids', 'true');
  assert.ok(before.tenant.clients.every((client) => client.client_id));
  for (const run of ['first', 'second']) {
    assert.match(await deploy('import', '--input_file', before.file), /Import Successful/);
    assert.deepEqual((await exported(run, '--export_ids', 'true')).tenant, before.tenant, `${run} import`);
  }
});

/** What the tool deletes where it may, once its lists are empty. Its own client and the API that it calls stay. */
const WIPED = ['clientGrants', 'clients', 'connections', 'customDomains', 'logStreams', 'phoneProviders', 'resourceServers'];

/** Has the tool itself delete all that it can; the rest goes beside it. */
async function wipe() {
  const file = join(folder, 'empty.yaml');
  writeFileSync(file, WIPED.map((name) => `${name}: []\n`).join(''));
  const said = await deployWith({ AUTH0_ALLOW_DELETE: 'true' }, 'import', '--input_file', file);
  assert.match(said, /Import Successful/);
  await call('DELETE', '/emails/provider');
  const { tenant } = await exported('wiped');
  const most = { clients: 1, resourceServers: 1, clientGrants: 1 };
  assert.deepEqual(WIPED.filter((name) => (tenant[name]?.length ?? 0) > (most[name] ?? 0)), [], 'left behind');
}

/** Without the ids that the tool writes down and never sends: those of clients, connections and APIs it does send. */
function comparable({ customDomains, logStreams, clientGrants, ...tenant }) {
  return {
    ...tenant,
    // The tool makes grants side by side: their order is chance.
    clientGrants: clientGrants?.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
    customDomains: customDomains?.map(({ custom_domain_id: _, ...domain }) => domain),
    logStreams: logStreams?.map(({ id: _, ...stream }) => stream),
  };
}

// M-037, M-039, M-040
for (const [what, ...more] of [['with ids', '--export_ids', 'true'], ['without ids']]) {
  test(`an export ${what} that is imported into an emptied tenant is exported as it was`, async () => {
    const before = await exported(`kept ${what}`, ...more);
    await wipe();
    assert.match(await deploy('import', '--input_file', before.file), /Import Successful/);
    const after = await exported(`back ${what}`, ...more);
    assert.deepEqual(comparable(after.tenant), comparable(before.tenant));
  });
}

/** A tenant as the tool writes it of Auth0: with much that is nowhere here, and placeholders where secrets were. */
const OF_AUTH0 = `
rules: []
pages:
  - enabled: true
    html: <html>Universal login</html>
    name: login
actions:
  - name: Add roles
    code: exports.onExecutePostLogin = async () => {};
    runtime: node22
    status: built
    dependencies: []
    secrets: []
    supported_triggers: [{ id: post-login, version: v3 }]
    deployed: true
roles:
  - name: Editor
    permissions: []
organizations:
  - name: acme
    display_name: Acme
databases:
  - id: con_Wq5kYhR0v1gWQ3aB
    name: Username-Password-Authentication
    strategy: auth0
    enabled_clients: [Acme for iOS]
    is_domain_connection: false
    options: { passwordPolicy: good, mfa: { active: true, return_enroll_settings: true }, brute_force_protection: true }
clients:
  - client_id: Kf3pQ7rVv0mN2xYzT8sWb1cD4eG6hJ9L
    name: Acme for iOS
    app_type: native
    callbacks: ['acme://tenant.auth0.com/ios/com.acme.app/callback']
    grant_types: [authorization_code, refresh_token, 'http://auth0.com/oauth/grant-type/passwordless/otp']
    oidc_conformant: true
    is_first_party: true
    sso_disabled: false
    cross_origin_authentication: false
    custom_login_page_on: true
    jwt_configuration: { alg: RS256, lifetime_in_seconds: 36000, secret_encoded: false }
    native_social_login: { apple: { enabled: false }, facebook: { enabled: false } }
    refresh_token: { expiration_type: expiring, leeway: 0, token_lifetime: 2592000, idle_token_lifetime: 1296000, infinite_token_lifetime: false, infinite_idle_token_lifetime: false, rotation_type: rotating }
    token_endpoint_auth_method: none
resourceServers:
  - id: 64b1f0c2a7d3e5f6a8b9c0d1
    name: Invoices
    identifier: https://invoices.acme.example/
    allow_offline_access: true
    scopes: [{ value: 'read:invoices', description: See invoices }]
    signing_alg: RS256
    skip_consent_for_verifiable_first_party_clients: true
    token_dialect: access_token
    token_lifetime: 86400
    token_lifetime_for_web: 7200
  - name: Auth0 My Account API
    identifier: https://acme.auth0.com/me/
    is_system: true
clientGrants:
  - client_id: Acme for iOS
    audience: https://acme.auth0.com/api/v2/
    scope: ['read:users']
logStreams:
  - name: Datadog
    type: datadog
    sink: { datadogApiKey: '##LOGSTREAMS_DATADOG_SECRET##', datadogRegion: eu }
connections:
  - id: con_8FhYx2LbQnT5vKdR
    name: sms
    strategy: sms
    display_name: sms
    is_domain_connection: false
    enabled_clients: [Acme for iOS]
    options:
      name: sms
      from: '+14155550199'
      syntax: md_with_macros
      template: 'Your code for Acme is: @@password@@'
      totp: { length: 6, time_step: 180 }
      provider: twilio
      twilio_sid: AC00000000000000000000000000000001
      twilio_token: '##TWILIO_AUTH_TOKEN##'
      brute_force_protection: true
      disable_signup: false
  - id: con_3GmJt9PcRwU6xNeS
    name: email
    strategy: email
    is_domain_connection: false
    enabled_clients: [Acme for iOS]
    options:
      name: email
      email:
        from: Acme <codes@acme.example>
        subject: Welcome to {{ application.name }}
        body: email.html
        syntax: liquid
      totp: { length: 6, time_step: 300 }
      brute_force_protection: true
      disable_signup: false
tenant:
  friendly_name: Acme
  default_directory: ''
  enabled_locales: [en, de]
  session_lifetime: 168
  idle_session_lifetime: 72
  sandbox_version: '22'
  flags: { allow_changing_enable_sso: false, disable_impersonation: true, enable_sso: true, revoke_refresh_token_grant: false }
attackProtection:
  botDetection: { bot_detection_level: low, challenge_password_policy: never, challenge_passwordless_policy: when_risky, allowlist: [], monitoring_mode_enabled: false }
  captcha: { active_provider_id: auth_challenge, auth_challenge: { fail_open: false } }
  bruteForceProtection: { enabled: true, shields: [block, user_notification], mode: count_per_identifier_and_ip, allowlist: [], max_attempts: 10 }
  suspiciousIpThrottling:
    enabled: true
    shields: [admin_notification, block]
    allowlist: []
    stage: { pre-login: { max_attempts: 100, rate: 864000 }, pre-user-registration: { max_attempts: 50, rate: 1200 } }
`;

// M-040
test('a tenant of Auth0 moves in with its ids, and what is not here stops nothing', async () => {
  await wipe();
  const file = join(folder, 'of-auth0.yaml');
  // The tool keeps the text of mails in a file of its own.
  mkdirSync(join(folder, 'connections'));
  writeFileSync(join(folder, 'connections', 'email.html'), '<p>Your code is {{ code }}.</p>');
  const report = await call('POST', '/migrate/dry-run', load(OF_AUTH0));
  const left = report.ignored.map(({ type }) => type).sort();
  assert.deepEqual(left, [
    'actions', 'attackProtection', 'attackProtection', 'clientGrants', 'logStreams', 'organizations', 'pages', 'resourceServers', 'roles',
  ]);
  // As docs/guide/moving-users.md says: what is left of the file is one that the tool takes.
  writeFileSync(file, JSON.stringify(report.tenant));
  assert.match(await deploy('import', '--input_file', file), /Import Successful/);
  const { client_id, name, callbacks } = await call('GET', '/clients/Kf3pQ7rVv0mN2xYzT8sWb1cD4eG6hJ9L');
  assert.deepEqual([client_id, name, callbacks], ['Kf3pQ7rVv0mN2xYzT8sWb1cD4eG6hJ9L', 'Acme for iOS', ['acme://tenant.auth0.com/ios/com.acme.app/callback']]);
  const sms = await call('GET', '/connections/con_8FhYx2LbQnT5vKdR');
  assert.deepEqual([sms.name, sms.options.twilio_token, sms.options.template], ['sms', 'canary', 'Your code for Acme is: @@password@@']);
  const { clients } = await call('GET', '/connections/con_8FhYx2LbQnT5vKdR/clients');
  assert.deepEqual(clients.map((one) => one.client_id), [client_id]);
  const email = await call('GET', '/connections/con_3GmJt9PcRwU6xNeS');
  assert.equal(email.options.email.body, '<p>Your code is {{ code }}.</p>');
  assert.equal((await call('GET', '/resource-servers/64b1f0c2a7d3e5f6a8b9c0d1')).identifier, 'https://invoices.acme.example/');
  assert.equal((await call('GET', '/attack-protection/brute-force-protection')).max_attempts, 10);
});
