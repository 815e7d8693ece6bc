import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts, freshMailbox, freshNumber } from '../server.mjs';
import { askForCode, fresh, signInBySms } from './context.mjs';

export function users(api) {
  const make = async (body) => (await api.users.create(body)).data;
  const bySms = (more) => make({ connection: 'sms', phone_number: freshNumber(), ...more });
  const byEmail = (more) => make({ connection: 'email', email: freshMailbox(), ...more });

  // M-017
  test('users are made by phone number and by email, with the id that was asked for', async () => {
    const phone_number = freshNumber();
    const own = fresh('own');
    const made = await api.users.create({ connection: 'sms', phone_number, phone_verified: true, user_id: own });
    assert.equal(made.status, 201);
    const user = made.data;
    assert.equal(user.user_id, `sms|${own}`);
    assert.deepEqual([user.phone_number, user.phone_verified, user.name], [phone_number, true, phone_number]);
    assert.deepEqual(user.identities, [{ connection: 'sms', user_id: own, provider: 'sms', isSocial: false }]);
    assert.deepEqual([user.logins_count, user.blocked, user.user_metadata], [undefined, undefined, undefined]);
    assert.deepEqual((await api.users.read(user.user_id)).data, user);

    const email = freshMailbox();
    const mailed = await make({ connection: 'email', email: email.toUpperCase(), user_metadata: { a: 1 } });
    assert.match(mailed.user_id, /^email\|[0-9a-f]{24}$/);
    assert.deepEqual([mailed.email, mailed.email_verified, mailed.user_metadata], [email, false, { a: 1 }]);
    for (const body of [{ connection: 'sms', phone_number }, { connection: 'email', email }]) {
      const text = 'The user already exists.';
      await api.refused(api.users.create(body), { status: 409, title: 'Conflict', code: 'auth0_idp_error', text });
    }
  });

  // M-017, M-003
  test('a body that cannot be a user is refused by what is wrong with it', async () => {
    for (const [body, text] of [
      [{ connection: 'sms' }, 'Missing required property: phone_number'],
      [{ connection: 'sms', phone_number: 'twelve' }, 'phone_number'],
      [{ connection: 'email', email: 'nobody' }, 'email'],
      [{ connection: 'email', email: freshMailbox(), password: 'x' }, 'password'],
      [{ connection: 'email', email: freshMailbox(), shoe_size: 43 }, 'shoe_size'],
    ]) {
      await api.refused(api.users.create(body), { status: 400, title: 'Bad Request', text: new RegExp(text) });
    }
    await api.refused(api.users.create({ connection: 'none', email: freshMailbox() }), { status: 400 });
  });

  // M-018
  test('metadata is merged at its first level, and null unsets', async () => {
    const { user_id: id } = await byEmail({
      name: 'Ana', nickname: 'an', user_metadata: { a: 1, deep: { x: 1, y: 2 } }, app_metadata: { plan: 'pro' },
    });
    const change = { user_metadata: { a: null, deep: { x: 3 } }, app_metadata: {}, name: 'Ana B', nickname: null };
    const { data: changed, status } = await api.users.update(id, change);
    assert.equal(status, 200);
    assert.deepEqual([changed.user_metadata, changed.app_metadata], [{ deep: { x: 3 } }, { plan: 'pro' }]);
    assert.equal(changed.name, 'Ana B');
    assert.notEqual(changed.nickname, 'an');
    assert.deepEqual((await api.users.read(id)).data, changed);
    const { data: bare } = await api.users.update(id, { app_metadata: { plan: null } });
    assert.equal(bare.app_metadata, undefined);
    await api.refused(api.users.update(id, { shoe_size: 43 }), { status: 400, code: 'invalid_body' });
    await api.refused(api.users.update('email|none', { name: 'x' }), { status: 404, code: 'inexistent_user' });
  });

  // M-018
  test('an address is changed unless somebody has it', async () => {
    const [taken, own, phone] = [await byEmail(), await byEmail(), await bySms()];
    const email = freshMailbox();
    const { data: moved } = await api.users.update(own.user_id, { email, email_verified: true });
    assert.deepEqual([moved.user_id, moved.email, moved.email_verified], [own.user_id, email, true]);
    await api.refused(
      api.users.update(own.user_id, { email: taken.email }),
      { status: 400, code: 'auth0_idp_error', text: /^The specified new email already exists/ },
    );
    const phone_number = freshNumber();
    const { data: called } = await api.users.update(phone.user_id, { phone_number, phone_verified: true });
    assert.deepEqual([called.phone_number, called.phone_verified], [phone_number, true]);
  });

  // M-019
  test('who is blocked is signed out everywhere, and is sent no code', async () => {
    const number = freshNumber();
    const { id } = await signInBySms(number);
    assert.equal((await api.users.refreshTokens(id)).data.length, 1);
    const { data: blocked } = await api.users.update(id, { blocked: true });
    assert.equal(blocked.blocked, true);
    assert.deepEqual((await api.users.refreshTokens(id)).data, []);
    await askForCode(number);
    const inbox = new URL('/dev/inbox/messages', facts.base_url);
    inbox.searchParams.set('to', number);
    assert.equal((await (await fetch(inbox)).json()).messages.length, 1);
    assert.equal((await api.users.update(id, { blocked: false })).data.blocked, false);
  });

  // M-017
  test('a user that is deleted is gone, and nobody misses an unknown one', async () => {
    const { user_id: id } = await bySms();
    for (let time = 0; time < 2; time += 1) assert.equal((await api.users.remove(id)).status, 204);
    const gone = { status: 404, title: 'Not Found', code: 'inexistent_user', text: 'The user does not exist.' };
    await api.refused(api.users.read(id), gone);
  });

  // M-007
  test('fields of a user are taken or left out, whatever is in the id', async () => {
    const { user_id: id } = await bySms({ user_id: `${fresh('a')}/b%2Fc`, name: 'Ana' });
    const taken = await api.users.read(id, { fields: 'user_id,name', include_fields: true });
    assert.deepEqual(taken.data, { user_id: id, name: 'Ana' });
    const { data: left } = await api.users.read(id, { fields: 'identities,picture', include_fields: false });
    assert.deepEqual([left.identities, left.name], [undefined, 'Ana']);
  });

  // M-021
  test('users are found by email, whatever its case', async () => {
    const { email, user_id } = await byEmail();
    const { data: found } = await api.users.byEmail({ email: email.toUpperCase() });
    assert.deepEqual(found.map((user) => user.user_id), [user_id]);
    const some = await api.users.byEmail({ email, fields: 'user_id', include_fields: true });
    assert.deepEqual(some.data, [{ user_id }]);
    assert.deepEqual((await api.users.byEmail({ email: freshMailbox() })).data, []);
  });

  // M-022
  test('two users become one by their ids, and two again', async () => {
    const [main, phone] = [await byEmail(), await bySms()];
    const [, own] = phone.user_id.split('|');
    const linked = await api.users.link(main.user_id, { provider: 'sms', user_id: phone.user_id });
    assert.equal(linked.status, 201);
    assert.deepEqual(linked.data.map(({ provider, user_id }) => `${provider}|${user_id}`), [main.user_id, phone.user_id]);
    assert.equal(linked.data[1].profileData.phone_number, phone.phone_number);
    await api.refused(api.users.read(phone.user_id), { status: 404 });
    const { data: both } = await api.users.read(main.user_id);
    assert.deepEqual(both.identities.map(({ connection }) => connection), ['email', 'sms']);
    await api.refused(api.users.link(main.user_id, { provider: 'sms', user_id: own }), { status: 409 });
    await api.refused(api.users.unlink(main.user_id, 'email', main.user_id.split('|')[1]), { status: 400 });

    const rest = await api.users.unlink(main.user_id, 'sms', own);
    assert.equal(rest.status, 200);
    assert.deepEqual(rest.data.map(({ provider }) => provider), ['email']);
    assert.equal((await api.users.read(phone.user_id)).data.phone_number, phone.phone_number);
  });

  // M-022
  test('two users become one by the ID token of the second', async () => {
    const main = await byEmail();
    const { id, tokens } = await signInBySms(freshNumber());
    await api.refused(api.users.link(main.user_id, { link_with: 'not.a.token' }), { status: 400 });
    const linked = await api.users.link(main.user_id, { link_with: tokens.id_token });
    assert.deepEqual([linked.status, linked.data.length], [201, 2]);
    await api.refused(api.users.read(id), { status: 404 });
  });
}
