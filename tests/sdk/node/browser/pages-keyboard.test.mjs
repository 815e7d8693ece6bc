// The hosted pages without a mouse, as people with a keyboard or a screen reader meet them.
import '../support/prepared.mjs';
import assert from 'node:assert/strict';

import { inBrowser } from '../support/browser.mjs';
import { facts, freshNumber, messageFor, otherThan, pass } from '../support/server.mjs';
import { Walk } from '../support/walk/index.mjs';

const walk = (anotherBrowser, locale = 'en') => new Walk(locale, anotherBrowser, async () => {});

/** Where the focus is, and whether one sees it there. */
async function focus(page) {
  const { at, seen } = await page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      at: element.id || element.value || element.textContent.trim() || element.localName,
      seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && box.width > 1 && box.bottom <= window.innerHeight && box.top >= 0,
    };
  });
  if (at !== 'body') assert.ok(seen, `the focus on ${at} does not show`);
  return at;
}

/** Every place that Tab comes to, from the top of the page. */
async function stops(page) {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const found = [];
  for (let tries = 0; tries < 30; tries += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    found.push(await focus(page));
    if (found.length > 1 && found.at(-1) === found[0]) return found.slice(0, -1);
  }
  return found;
}

const invalid = (page) => page.evaluate(() => {
  const { activeElement } = document;
  const described = (activeElement.getAttribute('aria-describedby') ?? '').split(' ');
  return { at: activeElement.id, invalid: activeElement.getAttribute('aria-invalid'), says: described.map((id) => document.getElementById(id)?.textContent) };
});

inBrowser('a code in a text message, a mistake, and consent, by keyboard alone', async ({ anotherBrowser }) => {
  const there = walk(anotherBrowser);
  const page = await there.newcomer({ viewport: { width: 800, height: 900 } });
  const number = freshNumber();
  await page.goto(there.request({ prompt: 'login consent' }));
  assert.equal(await focus(page), 'address');
  assert.deepEqual(await stops(page), ['Skip to the main content', 'address', '1', 'Continue', 'Use an email address instead', 'Language English']);

  await page.locator('#address').focus();
  await page.keyboard.type('0100');
  await page.keyboard.press('Enter');
  await page.locator('#error').waitFor();
  const hint = 'With country code, such as +1\u00a0415\u00a0555\u00a00100';
  const mistake = 'Enter a phone number with its country code, such as +1\u00a0415\u00a0555\u00a00100.';
  assert.deepEqual(await invalid(page), { at: 'address', invalid: 'true', says: [mistake, hint] });
  assert.match(await page.title(), /^Error: /);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');

  await page.locator('#code').waitFor();
  assert.equal(await focus(page), 'code');
  const { code } = await messageFor(number);
  await page.keyboard.type(otherThan(code).slice(0, 5));
  await page.keyboard.press('Enter');
  await page.locator('#error').waitFor();
  const told = ['That code is not right. Check our latest text message and try again.', 'The code works for 3 minutes.'];
  assert.deepEqual(await invalid(page), { at: 'code', invalid: 'true', says: told });
  assert.deepEqual(await stops(page), ['Skip to the main content', 'code', 'Sign in', 'Change number', 'Language English']);
  await page.locator('#code').focus();
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await page.locator('[data-page=consent]').waitFor();

  await page.keyboard.press('Tab');
  assert.equal(await focus(page), 'Skip to the main content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await focus(page), 'allow');
  await page.keyboard.press('Tab');
  assert.equal(await focus(page), 'deny');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await focus(page), 'English');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focus(page), 'allow');
  await page.keyboard.press('Enter');
  await there.back(page);
});

inBrowser('that a new code can be asked for is told once, not every second', async ({ anotherBrowser }) => {
  const there = walk(anotherBrowser);
  const page = await there.newcomer();
  await page.clock.install();
  await there.ask(page, 'sms');
  const told = page.locator('#resend-wait');
  assert.equal(await told.getAttribute('role'), 'status');
  assert.equal(await told.innerText(), 'You can ask for a new code in 60 seconds');
  assert.equal(await page.locator('.clock').getAttribute('aria-hidden'), 'true');
  await page.clock.runFor(30_000);
  assert.equal(await told.innerText(), 'You can ask for a new code in 60 seconds');
  await page.clock.runFor(31_000);
  assert.equal(await told.innerText(), 'Send a new code');
  pass(61);
  await page.locator('#resend').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Code sent again' }).waitFor();
});

inBrowser('nothing moves for those who asked for that', async ({ anotherBrowser }) => {
  const there = walk(anotherBrowser);
  for (const [reducedMotion, moves] of [['reduce', false], ['no-preference', true]]) {
    const page = await there.newcomer({ reducedMotion });
    await page.goto(there.request());
    const duration = await page.locator('main button').first().evaluate((button) => getComputedStyle(button).transitionDuration);
    assert.equal(parseFloat(duration) > 0, moves, reducedMotion);
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  }
});

inBrowser('addresses and codes read from left to right on a page that does not', async ({ anotherBrowser }) => {
  const there = walk(anotherBrowser, 'ar');
  const page = await there.newcomer();
  const field = (id) => page.locator(id).evaluate((input) => [getComputedStyle(input).direction, getComputedStyle(document.body).direction]);
  await page.goto(there.request());
  assert.deepEqual(await field('#address'), ['ltr', 'rtl']);
  await page.locator('.other a').click();
  await page.locator('[type=email]').waitFor();
  assert.deepEqual(await field('#address'), ['ltr', 'rtl']);
  await there.ask(page, 'sms');
  assert.deepEqual(await field('#code'), ['ltr', 'rtl']);
});
