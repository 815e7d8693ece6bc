import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts, freshMailbox, freshNumber } from '../server.mjs';
import { signInByLink, signInBySms } from './context.mjs';

export function access(api) {
  // M-023, MS-004
  test('what a browser is signed in with is listed, read and ended', async () => {
    const { id } = await signInByLink(freshMailbox());
    const { data: [session], whole } = await api.users.sessions(id);
    assert.equal(whole.next, undefined);
    assert.deepEqual([session.user_id, session.clients], [id, [{ client_id: facts.clients.web.client_id }]]);
    assert.ok(new Date(session.expires_at) > new Date(session.authenticated_at));
    assert.deepEqual((await api.sessions.read(session.id)).data, session);
    if (api.sessions.update) {
      const { data } = await api.sessions.update(session.id, { session_metadata: { desk: '4' } });
      assert.deepEqual(data.session_metadata, { desk: '4' });
    }
    assert.equal((await api.sessions.remove(session.id)).status, 202);
    await api.refused(api.sessions.read(session.id), { status: 404, title: 'Not Found' });
    assert.deepEqual((await api.users.sessions(id)).data, []);
    assert.equal((await api.users.endSessions(id)).status, 202);
    if (api.sessions.revoke) assert.equal((await api.sessions.revoke(session.id)).status, 202);
  });

  // M-023, MS-004
  test('refresh tokens are listed, read and revoked', async () => {
    const { id } = await signInBySms(freshNumber());
    const { data: [token] } = await api.users.refreshTokens(id, { take: 10 });
    const { client_id } = facts.clients.web;
    assert.deepEqual([token.user_id, token.client_id, token.rotating], [id, client_id, true]);
    assert.deepEqual((await api.refreshTokens.read(token.id)).data, token);
    if (api.refreshTokens.list) {
      assert.deepEqual((await api.refreshTokens.list({ user_id: id, client_id })).data, [token]);
    }
    if (api.refreshTokens.update) {
      const { data } = await api.refreshTokens.update(token.id, { refresh_token_metadata: { desk: '4' } });
      assert.deepEqual(data.refresh_token_metadata, { desk: '4' });
    }
    assert.equal((await api.refreshTokens.remove(token.id)).status, 202);
    await api.refused(api.refreshTokens.read(token.id), { status: 404 });

    const other = await signInBySms(freshNumber());
    assert.equal((await api.users.revokeRefreshTokens(other.id)).status, 202);
    assert.deepEqual((await api.users.refreshTokens(other.id)).data, []);
    if (api.refreshTokens.revoke) {
      const third = await signInBySms(freshNumber());
      assert.equal((await api.refreshTokens.revoke({ user_id: third.id })).status, 202);
      assert.deepEqual((await api.users.refreshTokens(third.id)).data, []);
    }
  });

  // M-023
  test('access is revoked as a whole', async (t) => {
    if (!api.users.revokeAccess) return t.skip('this version has no word for it');
    const { id } = await signInByLink(freshMailbox());
    assert.equal((await api.users.revokeAccess(id, { preserve_refresh_tokens: true })).status, 202);
    assert.deepEqual((await api.users.sessions(id)).data, []);
    assert.equal((await api.users.refreshTokens(id)).data.length, 1);
    assert.equal((await api.users.revokeAccess(id, {})).status, 202);
    assert.deepEqual((await api.users.refreshTokens(id)).data, []);
  });

  // M-024
  test('how a user proves themselves is listed, with the address masked', async () => {
    const number = freshNumber();
    const { id } = await signInBySms(number);
    const { data: [method] } = await api.users.methods(id);
    assert.deepEqual([method.type, method.confirmed], ['phone', true]);
    assert.equal(method.phone_number, `XXXXXXX${number.slice(-4)}`.padStart(method.phone_number.length, 'X'));
    assert.deepEqual((await api.users.method(id, method.id)).data, method);
    await api.refused(api.users.method(id, 'phone|none'), { status: 404 });
    assert.equal((await api.users.removeMethods(id)).status, 204);
    assert.equal((await api.users.methods(id)).data.length, 1);
  });

  // M-025
  test('nobody is blocked here, and lifting is done all the same', async () => {
    const number = freshNumber();
    const { id } = await signInBySms(number);
    assert.deepEqual((await api.blocks.of(number)).data, { blocked_for: [] });
    assert.deepEqual((await api.blocks.ofUser(id)).data, { blocked_for: [] });
    assert.equal((await api.blocks.lift(number)).status, 204);
    assert.equal((await api.blocks.liftUser(id)).status, 204);
    await api.refused(api.blocks.ofUser('sms|none'), { status: 404, code: 'inexistent_user' });
    await api.refused(api.blocks.ofIp('192.0.2.7'), { status: 404, title: 'Not Found' });
    assert.equal((await api.blocks.liftIp('192.0.2.7')).status, 204);
  });

  // M-026
  test('the refresh tokens of devices are listed by kind and deleted; keys are none', async () => {
    const { id } = await signInBySms(freshNumber());
    const { client_id } = facts.clients.web;
    const typed = (type, more) => api.devices.list({ user_id: id, client_id, type, ...more });
    const { data: [device, ...others] } = await typed('rotating_refresh_token');
    assert.deepEqual(others, []);
    assert.deepEqual([device.type, device.user_id, device.client_id], ['rotating_refresh_token', id, client_id]);
    const { whole } = await typed('rotating_refresh_token', { per_page: 10, page: 0, include_totals: true });
    assert.deepEqual([whole.total, whole.device_credentials], [1, [device]]);
    for (const type of ['public_key', 'refresh_token', undefined]) assert.deepEqual((await typed(type)).data, [], type);
    assert.equal((await api.devices.remove(device.id)).status, 204);
    assert.deepEqual((await typed('rotating_refresh_token')).data, []);
    const key = { device_name: 'phone', type: 'public_key', value: 'x', device_id: 'd', client_id };
    await api.refused(api.devices.enrol(key), { status: 403, code: 'feature_not_enabled' });
  });

  // MS-004
  test('nobody consented here, and taking back is done all the same', async () => {
    const { id } = await signInBySms(freshNumber());
    assert.deepEqual((await api.grants.list({ user_id: id })).data, []);
    assert.equal((await api.grants.remove('none')).status, 204);
    assert.equal((await api.grants.removeOf(id)).status, 204);
  });
}
