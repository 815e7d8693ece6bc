// The Management API, by the client of a tool.
import assert from 'node:assert/strict';

import { facts } from './server.mjs';

/** What a call answers; a refusal fails the test. */
export async function operator(method, path, body) {
  const { client_id, client_secret } = facts.clients.m2m;
  const asked = { grant_type: 'client_credentials', client_id, client_secret, audience: facts.management_audience };
  const post = (url, value) => fetch(new URL(url, facts.base_url), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value),
  });
  const { access_token } = await (await post('/oauth/token', asked)).json();
  const answer = await fetch(new URL(`/api/v2${path}`, facts.base_url), {
    method, headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}
