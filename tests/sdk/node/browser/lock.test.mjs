// The npm package auth0-lock, unmodified: Auth0LockPasswordless in a page of its own origin, in its code
// form and its link form. It comes without a bundle, so it is bundled here as its users bundle it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import { APP, CALLBACK, serveApp } from '../support/app.mjs';
import { arrival, claimsOf, inBrowser } from '../support/browser.mjs';
import { asScripts } from '../support/lock.mjs';
import { pressLink } from '../support/pages.mjs';
import {
  codeFor, domain, facts, freshMailbox, freshNumber, linkFor, otherThan, variable,
} from '../support/server.mjs';

const { outputFiles: [bundle] } = await build({
  entryPoints: ['auth0-lock'], absWorkingDir: import.meta.dirname, bundle: true, write: false, logLevel: 'error',
  format: 'iife', globalName: 'auth0Lock', define: { 'process.env.NODE_ENV': '"production"' }, plugins: [asScripts],
});
await serveApp(bundle.text);

const folder = variable('LATCHKEY_SCREENS');
mkdirSync(folder, { recursive: true });

/** Makes Lock on the page that is open; it takes up the answer where the page is the callback. */
async function open(page, options) {
  const settings = {
    avatar: null, configurationBaseUrl: facts.base_url,
    auth: { redirectUrl: CALLBACK, responseType: 'token id_token', params: { scope: 'openid profile phone email' } },
    ...options,
  };
  await page.evaluate(
    ({ clientId, domain, settings }) => {
      const lock = new window.auth0Lock.Auth0LockPasswordless(clientId, domain, settings);
      window.signedIn = new Promise((resolve, reject) => {
        lock.on('authenticated', resolve);
        lock.on('authorization_error', (error) => reject(new Error(JSON.stringify(error))));
      });
      window.signedIn.catch(() => {});
      if (!window.location.hash) lock.show();
    },
    { clientId: facts.clients.spa.client_id, domain, settings },
  );
}

async function finish(page, options) {
  await arrival(page, CALLBACK);
  await open(page, options);
  return page.evaluate(() => window.signedIn);
}

const shot = (page, name) => page.screenshot({ path: join(folder, `lock-${name}.png`), animations: 'disabled' });
const submit = (page) => page.locator('button[name=submit]').click();

const sms = { allowedConnections: ['sms'] };
const emailCode = { allowedConnections: ['email'], passwordlessMethod: 'code' };
// With autofocus this version of Lock throws in its own confirmation pane, whatever the server answers.
const emailLink = { allowedConnections: ['email'], passwordlessMethod: 'link', autofocus: false };

// F4, P-112
inBrowser('Lock signs in by a code from an SMS; a wrong one shows its error bar', async ({ page }) => {
  await page.goto(APP);
  await open(page, sms);
  const number = freshNumber();
  await page.locator('input[name=phoneNumber]').fill(number.slice(2));
  await shot(page, 'phone');
  await submit(page);
  const code = page.locator('input[name=vcode]');
  await code.waitFor();
  const right = await codeFor(number);
  await code.fill(otherThan(right));
  await submit(page);
  await page.getByText("We're sorry, something went wrong").waitFor(); // its only text for it
  await shot(page, 'wrong-code');
  await code.fill(right);
  await submit(page);
  const { idTokenPayload, accessToken } = await finish(page, sms);
  assert.ok(accessToken);
  assert.equal(idTokenPayload.phone_number, number);
});

// F4
inBrowser('Lock signs in by a code from a mail', async ({ page }) => {
  await page.goto(APP);
  await open(page, emailCode);
  const email = freshMailbox();
  await page.locator('input[name=email]').fill(email);
  await shot(page, 'email');
  await submit(page);
  const code = page.locator('input[name=vcode]');
  await code.waitFor();
  await code.fill(await codeFor(email));
  await shot(page, 'email-code');
  await submit(page);
  const { idTokenPayload } = await finish(page, emailCode);
  assert.equal(idTokenPayload.email, email);
});

// F6
inBrowser('Lock signs in by a link from a mail', async ({ page, context }) => {
  await page.goto(APP);
  await open(page, emailLink);
  const email = freshMailbox();
  await page.locator('input[name=email]').fill(email);
  await submit(page);
  await page.getByText(email).waitFor();
  await shot(page, 'link-sent');
  const tab = await context.newPage();
  await pressLink(tab, await linkFor(email));
  const { idToken } = await finish(tab, emailLink);
  assert.match(claimsOf(idToken).sub, /^email\|/);
});

// P-032
inBrowser('Lock tells a number that cannot be one', async ({ page }) => {
  await page.goto(APP);
  await open(page, sms);
  await page.locator('input[name=phoneNumber]').fill('123');
  await submit(page);
  await page.getByText('The phone number is invalid').waitFor();
  await shot(page, 'bad-number');
});
