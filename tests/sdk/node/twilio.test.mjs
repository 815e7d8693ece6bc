// The Twilio sender of the built binary against Twilio's own published API description, behind a mock
// that refuses what the description does not allow. Twilio's error answers are not in the description:
// the door in front of the mock gives them.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { variable } from './support/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const description = process.env.LATCHKEY_TWILIO_API ?? resolve(here, '../../../../shared/data/twilio_api_v2010.json');
const SID = 'AC' + '0123456789abcdef'.repeat(2);
const MESSAGING_SERVICE = 'MG' + '0123456789abcdef'.repeat(2);
const TOKEN = 'not-a-real-token';
const REFUSED = '+14155550121';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-twilio-'));
const running = [];
/** What came through the door: form, headers, and the mock's verdict. */
const calls = [];
let base;

function freePort() {
  return new Promise((done) => {
    const probe = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function answers(url) {
  for (let n = 0; n < 300; n += 1) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((go) => setTimeout(go, 100));
    }
  }
  throw new Error(`${url} does not answer`);
}

function launch(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'ignore', ...options });
  running.push(child);
  return child;
}

/** The door: Twilio's errors for the numbers that have one, everything else to the mock. */
function door(mock) {
  return createServer((incoming, outgoing) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      const form = new URLSearchParams(body.toString());
      const call = { method: incoming.method, path: incoming.url, headers: incoming.headers, form };
      calls.push(call);
      if (form.get('To') === REFUSED) {
        call.status = 400;
        outgoing.writeHead(400, { 'content-type': 'application/json' });
        const message = `The 'To' number ${REFUSED} is not a valid phone number.`;
        outgoing.end(JSON.stringify({ code: 21211, message, more_info: 'https://www.twilio.com/docs/errors/21211', status: 400 }));
        return;
      }
      const on = request(
        { host: '127.0.0.1', port: mock, method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          call.status = answer.statusCode;
          call.violations = answer.headers['sl-violations'];
          outgoing.writeHead(answer.statusCode, answer.headers);
          answer.pipe(outgoing);
        },
      );
      on.end(body);
    });
  });
}

function cli(...args) {
  return execFileSync(variable('LATCHKEY_BINARY'), [...args, '--config', join(folder, 'latchkey.toml')], {
    encoding: 'utf8',
    cwd: folder,
  });
}

async function start(connection, phone) {
  const body = { client_id: 'app', connection, phone_number: phone, send: 'code' };
  const answer = await fetch(`${base}/passwordless/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

before(async () => {
  assert.ok(existsSync(description), `${description} is missing: set LATCHKEY_TWILIO_API to Twilio's twilio_api_v2010.json`);
  const [mock, own] = [await freePort(), await freePort()];
  launch(process.execPath, [join(here, 'node_modules/@stoplight/prism-cli/dist/index.js'), 'mock', '--errors', '-h', '127.0.0.1', '-p', String(mock), description]);
  const front = door(mock).listen(0, '127.0.0.1');
  running.push({ kill: () => front.close() });
  await new Promise((go) => front.once('listening', go));
  base = `http://127.0.0.1:${own}`;
  writeFileSync(
    join(folder, 'latchkey.toml'),
    `[server]\nlisten = "127.0.0.1:${own}"\n[delivery]\ntwilio_base_url = "http://127.0.0.1:${front.address().port}"\n`,
  );
  writeFileSync(join(folder, 'token'), TOKEN);
  cli('clients', 'create', 'app', '--type', 'native', '--name', 'App');
  const twilio = ['--option', 'provider=twilio', '--option', `twilio_sid=${SID}`, '--secret-file', `twilio_token=${join(folder, 'token')}`, '--client', 'app'];
  cli('connections', 'create', 'sms', '--strategy', 'sms', ...twilio, '--option', 'from=+15005550006');
  cli('connections', 'create', 'sms-service', '--strategy', 'sms', ...twilio, '--option', `messaging_service_sid=${MESSAGING_SERVICE}`);
  launch(variable('LATCHKEY_BINARY'), ['serve', '--config', join(folder, 'latchkey.toml')], { cwd: folder });
  await Promise.all([answers(`http://127.0.0.1:${mock}/`), answers(`${base}/readyz`)]);
});

after(() => {
  for (const child of running) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** P-190 */
test('a message from a number is what the description allows', async () => {
  const { status } = await start('sms', '+14155550111');
  assert.equal(status, 200);
  const call = calls.at(-1);
  assert.deepEqual([call.status, call.violations], [201, undefined]);
  assert.equal(call.path, `/2010-04-01/Accounts/${SID}/Messages.json`);
  assert.equal(call.headers.authorization, `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`);
  assert.deepEqual([...call.form.keys()].sort(), ['Body', 'From', 'To']);
  assert.match(call.form.get('Body'), /^Your verification code is: \d{6}$/);
});

/** P-190 */
test('a messaging service takes the place of the number', async () => {
  const { status } = await start('sms-service', '+14155550112');
  assert.equal(status, 200);
  const call = calls.at(-1);
  assert.deepEqual([call.status, call.violations], [201, undefined]);
  assert.deepEqual([...call.form.keys()].sort(), ['Body', 'MessagingServiceSid', 'To']);
});

/** P-038 */
test('a number that Twilio refuses comes back with its code', async () => {
  const { status, body } = await start('sms', REFUSED);
  assert.equal(status, 400);
  assert.equal(body.error, 'sms_provider_error');
  assert.ok(body.error_description.endsWith('(Code: 21211)'), body.error_description);
});

test('a number that cannot be texted is refused before Twilio is asked', async () => {
  const before = calls.length;
  const { status, body } = await start('sms', '+19005550100');
  assert.deepEqual([status, body.error, calls.length], [400, 'bad.phone_number', before]);
});
