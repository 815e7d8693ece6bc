// Administrators: signing in by a code, the list, one of them; and the description of the API.
import assert from 'node:assert/strict';

import { authenticator } from '../passkeys.mjs';
import { facts, messageFor, pass } from '../server.mjs';

const at = (path) => new URL(path, facts.base_url).href;

/** `page` is a browser whose administrator is signed in. */
export async function admins(walk, page) {
  const see = (name) => walk.see(page, `dashboard-${name}`);
  await page.goto(at('/dashboard/admins'));
  await see('admins');
  await page.getByLabel('Email address').fill('helper@example.com');
  await page.getByLabel('Role').selectOption('viewer');
  await walk.anew(page, () => page.getByRole('button', { name: 'Invite' }).click());
  await see('admins-invited');
  await page.getByRole('link', { name: 'helper@example.com' }).click();
  await page.locator('[data-page=admin]').waitFor();
  await see('admin');
  await walk.anew(page, () => page.getByRole('button', { name: 'Make a link' }).click());
  await see('admin-link');
  await page.locator('summary', { hasText: 'Remove this administrator' }).click();
  await page.locator('#remove-confirm').fill('somebody else');
  await walk.anew(page, () => page.getByRole('button', { name: 'Remove', exact: true }).click());
  await see('admin-error');

  pass(15 * 60);
  await walk.anew(page, () => page.getByRole('button', { name: 'Make a link' }).click());
  await see('stale');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.locator('[data-page=sign_in]').waitFor();
  await see('sign-in-again');
  await byCode(walk, page, see);
  await ownPasskey(walk, page, see);

  await page.goto(at('/dashboard/api?q=users'));
  await see('api');
  await page.goto(at('/dashboard/api?q=nothing-of-the-kind'));
  await see('api-empty');
}

/** The page of whoever is signed in, and a passkey that they make there. */
async function ownPasskey(walk, page, see) {
  await page.locator('.who summary').click();
  await page.getByRole('link', { name: 'Your passkeys and sessions' }).click();
  await page.locator('[data-page=admin]').waitFor();
  await see('account');
  const device = await authenticator(page);
  await walk.anew(page, () => page.getByRole('button', { name: 'Add a passkey' }).click());
  for (const summary of await page.locator('section:has(> #passkeys-title) summary').all()) await summary.click();
  await see('account-passkey');
  await device.leave();
}

/** From the page that sends codes to the dashboard. */
async function byCode(walk, page, see) {
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.locator('[data-page=code]').waitFor();
  await see('code');
  const email = await page.locator('input[name=email]').inputValue();
  await page.locator('#code').fill('00000000');
  await walk.anew(page, () => page.getByRole('button', { name: 'Sign in' }).click());
  await see('code-error');
  const { code } = await messageFor(email);
  assert.match(code, /^\d{8}$/);
  await page.locator('#code').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('header.top').waitFor();
}
