import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts } from '../server.mjs';
import { fresh, named, rsaKeys } from './context.mjs';

const AUTH0_GRANTS = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'];

export function clients(api) {
  const make = async (more = {}) => (await api.clients.create({ name: fresh('Client'), ...more })).data;

  // M-014, M-015
  test('a client is made with the defaults of Auth0', async () => {
    const { data: made, status } = await api.clients.create({ name: 'Plain' });
    assert.equal(status, 201);
    assert.ok(made.client_id && made.client_secret.length >= 48);
    assert.deepEqual(
      [made.is_first_party, made.oidc_conformant, made.grant_types, made.custom_login_page_on, made.sso_disabled],
      [true, false, AUTH0_GRANTS, true, false],
    );
    assert.deepEqual(
      [made.jwt_configuration.lifetime_in_seconds, made.jwt_configuration.secret_encoded],
      [36000, false],
    );
    assert.deepEqual(made.refresh_token, {
      rotation_type: 'non-rotating', expiration_type: 'non-expiring', leeway: 0, token_lifetime: 2592000,
      idle_token_lifetime: 1296000, infinite_token_lifetime: true, infinite_idle_token_lifetime: true,
    });
    const { data: read } = await api.clients.read(made.client_id);
    assert.equal(read.client_secret, made.client_secret);
    assert.ok(read.signing_keys[0].cert.startsWith('-----BEGIN CERTIFICATE-----'));
  });

  // M-014, M-015
  test('a client is changed in part: lists replace, null unsets, what is unknown here stays', async () => {
    const refresh_token = {
      rotation_type: 'rotating', expiration_type: 'expiring', leeway: 30, token_lifetime: 86400, idle_token_lifetime: 3600,
      infinite_token_lifetime: false, infinite_idle_token_lifetime: false,
    };
    const { client_id: id } = await make({
      app_type: 'native', callbacks: ['https://a.example/cb', 'com.acme://cb'], description: 'Ours', refresh_token,
      client_metadata: { team: 'red', floor: '2' }, organization_usage: 'deny',
      mobile: { ios: { team_id: '9JA89QQLNQ', app_bundle_identifier: 'com.acme.app' } },
    });
    const change = { callbacks: ['https://b.example/cb'], description: null, client_metadata: { floor: null, room: '9' } };
    assert.equal((await api.clients.update(id, change)).status, 200);
    const { data: read } = await api.clients.read(id);
    assert.deepEqual(read.callbacks, ['https://b.example/cb']);
    assert.deepEqual(read.client_metadata, { team: 'red', room: '9' });
    assert.deepEqual([read.description, read.organization_usage, read.app_type], [undefined, 'deny', 'native']);
    assert.deepEqual(read.refresh_token, refresh_token);
    assert.equal(read.mobile.ios.app_bundle_identifier, 'com.acme.app');
    for (const bad of [
      { refresh_token: { ...refresh_token, expiration_type: 'non-expiring' } },
      { refresh_token: { rotation_type: 'rotating' } },
      { name: '<b>' },
      { callbacks: 'https://b.example' },
    ]) {
      await api.refused(api.clients.update(id, bad), { status: 400, code: 'invalid_body', text: /^Payload validation error/ });
    }
  });

  // M-014
  test('a secret is turned, set and shown to those who may read keys only', async () => {
    const made = await make();
    const turned = await api.clients.rotate(made.client_id);
    assert.equal(turned.status, 200);
    assert.notEqual(turned.data.client_secret, made.client_secret);
    const client_secret = 'moved-from-another-server-'.padEnd(64, 'x');
    await api.clients.update(made.client_id, { client_secret });
    assert.equal((await api.clients.read(made.client_id)).data.client_secret, client_secret);
    const reader = await api.withScopes('read:clients');
    const { data: shown } = await reader.clients.read(made.client_id);
    assert.deepEqual([shown.name, shown.client_secret, shown.signing_keys], [made.name, undefined, undefined]);
  });

  // M-014
  test('a client that is deleted is gone, and nobody misses an unknown one', async () => {
    const { client_id: id } = await make();
    for (let time = 0; time < 2; time += 1) assert.equal((await api.clients.remove(id)).status, 204);
    const gone = { status: 404, code: 'inexistent_client', text: 'The client does not exist' };
    await api.refused(api.clients.read(id), gone);
    await api.refused(api.clients.rotate(id), gone);
  });

  // M-005, M-006, M-007, M-016
  test('clients are listed by page with an exact total, and one stands for all of them', async () => {
    await make({ app_type: 'spa' });
    const first = await api.clients.list({ per_page: 2, page: 0, include_totals: true, is_global: false });
    const { start, limit, total } = first.whole;
    assert.deepEqual([first.data.length, start, limit], [2, 0, 2]);
    let seen = 0;
    for (let page = 0; ; page += 1) {
      const { data } = await api.clients.list({ per_page: 2, page, include_totals: true, is_global: false });
      if (data.length === 0) break;
      seen += data.length;
    }
    assert.equal(seen, total);
    const some = await api.clients.list({ fields: 'client_id,name', include_fields: true, app_type: 'spa' });
    assert.ok(some.data.length > 1);
    assert.deepEqual(Object.keys(some.data[0]).sort(), ['client_id', 'name']);
    const { data: global } = await api.clients.list({ is_global: true });
    assert.deepEqual(global.map(({ name }) => name), ['All Applications']);
    const own = named((await api.clients.list({ per_page: 100 })).data, 'client_id', facts.clients.m2m.client_id);
    assert.equal(own.name, 'Demo machine');
  });

  // MS-005
  test('a client has keys to prove itself by', async () => {
    const { client_id: id } = await make({ app_type: 'non_interactive' });
    assert.deepEqual((await api.clients.credentials(id)).data, []);
    const key = { credential_type: 'public_key', name: 'first', pem: rsaKeys().publicKey, alg: 'RS256' };
    const made = await api.clients.addCredential(id, key);
    assert.equal(made.status, 201);
    const { id: cid } = made.data;
    assert.deepEqual([made.data.name, made.data.alg, made.data.credential_type], ['first', 'RS256', 'public_key']);
    assert.deepEqual((await api.clients.credential(id, cid)).data, made.data);
    const end = '2199-01-01T00:00:00.000Z';
    const ended = (await api.clients.updateCredential(id, cid, { expires_at: end })).data;
    assert.equal(new Date(ended.expires_at).toISOString(), end);
    assert.deepEqual((await api.clients.credentials(id)).data.map((one) => one.id), [cid]);
    await api.refused(api.clients.addCredential(id, { ...key, pem: 'none' }), { status: 400, code: 'invalid_body' });
    assert.equal((await api.clients.removeCredential(id, cid)).status, 204);
    await api.refused(api.clients.credential(id, cid), { status: 404 });
  });

  // M-027
  test('an API is made, read by id and by identifier, changed and deleted', async () => {
    const identifier = `https://api.example/${fresh('things')}?a=1&b=2`;
    const scopes = [{ value: 'read:things', description: 'Read' }, { value: 'write:things' }];
    const made = await api.apis.create({ name: 'Things', identifier, scopes, token_lifetime: 3600 });
    assert.equal(made.status, 201);
    assert.deepEqual(
      [made.data.signing_alg, made.data.token_lifetime, made.data.allow_offline_access],
      ['RS256', 3600, false],
    );
    const { id } = made.data;
    for (const key of [id, identifier]) assert.deepEqual((await api.apis.read(key)).data, made.data);
    const changed = await api.apis.update(id, { scopes: scopes.slice(1), allow_offline_access: true });
    assert.deepEqual([changed.data.scopes, changed.data.allow_offline_access], [scopes.slice(1), true]);
    await api.refused(api.apis.create({ name: 'Twice', identifier }), { status: 409 });
    const { data: all } = await api.apis.list({ per_page: 100 });
    const system = named(all, 'is_system', true);
    assert.deepEqual([system.name, system.identifier], ['Auth0 Management API', facts.management_audience]);
    await api.refused(api.apis.remove(system.id), { status: 400 });
    assert.equal((await api.apis.remove(identifier)).status, 204);
    await api.refused(api.apis.read(id), { status: 404, code: 'inexistent_resource_server' });
  });

  // M-028
  test('a client is granted scopes of an API once', async () => {
    const { client_id } = await make({ app_type: 'non_interactive' });
    const grant = { client_id, audience: facts.management_audience, scope: ['read:users'] };
    const made = await api.clientGrants.create(grant);
    assert.equal(made.status, 201);
    assert.match(made.data.id, /^cgr_/);
    const twice = api.clientGrants.create(grant);
    await api.refused(twice, { status: 409 });
    const { id } = made.data;
    const found = await api.clientGrants.list({ client_id, audience: grant.audience });
    assert.deepEqual(found.data, [made.data]);
    assert.deepEqual((await api.clientGrants.list({ client_id, audience: 'https://other.example' })).data, []);
    const { data: more } = await api.clientGrants.update(id, { scope: ['read:users', 'read:logs'] });
    assert.deepEqual(more.scope, ['read:users', 'read:logs']);
    if (api.clientGrants.read) assert.deepEqual((await api.clientGrants.read(id)).data, more);
    await api.refused(
      api.clientGrants.create({ ...grant, audience: 'https://nothing.example' }),
      { status: 404, code: 'inexistent_resource_server' },
    );
    assert.equal((await api.clientGrants.remove(id)).status, 204);
    assert.deepEqual((await api.clientGrants.list({ client_id })).data, []);
  });
}
