// A machine of the tenant that calls the Management API through an SDK, and the people whom it looks after.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';

import { pressLinkByHand } from '../link.mjs';
import { codeFor, domain, facts, linkFor } from '../server.mjs';
import { recorded } from './types.mjs';

const { web, m2m } = facts.clients;
export const audience = facts.management_audience;

/** What the suites need of an SDK, in the words of `words`. */
export function prepare(sdk, words) {
  const answers = [];
  const connect = (options) => {
    const client = new sdk.ManagementClient({ domain, ...options });
    return words.calls(recorded(client, answers));
  };
  const api = connect({ clientId: m2m.client_id, clientSecret: m2m.client_secret });

  /** A client of its own for the API, with these scopes. */
  async function machine(scope, more = {}) {
    const { data: client } = await api.clients.create({ name: 'Machine', app_type: 'non_interactive', ...more });
    await api.clientGrants.create({ client_id: client.client_id, audience, scope });
    return client;
  }

  /** The same SDK with fewer scopes. */
  async function withScopes(...scope) {
    const { client_id: clientId, client_secret: clientSecret } = await machine(scope);
    return connect({ clientId, clientSecret });
  }

  /** The error is one of the SDK's own classes, and says what the server said. */
  async function refused(attempt, expected) {
    await assert.rejects(attempt, (thrown) => {
      assert.ok(thrown instanceof sdk[words.called], `not the SDK's own error: ${thrown.stack}`);
      const { headers, ...told } = words.told(thrown);
      for (const [name, value] of Object.entries(expected)) {
        if (value instanceof RegExp) assert.match(told[name], value);
        else assert.equal(told[name], value, `${name}: ${JSON.stringify(told)}`);
      }
      return true;
    });
  }

  return { ...api, answers, connect, machine, withScopes, refused, told: words.told };
}

async function ask(path, body) {
  const answer = await fetch(new URL(path, facts.base_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: web.client_id, client_secret: web.client_secret, ...body }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

export const askForCode = (phone_number) => ask('/passwordless/start', { connection: 'sms', phone_number, send: 'code' });

/** Somebody signs in on their phone: their user id and their tokens. */
export async function signInBySms(number) {
  await askForCode(number);
  const tokens = await ask('/oauth/token', {
    grant_type: 'http://auth0.com/oauth/grant-type/passwordless/otp',
    username: number, otp: await codeFor(number), realm: 'sms', scope: 'openid offline_access',
  });
  return { id: claims(tokens.id_token).sub, tokens };
}

/** Somebody signs in in a browser, where a session stays. */
export async function signInByLink(email) {
  const redirect_uri = 'https://localhost:9443/cb';
  const authParams = { response_type: 'code', redirect_uri, scope: 'openid offline_access', state: 'mine' };
  await ask('/passwordless/start', { connection: 'email', email, send: 'link', authParams });
  const back = await pressLinkByHand(await linkFor(email));
  const code = back.searchParams.get('code');
  const tokens = await ask('/oauth/token', { grant_type: 'authorization_code', code, redirect_uri });
  return { id: claims(tokens.id_token).sub, tokens };
}

/** A token for the API with these scopes, got without an SDK. */
export async function tokenFor(scope) {
  const { client_id, client_secret } = m2m;
  const { access_token } = await ask('/oauth/token', {
    grant_type: 'client_credentials', client_id, client_secret, audience, scope,
  });
  return access_token;
}

/** A pair of RSA keys as PEM. */
export function rsaKeys() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** The one of a list with that value. */
export const named = (list, name, value) => list.find((item) => item[name] === value);

let next = 0;

/** A name that nothing else here has. */
export const fresh = (name) => `${name}-${(next += 1)}`;
