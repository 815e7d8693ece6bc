// The operator's pages about messages: Passwordless with its preview and its try, the providers, protection.
import { facts, freshNumber } from '../server.mjs';

const at = (path) => new URL(path, facts.base_url).href;

/** `page` is signed in; `see` looks at a state. */
export async function messages(walk, page, see) {
  const open = async (card, link, landmark) => {
    await page.goto(at('/dashboard/connections/passwordless'));
    await page.getByRole('link', { name: `${link} ${card}`, exact: true }).click();
    await page.locator(`[data-page=${landmark}]`).waitFor();
  };
  await open('of SMS', 'Settings', 'settings');
  await page.locator('#template').fill('@@cod@@ ł');
  await page.locator('#findings').getByText('UCS').or(page.locator('#findings').getByText('shorter')).first().waitFor();
  await see('sms-preview');
  await page.locator('.danger summary').click();
  await page.locator('.variables summary').click();
  await see('sms-delete');
  page.once('dialog', (dialog) => dialog.accept());
  await open('of SMS', 'Settings', 'settings');
  await page.locator('#template').fill('@@password@@ is your code for Acme');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await walk.anew(page, () => page.getByRole('button', { name: 'Reset the message' }).click());
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await see('sms-reset');
  await walk.anew(page, () => page.getByRole('button', { name: 'Show the secrets' }).click());
  await see('sms-secrets');
  await page.goto(at('/dashboard/connections/passwordless'));
  await page.getByRole('link', { name: 'Turn off SMS', exact: true }).click();
  await page.locator('[data-page=off]').waitFor();
  await see('off');

  await open('SMS', 'Try', 'try');
  await see('try');
  await page.locator('#to').fill('12');
  await walk.anew(page, () => page.getByRole('button', { name: 'Send', exact: true }).click());
  await see('try-error');
  await page.locator('#to').fill(freshNumber());
  await walk.anew(page, () => page.getByRole('button', { name: 'Send', exact: true }).click());
  await page.locator('#code').waitFor();
  await see('try-sent');

  await page.goto(at('/dashboard/email'));
  await see('email-provider');
  await page.locator('[id="credentials.smtp_host"]').fill('mail.acme.example');
  await page.locator('[id="credentials.smtp_port"]').fill('70000');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save' }).click());
  await see('email-provider-error');

  await page.goto(at('/dashboard/phone'));
  await see('phone-provider');
  await page.getByRole('link', { name: 'otp_verify' }).click();
  await page.locator('[data-page=phone_template]').waitFor();
  await see('phone-template');

  await page.goto(at('/dashboard/protection?who=192.0.2.1'));
  await see('protection');
}
