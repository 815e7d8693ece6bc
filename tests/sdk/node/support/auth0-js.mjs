// What every version of the npm package `auth0-js` must be able to do in a page on another origin. The
// SDK checks state, nonce, the id_token's signature by the published keys, issuer, audience and times.
import assert from 'node:assert/strict';

import { APP, CALLBACK, PAGE, fileOf, serve } from './app.mjs';
import { arrival, claimsOf, hasSession, inBrowser } from './browser.mjs';
import { pressLink, signInOnPages } from './pages.mjs';
import {
  NO_TRIES_LEFT, WRONG_CODE, WRONG_EMAIL_CODE, codeFor, domain, facts, freshMailbox, freshNumber, linkFor, otherThan,
} from './server.mjs';

export async function suite(script) {
  const sdk = fileOf(script);
  const settings = {
    domain, clientID: facts.clients.spa.client_id, redirectUri: CALLBACK,
    responseType: 'token id_token', scope: 'openid profile phone',
  };
  // The client's verification page, as the SDK's documentation has it.
  const files = {
    '/sdk.js': { script: sdk },
    '/verify': { page: PAGE.replace('<h1>', '<script src="/verify.js"></script><h1>') },
    '/verify.js': { script: `new auth0.WebAuth(${JSON.stringify(settings)}).crossOriginVerification();` },
  };
  await serve(({ pathname }) => files[pathname] ?? { page: PAGE });

  /** Calls a method of the SDK in the page; what its callback is told. */
  const call = (page, method, ...args) =>
    page.evaluate(
      ({ settings, method, args }) =>
        new Promise((resolve) => {
          const client = new window.auth0.WebAuth(settings);
          const names = method.split('.');
          const last = names.pop();
          const owner = names.reduce((object, name) => object[name], client);
          owner[last](...args, (error, result) => resolve({ error, result }));
        }),
      { settings, method, args },
    );

  /** The same, where all goes well. */
  async function done(page, method, ...args) {
    const { error, result } = await call(page, method, ...args);
    assert.equal(error ?? null, null, `${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Calls a method that leads away from the page; resolves at the callback. */
  async function leaving(page, method, ...args) {
    await page.evaluate(
      ({ settings, method, args }) => {
        window.told = null;
        new window.auth0.WebAuth(settings)[method](...args, (error) => {
          window.told = error;
        });
      },
      { settings, method, args },
    );
  }

  /** What the SDK makes of the answer at the callback. */
  async function finish(page) {
    await arrival(page, CALLBACK);
    return done(page, 'parseHash', {});
  }

  async function startBySms(page) {
    const number = freshNumber();
    const started = await done(page, 'passwordlessStart', { connection: 'sms', send: 'code', phoneNumber: number });
    assert.equal(started.phoneNumber ?? started.phone_number, number);
    return { number, code: await codeFor(number) };
  }

  const credentials = ({ number, code }) => ({ connection: 'sms', phoneNumber: number, verificationCode: code });

  function checkTokens(tokens, number) {
    assert.ok(tokens.accessToken);
    assert.equal(tokens.tokenType, 'Bearer');
    assert.equal(tokens.expiresIn, 7200);
    assert.equal(tokens.refreshToken ?? null, null);
    const claims = claimsOf(tokens.idToken);
    assert.equal(claims.iss, facts.issuer);
    assert.equal(claims.phone_number, number);
  }

  // F4, P-101, P-102, P-107
  inBrowser('signs in across origins by a code from an SMS, and knows the session afterwards', async ({ page }) => {
    await page.goto(APP);
    const sent = await startBySms(page);
    await leaving(page, 'passwordlessLogin', credentials(sent));
    const tokens = await finish(page);
    checkTokens(tokens, sent.number);

    const profile = await done(page, 'client.userInfo', tokens.accessToken);
    assert.equal(profile.phone_number, sent.number);

    const again = await done(page, 'checkSession', {});
    assert.equal(claimsOf(again.idToken).sub, claimsOf(tokens.idToken).sub);
  });

  // F4, S-194
  inBrowser('signs in across origins where the browser drops our cookie: the verification page vouches', async ({ page, context }) => {
    await page.goto(APP);
    await page.route('**/co/authenticate', async (route) => {
      const response = await route.fetch();
      await context.clearCookies();
      const headers = { ...response.headers() };
      delete headers['set-cookie'];
      await route.fulfill({ response, headers });
    });
    const sent = await startBySms(page);
    await leaving(page, 'passwordlessLogin', credentials(sent));
    checkTokens(await finish(page), sent.number);
    // Without the cookie nobody knows whose browser this is: it is not signed in.
    assert.ok(!(await hasSession(context)));
  });

  // P-054
  inBrowser('a wrong code is the error that the SDK knows, and three of them end the code', async ({ page }) => {
    await page.goto(APP);
    const sent = await startBySms(page);
    const wrong = credentials({ ...sent, code: otherThan(sent.code) });
    const first = await call(page, 'passwordlessLogin', wrong);
    assert.equal(first.error.code, 'access_denied');
    assert.equal(first.error.description, WRONG_CODE);
    await call(page, 'passwordlessLogin', wrong);
    const third = await call(page, 'passwordlessLogin', wrong);
    assert.equal(third.error.description, NO_TRIES_LEFT);
    const right = await call(page, 'passwordlessLogin', credentials(sent));
    assert.equal(right.error.code, 'access_denied');
    const check = await call(page, 'checkSession', {});
    assert.equal(check.error.error, 'login_required');
  });

  inBrowser("a page of an origin that is not the client's learns nothing", async ({ page, context }) => {
    await page.goto('https://127.0.0.1:9443/');
    const number = freshNumber();
    const started = await call(page, 'passwordlessStart', { connection: 'sms', send: 'code', phoneNumber: number });
    assert.ok(started.error);
    const told = await call(page, 'passwordlessLogin', credentials({ number, code: '000000' }));
    assert.equal(told.error.code, 'request_error');
    assert.ok(!(await hasSession(context)));
  });

  // P-104, P-105
  inBrowser('without a session, checkSession says login_required', async ({ page }) => {
    await page.goto(APP);
    const { error } = await call(page, 'checkSession', {});
    assert.deepEqual(
      { error: error.error, text: error.error_description },
      { error: 'login_required', text: 'Login required' },
    );
  });

  // S-191: the SDK lets this check keep no cookie, so the redirect cannot know the browser again
  inBrowser('verifies a code first; off the host of the server the redirect asks for a press', async ({ page }) => {
    await page.goto(APP);
    const sent = await startBySms(page);
    await leaving(page, 'passwordlessVerify', credentials(sent));
    await page.getByRole('button', { name: 'Sign in' }).click();
    checkTokens(await finish(page), sent.number);
  });

  // F5, P-091, P-095, S-192
  inBrowser("signs in at once on an operator's own login page on that host, and only once", async ({ page, context }) => {
    const address = new URL('/own-login', facts.base_url).href;
    await context.route(address, (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    await context.route(new URL('/sdk.js', address).href, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: sdk }),
    );
    await page.goto(address);
    const sent = await startBySms(page);
    const redirect = page.waitForRequest((request) => request.url().includes('/passwordless/verify_redirect'));
    await leaving(page, 'passwordlessLogin', credentials(sent));
    const answer = await arrival(page, CALLBACK);
    assert.match(answer.hash, /[#&]id_token=/);
    assert.ok(await hasSession(context));

    await page.goto((await redirect).url());
    await page.getByRole('button', { name: 'Sign in' }).click();
    const again = await arrival(page, CALLBACK);
    assert.match(again.hash, /^#error=/);
  });

  inBrowser('a wrong code stays on the page where it is verified', async ({ page }) => {
    await page.goto(APP);
    const sent = await startBySms(page);
    const { error } = await call(page, 'passwordlessVerify', credentials({ ...sent, code: otherThan(sent.code) }));
    assert.equal(error.code, 'invalid_user_password');
    assert.equal(page.url(), `${APP}/`);
  });

  // F4, P-071
  inBrowser('signs in across origins by a code from a mail; a wrong one first', async ({ page }) => {
    await page.goto(APP);
    const email = freshMailbox();
    await done(page, 'passwordlessStart', { connection: 'email', send: 'code', email });
    const code = await codeFor(email);
    const login = (verificationCode) => ({ connection: 'email', email, verificationCode });
    const { error } = await call(page, 'passwordlessLogin', login(otherThan(code)));
    assert.deepEqual([error.code, error.description], ['access_denied', WRONG_EMAIL_CODE]);
    await leaving(page, 'passwordlessLogin', login(code));
    const tokens = await finish(page);
    assert.match(claimsOf(tokens.idToken).sub, /^email\|/);
  });

  // F6, P-094, P-097
  inBrowser('signs in by a link from a mail: the state and nonce of the start come back', async ({ page }) => {
    await page.goto(APP);
    const email = freshMailbox();
    await done(page, 'passwordlessStart', { connection: 'email', send: 'link', email });
    await pressLink(page, await linkFor(email));
    const tokens = await finish(page);
    assert.equal(tokens.refreshToken ?? null, null);
    assert.match(claimsOf(tokens.idToken).sub, /^email\|/);
  });

  // F8, P-107, P-129
  inBrowser('signs in on the hosted pages, and out again', async ({ page }) => {
    await page.goto(APP);
    await leaving(page, 'authorize', {});
    const number = await signInOnPages(page);
    const tokens = await finish(page);
    checkTokens(tokens, number);

    await leaving(page, 'logout', { clientID: settings.clientID, returnTo: `${APP}/` });
    await page.waitForURL(`${APP}/`);
    const { error } = await call(page, 'checkSession', {});
    assert.equal(error.error, 'login_required');
  });

  // F8 in a second window
  inBrowser('signs in by a popup, which closes and hands its answer to the page', async ({ page, context }) => {
    await page.goto(APP);
    const opened = context.waitForEvent('page');
    const told = call(page, 'popup.authorize', { owp: false });
    const popup = await opened;
    const closed = popup.waitForEvent('close');
    const number = await signInOnPages(popup);
    await arrival(popup, CALLBACK);
    await popup.evaluate((settings) => new window.auth0.WebAuth(settings).popup.callback(), settings).catch(() => {});
    await closed;
    const { error, result } = await told;
    assert.equal(error ?? null, null, JSON.stringify(error));
    checkTokens(result, number);
  });
}
