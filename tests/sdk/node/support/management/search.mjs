import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freshNumber } from '../server.mjs';
import { fresh, signInBySms } from './context.mjs';

export function search(api) {
  const ids = (list) => list.data.map(({ user_id }) => user_id).sort();

  // M-020
  test('every query that real code sends finds whom it means', async () => {
    // Names that no other test has.
    const [host, plan] = [`${fresh('host')}.example`, fresh('plan')];
    const phone = freshNumber();
    const { id: seen } = await signInBySms(phone);
    await api.users.update(seen, { name: `Joan ${plan}` });
    const make = async (more) =>
      (await api.users.create({ connection: 'email', email: `${fresh('u')}@${host}`, ...more })).data;
    const john = await make({ name: `John ${plan}`, email_verified: true, app_metadata: { plan } });
    const bad = await make({ blocked: true });
    const day = (date) => date.slice(0, 10);
    const ours = `(phone_number:"${phone}" OR email.domain:"${host}")`;
    for (const [q, ...expected] of [
      [`identities.connection:"sms" AND ${ours}`, seen],
      [`phone_number:"${phone}"`, seen],
      [`phone_number:\\${phone}`, seen],
      [`email:"${john.email}"`, john.user_id],
      [`email:${john.email.toUpperCase()}`, john.user_id],
      [`email:*@${host}`, john.user_id, bad.user_id],
      [`email.domain:"${host}"`, john.user_id, bad.user_id],
      [`user_id:("${seen}" OR "${john.user_id}")`, seen, john.user_id],
      [`logins_count:[1 TO *] AND ${ours}`, seen],
      [`last_login:[2026-01-01 TO *] AND ${ours}`, seen],
      [`NOT _exists_:logins_count AND ${ours}`, john.user_id, bad.user_id],
      [`${ours} -_exists_:logins_count`, john.user_id, bad.user_id],
      [`blocked:true AND ${ours}`, bad.user_id],
      [`email_verified:false AND ${ours}`, bad.user_id],
      [`app_metadata.plan:"${plan}"`, john.user_id],
      [`created_at:{2026-01-01 TO ${day(john.created_at)}] AND ${ours}`, seen, john.user_id, bad.user_id],
      [`name:jo* AND identities.connection:"email" AND ${ours}`, john.user_id],
      [`"john ${plan}"`, john.user_id],
      [`(name:joan* OR blocked:true) AND ${ours}`, seen, bad.user_id],
      ['shoe_size:43'],
    ]) {
      assert.deepEqual(ids(await api.users.list({ q, search_engine: 'v3' })), expected.sort(), q);
    }
    for (const q of ['email:(', 'logins_count:[1 TO']) {
      await api.refused(api.users.list({ q, search_engine: 'v3' }), { status: 400, code: 'invalid_query_string' });
    }
  });

  // M-005, M-006, M-020
  test('users are sorted, counted and turned by page, to the empty one', async () => {
    const host = `${fresh('pages')}.example`;
    for (const n of [2, 0, 1]) await api.users.create({ connection: 'email', email: `u${n}@${host}`, name: `N${n}` });
    const query = { q: `email.domain:"${host}"`, search_engine: 'v3', sort: 'email:1', per_page: 2, include_totals: true };
    const first = await api.users.list({ ...query, page: 0 });
    const { start, limit, total } = first.whole;
    assert.deepEqual([start, limit, total, first.whole.length], [0, 2, 3, 2]);
    assert.deepEqual(first.data.map(({ name }) => name), ['N0', 'N1']);
    assert.deepEqual((await api.users.list({ ...query, page: 1 })).data.map(({ name }) => name), ['N2']);
    assert.deepEqual((await api.users.list({ ...query, page: 2 })).data, []);
    const back = await api.users.list({ ...query, sort: 'email:-1', fields: 'name', include_fields: true });
    assert.deepEqual(back.data, [{ name: 'N2' }, { name: 'N1' }]);
    if (first.page) {
      const names = [];
      for await (const { name } of (await api.users.list(query)).page) names.push(name);
      assert.deepEqual(names, ['N0', 'N1', 'N2']);
    }
    await api.refused(api.users.list({ ...query, per_page: 101 }), { status: 400, code: 'invalid_query_string' });
  });
}
