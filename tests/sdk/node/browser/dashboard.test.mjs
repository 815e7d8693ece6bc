// The way of an operator from nothing to a first code: the link of the console, Connections > Passwordless,
// an account of Twilio, an application, a try, the log; and the same for mails. Without a mouse, against a server
// that starts with no administrator.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';

import { inBrowser } from '../support/browser.mjs';
import { anew, choose, press, type } from '../support/keyboard.mjs';
import { Running, answers, freePort } from '../support/processes.mjs';
import { variable } from '../support/server.mjs';
import { mailServer } from '../support/smtp.mjs';
import { REFUSED, twilio as startTwilio } from '../support/twilio.mjs';

const SID = 'AC' + '0123456789abcdef'.repeat(2);
const TOKEN = 'not-a-real-token';
const FROM = '+15005550006';
const PHONE = '+14155550111';
const REFUSED_MAILBOX = 'nobody@acme.example';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-dashboard-'));
const running = new Running();
let base;
let setUp;
let twilio;
let mail;
let secret;

before(async () => {
  const port = await freePort();
  base = `https://localhost:${port}`;
  twilio = await startTwilio(running);
  mail = await mailServer(running, (to) => to === REFUSED_MAILBOX);
  const certificates = dirname(variable('LATCHKEY_DEV_JSON'));
  const config = join(folder, 'latchkey.toml');
  writeFileSync(config, `
[server]
listen = "127.0.0.1:${port}"
public_url = "${base}"
tls_cert = "${join(certificates, 'server.pem')}"
tls_key = "${join(certificates, 'server.key.pem')}"
[delivery]
twilio_base_url = "${twilio.url}"
allow_private_targets = ["127.0.0.0/8"]
`);
  const latchkey = (...args) => execFileSync(variable('LATCHKEY_BINARY'), [...args, '--config', config], { encoding: 'utf8', cwd: folder });
  latchkey('clients', 'create', 'app', '--type', 'native', '--name', 'Acme Shop', '--callback', `${base}/cb`);
  const tool = latchkey('clients', 'create', 'tool', '--type', 'machine', '--name', 'Tool', '--audience', `${base}/api/v2/=read:logs`, '--json');
  secret = JSON.parse(tool).client_secret;
  const server = running.launch(variable('LATCHKEY_BINARY'), ['serve', '--config', config], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const link = new Promise((done) => {
    server.stderr.on('data', (part) => {
      said += part;
      const found = /https:\S+\/dashboard\/enter\/\S+/.exec(said);
      if (found) done(found[0]);
    });
  });
  await answers(`${base}/readyz`);
  setUp = await link;
});

after(() => {
  running.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Entries of the log, by its query. */
async function logs(q) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'tool', client_secret: secret, audience: `${base}/api/v2/` });
  const { access_token: token } = await (await fetch(`${base}/oauth/token`, { method: 'POST', body })).json();
  const answer = await fetch(`${base}/api/v2/logs?q=${encodeURIComponent(q)}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** On the page of a connection: ticks the application. */
async function enableForApp(page) {
  await press(page, 'Applications', 'applications', '.tabs');
  for (let tries = 0; !(await page.evaluate(() => document.activeElement.value === 'app' && document.activeElement.type === 'checkbox')); tries += 1) {
    assert.ok(tries < 60, 'Tab never comes to the application');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  await press(page, 'Save', 'applications');
}

/** Looks for an event on the page of the log, and reads its newest entry there. */
async function readInLog(page, q, count) {
  await press(page, 'Logs', 'logs');
  await type(page, 'q', q);
  await anew(page, () => page.keyboard.press('Enter'));
  const rows = page.locator('#entries tr');
  assert.equal(await rows.count(), count);
  assert.match(await rows.first().innerText(), /Acme Shop/);
  const when = await rows.first().locator('time').innerText();
  await press(page, when, 'log_entry', '#entries');
  return page.locator('main').innerText();
}

const cards = (page) => press(page, 'Passwordless', 'passwordless');

// M-042, S-124, P-190
inBrowser('from the link of the console to a code, by SMS and by email, by keyboard alone', async ({ page }) => {
  await page.goto(setUp);
  await type(page, 'email', 'ada@acme.example');
  await anew(page, () => page.keyboard.press('Enter'));
  await page.locator('[data-page=start]').waitFor();
  await cards(page);

  // SMS: the account of Twilio, and a message with a macro.
  await press(page, 'Set up SMS', 'settings');
  await type(page, 'twilio_sid', SID);
  await type(page, 'twilio_token', TOKEN);
  await type(page, 'from', FROM);
  await type(page, 'template', '@@password@@ is your code for Acme Shop');
  await page.locator('#preview-text').filter({ hasText: '482913 is your code for Acme Shop' }).waitFor();
  await page.locator('#preview-told').filter({ hasText: '1 message' }).waitFor();
  await press(page, 'Save', 'settings');
  assert.equal(await page.locator('.notice').innerText(), 'Saved.');
  assert.equal(await page.locator('#twilio_token').inputValue(), '');

  // For an application.
  await enableForApp(page);

  // A number that Twilio refuses, with its code and text; then one that it takes.
  await press(page, 'Try', 'try', '.tabs');
  await type(page, 'to', REFUSED);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByText('21211', { exact: true }).waitFor();
  await page.getByText(`The 'To' number ${REFUSED} is not a valid phone number. (Code: 21211)`).waitFor();
  await type(page, 'to', PHONE);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByText('The provider took the message.').waitFor();
  const call = twilio.calls.at(-1);
  assert.deepEqual([call.status, call.violations], [201, undefined]);
  assert.deepEqual([call.form.get('To'), call.form.get('From')], [PHONE, FROM]);
  const code = /^\d{6}/.exec(call.form.get('Body'))[0];
  assert.match(await page.locator('.message').innerText(), /^•{6} is your code for Acme Shop$/);
  assert.ok(!(await page.content()).includes(code), 'the page shows the code');
  await type(page, 'code', code);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByRole('heading', { name: 'The code is right' }).waitFor();
  assert.match(await page.locator('pre').first().innerText(), new RegExp(`"phone_number": "\\${PHONE}"`));

  const sent = await logs('type:cs AND connection:"sms"');
  assert.equal(sent.length, 2);
  assert.deepEqual([sent[0].client_id, sent[0].strategy, sent[0].details.trial], ['app', 'sms', true]);
  const [failed] = await logs('type:fn');
  assert.equal(failed.details.provider_code, 21211);
  assert.ok(!JSON.stringify(sent).includes(code) && !JSON.stringify(sent).includes(PHONE.slice(1)));

  // A person reads it on the page of the log.
  const entry = await readInLog(page, 'type:cs', 2);
  for (const part of ['Acme Shop', 'sms', 'trial']) assert.ok(entry.includes(part), `${part} ${entry}`);
  assert.ok(!entry.includes(code) && !entry.includes(PHONE.slice(1)), entry);

  // Email, by a mail server.
  await cards(page);
  await press(page, 'Set up Email', 'settings');
  await choose(page, 'provider', 'A m', 'smtp');
  await type(page, 'smtp_host', '127.0.0.1');
  await type(page, 'smtp_port', String(mail.port));
  await choose(page, 'smtp_security', 'N', 'none');
  await type(page, 'from', 'codes@acme.example');
  await type(page, 'email.from', '{{ application.name }} <codes@acme.example>');
  await page.locator('#preview-from').filter({ hasText: 'Acme Shop <codes@acme.example>' }).waitFor();
  await press(page, 'Save', 'settings');
  assert.equal(await page.locator('.notice').innerText(), 'Saved.');
  const shown = page.frameLocator('#mail');
  await shown.getByText('482913', { exact: true }).waitFor();
  await enableForApp(page);
  await press(page, 'Try', 'try', '.tabs');
  await type(page, 'to', REFUSED_MAILBOX);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByText('< 550 5.7.1 not to this one').waitFor();
  await type(page, 'to', 'ada@acme.example');
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByText('The provider took the message.').waitFor();
  const [kept] = mail.mails;
  assert.equal(kept.to, 'ada@acme.example');
  const mailed = /Subject: .*?(\d{6})/.exec(kept.lines.join('\n'))[1];
  assert.ok(!(await page.content()).includes(mailed), 'the page shows the code');
  await type(page, 'code', mailed);
  await anew(page, () => page.keyboard.press('Enter'));
  await page.getByRole('heading', { name: 'The code is right' }).waitFor();
  const mails = await logs('type:cls AND connection:"email"');
  assert.deepEqual([mails.length, mails[0].strategy, mails[0].details.trial], [2, 'email', true]);
  assert.ok((await readInLog(page, 'type:cls', 2)).includes('Acme Shop'));
  await cards(page);
  await page.getByText('For 1 application, by SMTP').waitFor();
});
