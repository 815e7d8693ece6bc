// Passkeys of two domains: a server of production that moves from one host to another and back, over TLS. What was made for
// one domain is neither found nor taken at the other, and works again when the domain is back. Unless the other domain is one
// of the same server: then the server tells browsers so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

import { CALLBACK, serve } from '../support/app.mjs';
import { PORT_OF_TEST, arrival, inBrowser } from '../support/browser.mjs';
import { authenticator, withoutLists } from '../support/passkeys.mjs';
import { Running, freePort } from '../support/processes.mjs';
import { facts, variable } from '../support/server.mjs';

// `verifier` hashed (RFC 7636, appendix B).
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const binary = variable('LATCHKEY_BINARY');
const certificates = dirname(facts.ca_file);
const folder = mkdtempSync(join(tmpdir(), 'latchkey-domains-'));
const running = new Running();
after(() => {
  running.end();
  rmSync(folder, { recursive: true, force: true });
});
await serve(() => ({ page: '<!doctype html><title>App</title>' }));

const environment = (more = {}) => ({
  ...process.env, LATCHKEY__STORE__URL: `sqlite:${join(folder, 'latchkey.db')}`, LATCHKEY__SERVER__TENANT: 'acme', ...more,
});
const latchkey = (...args) => execFileSync(binary, args, { env: environment(), encoding: 'utf8', cwd: folder });

latchkey('clients', 'create', 'members', '--type', 'spa', '--name', 'Members', '--callback', CALLBACK);
latchkey('connections', 'create', 'members', '--strategy', 'auth0', '--client', 'members', '--option', 'authentication_methods.passkey.enabled=true');

/** The server under a host of this machine, until it is ended. */
async function start(host) {
  const isTest = host.endsWith('.test');
  const port = isTest ? PORT_OF_TEST : await freePort();
  const base = isTest ? `https://${host}` : `https://${host}:${port}`;
  const child = running.launch(binary, ['serve'], {
    cwd: folder,
    env: environment({
      LATCHKEY__SERVER__LISTEN: `127.0.0.1:${port}`,
      LATCHKEY__SERVER__PUBLIC_URL: `${base}/`,
      LATCHKEY__SERVER__TLS_CERT: join(certificates, 'server.pem'),
      LATCHKEY__SERVER__TLS_KEY: join(certificates, 'server.key.pem'),
    }),
  });
  // By its address: not every system finds names under `localhost`.
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`https://127.0.0.1:${port}/healthz`).then(({ ok }) => ok, () => false);
    if (up) break;
    assert.ok(tries < 300, `${base} does not answer`);
    await new Promise((go) => setTimeout(go, 100));
  }
  const end = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { base, end };
}

function request(base) {
  const url = new URL('/authorize', base);
  const params = {
    client_id: 'members', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 's', prompt: 'login',
    code_challenge: CHALLENGE, code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** Somebody new on the page of a client that has passkeys and no codes. */
async function signUp(page, base, name) {
  await page.goto(request(base));
  await page.locator('[data-page=identify] #passkey button').waitFor();
  assert.equal(await page.locator('#address').count(), 0);
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').fill(name);
  await page.locator('#new-passkey button').click();
  assert.ok((await arrival(page, CALLBACK)).searchParams.get('code'));
}

async function signIn(page, base) {
  await page.goto(request(base));
  await page.locator('#passkey button').click({ timeout: 2_000 }).catch(() => {});
  return (await arrival(page, CALLBACK)).searchParams.get('code');
}

// S-062
inBrowser('passkeys of two domains are kept apart, and each works at its own', async ({ page }) => {
  const device = await authenticator(page);

  const one = await start('one.localhost');
  await signUp(page, one.base, 'Ada');
  assert.ok(await signIn(page, one.base));
  await one.end();

  const two = await start('two.localhost');
  await page.goto(request(two.base));
  await page.locator('#passkey button').click();
  // Whoever has none for this domain is where they were.
  await page.waitForTimeout(1_000);
  assert.equal(await page.locator('html').getAttribute('data-page'), 'identify');
  await signUp(page, two.base, 'Ada');
  assert.ok(await signIn(page, two.base));
  assert.deepEqual((await device.credentials()).map(({ rpId }) => rpId).sort(), ['one.localhost', 'two.localhost']);
  const users = JSON.parse(latchkey('users', 'list', '--json'));
  assert.equal((users.users ?? users).length, 2);
  await two.end();

  const back = await start('one.localhost');
  assert.ok(await signIn(page, back.base));
  await back.end();
});

// S-062: WebAuthn Level 3, section 5.11. The browser asks `/.well-known/webauthn` of the passkeys' domain, at port 443.
inBrowser('a page of another domain uses the passkeys of the server where an operator noted it, and no other page does', async ({ page, anotherBrowser }) => {
  const other = 'https://accounts.two.test';
  // What a page asks by itself would stand in the way.
  await withoutLists(page);
  const one = await start('one.test');
  const device = await authenticator(page);
  await signUp(page, one.base, 'Grace');
  assert.deepEqual((await device.credentials()).map(({ rpId }) => rpId), ['one.test']);

  // Nobody noted it yet, as a browser finds that keeps what it was told for five minutes.
  const early = await (await anotherBrowser()).newPage();
  await withoutLists(early);
  await authenticator(early);
  await early.goto(request(other));
  assert.equal(await use(early, 'one.test'), 'SecurityError');
  await page.goto(request(other));
  latchkey('domains', 'create', 'domain=accounts.two.test', 'type=self_managed_certs');
  const told = await page.evaluate(async () => (await fetch('/.well-known/webauthn')).json());
  assert.deepEqual(told, { origins: [other] });
  assert.equal(await use(page, 'one.test'), 'an answer');
  assert.ok(await signIn(page, other));

  // The app's own page is of neither domain.
  assert.equal(await use(page, 'one.test'), 'SecurityError');
  await one.end();
});

/** What a page gets that asks for a passkey of a domain. */
function use(page, rpId) {
  return page.evaluate((rpId) => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32), rpId } }).then(
    () => 'an answer', (error) => error.name,
  ), rpId);
}
