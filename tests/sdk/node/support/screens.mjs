// `cargo xtask screens`: every page and state in every language, looked at as closely as can be, and pictures
// of them all in three languages, light and dark, narrow, middling and wide.
import './prepared.mjs';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { inBrowser } from './browser.mjs';
import * as looks from './looks.mjs';
import { variable } from './server.mjs';
import { Walk, languagesOr } from './walk/index.mjs';

/** The first one, one with long words, one from right to left. */
const PICTURED = ['en', 'de', 'ar'];
const folder = variable('LATCHKEY_SCREENS');

async function pictures(page, file) {
  const { height } = page.viewportSize();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height });
      await looks.nothingScrollsSideways(page, `${file} at ${width} px`);
      await page.screenshot({ path: `${file}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  await page.setViewportSize({ width: 320, height });
  await page.emulateMedia({ colorScheme: 'light' });
}

for (const locale of languagesOr(['all'])) {
  inBrowser(`every page in ${locale}`, async ({ anotherBrowser }) => {
    mkdirSync(join(folder, locale), { recursive: true });
    await new Walk(locale, anotherBrowser, async (page, name, state, { within }) => {
      if (PICTURED.includes(locale)) await pictures(page, join(folder, locale, state));
      await looks.axeFindsNothing(page, name, { within });
      await looks.everythingElse(page, name, { rules: 'all', within });
    }).everywhere();
    if (locale === 'en' && process.env.LATCHKEY_DOCS_IMAGES) {
      mkdirSync(process.env.LATCHKEY_DOCS_IMAGES, { recursive: true });
      copyFileSync(join(folder, 'en/inbox-light-1280.png'), join(process.env.LATCHKEY_DOCS_IMAGES, 'inbox.png'));
    }
  });
}
