// Passkeys with the authenticator of a real browser: an app's page signs somebody up by Auth0's native API, and the
// sign-in page of the server takes the passkey, from its list and by its button.
import assert from 'node:assert/strict';

import { APP, CALLBACK, serve } from '../support/app.mjs';
import { arrival, claimsOf, hasSession, inBrowser } from '../support/browser.mjs';
import { facts } from '../support/server.mjs';

const GRANT = 'urn:okta:params:oauth:grant-type:webauthn';
const { client_id: client } = facts.clients.spa;
await serve(() => ({ page: '<!doctype html><title>App</title>' }));

/** An authenticator that finds its person there, and knows them. */
async function authenticator(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return { session, authenticatorId };
}

/** Signs up on the page of the app, as auth0-spa-js does; the tokens. */
function signUp(page, email) {
  return page.evaluate(async ({ base, client, email, grant }) => {
    const post = async (path, body) => {
      const answer = await fetch(new URL(path, base), {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ client_id: client, ...body }),
      });
      return answer.json();
    };
    const begun = await post('passkey/register', { realm: 'email', user_profile: { email, name: 'Ada' } });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.authn_params_public_key);
    const made = await navigator.credentials.create({ publicKey });
    const { auth_session } = begun;
    return post('oauth/token', { grant_type: grant, auth_session, authn_response: made.toJSON(), scope: 'openid profile' });
  }, { base: facts.base_url, client, email, grant: GRANT });
}

function request() {
  const url = new URL('/authorize', facts.base_url);
  const params = {
    client_id: client, response_type: 'id_token', response_mode: 'fragment', redirect_uri: CALLBACK, connection: 'email',
    scope: 'openid profile', state: 's', nonce: 'n',
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

// P-180, P-182
inBrowser('an app signs somebody up, and the page of the server knows them by one press', async ({ context, page }) => {
  const { session, authenticatorId } = await authenticator(context, page);
  await page.goto(APP);
  const tokens = await signUp(page, 'ada@example.com');
  assert.ok(tokens.id_token, JSON.stringify(tokens));
  const { sub, amr, name } = claimsOf(tokens.id_token);
  assert.deepEqual([amr.includes('mfa'), name], [true, 'Ada']);
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
  assert.deepEqual(credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]), [['localhost', true]]);

  await page.goto(request());
  // The list at the field answers by itself here: the authenticator finds its person. Else the button does.
  await page.locator('#passkey button').click({ timeout: 2_000 }).catch(() => {});
  const answer = await arrival(page, CALLBACK);
  const { sub: again } = claimsOf(new URLSearchParams(answer.hash.slice(1)).get('id_token'));
  assert.equal(again, sub);
  assert.ok(await hasSession(context));
});

// S-053
inBrowser('whoever has no passkey signs in by a code on the same page', async ({ context, page }) => {
  const { session, authenticatorId } = await authenticator(context, page);
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.goto(request());
  await page.locator('#passkey button').click();
  await page.locator('#address').fill('bo@example.com');
  await page.locator('form[action^="/login?"] button').click();
  await page.locator('#code').waitFor();
});
