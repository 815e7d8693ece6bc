// An administrator with the authenticator of a real browser, over TLS: from the link of the console to a passkey, in by
// it again, and once more where a fresh sign-in is needed. Without scripts or an authenticator the code is there.
import assert from 'node:assert/strict';

import { inBrowser } from '../support/browser.mjs';
import * as looks from '../support/looks.mjs';
import { authenticator } from '../support/passkeys.mjs';
import { codeMessageFor, facts, pass } from '../support/server.mjs';

const at = (path) => new URL(path, facts.base_url).href;
const signIn = (page) => page.locator('[data-page=sign_in]').waitFor();
const isIn = (page) => page.locator('header.top').waitFor();
let email;

async function look(page, name) {
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: 320, height });
  await looks.nothingScrollsSideways(page, name);
  await looks.nothingIsCut(page, name);
  await looks.axeFindsNothing(page, name);
  await looks.everythingElse(page, name, { rules: 'all' });
  await page.setViewportSize({ width, height });
}

/** By the button, or by the list of the browser where that was slower to ask than the authenticator to be touched. */
async function usePasskey(page, device) {
  await signIn(page);
  await device.touches(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click({ timeout: 2_000 }).catch(() => {});
}

// S-125, S-061
inBrowser('from the link of the console to a passkey, and in by it from then on', async ({ page }) => {
  const device = await authenticator(page);
  await page.goto(facts.dashboard_url);
  await page.locator('form[action^="/dashboard/enter/"] button').click();
  await page.locator('[data-page=start]').waitFor();
  await look(page, 'start');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await page.locator('[data-page=admin]').waitFor();
  email = await page.locator('h1').innerText();
  await look(page, 'without a passkey');

  await device.verifies(false);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('#add-passkey-error').getByText('No passkey was made. Try again.').waitFor();
  await device.verifies(true);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.locator('.notice').getByText('Added.').waitFor();
  const [{ rpId, isResidentCredential }] = await device.credentials();
  assert.deepEqual([rpId, isResidentCredential], ['localhost', true]);
  for (const summary of await page.locator('section:has(> #passkeys-title) summary').all()) await summary.click();
  await look(page, 'with a passkey');

  await device.touches(false);
  await page.locator('.who summary').click();
  await page.locator('.who').getByRole('button', { name: 'Sign out' }).click();
  await usePasskey(page, device);
  await isIn(page);
  await page.locator('.who summary').click();
  await page.locator('.who').getByText(email).waitFor();

  // What needs a fresh sign-in, and the way back to it.
  pass(15 * 60);
  await page.goto(at('/dashboard/admins'));
  const invite = async () => {
    await page.getByLabel('Email address').fill('helper@example.com');
    await page.getByRole('button', { name: 'Invite' }).click();
  };
  await invite();
  await device.touches(false);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await usePasskey(page, device);
  await page.locator('[data-page=admins]').waitFor();
  await invite();
  await page.locator('.notice').getByText('Invited.').waitFor();

  // Renamed and taken away.
  await page.goto(at('/dashboard/admins'));
  await page.getByRole('link', { name: email }).click();
  const passkeys = page.locator('section:has(> #passkeys-title)');
  await passkeys.locator('summary', { hasText: 'Rename' }).click();
  await passkeys.getByRole('textbox').fill('Blue key');
  await passkeys.getByRole('button', { name: 'Save' }).click();
  await passkeys.locator('strong', { hasText: 'Blue key' }).waitFor();
  await passkeys.locator('summary', { hasText: 'Remove' }).click();
  await passkeys.getByRole('button', { name: 'Remove' }).click();
  await page.locator('.notice').getByText('Removed.').waitFor();

  // The list of the browser answers by itself, with what signs nobody in any more.
  await page.context().clearCookies();
  await page.goto(at('/dashboard/sign-in'));
  await page.getByText('The passkey was not accepted.').waitFor();
});

// S-125
inBrowser('without scripts, and without an authenticator, the code is there', async ({ page, anotherBrowser }) => {
  await page.goto(at('/dashboard/sign-in'));
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  assert.equal(await page.locator('#email').getAttribute('autocomplete'), 'username webauthn');
  await look(page, 'sign-in');

  const plain = await (await anotherBrowser({ javaScriptEnabled: false })).newPage();
  await plain.goto(at('/dashboard/sign-in'));
  await plain.getByLabel('Your email address').fill(email);
  assert.equal(await plain.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0);
  await plain.getByRole('button', { name: 'Send me a code' }).click();
  await plain.locator('[data-page=code]').waitFor();
  const { code } = await codeMessageFor(email);
  await plain.locator('#code').fill(code);
  await plain.getByRole('button', { name: 'Sign in' }).click();
  await isIn(plain);
  await plain.goto(at('/dashboard/admins'));
  await plain.getByRole('link', { name: email }).click();
  await plain.getByText('This browser makes none, or runs no scripts here.').waitFor();
  assert.equal(await plain.getByRole('button', { name: 'Add a passkey' }).count(), 0);
});
