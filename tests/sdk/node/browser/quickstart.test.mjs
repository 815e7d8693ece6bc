// The code of the dashboard's quick starts, as pasted: it is read from the pages and run.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

import { APP, serve } from '../support/app.mjs';
import { inBrowser } from '../support/browser.mjs';
import { asScripts } from '../support/lock.mjs';
import { signInOnPages } from '../support/pages.mjs';
import { codeFor, facts, freshMailbox, freshNumber } from '../support/server.mjs';

const root = join(import.meta.dirname, '..');
const at = (path) => new URL(path, facts.base_url).href;
/** What this suite's app serves at its root: the code that is tested. */
let served = { page: '' };
await serve(() => served);
const PAGE = '<!doctype html><html lang="en"><title>App</title><body></body></html>';

/** A browser with an administrator in it. */
async function enter(anotherBrowser) {
  const page = await (await anotherBrowser()).newPage();
  await page.goto(facts.dashboard_url);
  await page.locator('form[action^="/dashboard/enter/"] button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/dashboard/enter/'));
  return page;
}

/** The blocks of code of a quick start, once all that it needs is there. */
async function code(page, client, guide, by = 'sms') {
  await page.goto(at(`/dashboard/applications/${client}/quickstart?with=${guide}&by=${by}`));
  while (await page.getByRole('button', { name: 'Set this' }).count()) {
    await page.getByRole('button', { name: 'Set this' }).first().click();
    await page.waitForURL(/said=saved/);
    await page.goto(page.url().replace('&said=saved', ''));
  }
  await page.getByText('Everything is in place.').waitFor();
  const blocks = await page.locator('pre code').allTextContents();
  return blocks.map((text) => text.replaceAll('.latchkey/ca.pem', facts.ca_file));
}

async function bundle(text, platform, plugins = []) {
  const { outputFiles: [file] } = await build({
    stdin: { contents: text, resolveDir: root }, absWorkingDir: root, alias: { auth0: 'auth0-6' }, bundle: true, write: false, format: 'esm',
    platform, logLevel: 'error', plugins, banner: platform === 'node' ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } : {},
  });
  return file.text;
}

/** Shows the code on a page of the app's root, which is the first callback of the demo client. */
async function open(page, script, plugins) {
  const text = await bundle(script, 'browser', plugins);
  await page.route(`${APP}/app.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: text }));
  served = { page: PAGE.replace('<body>', '<body><script type="module" src="/app.js"></script>') };
  await page.goto(`${APP}/`);
}

/** A program of the quick start, in a process of its own. */
async function program(text, secret) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-quickstart-'));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, await bundle(text, 'node'));
  const process_ = spawn(process.execPath, [file], { env: { ...process.env, CLIENT_SECRET: secret } });
  let said = '';
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (part) => { said += part; });
  return {
    process: process_,
    said: () => said,
    end: () => { process_.kill(); rmSync(folder, { recursive: true, force: true }); },
  };
}

async function until(done, what) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await done()) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.fail(what());
}

const spa = facts.clients.spa.client_id;

inBrowser('auth0-spa-js', async ({ page, anotherBrowser }) => {
  const [install, script] = await code(await enter(anotherBrowser), spa, 'spa-js');
  assert.equal(install, 'npm install @auth0/auth0-spa-js');
  await open(page, script);
  const number = await signInOnPages(page);
  await page.getByText(`You are signed in as ${number}.`).waitFor();
});

inBrowser('Lock', async ({ page, anotherBrowser }) => {
  const [install, script] = await code(await enter(anotherBrowser), spa, 'lock');
  assert.equal(install, 'npm install auth0-lock');
  await open(page, script, [asScripts]);
  const number = freshNumber();
  // Lock has the country before the field.
  await page.locator('input[name=phoneNumber]').fill(number.slice(2));
  await page.locator('button[name=submit]').click();
  const typed = page.locator('input[name=vcode]');
  await typed.waitFor();
  await typed.fill(await codeFor(number));
  await page.locator('button[name=submit]').click();
  await page.getByText('You are signed in as sms|').waitFor();
});

inBrowser('the widget', async ({ page, anotherBrowser }) => {
  const [text] = await code(await enter(anotherBrowser), spa, 'widget');
  served = { page: text };
  await page.goto(`${APP}/`);
  const number = freshNumber();
  await page.getByLabel('Phone number').fill(number);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Code').fill(await codeFor(number));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/You are signed in for \d+ seconds\./).waitFor();
});

for (const by of ['sms', 'email']) {
  inBrowser(`auth0.js by ${by}`, async ({ page, anotherBrowser }) => {
    const [, script] = await code(await enter(anotherBrowser), spa, 'auth0-js', by);
    const address = by === 'sms' ? freshNumber() : freshMailbox();
    page.on('dialog', async (dialog) => dialog.accept(dialog.message().startsWith('The code') ? await codeFor(address) : address));
    await open(page, script);
    await page.getByText(`You are signed in as ${by}|`).waitFor();
  });
}

/** What a shell prints for the commands, which is JSON. */
const bash = (text, env = {}) => JSON.parse(execFileSync('bash', ['-c', text], { encoding: 'utf8', env: { ...process.env, ...env } }));

inBrowser('curl, for an app and for a machine', async ({ anotherBrowser }) => {
  const admin = await enter(anotherBrowser);
  const number = freshNumber();
  const [start, token] = await code(admin, facts.clients.native.client_id, 'curl');
  const mine = (text) => text.replaceAll('+14155550100', number);
  assert.equal(bash(mine(start)).phone_number, number);
  assert.ok(bash(mine(token).replace('123456', await codeFor(number))).id_token);
  const machine = await code(admin, facts.clients.m2m.client_id, 'curl');
  assert.ok(bash(machine[1], { CLIENT_SECRET: facts.clients.m2m.client_secret }).access_token);
});

inBrowser('Node: the SDK, and a site with openid-client', async ({ page, anotherBrowser }) => {
  const admin = await enter(anotherBrowser);
  await admin.goto(at('/dashboard/applications/new'));
  await admin.getByLabel('Name', { exact: true }).fill('Site');
  await admin.getByLabel('Regular web application').check();
  await admin.getByRole('button', { name: 'Create application' }).click();
  await admin.locator('[data-page=application_quickstart]').waitFor();
  const client = new URL(admin.url()).pathname.split('/').at(-2);
  await admin.goto(at(`/dashboard/applications/${client}/settings`));
  // No other suite has this port.
  await admin.getByLabel('Allowed callback URLs').fill('http://localhost:9444/callback');
  await admin.getByRole('button', { name: 'Save' }).click();
  await admin.getByText('Saved.').waitFor();
  await admin.getByRole('button', { name: 'Show the secret' }).click();
  const secret = await admin.locator('#secret').textContent();

  const site = await program((await code(admin, client, 'openid-client'))[1], secret);
  try {
    await until(() => fetch('http://localhost:9444/', { redirect: 'manual' }).then(({ status }) => status === 302, () => false), site.said);
    await page.goto('http://localhost:9444/');
    await signInOnPages(page);
    await page.getByText('You are signed in as sms|').waitFor();
  } finally {
    site.end();
  }

  const number = freshNumber();
  // The same by two commands.
  const mine = (text) => text.replaceAll('+14155550100', number);
  const [, begin, token] = (await code(admin, client, 'curl')).map(mine);
  const typed = freshNumber();
  assert.equal(bash(begin.replaceAll(number, typed), { CLIENT_SECRET: secret }).phone_number, typed);
  const ended = token.replaceAll(number, typed).replace('123456', await codeFor(typed));
  assert.ok(bash(ended, { CLIENT_SECRET: secret }).refresh_token);

  const node = await program((await code(admin, client, 'node'))[1], secret);
  try {
    await until(() => node.said().includes('Phone number'), node.said);
    node.process.stdin.write(`${number}\n`);
    await until(() => node.said().includes('The code'), node.said);
    node.process.stdin.write(`${await codeFor(number)}\n`);
    await until(() => node.said().includes('id_token'), node.said);
  } finally {
    node.end();
  }
});
