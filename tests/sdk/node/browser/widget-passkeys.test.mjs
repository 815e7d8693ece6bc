// Passkeys in the embedded sign-in: in the list of the browser at the field, and by a button.
import assert from 'node:assert/strict';

import { inBrowser, claimsOf } from '../support/browser.mjs';
import { operator } from '../support/operator.mjs';
import { authenticator, signUp, withoutLists } from '../support/passkeys.mjs';
import { codeFor, freshMailbox, freshNumber } from '../support/server.mjs';
import { ask, button, enter, heard, open, serveWidget, state } from '../support/widget.mjs';

await serveWidget();

/** The challenges that a page has asked for so far. */
function challenges(page) {
  const asked = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/passkey/challenge')) asked.push(request);
  });
  return asked;
}

const completes = (page) => page.locator('#address').getAttribute('autocomplete');

async function byCode(page) {
  const number = freshNumber();
  await ask(page, number);
  await enter(page, await codeFor(number));
  await heard(page, 'latchkey-signed-in');
}

// P-182
inBrowser('a passkey stands in the list of the browser, where the page asks for passkeys and nowhere else', async ({ page }) => {
  await authenticator(page);
  const asked = challenges(page);
  await open(page);
  const { sub } = claimsOf((await signUp(page, freshMailbox())).id_token);
  await open(page);
  assert.equal(await completes(page), 'tel');
  assert.equal(await button(page, 'Use a passkey').count(), 0);
  await byCode(page);
  assert.equal(asked.length, 0);

  // Nobody presses anything.
  await open(page, { passkeys: 'on', scope: 'openid profile' });
  const tokens = await heard(page, 'latchkey-signed-in');
  assert.equal(claimsOf(tokens.id_token).sub, sub);
  assert.equal(await state(page), 'done');
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  assert.equal(asked.length, 1);
});

inBrowser('who has no passkey sees nothing of the list, and it is there again after a way back', async ({ page }) => {
  await authenticator(page);
  const asked = challenges(page);
  await open(page, { passkeys: 'on', connection: 'sms email' });
  assert.equal(await completes(page), 'tel webauthn');
  await page.waitForFunction(() => document.activeElement === document.body);
  await ask(page, freshNumber());
  await button(page, 'Change number').click();
  assert.equal(await completes(page), 'tel webauthn');
  await button(page, 'Use an email address instead').click();
  assert.equal(await completes(page), 'email webauthn');
  await page.waitForFunction(() => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/passkey/challenge')).length >= 2);
  assert.equal(asked.length, 2);
  const errors = await page.evaluate(() => window.heard.filter(({ name }) => name === 'latchkey-error').length);
  assert.equal(errors, 0);
});

inBrowser('a browser without such lists has the button, and one without passkeys neither', async ({ page, anotherBrowser }) => {
  await authenticator(page);
  await withoutLists(page);
  const asked = challenges(page);
  await open(page, { passkeys: 'on' });
  const { sub } = claimsOf((await signUp(page, freshMailbox())).id_token);
  await open(page, { passkeys: 'on' });
  assert.equal(await completes(page), 'tel');
  assert.equal(asked.length, 0);
  await button(page, 'Use a passkey').click();
  const tokens = await heard(page, 'latchkey-signed-in');
  assert.equal(claimsOf(tokens.id_token).sub, sub);
  assert.equal(await state(page), 'done');

  const plain = await (await anotherBrowser()).newPage();
  await plain.addInitScript(() => delete window.PublicKeyCredential);
  await open(plain, { passkeys: 'on' });
  const looks = async (page) => page.locator('latchkey-login').evaluate((login) => login.shadowRoot.querySelector('.root').innerText);
  const withAttribute = await looks(plain);
  assert.equal(await completes(plain), 'tel');
  await open(plain);
  assert.equal(await looks(plain), withAttribute);
});

inBrowser('whoever has none, or closes the dialog, goes on with a code', async ({ page }) => {
  await authenticator(page);
  await open(page, { passkeys: 'on' });
  await button(page, 'Use a passkey').click();
  assert.equal((await heard(page, 'latchkey-error')).code, 'no_passkey');
  await page.getByText('No passkey was used. Try again, or use a code.').waitFor();
  await byCode(page);
});

inBrowser('a passkey that an operator took away is told beside the field', async ({ page }) => {
  const device = await authenticator(page);
  await withoutLists(page);
  await open(page, { passkeys: 'on' });
  const { sub } = claimsOf((await signUp(page, freshMailbox())).id_token);
  const [{ id }] = await operator('GET', `/users/${encodeURIComponent(sub)}/authentication-methods`);
  await operator('DELETE', `/users/${encodeURIComponent(sub)}/authentication-methods/${encodeURIComponent(id)}`);
  await button(page, 'Use a passkey').click();
  await page.getByRole('alert').filter({ hasText: 'The passkey was not accepted. Try again, or use a code.' }).waitFor();
  assert.equal((await heard(page, 'latchkey-error')).code, 'invalid_grant');
  await device.leave();
  await byCode(page);
});
