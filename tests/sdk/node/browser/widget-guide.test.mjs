// The examples of docs/guide/widget.md, as pasted; the package; the types.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { buildSync } from 'esbuild';

import { APP } from '../support/app.mjs';
import { inBrowser } from '../support/browser.mjs';
import { codeFor, domain, facts, freshNumber } from '../support/server.mjs';
import { serveWidget } from '../support/widget.mjs';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const module = join(root, 'crates/http/assets/latchkey-login.js');
const guide = readFileSync(join(root, 'docs/guide/widget.md'), 'utf8');

/** An example of the guide; only the port of the server is this suite's. */
const example = (language) => guide.split(`\`\`\`${language}\n`)[1].split('\n```')[0].replaceAll('localhost:3443', domain);

const bundle = buildSync({
  stdin: { contents: example('jsx'), loader: 'jsx', resolveDir: join(root, 'tests/sdk/node') },
  alias: { '@latchkey/login': module },
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
});

await serveWidget({
  '/plain.html': { page: example('html') },
  '/react.html': { page: '<!doctype html><html lang="en"><title>App</title><div id="root"></div><script type="module" src="/react.js"></script></html>' },
  '/react.js': { script: bundle.outputFiles[0].text },
});

for (const name of ['plain', 'react']) {
  inBrowser(`the example of the guide runs as pasted: ${name}`, async ({ page }) => {
    await page.goto(`${APP}/${name}.html`);
    const number = freshNumber();
    await page.getByLabel('Phone number').fill(number);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(await codeFor(number));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('You are signed in for 86400 seconds.').waitFor();
    assert.equal(await page.getByLabel('Code').count(), 0);
  });
}

// S-115
test('the package holds what the server serves, and its hash', async () => {
  const folder = join(root, 'packages/latchkey-login');
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts=false'], { cwd: folder, encoding: 'utf8' });
  const [{ name, files }] = JSON.parse(packed.slice(packed.indexOf('[')));
  assert.equal(name, '@latchkey/login');
  assert.deepEqual(files.map(({ path }) => path).sort(), ['README.md', 'integrity.txt', 'latchkey-login.d.ts', 'latchkey-login.js', 'package.json']);
  const served = Buffer.from(await (await fetch(`${facts.base_url}/widget/latchkey-login.js`)).arrayBuffer());
  assert.ok(served.equals(readFileSync(join(folder, 'latchkey-login.js'))));
  const hash = createHash('sha384').update(served).digest('base64');
  assert.equal(readFileSync(join(folder, 'integrity.txt'), 'utf8'), `sha384-${hash}\n`);
  assert.equal(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).private, true);
});

test('the types fit a program that uses them', () => {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const program = join(root, 'tests/sdk/node/support/widget-types.ts');
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
  try {
    execFileSync(process.execPath, [compiler, ...options, program], { encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout);
  }
});
