// Pictures of the pages, light and dark, wide and narrow; anything that a page complains of is an error.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { round } from './login-screens.mjs';
import { codeFor, facts, variable } from './server.mjs';

const folder = variable('LATCHKEY_SCREENS');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.LATCHKEY_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 720 } });
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    const shot = async (name) => {
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.ok(!wider, `${name} at ${width} px scrolls sideways`);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
    };
    await fetch(`${facts.http_url}/dev/inbox/messages`, { method: 'DELETE' });
    await page.goto(`${facts.http_url}/dev/inbox`);
    await page.getByText('No messages yet').waitFor();
    await shot('inbox-empty');
    await page.goto(`${facts.http_url}/dev/`);
    await shot('demo');
    await page.getByRole('button', { name: 'Send code' }).click();
    await page.getByLabel('Code').waitFor();
    await page.getByLabel('Code').fill(await codeFor('+14155550100'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Your id_token says' }).waitFor();
    await shot('demo-signed-in');
    await page.getByRole('button', { name: 'Sign in with the hosted page' }).click();
    await page.getByLabel('Phone number').fill('+1 415 555 0100');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(await codeFor('+14155550100'));
    await page.getByText('"nonce"').or(page.getByText('"sid"')).waitFor();
    await page.getByText('Signed in.').waitFor();
    await page.goto(`${facts.http_url}/dev/inbox`);
    await page.locator('article').first().waitFor();
    await shot('inbox');
    await page.goto(`${facts.http_url}/dev/widget`);
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await shot('widget');
    await page.getByLabel('Phone number', { exact: true }).fill('+14155550101');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code', { exact: true }).fill(await codeFor('+14155550101'));
    await shot('widget-code');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Signed in' }).waitFor();
    await shot('widget-signed-in');
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByLabel('Language').selectOption('ar');
    await page.getByText('تسجيل الدخول').first().waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    await shot('widget-arabic');
    assert.deepEqual(complaints, [], `${colorScheme} ${width}`);
    await context.close();
  }
}
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 768, 1280]) await round(browser, folder, { colorScheme, width });
}
for (const width of [320, 1280]) await round(browser, folder, { colorScheme: 'light', width, locale: 'ar' });
await browser.close();
if (process.env.LATCHKEY_DOCS_IMAGES) {
  mkdirSync(process.env.LATCHKEY_DOCS_IMAGES, { recursive: true });
  copyFileSync(join(folder, 'inbox-light-1280.png'), join(process.env.LATCHKEY_DOCS_IMAGES, 'inbox.png'));
}
console.log(`pictures in ${folder}`);
