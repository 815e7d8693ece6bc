// Every page and state that people see, in four languages, light and dark: axe-core finds nothing, nothing
// scrolls sideways at 320 px, and texts may grow. Whoever adds a page adds it to support/walk.
import '../support/prepared.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inBrowser } from '../support/browser.mjs';
import * as looks from '../support/looks.mjs';
import { PAGES, Seen } from '../support/texts.mjs';
import { Walk, hasAllAreas, languagesOr } from '../support/walk/index.mjs';

const seen = new Seen();
let titles;

/**
 * The first one, the longest words, from right to left, and without spaces. All twelve take a quarter of an hour:
 * `cargo xtask screens` looks at them, as closely as this does at the first three.
 */
const languages = languagesOr(['en', 'de', 'ar', 'ja']);
const CLOSELY = ['en', 'de', 'ar'];
const isWhole = languages.includes('en') && hasAllAreas;

/** Messages that no page shows, and why. */
const UNSEEN = {
  identify_have_code: 'apps show it, over the client',
  identify_country_label: 'as identify_have_code',
  identify_country_search: 'as identify_have_code',
  identify_close: 'as identify_have_code',
  identify_link_lead: 'as identify_have_code',
  link_wait_app: 'as identify_have_code',
  field_required: 'no page has a field that may be left empty',
  sign_out_cancel: 'the page has no second button',
  support_label: 'the operator of a walk names no address of support',
  activate_network_other: 'the device and the browser of a walk are on one network',
  mail_link_lifetime_hours: 'links live for minutes',
  account_device_touch_id: 'nobody in a walk has a phone of 2014',
  account_device_last: 'whoever has a device in a walk has an address',
  account_address_unproved: 'everybody in a walk proved their address',
  account_history_none: 'whoever is there has signed in',
  account_way_touch_id: 'nobody in a walk has a phone of 2014',
  account_way_password: 'nobody in a walk has a password',
  notice_address_changed: 'the walk looks at one notice of an address, and that is of a new one',
  notice_address_removed: 'as notice_address_changed',
  notice_account_linked: 'as notice_address_changed',
  notice_codes_refused: 'as notice_address_changed',
  notice_codes_refused_text: 'as notice_address_changed',
  unit_minutes: 'no length of time stands by itself yet',
  unit_hours: 'no length of time stands by itself yet',
};

for (const locale of languages) {
  inBrowser(`every page in ${locale}`, async ({ anotherBrowser }) => {
    const closely = CLOSELY.includes(locale);
    const walk = new Walk(locale, anotherBrowser, async (page, name, _state, { within }) => {
      if (locale === 'en') await seen.add(page);
      await looks.nothingScrollsSideways(page, name);
      await looks.axeFindsNothing(page, name, { within });
      if (closely) await looks.everythingElse(page, name, { within });
    });
    await walk.everywhere();
    if (locale === 'en') titles = walk.titles;
  });
}

test('the walk has shown every page and every text', { skip: !isWhole }, () => {
  assert.deepEqual(PAGES.filter((page) => !seen.pages.has(page)), [], 'pages that no walk visits');
  assert.deepEqual(seen.missing().filter((name) => !(name in UNSEEN)), [], 'texts that no walk shows');
  assert.deepEqual(Object.keys(UNSEEN).filter((name) => !seen.missing().includes(name)), [], 'texts that are shown after all');
});

test('titles tell the pages apart', { skip: !isWhole }, () => {
  const states = ['identify', 'code', 'consent', 'link-wait', 'link-here', 'link-dead-used', 'sign-out', 'signed-out', 'signed-in-already', 'error-redirect', 'code-error', 'demo', 'inbox', 'widget-identify', 'mail-link'];
  assert.equal(new Set(states.map((state) => titles.get(state))).size, states.length, JSON.stringify([...titles]));
});
