// The npm package @auth0/auth0-spa-js, unmodified, in a page of its own origin: the hosted pages, silent
// renewal by a frame and by refresh tokens, and signing out. The SDK checks state, nonce and id_token.
import assert from 'node:assert/strict';

import { APP, CALLBACK, fileOf, serveApp } from '../support/app.mjs';
import { arrival, claimsOf, hasSession, inBrowser } from '../support/browser.mjs';
import { signInOnPages } from '../support/pages.mjs';
import { domain, facts, freshMailbox, pass } from '../support/server.mjs';

await serveApp(fileOf('@auth0/auth0-spa-js/dist/auth0-spa-js.production.js'));

const settings = (more = {}) => ({
  domain,
  clientId: facts.clients.spa.client_id,
  authorizeTimeoutInSeconds: 10,
  authorizationParams: { redirect_uri: CALLBACK, scope: 'openid profile phone email' },
  ...more,
});

/** Makes the SDK's client on the page that is open. */
const open = (page, more) =>
  page.evaluate((settings) => {
    window.client = new window.auth0.Auth0Client(settings);
  }, settings(more));

/** Calls a method of the client; an error keeps its code. */
async function call(page, method, ...args) {
  const { error, result } = await page.evaluate(
    ({ method, args }) =>
      window.client[method](...args).then(
        (result) => ({ result }),
        (error) => ({ error: { error: error.error, text: String(error.error_description ?? error.message) } }),
      ),
    { method, args },
  );
  if (error) throw Object.assign(new Error(`${method}: ${error.error}: ${error.text}`), error);
  return result;
}

/** Calls a method that leads away from the page. */
const leave = (page, method, ...args) =>
  page.evaluate(
    ({ method, args }) => {
      window.client[method](...args);
    },
    { method, args },
  );

/** Signs in on the hosted pages, up to the app's callback, where the SDK has taken up the answer. */
async function signIn(page, more, address) {
  await page.goto(APP);
  await open(page, more);
  await leave(page, 'loginWithRedirect', { appState: { to: '/basket' } });
  const used = await signInOnPages(page, address);
  await arrival(page, CALLBACK);
  await open(page, more);
  const { appState } = await call(page, 'handleRedirectCallback');
  assert.deepEqual(appState, { to: '/basket' });
  return used;
}

const fresh = { cacheMode: 'off', detailedResponse: true };

/** The refresh token that the SDK keeps where the page can see it. */
const keptRefreshToken = (page) =>
  page.evaluate(() => {
    const values = Object.entries(localStorage).filter(([key]) => key.startsWith('@@auth0spajs@@'));
    return values.map(([, value]) => JSON.parse(value).body?.refresh_token).find(Boolean);
  });

// F8, P-108, P-110
inBrowser('signs in through the hosted pages by a number', async ({ page, context }) => {
  const number = await signIn(page);
  const user = await call(page, 'getUser');
  assert.equal(user.phone_number, number);
  assert.ok(await hasSession(context));
});

inBrowser('signs in through the hosted pages by an email address', async ({ page }) => {
  const email = await signIn(page, {}, freshMailbox());
  const user = await call(page, 'getUser');
  assert.deepEqual([user.email, user.email_verified], [email, true]);
});

// F9, P-104, P-105
inBrowser('renews silently in a frame while the session lasts', async ({ page }) => {
  await signIn(page);
  const user = await call(page, 'getUser');
  const first = await call(page, 'getTokenSilently', fresh);
  const second = await call(page, 'getTokenSilently', fresh);
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(claimsOf(second.id_token).sub, user.sub);
});

// P-104
inBrowser('without a session, renewal says login_required', async ({ page }) => {
  await page.goto(APP);
  await open(page);
  await assert.rejects(call(page, 'getTokenSilently', fresh), { error: 'login_required' });
});

// P-075, P-120
inBrowser('renews by refresh tokens that a worker keeps', async ({ page }) => {
  const more = { useRefreshTokens: true };
  await signIn(page, more);
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const first = await call(page, 'getTokenSilently', fresh);
  const second = await call(page, 'getTokenSilently', fresh);
  assert.notEqual(second.access_token, first.access_token);
  assert.ok(!asked.includes('/authorize'), 'it fell back to a frame');
});

// P-120, P-121
inBrowser('refresh tokens rotate; one that comes back ends them all, and a frame takes over', async ({ page }) => {
  const more = { useRefreshTokens: true, useRefreshTokensFallback: true, cacheLocation: 'localstorage' };
  await signIn(page, more);
  const first = await keptRefreshToken(page);
  await call(page, 'getTokenSilently', fresh);
  const second = await keptRefreshToken(page);
  assert.ok(first && second && first !== second);
  await call(page, 'getTokenSilently', fresh);
  const third = await keptRefreshToken(page);
  pass(31); // the leeway in which a rotated token still works

  const use = (token) =>
    fetch(new URL('/oauth/token', facts.base_url), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: facts.clients.spa.client_id, refresh_token: token }),
    });
  assert.equal((await use(first)).status, 403);
  assert.equal((await use(third)).status, 403);

  const renewed = await call(page, 'getTokenSilently', fresh);
  assert.ok(renewed.access_token);
});

// F8 in a second window
inBrowser('signs in by a popup', async ({ page, context }) => {
  await page.goto(APP);
  await open(page);
  const opened = context.waitForEvent('page');
  const told = call(page, 'loginWithPopup');
  const popup = await opened;
  const number = await signInOnPages(popup);
  await told;
  const user = await call(page, 'getUser');
  assert.equal(user.phone_number, number);
});

// P-129
inBrowser('signs out: the session is gone and the page is back', async ({ page, context }) => {
  await signIn(page);
  await leave(page, 'logout', { logoutParams: { returnTo: `${APP}/` } });
  await page.waitForURL(`${APP}/`);
  assert.ok(!(await hasSession(context)));
  await open(page);
  await assert.rejects(call(page, 'getTokenSilently', fresh), { error: 'login_required' });
});
