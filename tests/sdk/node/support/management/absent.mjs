import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freshNumber } from '../server.mjs';

export function absent(api) {
  // M-038
  test('what this server has nothing of is an empty list', async () => {
    for (const [name, list] of Object.entries(api.absent.lists)) {
      const { status, data } = await list();
      assert.deepEqual([status, data], [200, []], name);
    }
    assert.ok((await api.absent.factors()).data.every(({ enabled }) => enabled === false));
    assert.deepEqual((await api.absent.policies()).data, []);
  });

  // M-038
  test('a user has none of it either', async () => {
    const { data: { user_id: id } } = await api.users.create({ connection: 'sms', phone_number: freshNumber() });
    for (const call of ['roles', 'permissions', 'organizations', 'enrollments']) {
      assert.deepEqual((await api.users[call](id)).data, [], call);
    }
    assert.equal((await api.users.removeMultifactor(id, 'duo')).status, 204);
    await api.refused(api.users.regenerateRecoveryCode(id), { status: 404 });
  });

  // K-001
  test('writing what is not here is refused by name, and deleting it is done', async () => {
    const refusal = { status: 403, title: 'Forbidden', code: 'feature_not_enabled' };
    await api.refused(api.absent.role({ name: 'admin' }), { ...refusal, text: /^Roles/ });
    await api.refused(api.absent.organization({ name: 'acme' }), { ...refusal, text: /^Organizations/ });
    assert.equal((await api.absent.removeRole('rol_1')).status, 204);
    const ticket = api.absent.ticket({ user_id: 'sms|1' });
    await api.refused(ticket, { status: 400, code: 'operation_not_supported' });
  });

  // K-002
  test('pages and themes of other kinds of tenant are not found', async () => {
    await api.refused(api.branding.template(), { status: 404, code: 'inexistent_templates_universal_login' });
    await api.refused(api.branding.theme(), { status: 404, code: 'theme_not_found' });
  });
}
