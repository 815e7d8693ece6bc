// A device without a keyboard, and the person who signs it in.
import assert from 'node:assert/strict';

import { facts, freshNumber, messageFor } from '../server.mjs';

/** What the device shows. */
async function asked() {
  const body = new URLSearchParams({ client_id: facts.clients.native.client_id, scope: 'openid profile' });
  const answer = await fetch(new URL('/oauth/device/code', facts.base_url), { method: 'POST', body });
  assert.equal(answer.status, 200);
  return answer.json();
}

export async function device(walk) {
  const page = await walk.newcomer();
  await page.goto(new URL('/activate', facts.base_url).href);
  await walk.see(page, 'activate');
  await page.locator('#user-code').fill('BCDF-GHJK');
  await walk.anew(page, () => walk.press(page, '/activate'));
  await walk.see(page, 'activate-error');

  await page.goto((await asked()).verification_uri_complete);
  await walk.see(page, 'activate-filled');
  await walk.press(page, '/activate');
  const number = freshNumber();
  await walk.send(page, '/login', '#address', number);
  await page.locator('#code').waitFor();
  await walk.enter(page, (await messageFor(number)).code);
  await page.locator('[data-page=device]').waitFor();
  await walk.see(page, 'device');
  await page.locator('button[value="deny"]').click();
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'device-declined');

  await page.goto((await asked()).verification_uri_complete);
  await walk.press(page, '/activate');
  await page.locator('button[value="allow"]').click();
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'device-done');
  await walk.leave(page);
}
