// The npm package openid-client, unmodified, as a web server of somebody else uses it: authorization code
// with PKCE through a real browser, and signing out by RP-Initiated Logout 1.0.
import assert from 'node:assert/strict';

import * as oidc from 'openid-client';

import { APP, CALLBACK, PAGE, serve } from '../support/app.mjs';
import { arrival, hasSession, inBrowser } from '../support/browser.mjs';
import { signInOnPages } from '../support/pages.mjs';
import { DEAD_REFRESH_TOKEN, facts, freshNumber } from '../support/server.mjs';

/** Where this app goes on to from its callback, when its state says so: an origin of its own. */
const ELSEWHERE = new URL('/healthz', facts.issuer.replace('localhost', '127.0.0.1')).href;
const goesOn = ({ searchParams }) => searchParams.get('state')?.startsWith('elsewhere');
await serve((url) => (goesOn(url) ? { to: ELSEWHERE } : { page: PAGE }));
const { client_id: clientId, client_secret: clientSecret } = facts.clients.web;
const config = await oidc.discovery(new URL(facts.issuer), clientId, clientSecret);

/** A request for authorization: where to send the browser, and what its answer must match. */
async function ask(more = {}) {
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK, scope: 'openid profile phone offline_access', state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
  });
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return { url: url.href, checks };
}

async function signIn(page, more) {
  const { url, checks } = await ask(more);
  await page.goto(url);
  const number = await signInOnPages(page);
  const answer = await arrival(page, CALLBACK);
  return { number, answer, checks, tokens: await oidc.authorizationCodeGrant(config, answer, checks) };
}

async function refused(attempt, description) {
  await assert.rejects(attempt, (thrown) => {
    assert.ok(thrown instanceof oidc.ResponseBodyError, `not the library's own error: ${thrown}`);
    assert.deepEqual([thrown.error, thrown.error_description], ['invalid_grant', description]);
    return true;
  });
}

// F8, P-110
inBrowser('signs in; a code that comes back is refused and ends what it gave', async ({ page }) => {
  const { number, answer, checks, tokens } = await signIn(page);
  const claims = tokens.claims();
  const profile = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(profile.phone_number, number);
  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(renewed.claims().sub, claims.sub);

  await refused(oidc.authorizationCodeGrant(config, answer, checks), 'Invalid authorization code');
  await refused(oidc.refreshTokenGrant(config, renewed.refresh_token), DEAD_REFRESH_TOKEN);
});

// P-110
inBrowser('a code without its verifier is worth nothing', async ({ page }) => {
  const { url, checks } = await ask();
  await page.goto(url);
  await signInOnPages(page);
  const answer = await arrival(page, CALLBACK);
  const other = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await refused(oidc.authorizationCodeGrant(config, answer, other), 'Failed to verify code verifier');
});

// F8
inBrowser('a callback that goes on to another origin gets there', async ({ page }) => {
  const { url } = await ask({ state: `elsewhere-${oidc.randomState()}` });
  await page.goto(url);
  await signInOnPages(page);
  await page.waitForURL(ELSEWHERE);
});

// P-104
inBrowser('with prompt=none: an answer at once with a session, login_required without', async ({ page }) => {
  const before = await ask({ prompt: 'none' });
  await page.goto(before.url);
  const refusal = await arrival(page, CALLBACK);
  await assert.rejects(oidc.authorizationCodeGrant(config, refusal, before.checks), (thrown) => {
    assert.ok(thrown instanceof oidc.AuthorizationResponseError, String(thrown));
    assert.equal(thrown.error, 'login_required');
    return true;
  });

  const { tokens } = await signIn(page);
  const after = await ask({ prompt: 'none' });
  await page.goto(after.url);
  const answer = await arrival(page, CALLBACK);
  const again = await oidc.authorizationCodeGrant(config, answer, after.checks);
  assert.equal(again.claims().sub, tokens.claims().sub);
  assert.equal(again.claims().sid, tokens.claims().sid);
});

// P-108
inBrowser('a passwordless connection, or prompt=login, asks again despite a session', async ({ page }) => {
  await signIn(page);
  for (const more of [{ connection: 'sms' }, { prompt: 'login' }]) {
    const { url, checks } = await ask(more);
    await page.goto(url);
    await signInOnPages(page, freshNumber());
    const answer = await arrival(page, CALLBACK);
    await oidc.authorizationCodeGrant(config, answer, checks);
  }
});

// P-106
inBrowser('the answer comes as a posted form where that is asked for', async ({ page }) => {
  const { url, checks } = await ask({ response_mode: 'form_post' });
  await page.goto(url);
  const posted = page.waitForRequest((request) => request.url() === CALLBACK && request.method() === 'POST');
  await signInOnPages(page);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = new Request(CALLBACK, { method: 'POST', headers, body: (await posted).postData() });
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
  assert.ok(tokens.id_token);
});

// P-129
inBrowser('signs out by RP-initiated logout and comes back with its state', async ({ page, context }) => {
  const { tokens } = await signIn(page);
  assert.ok(await hasSession(context));
  const url = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token, post_logout_redirect_uri: `${APP}/`, state: 'kept',
  });
  await page.goto(url.href);
  await page.waitForURL(`${APP}/?state=kept`);
  assert.ok(!(await hasSession(context)));
});
