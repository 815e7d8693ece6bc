// The npm package auth0-deploy-cli, unmodified: it exports a whole tenant, and imports its own export
// without changing a thing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  assert.deepEqual(WIPED.filter((name) => tenant[name]?.length > 1), [], 'left behind');
  assert.deepEqual(tenant.connections ?? [], []);
}

// M-037, M-039, M-040
for (const [what, ...more] of [['with ids', '--export_ids', 'true'], ['without ids']]) {
  test(`an export ${what} that is imported into an emptied tenant is exported as it was`, async () => {
    const before = await exported(`kept ${what}`, ...more);
    await wipe();
    assert.match(await deploy('import', '--input_file', before.file), /Import Successful/);
    const after = await exported(`back ${what}`, ...more);
    assert.deepEqual(after.tenant, before.tenant);
    assert.equal(after.text, before.text);
  });
}
