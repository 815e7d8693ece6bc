// An app with the embedded sign-in on its page, under a policy that allows the server and nothing else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { APP, serve } from './app.mjs';
import { domain, facts } from './server.mjs';

export const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${facts.base_url}`,
  `connect-src ${facts.base_url}`,
  `frame-src ${facts.base_url}`,
  "style-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const STYLE = `
  body { margin: 0; padding: 1rem; font-family: sans-serif; background: Canvas; color: CanvasText; }
  .branded { --latchkey-accent: rgb(120, 0, 90); }
  .branded::part(button) { text-transform: uppercase; }
`;

const RECORD = `
  window.heard = [];
  for (const name of ['latchkey-sent', 'latchkey-signed-in', 'latchkey-error']) {
    document.addEventListener(name, ({ detail }) => window.heard.push({ name, detail }));
  }
`;

const escape = (text) => text.replace(/[&"<]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A page whose query sets the element's attributes. */
function page(query) {
  const given = Object.fromEntries([...query].filter(([name]) => /^[a-z-]+$/.test(name) && !['state', 'code', 'iss'].includes(name)));
  const all = { domain, 'client-id': facts.clients.spa.client_id, 'redirect-uri': `${APP}/`, ...given };
  const attributes = Object.entries(all).map(([name, value]) => `${name}="${escape(value)}"`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>App</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/app.css">
<script type="module" src="${facts.base_url}/widget/latchkey-login.js"></script>
<script type="module" src="/app.js"></script></head>
<body><main><h1>App</h1><latchkey-login ${attributes.join(' ')}></latchkey-login></main></body></html>`;
}

/** Serves the app; `more` are files of it by their paths. */
export async function serveWidget(more = {}) {
  await serve(({ pathname, searchParams }) => {
    if (more[pathname]) return more[pathname];
    if (pathname === '/app.js') return { script: RECORD };
    if (pathname === '/app.css') return { style: STYLE };
    return { page: page(searchParams), headers: { 'content-security-policy': POLICY } };
  });
}

/** Opens the app with these attributes on the element, or as an app without them. */
export async function open(page, attributes = {}) {
  await page.goto(`${APP}/?${new URLSearchParams(attributes)}`);
  await page.locator('latchkey-login[state]').waitFor();
}

/** Waits for an event of the element; its detail. */
export async function heard(page, name) {
  await page.waitForFunction((name) => window.heard?.some((event) => event.name === name), name);
  return page.evaluate((name) => window.heard.findLast((event) => event.name === name).detail, name);
}

export const button = (page, name) => page.getByRole('button', { name });

/** Asks for a code. */
export async function ask(page, address) {
  if (address.includes('@')) await button(page, 'Use an email address instead').click();
  await page.getByLabel(address.includes('@') ? 'Email address' : 'Phone number').fill(address);
  await button(page, 'Continue').click();
  await page.locator('latchkey-login[state=code]').waitFor();
}

export async function enter(page, code) {
  await page.getByLabel(/code/i).fill(code);
  await button(page, 'Sign in').click();
}

export const state = (page) => page.locator('latchkey-login').getAttribute('state');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with the page, in short. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
