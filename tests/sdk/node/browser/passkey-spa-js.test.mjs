// The passkey client of the npm package @auth0/auth0-spa-js, unmodified, with the authenticator of a real browser. Auth0.swift
// and Auth0.Android send the same requests (protocol 2.6, 2.9.6).
import assert from 'node:assert/strict';

import { APP, CALLBACK, fileOf, serveApp } from '../support/app.mjs';
import { claimsOf, inBrowser } from '../support/browser.mjs';
import { operator } from '../support/operator.mjs';
import { authenticator } from '../support/passkeys.mjs';
import { domain, facts, freshMailbox } from '../support/server.mjs';

await serveApp(fileOf('@auth0/auth0-spa-js/dist/auth0-spa-js.production.js'));

/** A page of the app, with the client of the SDK. */
async function open(page) {
  await page.goto(APP);
  await page.evaluate((settings) => {
    window.client = new window.auth0.Auth0Client(settings);
  }, { domain, clientId: facts.clients.spa.client_id, authorizationParams: { redirect_uri: CALLBACK, scope: 'openid profile' } });
}

/** Calls the passkey client; an error keeps its code and what it came of. */
async function call(page, method, ...args) {
  return page.evaluate(
    ({ method, args }) => window.client.passkey[method](...args).then(
      (tokens) => ({ tokens }),
      (error) => ({ error: { name: error.name, code: error.error ?? error.code ?? error.cause?.error, text: String(error.message) } }),
    ),
    { method, args },
  );
}

const newcomer = (email) => ({ email, name: 'Ada', realm: 'email', scope: 'openid profile' });

// P-180, P-182
inBrowser('the SDK signs somebody up and in, and knows who it is', async ({ page }) => {
  const device = await authenticator(page);
  await open(page);
  const signedUp = await call(page, 'signup', newcomer(freshMailbox()));
  assert.ok(signedUp.tokens?.id_token, JSON.stringify(signedUp));
  const { sub, amr } = claimsOf(signedUp.tokens.id_token);
  assert.ok(amr.includes('mfa'));
  assert.equal((await device.credentials()).length, 1);
  const user = await page.evaluate(() => window.client.getUser());
  assert.deepEqual([user.sub, user.name], [sub, 'Ada']);

  await open(page);
  const signedIn = await call(page, 'login', { scope: 'openid profile' });
  assert.equal(claimsOf(signedIn.tokens?.id_token).sub, sub, JSON.stringify(signedIn));
});

// P-182: an `auth_session` works once.
inBrowser('the SDK is refused with a ceremony that was used', async ({ page }) => {
  await authenticator(page);
  await open(page);
  await call(page, 'signup', newcomer(freshMailbox()));
  const outcome = await page.evaluate(async () => {
    const { authSession, publicKey } = await window.client.passkey.getLoginChallenge({ realm: 'email' });
    const credential = await navigator.credentials.get({ publicKey });
    const trade = () => window.client.passkey.getTokenWithPasskey({ authSession, credential, realm: 'email', scope: 'openid' }).then(
      () => 'tokens', (error) => error.error ?? error.cause?.error ?? String(error),
    );
    return [await trade(), await trade()];
  });
  assert.deepEqual(outcome, ['tokens', 'invalid_grant']);
});

// S-053, PB-089
inBrowser('the SDK gets nothing from an authenticator that checked nobody', async ({ page }) => {
  const device = await authenticator(page);
  await open(page);
  await call(page, 'signup', newcomer(freshMailbox()));
  await device.verifies(false);
  const { tokens, error } = await call(page, 'login', { scope: 'openid' });
  assert.ok(!tokens && error, JSON.stringify({ tokens, error }));
});

// S-052
inBrowser('the SDK is told in its own error where a connection has no passkeys', async ({ page }) => {
  await authenticator(page);
  await open(page);
  const { error } = await call(page, 'signup', { email: freshMailbox(), realm: 'sms' });
  assert.equal(error.name, 'PasskeyRegisterError', JSON.stringify(error));
});

const methodsOf = (sub) => `/users/${encodeURIComponent(sub)}/authentication-methods`;

// P-182, S-069
inBrowser('the SDK gets nothing by a passkey that an operator took away', async ({ page }) => {
  await authenticator(page);
  await open(page);
  const { tokens } = await call(page, 'signup', newcomer(freshMailbox()));
  const { sub } = claimsOf(tokens.id_token);
  const [{ id }] = await operator('GET', methodsOf(sub));
  await operator('DELETE', `${methodsOf(sub)}/${encodeURIComponent(id)}`);
  const { error } = await call(page, 'login', { scope: 'openid' });
  assert.equal(error.code, 'invalid_grant', JSON.stringify(error));
});

// S-059, PB-097
inBrowser('the SDK signs in by a copy of an authenticator, and the log tells', async ({ page, anotherBrowser }) => {
  const device = await authenticator(page);
  await open(page);
  const { tokens } = await call(page, 'signup', newcomer(freshMailbox()));
  const { sub } = claimsOf(tokens.id_token);
  const [copied] = await device.credentials();
  for (let times = 0; times < 3; times += 1) await call(page, 'login', { scope: 'openid' });
  const other = await (await anotherBrowser()).newPage();
  await (await authenticator(other)).add({ ...copied, signCount: 1 });
  await open(other);
  const again = await call(other, 'login', { scope: 'openid' });
  assert.equal(claimsOf(again.tokens?.id_token).sub, sub, JSON.stringify(again));
  const logs = await operator('GET', `/logs?q=${encodeURIComponent(`type:passkey_cloned AND user_id:"${sub}"`)}`);
  assert.equal(logs.length, 1, JSON.stringify(logs));
});
