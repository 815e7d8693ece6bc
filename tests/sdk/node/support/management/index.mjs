// What the ManagementClient of every major version of the npm package `auth0` must be able to do. Answers
// are told apart by the words of the SDK's own generation, and must fit its types.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { absent } from './absent.mjs';
import { access } from './access.mjs';
import { clients } from './clients.mjs';
import { connections } from './connections.mjs';
import { prepare } from './context.mjs';
import { errors } from './errors.mjs';
import { jobs } from './jobs.mjs';
import { logs } from './logs.mjs';
import { messages } from './messages.mjs';
import { search } from './search.mjs';
import { tenant } from './tenant.mjs';
import { tokens } from './tokens.mjs';
import { misfits } from './types.mjs';
import { users } from './users.mjs';

export function suite(name, sdk, words) {
  const api = prepare(sdk, words);
  // Proofs by a key have times of their own: before the clock is ahead.
  tokens(api);
  for (const area of [connections, clients, users, search, access, messages, jobs, logs, absent, errors, tenant]) area(api);

  if (!words.hasTypes) return;

  // M-003
  test('every answer fits the types of the SDK', () => {
    const { count, errors } = misfits(name, api.answers);
    assert.ok(count > 100, `only ${count} answers`);
    assert.deepEqual(errors, []);
  });
}
