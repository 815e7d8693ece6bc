import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tokenFor } from './context.mjs';

export function errors(api) {
  // M-002, M-003
  test('a token that is none, or not ours, is refused', async () => {
    const withToken = (token) => api.connect({ token }).clients.list();
    await api.refused(withToken('x.y.z'), { status: 401, title: 'Unauthorized' });
    const token = await tokenFor('read:clients');
    await api.refused(withToken(`${token.slice(0, -8)}AAAAAAAA`), { status: 401, title: 'Unauthorized' });
    await api.refused(withToken('none'), { status: 400, code: 'Bearer', text: 'Bad HTTP authentication header format' });
    assert.ok((await withToken(token)).data.length > 0);
  });
}
