// The npm package openid-client, unmodified: discovery, the passwordless grant as a grant of one's own,
// refresh, userinfo and revocation.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as oidc from 'openid-client';

import {
  DEAD_REFRESH_TOKEN, EXPIRED_CODE, WRONG_CODE, codeFor, facts, freshNumber, otherThan, pass,
} from './support/server.mjs';

const GRANT = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const { client_id: clientId, client_secret: clientSecret } = facts.clients.web;
const config = await oidc.discovery(new URL(facts.issuer), clientId, clientSecret);

async function start(number) {
  const answer = await fetch(new URL('/passwordless/start', facts.base_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: clientId, client_secret: clientSecret, connection: 'sms', phone_number: number, send: 'code',
    }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

const login = (number, code) =>
  oidc.genericGrantRequest(config, GRANT, {
    username: number, otp: code, realm: 'sms', scope: 'openid profile phone offline_access',
  });

async function refused(attempt, description, error = 'invalid_grant', status = 403) {
  await assert.rejects(attempt, (thrown) => {
    assert.ok(thrown instanceof oidc.ResponseBodyError, `not the library's own error: ${thrown}`);
    assert.deepEqual(
      { error: thrown.error, text: thrown.error_description, status: thrown.status },
      { error, text: description, status },
    );
    return true;
  });
}

// P-130
test('discovers the server under its issuer', () => {
  const metadata = config.serverMetadata();
  assert.equal(metadata.issuer, facts.issuer);
  assert.ok(metadata.issuer.endsWith('/'));
});

// P-070, P-120, P-126, P-127, P-132
test('signs in, reads the profile, refreshes and revokes', async () => {
  const number = freshNumber();
  await start(number);
  const tokens = await login(number, await codeFor(number));
  const claims = tokens.claims();
  assert.equal(claims.iss, facts.issuer);
  const profile = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(profile.phone_number, number);

  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(renewed.claims().sub, claims.sub);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);

  await oidc.tokenRevocation(config, renewed.refresh_token);
  await refused(oidc.refreshTokenGrant(config, renewed.refresh_token), DEAD_REFRESH_TOKEN);
});

// P-053, P-072
test('a wrong code and a used code are a ResponseBodyError', async () => {
  const number = freshNumber();
  await start(number);
  const code = await codeFor(number);
  await refused(login(number, otherThan(code)), WRONG_CODE);
  await login(number, code);
  await refused(login(number, code), WRONG_CODE);
});

// P-051
test('an expired code says so', async () => {
  const number = freshNumber();
  await start(number);
  const code = await codeFor(number);
  pass(181);
  await refused(login(number, code), EXPIRED_CODE);
});

// P-128
test('a bad access token is told by its challenge', async () => {
  await assert.rejects(oidc.fetchUserInfo(config, 'not-a-token', oidc.skipSubjectCheck), (thrown) => {
    assert.ok(thrown instanceof oidc.WWWAuthenticateChallengeError, String(thrown));
    assert.equal(thrown.status, 401);
    assert.equal(thrown.cause[0].parameters.error, 'invalid_token');
    return true;
  });
});
