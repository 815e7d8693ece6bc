// What every major version of the npm package `auth0` must be able to do against the server. The SDK
// checks the id_token itself (signature by the published keys, issuer, audience, times).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pressLinkByHand } from './link.mjs';
import {
  DEAD_REFRESH_TOKEN, EXPIRED_CODE, NO_TRIES_LEFT, WRONG_CODE, WRONG_EMAIL_CODE, codeFor, domain, facts, freshMailbox,
  freshNumber, linkFor, otherThan, pass,
} from './server.mjs';

export function suite({ AuthApiError, AuthenticationClient, UserInfoClient }) {
  const { client_id: clientId, client_secret: clientSecret } = facts.clients.web;
  const auth = new AuthenticationClient({ domain, clientId, clientSecret });

  const login = (number, code, more = {}) =>
    auth.passwordless.loginWithSMS({ phone_number: number, code, scope: 'openid offline_access', ...more });

  async function signIn() {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const { data } = await login(number, await codeFor(number));
    return { number, tokens: data };
  }

  async function refused(attempt, description, error = 'invalid_grant', statusCode = 403) {
    await assert.rejects(attempt, (thrown) => {
      assert.ok(thrown instanceof AuthApiError, `not the SDK's own error: ${thrown}`);
      assert.deepEqual(
        { error: thrown.error, text: thrown.error_description, status: thrown.statusCode },
        { error, text: description, status: statusCode },
      );
      return true;
    });
  }

  // P-020, P-050, P-070, P-075, P-081, P-130, P-131, P-132
  test('signs in by SMS, with an id_token that the SDK accepts', async () => {
    const { tokens } = await signIn();
    assert.equal(tokens.token_type, 'Bearer');
    assert.equal(tokens.expires_in, 86400);
    assert.ok(tokens.access_token && tokens.id_token && tokens.refresh_token);
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url'));
    assert.equal(claims.iss, `https://${domain}/`);
    assert.equal(claims.aud, clientId);
    assert.equal(claims.exp - claims.iat, 36000);
    assert.match(claims.sub, /^sms\|[0-9a-f]{24}$/);
  });

  // P-071, P-074, P-127
  test('signs in by a code from a mail; a wrong code has the text for email', async () => {
    const email = freshMailbox();
    await auth.passwordless.sendEmail({ email, send: 'code' });
    const code = await codeFor(email);
    const byEmail = (code) => auth.passwordless.loginWithEmail({ email, code, scope: 'openid email offline_access' });
    await refused(byEmail(otherThan(code)), WRONG_EMAIL_CODE);
    const { data: tokens } = await byEmail(code);
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url'));
    assert.match(claims.sub, /^email\|[0-9a-f]{24}$/);
    assert.deepEqual([claims.email, claims.email_verified], [email, true]);
    assert.ok(tokens.refresh_token);
  });

  // F6, P-198
  test('sends a link, unless told otherwise; its answer is a code for tokens', async () => {
    const email = freshMailbox();
    const redirect_uri = 'https://localhost:9443/cb';
    const authParams = { response_type: 'code', redirect_uri, scope: 'openid email', state: 'mine' };
    await auth.passwordless.sendEmail({ email, authParams });
    const answer = await pressLinkByHand(await linkFor(email));
    assert.equal(answer.origin + answer.pathname, redirect_uri);
    assert.equal(answer.searchParams.get('state'), 'mine');
    const { data: tokens } = await auth.oauth.authorizationCodeGrant({ code: answer.searchParams.get('code'), redirect_uri });
    assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url')).email, email);
    assert.equal(tokens.refresh_token, undefined);
  });

  // P-034
  test('an address that cannot be one is refused by name', async () => {
    await refused(
      auth.passwordless.sendEmail({ email: 'nobody', send: 'code' }),
      'error in email - email format validation failed: nobody', 'bad.email', 400,
    );
  });

  // P-079, P-082
  test('signs in without naming a scope or a redirect_uri', async () => {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const { data } = await auth.passwordless.loginWithSMS({ phone_number: number, code: await codeFor(number) });
    assert.ok(data.id_token);
    assert.equal(data.refresh_token, undefined);
  });

  // P-127, P-128
  test('reads the profile, and is refused with a bad token', async () => {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const { data: tokens } = await login(number, await codeFor(number), { scope: 'openid profile phone' });
    const users = new UserInfoClient({ domain });
    const { data: profile } = await users.getUserInfo(tokens.access_token);
    assert.match(profile.sub, /^sms\|/);
    assert.equal(profile.phone_number, number);
    assert.equal(profile.phone_number_verified, true);
    await assert.rejects(users.getUserInfo('not-a-token'), (thrown) => {
      assert.equal(thrown.statusCode, 401);
      return true;
    });
  });

  // P-074
  test('finds the same user again', async () => {
    const { number, tokens } = await signIn();
    pass(61); // the gap between two messages to a number
    await auth.passwordless.sendSMS({ phone_number: number });
    const { data: again } = await login(number, await codeFor(number));
    const subject = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub;
    assert.equal(subject(again.id_token), subject(tokens.id_token));
  });

  // P-120, P-121, P-122
  test('refreshes with rotation, and a token used twice kills its family', async () => {
    const { tokens: first } = await signIn();
    const refresh = (token) => auth.oauth.refreshTokenGrant({ refresh_token: token });
    const { data: second } = await refresh(first.refresh_token);
    assert.ok(second.id_token && second.access_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const { data: third } = await refresh(second.refresh_token);
    pass(31); // the leeway in which a rotated token still works
    await refused(refresh(first.refresh_token), DEAD_REFRESH_TOKEN);
    await refused(refresh(third.refresh_token), DEAD_REFRESH_TOKEN);
  });

  // P-126
  test('revokes a refresh token', async () => {
    const { tokens } = await signIn();
    const { status } = await auth.oauth.revokeRefreshToken({ token: tokens.refresh_token });
    assert.equal(status, 200);
    await refused(auth.oauth.refreshTokenGrant({ refresh_token: tokens.refresh_token }), DEAD_REFRESH_TOKEN);
    await auth.oauth.revokeRefreshToken({ token: 'never-heard-of' });
  });

  // P-053, P-072, P-073
  test('a wrong code, a used code and an unknown number are the same AuthApiError', async () => {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const code = await codeFor(number);
    await refused(login(number, otherThan(code)), WRONG_CODE);
    await login(number, code);
    await refused(login(number, code), WRONG_CODE);
    await refused(login(freshNumber(), code), WRONG_CODE);
  });

  // P-054
  test('after three wrong tries the right code is refused too', async () => {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const code = await codeFor(number);
    await refused(login(number, otherThan(code)), WRONG_CODE);
    await refused(login(number, otherThan(code)), WRONG_CODE);
    await refused(login(number, otherThan(code)), NO_TRIES_LEFT);
    await refused(login(number, code), NO_TRIES_LEFT);
  });

  // P-051
  test('an expired code says so', async () => {
    const number = freshNumber();
    await auth.passwordless.sendSMS({ phone_number: number });
    const code = await codeFor(number);
    pass(181);
    await refused(login(number, code), EXPIRED_CODE);
  });

  // P-032
  test('a number that cannot be one is refused by name', async () => {
    await assert.rejects(auth.passwordless.sendSMS({ phone_number: 'twelve' }), (thrown) => {
      assert.ok(thrown instanceof AuthApiError);
      assert.equal(thrown.error, 'bad.phone_number');
      assert.equal(thrown.statusCode, 400);
      return true;
    });
  });

  // P-037
  test('a wrong client secret is refused', async () => {
    const stranger = new AuthenticationClient({ domain, clientId, clientSecret: 'not-the-secret' });
    await assert.rejects(stranger.passwordless.sendSMS({ phone_number: freshNumber() }), (thrown) => {
      assert.ok(thrown instanceof AuthApiError);
      assert.equal(thrown.error, 'invalid_client');
      assert.equal(thrown.statusCode, 401);
      return true;
    });
  });
}
