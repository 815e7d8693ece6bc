import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { facts, freshMailbox, freshNumber } from '../server.mjs';
import { fresh } from './context.mjs';

export function jobs(api) {
  /** The job once it is over. */
  async function done(id) {
    for (let tries = 0; tries < 500; tries += 1) {
      const { data: job } = await api.jobs.read(id);
      assert.equal(job.id, id);
      if (job.status === 'completed' || job.status === 'failed') return job;
      assert.ok(['pending', 'processing'].includes(job.status), job.status);
    }
    return assert.fail(`${id} does not end`);
  }

  const connection = async () => {
    const { data } = await api.connections.create({ strategy: 'sms', name: fresh('moved'), options: { template: '@@password@@' } });
    return data;
  };

  const fileOf = (records) => new Blob([JSON.stringify(records)], { type: 'application/json' });

  // M-035
  test('users come in by a file with the ids that they had, and what is wrong with others is told', async () => {
    const { id: connection_id, name } = await connection();
    const [phone_number, own, external_id] = [freshNumber(), fresh('5f7c8ec7c33c6c00'), fresh('move')];
    const records = [
      { user_id: `sms|${own}`, phone_number, phone_verified: true, name: 'Ana', user_metadata: { plan: 'pro' } },
      { phone_number: 'twelve' },
    ];
    const started = await api.jobs.importUsers(fileOf(records), { connection_id, external_id });
    assert.equal(started.status, 202);
    const { type, connection_id: on, external_id: kept, id } = started.data;
    assert.deepEqual([type, on, kept], ['users_import', connection_id, external_id]);
    const job = await done(id);
    assert.deepEqual([job.status, job.connection_id, job.percentage_done], ['completed', connection_id, 100]);
    assert.deepEqual(job.summary, { failed: 1, updated: 0, inserted: 1, total: 2 });
    const { data: user } = await api.users.read(`sms|${own}`);
    assert.deepEqual([user.phone_number, user.name, user.user_metadata], [phone_number, 'Ana', { plan: 'pro' }]);
    assert.equal(user.identities[0].connection, name);
    const { data: errors } = await api.jobs.errors(id);
    assert.equal(errors.length, 1);
    assert.deepEqual([errors[0].user.phone_number, errors[0].errors[0].code], ['twelve', 'PATTERN']);

    // Again: who is known is an error, or is changed where that is asked for.
    const again = await api.jobs.importUsers(fileOf(records.slice(0, 1)), { connection_id });
    assert.deepEqual((await done(again.data.id)).summary, { failed: 1, updated: 0, inserted: 0, total: 1 });
    const upsert = await api.jobs.importUsers(fileOf([{ ...records[0], name: 'Ana B' }]), { connection_id, upsert: true });
    assert.deepEqual((await done(upsert.data.id)).summary, { failed: 0, updated: 1, inserted: 0, total: 1 });
    assert.equal((await api.users.read(`sms|${own}`)).data.name, 'Ana B');
    assert.equal((await api.jobs.errors(upsert.data.id)).status, 204);
  });

  // M-035
  test('users go out by a file of the fields that were asked for', async () => {
    const { id: connection_id, name } = await connection();
    const phone_number = freshNumber();
    const { data: user } = await api.users.create({ connection: name, phone_number, user_metadata: { plan: 'pro' } });
    for (const [format, expected] of [
      ['json', `${JSON.stringify({ phone: phone_number, user_id: user.user_id })}\n`],
      ['csv', `"user_id","phone"\r\n"'${user.user_id}","'${phone_number}"\r\n`],
    ]) {
      const fields = [{ name: 'user_id' }, { name: 'phone_number', export_as: 'phone' }];
      const started = await api.jobs.exportUsers({ connection_id, format, fields });
      assert.equal(started.status, 200);
      assert.deepEqual([started.data.type, started.data.format], ['users_export', format]);
      const job = await done(started.data.id);
      const file = await fetch(job.location);
      assert.equal(file.status, 200);
      assert.equal(gunzipSync(Buffer.from(await file.arrayBuffer())).toString(), expected);
    }
  });

  // M-035
  test('a mail to verify an address is taken and not sent: a code is how an address is proved', async () => {
    const email = freshMailbox();
    const { data: user } = await api.users.create({ connection: 'email', email, email_verified: false });
    const { client_id } = facts.clients.web;
    const started = await api.jobs.verifyEmail({ user_id: user.user_id, client_id });
    assert.deepEqual([started.status, started.data.type], [201, 'verification_email']);
    assert.equal((await done(started.data.id)).status, 'failed');
  });

  // M-035
  test('a job that cannot be is refused, and one that is not there is not found', async () => {
    await api.refused(api.jobs.read('job_none'), { status: 404 });
    await api.refused(api.jobs.errors('job_none'), { status: 404 });
    await api.refused(api.jobs.importUsers(fileOf([]), { connection_id: 'con_none' }), { status: 404 });
    await api.refused(api.jobs.exportUsers({ connection_id: 'con_none' }), { status: 404 });
    await api.refused(api.jobs.verifyEmail({ user_id: 'email|none' }), { status: 404 });
  });
}
