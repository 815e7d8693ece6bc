import assert from 'node:assert/strict';
import { test } from 'node:test';

import { rsaKeys } from './context.mjs';

export function tokens(api) {
  // M-001
  test('the SDK gets its token by a secret', async () => {
    const { data, status, headers } = await api.tenant.read();
    assert.equal(status, 200);
    assert.deepEqual(data.enabled_locales, ['en']);
    assert.ok(Number(headers.get('x-ratelimit-limit')) > 0);
  });

  // M-001, MS-005
  test('the SDK gets its token by a key, and by no other key', async () => {
    const { publicKey: pem, privateKey } = rsaKeys();
    const credentials = [{ credential_type: 'public_key', name: 'mine', pem, alg: 'RS256' }];
    const methods = { private_key_jwt: { credentials } };
    const client = await api.machine(['read:clients'], { client_authentication_methods: methods });
    const own = (clientAssertionSigningKey) => api.connect({ clientId: client.client_id, clientAssertionSigningKey });
    const { data } = await own(privateKey).clients.list();
    assert.ok(data.length > 4);
    await assert.rejects(own(rsaKeys().privateKey).clients.list());
  });

  // M-001, M-002
  test('a wrong secret gets no token, and a token opens what its grant names', async () => {
    const { client_id: clientId } = await api.machine(['read:clients']);
    await assert.rejects(api.connect({ clientId, clientSecret: 'not-the-secret' }).clients.list());
    const narrow = await api.withScopes('read:clients');
    assert.ok((await narrow.clients.list()).data.length > 0);
    const text = 'Insufficient scope, expected any of: read:users';
    await api.refused(narrow.users.list(), { status: 403, title: 'Forbidden', code: 'insufficient_scope', text });
  });
}
