// A web app of somebody else, on the origin that the demo clients have their callbacks at.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

import { facts } from './server.mjs';

export const APP = 'https://localhost:9443';
export const CALLBACK = `${APP}/cb`;

/** A page with the SDK and nothing else. */
export const PAGE = '<!doctype html><html lang="en"><title>App</title><script src="/sdk.js"></script><h1>App</h1></html>';

const { resolve } = createRequire(import.meta.url);

/** The text of a file of a package. */
export const fileOf = (name) => readFileSync(resolve(name), 'utf8');

/** Each page of the app is the same: it loads one SDK, as the package has it, and leaves the rest to the test. */
export async function serveApp(sdk) {
  await serve(({ pathname }) => (pathname === '/sdk.js' ? { script: sdk } : { page: PAGE }));
}

/** Serves until the suite ends. `answer` makes one of `page`, `script`, `style`, `to` of a URL, and `headers`. */
export async function serve(answer) {
  const folder = dirname(facts.ca_file);
  const server = createServer(
    { cert: readFileSync(join(folder, 'server.pem')), key: readFileSync(join(folder, 'server.key.pem')) },
    (request, response) => {
      const { page, script, style, to, headers = {} } = answer(new URL(request.url, APP));
      if (to) return response.writeHead(302, { location: to }).end();
      const type = page ? 'html' : script ? 'javascript' : 'css';
      response.writeHead(200, { 'content-type': `text/${type}; charset=utf-8`, ...headers });
      response.end(page ?? script ?? style);
    },
  );
  server.listen(9443, 'localhost');
  await once(server, 'listening');
  after(() => {
    server.close();
    server.closeAllConnections();
  });
}
