import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts, freshMailbox } from '../server.mjs';
import { fresh, named } from './context.mjs';

const TWILIO = {
  name: 'sms', provider: 'twilio', twilio_sid: `AC${'0'.repeat(32)}`, twilio_token: 't'.repeat(32), from: '+15005550006',
  syntax: 'md_with_macros', template: 'Your code is @@password@@', totp: { length: 6, time_step: 300 },
  brute_force_protection: true, disable_signup: false, upstream_params: { screen_name: { alias: 'login_hint' } },
};
const GATEWAY = {
  name: 'sms', provider: 'sms_gateway', gateway_url: 'https://sms.example.com/send', from: '+15005550006',
  gateway_authentication: {
    method: 'bearer', subject: 'latchkey:sms', audience: 'https://sms.example.com/', secret: 's'.repeat(32),
    secret_base64_encoded: false,
  },
  syntax: 'liquid', template: '{{ code }}', totp: { length: 4, time_step: 60 },
};
const EMAIL = {
  name: 'email',
  email: { from: 'Acme <codes@acme.example>', subject: 'Your code', body: '<p>{{ code }}</p>', syntax: 'liquid' },
  totp: { length: 8, time_step: 180 }, authParams: { scope: 'openid', response_type: 'code' },
  brute_force_protection: true, disable_signup: true,
};

export function connections(api) {
  const make = async (strategy, options, more = {}) =>
    (await api.connections.create({ name: fresh(strategy), strategy, options, ...more })).data;

  // M-008, M-009
  test('a connection is made, read, changed as a whole and deleted', async () => {
    const name = fresh('text-me');
    const made = await api.connections.create({ name, strategy: 'sms', options: TWILIO });
    assert.equal(made.status, 201);
    const { id } = made.data;
    assert.match(id, /^con_[0-9A-Za-z]{16}$/);
    assert.deepEqual(made.data.options, TWILIO);
    const { data: read } = await api.connections.read(id);
    assert.deepEqual(read, made.data);
    assert.deepEqual([read.realms, read.is_domain_connection], [[name], false]);

    const options = { twilio_sid: TWILIO.twilio_sid, twilio_token: TWILIO.twilio_token, from: '+15005550001' };
    const changed = await api.connections.update(id, { options, display_name: 'By text' });
    assert.equal(changed.status, 200);
    assert.deepEqual([changed.data.options, changed.data.display_name], [options, 'By text']);
    await api.refused(api.connections.create({ name, strategy: 'sms' }), { status: 409, title: 'Conflict' });
    await api.refused(api.connections.create({ name: fresh('ad'), strategy: 'ad' }), { status: 400, code: 'operation_not_supported' });

    assert.equal((await api.connections.remove(id)).status, 202);
    const gone = { status: 404, code: 'inexistent_connection', text: 'The connection does not exist', title: 'Not Found' };
    await api.refused(api.connections.read(id), gone);
    assert.equal((await api.connections.remove(id)).status, 202);
  });

  // M-009, M-010, M-011
  test('the options of both strategies come back key for key', async () => {
    for (const [strategy, options] of [['sms', GATEWAY], ['email', EMAIL], ['email', { ...EMAIL, authParams: '' }],
      ['sms', { ...TWILIO, from: null, messaging_service_sid: `MG${'1'.repeat(32)}` }], ['sms', {}]]) {
      const made = await make(strategy, options);
      const { data: read } = await api.connections.read(made.id);
      assert.deepEqual(read.options, options, strategy);
      await api.connections.remove(made.id);
    }
    const said = await make('sms', { ...GATEWAY, forward_req_info: 'true' });
    assert.equal((await api.connections.read(said.id)).data.options.forward_req_info, true);
  });

  // M-012
  test('a code has 4 digits or more, and neither it nor its life is without bounds', async () => {
    for (const totp of [{ length: 4, time_step: 60 }, { length: 10, time_step: 3600 }]) {
      assert.deepEqual((await make('email', { totp })).options.totp, totp);
    }
    for (const totp of [{ length: 3, time_step: 60 }, { length: 41, time_step: 60 }, { length: 6, time_step: 5 }]) {
      const refusal = { status: 400, code: 'invalid_body', text: /^Payload validation error: .*options\.totp/ };
      await api.refused(api.connections.create({ name: fresh('bad'), strategy: 'sms', options: { totp } }), refusal);
    }
  });

  // M-005, M-006, M-007, M-008
  test('connections are listed by strategy and by name, in every form', async () => {
    const { name } = await make('sms', {});
    const strategies = (list) => [...new Set(list.map(({ strategy }) => strategy))].sort();
    const { data: all } = await api.connections.list({});
    assert.deepEqual(strategies(all), ['email', 'sms']);
    assert.deepEqual(strategies((await api.connections.list({ strategy: ['sms'] })).data), ['sms']);
    assert.deepEqual(strategies((await api.connections.list({ strategy: ['sms', 'email'] })).data), ['email', 'sms']);
    const fields = await api.connections.list({ name, fields: 'name,strategy', include_fields: true });
    assert.deepEqual(fields.data, [{ name, strategy: 'sms' }]);
    assert.deepEqual((await api.connections.list({ name: 'none' })).data, []);

    const first = await api.connections.list({ take: 1, strategy: ['sms'] });
    assert.equal(first.data.length, 1);
    const second = await api.connections.list({ take: 100, from: first.whole.next, strategy: ['sms'] });
    assert.ok(second.data.length > 0 && second.data[0].id !== first.data[0].id);
    assert.equal(second.whole.next, undefined);
  });

  // M-013
  test('clients are switched on and off, and each side lists the other', async () => {
    const { id, name } = await make('sms', {});
    const { native, spa } = facts.clients;
    const on = [native, spa].map(({ client_id }) => ({ client_id, status: true }));
    assert.equal((await api.connections.switch(id, on)).status, 204);
    const both = await api.connections.clients(id, { take: 1 });
    assert.equal(both.data.length, 1);
    const ids = (await api.connections.clients(id)).data.map(({ client_id }) => client_id);
    assert.deepEqual(ids.sort(), [native.client_id, spa.client_id].sort());
    assert.deepEqual((await api.connections.read(id)).data.enabled_clients.sort(), ids);
    const of = await api.clients.connections(native.client_id, { strategy: ['sms'] });
    assert.ok(named(of.data, 'name', name));

    await api.connections.switch(id, [{ client_id: native.client_id, status: false }]);
    assert.deepEqual((await api.connections.clients(id)).data, [{ client_id: spa.client_id }]);
    await api.refused(api.connections.switch(id, [{ client_id: 'nobody', status: true }]), { status: 400 });
    await api.connections.update(id, { enabled_clients: [] });
    assert.deepEqual((await api.connections.clients(id)).data, []);
  });

  // M-018
  test('a user of a connection is deleted by address', async () => {
    const { id, name } = await make('email', {});
    const email = freshMailbox();
    const { data: user } = await api.users.create({ connection: name, email });
    assert.equal((await api.connections.removeUser(id, email)).status, 204);
    await api.refused(api.users.read(user.user_id), { status: 404, code: 'inexistent_user' });
  });

  // K-002
  test('what only other kinds of connection have is not found', async () => {
    const { id } = await make('email', {});
    for (const call of ['status', 'scim']) {
      await api.refused(api.connections[call](id), { status: 404, title: 'Not Found', text: 'Not Found' });
    }
  });
}
