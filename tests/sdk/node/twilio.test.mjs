// The Twilio sender of the built binary against Twilio's own published API description, behind a mock
// that refuses what the description does not allow.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Running, answers, freePort } from './support/processes.mjs';
import { variable } from './support/server.mjs';
import { REFUSED, twilio as startTwilio } from './support/twilio.mjs';

const SID = 'AC' + '0123456789abcdef'.repeat(2);
const MESSAGING_SERVICE = 'MG' + '0123456789abcdef'.repeat(2);
const TOKEN = 'not-a-real-token';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-twilio-'));
const running = new Running();
/** What came to Twilio. */
let calls;
let base;

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
  const own = await freePort();
  const mock = await startTwilio(running);
  ({ calls } = mock);
  base = `http://127.0.0.1:${own}`;
  writeFileSync(
    join(folder, 'latchkey.toml'),
    `[server]\nlisten = "127.0.0.1:${own}"\n[delivery]\ntwilio_base_url = "${mock.url}"\n`,
  );
  writeFileSync(join(folder, 'token'), TOKEN);
  cli('clients', 'create', 'app', '--type', 'native', '--name', 'App');
  const twilio = ['--option', 'provider=twilio', '--option', `twilio_sid=${SID}`, '--secret-file', `twilio_token=${join(folder, 'token')}`, '--client', 'app'];
  cli('connections', 'create', 'sms', '--strategy', 'sms', ...twilio, '--option', 'from=+15005550006');
  cli('connections', 'create', 'sms-service', '--strategy', 'sms', ...twilio, '--option', `messaging_service_sid=${MESSAGING_SERVICE}`);
  running.launch(variable('LATCHKEY_BINARY'), ['serve', '--config', join(folder, 'latchkey.toml')], { cwd: folder });
  await answers(`${base}/readyz`);
});

after(() => {
  running.end();
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
