// The embedded sign-in in a real browser, on a page of another origin.
import assert from 'node:assert/strict';

import { inBrowser, arrival, claimsOf } from '../support/browser.mjs';
import { APP } from '../support/app.mjs';
import { pressLink } from '../support/pages.mjs';
import { codeFor, facts, freshMailbox, freshNumber, linkFor, otherThan, pass } from '../support/server.mjs';
import { ask, button, enter, heard, open, serveWidget, state, violations } from '../support/widget.mjs';

await serveWidget();

// F4, P-100, P-101, P-102, P-105, S-114
inBrowser('signs in by a code in a text message, and keeps nothing', async ({ page }) => {
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  assert.deepEqual(await heard(page, 'latchkey-sent'), { address: number, channel: 'sms', link: false });
  await enter(page, await codeFor(number));
  const tokens = await heard(page, 'latchkey-signed-in');
  assert.equal(tokens.token_type, 'Bearer');
  const claims = claimsOf(tokens.id_token);
  assert.equal(claims.iss, facts.issuer);
  assert.equal(claims.aud, facts.clients.spa.client_id);
  assert.match(claims.sub, /^sms\|/);
  assert.equal(claims.phone_number, number);
  assert.equal(await state(page), 'done');
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  // S-116
  const kept = await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]);
  assert.deepEqual(kept, [[], [], '']);
  assert.equal(await page.locator('iframe').count(), 0);
});

inBrowser('signs in by a code in an email', async ({ page }) => {
  await open(page, { connection: 'sms email', scope: 'openid email offline_access' });
  const mailbox = freshMailbox();
  await ask(page, mailbox);
  await enter(page, await codeFor(mailbox));
  const tokens = await heard(page, 'latchkey-signed-in');
  assert.equal(claimsOf(tokens.id_token).email, mailbox);
  assert.ok(tokens.refresh_token);
});

inBrowser('a wrong code is told beside the field, and the right one still works', async ({ page }) => {
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  const code = await codeFor(number);
  await enter(page, otherThan(code));
  const failure = await heard(page, 'latchkey-error');
  assert.equal(failure.code, 'access_denied');
  await page.getByRole('alert').filter({ hasText: 'That code is not right. Check our latest text message and try again.' }).waitFor();
  const field = page.getByLabel('Code');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.equal(await field.evaluate((input) => input.getRootNode().activeElement === input), true);
  // As people copy it.
  await enter(page, ` ${code.slice(0, 3)} ${code.slice(3)} `);
  await heard(page, 'latchkey-signed-in');
});

inBrowser('too many wrong codes and an expired one say so', async ({ page }) => {
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  const wrong = otherThan(await codeFor(number));
  for (let tries = 0; tries < 3; tries += 1) {
    await enter(page, wrong);
    await page.waitForFunction((count) => window.heard.length === count, tries + 2);
  }
  await page.getByText('Too many wrong tries: this code no longer works.').waitFor();
  await open(page);
  const other = freshNumber();
  await ask(page, other);
  const late = await codeFor(other);
  pass(181);
  await enter(page, late);
  await page.getByText('This code has expired. Ask for a new one.').waitFor();
});

inBrowser('a new code can be had after a minute, and the countdown says when', async ({ page }) => {
  await page.clock.install();
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  const first = await codeFor(number);
  await page.getByText('You can ask for a new code in 60 seconds').waitFor();
  assert.equal(await button(page, 'Send a new code').count(), 0);
  await page.clock.runFor(59_000);
  await page.getByText('You can ask for a new code in 1 second', { exact: true }).waitFor();
  await page.clock.runFor(2_000);
  pass(61);
  await button(page, 'Send a new code').click();
  await page.getByRole('status').filter({ hasText: 'Code sent again' }).waitFor();
  await page.getByText('You can ask for a new code in 120 seconds').waitFor();
  assert.equal(await page.getByLabel('Code').evaluate((input) => input.getRootNode().activeElement === input), true);
  const second = await codeFor(number);
  assert.notEqual(second, first);
  await enter(page, second);
  await heard(page, 'latchkey-signed-in');
});

inBrowser('the keyboard is enough', async ({ page }) => {
  await open(page);
  const mailbox = freshMailbox();
  const press = (key) => page.keyboard.press(key);
  const focused = () => page.locator('latchkey-login').evaluate((login) => login.shadowRoot.activeElement?.id);
  await press('Tab');
  assert.equal(await focused(), 'address');
  await press('Tab');
  await press('Tab');
  assert.equal(await focused(), 'switch');
  await press('Enter');
  await page.getByLabel('Email address').waitFor();
  assert.equal(await focused(), 'address');
  await page.keyboard.type('nobody');
  await press('Enter');
  await page.getByText('Enter a full email address').waitFor();
  assert.equal(await focused(), 'address');
  await press('ControlOrMeta+A');
  await page.keyboard.type(mailbox);
  await press('Enter');
  await page.getByLabel('Code').waitFor();
  assert.equal(await focused(), 'code');
  await page.keyboard.type(await codeFor(mailbox));
  await press('Enter');
  await heard(page, 'latchkey-signed-in');
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
});

// S-119
inBrowser('the field of the code is one that programs fill in', async ({ page }) => {
  await open(page);
  await ask(page, freshNumber());
  const fields = await page.locator('latchkey-login').evaluate((login) =>
    [...login.shadowRoot.querySelectorAll('input')].map((input) => [input.autocomplete, input.inputMode, input.type]));
  assert.deepEqual(fields, [['one-time-code', 'numeric', 'text']]);
});

for (const colorScheme of ['light', 'dark']) {
  inBrowser(`axe-core finds nothing, ${colorScheme}`, async ({ anotherBrowser }) => {
    const context = await anotherBrowser({ colorScheme, bypassCSP: true, viewport: { width: 320, height: 700 } });
    const page = await context.newPage();
    const clean = async (where) => {
      assert.deepEqual(await violations(page), [], where);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.ok(!wide, `${where} scrolls sideways`);
    };
    await open(page);
    await clean('the first question');
    await button(page, 'Continue').click();
    await page.getByText('Enter a phone number with its country code').waitFor();
    await clean('a mistake');
    const number = freshNumber();
    await ask(page, number);
    await clean('the code');
    const code = await codeFor(number);
    await enter(page, otherThan(code));
    await page.getByText('That code is not right').waitFor();
    await clean('a wrong code');
    await enter(page, code);
    await heard(page, 'latchkey-signed-in');
    await clean('the end');
    await open(page, { lang: 'ar', connection: 'email' });
    await page.locator('latchkey-login').getByText('تسجيل الدخول').first().waitFor();
    await clean('Arabic');
  });
}

inBrowser('Arabic runs from right to left, with the texts of the hosted pages', async ({ page }) => {
  const { texts } = await (await fetch(`${facts.base_url}/widget/texts/ar.json`)).json();
  await open(page, { lang: 'ar-EG', connection: 'email' });
  await page.getByRole('heading', { name: texts.identify_title }).waitFor();
  const [direction, ofField] = await page.locator('latchkey-login').evaluate((login) =>
    ['.root', 'input'].map((found) => getComputedStyle(login.shadowRoot.querySelector(found)).direction));
  assert.deepEqual([direction, ofField], ['rtl', 'ltr']);
  const mailbox = freshMailbox();
  await page.getByLabel(texts.identify_email_label).fill(mailbox);
  await page.getByRole('button', { name: texts.identify_submit }).click();
  await page.getByText(texts.code_lead_careful.replace('{address}', mailbox)).waitFor();
  await page.getByText(texts.code_resend_wait.many.replace('{seconds}', '60')).waitFor();
  await page.getByLabel(texts.code_label).fill([...await codeFor(mailbox)].map((digit) => String.fromCharCode(0x660 + Number(digit))).join(''));
  await page.getByRole('button', { name: texts.code_submit }).click();
  await heard(page, 'latchkey-signed-in');
});

inBrowser('the language is that of the browser, and English where we have none', async ({ anotherBrowser }) => {
  for (const [locale, title] of [['de-AT', 'Anmelden'], ['zh-TW', '登录'], ['eo', 'Sign in']]) {
    const page = await (await anotherBrowser({ locale })).newPage();
    await open(page);
    await page.getByRole('heading', { name: title }).waitFor();
  }
});

// P-107
inBrowser('goes to the server and back where the page asks for that', async ({ page }) => {
  await open(page, { 'response-mode': 'redirect' });
  const number = freshNumber();
  await ask(page, number);
  await enter(page, await codeFor(number));
  await page.waitForFunction(() => window.heard?.some(({ name }) => name === 'latchkey-signed-in'));
  const tokens = await heard(page, 'latchkey-signed-in');
  assert.equal(claimsOf(tokens.id_token).phone_number, number);
  assert.equal(page.url(), `${APP}/`);
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
});

inBrowser('a link in an email leads back to the page, which signs in', async ({ page, context }) => {
  await open(page, { connection: 'email', send: 'link' });
  const mailbox = freshMailbox();
  await page.getByLabel('Email address').fill(mailbox);
  await button(page, 'Continue').click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();
  const link = await linkFor(mailbox);
  const tab = await context.newPage();
  await pressLink(tab, link);
  await arrival(tab, `${APP}/`);
  const tokens = await heard(tab, 'latchkey-signed-in');
  assert.equal(claimsOf(tokens.id_token).email, mailbox);
  assert.equal(tab.url(), `${APP}/`);
  assert.equal(await tab.evaluate(() => localStorage.length), 0);
});

inBrowser('the code beside a link works too', async ({ page }) => {
  await open(page, { connection: 'email', send: 'link' });
  const mailbox = freshMailbox();
  await page.getByLabel('Email address').fill(mailbox);
  await button(page, 'Continue').click();
  await enter(page, await codeFor(mailbox));
  await heard(page, 'latchkey-signed-in');
});

inBrowser('an answer that this browser did not ask for is refused', async ({ page, anotherBrowser }) => {
  await open(page, { connection: 'email', send: 'link' });
  const mailbox = freshMailbox();
  await page.getByLabel('Email address').fill(mailbox);
  await button(page, 'Continue').click();
  const link = await linkFor(mailbox);
  const elsewhere = await (await anotherBrowser()).newPage();
  await pressLink(elsewhere, link);
  await arrival(elsewhere, `${APP}/`);
  assert.equal((await heard(elsewhere, 'latchkey-error')).code, 'unknown_state');
  await elsewhere.getByText('This page has expired.').waitFor();
  assert.equal(elsewhere.url(), `${APP}/`);
});

// S-114
inBrowser('messages of others are not heard', async ({ page }) => {
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  await page.evaluate(() => {
    addEventListener('message', ({ data, source }) => {
      // The page itself repeats what the frame said, with a code of its own choice.
      if (source !== window) window.seen = data;
    });
    const timer = setInterval(() => {
      const frame = document.querySelector('latchkey-login').shadowRoot.querySelector('iframe');
      if (!frame) return;
      const state = new URL(frame.src).searchParams.get('state');
      window.postMessage({ type: 'authorization_response', response: { state, code: 'forged' } }, '*');
      window.forged = true;
      clearInterval(timer);
    }, 1);
  });
  await enter(page, await codeFor(number));
  await heard(page, 'latchkey-signed-in');
  const [seen, forged] = await page.evaluate(() => [window.seen, window.forged]);
  assert.equal(seen.type, 'authorization_response');
  assert.equal(forged, true);
});

inBrowser('a browser that drops our cookie signs in all the same', async ({ page, context }) => {
  await open(page);
  const number = freshNumber();
  await ask(page, number);
  await page.route(`${facts.base_url}/co/authenticate`, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers['set-cookie'];
    await context.clearCookies();
    await route.fulfill({ response, headers });
  });
  await enter(page, await codeFor(number));
  await heard(page, 'latchkey-signed-in');
});

inBrowser('a server that does not answer is told', async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await page.getByLabel('Phone number').fill(freshNumber());
  await button(page, 'Continue').click();
  await page.getByText('The server does not answer.').waitFor();
  await context.setOffline(false);
  const number = freshNumber();
  await ask(page, number);
  await enter(page, await codeFor(number));
  await heard(page, 'latchkey-signed-in');
});

inBrowser('a limit says how long to wait', async ({ page }) => {
  await open(page);
  const refuse = (seconds) => page.route(`${facts.base_url}/passwordless/start`, (route) => route.fulfill({
    status: 429,
    headers: { 'access-control-allow-origin': APP, 'access-control-expose-headers': 'Retry-After', 'retry-after': String(seconds) },
    json: { error: 'too_many_requests', error_description: 'Too many requests.' },
  }), { times: 1 });
  await refuse(45);
  await page.getByLabel('Phone number').fill(freshNumber());
  await button(page, 'Continue').click();
  await page.getByRole('alert').filter({ hasText: 'You can ask for a new code in 45 seconds' }).waitFor();
  await refuse(3600);
  await button(page, 'Continue').click();
  await page.getByText('Too many attempts. Wait 60 minutes, then try again.').waitFor();
});

inBrowser('what an app sets wrong is told to its developers', async ({ page }) => {
  await open(page, { 'redirect-uri': 'https://elsewhere.example/' });
  const number = freshNumber();
  await ask(page, number);
  await enter(page, await codeFor(number));
  const failure = await heard(page, 'latchkey-error');
  assert.equal(failure.code, 'configuration');
  assert.match(failure.description, /redirect-uri/);
  await open(page, { 'client-id': 'nobody' });
  await page.getByLabel('Phone number').fill(number);
  await button(page, 'Continue').click();
  assert.equal((await heard(page, 'latchkey-error')).code, 'bad.client_id');
  await page.getByText('There is no way to sign in to this app at the moment.').waitFor();
});

inBrowser('a page can do it all by methods', async ({ page }) => {
  await open(page);
  const number = freshNumber();
  const login = page.locator('latchkey-login');
  assert.equal(await login.evaluate((login) => login.submit('123456').catch((error) => error.code)), 'no_code_sent');
  assert.equal(await login.evaluate((login) => login.start('12').catch((error) => error.code)), 'bad.phone_number');
  await login.evaluate((login) => {
    window.promise = login.signIn();
  });
  await login.evaluate((login, number) => login.start(number), number);
  const code = await codeFor(number);
  assert.equal(await login.evaluate((login, code) => login.submit(code).catch((error) => error.code), otherThan(code)), 'access_denied');
  const tokens = await login.evaluate((login, code) => login.submit(code), code);
  assert.equal(tokens.access_token, (await page.evaluate(() => window.promise)).access_token);
  const rejected = await login.evaluate((login) => {
    const promise = login.signIn().catch((error) => error.code);
    login.reset();
    return promise;
  });
  assert.equal(rejected, 'reset');
  assert.equal(await state(page), 'identify');
});

inBrowser('the page decides how it looks', async ({ page }) => {
  await open(page, { class: 'branded', theme: 'dark' });
  const look = await page.locator('latchkey-login').evaluate((login) => {
    const style = getComputedStyle(login.shadowRoot.querySelector('.submit'));
    return [style.backgroundColor, style.textTransform, getComputedStyle(login).colorScheme];
  });
  assert.deepEqual(look, ['rgb(120, 0, 90)', 'uppercase', 'dark']);
});
