// The embedded sign-in, on the page that development mode has for it.
import { CLIENTS } from '../prepared.mjs';
import { facts, freshMailbox, freshNumber, messageFor, otherThan, pass } from '../server.mjs';

const START = '**/passwordless/start';

export async function widget(walk) {
  const page = await walk.newcomer();
  const login = page.locator('latchkey-login');
  // The page is in English; the element in it is not.
  const see = async (name) => {
    await login.evaluate((login, locale) => {
      if (login.shadowRoot.querySelector('.root').lang !== locale) throw new Error('the texts are in another language');
    }, walk.locale);
    await walk.see(page, `widget-${name}`, { locale: 'en' });
  };
  const open = async (connection = 'sms email', send = 'code') => {
    await page.goto(new URL('/dev/widget', facts.base_url).href);
    await page.locator('#language').selectOption(walk.locale);
    await page.locator('#direction').selectOption(connection);
    await page.locator('#send').selectOption(send);
    await login.locator(`.root[lang="${walk.locale}"]`).waitFor();
  };
  const ask = async (address) => {
    await login.locator('#address').fill(address);
    await login.locator('#submit').click();
  };
  const enter = async (code) => {
    await login.locator('#code').fill(code);
    await login.locator('#submit').click();
  };
  const refused = async (name) => {
    await login.locator('.error:not(:empty)').waitFor();
    await see(name);
  };
  const answered = async (answer, name) => {
    await page.route(START, (route) => answer(route), { times: 1 });
    await ask(freshNumber());
    await refused(name);
  };

  await open();
  await see('identify');
  await ask('1');
  await refused('identify-error');
  await login.locator('#switch').click();
  await see('identify-email');
  await open();
  await answered((route) => route.abort(), 'no-answer');
  await answered((route) => route.fulfill({ status: 500, headers: { 'x-auth0-requestid': 'r-4b7c' }, json: {} }), 'server-error');
  await answered((route) => route.fulfill({ status: 400, json: { error: 'sms_provider_error' } }), 'not-sent');
  await login.evaluate((login, id) => login.setAttribute('client-id', id), CLIENTS.none);
  await ask(freshNumber());
  await refused('no-way-in');

  await open();
  await login.evaluate((login) => login.setAttribute('passkeys', 'on'));
  await login.locator('#passkey').waitFor();
  await see('passkey');
  await page.route('**/passkey/challenge', (route) => route.fulfill({ status: 400, json: { error: 'invalid_request' } }), { times: 1 });
  await login.locator('#passkey').click();
  await refused('passkey-error');

  await open();
  const number = freshNumber();
  await ask(number);
  await login.locator('#code').waitFor();
  await see('code');
  const { code } = await messageFor(number);
  await enter(otherThan(code));
  await refused('code-error');
  await enter(code);
  await page.locator('latchkey-login[state=done]').waitFor();
  await see('signed-in');

  await open();
  const late = freshNumber();
  await ask(late);
  await login.locator('#code').waitFor();
  const old = (await messageFor(late)).code;
  pass(181);
  await enter(old);
  await refused('code-expired');

  await open('email sms', 'link');
  await ask(freshMailbox());
  await login.locator('#code').waitFor();
  await see('link-wait');
  await walk.leave(page);
}
