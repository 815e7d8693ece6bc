// Pictures of the hosted sign-in, each looked over by axe as well: no violation, nothing complained of by
// the page, nothing wider than the window.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { facts, freshNumber, messageFor } from './server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// The demo page: it knows nothing of these sign-ins, and says so.
const CALLBACK = new URL('/dev/', facts.base_url).href;
// `verifier` hashed (RFC 7636, appendix B).
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

/** An authorization request of the demo page. */
function request(more) {
  const url = new URL('/authorize', facts.base_url);
  url.search = new URLSearchParams({
    client_id: facts.clients.spa.client_id, response_type: 'code', redirect_uri: CALLBACK,
    scope: 'openid profile email phone offline_access read:invoices', state: 's',
    code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more,
  });
  return url.href;
}

async function look(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), RULES);
  const found = violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(found, [], name);
}

/** One round of pages in one size, one scheme and one language. */
export async function round(browser, folder, { colorScheme, width, locale = 'en' }) {
  const make = () => browser.newContext({
    colorScheme, locale, ignoreHTTPSErrors: true, viewport: { width, height: 800 },
  });
  const complaints = [];
  const asked = [];
  const watch = async (context) => {
    const page = await context.newPage();
    page.on('console', (line) => {
      // A status of 4xx is what some of these pages are about.
      const expected = /Failed to load resource: the server responded with a status of 4/.test(line.text());
      if (!expected && ['error', 'warning'].includes(line.type())) complaints.push(line.text());
    });
    page.on('request', (sent) => sent.url().startsWith(`${CALLBACK}?`) && asked.push(sent.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  };
  const shot = async (page, name) => {
    const file = `login-${name}-${locale}-${colorScheme}-${width}`;
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.ok(!wider, `${file} scrolls sideways`);
    await look(page, file);
    await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true });
  };
  // The demo page takes the answer out of its address at once.
  const back = async (page, name) => {
    await page.getByText('This answer belongs to another sign-in.').waitFor();
    assert.ok(asked.pop()?.startsWith(`${CALLBACK}?${name}=`), name);
  };
  const press = (page, path) => page.locator(`form[action^="${path}"] button`).first().click();

  const context = await make();
  const page = await watch(context);
  const number = freshNumber();
  await page.goto(request({}));
  await shot(page, 'identify');
  await page.locator('summary').click();
  await shot(page, 'languages');
  await page.locator('summary').click();
  await page.locator('#address').fill('0100');
  await press(page, '/login');
  await page.locator('#error').waitFor();
  await shot(page, 'identify-error');
  await page.locator('#address').fill(number);
  await press(page, '/login');
  await page.locator('#code').waitFor();
  await shot(page, 'code');
  await page.locator('#code').fill('12 34');
  await press(page, '/login/code');
  await page.locator('#error').waitFor();
  await shot(page, 'code-error');
  const { code } = await messageFor(number);
  await page.locator('#code').fill(code);
  await back(page, 'code');

  await page.goto(request({ prompt: 'consent' }));
  await page.locator('button[value="allow"]').waitFor();
  await shot(page, 'consent');
  await page.locator('button[value="deny"]').click();
  await back(page, 'error');
  await page.goto(request({ client_id: 'nobody' }));
  await shot(page, 'unknown-app');
  await page.goto(new URL('/continue?state=unknown', facts.base_url).href);
  await shot(page, 'continue-unknown');
  await page.goto(new URL('/ios/com.example.demo/sms?code=123456', facts.base_url).href);
  await shot(page, 'app-link-ios');
  await page.goto(new URL('/android/com.example.demo/email', facts.base_url).href);
  await shot(page, 'app-link-android');
  await page.goto(new URL('/ios/com.example.nobody/sms?code=123456', facts.base_url).href);
  await shot(page, 'app-link-unknown');

  await page.goto(request({ prompt: 'login', login_hint: 'user@example.com' }));
  const address = `user${number.slice(-4)}@example.com`;
  await page.locator('#address').fill(address);
  await shot(page, 'email');
  await press(page, '/login');
  await page.locator('.signs').waitFor();
  await shot(page, 'wait');
  const { link } = await messageFor(address);
  const other = await watch(await make());
  await other.goto(link);
  await shot(other, 'link-other');
  await other.locator('#signs').fill('aaa');
  await press(other, '/link/');
  await other.locator('#error').waitFor();
  await shot(other, 'link-wrong');
  await other.locator('#signs').fill(await page.locator('output').innerText());
  await press(other, '/link/');
  await other.locator('main:not(:has(form))').waitFor();
  await shot(other, 'link-elsewhere');
  await back(page, 'code');
  await other.goto(link);
  await shot(other, 'link-dead');
  await other.context().close();

  await page.goto(request({ prompt: 'login', login_hint: `again${address}` }));
  await press(page, '/login');
  await page.locator('.signs').waitFor();
  const next = await watch(context);
  await next.goto((await messageFor(`again${address}`)).link);
  await shot(next, 'link-here');
  await press(next, '/link/');
  await back(next, 'code');
  await page.locator('main:not(:has(form))').waitFor();
  await shot(page, 'signed-in');
  assert.deepEqual(complaints, [], `${colorScheme} ${width} ${locale}`);
  await context.close();
}
