// Programs that look at the links in mails before the person does: mail gateways, previews, prefetchers,
// robots that press what they find. None may be signed in by it, and none may spoil it for the person.
import assert from 'node:assert/strict';

import { CALLBACK, serveApp } from '../support/app.mjs';
import { arrival, hasSession, inBrowser } from '../support/browser.mjs';
import { enterCode, identify, pressLink } from '../support/pages.mjs';
import { codeFor, facts, freshMailbox, linkFor } from '../support/server.mjs';

await serveApp('');

/** A visitor without a browser must get no session, whatever it is answered. */
async function visit(link, options = {}) {
  const answer = await fetch(link, { redirect: 'manual', ...options });
  const given = answer.headers.getSetCookie().filter((cookie) => cookie.includes('session'));
  assert.deepEqual(given, [], `${options.method ?? 'GET'} was given a session`);
  assert.equal(answer.headers.get('location'), null, `${options.method ?? 'GET'} was sent on`);
  return answer;
}

const PREFETCHES = [
  { purpose: 'prefetch' },
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'x-moz': 'prefetch' },
  { 'x-purpose': 'preview' },
];

async function withoutBrowser(link) {
  const seen = [await visit(link, { method: 'HEAD' }), await visit(link), await visit(link)];
  for (const headers of PREFETCHES) seen.push(await visit(link, { headers }));
  assert.deepEqual(seen.map(({ status }) => status), seen.map(() => 200));

  const form = (body) => ({ method: 'POST', body: new URLSearchParams(body) });
  const blank = await visit(link, form({}));
  assert.ok(blank.status >= 400, `a bare POST was answered with ${blank.status}`);
  const token = /name="token" value="([^"]*)"/.exec(await (await visit(link)).text())?.[1];
  const filledIn = await visit(link, form({ token }));
  assert.ok(filledIn.status >= 400, `a POST with another visit's token was answered with ${filledIn.status}`);
}

/** A gateway that opens links in a browser of its own, with scripts. */
async function inSandbox(link, context) {
  const page = await context.newPage();
  await page.goto(link, { waitUntil: 'networkidle' });
  assert.equal(page.url(), link);
  return page;
}

/** One that presses every button too. */
async function pressingAll(page) {
  for (const button of await page.getByRole('button').all()) await button.click();
  await page.waitForLoadState('networkidle');
}

/** Everybody who looks at the link before the person. `press`: some press its button. */
async function everybody(link, anotherBrowser, { press }) {
  await withoutBrowser(link);
  const context = await anotherBrowser();
  const page = await inSandbox(link, context);
  if (press) await pressingAll(page);
  assert.ok(!(await hasSession(context)), 'a browser that only looked is signed in');
}

/** Asks for a mail on the hosted pages. */
async function askForMail(page) {
  const email = freshMailbox();
  const url = new URL('/authorize', facts.base_url);
  url.search = new URLSearchParams({
    client_id: facts.clients.web.client_id, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'mine',
  });
  await page.goto(url.href);
  await identify(page, email);
  return { email, link: await linkFor(email) };
}

async function signedIn(page, context) {
  const answer = await arrival(page, CALLBACK);
  assert.equal(answer.searchParams.get('state'), 'mine');
  assert.ok(answer.searchParams.get('code'));
  assert.ok(await hasSession(context));
}

// S-040, P-096
inBrowser('after all of them the link still works in the browser that asked', async ({ page, context, anotherBrowser }) => {
  const { link } = await askForMail(page);
  await everybody(link, anotherBrowser, { press: true });
  const tab = await context.newPage();
  await pressLink(tab, link);
  await signedIn(tab, context);
});

// S-040, decision 3.8
inBrowser('after all of them another device can let this one in', async ({ page, context, anotherBrowser }) => {
  const { link } = await askForMail(page);
  await everybody(link, anotherBrowser, { press: true });
  const signs = await page.getByLabel(/type these three characters there/).innerText();
  const phone = await anotherBrowser();
  const there = await phone.newPage();
  await there.goto(link);
  await there.getByLabel('The three characters shown on the other device').fill(signs);
  await there.getByRole('button', { name: 'Finish on the other device' }).click();
  await there.getByText('You are signed in on the other device.').waitFor();
  await signedIn(page, context);
  assert.ok(!(await hasSession(phone)), 'the device that only helped is signed in');
});

// S-040
inBrowser('after all of them the code of the same mail still works', async ({ page, context, anotherBrowser }) => {
  const { email, link } = await askForMail(page);
  await everybody(link, anotherBrowser, { press: true });
  await enterCode(page, await codeFor(email));
  await signedIn(page, context);
});

// P-097: no page of ours waits, so whoever presses the button is the person
inBrowser('a link that an app asked for survives all who only look', async ({ page, context, anotherBrowser }) => {
  const email = freshMailbox();
  const started = await fetch(new URL('/passwordless/start', facts.base_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...facts.clients.web, connection: 'email', email, send: 'link',
      authParams: { response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'mine' },
    }),
  });
  assert.equal(started.status, 200, await started.text());
  const link = await linkFor(email);
  await everybody(link, anotherBrowser, { press: false });
  await pressLink(page, link);
  await signedIn(page, context);
});
