// A real browser for the suites. It trusts the development authority by its key, and finds no host but
// this machine: what a page asks of anyone else fails at once.
import assert from 'node:assert/strict';
import { X509Certificate, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { chromium } from 'playwright-core';

import { freePort } from './processes.mjs';
import { facts } from './server.mjs';

/**
 * Where port 443 of every name under `test` leads: some things are asked for there alone. A suite that needs such names
 * listens here.
 */
export const PORT_OF_TEST = await freePort();

/** Milliseconds that anything in the browser may take before its test fails. */
const PATIENCE = 20_000;

const authority = new X509Certificate(readFileSync(facts.ca_file));
const pin = createHash('sha256').update(authority.publicKey.export({ type: 'spki', format: 'der' })).digest('base64');

const browser = await chromium.launch({
  executablePath: process.env.LATCHKEY_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
    `--ignore-certificate-errors-spki-list=${pin}`,
    `--host-resolver-rules=MAP *.test:443 127.0.0.1:${PORT_OF_TEST}, MAP * ~NOTFOUND, `
      + 'EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
  ],
});
after(() => browser.close());

/**
 * A test with a browser profile of its own, signed in nowhere. It fails also where a page of the server
 * complains. When it fails, what its pages said and asked is printed with it.
 */
export function inBrowser(name, body) {
  test(name, async () => {
    const said = [];
    const complaints = [];
    const contexts = [];
    /** A profile more: another browser, as far as servers can tell. */
    const anotherBrowser = async (options = {}) => {
      const context = await browser.newContext({ viewport: { width: 800, height: 700 }, ...options });
      context.setDefaultTimeout(PATIENCE);
      const who = `browser ${contexts.push(context)}`;
      context.on('console', (line) => {
        if (line.type() !== 'error') return;
        said.push(`${who}: ${line.text()}`);
        // A page of the server's own breaks its own policy, or a script of it fails.
        const ours = line.location().url.startsWith(facts.base_url);
        if (ours && !line.text().startsWith('Failed to load resource')) complaints.push(line.text());
      });
      context.on('weberror', (error) => said.push(`${who} threw: ${error.error()}`));
      context.on('response', (answer) => {
        const { pathname } = new URL(answer.url());
        said.push(`${who} ${answer.request().method()} ${pathname} ${answer.status()}`);
      });
      return context;
    };
    try {
      const context = await anotherBrowser();
      await body({ context, page: await context.newPage(), anotherBrowser });
      assert.deepEqual(complaints, [], 'pages of the server complain');
    } catch (error) {
      const pages = contexts.flatMap((context) => context.pages());
      for (const page of pages) {
        const text = await page.locator('body').innerText({ timeout: 1000 }).catch(() => 'no text');
        said.push(`at the end ${new URL(page.url()).pathname} shows: ${text}`);
      }
      console.error(`${name}:\n  ${said.join('\n  ')}`);
      throw error;
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
    }
  });
}

/** Whether a browser is signed in at the server. */
export async function hasSession(context) {
  const cookies = await context.cookies(facts.base_url);
  const session = cookies.find((cookie) => cookie.name === '__Host-latchkey_session');
  if (session) assert.ok(session.httpOnly && session.secure);
  return session !== undefined;
}

/** Waits until a page is at an address that begins so; the address. */
export async function arrival(page, start) {
  await page.waitForURL((url) => url.href.startsWith(start));
  return new URL(page.url());
}

/** The claims of a token, unchecked. */
export function claimsOf(token) {
  assert.equal(token?.split('.').length, 3, `no token: ${token}`);
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
}
