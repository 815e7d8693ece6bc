import assert from 'node:assert/strict';
import { test } from 'node:test';

const SMTP = {
  name: 'smtp', enabled: true, default_from_address: 'codes@acme.example',
  credentials: { smtp_host: 'mail.example.com', smtp_port: 587, smtp_user: 'acme', smtp_pass: 'canary' },
  settings: {},
};
const TWILIO = {
  name: 'twilio', credentials: { auth_token: 'canary' },
  configuration: { sid: 'AC1', default_from: '+14155550199', delivery_methods: ['text'] },
};

export function messages(api) {
  // M-029
  test('the email provider is set once, changed, and its secret is never read', async () => {
    const none = { status: 404, code: 'inexistent_email_provider', text: 'There is not a configured email provider' };
    await api.refused(api.emailProvider.read(), none);
    const made = await api.emailProvider.create(SMTP);
    assert.equal(made.status, 201);
    await api.refused(api.emailProvider.create(SMTP), { status: 409 });
    const fields = 'name,enabled,default_from_address,credentials,settings';
    const { data: read } = await api.emailProvider.read({ fields, include_fields: true });
    const { smtp_pass: _, ...shown } = SMTP.credentials;
    assert.deepEqual(read, { ...SMTP, credentials: shown });
    const { data: changed } = await api.emailProvider.update({ default_from_address: 'hello@acme.example', enabled: false });
    assert.deepEqual([changed.default_from_address, changed.enabled, changed.credentials], ['hello@acme.example', false, shown]);
    await api.refused(api.emailProvider.update({ name: 'pigeons' }), { status: 400, code: 'invalid_body' });
    if (api.emailProvider.remove) {
      assert.equal((await api.emailProvider.remove()).status, 204);
      await api.refused(api.emailProvider.read(), none);
    }
  });

  // MS-002
  test('a template of mails is not there until it is made', async () => {
    const none = { status: 404, code: 'inexistent_email_template', text: 'The template does not exist.' };
    await api.refused(api.emailTemplates.read('verify_email'), none);
    await api.refused(api.emailTemplates.update('verify_email', { subject: 'x' }), none);
    const template = {
      template: 'verify_email', body: '<p>Hi</p>', from: 'a@acme.example', subject: 'Hi', syntax: 'liquid',
      enabled: true, urlLifetimeInSeconds: 600, includeEmailInRedirect: false, resultUrl: 'https://acme.example/',
    };
    assert.equal((await api.emailTemplates.create(template)).status, 201);
    assert.deepEqual((await api.emailTemplates.read('verify_email')).data, template);
    await api.refused(api.emailTemplates.create(template), { status: 409 });
    assert.equal((await api.emailTemplates.update('verify_email', { subject: 'Ho' })).data.subject, 'Ho');
    const put = await api.emailTemplates.put('verify_email', { ...template, subject: 'Hu' });
    assert.deepEqual([put.status, put.data.subject], [200, 'Hu']);
    await api.refused(api.emailTemplates.read('nothing'), { status: 400, code: 'invalid_uri' });
  });

  // M-030
  test('the phone provider is made once, changed, deleted, and its token is never read', async () => {
    assert.deepEqual((await api.phoneProviders.list()).data, []);
    const noSender = { ...TWILIO, configuration: { sid: 'AC1', delivery_methods: ['text'] } };
    const bad = { status: 400, text: 'Bad Operation on Notification Resource' };
    await api.refused(api.phoneProviders.create(noSender), bad);
    const made = await api.phoneProviders.create(TWILIO);
    assert.equal(made.status, 201);
    const { id } = made.data;
    assert.match(id, /^pro_/);
    assert.deepEqual([made.data.channel, made.data.disabled, made.data.credentials], ['phone', false, undefined]);
    assert.deepEqual((await api.phoneProviders.read(id)).data.configuration, TWILIO.configuration);
    await api.refused(api.phoneProviders.create(TWILIO), { status: 409 });
    const configuration = { ...TWILIO.configuration, delivery_methods: ['text', 'voice'] };
    const { data: changed } = await api.phoneProviders.update(id, { configuration, disabled: true });
    assert.deepEqual([changed.configuration, changed.disabled], [configuration, true]);
    assert.deepEqual((await api.phoneProviders.list({ disabled: false })).data, []);
    assert.equal((await api.phoneProviders.list({ disabled: true })).data.length, 1);
    assert.equal((await api.phoneProviders.remove(id)).status, 204);
    await api.refused(api.phoneProviders.read(id), { status: 404, text: 'Notification Resource not found' });
  });

  // M-030
  test('templates of text messages are made, changed, reset and deleted', async () => {
    const content = { syntax: 'liquid', from: '+14155550199', body: { text: 'Code {{ code }}', voice: 'Code {{ code }}' } };
    for (const { id } of (await api.phoneTemplates.list()).data) if (id) await api.phoneTemplates.remove(id);
    const made = await api.phoneTemplates.create({ type: 'otp_verify', disabled: false, content });
    assert.equal(made.status, 201);
    const { id } = made.data;
    assert.match(id, /^tem_/);
    assert.deepEqual([made.data.channel, made.data.content], ['phone', content]);
    await api.refused(api.phoneTemplates.create({ type: 'otp_verify', content }), { status: 409 });
    const body = { text: '{{ code }} is it', voice: '{{ code }}' };
    assert.deepEqual((await api.phoneTemplates.update(id, { content: { body } })).data.content.body, body);
    const reset = await api.phoneTemplates.reset(id);
    assert.equal(reset.status, 200);
    assert.notDeepEqual(reset.data.content.body, body);
    assert.deepEqual((await api.phoneTemplates.read(id)).data.content, reset.data.content);
    assert.ok((await api.phoneTemplates.list()).data.some((template) => template.id === id));
    assert.equal((await api.phoneTemplates.remove(id)).status, 204);
    await api.refused(api.phoneTemplates.read(id), { status: 404, text: 'Notification Resource not found' });
  });
}
