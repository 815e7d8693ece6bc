import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts } from '../server.mjs';
import { named } from './context.mjs';

export function tenant(api) {
  // M-031
  test('settings are merged, minutes are hours, and null is the default again', async () => {
    const written = {
      friendly_name: 'Acme', support_email: 'help@acme.example', support_url: 'https://acme.example/help',
      picture_url: 'https://acme.example/logo.png', enabled_locales: ['en', 'de'], flags: { enable_sso: true },
      session_lifetime_in_minutes: 6000, idle_session_lifetime_in_minutes: 600, session_cookie: { mode: 'non-persistent' },
      allowed_logout_urls: ['https://acme.example/bye'], error_page: null, mtls: null, default_token_quota: null,
    };
    const { data, status } = await api.tenant.update(written);
    assert.equal(status, 200);
    assert.deepEqual([data.session_lifetime, data.idle_session_lifetime], [100, 10]);
    assert.equal(data.session_lifetime_in_minutes, undefined);
    await api.tenant.update({ flags: { revoke_refresh_token_grant: false } });
    const { data: read } = await api.tenant.read();
    assert.deepEqual(read.flags, { enable_sso: true, revoke_refresh_token_grant: false });
    for (const name of ['friendly_name', 'support_email', 'enabled_locales', 'allowed_logout_urls', 'session_cookie']) {
      assert.deepEqual(read[name], written[name], name);
    }
    const some = await api.tenant.read({ fields: 'friendly_name,flags', include_fields: true });
    assert.deepEqual(Object.keys(some.data).sort(), ['flags', 'friendly_name']);
    await api.refused(api.tenant.update({ session_lifetime: 0 }), { status: 400, code: 'invalid_body' });
    const fresh = { friendly_name: null, enabled_locales: ['en'], session_lifetime: 168, session_cookie: { mode: 'persistent' } };
    await api.tenant.update(fresh);
  });

  // MS-003
  test('branding, prompts, texts and domains are kept', async () => {
    const colors = { primary: '#0059d6', page_background: '#ffffff' };
    assert.equal((await api.branding.update({ colors, logo_url: 'https://acme.example/l.png' })).status, 200);
    assert.deepEqual((await api.branding.read()).data.colors, colors);
    const prompts = { universal_login_experience: 'new', identifier_first: true };
    assert.equal((await api.prompts.update(prompts)).data.identifier_first, true);
    assert.equal((await api.prompts.read()).data.universal_login_experience, 'new');
    const texts = { 'login-passwordless-sms-otp': { title: 'Enter the code' } };
    await api.prompts.setText('login-passwordless', 'en', texts);
    assert.deepEqual((await api.prompts.text('login-passwordless', 'en')).data, texts);
    assert.deepEqual((await api.prompts.text('login', 'de')).data, {});
    assert.deepEqual((await api.prompts.partials('login')).data, {});

    const made = await api.customDomains.create({ domain: 'login.acme.example', type: 'self_managed_certs' });
    assert.equal(made.status, 201);
    const { custom_domain_id: id } = made.data;
    assert.equal((await api.customDomains.read(id)).data.domain, 'login.acme.example');
    assert.deepEqual((await api.customDomains.list()).data.map((one) => one.custom_domain_id), [id]);
    assert.equal((await api.customDomains.update(id, { domain_metadata: { a: 'b' } })).status, 200);
    assert.equal((await api.customDomains.remove(id)).status, 204);
    assert.deepEqual((await api.customDomains.list()).data, []);
  });

  // M-037, MS-005
  test('attack protection is read, changed, and constant where there is nothing to protect', async () => {
    const { data: force } = await api.protection.bruteForce();
    assert.deepEqual([force.enabled, force.shields], [true, ['block', 'user_notification']]);
    const change = { max_attempts: 7, mode: 'count_per_identifier', allowlist: ['192.0.2.1'] };
    const { data: changed } = await api.protection.setBruteForce(change);
    assert.deepEqual({ ...force, ...change }, changed);
    await api.refused(api.protection.setBruteForce({ max_attempts: 0 }), { status: 400, code: 'invalid_body' });
    await api.protection.setBruteForce(force);
    const { data: ip } = await api.protection.ip();
    assert.ok(ip.stage['pre-login'].max_attempts > 0 && ip.stage['pre-user-registration'].rate > 0);
    assert.deepEqual((await api.protection.setIp({ enabled: true })).data, ip);
    assert.equal((await api.protection.breached()).data.enabled, false);
    for (const call of ['bots', 'captcha']) {
      await api.refused(api.protection[call](), { status: 403, code: 'insufficient_entitlement' });
    }
  });

  // MS-001
  test('log streams are made, changed and deleted', async () => {
    const sink = {
      httpEndpoint: 'https://logs.example.com/in', httpAuthorization: 'canary', httpContentType: 'application/json',
      httpContentFormat: 'JSONLINES', httpCustomHeaders: [{ header: 'x-tenant', value: 'acme' }],
    };
    const filters = [{ type: 'category', name: 'auth.login.fail' }];
    const made = await api.streams.create({ name: 'SIEM', type: 'http', sink, filters });
    assert.equal(made.status, 200);
    const { signing_secret: secret, ...stream } = made.data;
    const { id } = stream;
    assert.match(id, /^lst_/);
    assert.match(secret, /^whsec_/);
    assert.deepEqual([stream.status, stream.sink, stream.filters], ['active', sink, filters]);
    assert.deepEqual((await api.streams.read(id)).data, stream, 'the secret is shown once');
    assert.equal((await api.streams.update(id, { status: 'paused' })).data.status, 'paused');
    assert.deepEqual((await api.streams.list()).data.map((stream) => stream.id), [id]);
    const other = { name: 'No', type: 'mixpanel', sink: { mixpanelRegion: 'us' } };
    await api.refused(api.streams.create(other), { status: 400, code: 'operation_not_supported' });
    assert.equal((await api.streams.remove(id)).status, 204);
    await api.refused(api.streams.read(id), { status: 404, text: 'The log stream does not exist.' });
  });

  // M-034
  test('who is active is one number, and sign-ins are counted by the day', async () => {
    assert.ok((await api.stats.active()).data > 0);
    const { data: days } = await api.stats.daily({});
    assert.match(days[0].date, /^\d{4}-\d\d-\d\dT/);
    assert.ok(days[0].logins > 0 && days[0].leaked_passwords === 0);
  });

  // M-036
  test('signing keys take turns, and the old one is published until it is revoked', async () => {
    const { data: before } = await api.keys.list();
    const [old, next] = [named(before, 'current', true), named(before, 'next', true)];
    const published = async () => {
      const answer = await fetch(new URL('/.well-known/jwks.json', facts.base_url));
      return (await answer.json()).keys.map(({ kid }) => kid);
    };
    const rotated = await api.keys.rotate();
    assert.deepEqual([rotated.status, rotated.data.kid], [201, next.kid]);
    assert.equal((await api.keys.read(old.kid)).data.previous, true);
    assert.ok((await published()).includes(old.kid));
    await api.refused(api.keys.revoke(next.kid), { status: 400 });
    const revoked = await api.keys.revoke(old.kid);
    assert.deepEqual([revoked.status, revoked.data.kid], [200, old.kid]);
    assert.ok(!(await published()).includes(old.kid));
    // The SDK's own token died with it.
    await api.refused(api.keys.list(), { status: 401, title: 'Unauthorized' });
  });

  // M-004, M-036
  test('who turns the keys too often is told when to come back', async () => {
    const { client_id: clientId, client_secret: clientSecret } = facts.clients.m2m;
    const { keys } = api.connect({ clientId, clientSecret, retry: { enabled: false }, maxRetries: 0 });
    const turns = async () => {
      for (let turn = 0; turn < 10; turn += 1) await keys.rotate();
    };
    await api.refused(turns(), { status: 429, title: 'Too Many Requests', code: 'too_many_requests' });
    const { headers } = await keys.rotate().catch(api.told);
    assert.ok(Number(headers.get('retry-after')) >= 1);
    assert.equal(headers.get('x-ratelimit-remaining'), '0');
    assert.ok(Number(headers.get('x-ratelimit-reset')) * 1000 > Date.now());
  });
}
