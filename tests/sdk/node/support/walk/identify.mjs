// Who are you?
import { closesDialogs } from '../passkeys.mjs';
import { CLIENTS, NOWHERE, NUMBERS } from '../prepared.mjs';

export async function identify(walk) {
  const page = await walk.newcomer();
  await page.goto(walk.request());
  await walk.see(page, 'identify');
  await page.locator('summary').click();
  await walk.see(page, 'identify-languages');
  await page.locator('summary').click();
  const wrong = async (number, name) => {
    await walk.send(page, '/login', '#address', number);
    await page.locator('#error').waitFor();
    await walk.see(page, name);
  };
  await wrong('0100', 'identify-error-phone');
  await wrong('+18005550100', 'identify-error-no-texts');
  await page.locator('.other a').click();
  await page.locator('[type=email]').waitFor();
  await walk.see(page, 'identify-email');
  await wrong('nobody', 'identify-error-email');

  await page.goto(walk.request({ client_id: CLIENTS.mail, redirect_uri: NOWHERE }));
  await page.locator('#passkey button').waitFor();
  await walk.see(page, 'identify-only-email');
  await closesDialogs(page);
  await page.locator('#passkey button').click();
  await page.locator('#passkey-error:not([hidden])').waitFor();
  await walk.see(page, 'identify-passkey-none');
  // As its script sends it, with an answer of no authenticator.
  await page.locator('#passkey').evaluate((form) => form.submit());
  await page.locator('#error').waitFor();
  await walk.see(page, 'identify-error-passkey');

  const closed = async (number) => {
    await page.goto(walk.request({ client_id: CLIENTS.closed, redirect_uri: NOWHERE }));
    await walk.send(page, '/login', '#address', number);
  };
  await closed(NUMBERS.abroad);
  await page.locator('#error').waitFor();
  await walk.see(page, 'identify-error-country');
  await closed(NUMBERS.unknown);
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'error-sign-up-closed');
  await closed(NUMBERS.blocked);
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'error-blocked');
  await walk.leave(page);
}
