import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts, freshNumber, pass } from '../server.mjs';
import { signInBySms } from './context.mjs';

export function logs(api) {
  // M-032, M-033
  test('what happened is found by a query, by id and by user', async () => {
    const { id } = await signInBySms(freshNumber());
    const search = `user_id:"${id}" AND type:sepotpft`;
    const found = await api.logs.list({ search, sort: 'date:-1', per_page: 10, page: 0, include_totals: true });
    assert.deepEqual([found.whole.total, found.data.length], [1, 1]);
    const [entry] = found.data;
    assert.deepEqual([entry.strategy, entry.strategy_type, entry.connection], ['sms', 'passwordless', 'sms']);
    assert.deepEqual((await api.logs.read(entry.log_id)).data, entry);
    for (const other of [`log_id:[${entry.log_id} TO ${entry.log_id}]`, `log_id:${entry.log_id}`]) {
      assert.deepEqual((await api.logs.list({ search: other })).data, [entry], other);
    }
    const some = await api.logs.list({ search, fields: 'type,user_id', include_fields: true });
    assert.deepEqual(some.data, [{ type: 'sepotpft', user_id: id }]);
    const theirs = await api.users.logs(id, { per_page: 50, page: 0, include_totals: true });
    assert.ok(theirs.data.some(({ log_id }) => log_id === entry.log_id));
    assert.ok(theirs.data.every(({ user_id }) => user_id === id));
    const { data: sent } = await api.logs.list({ search: 'type:cs', per_page: 1, page: 0 });
    assert.deepEqual([sent[0].connection, sent[0].strategy], ['sms', 'sms']);
    await api.refused(api.logs.read('0'.repeat(24)), { status: 404 });
    await api.refused(api.logs.list({ search: 'type:(' }), { status: 400, code: 'invalid_query_string' });
  });

  // M-033
  test('each change of the tenant is in the log, with who made it and no secret', async () => {
    const { data: client } = await api.clients.create({ name: 'Logged' });
    const [entry] = (await api.logs.list({ search: 'type:sapi', sort: 'date:-1', per_page: 1, page: 0 })).data;
    assert.equal(entry.client_id, facts.clients.m2m.client_id);
    assert.equal(entry.details.on, client.client_id);
    assert.ok(!JSON.stringify(entry).includes(client.client_secret));
  });

  // M-032
  test('the log is shipped from a checkpoint on', async (t) => {
    pass(60); // what may still be on its way is held back
    const { data: newest } = await api.logs.list({ per_page: 3, page: 0, sort: 'date:-1' });
    const from = newest.at(-1).log_id;
    const first = await api.logs.list({ from, take: 1 });
    if (first.page) return t.skip('this version has no word for it');
    assert.deepEqual(first.data, [newest[1]]);
    assert.match(first.headers.get('link'), /^<https:\/\/.*\/api\/v2\/logs\?from=.*&take=1>; rel="next"$/);
    const rest = await api.logs.list({ from: first.data[0].log_id, take: 100 });
    assert.deepEqual(rest.data, [newest[0]]);
  });
}
