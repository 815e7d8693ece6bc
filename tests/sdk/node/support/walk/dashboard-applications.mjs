// Applications, APIs and the search of the dashboard, by an administrator who is signed in.
import assert from 'node:assert/strict';

import { facts } from '../server.mjs';

const at = (path) => new URL(path, facts.base_url).href;
const APPLICATIONS = '/dashboard/applications';

async function applications(walk, page, see) {
  await page.goto(at(APPLICATIONS));
  await see('application-list');
  await page.goto(at(`${APPLICATIONS}?q=nothing-has-this-name`));
  await see('application-list-none');
  await page.goto(at(`${APPLICATIONS}/new`));
  await see('application-new');
  await page.getByLabel('Name', { exact: true }).fill('A shop with a name that is rather longer than what most people would think of when they name a shop');
  await page.locator('form[action$="/new"]').evaluate((form) => form.submit());
  await page.locator('[data-page=application_new] .error').first().waitFor();
  await see('application-new-error');
  await page.getByLabel('Single-page application').check();
  await page.getByRole('button', { name: 'Create application' }).click();
  await page.locator('[data-page=application_quickstart]').waitFor();
  await see('application-quickstart-missing');
  await walk.anew(page, () => page.getByRole('button', { name: 'Set this' }).first().click());
  await see('application-quickstart');
  const base = new URL(page.url()).pathname.replace(/\/quickstart$/, '');

  for (const [id, guide] of [['native', 'swift'], ['native', 'lock-ios'], ['web', 'openid-client'], ['m2m', 'curl']]) {
    await page.goto(at(`${APPLICATIONS}/${facts.clients[id].client_id}/quickstart?with=${guide}`));
    await see(`application-quickstart-${guide}`);
  }

  await page.goto(at(`${base}/settings`));
  await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
  await see('application-settings');
  await page.getByLabel('Seconds that an ID token lives').fill('soon');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save' }).click());
  await see('application-settings-error');
  await walk.anew(page, () => page.getByRole('button', { name: 'Show the secret' }).click());
  await see('application-secret');
  await page.goto(at(`${base}/settings`));
  await page.getByText('Delete the application').first().click();
  await page.locator('#delete-confirm').fill('something else');
  await walk.anew(page, () => page.getByRole('button', { name: 'Delete the application' }).click());
  await see('application-delete-wrong');

  await page.goto(at(`${base}/connections`));
  await see('application-connections');
  await page.goto(at(`${base}/credentials`));
  await see('application-credentials-none');
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const key = Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64');
  await page.getByLabel('Name', { exact: true }).fill('Laptop of the build');
  await page.getByLabel('Public key').fill(`-----BEGIN PUBLIC KEY-----\n${key.match(/.{1,64}/g).join('\n')}\n-----END PUBLIC KEY-----`);
  await walk.anew(page, () => page.getByRole('button', { name: 'Add the key' }).click());
  await walk.anew(page, () => page.getByRole('button', { name: 'Use Laptop of the build' }).click());
  await see('application-credentials');
  await walk.anew(page, () => page.getByRole('button', { name: 'Stop using Laptop of the build' }).click());
}

async function apis(walk, page, see) {
  await page.goto(at('/dashboard/apis'));
  await see('api-list-first');
  await page.locator('summary', { hasText: 'Create API' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Orders');
  await page.getByLabel('Identifier', { exact: true }).fill('https://orders.example.com/an/api/with/quite/a/long/identifier/');
  await page.getByRole('button', { name: 'Create API' }).click();
  await page.locator('[data-page=api_permissions]').waitFor();
  await see('api-permissions-empty');
  for (const [value, about] of [['read:orders', 'See what was ordered'], ['cancel:orders', '']]) {
    await page.getByLabel('Permission', { exact: true }).fill(value);
    await page.getByLabel('Description').fill(about);
    await walk.anew(page, () => page.getByRole('button', { name: 'Add', exact: true }).click());
  }
  await see('api-permissions');
  await page.getByRole('link', { name: 'Change read:orders' }).click();
  await page.getByText('Change a permission').waitFor();
  await see('api-permissions-change');
  const base = new URL(page.url()).pathname.replace(/\/permissions$/, '');
  await page.goto(at(`${base}/settings`));
  await see('api-settings');
  await page.goto(at(`${base}/applications`));
  await see('api-applications');
  await page.getByRole('link', { name: 'Demo', exact: false }).first().click();
  await page.locator('[data-page=application_grant]').waitFor();
  await page.getByLabel('may have tokens for Orders').check();
  await page.getByLabel('read:orders').check();
  await see('application-grant');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save' }).click());
  await see('api-applications-on');
  const machine = `${APPLICATIONS}/${facts.clients.m2m.client_id}/apis`;
  await page.goto(at(machine));
  await see('application-apis');
  await page.getByRole('link', { name: 'Auth0 Management API' }).click();
  await page.getByLabel('Show those with').fill('read:clients');
  await page.getByRole('button', { name: 'Untick these' }).click();
  await see('application-grant-system');
  await page.goto(at('/dashboard/apis'));
  await page.getByRole('link', { name: 'Auth0 Management API' }).click();
  await page.locator('[data-page=api_settings]').waitFor();
  await see('api-system');
}

/** By the keyboard alone: what a combobox with a list must do. */
async function search(walk, page, see) {
  await page.goto(at('/dashboard/search?q=demo'));
  await see('search');
  await page.goto(at('/dashboard/search?q=nothing-has-this-name'));
  await see('search-none');
  await page.goto(at('/dashboard/apis'));
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search by name or ID' });
  assert.ok(await box.evaluate((input) => input === document.activeElement), 'the search has the focus');
  await page.keyboard.type('demo');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  const chosen = page.getByRole('option', { selected: true });
  assert.equal(await box.getAttribute('aria-activedescendant'), await chosen.getAttribute('id'));
  assert.equal(await box.getAttribute('aria-expanded'), 'true');
  await see('search-dialog');
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.getByRole('option').last().getAttribute('aria-selected'), 'true', 'it goes round');
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.getByRole('link', { name: 'Search' }).click();
  await page.keyboard.type('orders');
  await page.getByRole('option', { name: 'Orders' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('[data-page=api_settings]').waitFor();
}

export async function dashboardApplications(walk, page, see) {
  await applications(walk, page, see);
  await apis(walk, page, see);
  await search(walk, page, see);
}
